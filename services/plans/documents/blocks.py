"""What a printed document is made of: headings, text, lists, tables. Pure data; the template gives it its look."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from contracts.values import Language


class Manner(StrEnum):
    """How a text is said."""

    PLAIN = "plain"
    QUOTE = "quote"
    """Somebody's own words."""
    NOTE = "note"


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 to 3, never skipping one."""

    kind: ClassVar[str] = "heading"

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """Paragraphs; a line break in a paragraph begins the next one."""

    kind: ClassVar[str] = "text"

    text: str
    manner: Manner = Manner.PLAIN


@dataclass(frozen=True)
class Facts:
    """Names and what they are, read as a list: (name, value)."""

    kind: ClassVar[str] = "facts"

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One of a list: what it is, and lines that say more."""

    lead: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Items:
    """A list."""

    kind: ClassVar[str] = "items"

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Table:
    """A table with a row of headers; each row has as many cells, and a cell is an item."""

    kind: ClassVar[str] = "table"

    head: tuple[str, ...]
    rows: tuple[tuple[Item, ...], ...]
    widths: tuple[int, ...]
    """How the columns share the width."""


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""

    kind: ClassVar[str] = "new_page"


Block = Heading | Text | Facts | Items | Table | NewPage


@dataclass(frozen=True)
class Document:
    """A document, ready to be printed."""

    language: Language
    title: str
    """Also the file's own title: it names nobody."""
    subtitle: str
    page: str
    """``Page {number} of {total}`` in the language."""
    blocks: tuple[Block, ...]


def plain(document: Document) -> dict[str, object]:
    """A document as JSON values."""
    blocks = [{"kind": block.kind, **_plain(vars(block))} for block in document.blocks]
    return {**_plain({**vars(document), "blocks": ()}), "blocks": blocks}


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: object) -> object:
    if isinstance(value, Item):
        return _plain(vars(value))
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return value
