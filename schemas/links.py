"""Links that open something without a login."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.common import Base, identifier, resource_name
from schemas.json_fields import Array, Integer, Object, Text

UPLOAD, EXPORT, MEDIA = "upload", "export", "media"
LINK_KINDS = (UPLOAD, EXPORT, MEDIA)
# Made for a project, by routes of their own: they outlive the login of whoever made them.
INVITATION, REVIEW = "invitation", "review"
PROJECT_LINK_KINDS = (INVITATION, REVIEW)
PATHS = {  # of the addresses, by the kind of link
    UPLOAD: "/api/uploads",
    EXPORT: "/api/downloads",
    MEDIA: "/api/files",
    INVITATION: "/#/invitations",
    REVIEW: "/review",
}
MIN_SECONDS, DEFAULT_SECONDS, MAX_SECONDS = 60, 86_400, 30 * 86_400

# What a link of each kind names besides the project. Media are an asset, or a file of a work.
_TARGETS = {
    UPLOAD: {"workId", "name"},
    EXPORT: {"workId", "exportId"},
    MEDIA: {"assetId", "workId", "media"},
}
_NAMES = set().union(*_TARGETS.values())


class LinkTargetSchema(Base):
    """What a link opens: an export, a media file, or the asset that an upload creates."""

    projectId = fields.String(required=True)
    workId = fields.String()
    exportId = fields.String()
    assetId = fields.String(metadata={"description": "The id that the asset gets, or has"})
    media = fields.String(metadata={"description": "The file of the work: `scene/0/video`"})
    name = fields.String(metadata={"description": "The file name that the asset gets"})


class LinkSchema(Base):
    """A link, without its address: only whoever made it got that."""

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(LINK_KINDS))
    target = Object(LinkTargetSchema, required=True)
    usedAt = Integer(required=True, allow_none=True)
    expiresAt = Integer(required=True)
    createdAt = Integer(required=True)


class MadeLinkSchema(Base):
    """A new link, with its address: no other response has that."""

    id = fields.String(required=True)
    url = fields.String(required=True, metadata={"description": "Absolute", "format": "uri"})
    kind = fields.String(required=True, validate=validate.OneOf(LINK_KINDS))
    target = Object(LinkTargetSchema, required=True)
    expiresAt = Integer(required=True)


class NewLinkSchema(Base):
    """A link to make."""

    kind = Text(required=True, validate=validate.OneOf(LINK_KINDS))
    projectId = identifier(required=True)
    workId = identifier(
        metadata={"description": "Of an export or a file; an upload is then selected for it"}
    )
    exportId = identifier(metadata={"description": "For kind `export`"})
    assetId = identifier(metadata={"description": "For kind `media`, unless it is of a work"})
    media = Text(
        max_size=40,
        metadata={
            "description": "For kind `media`: the file of the work, such as `scene/0/video`,"
            " `scene/0/voice`, `audio` or `reference`"
        },
    )
    name = resource_name(metadata={"description": "For kind `upload`: the asset's file name"})
    expiresIn = Integer(
        load_default=DEFAULT_SECONDS,
        validate=validate.Range(MIN_SECONDS, MAX_SECONDS),
        metadata={"description": "Seconds"},
    )

    @validates_schema
    def _check_target(self, body: dict[str, Any], **_: Any) -> None:
        """Check that the body names what its kind opens, and nothing else."""
        kind, given = body["kind"], body.keys() & _NAMES
        other = {name: [f"Not for a link of kind {kind}."] for name in given - _TARGETS[kind]}
        if {"assetId", "media"} <= given:
            other |= {"assetId": ["Not with `media`: a link opens one file."]}
        required = _required(kind, given) - given
        if messages := {**other, **{name: ["Required."] for name in required}}:
            raise ValidationError(messages)


def _required(kind: str, given: set[str]) -> set[str]:
    """Return what a link of a kind has to name."""
    if kind == EXPORT:
        return {"workId", "exportId"}
    if kind == UPLOAD:
        return set()
    return {"workId", "media"} if given & {"workId", "media"} else {"assetId"}


class LinkListSchema(Base):
    """The links of a user that have not ended."""

    links = Array(Object(LinkSchema), max_size=None, required=True)
