"""How the work on a job ends early."""


class JobCancelledError(Exception):
    """Someone cancelled the job."""


class StoppingError(Exception):
    """The process is about to end: the job stays as it is and goes on in another one."""


class CallFailedError(Exception):
    """A call ended badly, as its entry in the job says; nothing more can be made of it."""
