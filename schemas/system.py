"""Health."""

from marshmallow import fields

from schemas.common import Base


class HealthSchema(Base):
    """That the service runs, and its time."""

    status = fields.String(required=True)
    timestamp = fields.String(required=True, metadata={"format": "date-time"})


class DescriptionSchema(Base):
    """An OpenAPI document."""

    openapi = fields.String(required=True)
    info = fields.Dict(required=True)
    paths = fields.Dict(required=True)
