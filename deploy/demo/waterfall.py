"""A trace as a waterfall that fits a terminal: indented spans, a bar for when each ran, one colour an area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

BAR_WIDTH = 22
_SPEAKERS = ("plans", "interarea", "notifications", "exchange")
_COLOURS = ("cyan", "magenta", "green", "yellow", "blue")


@dataclass(frozen=True)
class Bar:
    """One span: when it began after the trace's start, and how long it took, both in milliseconds."""

    span_id: str
    parent_id: str | None
    name: str
    service: str
    area: str
    offset_ms: float
    duration_ms: float


def in_order(spans: Sequence[Bar]) -> list[tuple[int, Bar]]:
    """Each span with its depth, parents before children, siblings by their start."""
    known = {span.span_id for span in spans}
    children: dict[str | None, list[Bar]] = {}
    for span in sorted(spans, key=lambda s: s.offset_ms):
        children.setdefault(span.parent_id if span.parent_id in known else None, []).append(span)
    ordered: list[tuple[int, Bar]] = []

    def walk(parent: str | None, depth: int) -> None:
        for span in children.get(parent, []):
            ordered.append((depth, span))
            walk(span.span_id, depth + 1)

    walk(None, 0)
    return ordered


def waterfall(spans: Sequence[Bar], areas: Mapping[str, str]) -> Table:
    """The trace as a table; ``areas`` gives each code's name."""
    total = max((span.offset_ms + span.duration_ms for span in spans), default=1.0) or 1.0
    colour = {area: _COLOURS[i % len(_COLOURS)] for i, area in enumerate(sorted({s.area for s in spans}))}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("area", width=17, no_wrap=True)
    table.add_column("service", width=13, no_wrap=True)
    table.add_column("step", width=32, no_wrap=True)
    table.add_column("ms", width=6, justify="right", no_wrap=True)
    table.add_column("when", width=BAR_WIDTH, no_wrap=True)
    for depth, span in in_order(spans):
        style = colour[span.area]
        table.add_row(
            Text(areas.get(span.area, span.area), style=style),
            Text(span.service, style=style),
            "·" * min(depth, 6) + " " * (depth > 0) + _short(span.name),
            f"{span.duration_ms:.1f}",
            Text(_bar(span, total), style=style),
        )
    return table


def _short(name: str) -> str:
    """``handle exchange.handoff.offered.v1`` reads better as ``handle handoff.offered``."""
    verb, _, message = name.partition(" ")
    said = message.removesuffix(".v1")
    service, _, rest = said.partition(".")
    return f"{verb} {rest}" if service in _SPEAKERS else name


def _bar(span: Bar, total_ms: float) -> str:
    start = min(BAR_WIDTH - 1, int(span.offset_ms / total_ms * BAR_WIDTH))
    length = max(1, round(span.duration_ms / total_ms * BAR_WIDTH))
    return " " * start + "█" * min(length, BAR_WIDTH - start)
