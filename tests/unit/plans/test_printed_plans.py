"""A printed plan, read back: who gets what, in which order, and that a screen reader can read it."""

import re
import unicodedata
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.client_plan import PlanContent
from contracts.values import Language, Title
from services.plans.distribution.domain import PlanPart
from services.plans.distribution.giving import given_of
from services.plans.documents.blocks import Heading
from services.plans.documents.characters import ask, shown
from services.plans.documents.domain import (
    WITHHELD,
    Audience,
    Copy,
    content_for,
    particulars_for,
)
from services.plans.documents.layout import laid_out
from services.plans.documents.printing import pdf_of, print_of
from services.plans.documents.texts.catalogue import words_in
from tests.unit.plans.printed_plans import PRINTED_AT, Printed, a_plan, particulars, squeezed, texts_in

WORKER = Copy(Audience.WORKER)
HERS = Copy(Audience.YOUNG_PERSON)
UNDER_ORDER = Copy(Audience.WORKER, location_withheld=True)
PLACES = ("Tampereen seudun opisto", "Hervannan lukio", "Nekalan opisto", "Varsinais-Suomen", "+35840", "@")


def printed(content: PlanContent, copy: Copy = WORKER, language: Language = Language.FI) -> Printed:
    return Printed(pdf_of(laid_out(content, particulars(), copy, language), PRINTED_AT))


def written(content: PlanContent) -> list[str]:
    return list(texts_in(content.model_dump(mode="json")))


@pytest.mark.parametrize("language", Language)
def test_it_is_tagged_and_says_its_language_and_title(language: Language) -> None:
    pdf = printed(a_plan(), language=language)
    assert pdf.tagged
    assert pdf.language == language
    assert pdf.title == words_in(language).phrases.title
    assert pdf.shows_title
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.xmp
    assert {"/Title", "/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/THead", "/TH", "/TD", "/BlockQuote"} <= set(
        pdf.tags
    )
    assert pdf.images == 0
    assert pdf.fonts_embedded


@pytest.mark.parametrize("language", Language)
def test_headings_skip_no_level_and_the_promises_come_before_the_goals(language: Language) -> None:
    pdf, say = printed(a_plan(), language=language), words_in(language).phrases
    levels = [int(tag[2]) for tag, _ in pdf.headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    chapters = [text for tag, text in pdf.headings if tag == "/H1"]
    assert chapters == [
        say.for_you.format(given_name="Venla"),
        say.promises,
        say.own_words,
        say.strengths,
        say.dreams,
        say.needs,
        say.goals,
        say.sections,
        say.views,
        say.offers,
        say.parallel_plans,
        say.dissenting,
        say.followed,
        say.about_the_plan,
        say.confidential_part,
    ]
    assert pdf.text.index(squeezed("Tulemme mukaan")) < pdf.text.index(squeezed("Venla asuu omassa kodissa."))


@pytest.mark.parametrize("language", Language)
def test_everything_that_was_written_can_be_read(language: Language) -> None:
    content = a_plan()
    text = printed(content, language=language).text
    assert [each for each in written(content) if squeezed(each) not in text] == []


@pytest.mark.parametrize("language", Language)
def test_the_first_page_tells_the_young_person_what_she_needs(language: Language) -> None:
    pdf, words = printed(a_plan(), HERS, language), words_in(language)
    for expected in (
        "Onni Kettunen, " + words.titles[Title.SOCIAL_COUNSELLOR],
        "+358 40 555 0100",
        "Aamu Korhola",
        "Hakemus lähetetään ensi viikolla.",
        words.day(date(2026, 5, 10)),
        words.day(date(2027, 3, 1)),
        words.phrases.you_promised,
        *(promise.what for promise in a_plan().promises),
        "Tukihenkilöä ei löytynyt.",
    ):
        assert squeezed(expected) in pdf.first_page, expected


def test_the_version_its_day_and_the_authors_profession_are_told() -> None:
    text = printed(a_plan()).text
    assert squeezed("Versio: 3") in text
    assert squeezed("Julkaistu: 14.3.2026") in text
    assert squeezed("Laatijan ammatti: sosiaaliohjaaja") in text
    assert squeezed("Jälkihuollon järjestää: Varsinais-Suomen hyvinvointialue") in text


def test_what_was_said_in_confidence_is_in_the_workers_copy_only() -> None:
    secret = squeezed("Kerron tämän luottamuksella.")
    assert secret in printed(a_plan(), WORKER).text
    for copy in (HERS, Copy(Audience.RECIPIENT)):
        text = printed(a_plan(), copy).text
        assert secret not in text
        assert "Kari" not in text
        assert squeezed("Olen iloinen Venlan puolesta.") in text


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("language", Language)
def test_under_an_order_no_place_area_or_office_is_named(audience: Audience, language: Language) -> None:
    pdf = printed(a_plan(), Copy(audience, location_withheld=True), language)
    assert [place for place in PLACES if squeezed(place) in pdf.text] == []
    assert "Ella" not in pdf.text
    assert WITHHELD * 2 not in pdf.text
    assert "OnniKettunen" in pdf.text


def test_an_order_takes_away_names_of_places_and_no_words() -> None:
    before, after = a_plan(), content_for(a_plan(), UNDER_ORDER)
    assert [promise.what for promise in after.promises] == [promise.what for promise in before.promises]
    assert [view.text for view in after.views] == [view.text for view in before.views]
    assert after.views[0].name == "Åsa Šžögren"
    told = particulars_for(particulars(), UNDER_ORDER)
    assert told.organiser is None
    assert {(each.phone, each.email) for each in told.workers} == {(None, None)}


@pytest.mark.parametrize("part", [PlanPart.GOALS, PlanPart.PROMISES, PlanPart.VIEWS, PlanPart.SECTION_PRACTICE_LIVING])
def test_a_recipient_gets_the_agreed_parts_and_nothing_else(part: PlanPart) -> None:
    content = a_plan()
    theirs, _ = given_of(content, [part], location_withheld=False)
    kept = set(written(theirs))
    pdf = printed(theirs, Copy(Audience.RECIPIENT, whole=False))
    assert kept
    assert all(squeezed(each) in pdf.text for each in kept)
    others = [each for each in written(content) if each not in kept and len(each) > 6]
    assert [each for each in others if squeezed(each) in pdf.text] == []
    assert squeezed(words_in(Language.FI).phrases.parts_only) in pdf.text
    assert squeezed("Hakemus lähetetään ensi viikolla.") not in pdf.text


def test_the_files_own_title_names_nobody() -> None:
    for language in Language:
        pdf = printed(a_plan(), language=language)
        assert "Venla" not in (pdf.title or "")
        assert "Venla" not in pdf.xmp


def test_the_same_document_is_the_same_file_and_another_is_not() -> None:
    document = laid_out(content := a_plan(), particulars(), HERS, Language.SV)
    again = laid_out(content, particulars(), HERS, Language.SV)
    assert print_of(document) == print_of(again)
    assert pdf_of(document, PRINTED_AT) == pdf_of(again, PRINTED_AT)
    assert print_of(document) != print_of(laid_out(content, particulars(next_step=None), HERS, Language.SV))


def test_a_plan_that_says_nothing_is_printed_too() -> None:
    text = printed(PlanContent(), HERS).text
    assert squeezed(words_in(Language.FI).phrases.nothing_promised) in text


MARKUP = (
    '#sys.inputs #read("/etc/passwd") #let x = 1; $x^2$ *not bold* _no_ `raw` [a] ] ) } " \\ \\u{41} @ref <label> '
    "// comment /* c */ = Heading - item + item / term: x ~ --- ... 'q' https://example.org #panic() %3 {given_name}"
)


@pytest.mark.parametrize("field", ["own_words", "followed_by", "strengths"])
def test_markup_in_what_somebody_wrote_is_text(field: str) -> None:
    pdf = printed(PlanContent.model_validate({field: MARKUP}))
    assert squeezed(MARKUP) in pdf.text
    assert not [text for tag, text in pdf.headings if text == "Heading"]


def test_markup_in_every_field_is_text_and_makes_no_structure() -> None:
    def marked(value: object) -> object:
        if isinstance(value, dict):
            return {
                name: MARKUP[:400] if isinstance(each, str) and list(texts_in({name: each})) else marked(each)
                for name, each in value.items()
            }
        return [marked(each) for each in value] if isinstance(value, list) else value

    content = a_plan()
    replaced = PlanContent.model_validate(marked(content.model_dump(mode="json")))
    pdf, plain = printed(replaced), printed(content)
    assert pdf.text.count(squeezed(MARKUP[:400])) >= len(written(replaced))
    assert [tag for tag, _ in pdf.headings] == [tag for tag, _ in plain.headings]
    assert pdf.tags.count("/TD") == plain.tags.count("/TD")
    assert pdf.tags.count("/LI") == plain.tags.count("/LI")


def test_control_characters_are_left_out_and_what_no_font_shows_is_described() -> None:
    pdf = printed(PlanContent(own_words="a\x00b\x07c\x1bd\x7f \u202eefg\ufeff 😀 ❤️ 你 👩\u200d👧 \U000e0041 \uffff"))
    assert squeezed("abcd efg [grinning face]") in pdf.text
    assert "[U+4F60]" in pdf.text
    assert "[woman][girl]" in pdf.text
    assert squeezed(words_in(Language.FI).phrases.not_printable) in pdf.text
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.xmp


def test_nothing_is_said_of_characters_while_all_can_be_printed() -> None:
    pdf = printed(PlanContent(own_words="ÄÖÅäöå ŠŽšž éèüñçø Їжак Ω ✓ → € „ ” – …"))
    assert "ÄÖÅäöåŠŽšž" in pdf.text
    assert squeezed(words_in(Language.FI).phrases.not_printable) not in pdf.text


@pytest.mark.parametrize("text", ["x" * 8000, "Sana ja toinen. " * 500, "rivi\n" * 1600, "ä" * 8000, "😀" * 800])
def test_the_longest_text_is_printed_whole(text: str) -> None:
    content = PlanContent.model_validate({"own_words": text})
    expected = squeezed(content.own_words or "").replace("😀", squeezed("[grinning face]"))
    body = re.sub(r"Sivu\d+/\d+", "", printed(content).text)
    assert expected in body


LINE = st.text(max_size=60).map(lambda text: text.strip() or "teksti")


@st.composite
def plans(draw: st.DrawFn) -> PlanContent:
    """The sample plan with any words in it."""

    def reworded(value: object) -> object:
        if isinstance(value, dict):
            return {
                name: draw(LINE) if isinstance(each, str) and list(texts_in({name: each})) else reworded(each)
                for name, each in value.items()
                if each is not None
            }
        return [reworded(each) for each in value] if isinstance(value, list) else value

    return PlanContent.model_validate(reworded(a_plan().model_dump(mode="json")))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=plans(), language=st.sampled_from(Language))
def test_any_words_are_printed(content: PlanContent, language: Language) -> None:
    document = laid_out(content, particulars(), WORKER, language)
    pdf = Printed(pdf_of(document, PRINTED_AT))
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.xmp
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert len(pdf.headings) == len(headings)


def test_each_character_on_the_list_is_shown_and_the_next_ones_are_not() -> None:
    """The list was made by the typst that is installed; another may come with other fonts."""
    edges = [each for each in shown() if chr(ord(each) + 1) not in shown() or chr(ord(each) - 1) not in shown()]
    assert set(ask(edges)) == set(edges)
    beyond = {chr(ord(each) + 1) for each in edges} - shown()
    printable = [each for each in beyond if unicodedata.category(each) not in {"Cc", "Cf", "Cn", "Co", "Cs"}]
    assert printable
    assert list(ask(printable)) == []


LATIN = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_categories=("Cc", "Cf", "Zs", "Sk", "Lm"))
    | st.just(" "),
    min_size=1,
    max_size=200,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=LATIN.filter(lambda text: text.strip()))
def test_every_latin_letter_and_sign_comes_out_as_it_was_written(words: str) -> None:
    assert squeezed(words) in printed(PlanContent(own_words=words)).text
