"""What models make: scenarios, pictures, clips, voices and sounds of works, by jobs.

    videos/     a whole video with one request
    fetching/   files at addresses that a job downloads

`kinds.py` lists the kinds of jobs. Calls to vendors go through jobs/paid_calls.py and providers/.
"""
