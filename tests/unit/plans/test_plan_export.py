"""A plan as data: in a documented schema, with a mapping that is provisional and claims nothing."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.client_plan import PlanContent
from services.plans.documents import export
from services.plans.documents.domain import Audience, Copy, content_for
from services.plans.documents.export import ClientPlanExport, ExportedPlan, Planning, json_schema, mapping
from tests.unit.plans.printed_plans import a_plan, texts_in


def exported(content: PlanContent, planning: Planning | None = None) -> dict[str, object]:
    said = ClientPlanExport(
        as_of=datetime(2026, 4, 2, tzinfo=UTC),
        plan=ExportedPlan(
            plan_id=uuid4(), case_id=uuid4(), young_person_id=uuid4(), number=3, published_on=date(2026, 3, 14)
        ),
        planning=planning or Planning(),
        content=content,
        sosmeta=mapping(),
    )
    values: dict[str, object] = said.model_dump(mode="json", by_alias=True)
    return values


def test_the_schema_that_is_written_down_is_the_models() -> None:
    """Written anew by ``python -m services.plans.documents.export``."""
    written = Path(export.__file__).with_name("schemas") / f"{export.NAME}.json"
    assert json.loads(written.read_text("utf-8")) == json_schema()


def test_an_export_is_what_the_schema_says() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    said = exported(a_plan(), Planning(cycle_number=1, phase="follow_up", next_review_on=date(2027, 3, 1)))
    jsonschema.validate(said, json_schema(), format_checker=jsonschema.FormatChecker())
    assert said["schema"] == json_schema()["$id"] == "urn:jatkumo:schema:client_plan_export.v1"


def test_the_schema_refuses_what_is_no_export() -> None:
    said = exported(a_plan())
    for broken in ({**said, "conformity": "Sosmeta"}, {**said, "plan": {}}, {**said, "schema": "another"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, json_schema())


def test_an_export_holds_the_plan_whole() -> None:
    content = a_plan()
    assert PlanContent.model_validate(exported(content)["content"]) == content


def test_nothing_claims_conformity() -> None:
    said = exported(PlanContent())
    assert said["conformity"] == "none claimed"
    assert mapping().status == "provisional"
    assert mapping().conformity == "none claimed"
    assert mapping().document == "Lastensuojelun jälkihuollon asiakassuunnitelma"


def test_the_mapping_says_of_every_field_what_it_is_thought_to_be_or_that_it_is_ours_alone() -> None:
    fields = [each.field for each in mapping().fields]
    assert len(fields) == len(set(fields))
    expected = {f"content.{name}" for name in PlanContent.model_fields} | {
        f"planning.{name}" for name in Planning.model_fields
    }
    identifiers = {"plan.plan_id", "plan.case_id", "plan.young_person_id"}
    expected |= {f"plan.{name}" for name in ExportedPlan.model_fields} - identifiers
    assert set(fields) == expected


def test_under_an_order_an_export_names_no_place() -> None:
    withheld = content_for(a_plan(), Copy(Audience.WORKER, location_withheld=True))
    said = json.dumps(exported(withheld), ensure_ascii=False)
    assert [place for place in ("Tampereen", "Hervannan", "Nekalan", "Ella Mäki") if place in said] == []


@settings(max_examples=50, deadline=None)
@given(words=st.text(min_size=1, max_size=100).filter(lambda text: text.strip()))
def test_any_words_are_exported_as_they_were_written(words: str) -> None:
    content = PlanContent(own_words=words, dreams=words)
    said = json.loads(json.dumps(exported(content)))
    jsonschema.validate(said, json_schema())
    assert list(texts_in(said["content"])) == [content.own_words, content.dreams]
