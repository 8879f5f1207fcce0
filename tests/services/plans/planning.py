"""A case whose plan is being written: negotiated, agreed, and ready to be published."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea


class Planning:
    """One case's planning, and whoever takes part in it."""

    def __init__(self, area: PlansArea, case_id: UUID, worker_id: UUID, person_id: UUID) -> None:
        self.area = area
        self.case_id = case_id
        self.worker_id = worker_id
        self.person_id = person_id
        self.path = f"/cases/{case_id}/plan"

    async def ask(
        self, method: str, path: str, body: object = None, *, hers: bool = False, version: int | None = None
    ) -> httpx.Response:
        """One request about the plan, of the worker or of the young person herself."""
        who = {"role": Role.YOUNG_PERSON, "subject": self.person_id} if hers else {"subject": self.worker_id}
        headers = None if version is None else {"If-Match": f'"{version}"'}
        return await self.area.ask(method, self.path + path, body, headers=headers, **who)

    async def get(self, path: str = "", *, hers: bool = False) -> Any:
        """An answer about the plan (Any: JSON)."""
        answer = await self.ask("GET", path, hers=hers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put(self, part: str, body: object, *, version: int = 0, hers: bool = False) -> Any:
        """Write a part of the draft (Any: JSON)."""
        answer = await self.ask("PUT", f"/draft/{part}", body, version=version, hers=hers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def texts(self, *, hers: bool = False, **texts: object) -> Any:
        """Write texts of the draft as it is now (Any: JSON)."""
        version = (await self.get("/draft", hers=hers))["version"]
        answer = await self.ask("PATCH", "/draft", texts, version=version, hers=hers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def publish(self) -> Any:
        """Publish the draft as it is now (Any: JSON)."""
        answer = await self.ask("POST", "/versions", version=(await self.get("/draft"))["version"])
        assert answer.status_code == 201, answer.text
        return answer.json()


async def negotiated(area: PlansArea) -> Planning:
    """A case in its negotiation, with everything agreed that publishing asks for."""
    worker_id, person_id = await area.worker(), await area.person()
    case_id = await area.case(person_id, worker_id=str(worker_id))
    await area.post(f"/cases/{case_id}/cycles", {})
    asked = {"asked_by_young_person": {"on": area.today.isoformat()}}
    await area.post(f"/cases/{case_id}/cycles/current/negotiation", asked)
    current = await area.ask("GET", f"/cases/{case_id}/cycles/current")
    agreed = {
        "next_review_on": (area.today + timedelta(days=180)).isoformat(),
        "distribution_agreed": True,
        "understanding_confirmed": True,
        "next_step": "We visit the flat together.",
    }
    answer = await area.ask(
        "PATCH", f"/cases/{case_id}/cycles/current", agreed, headers={"If-Match": current.headers["etag"]}
    )
    assert answer.status_code == 200, answer.text
    return Planning(area, case_id, worker_id, person_id)


async def drafted(area: PlansArea) -> tuple[Planning, UUID, UUID]:
    """A plan that could be published, with a goal and a promise of hers."""
    planning = await negotiated(area)
    goal_id, promise_id = uuid4(), uuid4()
    await planning.texts(own_words="I want a home of my own.", hers=True)
    await planning.put(f"goals/{goal_id}", goal(area))
    await planning.put(f"promises/{promise_id}", promise(goal_ids=[str(goal_id)]))
    return planning, goal_id, promise_id


def goal(area: PlansArea, **given: object) -> dict[str, object]:
    """A concrete goal of the young person."""
    return {
        "what": "A home of my own",
        "by_when": (area.today + timedelta(days=90)).isoformat(),
        "seen_as": "I have a lease",
        "idea_of": "young_person",
    } | given


def promise(**given: object) -> dict[str, object]:
    """A promise that the young person keeps."""
    return {"what": "I send an application each week", "owner": {"kind": "young_person"}} | given


def view(**given: object) -> dict[str, object]:
    """How a parent sees it."""
    return {"role": "parent", "name": "Irja", "text": "She copes better now."} | given
