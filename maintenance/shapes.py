"""What the service cannot do without in its documents: less than what it writes into them."""

from marshmallow import fields, validate

from schemas.accounts import TokenMetaSchema, UserSchema
from schemas.assets import AssetSchema
from schemas.common import Base
from schemas.fields import Items, Whole
from schemas.jobs import JobSchema
from schemas.scenes import GeneratedSceneSchema
from schemas.works import WorkSummarySchema
from storage.media_files import EXTENSIONS


class UserShape(UserSchema):
    """A user, to log in and be shown."""

    passwordHash = fields.String(required=True)


class TokenShape(TokenMetaSchema):
    """An API token, to be checked and listed."""

    userId = fields.String(required=True)
    hash = fields.String(required=True)


class LoginShape(Base):
    """A count of failed logins."""

    failures = Whole(required=True)
    updatedAt = Whole(required=True)


class BudgetShape(Base):
    """A count of paid calls."""

    day = Whole(required=True)
    calls = Whole(required=True)


class AssetShape(AssetSchema):
    """An asset, to be listed and served."""

    mimeType = fields.String(required=True, validate=validate.OneOf([*EXTENSIONS]))


class JobShape(JobSchema):
    """A job, to be shown and gone on with."""

    userId = fields.String(required=True)
    request = fields.Dict(required=True)
    requestHash = fields.String(required=True)
    ownKeys = Items(fields.String(), required=True)


class WorkShape(WorkSummarySchema):
    """A work, to be listed and changed."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("progress",)  # counted from the scenes

    scenes = Items(fields.Raw(), required=True)
    generatedScenes = Items(fields.Nested(GeneratedSceneSchema), required=True)
    editorState = fields.Dict(required=True)
