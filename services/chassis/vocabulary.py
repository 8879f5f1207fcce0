"""The closed list of what spans may say. Nothing else leaves the process (C7); a test reads what was exported."""

from typing import Final

AREA: Final = "jatkumo.area"
HANDOFF_ID: Final = "jatkumo.handoff.id"
EVENT_ID: Final = "jatkumo.event.id"
EVENT_TYPE: Final = "jatkumo.event.type"
STATE: Final = "jatkumo.handoff.state"
ATTEMPT: Final = "jatkumo.attempt"
OUTCOME: Final = "jatkumo.outcome"
CONSUMER: Final = "messaging.consumer.group.name"
MESSAGING_SYSTEM: Final = "messaging.system"
ERROR_TYPE: Final = "error.type"
MESSAGING_OPERATION: Final = "messaging.operation.type"

ALLOWED: Final[frozenset[str]] = frozenset(
    {
        AREA,
        HANDOFF_ID,
        EVENT_ID,
        EVENT_TYPE,
        STATE,
        ATTEMPT,
        OUTCOME,
        CONSUMER,
        MESSAGING_SYSTEM,
        MESSAGING_OPERATION,
        "http.request.method",
        "http.method",
        "http.route",
        "http.response.status_code",
        "http.status_code",
        ERROR_TYPE,
        "exception.type",
    }
)
"""Attribute names that may be exported; ``http.*`` are the semantic conventions' route and status, never a target."""

RESOURCE_ALLOWED: Final[frozenset[str]] = frozenset(
    {
        "service.name",
        "service.version",
        "service.instance.id",
        "telemetry.sdk.name",
        "telemetry.sdk.language",
        "telemetry.sdk.version",
        AREA,
    }
)
