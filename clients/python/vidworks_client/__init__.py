"""Client for Vidworks, self-hosted AI video.

from vidworks_client import Vidworks

with Vidworks(token="vg_…") as vidworks:
    video = vidworks.videos.create("A lamp that follows the sun", assets=["lamp.jpg"])
    video = vidworks.videos.wait(video)
    vidworks.download(video.result.video_url, "teaser.mp4")
"""

from vidworks_client._async.client import AsyncVidworks
from vidworks_client._sync.client import Vidworks
from vidworks_client.errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ChangedError,
    ConflictError,
    ConnectionFailedError,
    ForbiddenError,
    JobCancelledError,
    JobError,
    JobFailedError,
    JobInterruptedError,
    LimitError,
    MediaTypeError,
    NoFileError,
    NotFoundError,
    ServerError,
    StorageFullError,
    TooLargeError,
    UnknownFieldWarning,
    VidworksError,
    WaitTimeoutError,
    WebhookError,
)
from vidworks_client.models import (
    Asset,
    Export,
    Job,
    Link,
    Project,
    Step,
    User,
    Video,
    VideoResult,
    Work,
)
from vidworks_client.retries import Retries
from vidworks_client.vendors import Vendors
from vidworks_client.version import __version__
from vidworks_client.webhooks import verify_webhook

__all__ = [
    "APIError",
    "Asset",
    "AsyncVidworks",
    "AuthenticationError",
    "BadRequestError",
    "ChangedError",
    "ConflictError",
    "ConnectionFailedError",
    "Export",
    "ForbiddenError",
    "Job",
    "JobCancelledError",
    "JobError",
    "JobFailedError",
    "JobInterruptedError",
    "LimitError",
    "Link",
    "MediaTypeError",
    "NoFileError",
    "NotFoundError",
    "Project",
    "Retries",
    "ServerError",
    "Step",
    "StorageFullError",
    "TooLargeError",
    "UnknownFieldWarning",
    "User",
    "Vendors",
    "Video",
    "VideoResult",
    "Vidworks",
    "VidworksError",
    "WaitTimeoutError",
    "WebhookError",
    "Work",
    "__version__",
    "verify_webhook",
]
