"""Users, sessions and API tokens."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.common import Base, identifier
from schemas.json_fields import Array, Boolean, Integer, Number, Object, Opaque, Text

SCOPES = (
    "projects:read",
    "projects:write",
    "works:read",
    "works:write",
    "ai:analyze",
    "ai:generate",
)

# Those of the page: English, and the translations in console/languages/.
DEFAULT_LANGUAGE = "en"
LANGUAGES = (DEFAULT_LANGUAGE, "de", "es")

_EXPIRY_FIELD = re.compile("exp|ttl|lifetime|valid", re.IGNORECASE)  # at the start of a name
_KEY_ERROR = "Must be printable ASCII without spaces."
_PASSWORD = {"description": "At least 8 characters", "format": "password"}


def email_field(**kwargs: Any) -> Text:
    """Return a field for the email address of an account."""
    is_email = validate.Email(error="Must be an email address.")
    return Text(max_size=254, validate=is_email, metadata={"format": "email"}, **kwargs)


def _new_password() -> Text:
    return Text(required=True, min_size=8, max_size=1024, metadata=_PASSWORD)


def _cookie() -> Boolean:
    description = "Keep the refresh token in a cookie; for pages of this service only"
    return Boolean(load_default=False, metadata={"description": description})


class RegisterSchema(Base):
    """An account to create."""

    email = email_field(required=True)
    password = _new_password()
    name = Text(required=True, min_size=1, max_size=200)
    setupCode = Text(
        max_size=100,
        metadata={"description": "For the first account, if `needsSetupCode` says so"},
    )
    cookie = _cookie()


class RegistrationSchema(Base):
    """Whether accounts can be created here, and whether the next one is the first."""

    open = Boolean(required=True)
    first = Boolean(required=True)
    needsSetupCode = Boolean(
        required=True,
        metadata={"description": "Whether the first account needs the code that the start prints"},
    )


class LoginSchema(Base):
    """Credentials of a user."""

    email = Text(required=True, max_size=1024)
    password = Text(required=True, max_size=1024)
    cookie = _cookie()


class NewPasswordSchema(Base):
    """The current password, and a new one."""

    current = Text(required=True, max_size=1024)
    new = _new_password()


class RefreshSchema(Base):
    """A refresh token."""

    refreshToken = Opaque(required=True)


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
    language = fields.String(metadata={"description": "Of the page, if the user has chosen one"})
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)


class UserChangesSchema(Base):
    """What users change about themselves."""

    language = Text(
        allow_none=True,
        validate=validate.OneOf(LANGUAGES),
        metadata={"description": "Of the page; `null`: the one that the browser asks for"},
    )


class TokenPairSchema(Base):
    """An access token and a refresh token (JWTs)."""

    accessToken = fields.String(required=True)
    refreshToken = fields.String(required=True)


class BrowserSessionSchema(Base):
    """A user, with an access token (JWT); the refresh token is a cookie."""

    user = Object(UserSchema, required=True)
    accessToken = fields.String(required=True)


class SessionSchema(BrowserSessionSchema):
    """A user, with an access token and, unless it is a cookie, a refresh token (JWTs)."""

    refreshToken = fields.String()


class NewTokenSchema(Base):
    """An API token to create."""

    name = Text(required=True, min_size=1, max_size=100)
    scopes = Array(Text(validate=validate.OneOf(SCOPES)), required=True, min_size=1)
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
    meta = Object(TokenMetaSchema, required=True)


class NewProviderKeySchema(Base):
    """A vendor's key to keep."""

    key = Text(
        required=True,
        min_size=1,
        max_size=500,
        validate=validate.Regexp(r"[!-~]*\Z", error=_KEY_ERROR),
        metadata={"pattern": "^[!-~]+$", "format": "password", "writeOnly": True},
    )


class ProviderKeySchema(Base):
    """A vendor's key that the user keeps, without the key itself."""

    provider = fields.String(required=True)
    last4 = fields.String(
        required=True, metadata={"description": "Its last characters; none of a short key"}
    )
    updatedAt = Integer(required=True)


class NewMediaTokenSchema(Base):
    """A media token to create."""

    projectId = identifier(required=True)


class MediaTokenSchema(Base):
    """A short-lived token for URLs that read the media of one project."""

    token = fields.String(required=True)
    projectId = fields.String(required=True)
    expiresAt = Integer(required=True)
