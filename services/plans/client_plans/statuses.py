"""Noting how far a goal or a promise of the published plan has come, between its versions (R51, R66, R96)."""

from dataclasses import dataclass, replace
from uuid import UUID

from contracts.client_plan import Goal, OwnerKind, PlanContent, Promise, Status
from contracts.plans import StatusNoted
from contracts.refusals import Refusal, RefusalKind
from contracts.values import new_id
from services.chassis import journal
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.client_plans import store
from services.plans.client_plans.commands import advance, require_published
from services.plans.client_plans.domain import NotedStatus
from services.plans.client_plans.drafts import Cause, Change, ItemStatus, PartKind, PartRef
from services.plans.client_plans.editing import edit
from services.plans.client_plans.facts import come_so_far
from services.plans.client_plans.publishing import settle
from services.plans.openings.domain import Author, AuthorKind


@dataclass(frozen=True)
class Note:
    """How far something has come.

    ``granted``: whether a promise was granted, where that takes a decision; None leaves what was decided.
    """

    item_id: UUID
    status: Status
    reason: str | None = None
    granted: bool | None = None


async def note(work: Work, case: Case, given: Note, author: Author) -> NotedStatus:
    """Keep what the author says about a goal or a promise; the placing area's draft says it from now on.

    In either area. Raises ``Refusal``: no such thing in the published plan, one that is not the author's to judge, or
    a missing reason.
    """
    plan = await require_published(work, case.case_id)
    item = _item(await come_so_far(work, plan), given.item_id)
    require_sound(item, given, author)
    given = _with_decision(item, given)
    record = await advance(work, case.case_id)
    noted = NotedStatus(status_id=new_id(), number=plan.number, author=author, at=work.now, **vars(given))
    await store.note_status(work, record.plan_id, noted)
    if record.home:
        value = ItemStatus(status=given.status, reason=given.reason, granted=given.granted)
        ref = PartRef(PartKind.STATUSES, str(given.item_id))
        await edit(work, case, [Change(ref, value, None, author, Cause.STATUS)])
    if isinstance(item, Goal):
        await settle(work, case, item.model_copy(update={"status": given.status}))
    said = StatusNoted(
        plan_id=record.plan_id,
        version=record.version,
        case_id=case.case_id,
        person_id=case.person_id,
        by_area=author.area,
        item_id=given.item_id,
        status=given.status,
    )
    await journal.record(work, said)
    return noted


def require_sound(item: Goal | Promise, given: Note, author: Author) -> None:
    """Refuse a status without the reason that it needs, or from somebody whose it is not to say."""
    hers = isinstance(item, Promise) and item.owner.kind is OwnerKind.YOUNG_PERSON
    if author.kind is AuthorKind.YOUNG_PERSON and not hers:
        raise Refusal(
            "not-hers-to-note",
            "The young person notes how far her own promises have come; what she thinks of the rest is a comment.",
            kind=RefusalKind.CONFLICT,
            field="item_id",
            expected="a promise that the young person keeps",
        )
    if given.granted is not None and isinstance(item, Goal):
        raise Refusal("goal-is-not-granted", "Only a promise is granted or not.", field="granted", expected="no value")
    if given.reason is None and (given.status is Status.DROPPED or given.granted is False):
        raise Refusal(
            "reason-missing",
            "What was dropped, or promised and not granted, says why.",
            field="reason",
            expected="the reason in plain words",
        )


def _with_decision(item: Goal | Promise, given: Note) -> Note:
    """What was promised and not granted stays visible, with its reason, until it is granted (R96)."""
    if isinstance(item, Goal) or given.granted is not None or item.granted is None:
        return given
    reason = given.reason if item.granted else given.reason or item.status_reason
    return replace(given, granted=item.granted, reason=reason)


def _item(content: PlanContent, item_id: UUID) -> Goal | Promise:
    for goal in content.goals:
        if goal.goal_id == item_id:
            return goal
    for promise in content.promises:
        if promise.promise_id == item_id:
            return promise
    raise Refusal(
        "no-such-item", "The published plan has no such goal or promise.", kind=RefusalKind.NOT_FOUND, field="item_id"
    )
