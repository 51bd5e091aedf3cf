"""Shapes that several resources share."""

from marshmallow import EXCLUDE, Schema, fields

from schemas.fields import Whole, at_least


class Base(Schema):
    """Unknown fields are ignored: clients send whole snapshots with extras."""

    class Meta:
        """marshmallow's options."""

        unknown = EXCLUDE


class ErrorSchema(Base):
    """The body of every failure."""

    error = fields.String(required=True, metadata={"description": "A short message"})
    details = fields.Raw(metadata={"description": "More: text, an object or a list"})
    required = fields.List(fields.String(), metadata={"description": "403: the scopes needed"})
    granted = fields.List(fields.String(), metadata={"description": "403: the token's scopes"})


class ResolutionSchema(Base):
    """The size of the video in pixels."""

    width = Whole(required=True, validate=at_least(1))
    height = Whole(required=True, validate=at_least(1))
