"""Events of a move become messages: once, in the recipient's language, whatever order they come in."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from contracts.interarea import Side
from contracts.notifications import PersonTold, RecipientRole
from contracts.values import Language, new_id
from services.chassis.consuming import NotYet
from services.chassis.service import Service
from services.notifications.messages.domain import Template
from tests.services.conversation import said
from tests.services.notifications.area import Area


async def templates(area: Area) -> list[tuple[RecipientRole, Template, Language]]:
    return [(one.notice.recipient_role, one.notice.template, one.language) for one in await area.said()]


async def test_an_accepted_handoff_tells_the_young_person_and_the_worker_each_in_their_language(area: Area) -> None:
    await area.settles_in()
    assert await area.handoff_is_accepted() == "handled"
    assert await templates(area) == [
        (RecipientRole.YOUNG_PERSON, Template.YOUR_CONTACT, Language.SV),
        (RecipientRole.RESPONSIBLE_WORKER, Template.CONTACT_WAS_NAMED, Language.FI),
    ]


async def test_the_area_hears_that_the_young_person_was_told(area: Area, service: Service) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    to_person = (await area.said())[0]
    (told,) = await said(service, PersonTold)
    assert told == PersonTold(
        message_id=to_person.message_id,
        handoff_id=area.handoff_id,
        case_id=area.case_id,
        person_id=area.person_id,
        told_at=to_person.said_at,
    )


async def test_the_same_message_twice_tells_once(area: Area, service: Service) -> None:
    await area.settles_in()
    event_id = new_id()
    assert await area.handoff_is_accepted(event_id=event_id) == "handled"
    assert await area.handoff_is_accepted(event_id=event_id) == "repeated"
    assert len(await area.said()) == 2
    assert len(await said(service, PersonTold)) == 1


async def test_the_same_news_under_another_id_tells_once(area: Area, service: Service) -> None:
    await area.settles_in()
    for _ in range(3):
        assert await area.handoff_is_accepted() == "handled"
    assert len(await area.said()) == 2
    assert len(await said(service, PersonTold)) == 1


async def test_the_same_news_many_times_at_once_tells_once(area: Area, service: Service) -> None:
    await area.settles_in()
    await asyncio.gather(*(area.handoff_is_accepted() for _ in range(6)))
    assert len(await area.said()) == 2
    assert len(await said(service, PersonTold)) == 1
    async with service.work() as work:
        counted = await work.connection.execute(text("SELECT channel, count(*) FROM deliveries GROUP BY 1 ORDER BY 1"))
        assert [tuple(row) for row in counted] == [("email", 2), ("inbox", 2)]


async def test_the_next_move_is_told_again(area: Area, service: Service) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    area.handoff_id = new_id()
    await area.handoff_is_accepted()
    assert len(await area.said()) == 2
    assert len(await said(service, PersonTold)) == 2


async def all_but_person(area: Area) -> None:
    await area.records_worker()
    await area.opens_case()


async def all_but_worker(area: Area) -> None:
    await area.records_person()
    await area.opens_case()


async def all_but_case(area: Area) -> None:
    await area.records_person()
    await area.records_worker()


@pytest.mark.parametrize(
    ("heard", "missing"),
    [(all_but_person, Area.records_person), (all_but_worker, Area.records_worker), (all_but_case, Area.opens_case)],
)
async def test_news_that_comes_before_its_people_waits_for_them(
    area: Area, service: Service, heard: Callable[[Area], Awaitable[None]], missing: Callable[[Area], Awaitable[str]]
) -> None:
    await heard(area)
    event_id = new_id()
    with pytest.raises(NotYet):
        await area.handoff_is_accepted(event_id=event_id)
    assert await area.said() == []
    assert await said(service, PersonTold) == []
    await missing(area)
    assert await area.handoff_is_accepted(event_id=event_id) == "handled"
    assert len(await area.said()) == 2


async def test_news_of_a_case_whose_worker_left_waits_for_the_next_worker(area: Area) -> None:
    await area.settles_in()
    await area.records_worker(version=2, active=False)
    with pytest.raises(NotYet):
        await area.handoff_is_accepted()
    successor = new_id()
    await area.records_worker(successor, name="Seuraava Koe", language=Language.EN)
    await area.names_worker(successor)
    await area.handoff_is_accepted()
    to_person, to_worker = await area.said()
    assert (to_worker.notice.recipient_id, to_worker.language) == (successor, Language.EN)
    assert to_person.notice.details.worker_name == "Seuraava Koe"


async def test_a_late_old_version_never_overwrites_a_newer_one(area: Area) -> None:
    successor = new_id()
    await area.records_worker(successor, name="Seuraava Koe")
    await area.names_worker(successor, version=3)
    await area.opens_case(version=1)
    await area.records_person(version=2, language=Language.EN)
    await area.records_person(version=1, language=Language.FI)
    await area.records_worker(successor, version=5, name="Uusi Nimi")
    await area.records_worker(successor, version=4, name="Vanha Nimi")
    await area.handoff_is_accepted()
    to_person, to_worker = await area.said()
    assert (to_person.language, to_person.notice.details.worker_name) == (Language.EN, "Uusi Nimi")
    assert to_worker.notice.recipient_id == successor


async def test_the_new_contact_is_told(area: Area) -> None:
    contact = new_id()
    with pytest.raises(NotYet):
        await area.names_contact(contact)
    await area.records_worker(contact, language=Language.SV)
    await area.names_contact(contact)
    assert await templates(area) == [(RecipientRole.CONTACT, Template.YOU_ARE_THE_CONTACT, Language.SV)]


async def test_a_first_contact_is_told_where_the_young_person_came_from(area: Area) -> None:
    await area.settles_in()
    await area.handoff_is_completed(Side.GIVING)
    assert await templates(area) == [(RecipientRole.RESPONSIBLE_WORKER, Template.FIRST_CONTACT_HAPPENED, Language.FI)]


async def test_a_first_contact_is_no_news_where_it_was_recorded(area: Area) -> None:
    assert await area.handoff_is_completed(Side.RECEIVING) == "handled"
    assert await area.said() == []


async def test_a_move_that_no_area_answers_for_is_brought_to_the_responsible_worker(area: Area) -> None:
    await area.settles_in()
    await area.handoff_needs_person()
    assert await templates(area) == [(RecipientRole.RESPONSIBLE_WORKER, Template.MOVE_NEEDS_YOU, Language.FI)]


async def test_nobody_but_the_young_person_being_told_is_announced(area: Area, service: Service) -> None:
    await area.settles_in()
    await area.names_contact(area.worker_id)
    await area.handoff_is_completed()
    await area.handoff_needs_person()
    assert await said(service, PersonTold) == []
