"""The shape of one document of the population register's change feed, as its public clients read it.

Source: the change feed (VTJ-muutosrajapinta) of the Digital and Population Data Services Agency. A document tells of
changes only, of any number of people; ``findings`` says what follows from it. Nothing here shows a value when it is
printed, and no error repeats one.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from contracts.refusals import Refusal
from contracts.values import MunicipalityCode
from services.plans.people.identity import Hetu


class RegisterShape(BaseModel):
    """A part of a document. Silent when printed, because nearly all of it is about somebody."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return []


class Change(StrEnum):
    """What happened to a piece of information (muutosattribuutti)."""

    ADDED = "LISATTY"
    CHANGED = "MUUTETTU"
    REMOVED = "POISTETTU"
    """The row carries the value that was removed."""
    CORRECTED = "KORJATTU"
    CONTEXT = "LISATIETO"
    """Nothing changed; the row only goes with another."""


class Precision(StrEnum):
    """How much of a date the register knows (tarkkuus)."""

    DAY = "PAIVA"
    MONTH = "KUUKAUSI"
    YEAR = "VUOSI"
    UNKNOWN = "EI_TIEDOSSA"


def _either(name: str) -> AliasChoices:
    """A date's name as ``…pv`` or ``…Pv``: both spellings arrive, at times together; the one in ``name`` counts."""
    stem = name[:-2]
    return AliasChoices(name, f"{stem}pv", f"{stem}Pv")


_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


class RegisterDate(RegisterShape):
    """A date of which the day, or the month too, may be missing."""

    value: str | None = Field(default=None, alias="arvo")
    precision: Precision = Field(alias="tarkkuus")

    @model_validator(mode="after")
    def _is_a_date(self) -> Self:
        self._parts()
        return self

    @property
    def first_day(self) -> date | None:
        """The first day of the period that the register knows; none when it knows nothing."""
        parts = self._parts()
        return date(parts[0], parts[1] or 1, parts[2] or 1) if parts else None

    @property
    def exact(self) -> bool:
        """The register knows the day."""
        parts = self._parts()
        return parts is not None and parts[2] > 0

    def _parts(self) -> tuple[int, int, int] | None:
        """Year, month and day, 0 for what is not known."""
        if self.precision is Precision.UNKNOWN or self.value is None:
            return None
        match = _DATE.fullmatch(self.value)
        if match is None:
            raise PydanticCustomError("register_date", "expected YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (int(part or 0) for part in match.groups())
        if self.precision is Precision.YEAR:
            month = 0
        if self.precision is not Precision.DAY or month == 0:
            day = 0
        try:
            date(year, month or 1, day or 1)
        except ValueError:
            raise PydanticCustomError("register_date", "expected a date of the calendar") from None
        return year, month, day


def _read_hetu(value: object) -> Hetu:
    if not isinstance(value, str):
        raise PydanticCustomError("hetu-form", "expected a personal identity code")
    try:
        # Temporary numbers may pass: the feed tells only of people whom the area already knows.
        return Hetu.parse(value, allow_temporary=True)
    except Refusal as refusal:
        code, message = refusal.code, refusal.message
    raise PydanticCustomError("hetu", "{code}: {message}", {"code": code, "message": message})


def _read_earlier_hetus(value: object) -> tuple[Hetu, ...]:
    """Those that are valid: a number may have been replaced because it was not."""
    return tuple(hetu for each in value if (hetu := _or_none(_HETU, each))) if isinstance(value, list) else ()


RegisterHetu = Annotated[Hetu, PlainValidator(_read_hetu, json_schema_input_type=str)]
_HETU = TypeAdapter[Hetu](RegisterHetu)


class Group(RegisterShape):
    """One information group (tietoryhmä) of a change."""

    change: Change = Field(alias="muutosattribuutti")
    withheld: tuple[str, ...] = Field(default=(), alias="turvakiellonAlaisetKentat")
    """The fields that a non-disclosure order keeps back."""

    @property
    def new_value(self) -> bool:
        """The group says how things are from now on."""
        return self.change in {Change.ADDED, Change.CHANGED, Change.CORRECTED}


class NonDisclosureGroup(Group):
    """A non-disclosure order (661/2009, 36 §)."""

    kind: Literal["TURVAKIELTO"] = Field(alias="tietoryhma")
    active: bool = Field(alias="turvakieltoAktiivinen")
    until: RegisterDate | None = Field(default=None, validation_alias=_either("turvaLoppuPv"))


class HomeMunicipalityGroup(Group):
    """The home municipality."""

    kind: Literal["KOTIKUNTA"] = Field(alias="tietoryhma")
    code: MunicipalityCode | None = Field(default=None, alias="kuntakoodi")
    since: RegisterDate | None = Field(default=None, validation_alias=_either("kuntaanMuuttopv"))
    until: RegisterDate | None = Field(default=None, validation_alias=_either("kunnastaPoisMuuttopv"))

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.code is None and "kuntakoodi" not in self.withheld:
            raise PydanticCustomError("missing", "expected kuntakoodi")
        return self


class EarlierMunicipalityGroup(Group):
    """A home municipality that has been left."""

    kind: Literal["EDELLINEN_KOTIKUNTA"] = Field(alias="tietoryhma")
    code: MunicipalityCode | None = Field(default=None, alias="kuntakoodi")
    since: RegisterDate | None = Field(default=None, validation_alias=_either("kuntaanMuuttopv"))
    until: RegisterDate | None = Field(default=None, validation_alias=_either("kunnastaPoisMuuttopv"))


class AddressGroup(Group):
    """A permanent address. Of the address itself nothing is read: the residence is the municipality."""

    kind: Literal["VAKINAINEN_KOTIMAINEN_OSOITE", "VAKINAINEN_ULKOMAINEN_OSOITE"] = Field(alias="tietoryhma")
    since: RegisterDate | None = Field(default=None, alias="alkupv")
    until: RegisterDate | None = Field(default=None, alias="loppupv")

    @property
    def abroad(self) -> bool:
        return self.kind == "VAKINAINEN_ULKOMAINEN_OSOITE"


class DeathGroup(Group):
    """A death."""

    kind: Literal["KUOLINPAIVA"] = Field(alias="tietoryhma")
    dead: bool = Field(alias="kuollut")
    on: RegisterDate | None = Field(default=None, alias="kuolinpv")


class HetuCorrectionGroup(Group):
    """A personal identity code that was corrected or replaced: one row for each number, the active and the passive."""

    kind: Literal["HENKILOTUNNUS_KORJAUS"] = Field(alias="tietoryhma")
    validity: Literal["AKTIIVI", "PASSIIVI"] = Field(alias="voimassaolo")
    active: RegisterHetu | None = Field(default=None, alias="aktiivinenHenkilotunnus")
    earlier: Annotated[tuple[Hetu, ...], PlainValidator(_read_earlier_hetus, json_schema_input_type=list[str])] = Field(
        default=(), alias="edellisetHenkilotunnukset"
    )


class NameGroup(Group):
    """The present names."""

    kind: Literal["HENKILON_NIMI"] = Field(alias="tietoryhma")
    given_names: str | None = Field(default=None, alias="etunimi")
    family_name: str | None = Field(default=None, alias="sukunimi")


class MotherTongueGroup(Group):
    """The mother tongue, an ISO 639-1 code."""

    kind: Literal["AIDINKIELI"] = Field(alias="tietoryhma")
    code: str | None = Field(default=None, alias="kielikoodi")


class OtherGroup(RegisterShape):
    """A group that nothing here acts on: kept whole, and skipped."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(alias="tietoryhma")


_KINDS = {
    "TURVAKIELTO": "non-disclosure",
    "KOTIKUNTA": "home municipality",
    "EDELLINEN_KOTIKUNTA": "earlier municipality",
    "VAKINAINEN_KOTIMAINEN_OSOITE": "address",
    "VAKINAINEN_ULKOMAINEN_OSOITE": "address",
    "KUOLINPAIVA": "death",
    "HENKILOTUNNUS_KORJAUS": "identity code",
    "HENKILON_NIMI": "name",
    "AIDINKIELI": "mother tongue",
}


def _kind_of(group: object) -> str:
    name = group.get("tietoryhma") if isinstance(group, dict) else None
    return _KINDS.get(name, "other") if isinstance(name, str) else "other"


InformationGroup = Annotated[
    Annotated[NonDisclosureGroup, Tag("non-disclosure")]
    | Annotated[HomeMunicipalityGroup, Tag("home municipality")]
    | Annotated[EarlierMunicipalityGroup, Tag("earlier municipality")]
    | Annotated[AddressGroup, Tag("address")]
    | Annotated[DeathGroup, Tag("death")]
    | Annotated[HetuCorrectionGroup, Tag("identity code")]
    | Annotated[NameGroup, Tag("name")]
    | Annotated[MotherTongueGroup, Tag("mother tongue")]
    | Annotated[OtherGroup, Tag("other")],
    Discriminator(_kind_of),
]
_GROUP = TypeAdapter[InformationGroup](InformationGroup)
_INSTANT = TypeAdapter[datetime](AwareDatetime)


class PersonChange(RegisterShape):
    """What changed about one person at one instant."""

    hetu: RegisterHetu = Field(alias="henkilotunnus")
    changed_at: AwareDatetime = Field(alias="muutospv")
    """When the register changed. 21:00 or 22:00 UTC is midnight in Finland."""
    groups: tuple[InformationGroup, ...] = Field(alias="tietoryhmat")


@dataclass(frozen=True)
class UnreadableChange:
    """A change that does not have the shape, with what could be read of it all the same."""

    hetu: Hetu | None
    changed_at: datetime | None
    groups: tuple[InformationGroup, ...] = field(repr=False)
    problems: tuple[str, ...]
    """Where the shape was wrong and how: names of fields and kinds of error, no values."""


def _read_change(value: object) -> PersonChange | UnreadableChange:
    try:
        return PersonChange.model_validate(value)
    except ValidationError as error:
        problems = tuple(_problem(each["loc"], each["type"]) for each in error.errors(include_input=False))
    parts = value if isinstance(value, dict) else {}
    groups = parts.get("tietoryhmat")
    return UnreadableChange(
        hetu=_or_none(_HETU, parts.get("henkilotunnus")),
        changed_at=_or_none(_INSTANT, parts.get("muutospv")),
        groups=tuple(group for each in groups if (group := _or_none(_GROUP, each))) if isinstance(groups, list) else (),
        problems=problems,
    )


Read = TypeVar("Read")


def _or_none(shape: TypeAdapter[Read], value: object) -> Read | None:
    try:
        return shape.validate_python(value)
    except ValidationError:
        return None


def _problem(location: tuple[int | str, ...], kind: str) -> str:
    return f"{'.'.join(str(part) for part in location) or 'change'}: {kind}"


class ChangeDocument(RegisterShape):
    """One answer of the feed. A change that cannot be read does not keep the others from being read."""

    latest_key: int = Field(alias="viimeisinKirjausavain")
    """Where to go on from (kirjausavain)."""
    up_to_date: bool = Field(alias="ajanTasalla")
    """Nothing more to fetch for now."""
    changes: tuple[
        Annotated[PersonChange | UnreadableChange, PlainValidator(_read_change, json_schema_input_type=PersonChange)],
        ...,
    ] = Field(alias="muutokset")
