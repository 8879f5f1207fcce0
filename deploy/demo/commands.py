"""``jatkumo demo``: three areas, one young person, two moves; exit status 1 when a promise is broken."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape

from deploy.demo.continuity import gaps
from deploy.demo.planning import changed_by_moving
from deploy.demo.story import AREAS, FIRST, HELSINKI, PLACING, SECOND, TAMPERE, Move, PromiseBroken, Story
from deploy.demo.telling import COLUMNS, Telling, short
from deploy.embedded.commands import running_stack, stopping_on_signals

_TOLD = "person.your_contact"


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
    state: Annotated[Path, typer.Option("--state", help="Where the demo keeps its data.")] = Path(".jatkumo-demo"),
) -> None:
    """Watch a young person move, and aftercare go on. Everything starts fresh and is stopped at the end."""
    console = Console(width=COLUMNS) if not Console().is_terminal else Console()
    with stopping_on_signals(console), running_stack(AREAS, state, console, fresh=True) as stack:
        story = Story(stack)
        try:
            outcome = tell(story, Telling(console))
        except (PromiseBroken, httpx.HTTPError) as error:
            console.print(f"[bold red]a promise is broken:[/bold red] {escape(str(error))}")
            raise typer.Exit(1) from None
        finally:
            story.close()
    broken = broken_promises(outcome)
    for promise in broken:
        console.print(f"[bold red]a promise is broken:[/bold red] {promise}")
    if as_json:
        typer.echo(json.dumps(outcome))
    raise typer.Exit(1 if broken else 0)


def tell(story: Story, telling: Telling) -> dict[str, Any]:
    """Play the story and tell it; what came of it, as the ``--json`` object."""
    telling.introduction()
    story.begin()
    telling.chapter("1  Tilda and Mikael agree on a client plan")
    plans = [story.agree_on_plan()]
    telling.plan(plans[0], "Southwest Finland publishes it")
    telling.chapter("2  Tilda moves from Turku to Tampere")
    first = _play(story, telling, TAMPERE, FIRST, "Mikael records her new home")
    plans.append(story.plan_in(FIRST))
    telling.plan(plans[1], f"What {short(FIRST)} reads, from the first minute")
    telling.chapter("3  Later, Tilda moves on from Tampere to Helsinki")
    second = _play(story, telling, HELSINKI, SECOND, "Mikael records her new home")
    released_at = story.released(FIRST)
    telling.note(
        f"  {(released_at - second.began_at).total_seconds():+.2f} s {short(FIRST)} is released, now that"
        f" {short(SECOND)} has taken over. Mikael stays."
    )
    plans.append(story.plan_in(SECOND))
    telling.plan(plans[2], f"What {short(SECOND)} reads")
    telling.chapter("Who was her named worker, all along")
    named, now = story.named(), datetime.now(UTC)
    found = gaps(named, opened_at=story.opened_at, now=now)
    telling.timeline(named, found, story.opened_at, now)
    telling.chapter("The first handoff as one trace, through both areas")
    trace = story.trace(first)
    telling.trace(trace)
    return {
        "areas": list(AREAS),
        "case_id": str(story.case_id),
        "handoffs": [_handoff(move) for move in (first, second)],
        "messages": [_message(track) for move in (first, second) for track in move.tracks],
        "plans": [plan.as_json() for plan in plans],
        "plan_changed_by_moving": changed_by_moving(plans),
        "continuity_gap_seconds": sum(gap.seconds for gap in found),
        "trace_id": trace["trace_id"],
        "services_in_trace": [f"{place['area']}/{place['service']}" for place in trace["services"]],
    }


def broken_promises(outcome: dict[str, Any]) -> list[str]:
    """What of the demo's promises does not hold, in words."""
    broken = list(outcome["plan_changed_by_moving"])
    if outcome["continuity_gap_seconds"] != 0:
        broken.append(f"nobody was named for {outcome['continuity_gap_seconds']} s")
    told = sum(1 for m in outcome["messages"] if m["template"] == _TOLD and m["channel"] == "inbox")
    if told != len(outcome["handoffs"]):
        broken.append(f"{len(outcome['handoffs'])} handoffs, and she was told {told} times")
    for handoff in outcome["handoffs"]:
        ended = {area for area, state, _ in handoff["states"] if state == "completed"}
        unfinished = {handoff["from"], handoff["to"]} - ended
        broken += [f"handoff {handoff['handoff_id']} is not completed in area {area}" for area in sorted(unfinished)]
    wanted = {f"{area}/{service}" for area in (PLACING, FIRST) for service in ("plans", "interarea")}
    missing = wanted - set(outcome["services_in_trace"])
    return [*broken, *(f"the trace does not reach {place}" for place in sorted(missing))]


def _play(story: Story, telling: Telling, municipality: str, receiving: str, said: str) -> Move:
    before = story.named()
    move = story.move(municipality, receiving)
    telling.begin_move(move, said, before)
    _follow(story, telling, move, "overlap")
    telling.told(_newest_for(story.inbox(), move))
    story.first_contact(move)
    _follow(story, telling, move, "completed")
    story.read_messages(move)
    telling.others_told([track for track in move.tracks if track["recipient_role"] != "young_person"])
    assert move.seconds_to_told is not None
    telling.note(f"[bold]          from the change to Tilda's inbox: {move.seconds_to_told:.2f} s[/bold]")
    return move


def _follow(story: Story, telling: Telling, move: Move, until: str) -> None:
    for step in story.follow(move, until):
        telling.step(move, step, story.named())


def _newest_for(inbox: Sequence[dict[str, Any]], move: Move) -> dict[str, Any]:
    return next(message for message in inbox if message["handoff_id"] == str(move.handoff_id))


def _handoff(move: Move) -> dict[str, Any]:
    return {
        "handoff_id": str(move.handoff_id),
        "from": move.giving,
        "to": move.receiving,
        "states": [[step.area, step.state, step.at.isoformat()] for step in move.changes],
        "seconds_to_told": move.seconds_to_told,
    }


def _message(track: dict[str, Any]) -> dict[str, Any]:
    return {name: track[name] for name in ("recipient_role", "channel", "language", "template")}
