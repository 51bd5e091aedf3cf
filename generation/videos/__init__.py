"""Videos made by one order: a job that writes, makes and exports a work.

    order.py     checks an order, chooses its steps (`STEPS` in schemas/videos.py), plans its calls
    default_project.py   the project of orders that name none
    making.py    does the steps, most of them with jobs of their own
    steps.py     what the job's document says of them
    kinds.py     the kind of job

`./vidworks make`, which orders one of files of its machine, is in commands/make/.
"""
