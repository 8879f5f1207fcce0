"""A copy of a published plan as a document: for the young person first, then the promises, then the rest. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.client_plan import DissentingView, Goal, OwnerKind, PlanContent, Promise, Status, View
from contracts.values import Language
from services.plans.documents.blocks import (
    Block,
    Document,
    Facts,
    Heading,
    Item,
    Items,
    Manner,
    NewPage,
    Table,
    Text,
)
from services.plans.documents.domain import (
    WITHHELD,
    Audience,
    Copy,
    NamedWorker,
    Particulars,
    content_for,
    particulars_for,
)
from services.plans.documents.texts.catalogue import Words, words_in

_SETTLED = frozenset({Status.REALISED, Status.DROPPED})


@dataclass(frozen=True)
class _Plan:
    """What a copy says, with what numbers its parts have in it."""

    words: Words
    content: PlanContent
    particulars: Particulars
    needs: Mapping[UUID, int]
    goals: Mapping[UUID, int]
    promises: Mapping[UUID, int]


def laid_out(content: PlanContent, particulars: Particulars, copy: Copy, language: Language) -> Document:
    """The document of a copy. What stands in it and in which order is decided here, its look in the template."""
    kept, shown = content_for(content, copy), particulars_for(particulars, copy)
    words = words_in(language)
    plan = _Plan(
        words,
        kept,
        shown,
        needs={each.need_id: number for number, each in enumerate(kept.needs, start=1)},
        goals={each.goal_id: number for number, each in enumerate(kept.goals, start=1)},
        promises={each.promise_id: number for number, each in enumerate(kept.promises, start=1)},
    )
    say = words.phrases
    return Document(
        language,
        title=say.title,
        subtitle=say.subtitle.format(number=shown.number, day=words.day(shown.published_on)),
        page=say.page,
        blocks=(*_first_page(plan, copy), *_plan(plan), *_about(plan), *_confidential_views(plan)),
    )


def _first_page(plan: _Plan, copy: Copy) -> Iterator[Block]:
    say = plan.words.phrases
    if copy.audience is Audience.RECIPIENT:
        if not copy.whole:
            yield Text(say.parts_only, Manner.NOTE)
        return
    if copy.audience is Audience.WORKER and any(each.confidential for each in plan.content.views):
        yield Text(say.workers_copy, Manner.NOTE)
    yield Heading(1, say.for_you.format(given_name=plan.particulars.given_name))
    yield Text(say.page_for_you)
    yield from _workers(plan, withheld=copy.location_withheld)
    yield from _next(plan)
    yield from _promised(plan)
    yield Heading(2, say.good_to_know)
    yield Items(tuple(Item(each) for each in say.rights))
    yield NewPage()


def _workers(plan: _Plan, *, withheld: bool) -> Iterator[Block]:
    say = plan.words.phrases
    for worker in plan.particulars.workers:
        yield Heading(2, say.your_contact if worker.where_she_lives else say.your_worker)
        yield Text(_reached(plan.words, worker))
    if withheld and plan.particulars.workers:
        yield Text(say.ask_for_contact_details)


def _reached(words: Words, worker: NamedWorker) -> str:
    say = words.phrases
    lines = [say.worker_line.format(name=worker.name, title=words.titles[worker.title])]
    if worker.phone is not None:
        lines.append(say.phone_line.format(phone=worker.phone))
    if worker.email is not None:
        lines.append(say.email_line.format(email=worker.email))
    return "\n".join(lines)


def _next(plan: _Plan) -> Iterator[Block]:
    say, about = plan.words.phrases, plan.particulars
    yield Heading(2, say.next_step)
    yield Text(about.next_step or say.no_next_step)
    yield Heading(2, say.when_we_meet)
    days = [
        phrase.format(day=plan.words.day(day))
        for phrase, day in ((say.follow_up_by, about.follow_up_on), (say.review_by, about.next_review_on))
        if day is not None
    ]
    yield Text("\n".join([*(days or [say.no_review_day]), say.call_a_review]))


def _promised(plan: _Plan) -> Iterator[Block]:
    say, promises = plan.words.phrases, plan.content.promises
    yield Heading(2, say.promised_to_you)
    others = tuple(each for each in promises if each.owner.kind is not OwnerKind.YOUNG_PERSON)
    if others:
        yield Items(tuple(_promise_in_short(plan.words, each) for each in others))
    else:
        yield Text(say.nothing_promised)
    own = tuple(each for each in promises if each.owner.kind is OwnerKind.YOUNG_PERSON)
    if own:
        yield Heading(2, say.you_promised)
        yield Items(tuple(_promise_in_short(plan.words, each) for each in own))


def _promise_in_short(words: Words, promise: Promise) -> Item:
    say = words.phrases
    details = []
    if promise.owner.kind is not OwnerKind.YOUNG_PERSON:
        details.append(say.does_it.format(who=promise.owner.name or words.owners_to_you[promise.owner.kind]))
    if promise.by_when is not None:
        details.append(say.by_day.format(day=words.day(promise.by_when)))
    if promise.status in _SETTLED or promise.granted is False:
        details.append(say.state_line.format(state=_state_of_promise(words, promise)))
    return Item(promise.what, tuple(details))


def _plan(plan: _Plan) -> Iterator[Block]:
    yield from _promises(plan)
    yield from _own_words(plan)
    yield from _needs(plan)
    yield from _goals(plan)
    yield from _sections(plan)
    yield from _views(plan)
    yield from _offers(plan)
    yield from _parallel_plans(plan)
    yield from _dissenting(plan)
    yield from _followed(plan)


def _promises(plan: _Plan) -> Iterator[Block]:
    say = plan.words.phrases
    if not plan.content.promises:
        return
    yield Heading(1, say.promises)
    yield Text(say.promises_lead)
    rows = tuple(_promise_row(plan, each) for each in plan.content.promises)
    yield Table((say.promise, say.who, say.when, say.state), rows, widths=(5, 3, 2, 3))


def _promise_row(plan: _Plan, promise: Promise) -> tuple[Item, ...]:
    words, say = plan.words, plan.words.phrases
    more = []
    if promise.provider is not None or promise.actor is not None:
        kind = None if promise.provider is None else words.providers[promise.provider]
        provider = f"{promise.actor} ({kind})" if promise.actor and kind else promise.actor or str(kind)
        more.append(say.provider_line.format(provider=provider))
    if promise.estimated_time is not None:
        more.append(say.estimated_line.format(time=promise.estimated_time))
    if goals := _numbers(promise.goal_ids, plan.goals):
        more.append(say.goals_line.format(goals=goals))
    owner = words.owners[promise.owner.kind]
    when = say.no_day if promise.by_when is None else words.day(promise.by_when)
    return (
        Item(f"{plan.promises[promise.promise_id]}. {promise.what}", tuple(more)),
        Item(owner, () if promise.owner.name is None else (promise.owner.name,)),
        Item(when),
        Item(_state_of_promise(words, promise)),
    )


def _state_of_promise(words: Words, promise: Promise) -> str:
    state = words.phrases.not_granted if promise.granted is False else words.statuses[promise.status]
    return _because(words, state, promise.status_reason)


def _because(words: Words, state: str, reason: str | None) -> str:
    return state if reason is None else words.phrases.because.format(state=state, reason=reason)


def _own_words(plan: _Plan) -> Iterator[Block]:
    say, content = plan.words.phrases, plan.content
    if content.own_words is not None:
        yield Heading(1, say.own_words)
        yield Text(content.own_words, Manner.QUOTE)
    elif content.own_words_declined:
        yield Heading(1, say.own_words)
        yield Text(say.own_words_declined)
    for heading, passage in ((say.strengths, content.strengths), (say.dreams, content.dreams)):
        if passage is not None:
            yield Heading(1, heading)
            yield Text(passage)


def _needs(plan: _Plan) -> Iterator[Block]:
    say, words = plan.words.phrases, plan.words
    if not plan.content.needs:
        return
    yield Heading(1, say.needs)
    for need in plan.content.needs:
        yield Heading(2, f"{plan.needs[need.need_id]}. {words.life_areas[need.area]}")
        yield Text(need.text)


def _goals(plan: _Plan) -> Iterator[Block]:
    say = plan.words.phrases
    if not plan.content.goals:
        return
    yield Heading(1, say.goals)
    for goal in plan.content.goals:
        yield Heading(2, say.goal_heading.format(number=plan.goals[goal.goal_id]))
        yield Text(goal.what)
        yield Facts(tuple(_facts_of(plan, goal)))
        helping = [each.promise_id for each in plan.content.promises if goal.goal_id in each.goal_ids]
        lines = [
            phrase
            for phrase, numbers in (
                (say.needs_line.format(needs=_numbers(goal.need_ids, plan.needs)), goal.need_ids),
                (say.promises_line.format(promises=_numbers(helping, plan.promises)), helping),
            )
            if numbers
        ]
        if lines:
            yield Text("\n".join(lines))


def _facts_of(plan: _Plan, goal: Goal) -> Iterator[tuple[str, str]]:
    words, say = plan.words, plan.words.phrases
    yield say.goal_by_when, say.no_day if goal.by_when is None else words.day(goal.by_when)
    if goal.seen_as is not None:
        yield say.seen_as, goal.seen_as
    yield say.idea_of, words.ideas[goal.idea_of]
    yield say.state, _because(words, words.statuses[goal.status], goal.status_reason)


def _sections(plan: _Plan) -> Iterator[Block]:
    say = plan.words.phrases
    said = [each for each in plan.content.sections if each.present is not None or each.agreed is not None]
    if not said:
        return
    yield Heading(1, say.sections)
    for section in said:
        yield Heading(2, plan.words.life_areas[section.area])
        for heading, passage in ((say.present, section.present), (say.agreed, section.agreed)):
            if passage is not None:
                yield Heading(3, heading)
                yield Text(passage)


def _views(plan: _Plan) -> Iterator[Block]:
    shared = tuple(each for each in plan.content.views if not each.confidential)
    if shared:
        yield Heading(1, plan.words.phrases.views)
        yield from _each_view(plan.words, shared)


def _confidential_views(plan: _Plan) -> Iterator[Block]:
    """On pages of their own, so that they cannot be handed on with the rest by mistake."""
    confidential = tuple(each for each in plan.content.views if each.confidential)
    if confidential:
        yield NewPage()
        yield Heading(1, plan.words.phrases.confidential_part)
        yield Text(plan.words.phrases.confidential, Manner.NOTE)
        yield from _each_view(plan.words, confidential)


def _each_view(words: Words, views: tuple[View | DissentingView, ...]) -> Iterator[Block]:
    for view in views:
        role = words.roles[view.role]
        yield Heading(2, role if view.name is None else words.phrases.named.format(role=role, name=view.name))
        yield Text(view.text, Manner.QUOTE)


def _offers(plan: _Plan) -> Iterator[Block]:
    words, say = plan.words, plan.words.phrases
    if not plan.content.offers:
        return
    yield Heading(1, say.offers)
    yield Items(
        tuple(
            Item(
                words.offers[each.kind],
                (
                    say.offered_line.format(day=words.day(each.offered_on)),
                    say.no_answer if each.answer is None else words.answers[each.answer],
                ),
            )
            for each in plan.content.offers
        )
    )


def _parallel_plans(plan: _Plan) -> Iterator[Block]:
    say = plan.words.phrases
    if not plan.content.parallel_plans:
        return
    yield Heading(1, say.parallel_plans)
    for other in plan.content.parallel_plans:
        yield Heading(2, plan.words.parallel_plans[other.kind])
        lines = [] if other.holder == WITHHELD else [say.held_by.format(holder=other.holder)]
        lines.append(say.reconciled if other.reconciled else say.not_reconciled)
        yield Text("\n".join([*lines, *([] if other.note is None else [other.note])]))


def _dissenting(plan: _Plan) -> Iterator[Block]:
    if not plan.content.dissenting:
        return
    yield Heading(1, plan.words.phrases.dissenting)
    yield from _each_view(plan.words, plan.content.dissenting)


def _followed(plan: _Plan) -> Iterator[Block]:
    say, content = plan.words.phrases, plan.content
    if content.followed_by is None and content.estimated_time is None:
        return
    yield Heading(1, say.followed)
    if content.followed_by is not None:
        yield Text(content.followed_by)
    if content.estimated_time is not None:
        yield Facts(((say.estimated_time, content.estimated_time),))


def _about(plan: _Plan) -> Iterator[Block]:
    words, say, about = plan.words, plan.words.phrases, plan.particulars
    rows = (
        (say.young_person, f"{about.given_name} {about.family_name}"),
        (say.version, str(about.number)),
        (say.published_on, words.day(about.published_on)),
        (say.as_of, None if about.as_of is None else words.day(about.as_of)),
        (say.author, about.author),
        (say.profession, None if about.author_title is None else words.titles[about.author_title]),
        (say.organiser, about.organiser),
        (say.next_review_on, None if about.next_review_on is None else words.day(about.next_review_on)),
    )
    yield Heading(1, say.about_the_plan)
    yield Facts(tuple((name, value) for name, value in rows if value is not None))


def _numbers(ids: tuple[UUID, ...] | list[UUID], numbers: Mapping[UUID, int]) -> str:
    return ", ".join(str(numbers[each]) for each in ids if each in numbers)
