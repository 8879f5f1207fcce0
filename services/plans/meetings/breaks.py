"""How long a meeting goes on without a break (R41). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """A break, so many minutes after the meeting began."""

    after_minutes: int
    minutes: int


def longest_stretch(minutes: int, breaks: Sequence[Break]) -> int:
    """The longest time without a break in a meeting of so many minutes, breaks included."""
    longest, rested_until = 0, 0
    for begins, ends in sorted((each.after_minutes, each.after_minutes + each.minutes) for each in breaks):
        if begins >= minutes:
            break
        longest = max(longest, begins - rested_until)
        rested_until = max(rested_until, ends)
    return max(longest, minutes - rested_until)
