"""Users, sessions and API tokens."""

from marshmallow import fields, validate

from schemas.common import Array, Base, Integer, Number, identifier

SCOPES = (
    "projects:read",
    "projects:write",
    "works:read",
    "works:write",
    "ai:analyze",
    "ai:generate",
)

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
