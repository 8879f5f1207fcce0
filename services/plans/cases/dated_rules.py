"""The dated rules of the right to aftercare, one row each, with the source and the days on which each was in force.

Nothing else in the code names an age or a period of the right. A change of the law is a new row, never a changed one.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Rule(StrEnum):
    """What a row is about."""

    UPPER_AGE = "upper_age"
    UPPER_AGE_TRANSITION = "upper_age_transition"
    FIVE_YEARS = "five_years"
    OPEN_CARE_GROUND = "open_care_ground"
    EARLIER_DECISION = "earlier_decision"
    AREA_DECISION = "area_decision"


@dataclass(frozen=True)
class Words:
    """The same in the three languages."""

    fi: str
    sv: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One dated rule. ``act`` and ``section`` are empty where the source is no act."""

    id: str
    rule: Rule
    valid_from: date
    valid_until: date | None
    """The last day in force; none while it is."""
    act: str
    section: str
    source: Words
    says: Words


@dataclass(frozen=True, kw_only=True)
class YearsRow(Row):
    """A rule that counts full years."""

    years: int


@dataclass(frozen=True, kw_only=True)
class MonthsRow(Row):
    """A rule that counts full months."""

    months: int


@dataclass(frozen=True, kw_only=True)
class TransitionRow(Row):
    """A rule that keeps the right, for a while, of those who had passed an upper age before it was lowered to it."""

    earlier: YearsRow
    lowered: YearsRow
    reached_before: date
    kept_until: date


def _section_75(amended_by: str = "") -> Words:
    if not amended_by:
        return Words(
            fi="lastensuojelulaki (417/2007) 75 §",
            sv="barnskyddslagen (417/2007) 75 §",
            en="Child Welfare Act (417/2007), section 75",
        )
    return Words(
        fi=f"lastensuojelulaki (417/2007) 75 §, sellaisena kuin se on laissa {amended_by}",
        sv=f"barnskyddslagen (417/2007) 75 §, sådan den lyder i lag {amended_by}",
        en=f"Child Welfare Act (417/2007), section 75, as amended by act {amended_by}",
    )


def _upper_age(years: int, valid_from: date, valid_until: date | None, amended_by: str = "") -> YearsRow:
    return YearsRow(
        id=f"upper-age-{years}",
        rule=Rule.UPPER_AGE,
        years=years,
        valid_from=valid_from,
        valid_until=valid_until,
        act=amended_by or "417/2007",
        section="75 §",
        source=_section_75(amended_by),
        says=Words(
            fi=f"Oikeus jälkihuoltoon päättyy viimeistään, kun nuori täyttää {years} vuotta.",
            sv=f"Rätten till eftervård upphör senast när den unga fyller {years} år.",
            en=f"The right to aftercare ends at the latest when the young person turns {years}.",
        ),
    )


_TRANSITION_SOURCE = Words(
    fi="laki lastensuojelulain muuttamisesta (1283/2023), siirtymäsäännös",
    sv="lagen om ändring av barnskyddslagen (1283/2023), övergångsbestämmelsen",
    en="act amending the Child Welfare Act (1283/2023), transitional provision",
)

_AGE_21 = _upper_age(21, date(2008, 1, 1), date(2019, 12, 31))
_AGE_25 = _upper_age(25, date(2020, 1, 1), date(2023, 12, 31), amended_by="542/2019")
_AGE_23 = _upper_age(23, date(2024, 1, 1), None, amended_by="1283/2023")

UPPER_AGES = (_AGE_21, _AGE_25, _AGE_23)
"""In the order of time, each beginning the day after the one before has ended."""

UPPER_AGE_TRANSITION = TransitionRow(
    id="upper-age-transition-2024",
    rule=Rule.UPPER_AGE_TRANSITION,
    valid_from=date(2024, 1, 1),
    valid_until=date(2024, 6, 30),
    earlier=_AGE_25,
    lowered=_AGE_23,
    reached_before=date(2024, 7, 1),
    kept_until=date(2024, 6, 30),
    act="1283/2023",
    section="",
    source=_TRANSITION_SOURCE,
    says=Words(
        fi="Kun yläikäraja laski 23 vuoteen, 23 vuotta ennen 1.7.2024 täyttäneen oikeus jatkui 30.6.2024 asti.",
        sv="När åldersgränsen sänktes till 23 år behöll den som fyllt 23 år före 1.7.2024 sin rätt till 30.6.2024.",
        en="When the upper age fell to 23, whoever turned 23 before 1 July 2024 kept the right until 30 June 2024.",
    ),
)

FIVE_YEARS = YearsRow(
    id="five-years",
    rule=Rule.FIVE_YEARS,
    years=5,
    valid_from=date(2020, 1, 1),
    valid_until=None,
    act="417/2007",
    section="75 §",
    source=_section_75(),
    says=Words(
        fi="Oikeus päättyy viiden vuoden kuluttua siitä, kun nuori oli sijoituksen jälkeen viimeksi "
        "lastensuojelun asiakas.",
        sv="Rätten upphör fem år efter att den unga efter placeringen senast var klient inom barnskyddet.",
        en="The right ends five years after the young person was last a client of child protection following the "
        "placement.",
    ),
)

OPEN_CARE_GROUND = MonthsRow(
    id="open-care-six-months",
    rule=Rule.OPEN_CARE_GROUND,
    months=6,
    valid_from=date(2008, 1, 1),
    valid_until=None,
    act="417/2007",
    section="75 §",
    source=_section_75(),
    says=Words(
        fi="Avohuollon sijoitus antaa oikeuden, kun se koski lasta yksin ja kesti yhtäjaksoisesti vähintään "
        "kuusi kuukautta.",
        sv="En placering inom öppenvården ger rätt när den gällde enbart barnet och varade minst sex månader utan "
        "avbrott.",
        en="An open-care placement gives the right when it was of the child alone and lasted at least six months "
        "without a break.",
    ),
)

EARLIER_DECISION = Row(
    id="decision-before-2024",
    rule=Rule.EARLIER_DECISION,
    valid_from=date(2024, 1, 1),
    valid_until=None,
    act="1283/2023",
    section="",
    source=_TRANSITION_SOURCE,
    says=Words(
        fi="Ennen 1.1.2024 päätetty tuki annetaan päätöksen loppuun asti.",
        sv="Stöd som beslutats före 1.1.2024 ges till beslutets slut.",
        en="Support decided before 1 January 2024 is given to the end of the decision.",
    ),
)

AREA_DECISION = Row(
    id="area-decision",
    rule=Rule.AREA_DECISION,
    valid_from=date(2008, 1, 1),
    valid_until=None,
    act="",
    section="",
    source=Words(fi="alueen oma päätös", sv="områdets eget beslut", en="the area's own decision"),
    says=Words(
        fi="Alue on päättänyt antaa jälkihuoltoa pidempään kuin laki vaatii.",
        sv="Området har beslutat att ge eftervård längre än lagen kräver.",
        en="The area has decided to give aftercare for longer than the law demands.",
    ),
)


TABLE: tuple[Row, ...] = (
    *UPPER_AGES,
    UPPER_AGE_TRANSITION,
    FIVE_YEARS,
    OPEN_CARE_GROUND,
    EARLIER_DECISION,
    AREA_DECISION,
)
"""Every row."""
