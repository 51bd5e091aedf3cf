"""Pipelines: a job that does several steps, to make a video of a brief, or for an existing work.

    order.py     checks an order, chooses its steps (`STEPS` in schemas/videos.py), plans its calls
    default_project.py   the project of orders that name none
    making.py    does the steps of a video
    work_order.py, work_steps.py   the same for an existing work
    step_jobs.py   the steps that jobs do, of both
    steps.py     what the job's document says of them
    kinds.py     the kind of job

`./vidworks make`, which orders one of files of its machine, is in commands/make/.
"""
