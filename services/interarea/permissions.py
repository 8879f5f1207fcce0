"""Who may do what with interarea, in one place."""

from enum import StrEnum

from services.chassis.auth import Role, gate


class Permission(StrEnum):
    """What can be done."""

    SEE_HANDOFFS = "handoffs.see"
    SEE_DISCLOSURES = "disclosures.see"


MATRIX: dict[Permission, frozenset[Role]] = {
    Permission.SEE_HANDOFFS: frozenset({Role.WORKER, Role.LEAD, Role.OPERATOR}),
    # It tells where somebody lives, so it is not for everybody who may see that a handoff runs.
    Permission.SEE_DISCLOSURES: frozenset({Role.LEAD}),
}

allow = gate(MATRIX)
