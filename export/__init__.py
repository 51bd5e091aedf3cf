"""Export: a work's timeline becomes one video file.

    plan/       a work or a request becomes a timeline, and that a plan of frames and sounds
    sources/    the media of a timeline are opened, held and measured
    render/     a plan becomes a video
    handover/   a timeline becomes a file for editing programs

job.py performs an export, and assistance.py lets several machines share it. Whose export is next
is decided in jobs/machine_turns.py.
"""
