"""What people of one area do at their desks, over HTTP, each with their own token."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx

from contracts.values import Language, Qualification, Title
from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.tokens import subject_id
from deploy.world.people import YoungPerson

Json = Any  # any JSON: each caller knows the shape that it asked for


@dataclass(frozen=True)
class Staff:
    """A worker to record at an area's desk."""

    name: str
    languages: tuple[Language, ...]
    language: Language
    caseload_aim: int = 40
    title: Title = Title.SOCIAL_WORKER
    qualification: Qualification = Qualification.SOCIAL_WORKER
    phone: str = "+358401234567"

    def recorded_as(self, worker_id: UUID, *, lead: bool) -> dict[str, Json]:
        """The body of the request that records the worker."""
        mailbox = self.name.lower().replace(" ", ".").replace("ä", "a").replace("ö", "o").replace("å", "a")
        return {
            "worker_id": str(worker_id),
            "name": self.name,
            "title": Title.LEAD_SOCIAL_WORKER if lead else self.title,
            "qualification": self.qualification,
            "languages": list(self.languages),
            "language": self.language,
            "email": f"{mailbox.replace('é', 'e')}@office.invalid",
            "phone": self.phone,
            "caseload_aim": self.caseload_aim,
            "lead": lead,
        }


class AreaDesk:
    """One area of a running stack, as its people use it."""

    def __init__(self, stack: EmbeddedStack, area: str) -> None:
        self.stack = stack
        self.area = area
        self.lead_id = subject_id(area, "lead")
        self.worker_id = subject_id(area, "worker")
        self._client = httpx.Client(timeout=30)

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        role: str = "lead",
        subject: UUID | None = None,
        headers: dict[str, str] | None = None,
        **sent: Json,
    ) -> httpx.Response:
        """One request to a service of the area, by somebody in ``role``."""
        token = self.stack.token(self.area, role, None if subject is None else str(subject))
        with_token = {"authorization": f"Bearer {token}", **(headers or {})}
        return self._client.request(method, self.stack.url(service, self.area) + path, headers=with_token, **sent)

    def ask_at(self, url: str, *, role: str) -> httpx.Response:
        """One reading request to something outside the area, as the operations view."""
        return self._client.get(url, headers={"authorization": f"Bearer {self.stack.token(self.area, role)}"})

    def read(self, service: str, path: str, **how: Json) -> Json:
        """The JSON at a path. Raises ``httpx.HTTPStatusError`` when it is refused."""
        return self.ask(service, "GET", path, **how).raise_for_status().json()

    def listed(self, service: str, path: str, **how: Json) -> list[Json]:
        """Every item of a list that comes in pages. Raises ``httpx.HTTPStatusError`` when it is refused."""
        separator, items, cursor = "&" if "?" in path else "?", [], None
        while True:
            page = self.read(service, path if cursor is None else f"{path}{separator}cursor={cursor}", **how)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def do(self, service: str, path: str, body: Json, **how: Json) -> Json:
        """The answer to a command. Raises ``httpx.HTTPStatusError`` when it is refused."""
        return self.ask(service, "POST", path, json=body, **how).raise_for_status().json()

    # Staff

    def record_staff(self, lead: Staff, worker: Staff) -> None:
        """Record the lead and the worker whom the stack's own tokens name; again changes nothing."""
        if self.ask("plans", "GET", "/workers").json():
            return
        self.do("plans", "/workers", lead.recorded_as(self.lead_id, lead=True), role="operator")
        self.do("plans", "/workers", worker.recorded_as(self.worker_id, lead=False))

    # Young people and their cases

    def record_person(self, person: YoungPerson, person_id: UUID | None = None) -> UUID:
        """Record a young person; returns her id."""
        body = {**vars(person), **({} if person_id is None else {"person_id": str(person_id)})}
        return UUID(self.do("plans", "/young-people", body, role="worker")["person_id"])

    def open_case(self, person_id: UUID, municipality: str, **more: Json) -> UUID:
        """Open a case for somebody who was in care until a year ago and lives in ``municipality``; returns its id."""
        today = datetime.now(UTC).date()
        ended = date(today.year - 1, 1, 15)
        body = {
            "person_id": str(person_id),
            "ground": "taken_into_care",
            "placements": [{"started_on": str(date(ended.year - 4, 3, 1)), "ended_on": str(ended)}],
            "last_child_protection_on": str(ended),
            "residence": {"municipality": municipality, "since": str(ended)},
            **more,
        }
        return UUID(self.do("plans", "/cases", body, role="worker")["case_id"])

    def move(self, case_id: UUID, municipality: str, moved_on: date | None = None, **how: Json) -> Json:
        """A lead, or whoever is said, records that the young person moves; today, unless another day is given."""
        day = moved_on or datetime.now(UTC).date()
        body = {"municipality": municipality, "moved_on": str(day)}
        return self.do("plans", f"/cases/{case_id}/moves", body, **how)

    def record_first_contact(self, case_id: UUID, handoff_id: UUID, **how: Json) -> Json:
        """Record that the contact and the young person have met."""
        body = {"contacted_at": datetime.now(UTC).isoformat(), "handoff_id": str(handoff_id)}
        return self.do("plans", f"/cases/{case_id}/first-contact", body, **how)

    # Looking

    def named_workers(self, case_id: UUID) -> Json:
        """Everybody who was named for a case, from and until."""
        return self.read("plans", f"/cases/{case_id}/workers")

    def handoffs(self, case_id: UUID) -> list[Json]:
        """This area's handoffs of a case (by the placing area's id), the oldest first."""
        found: list[Json] = self.read("interarea", f"/handoffs?case_id={case_id}")
        return sorted(found, key=lambda h: str(h["handoff_id"]))

    def handoff(self, handoff_id: UUID) -> Json | None:
        """One handoff with its steps; None when this area has not heard of it."""
        answer = self.ask("interarea", "GET", f"/handoffs/{handoff_id}")
        return None if answer.status_code == 404 else answer.raise_for_status().json()

    def tracks(self, handoff_id: UUID) -> list[Json]:
        """What was said of a handoff, to whom, on which channel."""
        found: list[Json] = self.read("notifications", f"/messages?handoff_id={handoff_id}")
        return found

    def inbox(self, role: str, subject: UUID) -> list[Json]:
        """Somebody's own messages, the newest first."""
        found: list[Json] = self.read("notifications", "/inbox", role=role, subject=subject)["messages"]
        return found
