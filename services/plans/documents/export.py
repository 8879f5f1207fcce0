"""A published plan as structured data, in a schema of our own (R114). Nothing in it claims conformity with another."""

import json
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from contracts.client_plan import Phase, PlanContent
from contracts.values import Qualification, Title

NAME: Final = "client_plan_export.v1"
SCHEMA: Final = "urn:jatkumo:schema:client_plan_export.v1"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Exported(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ExportedPlan(_Exported):
    """Which version of which plan, and of what profession its author is (R78)."""

    plan_id: UUID
    case_id: UUID
    young_person_id: UUID
    """The id in this service. Neither name nor identity code is exported."""
    number: int = Field(ge=1)
    published_on: date
    author_title: Title | None = None
    author_qualification: Qualification | None = None


class Planning(_Exported):
    """Where the planning stands."""

    cycle_number: int | None = None
    phase: Phase | None = None
    next_step: str | None = None
    next_review_on: date | None = None


class MappedField(_Exported):
    """A field of this export, and what of the other document it is thought to be; None: nothing that we know of."""

    field: str
    sosmeta: str | None = None


class SosmetaMapping(_Exported):
    """A provisional mapping to the national document. The names were not read off its published structure."""

    document: str
    publisher: str
    status: Literal["provisional"]
    conformity: Literal["none claimed"]
    note: str
    fields: tuple[MappedField, ...]


class ClientPlanExport(_Exported):
    """A published client plan as data. Under a non-disclosure order names that tell a place are left out."""

    schema_name: Literal["urn:jatkumo:schema:client_plan_export.v1"] = Field(default=SCHEMA, alias="schema")
    conformity: Literal["none claimed"] = "none claimed"
    """With any other definition, the mapped one included."""
    as_of: AwareDatetime
    """When the statuses and the planning stood like this."""
    plan: ExportedPlan
    planning: Planning
    content: PlanContent
    sosmeta: SosmetaMapping


@cache
def mapping() -> SosmetaMapping:
    """The mapping that came with this service. Raises ``pydantic.ValidationError`` when it says more than it may."""
    file = files("services.plans.documents") / "sosmeta.toml"
    return SosmetaMapping.model_validate(tomllib.loads(file.read_text("utf-8")))


class _WithoutRepeatedNames(GenerateJsonSchema):
    """A field's title would only repeat its name."""

    def field_title_should_be_set(self, _schema: object) -> bool:
        return False


def json_schema() -> dict[str, object]:
    """The JSON Schema of an export; ``schemas/client_plan_export.v1.json`` is this, written down.

    ``python -m services.plans.documents.export`` writes it anew.
    """
    body = ClientPlanExport.model_json_schema(mode="serialization", schema_generator=_WithoutRepeatedNames)
    return {"$schema": _DIALECT, "$id": SCHEMA, **body}


if __name__ == "__main__":
    written = Path(__file__).with_name("schemas") / f"{NAME}.json"
    written.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", "utf-8")
