"""What happens in the demo: who is made up, how she moves, and what each area's records say about it afterwards."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from contracts.areas import area as organiser
from contracts.values import Language
from deploy.demo.continuity import Named, Part
from deploy.demo.planning import PlanSeen, make_plan, read_plan
from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.tokens import subject_id
from deploy.world.desks import AreaDesk, Staff
from deploy.world.people import YoungPerson, made_up_hetu

PLACING, FIRST, SECOND = "05", "08", "90"
AREAS = (PLACING, FIRST, SECOND)
TURKU, TAMPERE, HELSINKI = "853", "837", "091"
_BOTH = (Language.FI, Language.SV)
STAFF: Mapping[str, tuple[Staff, Staff]] = {
    PLACING: (Staff("Marjatta Aaltola", _BOTH, Language.FI), Staff("Mikael Nygren", _BOTH, Language.SV)),
    FIRST: (Staff("Outi Peltokangas", (Language.FI,), Language.FI), Staff("Petra Sandell", _BOTH, Language.FI)),
    SECOND: (Staff("Kari Vehmas", (Language.FI,), Language.FI), Staff("Johanna Ekbacka", _BOTH, Language.SV)),
}
TILDA = YoungPerson(
    hetu=made_up_hetu(date(2006, 5, 17), 944),
    given_name="Tilda",
    family_name="Storsved",
    language=Language.SV,
    email="tilda@post.invalid",
    phone="+358409000001",
)
PATIENCE_SECONDS = 60.0
Found = TypeVar("Found")


class PromiseBroken(Exception):  # noqa: N818 - says what happened
    """Something that the demo promises did not happen in time."""


@dataclass(frozen=True)
class Step:
    """One step of a handoff in one area."""

    area: str
    state: str
    event_type: str
    at: datetime


@dataclass
class Move:
    """One move and the handoff that it began."""

    giving: str
    receiving: str
    began_at: datetime
    handoff_id: UUID | None = None
    steps: list[Step] = field(default_factory=list)
    tracks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def seconds_to_told(self) -> float | None:
        """From the residence change to the message in the young person's inbox."""
        told = [t["said_at"] for t in self.tracks if t["template"] == "person.your_contact" and t["channel"] == "inbox"]
        return (datetime.fromisoformat(told[0]) - self.began_at).total_seconds() if told else None

    @property
    def changes(self) -> list[Step]:
        """The steps that led to another state, in order of time."""
        found: dict[tuple[str, str], Step] = {}
        for step in sorted(self.steps, key=lambda each: each.at):
            found.setdefault((step.area, step.state), step)
        return list(found.values())

    def states(self, area: str) -> list[str]:
        """The states that an area's copy went through, in order."""
        return list(dict.fromkeys(step.state for step in self.steps if step.area == area))


class Story:
    """Tilda, her case, and three areas of a running stack."""

    def __init__(self, stack: EmbeddedStack) -> None:
        self.desks = {code: AreaDesk(stack, code) for code in AREAS}
        self.person_id = subject_id(PLACING, "young_person")
        self.case_id = UUID(int=0)
        self.opened_at = datetime.now(UTC)
        self._residence_cases: dict[str, UUID] = {}

    def begin(self) -> None:
        """Record the staff of three areas, Tilda, and her case with its responsible worker."""
        for code, desk in self.desks.items():
            desk.record_staff(*STAFF[code])
        placing = self.desks[PLACING]
        placing.record_person(TILDA, self.person_id)
        self.case_id = placing.open_case(self.person_id, TURKU, worker_id=str(placing.worker_id))
        (first, *_) = placing.named_workers(self.case_id)
        self.opened_at = datetime.fromisoformat(first["since"])

    def agree_on_plan(self) -> PlanSeen:
        """Prepared, negotiated and published, as the placing area then reads it."""
        make_plan(self.desks[PLACING], self.case_id, self.person_id)
        return self.plan_in(PLACING)

    def plan_in(self, area: str) -> PlanSeen:
        """The plan as the worker of an area reads it. Raises ``PromiseBroken`` where there is none."""
        plan = read_plan(self.desks[area], self.case_id if area == PLACING else self.residence_case(area))
        if plan is None:
            raise PromiseBroken(f"area {area} has no plan to read")
        return plan

    def move(self, municipality: str, receiving: str) -> Move:
        """The responsible worker records that Tilda lives elsewhere from today."""
        known = {h["handoff_id"] for h in self.desks[PLACING].handoffs(self.case_id)}
        move = Move(PLACING, receiving, datetime.now(UTC))
        self.desks[PLACING].move(self.case_id, municipality, role="worker")
        move.handoff_id = self._wait(lambda: self._new_handoff(known), "a handoff begins")
        return move

    def follow(self, move: Move, until: str) -> Iterator[Step]:
        """Each new step of the handoff in either area, as it happens, until both areas have reached a state."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(until in move.states(area) for area in (move.giving, move.receiving)):
            if time.monotonic() > deadline:
                raise PromiseBroken(f"the handoff did not reach {until!r} in both areas")
            yield from self._new_steps(move)
            time.sleep(0.02)

    def first_contact(self, move: Move) -> None:
        """The contact in the new area meets Tilda, and records it."""
        assert move.handoff_id is not None
        self.desks[move.receiving].record_first_contact(
            self.residence_case(move.receiving), move.handoff_id, role="worker"
        )

    def residence_case(self, area: str) -> UUID:
        """The case by which an area serves Tilda."""
        if area not in self._residence_cases:
            (found,) = self.desks[area].listed("plans", "/cases?role=residence")
            self._residence_cases[area] = UUID(found["case_id"])
        return self._residence_cases[area]

    def released(self, area: str) -> datetime:
        """When an area's part ended. Raises ``PromiseBroken`` when it does not."""

        def ended() -> str | None:
            closed: str | None = self.desks[area].read("plans", f"/cases/{self.residence_case(area)}")["closed_at"]
            return closed

        return datetime.fromisoformat(self._wait(ended, f"{organiser(area).name_en} is released"))

    def named(self) -> list[Named]:
        """Who was named when, from each area's own records."""
        named = self._records(PLACING, self.case_id, "responsible_worker", Part.RESPONSIBLE)
        for code in (FIRST, SECOND):
            if code in self._residence_cases or self.desks[code].listed("plans", "/cases?role=residence"):
                named += self._records(code, self.residence_case(code), "contact", Part.CONTACT)
        return named

    def read_messages(self, move: Move) -> None:
        """What was said of a handoff, in both areas, once everything that was queued has left."""
        assert move.handoff_id is not None
        handoff_id = move.handoff_id

        def all_sent() -> list[dict[str, Any]] | None:
            tracks = [t for code in (move.giving, move.receiving) for t in self.desks[code].tracks(handoff_id)]
            return tracks if tracks and all(track["state"] == "sent" for track in tracks) else None

        move.tracks = self._wait(all_sent, "every message leaves")

    def inbox(self) -> list[dict[str, Any]]:
        """Tilda's messages, the newest first."""
        return self.desks[PLACING].inbox("young_person", self.person_id)

    def trace(self, move: Move) -> dict[str, Any]:
        """The trace in which the handoff began, once it reaches from the change to the message, in both areas."""
        desk = self.desks[PLACING]
        url = desk.stack.url("operations") + f"/handoffs/{move.handoff_id}/traces"

        def whole() -> dict[str, Any] | None:
            answer = desk.ask_at(url, role="operator")
            if answer.status_code == 404:
                return None
            trace: dict[str, Any] = answer.raise_for_status().json()["traces"][0]
            places = {(place["area"], place["service"]) for place in trace["services"]}
            wanted = {(code, service) for code in (move.giving, move.receiving) for service in ("plans", "interarea")}
            return trace if wanted | {(move.giving, "notifications")} <= places else None

        return self._wait(whole, "the trace reaches operations")

    def close(self) -> None:
        """Leave every desk."""
        for desk in self.desks.values():
            desk.close()

    def _new_handoff(self, known: set[str]) -> UUID | None:
        found = [h["handoff_id"] for h in self.desks[PLACING].handoffs(self.case_id) if h["handoff_id"] not in known]
        return UUID(found[0]) if found else None

    def _new_steps(self, move: Move) -> list[Step]:
        assert move.handoff_id is not None
        found = []
        for code in (move.giving, move.receiving):
            seen = sum(1 for step in move.steps if step.area == code)
            handoff = self.desks[code].handoff(move.handoff_id) or {"steps": []}
            found += [
                Step(code, step["state"], step["event_type"], datetime.fromisoformat(step["at"]))
                for step in handoff["steps"][seen:]
            ]
        found.sort(key=lambda step: step.at)
        move.steps += found
        return found

    def _records(self, area: str, case_id: UUID, role: str, part: Part) -> list[Named]:
        return [
            Named(
                area,
                part,
                record["name"],
                datetime.fromisoformat(record["since"]),
                None if record["until"] is None else datetime.fromisoformat(record["until"]),
            )
            for record in self.desks[area].named_workers(case_id)
            if record["role"] == role
        ]

    def _wait(self, look: Callable[[], Found | None], what: str) -> Found:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := look()) is None:
            if time.monotonic() > deadline:
                raise PromiseBroken(f"waited {PATIENCE_SECONDS:.0f} s in vain: {what}")
            time.sleep(0.05)
        return found
