"""Users, sessions and API tokens."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.common import Array, Base, Boolean, Integer, Number, identifier

SCOPES = (
    "projects:read",
    "projects:write",
    "works:read",
    "works:write",
    "ai:analyze",
    "ai:generate",
)

_EXPIRY_FIELD = re.compile("exp|ttl|lifetime|valid", re.IGNORECASE)  # at the start of a name
_PASSWORD = {"description": "At least 8 characters", "format": "password"}


def _email() -> fields.Email:
    return fields.Email(required=True, validate=validate.Length(max=254))


class RegisterSchema(Base):
    """An account to create."""

    email = _email()
    password = fields.String(
        required=True, validate=validate.Length(min=8, max=1024), metadata=_PASSWORD
    )
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))


class LoginSchema(Base):
    """Credentials of a user."""

    email = fields.String(required=True, validate=validate.Length(max=1024))
    password = fields.String(required=True, validate=validate.Length(max=1024))


class RefreshSchema(Base):
    """A refresh token."""

    refreshToken = fields.String(required=True)


class LogoutSchema(Base):
    """What to end by logging out."""

    everywhere = Boolean(
        load_default=False, metadata={"description": "End all sessions of the user"}
    )


class UserSchema(Base):
    """A user, without the password hash."""

    id = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)


class TokenPairSchema(Base):
    """An access token and a refresh token (JWTs)."""

    accessToken = fields.String(required=True)
    refreshToken = fields.String(required=True)


class SessionSchema(TokenPairSchema):
    """A user, with an access token and a refresh token (JWTs)."""

    user = fields.Nested(UserSchema, required=True)


class NewTokenSchema(Base):
    """An API token to create."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    scopes = Array(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(min=1),
    )
    expiresInDays = Number(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=0, min_inclusive=False, max=36_500),
    )

    @validates_schema(pass_original=True)
    def _reject_other_expiry(self, _data: Any, original: Any, **_: Any) -> None:
        """Reject other fields for the expiry: ignored, they would give a token without one."""
        others = original.keys() - self.fields.keys() if isinstance(original, dict) else ()
        messages = {
            name: ["Unknown field; use expiresInDays."]
            for name in others
            if _EXPIRY_FIELD.match(name) and original[name] is not None
        }
        if messages:
            raise ValidationError(messages)


class TokenMetaSchema(Base):
    """Metadata of an API token, without the token itself."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    tokenPrefix = fields.String(required=True)
    scopes = Array(fields.String(), required=True)
    lastUsedAt = Integer(required=True, allow_none=True)
    expiresAt = Integer(required=True, allow_none=True)
    createdAt = Integer(required=True)


class CreatedTokenSchema(Base):
    """A new API token. No other response contains the token itself."""

    token = fields.String(required=True)
    meta = fields.Nested(TokenMetaSchema, required=True)


class NewMediaTokenSchema(Base):
    """A media token to create."""

    projectId = identifier(required=True)


class MediaTokenSchema(Base):
    """A short-lived token for URLs that read the media of one project."""

    token = fields.String(required=True)
    projectId = fields.String(required=True)
    expiresAt = Integer(required=True)
