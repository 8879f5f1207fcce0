"""The JSON Schema (draft 2020-12) of every message type, made from its model. Pure: the same models, the same text.

A schema says what a reader must be ready for: a field with a default may be missing, because messages sent before the
field existed are still in streams and journals. Fields that a schema does not name may come and are to be ignored.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pydantic.json_schema import GenerateJsonSchema

from contracts.envelope import Message, dataschema
from contracts.subjects import CONSUMERS, stream_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
INDEX: Final = "index.json"
_FIRST = ("$schema", "$id", "title", "description", "type", "enum", "const", "properties", "required")
_LAST = ("$defs",)


class _WithoutRepeatedNames(GenerateJsonSchema):
    """A field's title would only repeat its name."""

    def field_title_should_be_set(self, _schema: object) -> bool:
        return False


def file_of(message: type[Message]) -> str:
    """The file name of a message type's schema."""
    return f"{message.type}.json"


def schema_of(message: type[Message]) -> dict[str, object]:
    """The schema of a message's body: ``$id`` is what ``ce-dataschema`` names, descriptions are the docstrings."""
    body: dict[str, object] = message.model_json_schema(schema_generator=_WithoutRepeatedNames)
    _require_tags(body)
    definitions = {name: _ordered(schema) for name, schema in _mapping(body.pop("$defs", {})).items()}
    document = {"$schema": DIALECT, "$id": dataschema(message.type), **body}
    return _ordered({**document, "$defs": definitions} if definitions else document)


def documents(messages: Iterable[type[Message]]) -> dict[str, str]:
    """Every generated file by name: a schema for each message, and the index of them."""
    listed = sorted(messages, key=lambda message: message.type)
    schemas = {file_of(message): rendered(schema_of(message)) for message in listed}
    return {**schemas, INDEX: rendered({"messages": [_entry(message) for message in listed]})}


def rendered(document: Mapping[str, object]) -> str:
    """A document as the text of its file: stable, readable, Finnish letters as they are."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _entry(message: type[Message]) -> dict[str, object]:
    summary, _, _ = (message.__doc__ or "").strip().partition("\n\n")
    return {
        "type": message.type,
        "schema": file_of(message),
        "title": message.__name__,
        "summary": " ".join(summary.split()),
        "stream": stream_of(message).name,
        "heard_by": sorted({consumer.service for consumer in CONSUMERS if consumer.message is message}),
    }


def _ordered(schema: object) -> dict[str, object]:
    """What identifies and describes a schema first, its parts after, definitions last."""
    known = _mapping(schema)
    first = [name for name in _FIRST if name in known]
    rest = sorted(name for name in known if name not in _FIRST + _LAST)
    return {name: known[name] for name in (*first, *rest, *(name for name in _LAST if name in known))}


def _require_tags(document: dict[str, object]) -> None:
    """A variant of a tagged union cannot be told from another without its tag, although the field has a default."""
    definitions = _mapping(document.get("$defs"))
    for union in _schemas_in(document):
        discriminator = _mapping(union.get("discriminator"))
        for reference in _mapping(discriminator.get("mapping")).values():
            variant = _mapping(definitions[str(reference).rsplit("/", 1)[1]])
            required = variant.setdefault("required", [])
            tag = discriminator["propertyName"]
            if isinstance(required, list) and tag not in required:
                required.insert(0, tag)


def _schemas_in(node: object) -> Iterator[dict[str, object]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _schemas_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _schemas_in(value)


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
