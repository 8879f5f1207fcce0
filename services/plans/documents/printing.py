"""A document as a PDF that a screen reader can read (PDF/UA-1: tagged, with language and title)."""

import asyncio
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import typst

from services.plans.documents.blocks import Document, Manner, Text, plain
from services.plans.documents.characters import FONTS, described, shown
from services.plans.documents.texts.catalogue import words_in

AT_ONCE = 2
"""How many documents are printed at the same time; others wait in turn."""
_PRINTERS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="printing")
_TEMPLATE = Path(__file__).with_name("plan.typ")
_STANDARD: Final = "ua-1"

_INVISIBLE = {ord("\ufeff"): None, ord("\u202d"): None, ord("\u202e"): None}
"""No part of what somebody wrote: a mark of byte order, and overrides that turn text around."""
_COMMON = frozenset(chr(code) for code in (0x0A, *range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x180)))
"""Latin letters and signs, which the first font shows whatever stands beside them."""
_LONGEST_WORD = 40
_NO_BREAK = re.compile(rf"\S{{{_LONGEST_WORD}}}(?=\S)")


async def print_pdf(document: Document, made_at: datetime) -> bytes:
    """The PDF of a document, made outside the event loop; the same document and time give the same bytes."""
    return await asyncio.get_running_loop().run_in_executor(_PRINTERS, partial(pdf_of, document, made_at))


def pdf_of(document: Document, made_at: datetime) -> bytes:
    """The PDF of a document. Characters that no font here shows are described in brackets, and a note says so."""
    values = _tidied(plain(document))
    used = frozenset(_characters(values)) - _COMMON
    missing = used - shown()
    try:
        return _compiled(_described(document, missing) if missing else values, made_at)
    except typst.TypstError:
        # A character that is shown alone may not be beside another; then only the common ones are.
        return _compiled(_described(document, used), made_at)


def print_of(document: Document) -> str:
    """What tells one print from another: the document, the template and the printer's version."""
    told = json.dumps(plain(document), ensure_ascii=True) + _TEMPLATE.read_text("utf-8") + version("typst")
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@cache
def _fonts() -> typst.Fonts:
    """Only those in typst's wheel, so that a plan looks the same wherever it is printed."""
    return typst.Fonts(include_system_fonts=False)


def _compiled(values: object, made_at: datetime) -> bytes:
    # The template is given as a path: typst numbers every source that is given as bytes, and has 65 535 numbers.
    return typst.compile(
        _TEMPLATE,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(values), "fonts": json.dumps(FONTS)},
        pdf_standards=_STANDARD,
        timestamp=int(made_at.timestamp()),
    )


def _described(document: Document, missing: Set[str]) -> object:
    note = Text(words_in(document.language).phrases.not_printable, Manner.NOTE)
    noted = replace(document, blocks=(*document.blocks, note))
    return _replaced(_tidied(plain(noted)), missing)


def _tidied(value: object) -> object:
    """Text without what is no text: control characters; a word that fills a line may be broken."""
    if isinstance(value, str):
        return _NO_BREAK.sub(lambda found: found.group() + "\u200b", _without_controls(value))
    if isinstance(value, list):
        return [_tidied(each) for each in value]
    if isinstance(value, dict):
        return {name: _tidied(each) for name, each in value.items()}
    return value


def _without_controls(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    lines = lines.replace("\t", " ").translate(_INVISIBLE)
    return "".join(each for each in lines if each == "\n" or unicodedata.category(each) not in {"Cc", "Cs"})


def _characters(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield from value
    elif isinstance(value, list):
        for each in value:
            yield from _characters(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _characters(each)


def _replaced(value: object, missing: Set[str]) -> object:
    if isinstance(value, str):
        return "".join(described(each) if each in missing else each for each in value)
    if isinstance(value, list):
        return [_replaced(each, missing) for each in value]
    if isinstance(value, dict):
        return {name: _replaced(each, missing) for name, each in value.items()}
    return value
