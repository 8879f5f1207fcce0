"""The handoff's machine: every order, every repetition, and still one handoff, told once, completed last."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import exchange, interarea
from contracts.dossiers import Dossier, PersonDetails
from contracts.interarea import HandoffState, Side
from contracts.plans import ToAbroad, ToAland, ToArea
from contracts.values import Contact, Ground, Language, Title
from services.interarea.handoffs.domain import (
    Accept,
    Command,
    Handoff,
    HearTold,
    NotAParty,
    NoteAccepted,
    NoteCompleted,
    NoteDelivered,
    NoteFirstContact,
    NoteReceived,
    NoteTold,
    Offer,
    Open,
    Outgoing,
    Receive,
    Release,
    ReleaseEarlier,
    TooEarly,
    decide,
    evolve,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WORKER = Contact(worker_id=uuid4(), name="Testi Työntekijä", title=Title.SOCIAL_WORKER)
DOSSIER = Dossier(
    person=PersonDetails(hetu="010106A967K", given_name="Testi", family_name="Nuori", language=Language.FI),
    ground=Ground.TAKEN_INTO_CARE,
    placement_ended_on=date(2024, 1, 1),
    last_child_protection_on=date(2024, 1, 1),
    right_ends_on=date(2029, 1, 1),
    special_support=False,
    municipality="837",
    moved_on=TODAY,
    responsible_worker=WORKER,
)
PLACING, FIRST, SECOND = "05", "08", "90"


@dataclass
class World:
    """Areas with their copies of handoffs, and every message that is on its way: to whom, from whom, what."""

    copies: dict[tuple[str, UUID], Handoff] = field(default_factory=dict)
    on_the_way: list[tuple[str, UUID, Command]] = field(default_factory=list)
    events: list[tuple[str, interarea.HandoffEvent]] = field(default_factory=list)
    case_id: UUID = field(default_factory=uuid4)

    def step(self, area: str, handoff_id: UUID, command: Command) -> bool:
        """Give a command to an area's copy; False when it comes too early and must come again."""
        before = self.copies.get((area, handoff_id))
        try:
            decision = decide(before, command)
        except TooEarly:
            return False
        after = before
        for event in decision.events:
            after = evolve(after, event)
            self.events.append((area, event))
            self._react(area, event)
        if after is not None:
            self.copies[area, handoff_id] = after
        for outgoing in decision.outgoing:
            self._send(area, outgoing)
        return True

    def open(self, to: str) -> UUID:
        """The placing area hears that the young person moved."""
        handoff_id = uuid4()
        where = ToArea(area=to, municipality="837")
        self.step(PLACING, handoff_id, Open(handoff_id, self.case_id, uuid4(), uuid4(), where, TODAY))
        return handoff_id

    def _react(self, area: str, event: interarea.HandoffEvent) -> None:
        """What plans and notifications of the area do about an event."""
        match event:
            case interarea.HandoffOpened():
                self.on_the_way.append((area, event.handoff_id, Offer(DOSSIER)))
            case interarea.HandoffOffered():
                self.on_the_way.append((area, event.handoff_id, NoteDelivered()))
            case interarea.HandoffReceived():
                self.on_the_way.append((area, event.handoff_id, Accept(uuid4(), WORKER)))
            case interarea.ContactConfirmed():
                self.on_the_way.append((area, event.handoff_id, NoteFirstContact(NOW)))
            case interarea.HandoffAccepted():
                self.on_the_way.append((area, event.handoff_id, NoteTold(NOW)))
            case interarea.HandoffCompleted(side=Side.GIVING):
                for (owner, handoff_id), copy in self.copies.items():
                    earlier = owner == PLACING and handoff_id != event.handoff_id and copy.other_area != SECOND
                    if earlier:
                        self.on_the_way.append((PLACING, handoff_id, ReleaseEarlier(TODAY)))

    def _send(self, sender: str, outgoing: Outgoing) -> None:
        self.on_the_way.append((outgoing.to, outgoing.message.handoff_id, heard(sender, outgoing.message)))

    def says(self, area: str, kind: type[interarea.HandoffEvent]) -> int:
        """How often an area said an event of a kind."""
        return sum(1 for where, event in self.events if where == area and isinstance(event, kind))


def heard(sender: str, message: exchange.ExchangeMessage) -> Command:
    """The command that a message between areas becomes."""
    match message:
        case exchange.HandoffOffered():
            return Receive(message.handoff_id, sender, message.placing_case_id, message.dossier, NOW)
        case exchange.HandoffReceived():
            return NoteReceived(sender)
        case exchange.HandoffAccepted():
            return NoteAccepted(sender, message.contact)
        case exchange.PersonTold():
            return HearTold(sender, message.told_at)
        case exchange.HandoffCompleted():
            return NoteCompleted(sender, message.first_contact_at)
        case exchange.HandoffReleased():
            return Release(message.handoff_id, sender, message.placing_case_id)
    raise AssertionError(message.type)


def run(world: World, choose: st.DataObject) -> None:
    """Deliver everything in an order that hypothesis chooses, some of it twice, until nothing is on its way."""
    repeats = 12
    for _ in range(400):
        if not world.on_the_way:
            return
        index = choose.draw(st.integers(0, len(world.on_the_way) - 1))
        area, handoff_id, command = world.on_the_way[index]
        again = repeats > 0 and choose.draw(st.booleans())
        if world.step(area, handoff_id, command) and not again:
            world.on_the_way.pop(index)
        repeats -= again
    raise AssertionError(f"never quiet: {world.on_the_way}")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_handoff_completes_once_in_any_order_and_with_any_repetition(choose: st.DataObject) -> None:
    world = World()
    handoff_id = world.open(FIRST)
    run(world, choose)
    assert world.copies[PLACING, handoff_id].state is HandoffState.COMPLETED
    assert world.copies[FIRST, handoff_id].state is HandoffState.COMPLETED
    for area, kind in ((PLACING, interarea.HandoffAccepted), (PLACING, interarea.HandoffCompleted)):
        assert world.says(area, kind) == 1
    assert world.says(FIRST, interarea.HandoffReceived) == 1
    assert world.says(FIRST, interarea.HandoffCompleted) == 1


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_the_earlier_residence_is_released_only_after_the_next_has_completed(choose: st.DataObject) -> None:
    world = World()
    first = world.open(FIRST)
    second = world.open(SECOND)
    run(world, choose)
    assert world.copies[PLACING, second].state is HandoffState.COMPLETED
    assert world.copies[PLACING, first].state is HandoffState.RELEASED
    assert world.copies.get((FIRST, first)) is None or world.copies[FIRST, first].state is HandoffState.RELEASED
    said = [(area, type(event)) for area, event in world.events]
    assert said.index((SECOND, interarea.HandoffCompleted)) < said.index((PLACING, interarea.HandoffReleased))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_versions_of_a_copy_rise_by_one_without_gaps(choose: st.DataObject) -> None:
    world = World()
    handoff_id = world.open(FIRST)
    run(world, choose)
    for area in (PLACING, FIRST):
        versions = [event.version for where, event in world.events if where == area and event.handoff_id == handoff_id]
        assert versions == list(range(1, len(versions) + 1))


def test_no_handoff_completes_before_the_young_person_was_told() -> None:
    world = World()
    handoff_id = world.open(FIRST)
    for command in (Offer(DOSSIER), NoteDelivered()):
        world.step(PLACING, handoff_id, command)
    world.step(FIRST, handoff_id, Receive(handoff_id, PLACING, world.case_id, DOSSIER, NOW))
    world.step(FIRST, handoff_id, Accept(uuid4(), WORKER))
    world.step(FIRST, handoff_id, NoteFirstContact(NOW))
    assert world.copies[FIRST, handoff_id].state is HandoffState.ACCEPTED
    world.step(FIRST, handoff_id, HearTold(PLACING, NOW))
    assert world.copies[FIRST, handoff_id].state is HandoffState.COMPLETED


@pytest.mark.parametrize("destination", [ToAbroad(), ToAland(municipality="478")])
def test_a_move_to_where_no_area_answers_needs_a_person(destination: ToAbroad | ToAland) -> None:
    handoff_id = uuid4()
    decision = decide(None, Open(handoff_id, uuid4(), uuid4(), uuid4(), destination, TODAY))
    (event,) = decision.events
    assert isinstance(event, interarea.HandoffNeedsPerson)
    copy = evolve(None, event)
    assert copy.state is HandoffState.MANUAL
    assert copy.other_area is None
    assert not decision.outgoing


def test_a_move_to_an_area_that_is_not_connected_needs_a_person() -> None:
    where = ToArea(area="19", municipality="564")
    decision = decide(None, Open(uuid4(), uuid4(), uuid4(), uuid4(), where, TODAY, connected=False))
    (event,) = decision.events
    assert isinstance(event, interarea.HandoffNeedsPerson)
    assert not decision.outgoing


STRANGER = "21"


@pytest.mark.parametrize(
    ("area", "command"),
    [
        (PLACING, NoteReceived(STRANGER)),
        (PLACING, NoteAccepted(STRANGER, WORKER)),
        (PLACING, NoteCompleted(STRANGER, NOW)),
        (FIRST, HearTold(STRANGER, NOW)),
    ],
)
def test_an_area_that_is_no_party_changes_nothing(area: str, command: Command) -> None:
    world = World()
    handoff_id = world.open(FIRST)
    world.step(PLACING, handoff_id, Offer(DOSSIER))
    world.step(FIRST, handoff_id, Receive(handoff_id, PLACING, world.case_id, DOSSIER, NOW))
    before = world.copies[area, handoff_id]
    with pytest.raises(NotAParty):
        decide(before, command)


def test_nobody_else_can_release_a_residence_or_offer_it_again() -> None:
    world = World()
    handoff_id = uuid4()
    world.step(FIRST, handoff_id, Receive(handoff_id, PLACING, world.case_id, DOSSIER, NOW))
    copy = world.copies[FIRST, handoff_id]
    with pytest.raises(NotAParty):
        decide(copy, Release(handoff_id, STRANGER, world.case_id))
    with pytest.raises(NotAParty):
        decide(copy, Receive(handoff_id, STRANGER, world.case_id, DOSSIER, NOW))


def test_a_release_that_overtakes_its_offer_leaves_nothing_to_open() -> None:
    world = World()
    handoff_id = uuid4()
    world.step(FIRST, handoff_id, Release(handoff_id, PLACING, world.case_id))
    world.step(FIRST, handoff_id, Receive(handoff_id, PLACING, world.case_id, DOSSIER, NOW))
    assert world.copies[FIRST, handoff_id].state is HandoffState.RELEASED
    assert world.says(FIRST, interarea.HandoffReceived) == 0


def test_capacity_and_cost_cannot_be_expressed() -> None:
    words = {"capacity", "cost", "price", "ceiling", "budget", "euro"}
    for message in (*exchange.ExchangeMessage.__subclasses__(), *interarea.HandoffEvent.__subclasses__()):
        assert not words & set(" ".join(message.model_fields).replace("_", " ").split())
