"""A text is checked for what a young person would not understand, and for ceilings; it is never refused (R34, R92)."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Language
from services.plans.wording.domain import Finding, FindingCode
from services.plans.wording.lexicon import check, file_of, hints_of, lexicon_of

FI, SV, EN = Language.FI, Language.SV, Language.EN


def found(text: str, language: Language, code: FindingCode) -> list[str]:
    return [each.words for each in check(text, language) if each.code is code]


@pytest.mark.parametrize(
    ("language", "text", "words", "plainer"),
    [
        (FI, "Sovimme asiakassuunnitelmaneuvottelusta.", "asiakassuunnitelmaneuvottelusta", "tehdään suunnitelma"),
        (FI, "Nuori saa psykososiaalista tukea.", "psykososiaalista tukea", "mielen hyvinvointiin ja arkeen"),
        (FI, "Puhuimme psykososiaalisesta tuesta.", "psykososiaalisesta tuesta", "mielen hyvinvointiin ja arkeen"),
        (FI, "Tarvitaan INTERVENTIOITA.", "INTERVENTIOITA", "apu"),
        (SV, "Vi bokar en klientplansförhandling.", "klientplansförhandling", "möte där vi gör din plan"),
        (SV, "Du får psykosocialt stöd.", "psykosocialt stöd", "hur du mår"),
        (EN, "A needs assessment was made.", "needs assessment", "what help you need"),
    ],
)
def test_jargon_is_met_in_every_inflection_and_a_plainer_word_is_offered(
    language: Language, text: str, words: str, plainer: str
) -> None:
    [finding] = [each for each in check(text, language) if each.code in {FindingCode.JARGON, FindingCode.FOREIGN_WORD}]
    assert finding.words == words
    assert finding.plainer is not None
    assert plainer in finding.plainer
    assert finding.plainer in finding.hint


def test_a_hint_is_in_the_readers_language_and_the_plainer_word_in_the_texts() -> None:
    [finding] = check("Nuoren osallisuus kasvaa.", FI, hints_in=SV)
    assert finding.plainer == "mahdollisuus vaikuttaa omiin asioihin"
    assert finding.hint.startswith("Det här är fackspråk")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (FI, "Tukea annetaan enintään kaksi tuntia viikossa."),
        (FI, "Tukihenkilö käy korkeintaan kerran viikossa."),
        (FI, "Käyntejä on max 3 kk ajan."),
        (FI, "Palvelulle on asetettu katto."),
        (FI, "Kustannuskatosta on sovittu."),
        (FI, "Tapaamisia on vain 2 kertaa kuussa."),
        (FI, "Terapiaa 10 kertaa enintään."),
        (FI, "Tukea annetaan max. 2 h viikossa."),
        (FI, "Tukihenkilö käy enint. 3 kertaa."),
        (FI, "Käyntejä on 3 kertaa, ei enempää."),
        (SV, "Stödet ges högst två timmar i veckan."),
        (SV, "Det finns ett tak för stödet."),
        (SV, "Max 3 besök."),
        (SV, "Stöd ges max. 3 gånger."),
        (EN, "Support at most two hours a week."),
        (EN, "No more than three visits."),
        (EN, "Support for max. 3 hours a week."),
        (EN, "The cost limit has been agreed."),
    ],
)
def test_a_text_that_reads_like_a_ceiling_is_shown(language: Language, text: str) -> None:
    assert len(found(text, language, FindingCode.CEILING)) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (FI, "Nuori saa katon päänsä päälle ja tukea asumiseen."),
        (FI, "Tapaamme kaksi kertaa viikossa."),
        (FI, "Suunnittelemme yhdessä oman budjetin."),
        (FI, "Olen 23-vuotias ja käyn 3 Euroopan maassa."),
        (SV, "Du får tak över huvudet och stöd."),
        (SV, "Vi träffas två gånger i veckan. Tack för stödet!"),
        (EN, "We meet twice a month."),
    ],
)
def test_what_only_sounds_a_little_like_one_is_left_alone(language: Language, text: str) -> None:
    assert found(text, language, FindingCode.CEILING) == []
    assert found(text, language, FindingCode.SUM_OF_MONEY) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vuokraan saa 1 500,50 euroa.", "1 500,50 euroa"),
        ("Avustus on 300 €.", "300 €"),
        ("Avustus on €300.", "€300"),
        ("Avustus on EUR 300.", "EUR 300"),
        ("Saat sata euroa.", "sata euroa"),
        ("Vuokraan saa 500e.", "500e"),
    ],
)
def test_a_sum_of_money_is_shown(text: str, words: str) -> None:
    assert found(text, FI, FindingCode.SUM_OF_MONEY) == [words]


def test_a_long_sentence_is_shown_whole_and_two_short_ones_are_not() -> None:
    most = lexicon_of(FI).longest_sentence
    long = " ".join(["Sana", *["sana"] * most])
    [finding] = check(f"Lyhyt alku. {long}. Loppu.", FI)
    assert (finding.code, finding.words) == (FindingCode.LONG_SENTENCE, long)
    assert str(most + 1) in finding.hint
    half = " ".join(["sana"] * most)
    assert check(f"{half}. {half.capitalize()}.", FI) == ()


@pytest.mark.parametrize("joint", [" klo. ", " esim. ", " 5. ", "\n"])
def test_an_abbreviation_a_date_or_a_wrapped_line_ends_no_sentence(joint: str) -> None:
    half = " ".join(["sana"] * lexicon_of(FI).longest_sentence)
    assert [each.code for each in check(half + joint + half, FI)] == [FindingCode.LONG_SENTENCE]


def test_every_item_of_a_list_is_a_sentence_of_its_own() -> None:
    item = "- " + " ".join(["sana"] * 15)
    assert check("\n".join([item] * 5), FI) == ()


def test_a_letter_in_two_parts_is_the_same_letter() -> None:
    text = "La\u0308heisverkosto kutsutaan."
    [finding] = check(text, FI)
    assert finding.words == "La\u0308heisverkosto"


@pytest.mark.parametrize(("language", "least"), [(FI, 60), (SV, 40), (EN, 30)])
def test_each_language_has_its_jargon_with_plainer_words_and_its_lengths_with_a_source(
    language: Language, least: int
) -> None:
    read = file_of(language)
    patterns = [pattern for pattern, _ in (*read.terms.jargon, *read.terms.foreign)]
    assert len(read.terms.jargon) >= least
    assert len(set(patterns)) == len(patterns)
    assert all(plainer.strip() for _, plainer in (*read.terms.jargon, *read.terms.foreign))
    assert hints_of(language).keys() == set(FindingCode)


@pytest.mark.parametrize("language", Language)
def test_every_entry_of_the_list_finds_itself(language: Language) -> None:
    for pattern, _ in (*file_of(language).terms.jargon, *file_of(language).terms.foreign):
        words = [part.split("|")[0].removesuffix("*") for part in pattern.split()]
        assert check(" ".join(words), language), pattern


def test_of_two_phrases_the_longer_counts() -> None:
    assert found("psykososiaalista tukea", FI, FindingCode.JARGON) == ["psykososiaalista tukea"]


PIECES = st.lists(
    st.one_of(
        st.sampled_from(["enintään", "2", "tuntia", "€", "katto", "högst", "at most", "psykososiaalinen tuki", "klo."]),
        st.text(max_size=12),
        st.sampled_from([". ", "! ", "\n", "\n\n- ", " ", "…", "\u00ad", "\u0308", "1.", ",", "’"]),
    ),
    max_size=60,
).map(" ".join)


@given(text=st.one_of(st.text(max_size=400), PIECES), language=st.sampled_from(Language))
def test_offsets_always_point_at_the_words(text: str, language: Language) -> None:
    findings = check(text, language)
    for each in findings:
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.words
    assert list(findings) == sorted(findings, key=_place)


@given(PIECES, PIECES, st.sampled_from(Language))
def test_what_stands_in_one_paragraph_changes_nothing_in_another(one: str, other: str, language: Language) -> None:
    alone = check(other, language)
    start = len(one) + len("\n\nX.\n\n")
    together = check(f"{one}\n\nX.\n\n{other}", language)
    moved = [(each.code, each.start - start, each.words) for each in together if each.start >= start]
    assert moved == [(each.code, each.start, each.words) for each in alone]


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.code


HARD = [
    "a" * 4000,
    "1" * 4000,
    "1." * 2000,
    "1 " * 2000,
    "a'" * 2000,
    "a-" * 2000,
    "." * 4000,
    "\u0308" * 4000,
    "enintään " * 500,
    "enintään 2 tuntia " * 300,
    "katto tuki " * 400,
    "psykososiaalinen " * 250,
    "€1 " * 1300,
    "sana. Sana " * 400,
]


@pytest.mark.parametrize("text", HARD, ids=lambda text: repr(text[:12]))
def test_twice_the_text_is_twice_the_work(text: str) -> None:
    once, twice = _lines_run(text), _lines_run(text * 2)
    assert twice <= 2.2 * once + 200


@pytest.mark.parametrize("text", HARD, ids=lambda text: repr(text[:12]))
def test_no_text_makes_the_search_for_words_wander(text: str) -> None:
    # Were a pattern tried in more ways than one, a hundred times the text would not end within the test's time.
    check(text * 100, FI)


def _lines_run(text: str) -> int:
    """How many lines of the domain run for a text: a count that no machine changes."""
    lines = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:  # Any: sys.settrace's own signature
        nonlocal lines
        if not frame.f_code.co_filename.endswith("wording/domain.py"):
            return None
        lines += event == "line"
        return trace

    lexicon_of(FI)
    hints_of(FI)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        check(text, FI)
    finally:
        sys.settrace(before)
    return lines
