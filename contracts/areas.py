"""The 22 organisers of aftercare, and where a municipality belongs on a date.

Source of the data, its licence and how to refresh it: ``contracts/data/README.md``. It is read once, at the first
question.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO

from contracts.values import Language

ABROAD_CODE = "200"
"""What the population register writes as the home municipality of somebody who lives abroad; no municipality has it.

Its two sisters, ``198`` (no home municipality in Finland) and ``199`` (unknown), say nothing of where the person is,
often not even that it is abroad: they stay unknown, so that somebody finds out.
"""

ALAND_CODE = "91"
"""Åland in the classification of areas. It is outside the law's aftercare organisation, so it is no ``Area``."""

_FINNISH_ONLY = "Yksikielinen suomenkielinen kunta"
_EDITION = re.compile(r"municipalities-(\d{4})\.csv")


@dataclass(frozen=True)
class Area:
    """An organiser of aftercare: a wellbeing services county, or Helsinki."""

    code: str
    """Two digits, ``01``..``21`` or ``90``."""
    name_fi: str
    name_sv: str
    name_en: str
    slug: str
    bilingual: bool
    """Serves in Finnish and Swedish: some municipality of the area's newest edition is bilingual or Swedish."""

    def name(self, language: Language) -> str:
        """The official name."""
        return {Language.FI: self.name_fi, Language.SV: self.name_sv, Language.EN: self.name_en}[language]


@dataclass(frozen=True)
class Municipality:
    """A municipality as one edition of the classification has it."""

    code: str
    """Three digits, zero-padded."""
    name_fi: str
    name_sv: str
    area_code: str
    """An organiser's code, or Åland's ``91``."""
    finnish_only: bool
    valid_from: date
    valid_until: date | None
    """The last day of the edition; none for the newest."""

    def name(self, language: Language) -> str:
        """The name; municipalities have no English one of their own, so English uses the Finnish."""
        return self.name_sv if language is Language.SV else self.name_fi


@dataclass(frozen=True)
class InArea:
    """An organiser's area."""

    area: Area
    municipality: Municipality


@dataclass(frozen=True)
class Aland:
    """A municipality of Åland: a person takes it over."""

    municipality: Municipality


@dataclass(frozen=True)
class Abroad:
    """Not in Finland: a person takes it over."""


@dataclass(frozen=True)
class UnknownMunicipality:
    """No municipality has this code on that date; nothing may be guessed from it."""

    code: str


Location = InArea | Aland | Abroad | UnknownMunicipality


def locate(municipality_code: str, on: date) -> Location:
    """Where a municipality belongs on a date.

    A date before the first edition is answered from the first: mergers aside, the map has been the same since the
    areas began, and an earlier home must not stop a move that happens now. A municipality that had merged away before
    the first edition is unknown all the same.
    """
    return _packaged().locate(municipality_code, on)


def municipality_on(code: str, on: date) -> Municipality | None:
    """The municipality with a code on a date, with its names; none when no municipality has the code then."""
    return _packaged().municipality_on(code, on)


def municipalities() -> tuple[Municipality, ...]:
    """All municipalities of the newest edition, by code."""
    return _packaged().municipalities


def areas() -> tuple[Area, ...]:
    """All organisers, by code."""
    return tuple(_packaged().areas.values())


def area(code: str) -> Area:
    """The organiser with a code. Raises ``KeyError`` for anything that is no ``AreaCode``."""
    return _packaged().areas[code]


@dataclass(frozen=True)
class _Edition:
    valid_from: date
    municipalities: dict[str, Municipality]


class AreaMap:
    """The organisers, and every edition of the classification of municipalities in one directory.

    A file ``municipalities-<year>.csv`` is valid from 1 January of its year to the day before the next one.
    """

    def __init__(self, directory: Traversable) -> None:
        """Raises ``IndexError`` when the directory has no edition, ``KeyError`` when a file lacks a column."""
        self._editions = _editions(directory)
        self.areas = _areas(directory, self._editions[-1])
        """By code, in the order of the codes."""

    @property
    def municipalities(self) -> tuple[Municipality, ...]:
        """As the function of the module."""
        newest = self._editions[-1].municipalities
        return tuple(newest[code] for code in sorted(newest))

    def locate(self, municipality_code: str, on: date) -> Location:
        """As the function of the module."""
        if municipality_code == ABROAD_CODE:
            return Abroad()
        municipality = self.municipality_on(municipality_code, on)
        if municipality is None:
            return UnknownMunicipality(municipality_code)
        if municipality.area_code == ALAND_CODE:
            return Aland(municipality)
        return InArea(self.areas[municipality.area_code], municipality)

    def municipality_on(self, code: str, on: date) -> Municipality | None:
        """As the function of the module."""
        begun = (edition for edition in reversed(self._editions) if edition.valid_from <= on)
        return next(begun, self._editions[0]).municipalities.get(code)


@cache
def _packaged() -> AreaMap:
    return AreaMap(files("contracts") / "data")


def _editions(directory: Traversable) -> tuple[_Edition, ...]:
    found = (_EDITION.fullmatch(file.name) for file in directory.iterdir())
    starts = sorted(date(int(match[1]), 1, 1) for match in found if match)
    ends = [*(start - timedelta(days=1) for start in starts[1:]), None]
    return tuple(_edition(directory, start, end) for start, end in zip(starts, ends, strict=True))


def _edition(directory: Traversable, valid_from: date, valid_until: date | None) -> _Edition:
    municipalities = (
        Municipality(
            code=row["municipality_code"],
            name_fi=row["name_fi"],
            name_sv=row["name_sv"],
            area_code=row["area_code"],
            finnish_only=row["language_status"] == _FINNISH_ONLY,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        for row in _rows(directory / f"municipalities-{valid_from.year}.csv")
    )
    return _Edition(valid_from, {municipality.code: municipality for municipality in municipalities})


def _areas(directory: Traversable, newest: _Edition) -> dict[str, Area]:
    bilingual = {each.area_code for each in newest.municipalities.values() if not each.finnish_only}
    return {
        row["area_code"]: Area(
            code=row["area_code"],
            name_fi=row["name_fi"],
            name_sv=row["name_sv"],
            name_en=row["name_en"],
            slug=row["slug"],
            bilingual=row["area_code"] in bilingual,
        )
        for row in _rows(directory / "areas.csv")
    }


def _rows(file: Traversable) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.read_text(encoding="utf-8"), newline="")))
