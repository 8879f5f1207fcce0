"""Generated schemas: they fit their messages, and the tree's files are held to them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polyfactory.factories.base import BaseFactory
from polyfactory.factories.pydantic_factory import ModelFactory
from typer.testing import CliRunner

from contracts.envelope import Message, dataschema
from contracts.plans import PersonRecorded, ResidenceChanged
from contracts.subjects import all_messages
from deploy.contracts import commands
from deploy.contracts.committed import Problem, State, Written, check, folder, generate
from deploy.contracts.compatibility import Break
from deploy.contracts.schemas import INDEX, documents, file_of, rendered, schema_of

TYPE = "plans.tea_poured.v1"


class Tea(Message):
    """What every version of the test's message has."""

    cup_id: UUID

    @property
    def aggregate_id(self) -> UUID:
        return self.cup_id


class TeaPoured(Tea):
    """Somebody poured tea."""

    type: ClassVar[str] = TYPE

    sort: str
    sugar: int | None


class WithMilk(Tea):
    """Somebody poured tea."""

    type: ClassVar[str] = TYPE

    sort: str
    sugar: int | None
    milk: str | None = None


class WithoutSort(Tea):
    """Somebody poured tea."""

    type: ClassVar[str] = TYPE

    sugar: int | None


class WithKindForSort(Tea):
    """Somebody poured tea."""

    type: ClassVar[str] = TYPE

    kind: str
    sugar: int | None


class AlwaysSweet(Tea):
    """Somebody poured tea."""

    type: ClassVar[str] = TYPE

    sort: str
    sugar: int


class WithGuest(Tea):
    """Somebody poured tea."""

    type: ClassVar[str] = TYPE

    sort: str
    sugar: int | None
    guest: str


class OtherWords(Tea):
    """Tea was poured by somebody."""

    type: ClassVar[str] = TYPE

    sort: str
    sugar: int | None


class SecondVersion(Tea):
    """Somebody poured tea, and for whom is known."""

    type: ClassVar[str] = "plans.tea_poured.v2"

    guest: str


BREAKING = [
    (WithoutSort, "sort", Break.REMOVED),
    (WithKindForSort, "sort", Break.RENAMED),
    (AlwaysSweet, "sugar", Break.NARROWED),
    (WithGuest, "guest", Break.NEWLY_REQUIRED),
]


@pytest.fixture
def promised(tmp_path: Path) -> Path:
    """A project that has promised ``TeaPoured``."""
    generate(tmp_path, [TeaPoured])
    return tmp_path


def _states(root: Path, messages: Sequence[type[Message]]) -> dict[str, State]:
    return {problem.file: problem.state for problem in check(root, messages)}


def _text(root: Path) -> str:
    return (folder(root) / file_of(TeaPoured)).read_text()


def test_what_was_generated_is_what_the_models_say(promised: Path) -> None:
    assert check(promised, [TeaPoured]) == []
    assert generate(promised, [TeaPoured]) == []


def test_a_missing_file_is_told_and_generated(tmp_path: Path) -> None:
    assert _states(tmp_path, [TeaPoured]) == {file_of(TeaPoured): State.MISSING, INDEX: State.MISSING}
    assert generate(tmp_path, [TeaPoured]) == [Written(file_of(TeaPoured), new=True), Written(INDEX, new=True)]


@pytest.mark.parametrize("changed", [WithMilk, OtherWords], ids=["added optional", "described in other words"])
def test_a_harmless_change_makes_the_file_stale_until_it_is_generated(promised: Path, changed: type[Message]) -> None:
    assert _states(promised, [changed])[file_of(TeaPoured)] is State.STALE
    assert Written(file_of(TeaPoured), new=False) in generate(promised, [changed])
    assert check(promised, [changed]) == []


def test_a_file_changed_by_hand_is_stale(promised: Path) -> None:
    (folder(promised) / file_of(TeaPoured)).write_text(_text(promised).replace("Somebody", "Nobody"))
    assert _states(promised, [TeaPoured]) == {file_of(TeaPoured): State.STALE}


@pytest.mark.parametrize(("changed", "field", "kind"), BREAKING)
def test_a_breaking_change_is_told_with_what_breaks(
    promised: Path, changed: type[Message], field: str, kind: Break
) -> None:
    problem = next(problem for problem in check(promised, [changed]) if problem.file == file_of(TeaPoured))
    assert problem.state is State.BREAKING
    assert [(change.field, change.kind) for change in problem.changes] == [(field, kind)]


@pytest.mark.parametrize(("changed", "field", "kind"), BREAKING)
def test_a_breaking_change_is_not_generated(promised: Path, changed: type[Message], field: str, kind: Break) -> None:
    before = _text(promised)
    refused = [each for each in generate(promised, [changed]) if isinstance(each, Problem)]
    assert _text(promised) == before
    assert [problem.file for problem in refused] == [file_of(TeaPoured)]
    assert "add the next one beside it" in str(refused[0])
    assert field in str(refused[0])


def test_a_new_version_beside_the_old_one_is_generated(promised: Path) -> None:
    before = _text(promised)
    assert Written("plans.tea_poured.v2.json", new=True) in generate(promised, [TeaPoured, SecondVersion])
    assert check(promised, [TeaPoured, SecondVersion]) == []
    assert _text(promised) == before


def test_a_type_that_no_model_has_any_more_is_told_and_its_file_stays(promised: Path) -> None:
    assert _states(promised, [SecondVersion])[file_of(TeaPoured)] is State.ORPHANED
    assert Problem(file_of(TeaPoured), State.ORPHANED) in generate(promised, [SecondVersion])
    assert (folder(promised) / file_of(TeaPoured)).exists()


def test_a_file_that_cannot_be_read_is_told_and_not_written_over(promised: Path) -> None:
    (folder(promised) / file_of(TeaPoured)).write_text("{")
    assert _states(promised, [TeaPoured]) == {file_of(TeaPoured): State.DAMAGED}
    assert generate(promised, [TeaPoured]) == [Problem(file_of(TeaPoured), State.DAMAGED)]
    assert _text(promised) == "{"


def test_the_commands_generate_check_and_refuse(tmp_path: Path) -> None:
    def run(command: str) -> tuple[int, str]:
        result = CliRunner().invoke(commands.app, [command, "--root", str(tmp_path)])
        return result.exit_code, result.output

    assert run("check")[0] == 1
    assert run("generate")[0] == 0
    assert run("check") == (0, "the schemas are what the models say\n")
    file = folder(tmp_path) / file_of(PersonRecorded)
    promised = json.loads(file.read_text())
    promised["properties"]["nickname"] = {"type": "string"}
    file.write_text(rendered(promised))
    status, said = run("check")
    assert status == 1
    assert "nickname: removed" in said
    assert run("generate")[0] == 1
    assert "nickname" in file.read_text()


def test_the_schemas_in_the_tree_are_what_the_models_say() -> None:
    assert [str(problem) for problem in check(commands.PROJECT)] == []


def test_the_same_models_give_the_same_text_in_any_order() -> None:
    assert documents(all_messages()) == documents(tuple(reversed(all_messages())))


@pytest.mark.parametrize("message", all_messages(), ids=lambda message: message.type)
def test_a_schema_is_one_and_says_what_it_is_for(message: type[Message]) -> None:
    schema = schema_of(message)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == dataschema(message.type)
    assert schema["title"] == message.__name__
    assert schema["description"]


def test_the_index_lists_every_message_once_with_its_file() -> None:
    files = documents(all_messages())
    listed = json.loads(files[INDEX])["messages"]
    assert [entry["type"] for entry in listed] == sorted(message.type for message in all_messages())
    assert {entry["schema"] for entry in listed} == files.keys() - {INDEX}
    assert all(entry["summary"] and entry["stream"] for entry in listed)


def test_the_variants_of_a_destination_cannot_do_without_their_tag() -> None:
    validator = jsonschema.Draft202012Validator(schema_of(ResidenceChanged))
    move = {
        "case_id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "version": 1,
        "move_id": "01890a5d-ac96-774b-bcce-b302099a8058",
        "person_id": "01890a5d-ac96-774b-bcce-b302099a8059",
        "moved_on": "2026-03-01",
    }
    assert validator.is_valid({**move, "destination": {"kind": "area", "area": "08", "municipality": "837"}})
    assert not validator.is_valid({**move, "destination": {"area": "08", "municipality": "837"}})


FACTORIES = [ModelFactory.create_factory(message) for message in all_messages()]


@given(factory=st.sampled_from(FACTORIES), seed=st.integers(min_value=0, max_value=2**32))
def test_whatever_a_service_says_fits_the_schema(factory: type[BaseFactory[Message]], seed: int) -> None:
    factory.seed_random(seed)
    said = json.loads(factory.build().model_dump_json())
    validator = jsonschema.Draft202012Validator(
        schema_of(factory.__model__), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    validator.validate(said)


@given(factory=st.sampled_from(FACTORIES), seed=st.integers(min_value=0, max_value=2**32))
def test_a_reader_ignores_what_a_newer_sender_added(factory: type[BaseFactory[Message]], seed: int) -> None:
    factory.seed_random(seed)
    said = factory.build()
    newer = {**json.loads(said.model_dump_json()), "added_later": "unknown here"}
    assert factory.__model__.model_validate_json(json.dumps(newer)) == said
