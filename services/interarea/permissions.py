"""Who may do what with interarea, in one place."""

from enum import StrEnum

from services.chassis.auth import Role, gate


class Permission(StrEnum):
    """What can be done."""

    SEE_HANDOFFS = "handoffs.see"


MATRIX: dict[Permission, frozenset[Role]] = {
    Permission.SEE_HANDOFFS: frozenset({Role.WORKER, Role.LEAD, Role.OPERATOR}),
}

allow = gate(MATRIX)
