"""The schemas of stored documents: those of the API, and the fields that are not in responses."""

from marshmallow import Schema, fields, validate

from schemas.accounts import TokenMetaSchema, UserSchema
from schemas.activity import StoredPresenceSchema
from schemas.assets import AssetSchema
from schemas.common import Base, identifier
from schemas.editor_templates import TemplateSchema
from schemas.exports import StoredExportSchema
from schemas.jobs import JobSchema
from schemas.json_fields import Array, Boolean, Integer
from schemas.links import LINK_KINDS, PROJECT_LINK_KINDS, LinkSchema
from schemas.projects import ProjectSchema
from schemas.scenes import GeneratedSceneSchema
from schemas.trash import TRASH_KINDS
from schemas.works import WorkSummarySchema
from storage import paths
from storage.media.media_files import EXTENSIONS


class StoredUserSchema(UserSchema):
    """A user, with what is needed to log in."""

    passwordHash = fields.String(required=True)


class StoredTokenSchema(TokenMetaSchema):
    """An API token, with what is needed to check it."""

    userId = fields.String(required=True)
    hash = fields.String(required=True)


class StoredLinkSchema(LinkSchema):
    """A link, with what is needed to check it."""

    kind = fields.String(required=True, validate=validate.OneOf([*LINK_KINDS, *PROJECT_LINK_KINDS]))
    userId = fields.String(required=True)
    hash = fields.String(required=True)
    source = fields.Dict(required=True)


class StoredDeletionSchema(Base):
    """An entry of the trash."""

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(TRASH_KINDS))
    projectId = identifier(required=True)
    documentId = identifier(required=True)
    ownerId = identifier(required=True)
    name = fields.String(required=True)
    projectName = fields.String(required=True)
    deletedBy = fields.String(required=True)
    deletedAt = Integer(required=True)
    expiresAt = Integer(required=True)
    bytes = Integer(required=True)
    inodes = Integer()  # entries of earlier versions have none


class StoredLoginSchema(Base):
    """Counts of failed logins, or one of them, which had documents of their own before."""

    counters = fields.Dict(values=fields.Tuple((Integer(), Integer())))
    failures = Integer()
    updatedAt = Integer()


class StoredRequestSchema(Base):
    """What was sent with an Idempotency-Key."""

    id = fields.String(required=True)
    userId = fields.String(required=True)
    hash = fields.String(required=True)
    name = fields.String(required=True)
    done = Boolean(required=True)
    creators = Integer()
    createdAt = Integer(required=True)


class StoredNoticeSchema(Base):
    """A webhook of a review that is to be sent."""

    id = fields.String(required=True)
    userId = fields.String(required=True)
    event = fields.String(required=True)
    saidId = fields.String(required=True)
    projectId = fields.String(required=True)
    workId = fields.String(required=True)
    tries = Integer(required=True)
    createdAt = Integer(required=True)


class StoredBudgetSchema(Base):
    """A count of paid calls."""

    day = Integer(required=True)
    calls = Integer(required=True)


class StoredKeySchema(Base):
    """A vendor's key that a user keeps."""

    key = fields.String(required=True)
    updatedAt = Integer(required=True)


class StoredProviderKeysSchema(Base):
    """The keys of vendors that are kept for a user or a project."""

    id = fields.String(required=True)
    userId = fields.String(required=True)
    keys = fields.Dict(fields.String(), fields.Nested(StoredKeySchema), required=True)


class StoredProjectSchema(ProjectSchema):
    """A project."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("role", "mayPay")  # of the user who asks


class StoredAssetSchema(AssetSchema):
    """An asset, with what is needed to serve its file."""

    mimeType = fields.String(required=True, validate=validate.OneOf([*EXTENSIONS]))


class StoredJobSchema(JobSchema):
    """A job, with what is needed to continue it."""

    userId = fields.String(required=True)
    request = fields.Dict(required=True)
    requestHash = fields.String(required=True)
    ownKeys = Array(fields.String(), required=True)


class StoredWorkSchema(WorkSummarySchema):
    """A work, with what is needed to change it."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("progress",)  # computed from the scenes

    selectedAssetIds = Array(fields.String(), required=True)
    assetUsageMode = fields.String(required=True, allow_none=True)
    scenes = Array(fields.Raw(), required=True)
    generatedScenes = Array(fields.Nested(GeneratedSceneSchema), required=True)
    editorState = fields.Dict(required=True)


SCHEMAS: dict[str, type[Schema]] = {  # by the last part of a collection's path
    paths.USERS: StoredUserSchema,
    paths.TOKENS: StoredTokenSchema,
    paths.LINKS: StoredLinkSchema,
    paths.LOGINS: StoredLoginSchema,
    paths.REQUESTS: StoredRequestSchema,
    paths.NOTICES: StoredNoticeSchema,
    paths.BUDGETS: StoredBudgetSchema,
    paths.PRESENCE: StoredPresenceSchema,
    paths.PROVIDER_KEYS: StoredProviderKeysSchema,
    paths.PROJECTS: StoredProjectSchema,
    paths.WORKS: StoredWorkSchema,
    paths.ASSETS: StoredAssetSchema,
    paths.TEMPLATES: TemplateSchema,
    paths.JOBS: StoredJobSchema,
    paths.EXPORTS: StoredExportSchema,
    paths.TRASH: StoredDeletionSchema,
}
