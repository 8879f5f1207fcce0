"""Comments on plans, read and written."""

from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update

from contracts.client_plan import NetworkRole
from services.chassis.work import Work
from services.plans.comments.domain import About, Answer, Comment, SaidBy
from services.plans.comments.tables import plan_comments as _c
from services.plans.distribution.domain import PlanPart
from services.plans.openings.domain import Author, AuthorKind


async def of_case(work: Work, case_id: UUID, *, number: int | None = None) -> list[Comment]:
    """What was said about a case's plan, or about one version, in the order in which it was said."""
    query = select(_c).where(_c.c.case_id == case_id).order_by(_c.c.comment_id)
    rows = await work.connection.execute(query if number is None else query.where(_c.c.number == number))
    return [_comment(row) for row in rows.mappings()]


async def load(work: Work, case_id: UUID, comment_id: UUID) -> Comment | None:
    """One comment. Whoever answers it has locked the case."""
    query = select(_c).where(_c.c.case_id == case_id, _c.c.comment_id == comment_id)
    row = (await work.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _comment(row)


async def add(work: Work, comment: Comment) -> None:
    """Store a new comment, without an answer."""
    await work.connection.execute(
        insert(_c),
        {
            "comment_id": comment.comment_id,
            "case_id": comment.case_id,
            **vars(comment.about),
            "area": comment.author.area,
            "author_kind": comment.author.kind,
            "author_id": comment.author.author_id,
            "said_by_role": None if comment.said_by is None else comment.said_by.role,
            "said_by_name": None if comment.said_by is None else comment.said_by.name,
            "text": comment.text,
            "proposal": comment.proposal,
            "confidential": comment.confidential,
            "said_at": comment.said_at,
            "reply_by": comment.reply_by,
        },
    )


async def save_answer(work: Work, comment_id: UUID, answer: Answer) -> None:
    """Store the answer to a comment."""
    await work.connection.execute(
        update(_c)
        .where(_c.c.comment_id == comment_id)
        .values(
            accepted=answer.accepted,
            reason=answer.reason,
            answer_area=answer.author.area,
            answer_author_kind=answer.author.kind,
            answer_author_id=answer.author.author_id,
            answered_at=answer.at,
        )
    )


async def took_into(work: Work, case_id: UUID, number: int) -> None:
    """A version was published: the accepted comments that waited for the next one are in it."""
    await work.connection.execute(
        update(_c)
        .where(_c.c.case_id == case_id, _c.c.accepted, _c.c.in_version.is_(None), _c.c.number < number)
        .values(in_version=number)
    )


def _comment(row: RowMapping) -> Comment:
    said_by = row["said_by_role"]
    return Comment(
        comment_id=row["comment_id"],
        case_id=row["case_id"],
        about=About(row["number"], None if row["part"] is None else PlanPart(row["part"]), row["item_id"]),
        author=Author(row["area"], AuthorKind(row["author_kind"]), row["author_id"]),
        text=row["text"],
        said_at=row["said_at"],
        reply_by=row["reply_by"],
        said_by=None if said_by is None else SaidBy(NetworkRole(said_by), row["said_by_name"]),
        proposal=row["proposal"],
        confidential=row["confidential"],
        answer=None if row["answered_at"] is None else _answer(row),
        in_version=row["in_version"],
    )


def _answer(row: RowMapping) -> Answer:
    author = Author(row["answer_area"], AuthorKind(row["answer_author_kind"]), row["answer_author_id"])
    return Answer(row["accepted"], row["reason"], author, row["answered_at"])
