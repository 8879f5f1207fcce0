"""Plans to print, and what a PDF says when it is read back."""

import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject

from contracts.client_plan import PlanContent
from contracts.values import Title
from services.plans.documents.domain import NamedWorker, Particulars

PRINTED_AT = datetime(2026, 3, 14, 12, tzinfo=UTC)


def a_plan() -> PlanContent:
    """A plan with something in every field; every text occurs once, so that it can be looked for."""
    need, home, school = uuid4(), uuid4(), uuid4()
    return PlanContent.model_validate(
        {
            "own_words": "Haluan oman kodin ja rauhan.\nMun mielestä tärkeintä on, että joku kuuntelee.",
            "strengths": "Venla on sisukas ja osaa kokata.",
            "dreams": "Oma kampaamo joskus. Ensin koira.",
            "needs": [{"need_id": need, "area": "housing", "text": "Asunto, jonka vuokraan rahat riittävät."}],
            "goals": [
                {
                    "goal_id": home,
                    "what": "Venla asuu omassa kodissa.",
                    "by_when": "2026-09-01",
                    "seen_as": "Vuokra on maksettu kolmena kuukautena.",
                    "idea_of": "young_person",
                    "need_ids": [need],
                },
                {
                    "goal_id": school,
                    "what": "Ajokortti on kädessä.",
                    "idea_of": "network",
                    "status": "dropped",
                    "status_reason": "Ei nyt ajankohtainen.",
                },
            ],
            "promises": [
                {
                    "promise_id": uuid4(),
                    "what": "Tulemme mukaan asuntonäyttöihin.",
                    "owner": {"kind": "responsible_worker"},
                    "goal_ids": [home],
                    "by_when": "2026-05-02",
                    "estimated_time": "Kaksi kuukautta",
                },
                {
                    "promise_id": uuid4(),
                    "what": "Kuraattori tapaa sinut joka toinen viikko.",
                    "owner": {"kind": "provider", "name": "Ella Mäki"},
                    "service": True,
                    "provider": "student_welfare",
                    "actor": "Tampereen seudun opisto",
                    "goal_ids": [home, school],
                    "status": "in_progress",
                },
                {
                    "promise_id": uuid4(),
                    "what": "Haen asumistukea.",
                    "owner": {"kind": "young_person"},
                    "provider": "kela",
                },
                {
                    "promise_id": uuid4(),
                    "what": "Tukihenkilö kahdesti kuussa.",
                    "owner": {"kind": "provider"},
                    "granted": False,
                    "status_reason": "Tukihenkilöä ei löytynyt.",
                },
            ],
            "sections": [
                {"area": "practice_living", "present": "Venla asuu tukiasunnossa.", "agreed": "Haemme omaa asuntoa."}
            ],
            "views": [
                {"view_id": uuid4(), "role": "parent", "name": "Åsa Šžögren", "text": "Olen iloinen Venlan puolesta."},
                {"view_id": uuid4(), "role": "school", "name": "Hervannan lukio", "text": "Poissaoloja on vähemmän."},
                {
                    "view_id": uuid4(),
                    "role": "close_one",
                    "name": "Kari",
                    "text": "Kerron tämän luottamuksella.",
                    "confidential": True,
                },
            ],
            "dissenting": [{"role": "guardian", "name": "Åsa", "text": "Oma asunto on vielä liian aikaisin."}],
            "offers": [
                {"kind": "life_story", "offered_on": "2026-02-03", "answer": "later"},
                {"kind": "peer_support", "offered_on": "2026-02-04"},
            ],
            "parallel_plans": [
                {"kind": "study", "holder": "Nekalan opisto", "reconciled": True, "note": "Opintoja kevennettiin."}
            ],
            "estimated_time": "Noin vuosi",
            "followed_by": "Katsomme lupaukset läpi kerran kuussa.",
        }
    )


def particulars(**given: object) -> Particulars:
    """What is said beside the plan."""
    usual: dict[str, object] = {
        "number": 3,
        "published_on": date(2026, 3, 14),
        "as_of": date(2026, 4, 2),
        "given_name": "Venla",
        "family_name": "Esimerkki",
        "organiser": "Varsinais-Suomen hyvinvointialue",
        "author": "Onni Kettunen",
        "author_title": Title.SOCIAL_COUNSELLOR,
        "workers": (
            NamedWorker("Onni Kettunen", Title.SOCIAL_COUNSELLOR, phone="+358 40 555 0100", email="onni@area.example"),
            NamedWorker("Aamu Korhola", Title.SOCIAL_WORKER, where_she_lives=True, phone="+358 40 555 0101"),
        ),
        "next_step": "Hakemus lähetetään ensi viikolla.",
        "follow_up_on": date(2026, 5, 10),
        "next_review_on": date(2027, 3, 1),
    }
    return Particulars(**(usual | given))  # type: ignore[arg-type]  # tests name the fields


def texts_in(value: object) -> Iterator[str]:
    """What somebody wrote, wherever it stands in a plan's JSON; ids, days and kinds are none of it."""
    written = {
        "own_words", "strengths", "dreams", "text", "what", "seen_as", "status_reason", "name", "actor",
        "estimated_time", "present", "agreed", "holder", "note", "followed_by",
    }  # fmt: skip
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and name in written:
                yield each
            else:
                yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def squeezed(text: str) -> str:
    """A text without what a print may change: blanks, line breaks, ligatures, and marks that only allow a break."""
    return re.sub(r"[\s\u200b\u00ad]+", "", unicodedata.normalize("NFKC", text))


class Printed:
    """A PDF, read back."""

    def __init__(self, pdf: bytes) -> None:
        self._reader = PdfReader(io.BytesIO(pdf))
        self._catalogue = self._reader.root_object
        self.text = squeezed("".join(page.extract_text() for page in self._reader.pages))
        self.first_page = squeezed(self._reader.pages[0].extract_text())

    @property
    def pages(self) -> int:
        """How many."""
        return len(self._reader.pages)

    @property
    def language(self) -> str:
        """What the file says it speaks."""
        return str(self._catalogue["/Lang"])

    @property
    def tagged(self) -> bool:
        """Whether it has a structure, and says that everything is in it."""
        return "/StructTreeRoot" in self._catalogue and _says(self._catalogue["/MarkInfo"], "/Marked")

    @property
    def shows_title(self) -> bool:
        """Whether a window that shows it is called by its title and not by the file's name."""
        return _says(self._catalogue["/ViewerPreferences"], "/DisplayDocTitle")

    @property
    def title(self) -> str | None:
        """The file's own title."""
        return None if self._reader.metadata is None else self._reader.metadata.title

    @property
    def xmp(self) -> str:
        """The metadata that says which standard the file follows."""
        metadata = self._catalogue["/Metadata"]
        return str(metadata.get_data().decode()) if hasattr(metadata, "get_data") else ""

    @property
    def tags(self) -> list[str]:
        """The structure elements, in reading order."""
        return [str(element["/S"]) for element in _elements(self._catalogue["/StructTreeRoot"])]

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Heading tags with their text, in reading order."""
        found = _elements(self._catalogue["/StructTreeRoot"])
        return [(str(each["/S"]), str(each.get("/T"))) for each in found if re.fullmatch(r"/H\d", str(each["/S"]))]

    @property
    def images(self) -> int:
        """How many images are on its pages."""
        return sum(len(page.images) for page in self._reader.pages)

    @property
    def fonts_embedded(self) -> bool:
        """Whether every font came with the file."""
        fonts = [
            font.get_object()
            for page in self._reader.pages
            for font in page["/Resources"]["/Font"].values()  # type: ignore[index]  # a page has resources
        ]
        descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
        return bool(fonts) and all(any(name.startswith("/FontFile") for name in each) for each in descriptors)


def _says(node: PdfObject, name: str) -> bool:
    found = node.get_object()
    return isinstance(found, DictionaryObject) and str(found[name]) == "True"


def _elements(node: PdfObject) -> Iterator[DictionaryObject]:
    found = node.get_object()
    if isinstance(found, ArrayObject):
        for each in found:
            yield from _elements(each)
    elif isinstance(found, DictionaryObject):
        if "/S" in found:
            yield found
        if "/K" in found:
            yield from _elements(found["/K"])
