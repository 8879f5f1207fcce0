"""Who may do what with the operations view."""

from enum import StrEnum

from services.chassis.auth import Role, gate


class Permission(StrEnum):
    """What callers do here. Sending spans needs none: see ``traces/receiver.py``."""

    SEE_TRACES = "traces.see"


MATRIX = {Permission.SEE_TRACES: frozenset({Role.OPERATOR})}
allow = gate(MATRIX)
