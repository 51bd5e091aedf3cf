"""Users, sessions and API tokens."""

from marshmallow import fields, validate

from schemas.common import Base, Items, Number, Whole, identifier

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
    """A new account."""

    email = _email()
    password = fields.String(
        required=True, validate=validate.Length(min=8, max=1024), metadata=_PASSWORD
    )
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))


class LoginSchema(Base):
    """E-mail and password."""

    email = fields.String(required=True, validate=validate.Length(max=1024))
    password = fields.String(required=True, validate=validate.Length(max=1024))


class RefreshSchema(Base):
    """A refresh token."""

    refreshToken = fields.String(required=True)


class UserSchema(Base):
    """A user, as shown: without the password's hash."""

    id = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    createdAt = Whole(required=True)
    updatedAt = Whole(required=True)


class TokenPairSchema(Base):
    """A fresh pair of JWTs."""

    accessToken = fields.String(required=True)
    refreshToken = fields.String(required=True)


class SessionSchema(TokenPairSchema):
    """A user and a pair of JWTs."""

    user = fields.Nested(UserSchema, required=True)


class NewTokenSchema(Base):
    """An API token to be made."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    scopes = Items(
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
    """What is shown of an API token: never the token itself."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    tokenPrefix = fields.String(required=True)
    scopes = Items(fields.String(), required=True)
    lastUsedAt = Whole(required=True, allow_none=True)
    expiresAt = Whole(required=True, allow_none=True)
    createdAt = Whole(required=True)


class CreatedTokenSchema(Base):
    """The only answer that holds the token itself."""

    token = fields.String(required=True)
    meta = fields.Nested(TokenMetaSchema, required=True)


class NewMediaTokenSchema(Base):
    """A media token to be made."""

    projectId = identifier(required=True)


class MediaTokenSchema(Base):
    """A token for reading one project's media, to be put into URLs."""

    token = fields.String(required=True)
    projectId = fields.String(required=True)
    expiresAt = Whole(required=True)
