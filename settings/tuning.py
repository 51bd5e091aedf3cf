"""What no administrator needs to change: pauses and limits, which tests shorten."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """Times are in seconds."""

    queue_poll: float = 1.0  # between looks for jobs that have lost their process
    queue_retry: float = 60.0  # after an error, until a job is claimed again
    first_pruning: float = 60.0  # after the start, until old jobs are deleted for the first time
    prune_pause: float = 3600.0  # between such deletions
    clock_doubt: float = 86_400.0  # after a jump of the clock, until it is believed
    running_jobs: int = 200  # jobs that run in a process at once
    queued_jobs: int = 200  # jobs that wait for a process with room
    job_step: float = 0.25  # after which a waiting job notices that it was cancelled
    disk_pause: float = 5.0  # between attempts of a job to write to a full disk
    file_attempts: int = 12  # of a job at what fails while the data directory can be written
    scene_pause: float = 1.0  # between attempts to claim a scene that another job makes
    absence: float = 2.0  # that a free permit is kept for each job that comes before
    webhook_delays: tuple[float, ...] = (0, 5, 30, 120, 600, 1800)  # before each attempt
    job_lock: float = 3.0  # that a job waits for a lock before it tries again
    request_lock: float = 5.0  # that a request waits for a lock
    result_poll: float = 0.2  # at most, between looks of a request whether its job is finished
    event_poll: float = 0.5  # between looks of a stream for what changed
    comments: int = 5_000  # of a work, without deleted ones
    comment_lines: int = 50_000  # of a work: comments, changes of them and decisions
    comment_bytes: int = 16 << 20  # of these lines
    heartbeat: float = 15.0  # of a stream
    permission: float = 0.5  # between checks whether a stream is still permitted
    event_overlap_ms: int = 10_000  # that a stream looks back further when it continues
    missed_events: int = 200  # after more, the client loads its lists again
    presence: float = 40.0  # that somebody is in a work after the last heartbeat
    repetitions: float = 10.0  # between notes of how often the same was done
    hashing_turn: float = 30.0  # that a login waits for others; many times as long as they take
    media_token: int = 15 * 60  # that a media token is valid
    upload_link: int = 10 * 60  # that a link accepts a file
    export_link: int = 24 * 60 * 60  # that a link opens an export
    measuring: float = 20.0  # of a request that hands over a timeline
    fetching: float = 300.0  # that a request waits for a file of another server
    downloading: float = 3600.0  # that a job waits for it
    usage_age: float = 600.0  # of a measurement of what a user stores
    usage_long: float = 0.1  # beyond which a measurement is slow, with a cold disk as well
    usage_rest: int = 10  # times as long as it took, a slow measurement is not repeated
    roomy: float = 1.0  # that plenty of free space is not looked at again
    access_memory: float = 60.0  # that a request without access to a file counts as a problem
    derived: float = 60.0  # that what is derived from a collection is kept without a change
    scan_pause: float = 2.0  # at least, between checks of all files of a list
    scan_share: int = 50  # of the time: checks take at most 1/50
    log_bytes: int = 1_000_000  # of a change log, which is then replaced by a new one
    nodes_listed: float = 1.0  # that a list of the nodes is used
    node_join: float = 2.0  # that a new node writes nothing, so that every reader knows of it
    node_wait: float = 15.0  # for the lock of a node whose machine was restarted, which must lapse
    safe_lock: float = 2.0  # after which a lock of a node may have lapsed
    brief_lock: float = 0.05  # that a lock is waited for without a permit: some saves take as long
    provider_retry: float = 0.3  # before the second attempt; twice as long before the third
    upload_poll: float = 1.0  # between looks whether a vendor has processed an upload
    demo_task: float = 4.0  # that a task of the demo provider appears to take


DEFAULT = Tuning()
