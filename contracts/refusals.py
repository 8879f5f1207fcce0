"""How a rule says no: with a stable code, the field that it is about, and what was expected. Never with data."""

from enum import StrEnum


class RefusalKind(StrEnum):
    """What a refusal means to whoever asked."""

    INVALID = "invalid"
    """What was asked can never be done like this: change the request."""
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    """It cannot be done in the present state of things."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A rule refuses a command; nothing changes."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        kind: RefusalKind = RefusalKind.INVALID,
        field: str | None = None,
        expected: str | None = None,
    ) -> None:
        """``code`` is stable and hyphenated (``unknown-municipality``); ``message`` is one plain sentence."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.kind = kind
        self.field = field
        self.expected = expected
