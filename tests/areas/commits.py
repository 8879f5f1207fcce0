"""Kills a process in the middle of a step: before its commit, so nothing is done, or right after, so nobody knows."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from deploy.embedded.stack import EmbeddedStack
from tests.areas.outbox_tricks import execute, rows
from tests.areas.slow_motion import Boundary, SlowMotion, crash, until

_HOLD_BACK = """
CREATE TABLE held_back (type text PRIMARY KEY);
CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WHILE EXISTS (SELECT 1 FROM held_back WHERE type = NEW.type) LOOP
    PERFORM pg_sleep(0.02);
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hold_back AFTER INSERT ON journal DEFERRABLE INITIALLY {when}
  FOR EACH ROW EXECUTE FUNCTION hold_back();
"""
_LET_GO = "DROP TRIGGER hold_back ON journal; DROP FUNCTION hold_back(); DROP TABLE held_back"
_HOLDS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"


class Moment(Enum):
    """When, within the transaction of a step, its process is killed."""

    BEFORE_COMMIT = "IMMEDIATE"
    """In the middle: the database undoes what was done."""
    AFTER_COMMIT = "DEFERRED"
    """The step is on disk, neither published nor acknowledged nor answered."""


class HeldSteps:
    """Steps that are held in the middle of their transaction until whoever takes them is killed."""

    def __init__(self, stack: EmbeddedStack, motion: SlowMotion, moment: Moment) -> None:
        self._stack = stack
        self._motion = motion
        self._moment = moment

    def crash_at(self, boundary: Boundary) -> None:
        """Wait for the step before a boundary, and kill who takes it; returns when the step is taken all the same."""
        name = self._motion.process(boundary.by)
        database = self._motion.database(boundary.by)
        until(lambda: bool(rows(database, _HOLDS)), f"{name} is in the middle of {boundary.after}")
        if self._moment is Moment.AFTER_COMMIT:
            # Frozen, it does not hear that its commit, long sent, is done.
            os.kill(self._stack.process_ids[name], signal.SIGSTOP)
            _let_go(database, boundary)
            self._motion.until_said(boundary)
            crash(self._stack, name)
        else:
            crash(self._stack, name)
            _let_go(database, boundary)
            self._motion.until_said(boundary)


@contextmanager
def steps_held(
    stack: EmbeddedStack, motion: SlowMotion, boundaries: Sequence[Boundary], moment: Moment
) -> Iterator[HeldSteps]:
    """While this holds, nobody takes a step before one of the boundaries but by ``crash_at``."""
    databases = {motion.database(boundary.by) for boundary in boundaries}
    for database in databases:
        execute(database, _HOLD_BACK.format(when=moment.value))
    try:
        for boundary in boundaries:
            execute(motion.database(boundary.by), f"INSERT INTO held_back VALUES ('{boundary.after}')")
        motion.begin(boundaries)
        yield HeldSteps(stack, motion, moment)
    finally:
        for database in databases:
            # What a failed test still holds would keep the trigger's lock for ever.
            execute(database, "DELETE FROM held_back")
            execute(database, _LET_GO)


def _let_go(database: str, boundary: Boundary) -> None:
    execute(database, f"DELETE FROM held_back WHERE type = '{boundary.after}'")
