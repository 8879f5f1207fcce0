"""The rows that a hop writes: one where something is said, one where it is heard, the same for every contender."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tables:
    """A contender's own tables."""

    said: str
    heard: str


OURS = Tables("ours_said", "ours_heard")
BY_HAND = Tables("by_hand_said", "by_hand_heard")
WORKFLOWS = Tables("workflow_said", "workflow_heard")

AT_ONCE = 20
"""How many commands each contender has in progress at once, and how many messages it asks for at once."""
CONNECTIONS = 12
"""How many database connections they share; the services' default."""
