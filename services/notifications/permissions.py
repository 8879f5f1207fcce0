"""Who may do what with this service, in one place."""

from enum import StrEnum

from services.chassis.auth import Role, gate


class Permission(StrEnum):
    """What a caller does."""

    READ_OWN_INBOX = "inbox.read_own"
    SEE_MESSAGES = "messages.see"
    """That a message was said and how it travels, never what it says."""
    SEE_DELIVERIES = "deliveries.see"


allow = gate(
    {
        Permission.READ_OWN_INBOX: frozenset({Role.WORKER, Role.LEAD, Role.YOUNG_PERSON}),
        Permission.SEE_MESSAGES: frozenset({Role.OPERATOR, Role.LEAD}),
        Permission.SEE_DELIVERIES: frozenset({Role.OPERATOR}),
    }
)
