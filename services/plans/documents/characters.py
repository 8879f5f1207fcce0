"""Which characters the fonts in typst's wheel show, as ``characters.txt`` has them, and how it is made.

PDF/UA-1 refuses a text with a character that no font shows, so what is not on the list is described instead. The list
goes with a version of typst: ``python -m services.plans.documents.characters`` asks that version again.
"""

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import typst

FONTS = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
"""In the order in which they are asked; all three come inside the wheel."""
_FILE = Path(__file__).with_name("characters.txt")
_PROBE = """#set document(title: "probe")
#set text(font: json(bytes(sys.inputs.fonts)))
#for character in json(bytes(sys.inputs.characters)) { par("a" + character + "a") }
"""
_NAMED = re.compile(r'(?:the text|codepoint) `"(?:\\u\{([0-9a-f]+)\}|(.))')
_TOGETHER = 500
_NO_TEXT = frozenset({"Cc", "Cs", "Cn", "Co"})


@cache
def shown() -> frozenset[str]:
    """Every character that is printed as itself."""
    lines = _FILE.read_text("ascii").split()
    bounds = [[int(bound, 16) for bound in line.split("-")] for line in lines]
    return frozenset(chr(code) for first, *last in bounds for code in range(first, (last or [first])[0] + 1))


def described(character: str) -> str:
    """What stands for a character: ``[grinning face]``, ``[U+4F60]``, nothing for what only joins others."""
    category = unicodedata.category(character)
    if category in {"Cf", "Mn", "Me"}:
        return ""
    name = unicodedata.name(character, "") if category.startswith("S") else ""
    return f"[{name.lower()}]" if name else f"[U+{ord(character):04X}]"


def ask(characters: Iterable[str]) -> Iterator[str]:
    """Those of some characters that the fonts show, asked of typst itself."""
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.typ"
        probe.write_text(_PROBE)
        every = list(characters)
        for start in range(0, len(every), _TOGETHER):
            yield from _ask(probe, every[start : start + _TOGETHER])


def _ask(probe: Path, characters: list[str]) -> list[str]:
    """Print them without those that the refusal names, until nothing is refused."""
    while characters:
        try:
            typst.compile(
                probe,
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards="ua-1",
                sys_inputs={"fonts": json.dumps(FONTS), "characters": json.dumps(characters)},
            )
        except typst.TypstError as refusal:
            named = {chr(int(code, 16)) if code else text for code, text in _NAMED.findall(refusal.diagnostic)}
            fewer = [each for each in characters if each not in named]
            if len(fewer) == len(characters):
                raise
            characters = fewer
        else:
            break
    return characters


def _ranges(codes: list[int]) -> Iterator[str]:
    """Codes in order as lines: one code, or the first and the last of a run."""
    known = set(codes)
    firsts = [code for code in codes if code - 1 not in known]
    lasts = [code for code in codes if code + 1 not in known]
    for first, last in zip(firsts, lasts, strict=True):
        yield f"{first:04X}" if first == last else f"{first:04X}-{last:04X}"


if __name__ == "__main__":
    every = (chr(code) for code in range(0x20, 0x20000))
    found = ask(each for each in every if unicodedata.category(each) not in _NO_TEXT)
    _FILE.write_text("\n".join(_ranges(sorted(ord(each) for each in found))) + "\n", "ascii")
