"""Tells the story in a terminal of 100 columns: one line a step, with who is named at that moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from contracts.areas import area as organiser
from contracts.areas import areas
from deploy.demo.continuity import Gap, Named, Part
from deploy.demo.planning import PlanSeen, in_english
from deploy.demo.story import Move, Step
from deploy.demo.waterfall import Bar, waterfall

COLUMNS = 100
_BAR = 28
_NAMES = {each.code: each.name_en for each in areas()}
_SHORT = {
    code: name.removeprefix("Wellbeing services county of ").removeprefix("City of ") for code, name in _NAMES.items()
}

_SAYS = {
    "interarea.handoff_opened.v1": "a handoff to {other} begins",
    "interarea.handoff_offered.v1": "dossier signed, sealed and sent; disclosure logged",
    "interarea.handoff_delivered.v1": "{other}'s disk has it",
    "interarea.handoff_acknowledged.v1": "{other} opened and verified it",
    "interarea.handoff_received.v1": "offer opened, verified, stored",
    "interarea.contact_confirmed.v1": "contact named by language and room",
    "interarea.handoff_accepted.v1": "the contact is known; Tilda is being told",
    "interarea.overlap_began.v1": "Tilda knows; both areas act",
    "interarea.first_contact_noted.v1": "the contact and Tilda have met",
    "interarea.handoff_completed.v1": "done: named, told and met",
    "interarea.handoff_released.v1": "released with thanks",
}


def short(area: str) -> str:
    """An area's name without what it is."""
    return _SHORT[area]


class Telling:
    """Writes the demo's story."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def introduction(self) -> None:
        """Who is who."""
        self.console.print(
            Panel(
                "Tilda (20, speaks Swedish) was in care until last year. Southwest Finland placed her, gives her"
                " aftercare, and she lives in Turku. When she moves, the new area must know at once, a worker there"
                " must be named, and she must be told who it is before anybody lets go.\n"
                "[dim]Everybody here is made up. Three areas, each with its own servers, and a hub that stores"
                " nothing.[/dim]",
                title="Jatkumo: aftercare goes on",
                width=COLUMNS,
            )
        )

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self.console.print()
        self.console.print(Rule(title, align="left"), width=COLUMNS)

    def begin_move(self, move: Move, said: str, named: Sequence[Named]) -> None:
        """What a person did; everything else is timed from it."""
        self._row("after", Text("area"), "state", "what happened", "named workers", style="dim")
        self._row(
            "+0.00 s", Text(short(move.giving), style="cyan"), "", said, _present(named, move.began_at), style=None
        )

    def step(self, move: Move, step: Step, named: Sequence[Named]) -> None:
        """One step of a handoff in one area, and who is named then."""
        other = move.receiving if step.area == move.giving else move.giving
        says = _SAYS.get(step.event_type, step.event_type).format(other=short(other))
        after = f"{(step.at - move.began_at).total_seconds():+.2f} s"
        area = Text(short(step.area), style="cyan" if step.area == move.giving else "magenta")
        self._row(after, area, step.state, says, _present(named, step.at), style=None)

    def _row(self, after: str, area: Text, state: str, says: str, named: str, *, style: str | None) -> None:
        row = Table.grid(padding=(0, 1))
        row.add_column(width=9, justify="right", style=style)
        row.add_column(width=17, style=style)
        row.add_column(width=9, style=style or "bold")
        row.add_column(width=35, style=style)
        row.add_column(width=25, style=style or "green")
        row.add_row(after, area, state, says, named)
        self.console.print(row, width=COLUMNS)

    def plan(self, plan: PlanSeen, title: str) -> None:
        """The plan as one area reads it: phase, next step, promises."""
        lines = [
            Text.assemble(
                "phase: ", ((plan.phase or "between two cycles").replace("_", " "), "bold"), f"   {_due(plan)}"
            ),
            Text.assemble("next step: ", _with_english(plan.next_step or "none")),
            Text("promises:"),
        ]
        for what, who, by_when, status in plan.promises:
            lines.append(Text(f"  ◦ {what}"))
            lines.append(Text(f"    {in_english(what)}: {who}, by {by_when}, {status}", style="dim"))
        self.console.print(
            Panel(
                Group(*lines),
                title=f"{title}: version {plan.number}",
                title_align="left",
                border_style="blue",
                width=COLUMNS,
            )
        )

    def told(self, message: Mapping[str, Any]) -> None:
        """A message as Tilda reads it."""
        self.console.print(
            Panel(
                f"[bold]{message['subject']}[/bold]\n{message['body']}",
                title=f"in Tilda's inbox ({message['language']})",
                title_align="left",
                border_style="green",
                width=COLUMNS,
            )
        )

    def others_told(self, tracks: Iterable[Mapping[str, Any]]) -> None:
        """Who else was told, of what, in which language, on which channels."""
        told: dict[tuple[str, str, str], list[str]] = {}
        for track in tracks:
            key = (track["recipient_role"], track["template"], track["language"])
            told.setdefault(key, []).append(track["channel"])
        for (role, template, language), channels in told.items():
            who = role.replace("_", " ")
            line = f"          also told: the {who}, in {language}: {template} ({', '.join(channels)})"
            self.console.print(Text(line, style="dim"), width=COLUMNS)

    def note(self, text: str) -> None:
        """One sentence between steps."""
        self.console.print(text, width=COLUMNS)

    def timeline(self, named: Sequence[Named], gaps: Sequence[Gap], began: datetime, now: datetime) -> None:
        """Everybody who was named, as bars over the whole story, and the time in which nobody was."""
        total = max((now - began).total_seconds(), 0.001)
        table = Table("named as", "area", "worker", "seconds", "", box=None, pad_edge=False, header_style="dim")
        for each in named:
            start = max((each.since - began).total_seconds(), 0.0)
            end = ((each.until or now) - began).total_seconds()
            left = int(start / total * _BAR)
            bar = " " * left + "━" * max(1, min(_BAR - left, round((end - start) / total * _BAR)))
            until = "now" if each.until is None else f"{end:.1f}"
            table.add_row(each.part, short(each.area), each.worker, f"{start:.1f} → {until}", Text(bar, style="green"))
        self.console.print(table, width=COLUMNS)
        seconds = sum(gap.seconds for gap in gaps)
        style = "bold green" if seconds == 0 else "bold red"
        self.console.print(Text(f"time without a named worker: {seconds:.0f} s", style=style))

    def trace(self, trace: Mapping[str, Any]) -> None:
        """One handoff's trace as a waterfall through both areas."""
        bars = [
            Bar(
                span["span_id"],
                span["parent_span_id"],
                span["name"],
                span["service"],
                span["area"] or "",
                span["offset_ms"],
                span["duration_ms"],
            )
            for span in trace["spans"]
        ]
        self.console.print(waterfall(bars, {code: short(code) for code in _NAMES}), width=COLUMNS)
        self.console.print(Text(f"trace {trace['trace_id']}, {len(bars)} spans", style="dim"))


def _due(plan: PlanSeen) -> str:
    due = ", ".join(f"{kind.replace('_', ' ')} {on}" for kind, on in plan.due if kind in {"follow_up", "review"})
    return f"due: {due}"


def _with_english(text: str) -> Text:
    english = in_english(text)
    return Text(text) if english is None else Text.assemble(text, (f" ({english})", "dim"))


def _present(named: Sequence[Named], at: datetime) -> str:
    """Who is named at an instant: the responsible worker, and the contacts where she lives."""
    now = [n for n in named if n.since <= at and (n.until is None or n.until > at)]
    in_order = sorted(now, key=lambda n: (n.part is Part.CONTACT, n.since))
    return " + ".join(n.worker.split()[0] for n in in_order)


def area_name(code: str) -> str:
    """An area's full name."""
    return organiser(code).name_en
