"""One young person's way through the areas, as a test drives it: a case where she was placed, moves, first contacts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Self
from uuid import UUID

from contracts.interarea import HandoffState
from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.waiting import http_ready
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas.outbox_tricks import rows
from tests.areas.slow_motion import handoff_state, until

MUNICIPALITIES = {"05": "853", "08": "837", "90": "091"}
"""Turku, Tampere, Helsinki."""


@dataclass(frozen=True)
class Handoff:
    """One handoff of a journey, from the area that placed her to where she moved."""

    handoff_id: UUID
    giving: str
    receiving: str


@dataclass(frozen=True)
class Journey:
    """A young person whom area ``placing`` placed; ``person_id`` and ``case_id`` are that area's."""

    stack: EmbeddedStack
    desks: Mapping[str, AreaDesk]
    person: YoungPerson
    placing: str
    person_id: UUID
    case_id: UUID

    @classmethod
    def begin(
        cls, stack: EmbeddedStack, desks: Mapping[str, AreaDesk], person: YoungPerson, *, placing: str = "05"
    ) -> Self:
        """Record her and open her case; she lives in the area that placed her."""
        desk = desks[placing]
        person_id = desk.record_person(person)
        case_id = desk.open_case(person_id, MUNICIPALITIES[placing])
        return cls(stack, desks, person, placing, person_id, case_id)

    # What happens to her

    def move_to(self, area: str, *, key: str | None = None) -> None:
        """She moves to an area today. ``key`` makes it one command however often it is asked."""
        self._ready("plans", self.placing)
        self.desks[self.placing].move(
            self.case_id, MUNICIPALITIES[area], headers={} if key is None else {"idempotency-key": key}
        )

    def meet(self, handoff: Handoff) -> None:
        """Her contact in the receiving area records that they met; again changes nothing."""
        self._ready("plans", handoff.receiving)
        case_id = self.case_in(handoff.receiving)
        self.desks[handoff.receiving].record_first_contact(case_id, handoff.handoff_id)

    def move_and_meet(self, area: str) -> Handoff:
        """A whole handoff: she moves, is told, and meets her contact. Returns when both areas have completed it."""
        self.move_to(area)
        handoff = self.until_told(area)
        self.meet(handoff)
        self.until_state(handoff, HandoffState.COMPLETED)
        return handoff

    def say_again(self, area: str, service: str, queue: str) -> None:
        """An operator has a service say again all that it ever said, inside the area or to the others."""
        self._ready(service, area)
        answer = self.desks[area].ask(service, "POST", f"/journal/replay?queue={queue}", role="operator")
        answer.raise_for_status()

    def _ready(self, service: str, area: str) -> None:
        """A person who finds a service away tries again later."""
        url = f"{self.stack.url(service, area)}/health/ready"
        until(lambda: http_ready(url), f"{service} of area {area} is ready")

    # What became of it

    def handoffs(self) -> list[Handoff]:
        """Every handoff of hers, the oldest first."""
        found = rows(
            self.stack.database_url(self.placing, "interarea"),
            "SELECT handoff_id, other_area FROM handoffs WHERE case_id = $1 AND side = 'giving'"
            " ORDER BY opened_at, handoff_id",
            self.case_id,
        )
        return [Handoff(row["handoff_id"], self.placing, str(row["other_area"])) for row in found]

    def handoff_to(self, area: str) -> Handoff:
        """Her latest handoff to an area, as soon as there is one."""
        until(lambda: any(each.receiving == area for each in self.handoffs()), f"a handoff to {area} is opened")
        return next(each for each in reversed(self.handoffs()) if each.receiving == area)

    def until_told(self, area: str) -> Handoff:
        """Wait until both areas know that she knows her contact in an area: the overlap of her handoff there."""
        handoff = self.handoff_to(area)
        self.until_state(handoff, HandoffState.OVERLAP)
        return handoff

    def until_state(self, handoff: Handoff, state: HandoffState, *, in_areas: tuple[str, ...] | None = None) -> None:
        """Wait until both areas, or those that are named, see the handoff in a state."""
        for area in in_areas or (handoff.giving, handoff.receiving):
            until(partial(self.sees, area, handoff, state), f"area {area} sees the handoff {state}")

    def sees(self, area: str, handoff: Handoff, state: HandoffState) -> bool:
        """Whether an area sees the handoff in a state now."""
        return handoff_state(self.stack, area, handoff.handoff_id) == state

    def case_in(self, area: str) -> UUID:
        """The id of her case in a residence area."""
        found = rows(
            self.stack.database_url(area, "plans"),
            "SELECT case_id FROM cases WHERE placing_area = $1 AND placing_case_id = $2",
            self.placing,
            self.case_id,
        )
        case_id: UUID = found[0]["case_id"]
        return case_id
