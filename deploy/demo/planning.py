"""How Tilda's client plan comes about, in three phases, and how each area reads it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from deploy.world.desks import AreaDesk

GOAL = ("Ett eget hem", "a home of my own")
OWN_WORDS = ("Jag vill bo själv och spela i band.", "I want to live on my own and play in a band.")
NEXT_STEP = ("Vi tittar på lägenheter tillsammans på onsdag.", "we look at flats together on Wednesday")


@dataclass(frozen=True)
class Agreed:
    """A promise of the plan: in Tilda's language, in English, who keeps it, how many days it may take."""

    what: str
    english: str
    owner: str
    days: int


PROMISES = (
    Agreed("Jag skickar en bostadsansökan i veckan.", "I send an application for a flat each week", "young_person", 60),
    Agreed("Jag går med på visningarna.", "I come along to the viewings", "responsible_worker", 60),
    Agreed("Jag ringer FPA om bostadsbidraget.", "I call Kela about the housing allowance", "responsible_worker", 30),
)
_ENGLISH = {each.what: each.english for each in PROMISES} | {NEXT_STEP[0]: NEXT_STEP[1]}


def in_english(text: str) -> str | None:
    """What one of the plan's sentences means."""
    return _ENGLISH.get(text)


@dataclass(frozen=True)
class PlanSeen:
    """The plan as an area reads it at its desk: the version, where the planning stands, promises, what is due."""

    area: str
    number: int
    phase: str | None
    next_step: str | None
    next_review_on: date | None
    promises: tuple[tuple[str, str, str | None, str], ...]
    """What, who, by when, how far."""
    due: tuple[tuple[str, str], ...]

    @property
    def agreed(self) -> tuple[object, ...]:
        """What no move may change (C4): everything but who reads it."""
        return (self.number, self.phase, self.next_step, self.next_review_on, self.promises, self.due)

    def as_json(self) -> dict[str, Any]:
        """Without the words."""
        return {
            "area": self.area,
            "number": self.number,
            "phase": self.phase,
            "next_step": self.next_step,
            "next_review_on": None if self.next_review_on is None else str(self.next_review_on),
            "promises": len(self.promises),
            "due": [list(each) for each in self.due],
        }


def make_plan(desk: AreaDesk, case_id: UUID, person_id: UUID) -> None:
    """Tilda and her worker prepare, negotiate and publish a plan; the worker's guards are the service's own."""
    cycle = f"/cases/{case_id}/cycles/current"
    desk.do("plans", f"/cases/{case_id}/cycles", {}, role="worker")
    _meet(desk, case_id, "preparatory", "Tilda vill att vi ses på kafé.")
    desk.do("plans", f"{cycle}/negotiation", {}, role="worker")
    _meet(desk, case_id, "negotiation", "Vi kom överens om tre löften.")
    _draft(desk, case_id, person_id)
    review_on = datetime.now(UTC).date() + timedelta(days=180)
    agreed = {
        "next_review_on": str(review_on),
        "distribution_agreed": True,
        "understanding_confirmed": True,
        "next_step": NEXT_STEP[0],
    }
    _change(desk, "PATCH", cycle, agreed, version=desk.read("plans", cycle, role="worker")["version"])
    plan = f"/cases/{case_id}/plan"
    draft = desk.read("plans", f"{plan}/draft", role="worker")
    _change(desk, "POST", f"{plan}/versions", None, version=draft["version"])


def read_plan(desk: AreaDesk, case_id: UUID) -> PlanSeen | None:
    """The plan as the desk's worker reads it; None while there is none."""
    found = desk.read("plans", f"/cases/{case_id}/plan", role="worker")
    if found["latest"] is None:
        return None
    standing = found["standing"] or {}
    review_on = standing.get("next_review_on")
    promises = desk.read("plans", f"/cases/{case_id}/plan/promises?language=en", role="worker")
    due = desk.read("plans", f"/cases/{case_id}/deadlines", role="worker")
    return PlanSeen(
        area=desk.area,
        number=found["latest"]["number"],
        phase=standing.get("phase"),
        next_step=standing.get("next_step"),
        next_review_on=None if review_on is None else date.fromisoformat(review_on),
        promises=tuple((p["what"], p["who"], p["by_when"], p["status_in_words"]) for p in promises),
        due=tuple(sorted((each["kind"], each["due_on"]) for each in due)),
    )


def changed_by_moving(plans: Sequence[PlanSeen]) -> list[str]:
    """What of the plan is not as it was before the moves, in words."""
    first = plans[0]
    return [
        f"the plan that area {each.area} reads is not the one that was agreed"
        for each in plans[1:]
        if each.agreed != first.agreed
    ]


def _meet(desk: AreaDesk, case_id: UUID, kind: str, outcome: str) -> None:
    meetings, began = f"/cases/{case_id}/meetings", (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    planned = desk.do(
        "plans",
        meetings,
        {
            "kind": kind,
            "starts_at": began,
            "mode": "present",
            "place": "Café Aura",
            "place_chosen_by_young_person": True,
        },
        role="worker",
    )
    record = {
        "held_at": began,
        "minutes": 50,
        "outcome": outcome,
        "presences": [{"participant_id": each["participant_id"], "attended": True} for each in planned["participants"]],
    }
    _change(desk, "POST", f"{meetings}/{planned['meeting_id']}/record", record, version=planned["version"])


def _draft(desk: AreaDesk, case_id: UUID, person_id: UUID) -> None:
    draft, goal_id = f"/cases/{case_id}/plan/draft", uuid4()
    today = datetime.now(UTC).date()
    _change(desk, "PATCH", draft, {"own_words": OWN_WORDS[0]}, version=0, her=person_id)
    goal = {
        "what": GOAL[0],
        "by_when": str(today + timedelta(days=90)),
        "seen_as": "Jag har ett hyreskontrakt",
        "idea_of": "young_person",
    }
    _change(desk, "PUT", f"{draft}/goals/{goal_id}", goal, version=0, her=person_id)
    for each in PROMISES:
        promise = {
            "what": each.what,
            "owner": {"kind": each.owner},
            "by_when": str(today + timedelta(days=each.days)),
            "goal_ids": [str(goal_id)],
        }
        _change(desk, "PUT", f"{draft}/promises/{uuid4()}", promise, version=0)


def _change(
    desk: AreaDesk,
    method: str,
    path: str,
    body: object,
    *,
    version: int,
    her: UUID | None = None,
) -> None:
    """A change against a version: the worker's, or her own."""
    headers, role = {"if-match": f'"{version}"'}, "worker" if her is None else "young_person"
    desk.ask("plans", method, path, json=body, role=role, subject=her, headers=headers).raise_for_status()
