"""Kills a process at the instant after its commit: what it did is done, and nobody has heard so, itself included."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from deploy.embedded.stack import EmbeddedStack
from tests.areas.outbox_tricks import execute, rows
from tests.areas.slow_motion import Boundary, SlowMotion, until

_HOLD_BACK = """
CREATE TABLE held_back (type text PRIMARY KEY);
CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WHILE EXISTS (SELECT 1 FROM held_back WHERE type = NEW.type) LOOP
    PERFORM pg_sleep(0.02);
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hold_back AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION hold_back();
"""
_LET_GO = "DROP TRIGGER hold_back ON journal; DROP FUNCTION hold_back(); DROP TABLE held_back"
_HOLDS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"


class HeldCommits:
    """Commits that wait until they are allowed."""

    def __init__(self, stack: EmbeddedStack, motion: SlowMotion) -> None:
        self._stack = stack
        self._motion = motion

    def crash_after(self, boundary: Boundary) -> None:
        """Wait for the step before a boundary, let it be committed, and kill who took it before they learn of it."""
        name = self._motion.process(boundary.by)
        database = self._motion.database(boundary.by)
        until(lambda: bool(rows(database, _HOLDS)), f"{name} is about to commit {boundary.after}")
        os.kill(self._stack.process_ids[name], signal.SIGSTOP)
        execute(database, f"DELETE FROM held_back WHERE type = '{boundary.after}'")
        self._motion.until_said(boundary)
        self._stack.kill(name)


@contextmanager
def commits_held_back(
    stack: EmbeddedStack, motion: SlowMotion, boundaries: Sequence[Boundary]
) -> Iterator[HeldCommits]:
    """While this holds, nobody commits a step before one of the boundaries but by ``crash_after``."""
    databases = {motion.database(boundary.by) for boundary in boundaries}
    for database in databases:
        execute(database, _HOLD_BACK)
    try:
        for boundary in boundaries:
            execute(motion.database(boundary.by), f"INSERT INTO held_back VALUES ('{boundary.after}')")
        motion.begin(boundaries)
        yield HeldCommits(stack, motion)
    finally:
        for database in databases:
            # What a failed test still holds would keep the trigger's lock for ever.
            execute(database, "DELETE FROM held_back")
            execute(database, _LET_GO)
