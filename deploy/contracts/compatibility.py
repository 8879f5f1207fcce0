"""What a change of a message's schema breaks while the version stays the same. Pure: two schemas in, changes out.

Two readers must be able to go on. A consumer that is running now, perhaps in another area that upgrades next month,
reads **new messages**: whatever may be sent from now on must fit the old schema. The code that is deployed next reads
**old messages**, from streams, journals and dead letters: whatever was sent must fit the new schema. So the values of
a field can neither shrink nor grow, and the only change that breaks nobody is an added optional field, which old
readers ignore and new ones can do without. Titles, descriptions, defaults and the names of definitions are free.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Schema = Mapping[str, object]

_NEW = "consumers running now could not read new messages"
_OLD = "messages already sent could not be read any more"


class Break(StrEnum):
    """The kinds of change that break a reader."""

    REMOVED = "removed"
    RENAMED = "renamed"
    RETYPED = "retyped"
    NARROWED = "narrowed"
    """Fewer values than before, or tighter limits."""
    WIDENED = "widened"
    """More values than before (an enum's new member is one), or looser limits."""
    NEWLY_REQUIRED = "newly required"
    NO_LONGER_REQUIRED = "no longer required"

    @property
    def consequence(self) -> str:
        """Who is broken by it."""
        return _CONSEQUENCES[self]


_CONSEQUENCES: Final[Mapping[Break, str]] = {
    Break.REMOVED: _NEW,
    Break.RENAMED: f"{_NEW}, {_OLD}",
    Break.RETYPED: f"{_NEW}, {_OLD}",
    Break.NARROWED: _OLD,
    Break.WIDENED: _NEW,
    Break.NEWLY_REQUIRED: _OLD,
    Break.NO_LONGER_REQUIRED: _NEW,
}


@dataclass(frozen=True)
class Change:
    """One breaking change. ``field`` is dotted from the message (``dossier.person.hetu``); ``[]`` is inside a list."""

    field: str
    kind: Break
    detail: str

    def __str__(self) -> str:
        return f"{self.field or 'the message'}: {self.kind}: {self.detail} ({self.kind.consequence})"


def breaking_changes(old: Schema, new: Schema) -> list[Change]:
    """What breaks when messages of ``old`` become messages of ``new``; empty when nobody notices."""
    return list(dict.fromkeys(_Comparison(old, new).of_schemas("", old, new)))


_ANNOTATIONS: Final = frozenset(
    {
        "$schema",
        "$id",
        "$defs",
        "$comment",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "discriminator",
    }
)
"""Say nothing of which values are valid; a discriminator repeats what the variants' constants say."""

_LOWER_LIMITS: Final = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
_UPPER_LIMITS: Final = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_INNER: Final = {"items": "[]", "additionalProperties": "{}", "contains": "[]", "propertyNames": "{}"}
_HANDLED: Final = frozenset(
    {"type", "enum", "const", "properties", "required", *_LOWER_LIMITS, *_UPPER_LIMITS, *_INNER}
)


class _Comparison:
    """Two schema documents side by side, with their definitions."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old
        self._new = new
        self._in_progress: set[tuple[int, int]] = set()

    def of_schemas(self, field: str, old: Schema, new: Schema) -> Iterator[Change]:
        """What breaks between two schemas of one field. A model that contains itself is compared once."""
        pair = (id(old), id(new))
        if pair in self._in_progress:
            return
        self._in_progress.add(pair)
        yield from self._of_alternatives(field, _alternatives(old, self._old), _alternatives(new, self._new))
        self._in_progress.discard(pair)

    def _of_alternatives(self, field: str, old: list[Schema], new: list[Schema]) -> Iterator[Change]:
        pairs, gone, come = _paired(old, new)
        for before, after in pairs:
            tagged = len(old) > 1 and bool(_tag(before))
            yield from self._of_alternative(f"{field}<{_tag(before)}>" if tagged else field, before, after)
        if len(gone) == len(come) == 1 and len(old) == len(new) == 1:
            yield Change(field, Break.RETYPED, f"{_kind(gone[0])} → {_kind(come[0])}")
            return
        yield from (Change(field, Break.NARROWED, f"no longer {_kind(one)}") for one in gone)
        yield from (Change(field, Break.WIDENED, f"now also {_kind(one)}") for one in come)

    def _of_alternative(self, field: str, old: Schema, new: Schema) -> Iterator[Change]:
        yield from _of_values(field, old, new)
        yield from _of_limits(field, old, new)
        yield from self._of_fields(field, old, new)
        for keyword, mark in _INNER.items():
            before, after = old.get(keyword, True), new.get(keyword, True)
            if isinstance(before, Mapping) and isinstance(after, Mapping):
                yield from self.of_schemas(field + mark, before, after)
            elif before != after:
                yield _changed(field, keyword, old, new)
        for keyword in sorted((old.keys() | new.keys()) - _ANNOTATIONS - _HANDLED):
            if old.get(keyword) != new.get(keyword):
                yield _changed(field, keyword, old, new)

    def _of_fields(self, field: str, old: Schema, new: Schema) -> Iterator[Change]:
        before, after = _mapping(old.get("properties")), _mapping(new.get("properties"))
        must_before, must_after = _names(old.get("required")), _names(new.get("required"))
        renamed = self._renamed(before, after, must_before, must_after)
        for name in before:
            path = f"{field}.{name}".lstrip(".")
            if name in renamed:
                yield Change(path, Break.RENAMED, f"it seems to be `{renamed[name]}` now")
            elif name not in after:
                yield Change(path, Break.REMOVED, "consumers may read it")
            else:
                if name in must_before - must_after:
                    yield Change(path, Break.NO_LONGER_REQUIRED, "consumers rely on it")
                if name in must_after - must_before:
                    yield Change(path, Break.NEWLY_REQUIRED, "it may be missing in messages already sent")
                yield from self.of_schemas(path, _mapping(before[name]), _mapping(after[name]))
        for name in after.keys() - before.keys() - set(renamed.values()):
            path = f"{field}.{name}".lstrip(".")
            if name in must_after:
                yield Change(path, Break.NEWLY_REQUIRED, "messages already sent do not have it")
            elif old.get("additionalProperties", True) is not True:
                yield Change(path, Break.WIDENED, "consumers refuse fields that they do not know")

    def _renamed(
        self, before: Schema, after: Schema, must_before: frozenset[str], must_after: frozenset[str]
    ) -> dict[str, str]:
        """Fields that went while exactly one of the same shape came, and the name that each has now."""
        gone = [name for name in before if name not in after]
        come = [name for name in after if name not in before]
        if len(gone) != 1 or len(come) != 1 or (gone[0] in must_before) != (come[0] in must_after):
            return {}
        same = not list(self.of_schemas("", _mapping(before[gone[0]]), _mapping(after[come[0]])))
        return {gone[0]: come[0]} if same else {}


def _alternatives(schema: Schema, document: Schema) -> list[Schema]:
    """The shapes that a value may have: references followed, unions laid out flat."""
    schema = _followed(schema, document)
    for union in ("anyOf", "oneOf"):
        variants = schema.get(union)
        if isinstance(variants, Sequence):
            return [flat for variant in variants for flat in _alternatives(_mapping(variant), document)]
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return [{**schema, "type": kind} for kind in kinds]
    return [schema]


def _followed(schema: Schema, document: Schema) -> Schema:
    """A schema in full: ``$ref`` and an ``allOf`` of one are replaced by what they stand for."""
    while True:
        reference, parts = schema.get("$ref"), schema.get("allOf")
        if isinstance(reference, str):
            rest = {name: value for name, value in schema.items() if name != "$ref"}
            schema = {**_pointed_at(reference, document), **rest}
        elif isinstance(parts, list) and len(parts) == 1:
            rest = {name: value for name, value in schema.items() if name != "allOf"}
            schema = {**_mapping(parts[0]), **rest}
        else:
            return schema


def _pointed_at(reference: str, document: Schema) -> Schema:
    """What ``#/$defs/…`` names. Raises ``KeyError`` when the document does not define it."""
    target: Schema = document
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part:
            target = _mapping(target[part.replace("~1", "/").replace("~0", "~")])
    return target


def _paired(old: list[Schema], new: list[Schema]) -> tuple[list[tuple[Schema, Schema]], list[Schema], list[Schema]]:
    """Alternatives of the same kind beside each other; those that went; those that came."""
    pairs: list[tuple[Schema, Schema]] = []
    gone, come = list(old), list(new)
    for alike in (_text, _kind):
        for before in list(gone):
            after = next((one for one in come if alike(one) == alike(before)), None)
            if after is not None:
                pairs.append((before, after))
                gone.remove(before)
                come.remove(after)
    if len(gone) == len(come) == 1 and _type(gone[0]) == _type(come[0]) and len(old) == len(new) == 1:
        # Alone on both sides: the same field even if its constants or its class's name changed.
        return [*pairs, (gone[0], come[0])], [], []
    return pairs, gone, come


def _kind(schema: Schema) -> str:
    """What tells an alternative of a union from its neighbours: its type, and its tag if it has one."""
    return f"{_type(schema)} {_tag(schema)}".rstrip()


def _tag(schema: Schema) -> str:
    """The constants of a union's variant: ``kind="area"``."""
    constants = {name: _mapping(inner).get("const") for name, inner in _mapping(schema.get("properties")).items()}
    return ", ".join(f"{name}={_text(value)}" for name, value in sorted(constants.items()) if value is not None)


def _type(schema: Schema) -> str:
    kind = schema.get("type")
    return kind if isinstance(kind, str) else "anything"


def _of_values(field: str, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = _values(old), _values(new)
    if before is None or after is None:
        if before is not None:
            yield Change(field, Break.WIDENED, "any value instead of a closed list")
        elif after is not None:
            yield Change(field, Break.NARROWED, "a closed list instead of any value")
        return
    yield from (Change(field, Break.NARROWED, f"no longer {value}") for value in before if value not in after)
    yield from (Change(field, Break.WIDENED, f"now also {value}") for value in after if value not in before)


def _values(schema: Schema) -> list[str] | None:
    """The closed list of values, as JSON; None when it is open."""
    if "const" in schema:
        return [_text(schema["const"])]
    listed = schema.get("enum")
    return [_text(value) for value in listed] if isinstance(listed, list) else None


def _of_limits(field: str, old: Schema, new: Schema) -> Iterator[Change]:
    limits = [(name, -math.inf, 1) for name in _LOWER_LIMITS] + [(name, math.inf, -1) for name in _UPPER_LIMITS]
    for name, open_end, direction in limits:
        before, after = _number(old.get(name), open_end), _number(new.get(name), open_end)
        if before != after:
            tighter = (after - before) * direction > 0
            yield _changed(field, name, old, new, Break.NARROWED if tighter else Break.WIDENED)


def _changed(field: str, keyword: str, old: Schema, new: Schema, kind: Break = Break.RETYPED) -> Change:
    return Change(field, kind, f"{keyword} {_text(old.get(keyword))} → {_text(new.get(keyword))}")


def _number(value: object, otherwise: float) -> float:
    return value if isinstance(value, int | float) else otherwise


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _names(value: object) -> frozenset[str]:
    return frozenset(value) if isinstance(value, list) else frozenset()
