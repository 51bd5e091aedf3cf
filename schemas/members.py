"""Members of projects, and invitations."""

from marshmallow import fields, validate

from access.rights import MEMBER_ROLES
from schemas.accounts import email_field
from schemas.common import Base, identifier
from schemas.json_fields import Array, Boolean, Integer, Object, Text

_MAY_PAY = {"description": "May an editor start calls of AI vendors? For other roles always false"}
_EMAIL = {"description": "Only the account of this address can accept it; null for anybody"}
_NO_ACCOUNT = {"description": "null if the account does not exist any more"}


class OwnerSchema(Base):
    """The owner of a project."""

    userId = fields.String(required=True)
    name = fields.String(required=True, allow_none=True, metadata=_NO_ACCOUNT)
    email = fields.String(required=True, allow_none=True, metadata=_NO_ACCOUNT)


class MemberSchema(OwnerSchema):
    """A member of a project."""

    role = fields.String(required=True, validate=validate.OneOf(MEMBER_ROLES))
    mayPay = Boolean(required=True, metadata=_MAY_PAY)
    addedAt = Integer(required=True)


class InvitationSchema(Base):
    """An invitation to a project that can be accepted once, without its address."""

    id = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(MEMBER_ROLES))
    mayPay = Boolean(required=True, metadata=_MAY_PAY)
    email = fields.String(required=True, allow_none=True, metadata=_EMAIL)
    expiresAt = Integer(required=True)
    createdAt = Integer(required=True)


class MadeInvitationSchema(Base):
    """A new invitation, with its address: no other response has that."""

    id = fields.String(required=True)
    url = fields.String(required=True, metadata={"description": "Absolute", "format": "uri"})
    role = fields.String(required=True, validate=validate.OneOf(MEMBER_ROLES))
    mayPay = Boolean(required=True, metadata=_MAY_PAY)
    email = fields.String(required=True, allow_none=True, metadata=_EMAIL)
    expiresAt = Integer(required=True)


class ReceivedInvitationSchema(InvitationSchema):
    """An invitation as whom it is for sees it."""

    projectName = fields.String(required=True)
    invitedBy = Object(OwnerSchema, required=True)


class InviterSchema(Base):
    """Who invites, for those without a login."""

    name = fields.String(required=True, allow_none=True, metadata=_NO_ACCOUNT)


class InvitationPreviewSchema(Base):
    """What an invitation tells whoever has its link, before a login."""

    role = fields.String(required=True, validate=validate.OneOf(MEMBER_ROLES))
    mayPay = Boolean(required=True, metadata=_MAY_PAY)
    email = fields.String(required=True, allow_none=True, metadata=_EMAIL)
    expiresAt = Integer(required=True)
    projectName = fields.String(required=True)
    invitedBy = Object(InviterSchema, required=True)


class AcceptedInvitationSchema(Base):
    """What an accepted invitation gives access to."""

    projectId = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(MEMBER_ROLES))
    mayPay = Boolean(required=True, metadata=_MAY_PAY)


class NewInvitationSchema(Base):
    """An invitation to make: for the account of an email address, or for whoever has its link."""

    role = Text(required=True, validate=validate.OneOf(MEMBER_ROLES))
    mayPay = Boolean(load_default=False, metadata={"description": "For editors only"})
    email = email_field(allow_none=True)


class NewMemberSchema(NewInvitationSchema):
    """An invitation of the account of an email address."""

    email = email_field(required=True)


class MembersSchema(Base):
    """The owner and the members of a project."""

    owner = Object(OwnerSchema, required=True)
    members = Array(Object(MemberSchema), max_size=None, required=True)
    invitations = Array(
        Object(InvitationSchema),
        max_size=None,
        metadata={"description": "Those that can still be accepted; for the owner only"},
    )


class MemberUpdateSchema(Base):
    """What a member may do from now on; fields that are absent keep their values."""

    role = Text(validate=validate.OneOf(MEMBER_ROLES))
    mayPay = Boolean(metadata={"description": "For editors only"})


class NewOwnerSchema(Base):
    """The member who becomes the owner."""

    userId = identifier(required=True)
