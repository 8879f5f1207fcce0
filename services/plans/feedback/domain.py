"""Feedback after a meeting: who may answer which form, who may read an answer, and what is counted. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from services.plans.openings.domain import Author, AuthorKind


class Form(StrEnum):
    """Whose form it is (R106)."""

    YOUNG_PERSON = "young_person"
    PROFESSIONAL = "professional"


class Choice(StrEnum):
    """What can be chosen."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Asked:
    """Which questions a form has: those that are answered by a choice, and those answered in words."""

    choices: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True)
class Feedback:
    """What somebody answered after a meeting."""

    feedback_id: UUID
    case_id: UUID
    meeting_id: UUID
    form: Form
    wording: str
    choices: Mapping[str, Choice]
    words: Mapping[str, str]
    shared: bool
    """The young person lets her workers read it; a professional's form is always read by colleagues."""
    given_on: date
    author: Author


@dataclass(frozen=True)
class Counted:
    """How often a question of a form was answered how."""

    form: Form
    question: str
    n: int | None
    """How often it was answered; None: by too few people to tell without telling who."""
    choices: Mapping[Choice, int] | None


def form_of(author: Author) -> Form:
    """The form that somebody answers."""
    return Form.YOUNG_PERSON if author.kind is AuthorKind.YOUNG_PERSON else Form.PROFESSIONAL


def require_answerable(given: Feedback, asked: Asked, *, held: bool) -> None:
    """Raises ``Refusal`` where the meeting was not held, or an answer fits no question of the form."""
    if not held:
        raise Refusal("meeting-not-held", "Feedback follows a meeting that was held.", kind=RefusalKind.CONFLICT)
    if not given.choices and not given.words:
        raise Refusal("nothing-answered", "Feedback answers something.", expected="one answer or more")
    for field, answered, questions in (
        ("choices", set(given.choices), asked.choices),
        ("words", set(given.words), asked.words),
    ):
        if not answered <= questions:
            raise Refusal(
                "no-such-question", "This form has no such question.", field=field, expected="GET /feedback-forms"
            )
    if given.shared and given.form is not Form.YOUNG_PERSON:
        raise Refusal("not-hers-to-share", "Only the young person says who may read hers.", field="shared")


def may_read(feedback: Feedback, reader: Author) -> bool:
    """Whether somebody may read a single answer: one's own; the young person's only as she allows."""
    if feedback.author.author_id == reader.author_id and form_of(reader) is feedback.form:
        return True
    if reader.kind is AuthorKind.YOUNG_PERSON:
        return False
    return feedback.form is Form.PROFESSIONAL or feedback.shared


def counted(
    found: Iterable[tuple[Form, str, Choice, int]], people: Mapping[tuple[Form, str], int], shown_from: int
) -> list[Counted]:
    """Form, question, choice, how often → each question with its counts.

    Withheld where fewer than ``shown_from`` people answered it (R105): many answers of one person are still hers.
    """
    gathered: dict[tuple[Form, str], dict[Choice, int]] = {}
    for form, question, choice, often in found:
        gathered.setdefault((form, question), dict.fromkeys(Choice, 0))[choice] += often
    answered = []
    for (form, question), choices in sorted(gathered.items()):
        n = sum(choices.values())
        told = people[form, question] >= shown_from
        answered.append(Counted(form, question, n, choices) if told else Counted(form, question, None, None))
    return answered


def already_answered() -> Refusal:
    """One person answers once after a meeting."""
    return Refusal("already-answered", "You have answered after this meeting already.", kind=RefusalKind.CONFLICT)


def no_such_feedback() -> Refusal:
    """She has not answered after this meeting."""
    return Refusal("no-such-feedback", "You have not answered after this meeting.", kind=RefusalKind.NOT_FOUND)
