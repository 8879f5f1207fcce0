"""Publishing: the draft becomes the next version, which never changes, and its goals become due."""

from dataclasses import replace

from contracts.client_plan import DeadlineKind, Goal, Phase, PlanContent, Status
from contracts.plans import PlanPublished
from contracts.refusals import Refusal, RefusalKind
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.cases.store import Stored
from services.plans.client_plans import draft_store, store
from services.plans.client_plans.commands import published, require_record
from services.plans.client_plans.domain import PlanRecord, PublishedPlan, facts
from services.plans.client_plans.drafts import content_of
from services.plans.client_plans.editing import draft_of, require_home
from services.plans.comments import store as comments
from services.plans.cycles import commands as cycles
from services.plans.deadlines import commands as deadlines
from services.plans.openings.domain import Author
from services.plans.workers import store as workers
from services.plans.workers.domain import Worker


async def publish_draft(work: Work, stored: Stored, expected: int, author: Author) -> PublishedPlan:
    """Publish the draft as it was read (``expected``). The case is locked.

    Raises ``Refusal``: in a residence case, with a conflict still open, from somebody who is not on the roster, when
    the draft is in force already, and whatever the phases still ask for; ``Problem`` 412 when the draft was changed
    meanwhile.
    """
    case = stored.case
    require_home(case)
    record = await require_record(work, case.case_id)
    require_version(expected, record.draft_version)
    if await draft_store.conflicts(work, record.plan_id, only_open=True):
        raise _conflicts_open()
    worker = await _signer(work, author)
    earlier = await published(work, case.case_id)
    await _require_news(work, record, earlier)
    plan = PublishedPlan(
        plan_id=record.plan_id,
        number=1 if earlier is None else earlier.number + 1,
        published_at=work.now,
        content=content_of((await draft_of(work, case)).draft),
        published_by=author,
        title=worker.title,
        qualification=worker.qualification,
        edits_through=record.draft_version,
    )
    cycle = await cycles.plan_published(work, stored, facts(plan.content), plan.number)
    if cycle.next_review_on is None:
        raise TypeError("a plan was published without a day for its review")
    await store.add_version(work, plan)
    await comments.took_into(work, case.case_id, plan.number)
    record = replace(record, version=record.version + 1)
    await store.save(work, record)
    await _make_due(work, case, plan.content, PlanContent() if earlier is None else earlier.content)
    said = PlanPublished(
        plan_id=record.plan_id,
        version=record.version,
        case_id=case.case_id,
        person_id=case.person_id,
        by_area=author.area,
        number=plan.number,
        next_review_on=cycle.next_review_on,
    )
    await journal.record(work, said)
    return plan


async def _require_news(work: Work, record: PlanRecord, earlier: PublishedPlan | None) -> None:
    """Refuse to publish the same twice, as two who publish at once would. A later cycle may confirm the plan as it is.

    Publishing does not change the draft, so its version cannot tell.
    """
    if earlier is None or earlier.edits_through != record.draft_version:
        return
    cycle = await cycles.current(work, record.case_id)
    if cycle is not None and cycle.phase is Phase.FOLLOW_UP:
        raise Refusal(
            "published-already",
            "The draft says what the version in force says.",
            kind=RefusalKind.CONFLICT,
            field="If-Match",
            expected="a draft that was changed since the last version",
        )


async def settle(work: Work, case: Case, goal: Goal) -> None:
    """What is due of a goal: its day while it is aimed at; done when it is realised, nothing when it is dropped."""
    if goal.status is Status.REALISED:
        await deadlines.meet(work, case, DeadlineKind.GOAL, about=goal.goal_id)
    elif goal.status is Status.DROPPED or goal.by_when is None:
        await deadlines.cancel(work, case, DeadlineKind.GOAL, about=goal.goal_id)
    else:
        await deadlines.set_for(work, case, DeadlineKind.GOAL, goal.by_when, about=goal.goal_id)


async def _make_due(work: Work, case: Case, content: PlanContent, earlier: PlanContent) -> None:
    for goal in content.goals:
        await settle(work, case, goal)
    left_out = {goal.goal_id for goal in earlier.goals} - {goal.goal_id for goal in content.goals}
    for goal_id in sorted(left_out):
        await deadlines.cancel(work, case, DeadlineKind.GOAL, about=goal_id)


async def _signer(work: Work, author: Author) -> Worker:
    """Whose profession stands on the version (R78)."""
    worker = await workers.load(work, author.author_id)
    if worker is None or not worker.active:
        raise Refusal(
            "not-a-recorded-worker",
            "Whoever publishes a plan is on the roster, so that their profession is known.",
            kind=RefusalKind.CONFLICT,
            expected="a worker of the roster who has not left",
        )
    return worker


def _conflicts_open() -> Refusal:
    return Refusal(
        "conflicts-open",
        "Two people wrote the same part; decide what it says before publishing.",
        kind=RefusalKind.CONFLICT,
        expected="no open conflict",
    )
