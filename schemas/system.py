"""Health."""

from marshmallow import Schema, fields


class HealthSchema(Schema):
    """That the service runs, and its time."""

    status = fields.String(required=True)
    timestamp = fields.String(required=True, metadata={"format": "date-time"})
