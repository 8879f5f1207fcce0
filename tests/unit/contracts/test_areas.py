"""Where a municipality belongs on a date."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from contracts import areas
from contracts.areas import Abroad, Aland, AreaMap, InArea, UnknownMunicipality, locate
from contracts.values import Language

DATA = Path(areas.__file__).parent / "data"
TODAY = date(2026, 11, 22)


def raw_municipalities() -> list[dict[str, str]]:
    """The file as it is, read without the code under test."""
    with (DATA / "municipalities-2026.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_308_municipalities_map_as_the_file_says() -> None:
    rows = raw_municipalities()
    assert len({row["municipality_code"] for row in rows}) == 308
    for row in rows:
        place = locate(row["municipality_code"], TODAY)
        if row["area_code"] == "91":
            assert isinstance(place, Aland)
        else:
            assert isinstance(place, InArea)
            assert place.area.code == row["area_code"]
        assert place.municipality.name(Language.FI) == row["name_fi"]
        assert place.municipality.name(Language.SV) == row["name_sv"]


def test_sixteen_municipalities_are_in_aland_and_every_organiser_has_some() -> None:
    counts = Counter(row["area_code"] for row in raw_municipalities())
    assert counts.pop("91") == 16
    assert set(counts) == {area.code for area in areas.areas()}


def test_there_are_22_organisers_with_codes_in_order_and_no_name_twice() -> None:
    found = areas.areas()
    assert [area.code for area in found] == [*(f"{number:02}" for number in range(1, 22)), "90"]
    for attribute in ("name_fi", "name_sv", "name_en", "slug"):
        assert len({getattr(area, attribute) for area in found}) == 22


@pytest.mark.parametrize(
    ("code", "finnish", "swedish", "english", "slug"),
    [
        (
            "05",
            "Varsinais-Suomen hyvinvointialue",
            "Egentliga Finlands välfärdsområde",
            "Wellbeing services county of Southwest Finland",
            "varsinais-suomi",
        ),
        (
            "08",
            "Pirkanmaan hyvinvointialue",
            "Birkalands välfärdsområde",
            "Wellbeing services county of Pirkanmaa",
            "pirkanmaa",
        ),
        ("90", "Helsingin kaupunki", "Helsingfors stad", "City of Helsinki", "helsinki"),
    ],
)
def test_an_organiser_has_its_full_official_names(
    code: str, finnish: str, swedish: str, english: str, slug: str
) -> None:
    area = areas.area(code)
    assert [area.name(language) for language in (Language.FI, Language.SV, Language.EN)] == [finnish, swedish, english]
    assert area.slug == slug


def test_an_area_with_a_bilingual_or_swedish_municipality_serves_in_both_languages() -> None:
    expected = {
        row["area_code"]
        for row in raw_municipalities()
        if row["language_status"] != "Yksikielinen suomenkielinen kunta"
    } - {"91"}
    assert {area.code for area in areas.areas() if area.bilingual} == expected
    assert areas.area("05").bilingual
    assert not areas.area("08").bilingual


def test_abroad_is_an_answer_of_its_own_and_no_municipality_has_its_code() -> None:
    assert "200" not in {row["municipality_code"] for row in raw_municipalities()}
    assert locate("200", TODAY) == Abroad()


@pytest.mark.parametrize("code", ["198", "199", "201", "000", "999", "", "05", "0853", "abc"])
def test_what_is_no_municipality_is_unknown_and_keeps_its_code(code: str) -> None:
    assert locate(code, TODAY) == UnknownMunicipality(code)


def test_a_day_before_the_first_edition_is_answered_from_the_first() -> None:
    place = locate("853", date(2020, 5, 17))
    assert isinstance(place, InArea)
    assert place.area.code == "05"


HEADER = "municipality_code,name_fi,name_sv,area_code,language_status\n"
FINNISH = "Yksikielinen suomenkielinen kunta"
BILINGUAL = "Kaksikielinen kunta, jossa enemmistön kieli on suomi"


@pytest.fixture
def merged(tmp_path: Path) -> AreaMap:
    """Two editions: 002 merges into 001 at the turn of 2028, 003 changes area, and 004 is new."""
    (tmp_path / "areas.csv").write_text((DATA / "areas.csv").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "municipalities-2026.csv").write_text(
        HEADER + f"001,Yksi,Ett,05,{FINNISH}\n002,Kaksi,Två,05,{FINNISH}\n003,Kolme,Tre,06,{FINNISH}\n",
        encoding="utf-8",
    )
    (tmp_path / "municipalities-2028.csv").write_text(
        HEADER + f'001,Yksi,Ett,05,{FINNISH}\n003,Kolme,Tre,08,{FINNISH}\n004,Neljä,Fyra,08,"{BILINGUAL}"\n',
        encoding="utf-8",
    )
    return AreaMap(tmp_path)


def area_code(place: areas.Location) -> str:
    assert isinstance(place, InArea)
    return place.area.code


def test_each_edition_answers_for_its_own_years(merged: AreaMap) -> None:
    assert area_code(merged.locate("003", date(2027, 12, 31))) == "06"
    assert area_code(merged.locate("003", date(2028, 1, 1))) == "08"


def test_a_merged_municipality_stays_in_the_past_and_is_unknown_after(merged: AreaMap) -> None:
    assert area_code(merged.locate("002", date(2027, 12, 31))) == "05"
    assert merged.locate("002", date(2028, 1, 1)) == UnknownMunicipality("002")


def test_a_new_municipality_is_unknown_before_its_edition(merged: AreaMap) -> None:
    assert merged.locate("004", date(2027, 12, 31)) == UnknownMunicipality("004")
    assert merged.locate("004", date(2020, 1, 1)) == UnknownMunicipality("004")
    assert area_code(merged.locate("004", date(2028, 1, 1))) == "08"


def test_a_row_says_how_long_it_is_valid(merged: AreaMap) -> None:
    old, new = merged.municipality_on("003", date(2026, 1, 1)), merged.municipality_on("003", date(2030, 1, 1))
    assert old is not None
    assert new is not None
    assert (old.valid_from, old.valid_until) == (date(2026, 1, 1), date(2027, 12, 31))
    assert (new.valid_from, new.valid_until) == (date(2028, 1, 1), None)


def test_the_languages_of_an_area_are_those_of_the_newest_edition(merged: AreaMap) -> None:
    assert merged.areas["08"].bilingual
    assert not merged.areas["05"].bilingual
