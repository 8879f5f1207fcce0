"""What a worker and a young person do by the workers' card, one sentence a step, over the real API."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea

Json = Any  # JSON: each step knows the shape that it asked for


class Card:
    """Venla, the worker who is named for her, and the card between them."""

    def __init__(self, area: PlansArea, person_id: UUID, worker_id: UUID) -> None:
        self.area = area
        self.person_id = person_id
        self.worker_id = worker_id
        self.case_id = UUID(int=0)
        self._versions: dict[UUID, int] = {}

    # Who does it

    async def worker(self, method: str, path: str, body: Json = None, version: int | None = None) -> httpx.Response:
        """The named worker does something in her case."""
        return await self._ask(method, path, body, version, Role.WORKER, self.worker_id)

    async def venla(self, method: str, path: str, body: Json = None, version: int | None = None) -> httpx.Response:
        """Venla does something in her case."""
        return await self._ask(method, path, body, version, Role.YOUNG_PERSON, self.person_id)

    async def _ask(
        self, method: str, path: str, body: Json, version: int | None, role: Role, subject: UUID
    ) -> httpx.Response:
        headers = None if version is None else {"If-Match": f'"{version}"'}
        return await self.area.ask(
            method, f"/cases/{self.case_id}{path}", body, role=role, subject=subject, headers=headers
        )

    # Before: while the placement lasts

    async def prepares_aftercare(self, *, placement_ends_in_days: int) -> Json:
        """The aftercare worker, Venla and her substitute-care worker begin half a year ahead."""
        body = {
            "person_id": str(self.person_id),
            "worker_id": str(self.worker_id),
            "ground": "taken_into_care",
            "kind": "care",
            "placement_started_on": "2016-03-01",
            "placement_ends_on": str(self.area.today + timedelta(days=placement_ends_in_days)),
            "parties": [{"role": "substitute_care_worker", "name": "Pirjo Mäki", "reach": "pirjo@koti.example"}],
        }
        return await self.area.post("/preparations", body)

    async def takes_over(self, preparation_id: str) -> None:
        """The aftercare side confirms the handover in, and the case is open."""
        answer = await self.area.ask(
            "POST",
            f"/preparations/{preparation_id}/confirmation",
            {},
            role=Role.WORKER,
            subject=self.worker_id,
            headers={"If-Match": '"1"'},
        )
        self.case_id = UUID(done(answer)["case_id"])

    # Meetings

    async def meet(self, kind: str, *, minutes: int = 50, invitees: list[Json] | None = None, **said: str) -> Json:
        """They meet where Venla wants to, and it is recorded: who came, what each said, what came of it."""
        began = self.area.service.clock.now() - timedelta(minutes=minutes)
        agreed = {
            "kind": kind,
            "starts_at": began.isoformat(),
            "mode": "present",
            "place": "Kahvila Aura",
            "place_chosen_by_young_person": True,
            "timetable_suits_young_person": True,
            "invitees": invitees or [],
        }
        meeting = done(await self.worker("POST", "/meetings", agreed))
        return await self.record(meeting, began, minutes, said)

    async def record(self, meeting: Json, began: datetime, minutes: int, said: dict[str, str]) -> Json:
        """What the meeting was."""
        presences = [
            {"participant_id": each["participant_id"], "attended": True, "said": said.get(each["role"])}
            for each in meeting["participants"]
        ]
        record = {
            "held_at": began.isoformat(),
            "minutes": minutes,
            "outcome": "Sovittiin yhdessä.",
            "presences": presences,
        }
        path = f"/meetings/{meeting['meeting_id']}/record"
        return done(await self.worker("POST", path, record, meeting["version"]))

    # The card

    async def ticks(self, *keys: str) -> None:
        """The worker marks what was done."""
        for key in keys:
            done(await self.worker("PUT", f"/cycles/current/items/{key}", {"state": "done"}))

    async def leaves_out(self, key: str, reason: str) -> None:
        """The worker marks what was not done, and why."""
        marked = {"state": "not_done", "reason": reason}
        done(await self.worker("PUT", f"/cycles/current/items/{key}", marked))

    async def cycle(self) -> Json:
        """Where the planning stands."""
        return done(await self.worker("GET", "/cycles/current"))

    async def agree(self, **agreed: Json) -> Json:
        """They agree on something that the plan needs."""
        return done(await self.worker("PATCH", "/cycles/current", agreed, (await self.cycle())["version"]))

    # The plan

    async def writes(self, part: str, body: Json, *, hers: bool = False, part_id: UUID | None = None) -> UUID:
        """One of them writes a part of the plan, the other sees it."""
        key = part_id or uuid4()
        who = self.venla if hers else self.worker
        written = done(await who("PUT", f"/plan/draft/{part}/{key}", body, self._versions.get(key, 0)))
        self._versions[key] = written["version"]
        return key

    async def publish(self) -> httpx.Response:
        """The worker publishes what they have written."""
        draft = done(await self.worker("GET", "/plan/draft"))
        return await self.worker("POST", "/plan/versions", None, draft["version"])

    async def due(self) -> dict[str, date]:
        """What is due, by kind; the soonest of each."""
        found = done(await self.worker("GET", "/deadlines"))
        return {each["kind"]: date.fromisoformat(each["due_on"]) for each in reversed(found)}


def done(answer: httpx.Response) -> Json:
    """The answer to what was done; fails with what was refused."""
    assert answer.is_success, answer.text
    return answer.json()


def refused(answer: httpx.Response) -> str:
    """Why something was refused, by its stable code."""
    assert answer.is_client_error, answer.text
    return str(answer.json()["type"]).removeprefix("urn:jatkumo:problem:")
