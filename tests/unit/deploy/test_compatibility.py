"""What a change of a model breaks: each kind of change on small models, and on every real message."""

import copy
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, create_model

from contracts.subjects import all_messages
from deploy.contracts.compatibility import Break, breaking_changes
from deploy.contracts.schemas import schema_of

Found = list[tuple[str, Break]]


def _model(**fields: object) -> type[BaseModel]:
    """A model with ``case: str`` and the given fields: a type, or a type and a default."""
    described = {name: f if isinstance(f, tuple) else (f, ...) for name, f in fields.items()}
    return create_model("Said", case=(str, ...), **described)  # type: ignore[call-overload, no-any-return]  # dynamic


def _broken(old: type[BaseModel], new: type[BaseModel]) -> Found:
    changes = breaking_changes(old.model_json_schema(), new.model_json_schema())
    return [(change.field, change.kind) for change in changes]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class MoreColours(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


class Inner(BaseModel):
    city: str


class InnerWithMore(BaseModel):
    city: str
    since: str | None = None


class InnerWithLess(BaseModel):
    since: str | None = None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class DogOfOldName(BaseModel):
    kind: Literal["dog"]
    name: str
    chip: str


class Fish(BaseModel):
    kind: Literal["fish"]


def _tagged(*variants: type[BaseModel]) -> object:
    return Annotated[Union[variants], Field(discriminator="kind")]  # noqa: UP007 - the variants are a tuple


CatOrDog = _tagged(Cat, Dog)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_model(), _model(note=(str | None, None))),
        (_model(), _model(count=(int, 0))),
        (_model(at=Inner), _model(at=InnerWithMore)),
        (_model(at=list[Inner]), _model(at=list[InnerWithMore])),
        (_model(pet=_tagged(Cat, Dog)), _model(pet=_tagged(Dog, Cat))),
        (_model(count=(int, 0)), _model(count=(int, 7))),
        (_model(n=int), _model(n=Annotated[int, Field(description="how many", title="Count", examples=[1])])),
    ],
    ids=[
        "optional",
        "with a default",
        "in a nested model",
        "in a list",
        "variants in another order",
        "default",
        "words",
    ],
)
def test_what_no_reader_can_notice_passes(old: type[BaseModel], new: type[BaseModel]) -> None:
    assert _broken(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (_model(n=int), _model(), [("n", Break.REMOVED)]),
        (_model(n=(int, 0)), _model(), [("n", Break.REMOVED)]),
        (_model(n=int), _model(amount=int), [("n", Break.RENAMED)]),
        (_model(n=int), _model(amount=str), [("n", Break.REMOVED), ("amount", Break.NEWLY_REQUIRED)]),
        (_model(), _model(n=int), [("n", Break.NEWLY_REQUIRED)]),
        (_model(n=(int, 0)), _model(n=int), [("n", Break.NEWLY_REQUIRED)]),
        (_model(n=int), _model(n=(int, 0)), [("n", Break.NO_LONGER_REQUIRED)]),
        (_model(n=int), _model(n=str), [("n", Break.RETYPED)]),
        (_model(n=float), _model(n=int), [("n", Break.RETYPED)]),
        (_model(n=int | None), _model(n=int), [("n", Break.NARROWED)]),
        (_model(n=int), _model(n=int | None), [("n", Break.WIDENED)]),
        (_model(n=int | str), _model(n=int), [("n", Break.NARROWED)]),
        (_model(n=list[int]), _model(n=int), [("n", Break.RETYPED)]),
        (_model(n=list[int]), _model(n=list[str]), [("n[]", Break.RETYPED)]),
        (_model(n=dict[str, int]), _model(n=dict[str, str]), [("n{}", Break.RETYPED)]),
    ],
)
def test_a_field_that_a_reader_misses_or_cannot_read_is_named(
    old: type[BaseModel], new: type[BaseModel], expected: Found
) -> None:
    assert _broken(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Field(max_length=40), Field(max_length=20), Break.NARROWED),
        (Field(max_length=40), Field(max_length=80), Break.WIDENED),
        (Field(max_length=40), Field(), Break.WIDENED),
        (Field(), Field(min_length=1), Break.NARROWED),
        (Field(min_length=2), Field(min_length=1), Break.WIDENED),
        (Field(), Field(pattern="^[0-9]{3}$"), Break.RETYPED),
        (Field(pattern="^[0-9]{2}$"), Field(pattern="^[0-9]{3}$"), Break.RETYPED),
    ],
)
def test_a_limit_that_moves_either_way_is_named(old: object, new: object, expected: Break) -> None:
    assert _broken(_model(word=Annotated[str, old]), _model(word=Annotated[str, new])) == [("word", expected)]


def test_a_new_member_of_a_closed_list_breaks_the_readers_that_cannot_know_it() -> None:
    assert _broken(_model(c=Colour), _model(c=MoreColours)) == [("c", Break.WIDENED)]


def test_a_member_that_goes_breaks_the_reading_of_what_was_sent() -> None:
    assert _broken(_model(c=MoreColours), _model(c=Colour)) == [("c", Break.NARROWED)]


def test_a_closed_list_that_opens_and_an_open_one_that_closes_are_named() -> None:
    assert _broken(_model(c=Colour), _model(c=str)) == [("c", Break.WIDENED)]
    assert _broken(_model(c=str), _model(c=Colour)) == [("c", Break.NARROWED)]


def test_a_change_inside_a_nested_model_is_named_where_it_is() -> None:
    assert _broken(_model(at=InnerWithMore), _model(at=InnerWithLess)) == [("at.city", Break.REMOVED)]
    assert _broken(_model(at=list[InnerWithMore]), _model(at=list[InnerWithLess])) == [("at[].city", Break.REMOVED)]


def test_a_model_used_in_two_places_is_named_in_both() -> None:
    old, new = _model(a=InnerWithMore, b=InnerWithMore), _model(a=InnerWithLess, b=InnerWithLess)
    assert _broken(old, new) == [("a.city", Break.REMOVED), ("b.city", Break.REMOVED)]


def test_a_variant_that_comes_goes_or_changes_is_named() -> None:
    assert _broken(_model(pet=CatOrDog), _model(pet=_tagged(Cat, Dog, Fish))) == [("pet", Break.WIDENED)]
    assert _broken(_model(pet=CatOrDog), _model(pet=Cat)) == [("pet", Break.NARROWED)]
    assert _broken(_model(pet=CatOrDog), _model(pet=_tagged(Cat, DogOfOldName))) == [
        ('pet<kind="dog">.chip', Break.NEWLY_REQUIRED)
    ]


def test_a_class_that_only_gets_another_name_breaks_nobody() -> None:
    renamed = create_model("Place", city=(str, ...))
    assert _broken(_model(at=Inner), _model(at=renamed)) == []


def test_an_added_field_breaks_readers_that_refuse_what_they_do_not_know() -> None:
    class Strict(BaseModel):
        model_config = ConfigDict(extra="forbid")
        case: str

    class StrictWithMore(Strict):
        note: str | None = None

    assert _broken(Strict, StrictWithMore) == [("note", Break.WIDENED)]


class Tree(BaseModel):
    value: int
    children: "list[Tree]" = []


class TallTree(BaseModel):
    value: str
    children: "list[TallTree]" = []


def test_a_model_that_contains_itself_is_compared_to_the_end() -> None:
    assert _broken(Tree, Tree) == []
    assert _broken(Tree, TallTree) == [("value", Break.RETYPED), ("children[].value", Break.RETYPED)]


def test_a_keyword_that_the_comparison_does_not_know_is_named_rather_than_passed() -> None:
    old = {"type": "object", "properties": {"n": {"type": "number", "multipleOf": 5}}}
    new = {"type": "object", "properties": {"n": {"type": "number", "multipleOf": 10}}}
    assert [(c.field, c.kind) for c in breaking_changes(old, new)] == [("n", Break.RETYPED)]


def test_a_change_says_where_what_and_who_is_broken() -> None:
    (change,) = breaking_changes(_model(n=int).model_json_schema(), _model().model_json_schema())
    assert str(change) == "n: removed: consumers may read it (consumers running now could not read new messages)"


@pytest.mark.parametrize("message", all_messages(), ids=lambda message: message.type)
def test_a_message_is_compatible_with_itself_and_with_a_new_optional_field(message: type[BaseModel]) -> None:
    more = create_model("More", __base__=message, added_later=(str | None, None))
    assert breaking_changes(message.model_json_schema(), more.model_json_schema()) == []


def _objects(node: object) -> Iterator[dict[str, dict[str, object]]]:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and node["properties"]:
            yield node
        for value in node.values():
            yield from _objects(value)


@given(st.data())
def test_taking_any_field_from_any_message_at_any_depth_is_noticed(data: st.DataObject) -> None:
    schema = schema_of(data.draw(st.sampled_from(all_messages())))
    changed = copy.deepcopy(schema)
    holder = data.draw(st.sampled_from(list(_objects(changed))))
    del holder["properties"][data.draw(st.sampled_from(sorted(holder["properties"])))]
    assert breaking_changes(schema, changed)
