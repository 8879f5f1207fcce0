"""What can go wrong on the way, done to the outbox itself: every message twice, or in another order.

Triggers in the services' databases stand for a relay that was killed after the acknowledgement, and for a network
that overtakes. A doubled row has another ``Nats-Msg-Id``, so JetStream cannot help and the inbox has to.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import asyncpg

from contracts.subjects import SERVICES
from deploy.embedded.stack import EmbeddedStack

_DOUBLE = """
CREATE FUNCTION say_twice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT NEW.headers ? 'x-second' THEN
    INSERT INTO outbox (queue, payload, headers, next_attempt_at)
    VALUES (NEW.queue, NEW.payload,
            NEW.headers || jsonb_build_object('Nats-Msg-Id', NEW.headers->>'Nats-Msg-Id' || '-second', 'x-second', '1'),
            NEW.next_attempt_at + random() * interval '400 ms');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER say_twice AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION say_twice();
"""

_OVERTAKE = """
CREATE FUNCTION overtake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.next_attempt_at := NEW.next_attempt_at + CASE NEW.headers->>'ce-type'
    WHEN 'exchange.handoff.received.v1' THEN interval '3 s'
    WHEN 'plans.person_recorded.v1' THEN interval '2 s'
    WHEN 'plans.case_opened.v1' THEN interval '2 s'
    WHEN 'plans.worker_recorded.v1' THEN interval '2 s'
    WHEN 'exchange.handoff.told.v1' THEN interval '2 s'
    WHEN 'exchange.handoff.released.v1' THEN interval '1 s'
    ELSE interval '0 s' END;
  RETURN NEW;
END $$;
CREATE TRIGGER overtake BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION overtake();
"""

_LATE = """
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.headers->>'ce-type' = 'plans.residence_changed.v1' THEN
    NEW.next_attempt_at := NEW.next_attempt_at + interval '3 s';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER late BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION late();
"""


@contextmanager
def every_message_twice(stack: EmbeddedStack) -> Iterator[None]:
    """While this holds, every message of every service is published twice under two ids."""
    with _trigger(_everywhere(stack), "say_twice", _DOUBLE):
        yield


@contextmanager
def messages_overtake_each_other(stack: EmbeddedStack) -> Iterator[None]:
    """While this holds, acknowledgements come after what follows them, and copies of people after what needs them."""
    with _trigger(_everywhere(stack), "overtake", _OVERTAKE):
        yield


@contextmanager
def residence_changes_are_late(stack: EmbeddedStack, area: str) -> Iterator[None]:
    """A change of residence that is recorded while this holds leaves the area's plans three seconds later."""
    with _trigger([stack.database_url(area, "plans")], "late", _LATE):
        yield


def _everywhere(stack: EmbeddedStack) -> list[str]:
    return [stack.database_url(area, service) for area in stack.areas for service in SERVICES]


@contextmanager
def _trigger(databases: list[str], name: str, definition: str) -> Iterator[None]:
    for url in databases:
        execute(url, definition)
    try:
        yield
    finally:
        for url in databases:
            execute(url, f"DROP TRIGGER {name} ON outbox; DROP FUNCTION {name}()")


def execute(url: str, statement: str) -> None:
    """Run a statement on one service's database, from any thread."""
    rows(url, statement)


def rows(url: str, query: str, *values: object) -> list[asyncpg.Record]:
    """What a query on one service's database answers; several statements when there are no values."""

    async def ask() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            if values or query.lstrip().upper().startswith("SELECT"):
                return list(await connection.fetch(query, *values))
            await connection.execute(query)
            return []
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(ask())).result()
