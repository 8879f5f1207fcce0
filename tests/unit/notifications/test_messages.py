"""What is said to whom, when: pure decisions."""

from dataclasses import astuple
from uuid import UUID

from contracts.interarea import Side
from contracts.notifications import RecipientRole
from contracts.values import Language, Title, new_id
from services.notifications.messages import domain
from services.notifications.messages.domain import Details, Notice, Said, Template
from tests.unit.notifications import events

RESPONSIBLE = new_id()


def on_accepted(*, protected: bool = False) -> tuple[Notice, ...]:
    return domain.on_handoff_accepted(
        events.accepted(), address_protected=protected, worker_id=RESPONSIBLE, worker_name=events.WORKER_NAME
    )


def told(notices: tuple[Notice, ...]) -> list[tuple[RecipientRole, UUID, Template]]:
    return [(notice.recipient_role, notice.recipient_id, notice.template) for notice in notices]


def test_a_named_contact_is_told_that_the_case_is_theirs() -> None:
    event = events.contact_named()
    notices = domain.on_contact_named(event)
    assert told(notices) == [(RecipientRole.CONTACT, event.contact.worker_id, Template.YOU_ARE_THE_CONTACT)]
    assert (notices[0].handoff_id, notices[0].case_id) == (event.handoff_id, event.case_id)


def test_an_accepted_handoff_tells_the_young_person_and_the_responsible_worker() -> None:
    event = events.accepted()
    notices = domain.on_handoff_accepted(
        event, address_protected=False, worker_id=RESPONSIBLE, worker_name=events.WORKER_NAME
    )
    assert told(notices) == [
        (RecipientRole.YOUNG_PERSON, event.person_id, Template.YOUR_CONTACT),
        (RecipientRole.RESPONSIBLE_WORKER, RESPONSIBLE, Template.CONTACT_WAS_NAMED),
    ]


def test_the_young_person_learns_who_the_contact_is_how_to_reach_them_and_who_stays() -> None:
    to_person, _ = on_accepted()
    assert to_person.details == Details(
        events.CONTACT_NAME,
        Title.SOCIAL_COUNSELLOR,
        events.CONTACT_PHONE,
        events.CONTACT_EMAIL,
        events.WORKER_NAME,
    )


def test_under_non_disclosure_only_names_are_kept() -> None:
    to_person, _ = on_accepted(protected=True)
    assert to_person.non_disclosure
    assert to_person.details == Details(contact_name=events.CONTACT_NAME, worker_name=events.WORKER_NAME)


def test_nobody_but_the_young_person_is_told_a_detail() -> None:
    notices = (
        *domain.on_contact_named(events.contact_named()),
        *on_accepted(),
        *domain.on_handoff_completed(events.completed(Side.GIVING), worker_id=RESPONSIBLE),
        *domain.on_handoff_needs_person(events.needs_person(), worker_id=RESPONSIBLE),
    )
    to_staff = [notice for notice in notices if notice.recipient_role is not RecipientRole.YOUNG_PERSON]
    assert len(to_staff) == 4
    assert all(not any(astuple(notice.details)) for notice in to_staff)


def test_a_first_contact_is_news_to_the_area_that_gave_not_to_the_one_that_recorded_it() -> None:
    giving = domain.on_handoff_completed(events.completed(Side.GIVING), worker_id=RESPONSIBLE)
    assert told(giving) == [(RecipientRole.RESPONSIBLE_WORKER, RESPONSIBLE, Template.FIRST_CONTACT_HAPPENED)]
    assert domain.on_handoff_completed(events.completed(Side.RECEIVING), worker_id=RESPONSIBLE) == ()


def test_a_move_that_no_area_answers_for_asks_the_responsible_worker() -> None:
    notices = domain.on_handoff_needs_person(events.needs_person(), worker_id=RESPONSIBLE)
    assert told(notices) == [(RecipientRole.RESPONSIBLE_WORKER, RESPONSIBLE, Template.MOVE_NEEDS_YOU)]


def test_only_the_young_persons_message_is_announced() -> None:
    to_person, to_worker = on_accepted()
    said = Said(new_id(), to_person, Language.SV, events.AT)
    (announced,) = domain.announced(said)
    assert (announced.message_id, announced.person_id) == (said.message_id, to_person.recipient_id)
    assert (announced.handoff_id, announced.told_at) == (to_person.handoff_id, events.AT)
    assert domain.announced(Said(new_id(), to_worker, Language.FI, events.AT)) == ()
