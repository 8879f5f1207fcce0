"""Hearing messages: once in effect, dead when they make no sense, again when something failed, and by an operator."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from contracts import interarea
from contracts.envelope import Envelope
from contracts.refusals import Refusal
from contracts.values import new_id
from services.chassis import dead_letters, journal
from services.chassis.auth import Role
from services.chassis.consuming import MAX_FAULTS, NotYet, retry_delay
from services.chassis.settings import ServiceSettings
from services.chassis.work import Work
from tests.services.chassis import probe
from tests.services.conversation import hear
from tests.services.tokens import TokenIssuer

SettingsOf = Callable[[str, str], ServiceSettings]
DURABLE = "plans-interarea_handoff_opened_v1"


def opened() -> interarea.HandoffOpened:
    return interarea.HandoffOpened(
        handoff_id=uuid4(),
        version=1,
        case_id=uuid4(),
        person_id=uuid4(),
        move_id=uuid4(),
        to_area="08",
        moved_on=date(2026, 1, 2),
    )


class Ear:
    """Writes what it hears into the database, and fails as often as it was told to."""

    def __init__(self, fails: list[Exception] | None = None) -> None:
        self.fails = fails or []

    async def __call__(self, work: Work, _message: interarea.HandoffOpened, _envelope: Envelope) -> None:
        await work.connection.execute(text("INSERT INTO counted (amount) VALUES (1)"))
        if self.fails:
            raise self.fails.pop(0)


async def test_a_message_that_comes_twice_has_one_effect(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"), Ear())
    async with probe.client_of(service):
        event_id, message = new_id(), opened()
        outcomes = [await hear(service, message, event_id=event_id) for _ in range(3)]
        assert outcomes == ["handled", "repeated", "repeated"]
        async with service.work() as work:
            assert await probe.total(work) == 1


async def test_a_fault_leaves_no_trace_and_the_message_can_come_again(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"), Ear([RuntimeError("once")]))
    async with probe.client_of(service):
        event_id, message = new_id(), opened()
        with pytest.raises(RuntimeError):
            await hear(service, message, event_id=event_id)
        async with service.work() as work:
            assert await probe.total(work) == 0
        assert await hear(service, message, event_id=event_id, attempt=2) == "handled"


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({}, b"{}", "envelope-does-not-fit"),
        ({"ce-id": "not an id"}, b"{}", "envelope-does-not-fit"),
        ({"ce-type": "matti.virtanen.v1"}, b"{}", "wrong_type"),
        (None, b"not json", "body-does-not-fit"),
        (None, b'{"handoff_id": "Sala Nimi 010106A967K"}', "body-does-not-fit"),
    ],
)
async def test_nonsense_becomes_a_dead_letter_at_once_and_keeps_its_original(
    settings_of: SettingsOf, headers: dict[str, str] | None, body: bytes, reason: str
) -> None:
    service = probe.build(settings_of("plans", "05"), Ear())
    async with probe.client_of(service):
        if headers is None or reason == "wrong_type":
            headers = {**envelope_headers(opened()), "x-odd": "kept", **(headers or {})}
        outcome = await service.subscriptions.process(DURABLE, "interarea.handoff_opened.v1", headers, body, 1)
        assert outcome == "dead"
        async with service.work() as work:
            (buried,) = await dead_letters.unreplayed(work)
        assert (buried.letter.reason, buried.letter.body, buried.letter.headers) == (reason, body, headers)
        assert "Sala" not in buried.letter.detail
        assert "010106A967K" not in buried.letter.detail


async def test_nonsense_that_comes_again_is_the_same_dead_letter(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"), Ear())
    headers = envelope_headers(opened())
    async with probe.client_of(service):
        for trace, body in (("1", b"odd"), ("2", b"odd"), ("2", b"even")):
            traced = {**headers, "traceparent": f"00-{trace * 32}-{trace * 16}-01"}
            assert (
                await service.subscriptions.process(DURABLE, "interarea.handoff_opened.v1", traced, body, 1) == "dead"
            )
        async with service.work() as work:
            letters = await dead_letters.unreplayed(work)
        assert [each.letter.body for each in letters] == [b"odd", b"even"]
        async with service.work() as work:
            await dead_letters.mark_replayed(work, letters[0].dead_letter_id)
        assert await service.subscriptions.process(DURABLE, "interarea.handoff_opened.v1", headers, b"odd", 1) == "dead"
        async with service.work() as work:
            assert {each.dead_letter_id for each in await dead_letters.unreplayed(work)} == {
                each.dead_letter_id for each in letters
            }


def envelope_headers(message: interarea.HandoffOpened) -> dict[str, str]:
    return {
        "ce-id": str(new_id()),
        "ce-type": message.type,
        "ce-source": "/areas/05/interarea",
        "ce-subject": str(message.handoff_id),
        "ce-time": "2026-01-02T03:04:05+00:00",
        "ce-sequence": "1",
        "ce-dataschema": "urn:jatkumo:schema:" + message.type,
    }


async def test_what_keeps_failing_becomes_a_dead_letter_after_the_last_fault(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"), Ear([RuntimeError("again")] * MAX_FAULTS))
    async with probe.client_of(service):
        event_id, message = new_id(), opened()
        for _ in range(MAX_FAULTS - 1):
            with pytest.raises(RuntimeError):
                await hear(service, message, event_id=event_id)
        assert await hear(service, message, event_id=event_id) == "dead"


async def test_deliveries_that_were_not_the_messages_fault_are_not_counted(settings_of: SettingsOf) -> None:
    outage = OperationalError("SELECT 1", {}, OSError())
    ear = Ear([outage] * MAX_FAULTS + [NotYet()] * MAX_FAULTS + [RuntimeError("once")])
    service = probe.build(settings_of("plans", "05"), ear)
    async with probe.client_of(service):
        event_id, message = new_id(), opened()
        for attempt in range(1, 2 * MAX_FAULTS + 2):
            with pytest.raises((OperationalError, NotYet, RuntimeError)):
                await hear(service, message, event_id=event_id, attempt=attempt)
        assert await hear(service, message, event_id=event_id, attempt=99) == "handled"


async def test_a_rule_that_refuses_a_message_buries_it_at_once(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"), Ear([Refusal("not-so", "Not so.")]))
    async with probe.client_of(service):
        assert await hear(service, opened()) == "dead"
        async with service.work() as work:
            (buried,) = await dead_letters.unreplayed(work)
            assert await probe.total(work) == 0
        assert buried.letter.reason == "not-so"


async def test_what_came_too_early_comes_again(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"), Ear([NotYet()]))
    async with probe.client_of(service):
        with pytest.raises(NotYet):
            await hear(service, opened())


def test_the_delay_grows_and_stays_under_a_minute() -> None:
    delays = [retry_delay(attempt) for attempt in range(1, 20)]
    assert delays == sorted(delays)
    assert delays[0] < 0.5
    assert max(delays) <= 60


async def test_an_operator_sends_a_dead_letter_again(settings_of: SettingsOf, tokens: TokenIssuer) -> None:
    ear = Ear([Refusal("broken", "Broken."), RuntimeError("still"), RuntimeError("still")])
    service = probe.build(settings_of("plans", "05"), ear)
    operator = tokens.bearer(Role.OPERATOR, area="05", subject="on-call")
    async with probe.client_of(service) as client:
        await hear(service, opened())
        (letter,) = (await client.get("/dead-letters", headers=operator)).json()
        assert "body" not in letter
        replay = f"/dead-letters/{letter['dead_letter_id']}/replay"
        assert (await client.post(replay, headers=operator)).status_code == 409
        ear.fails.clear()
        assert (await client.post(replay, headers=operator)).status_code == 200
        assert (await client.get("/dead-letters", headers=operator)).json() == []
        async with service.work() as work:
            assert await probe.total(work) == 1


async def test_only_an_operator_sees_dead_letters(settings_of: SettingsOf, tokens: TokenIssuer) -> None:
    service = probe.build(settings_of("plans", "05"))
    async with probe.client_of(service) as client:
        answer = await client.get("/dead-letters", headers=tokens.bearer(Role.LEAD, area="05"))
        assert answer.status_code == 403


async def test_the_journal_keeps_what_was_said_and_refuses_change(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"))
    async with probe.client_of(service):
        async with service.work() as work:
            await journal.record(work, opened())
        for statement in ("UPDATE journal SET type = 'x'", "DELETE FROM journal", "TRUNCATE journal"):
            with pytest.raises(DBAPIError, match="append-only"):
                async with service.work() as work:
                    await work.connection.execute(text(statement))


async def test_what_is_said_is_journaled_and_queued_together_or_not_at_all(settings_of: SettingsOf) -> None:
    service = probe.build(settings_of("plans", "05"))
    async with probe.client_of(service):
        with pytest.raises(RuntimeError):
            async with service.work() as work:
                await journal.record(work, opened())
                raise RuntimeError
        async with service.work() as work:
            counts = await work.connection.execute(
                text("SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM outbox)")
            )
            assert tuple(counts.one()) == (0, 0)
            await journal.record(work, opened())
        async with service.work() as work:
            counts = await work.connection.execute(
                text("SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM outbox)")
            )
            assert tuple(counts.one()) == (1, 1)
            queued = (await work.connection.execute(text("SELECT payload, headers FROM outbox"))).one()
        assert interarea.HandoffOpened.model_validate_json(queued.payload)
        assert queued.headers["jatkumo-subject"] == "interarea.handoff_opened.v1"


async def test_the_journal_can_be_queued_again_by_an_operator(settings_of: SettingsOf, tokens: TokenIssuer) -> None:
    service = probe.build(settings_of("plans", "05"))
    async with probe.client_of(service) as client:
        async with service.work() as work:
            await journal.record(work, opened(), opened())
            await work.connection.execute(text("DELETE FROM outbox"))
        operator = tokens.bearer(Role.OPERATOR, area="05", subject="on-call")
        answer = await client.post("/journal/replay", headers=operator)
        assert answer.json() == {"queued": 2}
        async with service.work() as work:
            rows = (await work.connection.execute(text("SELECT queue, payload, headers FROM outbox"))).all()
            journaled = (await work.connection.execute(text("SELECT headers FROM journal"))).scalars().all()
        assert [row.queue for row in rows] == ["local", "local"]
        assert {row.headers["Nats-Msg-Id"] for row in rows} == {headers["Nats-Msg-Id"] for headers in journaled}
