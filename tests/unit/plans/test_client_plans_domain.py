"""The client plan's pure rules: nothing that anybody writes is lost, versions are folds, and every change is told."""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import client_plan
from contracts.client_plan import (
    Answer,
    DissentingView,
    Goal,
    IdeaOf,
    LifeArea,
    Need,
    NetworkRole,
    Offer,
    OfferKind,
    Owner,
    OwnerKind,
    ParallelKind,
    ParallelPlan,
    PlanContent,
    Promise,
    ProviderKind,
    Section,
    Status,
    View,
)
from contracts.refusals import Refusal
from contracts.values import Frozen, Language
from services.plans.client_plans import telling
from services.plans.client_plans.differences import ChangeKind, Difference, differences, parts_of
from services.plans.client_plans.domain import NotedStatus, facts, with_statuses, without_confidential
from services.plans.client_plans.drafts import (
    Cause,
    Change,
    Draft,
    ItemStatus,
    PartDisputed,
    PartEdited,
    PartKind,
    PartRef,
    Text,
    TextKey,
    Value,
    content_of,
    decide,
    evolve,
    folded,
)
from services.plans.client_plans.telling import Teller, words
from services.plans.openings.domain import Author, AuthorKind

WORKER = Author("05", AuthorKind.WORKER, UUID(int=1))
OTHER_WORKER = Author("05", AuthorKind.WORKER, UUID(int=2))
YOUNG_PERSON = Author("05", AuthorKind.YOUNG_PERSON, UUID(int=3))
NOW = datetime(2026, 11, 22, tzinfo=UTC)

_ids = st.sampled_from([UUID(int=number) for number in range(10, 13)])
_promise_ids = st.sampled_from([UUID(int=number) for number in range(20, 23)])
_lines = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
_days = st.dates(date(2026, 1, 1), date(2027, 1, 1))


def _maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | values


_needs = st.builds(Need, need_id=_ids, area=st.sampled_from(LifeArea), text=_lines)
_goals = st.builds(
    Goal,
    goal_id=_ids,
    what=_lines,
    by_when=st.none() | _days,
    seen_as=_maybe(_lines),
    idea_of=st.sampled_from(IdeaOf),
    need_ids=st.just(()) | st.tuples(_ids),
)
_promises = st.builds(
    Promise,
    promise_id=_promise_ids,
    what=_lines,
    owner=st.builds(Owner, kind=st.sampled_from(OwnerKind), name=_maybe(_lines)),
    service=st.booleans(),
    provider=st.none() | st.sampled_from(ProviderKind),
    goal_ids=st.just(()) | st.tuples(_ids),
    by_when=st.none() | _days,
    estimated_time=_maybe(_lines),
)
_sections = st.builds(Section, area=st.sampled_from(LifeArea), present=_maybe(_lines), agreed=_maybe(_lines))
_views = st.builds(
    View, view_id=_ids, role=st.just(NetworkRole.PARENT), name=_maybe(_lines), text=_lines, confidential=st.booleans()
)
_dissenting = st.builds(
    DissentingView, dissenting_id=_ids, role=st.sampled_from(NetworkRole), name=_maybe(_lines), text=_lines
)
_offers = st.builds(
    Offer,
    offer_id=_ids,
    kind=st.sampled_from(OfferKind),
    offered_on=_days,
    answer=st.none() | st.sampled_from(Answer),
)
_parallel = st.builds(
    ParallelPlan,
    parallel_plan_id=_ids,
    kind=st.sampled_from(ParallelKind),
    holder=_lines,
    reconciled=st.booleans(),
    note=_maybe(_lines),
)
_texts = st.builds(Text, text=_lines) | st.just(Text(declined=True))
_statuses = st.builds(ItemStatus, status=st.sampled_from(Status), reason=_maybe(_lines), granted=st.booleans())


def _ref(value: Value) -> PartRef:
    [ref] = parts_of(PlanContent(**{_FIELDS[type(value)]: (value,)}))
    return ref


_FIELDS: dict[type[Frozen], str] = {
    Need: "needs",
    Goal: "goals",
    Promise: "promises",
    Section: "sections",
    View: "views",
    DissentingView: "dissenting",
    Offer: "offers",
    ParallelPlan: "parallel_plans",
}
_parts = st.one_of(_needs, _goals, _promises, _sections, _views, _dissenting, _offers, _parallel).map(
    lambda value: (_ref(value), value)
)


@st.composite
def _writings(draw: Callable[[st.SearchStrategy[object]], object]) -> tuple[PartRef, Value | None]:
    """Somebody writes a part, takes one out, writes a text, or notes a status."""
    kind = draw(st.sampled_from(["part", "part", "gone", "text", "status"]))
    if kind == "text":
        ref, value = PartRef(PartKind.TEXTS, str(draw(st.sampled_from(TextKey)))), draw(_texts)
    elif kind == "status":
        ref, value = PartRef(PartKind.STATUSES, str(draw(_ids | _promise_ids))), draw(_statuses)
    else:
        drawn = draw(_parts)
        assert isinstance(drawn, tuple)
        ref, value = drawn[0], None if kind == "gone" else drawn[1]
    assert value is None or isinstance(value, Value)
    return ref, value


_behind = st.integers(0, 4)
"""How many edits ago somebody read the draft."""
_sessions = st.lists(st.tuples(_writings(), _behind, st.sampled_from([WORKER, OTHER_WORKER])), max_size=15)


def _written(
    session: list[tuple[tuple[PartRef, Value | None], int, Author]],
) -> tuple[Draft, list[PartEdited], list[tuple[Change, object]]]:
    draft, edits, outcomes = Draft(), list[PartEdited](), list[tuple[Change, object]]()
    for (ref, value), behind, author in session:
        against = None if ref.kind is PartKind.STATUSES else max(0, draft.version - behind)
        cause = Cause.STATUS if ref.kind is PartKind.STATUSES else Cause.EDIT
        change = Change(ref, value, against, author, cause)
        try:
            outcome = decide(draft, change)
        except Refusal:
            # A goal of a need that never was, and the like: nothing was written.
            continue
        outcomes.append((change, outcome))
        if isinstance(outcome, PartEdited):
            draft = evolve(draft, outcome)
            edits.append(outcome)
    return draft, edits, outcomes


@given(_sessions)
def test_replaying_the_edits_gives_the_content_at_every_point(
    session: list[tuple[tuple[PartRef, Value | None], int, Author]],
) -> None:
    draft, edits, _ = _written(session)
    assert [each.sequence for each in edits] == list(range(1, len(edits) + 1))
    assert content_of(folded(edits)) == content_of(draft)
    step = Draft()
    for number, edited in enumerate(edits, start=1):
        # What was published after so many edits stays the fold of exactly them, whatever follows.
        step = evolve(step, edited)
        assert content_of(folded(edits[:number])) == content_of(step)


@given(_sessions)
def test_nothing_that_anybody_writes_is_lost(
    session: list[tuple[tuple[PartRef, Value | None], int, Author]],
) -> None:
    _, edits, outcomes = _written(session)
    history = {(each.ref, each.sequence): each for each in edits}
    for change, outcome in outcomes:
        match outcome:
            case PartEdited():
                assert history[change.ref, outcome.sequence].after == change.value
            case PartDisputed():
                # Both texts are there, and the one that stands was written after its author had read the draft.
                assert (outcome.refused, outcome.author) == (change.value, change.author)
                assert history[change.ref, outcome.found_version].after == outcome.found
                assert outcome.found_version > outcome.against
            case _:
                said = [each.after for each in edits if each.ref == change.ref]
                assert change.value is None or change.value in said


@given(_sessions)
def test_no_edit_replaces_a_text_that_its_author_has_not_seen(
    session: list[tuple[tuple[PartRef, Value | None], int, Author]],
) -> None:
    draft = Draft()
    for (ref, value), behind, author in session:
        against = max(0, draft.version - behind)
        if ref.kind is PartKind.STATUSES:
            continue
        try:
            outcome = decide(draft, Change(ref, value, against, author))
        except Refusal:
            continue
        if isinstance(outcome, PartEdited):
            part = draft.part(ref)
            assert part.version <= against or (against == 0 and part.value is None)
            assert outcome.before == draft.part(ref).value
            draft = evolve(draft, outcome)


_steps = st.lists(
    st.just("publish") | st.tuples(_writings(), _behind, st.sampled_from(["edit", "proposal"])), max_size=15
)


@given(_steps)
def test_a_version_stays_the_fold_of_edits_and_accepted_proposals_before_it(
    steps: list[str | tuple[tuple[PartRef, Value | None], int, str]],
) -> None:
    draft, edits, versions = Draft(), list[PartEdited](), list[tuple[int, PlanContent]]()
    for step in steps:
        if isinstance(step, str):
            versions.append((draft.version, content_of(draft)))
            continue
        (ref, value), behind, how = step
        if ref.kind is PartKind.STATUSES:
            change = Change(ref, value, None, WORKER, Cause.STATUS)
        elif how == "proposal":
            # She proposes against a version that was published, and a worker accepts it later.
            through = versions[-1 - behind % len(versions)][0] if versions else 0
            change = Change(ref, value, through, YOUNG_PERSON, Cause.PROPOSAL)
        else:
            change = Change(ref, value, max(0, draft.version - behind), WORKER)
        try:
            outcome = decide(draft, change)
        except Refusal:
            continue
        if isinstance(outcome, PartEdited):
            draft = evolve(draft, outcome)
            edits.append(outcome)
    for through, content in versions:
        assert content_of(folded(edits[:through])) == content
        # What is stored of it comes back as it was.
        assert PlanContent.model_validate(content.model_dump(mode="json")) == content


def _unique(*kinds: st.SearchStrategy[object]) -> list[st.SearchStrategy[tuple[object, ...]]]:
    return [st.lists(kind, max_size=3, unique_by=_key).map(tuple) for kind in kinds]


def _key(value: object) -> PartRef:
    assert isinstance(value, Value)
    return _ref(value)


def _with_status(item: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    def noted(pair: tuple[object, Status, str | None]) -> object:
        assert isinstance(pair[0], Goal | Promise)
        return pair[0].model_copy(update={"status": pair[1], "status_reason": pair[2]})

    return st.tuples(item, st.sampled_from(Status), _maybe(_lines)).map(noted)


_lists = _unique(
    _needs, _with_status(_goals), _with_status(_promises), _sections, _views, _dissenting, _offers, _parallel
)
_contents = st.builds(
    PlanContent,
    own_words=_maybe(_lines),
    own_words_declined=st.booleans(),
    strengths=_maybe(_lines),
    dreams=_maybe(_lines),
    estimated_time=_maybe(_lines),
    followed_by=_maybe(_lines),
    **dict(zip(_FIELDS.values(), _lists, strict=True)),
)


def _patched(before: PlanContent, told: list[Difference]) -> dict[PartRef, Value]:
    """What one gets who knows the earlier version and only what was told."""
    parts = parts_of(before)
    for each in told:
        if each.change is ChangeKind.REMOVED:
            del parts[each.ref]
        elif each.change is ChangeKind.ADDED:
            assert each.after is not None
            parts[each.ref] = each.after
        else:
            assert each.field is not None
            update = {each.field: getattr(each.after, each.field)}
            parts[each.ref] = parts[each.ref].model_copy(update=update)
    return parts


@given(_contents)
def test_a_version_does_not_differ_from_itself(content: PlanContent) -> None:
    assert differences(content, content) == []


@given(_contents, _contents)
@settings(deadline=None)
def test_every_changed_field_is_told(before: PlanContent, after: PlanContent) -> None:
    told = differences(before, after)
    assert _patched(before, told) == parts_of(after)
    for language in Language:
        sentences = [sentence for _, sentence in Teller(before, after, language).told()]
        assert len(sentences) == len(told)
        for difference, sentence in zip(told, sentences, strict=True):
            named = words(language)["fields"].get(difference.field or "")
            assert isinstance(difference.part, Text) or named is None or named in sentence
            assert "{" not in sentence or "{" in str(before) + str(after)


def test_parts_without_an_id_are_told_apart_even_when_they_look_alike() -> None:
    one, other = (DissentingView(role=NetworkRole.PARENT, text=text) for text in ("Too early", "Too far"))
    told = differences(PlanContent(dissenting=(one,)), PlanContent(dissenting=(one, other)))
    assert [(each.change, each.after) for each in told] == [(ChangeKind.ADDED, other)]


@given(_contents)
def test_without_confidential_views_nothing_else_is_missing(content: PlanContent) -> None:
    shown = without_confidential(content)
    assert not any(each.confidential for each in shown.views)
    assert {each.ref.kind for each in differences(content, shown)} <= {PartKind.VIEWS}


def _enums() -> list[type[StrEnum]]:
    shown = {LifeArea, NetworkRole, ProviderKind, IdeaOf, Status, Answer, OwnerKind, OfferKind, ParallelKind}
    return sorted(shown, key=lambda each: each.__name__)


@pytest.mark.parametrize("language", Language)
def test_every_value_part_and_field_has_its_words(language: Language) -> None:
    said = words(language)
    for enum in _enums():
        assert said[enum.__name__].keys() == set(enum), enum
    ids = {"need_id", "goal_id", "promise_id", "view_id", "dissenting_id", "offer_id", "parallel_plan_id"}
    fields = {name for shape in _FIELDS for name in shape.model_fields} - ids
    assert said["fields"].keys() == fields
    assert said["texts"].keys() == set(TextKey)
    assert said["parts"].keys() == set(PartKind) - {PartKind.TEXTS, PartKind.STATUSES}


def test_the_three_languages_say_the_same_things() -> None:
    folder = Path(telling.__file__).parent / "sentences"
    shapes = [
        {table: set(entries) for table, entries in tomllib.loads(path.read_text()).items()}
        for path in sorted(folder.glob("*.toml"))
    ]
    assert len(shapes) == 3
    assert shapes[0] == shapes[1] == shapes[2]


def test_no_field_of_a_plan_is_left_out_of_its_parts() -> None:
    in_parts = {*_FIELDS.values(), *TextKey, "own_words_declined"}
    assert in_parts == set(client_plan.PlanContent.model_fields)


def test_the_last_status_of_an_item_stands_and_the_version_stays_as_it_was() -> None:
    goal = Goal(goal_id=UUID(int=10), what="A home", idea_of=IdeaOf.TOGETHER)
    benefit = Promise(promise_id=UUID(int=11), what="Benefit", owner=Owner(kind=OwnerKind.PROVIDER), service=True)
    content = PlanContent(goals=(goal,), promises=(benefit,), own_words_declined=True)
    noted = [
        NotedStatus(UUID(int=1), 1, goal.goal_id, Status.IN_PROGRESS, None, None, WORKER, NOW),
        NotedStatus(UUID(int=2), 1, goal.goal_id, Status.DROPPED, "She moved.", None, WORKER, NOW),
        NotedStatus(UUID(int=3), 1, benefit.promise_id, Status.NOT_STARTED, "Refused.", False, WORKER, NOW),
    ]
    after = with_statuses(content, noted)
    assert (after.goals[0].status, after.goals[0].status_reason) == (Status.DROPPED, "She moved.")
    assert (after.promises[0].granted, content.promises[0].granted) == (False, None)
    assert facts(content) == facts(PlanContent(goals=(goal,), promises=(benefit,), own_words="Hello"))
    assert (facts(content).goals, facts(content).concrete_goals, facts(content).undecided) == (1, 0, 2)
    assert (facts(after).goals, facts(after).undecided) == (0, 1)
    # Somebody asked, and it has not started: that is an answer, too (R51).
    assert facts(after, {benefit.promise_id}).undecided == 0


@pytest.mark.parametrize(
    ("ref", "value"),
    [
        (PartRef(PartKind.TEXTS, TextKey.FOLLOWED_BY), Text(text="x")),
        (PartRef(PartKind.TEXTS, TextKey.ESTIMATED_TIME), None),
        (PartRef(PartKind.SECTIONS, LifeArea.WORK), Section(area=LifeArea.WORK, agreed="x")),
        (
            PartRef(PartKind.GOALS, str(UUID(int=10))),
            Goal(goal_id=UUID(int=10), what="x", idea_of=IdeaOf.WORKER),
        ),
    ],
)
def test_the_young_person_writes_only_what_is_hers(ref: PartRef, value: Value | None) -> None:
    with pytest.raises(Refusal) as refused:
        decide(Draft(), Change(ref, value, 0, YOUNG_PERSON))
    assert refused.value.code == "not-hers-to-write"
    # What she proposes and a worker takes in is hers all the same.
    assert value is None or decide(Draft(), Change(ref, value, 0, YOUNG_PERSON, Cause.PROPOSAL)) is not None


def test_she_does_not_take_over_a_goal_of_somebody_else() -> None:
    ref = PartRef(PartKind.GOALS, str(UUID(int=10)))
    theirs = Goal(goal_id=UUID(int=10), what="x", idea_of=IdeaOf.WORKER)
    edited = decide(Draft(), Change(ref, theirs, 0, WORKER))
    assert isinstance(edited, PartEdited)
    hers = theirs.model_copy(update={"idea_of": IdeaOf.YOUNG_PERSON})
    with pytest.raises(Refusal):
        decide(evolve(Draft(), edited), Change(ref, hers, 1, YOUNG_PERSON))
