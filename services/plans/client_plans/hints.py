"""What whoever edits the draft is shown of the words that they have just written; nothing is refused (R34, R92)."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from contracts.client_plan import DissentingView, NetworkRole, View
from services.chassis.work import Work
from services.plans.client_plans.drafts import HERS, Change, PartKind, TextKey, Value
from services.plans.openings.domain import AuthorKind
from services.plans.people import store as people
from services.plans.wording.answers import FindingView
from services.plans.wording.lexicon import check

_WORDS = ("text", "what", "seen_as", "present", "agreed", "note", "estimated_time", "status_reason")
"""The fields of a part that are somebody's words; the others are names, days and choices."""


class HintView(FindingView):
    """One place in a field of a part: hard to understand, or it reads like a ceiling. The edit took effect."""

    part: PartKind
    key: str
    field: str


async def hints_for(work: Work, person_id: UUID, changes: Iterable[Change]) -> list[HintView]:
    """What was found in the words of edits, in the language in which the young person is served."""
    texts = [each for change in changes for each in _texts(change)]
    if not texts:
        return []
    language = (await people.languages(work, [person_id]))[person_id]
    return [
        HintView(part=change.ref.kind, key=change.ref.key, field=field, **vars(finding))
        for change, field, text in texts
        for finding in check(text, language)
    ]


def _texts(change: Change) -> Iterator[tuple[Change, str, str]]:
    if change.value is None or _is_her_own(change):
        return
    for field in _WORDS:
        text = _field(change.value, field)
        if text:
            yield change, field, text


def _is_her_own(change: Change) -> bool:
    """Nobody corrects what she says in her own words, her view and her dissent among them (R32)."""
    if isinstance(change.value, View | DissentingView):
        return change.value.role is NetworkRole.YOUNG_PERSON
    if change.ref.kind is not PartKind.TEXTS:
        return False
    hers = change.ref.key in HERS and change.author.kind is AuthorKind.YOUNG_PERSON
    return hers or change.ref.key == TextKey.OWN_WORDS


def _field(value: Value, name: str) -> str | None:
    text: object = getattr(value, name, None)
    return text if isinstance(text, str) else None
