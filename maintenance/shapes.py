"""What the service cannot do without in its documents: less than what it writes into them."""

from marshmallow import fields

from schemas.accounts import TokenMetaSchema, UserSchema
from schemas.common import Base
from schemas.fields import Items, Whole
from schemas.scenes import GeneratedSceneSchema
from schemas.works import WorkSummarySchema


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


class WorkShape(WorkSummarySchema):
    """A work, to be listed and changed."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("progress",)  # counted from the scenes

    scenes = Items(fields.Raw(), required=True)
    generatedScenes = Items(fields.Nested(GeneratedSceneSchema), required=True)
    editorState = fields.Dict(required=True)
