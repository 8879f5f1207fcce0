"""Who is named for a young person, and what becomes of the cases of a worker who leaves; tried on drawn rosters."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals import Refusal
from contracts.values import Language, Qualification, Title
from services.plans.workers.domain import (
    Choice,
    Leave,
    Need,
    OnRoster,
    Record,
    Worker,
    choose,
    contact_of,
    decide,
    evolve,
    hand_on,
    require_fit,
)

SOCIAL_WORKER = Qualification.SOCIAL_WORKER


def worker(
    *,
    languages: frozenset[Language] = frozenset({Language.FI}),
    qualification: Qualification = Qualification.SOCIAL_COUNSELLOR,
    caseload_aim: int = 25,
    lead: bool = False,
) -> Worker:
    return Worker(
        worker_id=uuid4(),
        version=1,
        name="Onni Kettunen",
        title=Title.SOCIAL_COUNSELLOR,
        qualification=qualification,
        languages=languages,
        language=Language.FI,
        email="onni@area.example",
        phone=None,
        caseload_aim=caseload_aim,
        lead=lead,
        active=True,
    )


workers = st.builds(
    worker,
    languages=st.frozensets(st.sampled_from(Language), min_size=1),
    qualification=st.sampled_from(Qualification),
    caseload_aim=st.integers(0, 6),
    lead=st.booleans(),
)
rosters = st.lists(st.builds(OnRoster, workers, st.integers(0, 8)), max_size=8)
needs = st.builds(Need, st.sampled_from(Language), st.booleans())


@given(rosters, needs)
def test_whoever_meets_the_need_and_has_room_is_named_with_the_lowest_load(roster: list[OnRoster], need: Need) -> None:
    choice = choose(roster, need)
    free = [each for each in roster if each.has_room and need.met_by(each.worker)]
    if not free:
        assert choice is None or choice.lead_stands_in or need.special_support
        return
    assert choice is not None
    assert not choice.lead_stands_in
    [named] = [each for each in free if each.worker == choice.worker]
    assert named.load == min(each.load for each in free)


@given(rosters, needs)
def test_nobody_is_chosen_whom_a_person_could_not_name(roster: list[OnRoster], need: Need) -> None:
    choice = choose(roster, need)
    if choice is None:
        assert not any(each.worker.lead and need.qualified(each.worker) for each in roster)
        return
    [named] = [each for each in roster if each.worker == choice.worker]
    assert require_fit(named, need, field="worker_id") == named
    assert choice.worker.lead or not choice.lead_stands_in


@given(rosters, st.sampled_from(Language))
def test_with_nobody_free_a_lead_stands_in_and_only_without_a_lead_is_there_nobody(
    roster: list[OnRoster], language: Language
) -> None:
    choice = choose(roster, Need(language, special_support=False))
    if choice is None:
        assert not any(each.worker.lead for each in roster)
    elif choice.lead_stands_in:
        assert choice.worker.lead


def test_special_support_is_given_by_somebody_qualified_over_the_aim_before_a_lead_who_is_not() -> None:
    full = OnRoster(worker(qualification=SOCIAL_WORKER, caseload_aim=1), 5)
    lead = OnRoster(worker(lead=True), 0)
    qualified_lead = OnRoster(worker(qualification=SOCIAL_WORKER, lead=True, caseload_aim=0), 0)
    need = Need(Language.FI, special_support=True)
    assert choose([lead, full], need) == Choice(full.worker, lead_stands_in=False)
    assert choose([lead, full, qualified_lead], need) == Choice(full.worker, lead_stands_in=False)
    assert choose([lead, qualified_lead], need) == Choice(qualified_lead.worker, lead_stands_in=True)
    assert choose([lead], need) is None


def test_special_support_is_given_in_her_language_where_anybody_qualified_serves_in_it() -> None:
    swedish = frozenset({Language.SV})
    finnish = OnRoster(worker(qualification=SOCIAL_WORKER), 0)
    full = OnRoster(worker(languages=swedish, qualification=SOCIAL_WORKER, caseload_aim=1), 5)
    need = Need(Language.SV, special_support=True)
    assert choose([finnish, full], need) == Choice(full.worker, lead_stands_in=False)
    assert choose([finnish], need) == Choice(finnish.worker, lead_stands_in=False)


def test_special_support_needs_call_for_a_social_worker() -> None:
    counsellor = OnRoster(worker(), 0)
    social_worker = OnRoster(worker(qualification=Qualification.SOCIAL_WORKER), 20)
    need = Need(Language.FI, special_support=True)
    choice = choose([counsellor, social_worker], need)
    assert choice is not None
    assert choice.worker == social_worker.worker
    with pytest.raises(Refusal, match="qualified social worker"):
        require_fit(counsellor, need, field="worker_id")


def test_an_aim_is_not_law_so_a_person_may_name_somebody_whose_caseload_is_full() -> None:
    full = OnRoster(worker(caseload_aim=1), 5)
    assert require_fit(full, Need(Language.FI, special_support=False), field="worker_id") == full


cases = st.dictionaries(st.uuids(), needs, max_size=8)


@given(cases, rosters)
def test_every_case_of_a_worker_who_leaves_goes_to_somebody_who_stays(
    held: dict[UUID, Need], roster: list[OnRoster]
) -> None:
    remaining = [*roster, OnRoster(worker(qualification=SOCIAL_WORKER, lead=True, caseload_aim=0), 0)]
    named = hand_on(held, {}, remaining)
    assert named.keys() == held.keys()
    assert set(named.values()) <= {each.worker.worker_id for each in remaining}


@given(cases, rosters)
def test_handing_on_fills_nobody_beyond_the_aim_but_a_lead_or_a_social_worker(
    held: dict[UUID, Need], roster: list[OnRoster]
) -> None:
    remaining = [*roster, OnRoster(worker(qualification=SOCIAL_WORKER, lead=True, caseload_aim=0), 0)]
    named = list(hand_on(held, {}, remaining).values())
    for each in remaining:
        taken = named.count(each.worker.worker_id)
        if taken and not each.worker.lead and each.worker.qualification is not SOCIAL_WORKER:
            aim = each.worker.caseload_aim
            assert aim is None or each.open_cases + taken <= aim


@given(cases.filter(bool))
def test_without_anybody_left_a_departure_is_refused(held: dict[UUID, Need]) -> None:
    with pytest.raises(Refusal) as refused:
        hand_on(held, {}, [])
    assert refused.value.code == "nobody-to-name"


def test_a_named_successor_takes_the_case_even_when_another_has_more_room() -> None:
    case_id, need = uuid4(), Need(Language.FI, special_support=False)
    busy, idle = OnRoster(worker(), 24), OnRoster(worker(), 0)
    assert hand_on({case_id: need}, {case_id: busy.worker.worker_id}, [busy, idle]) == {case_id: busy.worker.worker_id}


def test_a_successor_who_is_not_here_or_a_case_of_somebody_else_is_refused() -> None:
    case_id, need = uuid4(), Need(Language.FI, special_support=False)
    lead = OnRoster(worker(lead=True), 0)
    with pytest.raises(Refusal) as nobody:
        hand_on({case_id: need}, {case_id: uuid4()}, [lead])
    with pytest.raises(Refusal) as not_theirs:
        hand_on({case_id: need}, {uuid4(): lead.worker.worker_id}, [lead])
    assert (nobody.value.code, not_theirs.value.code) == ("no-such-worker", "not-their-case")


def test_the_last_lead_cannot_leave() -> None:
    lead, other = worker(lead=True), worker(lead=True)
    with pytest.raises(Refusal) as refused:
        decide(lead, Leave(), [lead.worker_id])
    assert refused.value.code == "last-lead"
    [left] = decide(lead, Leave(), [lead.worker_id, other.worker_id])
    assert not evolve(lead, left, Leave()).active


def test_leaving_twice_is_leaving_once() -> None:
    leaver = worker()
    [left] = decide(leaver, Leave())
    gone = evolve(leaver, left, Leave())
    assert gone.version == 2
    assert decide(gone, Leave()) == []


def test_a_recorded_worker_is_said_without_what_nobody_else_needs() -> None:
    new = worker()
    command = Record(**{name: value for name, value in vars(new).items() if name not in {"version", "active"}})
    [event] = decide(None, command)
    assert evolve(None, event, command) == new
    assert "phone" not in event.model_dump()
    with pytest.raises(Refusal):
        decide(new, command)


def test_a_contact_says_when_a_lead_stands_in() -> None:
    assert contact_of(worker(lead=True), lead_stands_in=True).lead_stands_in
