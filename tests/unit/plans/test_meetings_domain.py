"""A meeting is agreed with the young person, recorded once, and never shortened to what others like to hear."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client_plan import NetworkRole, Phase
from contracts.refusals import Refusal
from contracts.values import Language
from services.plans.meetings.breaks import Break, longest_stretch
from services.plans.meetings.commands import sittings
from services.plans.meetings.domain import (
    Agreed,
    CancelledBecause,
    CancelMeeting,
    Command,
    Hold,
    Meeting,
    MeetingKind,
    MeetingState,
    Mode,
    Plan,
    Record,
    Recorder,
    Replan,
    SayOwn,
    decide,
    evolve,
)
from services.plans.meetings.information import TOPICS
from services.plans.meetings.participants import HOSTS, Participant, Presence
from services.plans.openings.domain import Author, AuthorKind

_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
_TODAY = date(2026, 3, 2)
_WORKER = Author("05", AuthorKind.WORKER, uuid4())
_REMOTE = Agreed(Mode.REMOTE)
_ALONE = replace(_REMOTE, why_without_young_person="She asked us to sort out the form without her.")


def _her() -> Participant:
    return Participant(uuid4(), NetworkRole.YOUNG_PERSON)


def _teacher(agreed_on: date | None = _TODAY) -> Participant:
    return Participant(uuid4(), NetworkRole.SCHOOL, "Jari Malli", agreed_on=agreed_on)


def _plan(*participants: Participant, agreed: Agreed = _REMOTE) -> Plan:
    return Plan(uuid4(), uuid4(), uuid4(), MeetingKind.NEGOTIATION, _NOW, agreed, participants, _WORKER)


def _planned(*participants: Participant, agreed: Agreed = _REMOTE) -> Meeting:
    return _after(None, _plan(*participants, agreed=agreed))


def _after(meeting: Meeting | None, command: Command) -> Meeting:
    for event in decide(meeting, command, _NOW, _TODAY):
        meeting = evolve(meeting, event)
    assert meeting is not None
    return meeting


def _record(held_at: datetime = _NOW) -> Record:
    return Record(held_at, 50, "The flat is hers from May.", Recorder(_WORKER), _NOW)


def _hold(meeting: Meeting) -> Hold:
    presences = tuple(Presence(each.participant_id, attended=True) for each in meeting.participants)
    return Hold(_record(), presences)


def _refused(meeting: Meeting | None, command: Command) -> str:
    with pytest.raises(Refusal) as refused:
        decide(meeting, command, _NOW, _TODAY)
    return refused.value.code


def test_nobody_is_invited_whom_she_has_not_agreed_to() -> None:
    assert _refused(None, _plan(_her(), _teacher(agreed_on=None))) == "invitee-not-agreed"
    assert _refused(_planned(_her()), Replan(_NOW, _REMOTE, (_her(), _teacher(None)))) == "invitee-not-agreed"
    assert _refused(None, _plan(_her(), _teacher(_TODAY + timedelta(days=1)))) == "agreed-in-the-future"


def test_her_absence_makes_no_invitation_lawful_that_she_has_not_agreed_to() -> None:
    assert _refused(None, _plan(_teacher(agreed_on=None), agreed=_ALONE)) == "invitee-not-agreed"


@pytest.mark.parametrize("role", sorted(set(NetworkRole) - HOSTS - {NetworkRole.YOUNG_PERSON}))
def test_only_her_own_workers_come_unasked(role: NetworkRole) -> None:
    assert _refused(None, _plan(_her(), Participant(uuid4(), role))) == "invitee-not-agreed"
    assert all(decide(None, _plan(_her(), Participant(uuid4(), host)), _NOW, _TODAY) for host in HOSTS)


def test_a_meeting_without_her_says_why() -> None:
    assert _refused(None, _plan(_teacher())) == "reason-missing"
    assert not _planned(_teacher(), agreed=_ALONE).with_young_person


def test_she_was_there_only_if_she_came() -> None:
    meeting = _planned(_her(), _teacher())
    assert meeting.with_young_person
    hers = meeting.participants[0].participant_id
    absent = tuple(Presence(each.participant_id, each.participant_id != hers) for each in meeting.participants)
    assert not _after(meeting, replace(_hold(meeting), presences=absent)).with_young_person
    assert _after(meeting, _hold(meeting)).with_young_person


def test_a_record_leaves_nobody_out() -> None:
    meeting = _planned(_her(), _teacher())
    for presences in (
        (),
        (Presence(uuid4(), attended=True),),
        (*_hold(meeting).presences, _hold(meeting).presences[0]),
    ):
        assert _refused(meeting, replace(_hold(meeting), presences=presences)) == "presence-missing"


def test_what_has_not_happened_yet_is_not_recorded() -> None:
    meeting = _planned(_her())
    tomorrow = _record(_NOW + timedelta(days=1))
    assert _refused(meeting, replace(_hold(meeting), record=tomorrow)) == "meeting-in-the-future"


def test_a_meeting_counts_in_the_cycle_in_which_it_was_held() -> None:
    meeting, later = _planned(_her()), uuid4()
    assert _after(meeting, replace(_hold(meeting), cycle_id=later)).cycle_id == later
    assert _after(meeting, _hold(meeting)).cycle_id == meeting.cycle_id


def test_what_she_or_her_worker_said_is_nobodys_secret() -> None:
    meeting = _planned(_her())
    secret = (Presence(meeting.participants[0].participant_id, attended=True, said="…", confidential=True),)
    assert _refused(meeting, replace(_hold(meeting), presences=secret)) == "not-a-third-party"


def test_she_writes_her_wishes_before_and_her_words_after() -> None:
    meeting = _after(_planned(_her()), SayOwn("Not in the office, please."))
    assert meeting.own_wishes == "Not in the office, please."
    held = _after(_after(meeting, _hold(meeting)), SayOwn("I want to study."))
    assert [each.said for each in held.participants] == ["I want to study."]
    assert held.own_wishes == meeting.own_wishes
    assert decide(held, SayOwn("I want to study."), _NOW, _TODAY) == []


def test_nothing_is_put_into_her_mouth_where_she_was_not() -> None:
    meeting = _planned(_teacher(), agreed=_ALONE)
    assert _refused(_after(meeting, _hold(meeting)), SayOwn("Yes.")) == "was-not-there"


_COMMANDS = st.sampled_from(["replan", "hold", "cancel", "say"])


@given(st.lists(_COMMANDS, max_size=8))
def test_whatever_is_asked_a_meeting_is_held_or_cancelled_once_and_for_good(asked: list[str]) -> None:
    meeting = _planned(_her(), _teacher())
    for name in asked:
        commands: dict[str, Command] = {
            "replan": Replan(_NOW + timedelta(hours=meeting.version), _REMOTE, meeting.participants),
            "hold": _hold(meeting),
            "cancel": CancelMeeting(CancelledBecause.ANOTHER_TIME),
            "say": SayOwn(f"{meeting.version}"),
        }
        before = meeting
        try:
            meeting = _after(meeting, commands[name])
        except Refusal:
            meeting = before
        if before.state is not MeetingState.PLANNED:
            assert meeting.state is before.state
            assert (meeting.record, meeting.starts_at) == (before.record, before.starts_at)
        assert (meeting.record is not None) == (meeting.state is MeetingState.HELD)


def test_a_negotiation_takes_as_many_sittings_as_it_needs() -> None:
    first = _planned(_her())
    second = replace(_planned(_her()), cycle_id=first.cycle_id)
    cancelled = replace(_after(_planned(_her()), CancelMeeting(CancelledBecause.WORKER_AWAY)), cycle_id=first.cycle_id)
    elsewhere = replace(_planned(_her()), cycle_id=None)
    assert sittings([first, cancelled, second, elsewhere]) == {first.meeting_id: 1, second.meeting_id: 2}


def test_only_the_meetings_of_the_three_phases_count_in_one() -> None:
    phases = {kind: replace(_planned(_her()), kind=kind).phase for kind in MeetingKind}
    assert [phase for phase in phases.values() if phase is not None] == list(Phase)
    assert phases[MeetingKind.HANDOVER] is None


breaks_of_a_day = st.lists(st.builds(Break, st.integers(1, 300), st.integers(1, 60)), max_size=6)


@given(st.integers(1, 300), breaks_of_a_day)
def test_the_longest_stretch_is_what_a_clock_would_count(minutes: int, breaks: list[Break]) -> None:
    at_rest = {minute for each in breaks for minute in range(each.after_minutes, each.after_minutes + each.minutes)}
    longest = stretch = 0
    for minute in range(minutes):
        stretch = 0 if minute in at_rest else stretch + 1
        longest = max(longest, stretch)
    assert longest_stretch(minutes, breaks) == longest


def test_what_she_is_told_has_words_in_three_languages() -> None:
    assert all(topic.text.keys() == set(Language) and all(topic.text.values()) for topic in TOPICS.values())
