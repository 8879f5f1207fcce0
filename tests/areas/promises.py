"""Everything that must be true once a young person's handoffs have ended, whatever happened on the way.

``check`` looks from outside: at the APIs, the databases and the mail sink. It waits for what still travels, and then
asks for each promise by itself, so that a failure says which one is broken.
"""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx

from contracts.interarea import HandoffCompleted, HandoffEvent, HandoffOffered, HandoffState, OverlapBegan
from contracts.subjects import SERVICES
from tests.areas.journeys import Handoff, Journey
from tests.areas.outbox_tricks import rows
from tests.areas.slow_motion import until

Row = Any  # a database row or JSON: each query knows its columns

_TOLD_BY_GIVING = {
    ("young_person", "person.your_contact"),
    ("responsible_worker", "worker.contact_was_named"),
    ("responsible_worker", "worker.first_contact_happened"),
}
_TOLD_BY_RECEIVING = {("contact", "contact.you_are_named")}


def check(journey: Journey, *, mail_may_repeat: bool = False) -> None:
    """Every promise, for every handoff of a young person; the last has completed, or will now by itself.

    ``mail_may_repeat``: something was killed, perhaps between the mail server's answer and the commit that notes it.
    The same e-mail may then have come again, under its own Message-ID.
    """
    *earlier, last = journey.handoffs()
    journey.until_state(last, HandoffState.COMPLETED)
    for handoff in earlier:
        journey.until_state(handoff, HandoffState.RELEASED, in_areas=_told_of(journey, handoff))
    come_to_rest(journey)

    _exactly_one_area_arranges(journey, last.receiving)
    _a_named_worker_at_every_instant(journey)
    _a_contact_stays_until_the_next_area_has_taken_over(journey)
    mails = _mails(journey)
    for handoff in journey.handoffs():
        _steps_without_gaps(journey, handoff)
        _everything_said_once(journey, handoff)
        _disclosed_with_a_basis(journey, handoff)
        _told_once(journey, handoff, mails, mail_may_repeat=mail_may_repeat)
        if _completed(journey, handoff):
            _told_and_met_before_it_completed(journey, handoff)
    _no_other_mail_to_her(journey, mails)
    assert dead_letters_about(journey) == []


def come_to_rest(journey: Journey) -> None:
    """Nothing is on its way any more: outboxes, streams, mail."""
    for area in journey.stack.areas:
        for service in SERVICES:
            until(partial(_all_said, journey, area, service), f"{service}-{area} has said everything")
            until(partial(_all_heard, journey, area, service), f"{service}-{area} has heard everything")
    for handoff in journey.handoffs():
        for area in _told_of(journey, handoff):
            until(partial(_all_delivered, journey, area, handoff), f"area {area} has delivered its messages")


def _all_said(journey: Journey, area: str, service: str) -> bool:
    return not _ask(journey, area, service, "SELECT 1 FROM outbox LIMIT 1")


def _all_heard(journey: Journey, area: str, service: str) -> bool:
    try:
        answer = httpx.get(f"{journey.stack.url(service, area)}/health/ready", timeout=30)
    except httpx.TransportError:
        return False
    checks = answer.json()["checks"]
    return answer.is_success and all(
        check["detail"] == "0 waiting" for name, check in checks.items() if name != "database"
    )


def _all_delivered(journey: Journey, area: str, handoff: Handoff) -> bool:
    return all(row["state"] == "sent" for row in _deliveries(journey, area, handoff))


# One case, one area (C2), and always somebody (C1)


def _exactly_one_area_arranges(journey: Journey, area_now: str) -> None:
    visited = {handoff.receiving for handoff in journey.handoffs()}
    for area in set(journey.stack.areas) - {journey.placing}:
        cases = _cases(journey, area)
        still_open = [case["case_id"] for case in cases if case["closed_at"] is None]
        listed = journey.desks[area].listed("plans", "/cases?role=residence")
        seen = [UUID(case["case_id"]) for case in listed if UUID(case["case_id"]) in {c["case_id"] for c in cases}]
        assert len(cases) == 1 if area == area_now else len(cases) <= int(area in visited)
        assert len(still_open) == int(area == area_now)
        assert seen == still_open
    [placed] = _cases(journey, journey.placing)
    assert placed["case_id"] == journey.case_id
    assert placed["closed_at"] is None


def _a_named_worker_at_every_instant(journey: Journey) -> None:
    for area in journey.stack.areas:
        for case in _cases(journey, area):
            namings = _ask(
                journey,
                area,
                "plans",
                "SELECT worker_id, named_at FROM namings WHERE case_id = $1 ORDER BY version",
                case["case_id"],
            )
            assert namings[0]["named_at"] == case["opened_at"]
            assert namings[-1]["worker_id"] == (case["worker_id"] if case["closed_at"] is None else None)
            assert all(naming["worker_id"] is not None for naming in namings[:-1])
            assert case["closed_at"] is not None or case["worker_is_active"]
    named = journey.desks[journey.placing].named_workers(journey.case_id)
    responsible = [worker for worker in named if worker["role"] == "responsible_worker"]
    assert all(before["until"] == after["since"] for before, after in pairwise(responsible))
    assert responsible[-1]["until"] is None


def _a_contact_stays_until_the_next_area_has_taken_over(journey: Journey) -> None:
    contacts = {
        row["handoff_id"]: row
        for row in _ask(
            journey,
            journey.placing,
            "plans",
            "SELECT * FROM remote_contacts WHERE case_id = $1 AND contact IS NOT NULL",
            journey.case_id,
        )
    }
    handoffs = journey.handoffs()
    assert contacts[handoffs[-1].handoff_id]["until"] is None
    completed = [handoff for handoff in handoffs if _completed(journey, handoff)]
    for before, after in pairwise(completed):
        contact = contacts[before.handoff_id]
        assert contact["since"] <= contacts[after.handoff_id]["since"] <= contact["until"]
        assert contact["until"] >= _when(journey, after.giving, after, HandoffCompleted)
        [left] = _cases(journey, before.receiving)
        taken_over = _when(journey, after.receiving, after, HandoffCompleted)
        assert left["closed_at"] is None or left["closed_at"] >= taken_over


# Each step once, in order (C3), and disclosed with a basis (C8)


def _told_of(journey: Journey, handoff: Handoff) -> tuple[str, ...]:
    """The areas that have a part in it. A move that she did not stay for may never have been offered to anybody."""
    until(
        lambda: (
            _took(journey, handoff.giving, handoff, HandoffOffered)
            or journey.sees(handoff.giving, handoff, HandoffState.RELEASED)
        ),
        "the handoff is offered, or will never be",
    )
    if _took(journey, handoff.giving, handoff, HandoffOffered):
        return (handoff.giving, handoff.receiving)
    assert journey.desks[handoff.receiving].handoff(handoff.handoff_id) is None
    return (handoff.giving,)


def _steps_without_gaps(journey: Journey, handoff: Handoff) -> None:
    for area in _told_of(journey, handoff):
        seen = journey.desks[area].handoff(handoff.handoff_id)
        assert seen is not None
        assert [step["version"] for step in seen["steps"]] == list(range(1, seen["version"] + 1))
        assert _repeated(step["event_type"] for step in seen["steps"]) == []


def _everything_said_once(journey: Journey, handoff: Handoff) -> None:
    for area in (handoff.giving, handoff.receiving):
        for service in SERVICES:
            said = _ask(journey, area, service, "SELECT type, sequence, aggregate_id, queue, body FROM journal")
            about = [row["type"] for row in said if _is_about(row, handoff)]
            assert _repeated(about) == []
            assert _repeated((row["type"], row["aggregate_id"], row["sequence"]) for row in said) == []


def _is_about(row: Row, handoff: Handoff) -> bool:
    if row["queue"] == "exchange":
        return bool(row["aggregate_id"] == handoff.handoff_id)
    return bool(json.loads(row["body"]).get("handoff_id") == str(handoff.handoff_id))


def _told_and_met_before_it_completed(journey: Journey, handoff: Handoff) -> None:
    received = journey.desks[handoff.receiving].handoff(handoff.handoff_id)
    assert received is not None
    met_at = datetime.fromisoformat(received["first_contact_at"])
    for area in (handoff.giving, handoff.receiving):
        seen = journey.desks[area].handoff(handoff.handoff_id)
        assert seen is not None
        told_at = datetime.fromisoformat(seen["told_at"])
        overlap = _when(journey, area, handoff, OverlapBegan)
        completed = _when(journey, area, handoff, HandoffCompleted)
        assert told_at <= overlap <= completed
        assert met_at <= completed


def _disclosed_with_a_basis(journey: Journey, handoff: Handoff) -> None:
    desk = journey.desks[handoff.giving]
    found = desk.listed("plans", f"/young-people/{journey.person_id}/disclosures")
    disclosed = [each for each in found if each["handoff_id"] == str(handoff.handoff_id)]
    if not _took(journey, handoff.giving, handoff, HandoffOffered):
        return
    [disclosure] = disclosed
    assert disclosure["recipient_area"] == handoff.receiving
    assert disclosure["legal_basis"]
    assert disclosure["legal_source"]
    assert datetime.fromisoformat(disclosure["at"]) <= _when(journey, handoff.giving, handoff, HandoffOffered)


# Told, exactly once


def _told_once(journey: Journey, handoff: Handoff, mails: Mapping[str, int], *, mail_may_repeat: bool) -> None:
    completed = _completed(journey, handoff)
    for area, expected in ((handoff.giving, _TOLD_BY_GIVING), (handoff.receiving, _TOLD_BY_RECEIVING)):
        tracks = journey.desks[area].tracks(handoff.handoff_id)
        told = Counter((track["recipient_role"], track["template"], track["channel"]) for track in tracks)
        said = {(role, template) for role, template, _ in told}
        assert said == expected if completed else said <= expected
        assert told == Counter((*each, channel) for each in said for channel in ("inbox", "email"))
        for delivery in _deliveries(journey, area, handoff):
            if delivery["channel"] == "email":
                came = mails[str(delivery["delivery_id"])]
                assert came >= 1 if mail_may_repeat else came == 1
    in_her_inbox = [
        message
        for message in journey.desks[journey.placing].inbox("young_person", journey.person_id)
        if message["handoff_id"] == str(handoff.handoff_id)
    ]
    assert len(in_her_inbox) == 1 if completed else len(in_her_inbox) <= 1


def _no_other_mail_to_her(journey: Journey, mails: Mapping[str, int]) -> None:
    expected = {
        str(delivery["delivery_id"])
        for handoff in journey.handoffs()
        for delivery in _deliveries(journey, handoff.giving, handoff)
        if delivery["recipient_role"] == "young_person" and delivery["channel"] == "email"
    }
    assert {message_id for message_id in mails if message_id in _mails(journey, journey.person.email)} == expected


def _mails(journey: Journey, address: str | None = None) -> Mapping[str, int]:
    """How often each e-mail came, by the delivery that its Message-ID names; all, or those to one address."""
    received = httpx.get(f"{journey.stack.url('sink')}/messages", timeout=30).json()
    ids = [
        mail["headers"]["Message-ID"].lstrip("<").split("@")[0]
        for mail in received
        if address is None or address in mail["recipients"]
    ]
    return Counter(ids)


# Looking


def dead_letters_about(journey: Journey) -> list[str]:
    """Why messages about this young person's cases and handoffs could not be handled, where that happened."""
    subjects = {journey.person_id, journey.case_id, *(handoff.handoff_id for handoff in journey.handoffs())}
    for area in journey.stack.areas:
        subjects |= {id_ for case in _cases(journey, area) for id_ in (case["case_id"], case["person_id"])}
    return [
        f"{service}-{area}: {row['consumer']}: {row['reason']}"
        for area in journey.stack.areas
        for service in SERVICES
        for row in _ask(
            journey,
            area,
            service,
            "SELECT consumer, reason FROM dead_letters WHERE headers->>'ce-subject' = ANY($1)",
            [str(subject) for subject in subjects],
        )
    ]


def _cases(journey: Journey, area: str) -> list[Row]:
    """Every case that an area has of this young person, found by her identity code: ids differ between areas."""
    query = "SELECT cases.* FROM cases JOIN people USING (person_id) WHERE hetu = $1 ORDER BY opened_at"
    return _ask(journey, area, "plans", query, journey.person.hetu)


def _deliveries(journey: Journey, area: str, handoff: Handoff) -> list[Row]:
    query = "SELECT * FROM deliveries WHERE handoff_id = $1"
    return _ask(journey, area, "notifications", query, handoff.handoff_id)


def _completed(journey: Journey, handoff: Handoff) -> bool:
    return _took(journey, handoff.giving, handoff, HandoffCompleted)


def _took(journey: Journey, area: str, handoff: Handoff, step: type[HandoffEvent]) -> bool:
    """Whether an area took a step of a handoff."""
    return bool(_steps(journey, area, handoff, step))


def _when(journey: Journey, area: str, handoff: Handoff, step: type[HandoffEvent]) -> datetime:
    """When an area took a step of a handoff. Raises ``ValueError`` when it did not."""
    [taken] = _steps(journey, area, handoff, step)
    at: datetime = taken["at"]
    return at


def _steps(journey: Journey, area: str, handoff: Handoff, step: type[HandoffEvent]) -> list[Row]:
    query = "SELECT at FROM handoff_steps WHERE handoff_id = $1 AND event_type = $2"
    return _ask(journey, area, "interarea", query, handoff.handoff_id, step.type)


def _ask(journey: Journey, area: str, service: str, query: str, *values: object) -> list[Row]:
    return list(rows(journey.stack.database_url(area, service), query, *values))


def _repeated(said: Iterable[Hashable]) -> list[Hashable]:
    return [each for each, times in Counter(said).items() if times > 1]
