"""Who may ask what: every route of plans, for every role."""

import re
from uuid import uuid4

import pytest

from services.chassis.auth import Role
from services.plans.permissions import MATRIX, Permission
from tests.services.plans.area import PlansArea

WORKERS = {Role.WORKER, Role.LEAD}
WITH_HER = {*WORKERS, Role.YOUNG_PERSON}
ALLOWED: dict[tuple[str, str], set[Role]] = {
    ("POST", "/young-people"): WORKERS,
    ("POST", "/young-people/search"): WORKERS,
    ("GET", "/young-people/{person_id}"): WORKERS,
    ("PATCH", "/young-people/{person_id}"): WORKERS,
    ("GET", "/young-people/{person_id}/access-log"): {Role.LEAD, Role.YOUNG_PERSON},
    ("GET", "/young-people/{person_id}/disclosures"): {Role.LEAD, Role.YOUNG_PERSON},
    ("POST", "/workers"): {Role.LEAD, Role.OPERATOR},
    ("GET", "/workers"): WORKERS,
    ("POST", "/workers/{worker_id}/departure"): {Role.LEAD},
    ("GET", "/workers/{worker_id}"): WORKERS,
    ("PATCH", "/workers/{worker_id}"): {Role.LEAD},
    ("POST", "/workers/{worker_id}/return"): {Role.LEAD},
    ("GET", "/workers/{worker_id}/absences"): WORKERS,
    ("POST", "/workers/{worker_id}/absences"): {Role.LEAD},
    ("GET", "/absences/{absence_id}"): WORKERS,
    ("PATCH", "/absences/{absence_id}"): {Role.LEAD},
    ("POST", "/absences/{absence_id}/cancellation"): {Role.LEAD},
    ("GET", "/caseload-aims"): WORKERS,
    ("PUT", "/caseload-aims/{title}"): {Role.LEAD},
    ("GET", "/cases/{case_id}/handovers"): WITH_HER,
    ("POST", "/cases/{case_id}/handovers/{handover_id}"): WORKERS,
    ("PUT", "/cases/{case_id}/handovers/{handover_id}/thoughts"): {Role.YOUNG_PERSON},
    ("POST", "/cases"): WORKERS,
    ("GET", "/cases"): WORKERS,
    ("GET", "/cases/{case_id}"): WORKERS,
    ("GET", "/cases/{case_id}/rights"): WITH_HER,
    ("GET", "/cases/{case_id}/facts"): WORKERS,
    ("PATCH", "/cases/{case_id}/facts"): WORKERS,
    ("POST", "/cases/{case_id}/placements"): WORKERS,
    ("PATCH", "/cases/{case_id}/placements/{placement_id}"): WORKERS,
    ("POST", "/cases/{case_id}/decisions"): {Role.LEAD},
    ("PATCH", "/cases/{case_id}/decisions/{decision_id}"): {Role.LEAD},
    ("POST", "/cases/{case_id}/pause"): WORKERS,
    ("POST", "/cases/{case_id}/return"): WITH_HER,
    ("GET", "/cases/{case_id}/pauses"): WITH_HER,
    ("POST", "/preparations"): WORKERS,
    ("GET", "/preparations"): WORKERS,
    ("GET", "/preparations/{preparation_id}"): WORKERS,
    ("PATCH", "/preparations/{preparation_id}"): WORKERS,
    ("POST", "/preparations/{preparation_id}/worker"): {Role.LEAD},
    ("POST", "/preparations/{preparation_id}/confirmation"): WORKERS,
    ("POST", "/preparations/{preparation_id}/cancellation"): WORKERS,
    ("GET", "/cases/{case_id}/exit-plan"): WITH_HER,
    ("POST", "/cases/{case_id}/exit-plan/receivers"): WORKERS,
    ("PUT", "/cases/{case_id}/exit-plan/receivers/{receiver_id}"): WORKERS,
    ("DELETE", "/cases/{case_id}/exit-plan/receivers/{receiver_id}"): WORKERS,
    ("POST", "/cases/{case_id}/exit-plan/receivers/{receiver_id}/acceptance"): WORKERS,
    ("POST", "/cases/{case_id}/exit-plan/confirmation"): WORKERS,
    ("POST", "/cases/{case_id}/end"): WORKERS,
    ("POST", "/cases/{case_id}/reopening"): WORKERS,
    ("GET", "/guidance"): WORKERS,
    ("PUT", "/guidance/{rule}"): {Role.LEAD},
    ("GET", "/cases/{case_id}/workers"): WORKERS,
    ("GET", "/cases/{case_id}/residences"): WORKERS,
    ("POST", "/cases/{case_id}/worker"): {Role.LEAD},
    ("POST", "/cases/{case_id}/residence"): WORKERS,
    ("POST", "/cases/{case_id}/moves"): WORKERS,
    ("POST", "/cases/{case_id}/first-contact"): WORKERS,
    ("POST", "/population-changes"): {Role.LEAD, Role.OPERATOR},
    ("GET", "/me"): {Role.YOUNG_PERSON},
    ("GET", "/cases/{case_id}/deadlines"): WITH_HER,
    ("POST", "/cases/{case_id}/cycles"): WORKERS,
    ("GET", "/cases/{case_id}/cycles"): WITH_HER,
    ("GET", "/cases/{case_id}/cycles/current"): WITH_HER,
    ("GET", "/cases/{case_id}/cycles/{number}"): WITH_HER,
    ("PATCH", "/cases/{case_id}/cycles/current"): WORKERS,
    ("POST", "/cases/{case_id}/cycles/current/negotiation"): WORKERS,
    ("POST", "/cases/{case_id}/cycles/current/follow-up"): WORKERS,
    ("PUT", "/cases/{case_id}/cycles/current/items/{key}"): WORKERS,
    ("POST", "/cases/{case_id}/reviews"): WITH_HER,
    ("GET", "/cases/{case_id}/reviews"): WITH_HER,
    ("POST", "/cases/{case_id}/reviews/{review_id}/schedule"): WORKERS,
    ("POST", "/cases/{case_id}/openings"): {Role.WORKER},
    ("GET", "/openings"): {Role.LEAD},
    ("POST", "/openings/{opening_id}/acknowledgement"): {Role.LEAD},
    ("GET", "/actors"): WITH_HER,
    ("GET", "/cases/{case_id}/network"): WITH_HER,
    ("PUT", "/cases/{case_id}/network/studies"): WITH_HER,
    ("POST", "/cases/{case_id}/network/members"): WITH_HER,
    ("GET", "/cases/{case_id}/network/members/{member_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/network/members/{member_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/network/members/{member_id}/allowed"): WITH_HER,
    ("PUT", "/cases/{case_id}/network/members/{member_id}/informing"): WORKERS,
    ("POST", "/cases/{case_id}/network/members/{member_id}/parting"): WITH_HER,
    ("GET", "/cases/{case_id}/plan"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/promises"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/versions"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/versions"): WORKERS,
    ("GET", "/cases/{case_id}/plan/versions/{number}"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/versions/{number}/pdf"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/versions/{number}/export"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/deliveries/{delivery_id}/pdf"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/versions/{before}/changes/{after}"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/items/{item_id}/status"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/draft"): WITH_HER,
    ("PATCH", "/cases/{case_id}/plan/draft"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/needs/{need_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/goals/{goal_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/promises/{promise_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/sections/{area}"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/views/{view_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/dissenting/{dissenting_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/offers/{offer_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/plan/draft/parallel-plans/{parallel_plan_id}"): WITH_HER,
    ("DELETE", "/cases/{case_id}/plan/draft/{part}/{key}"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/edits"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/conflicts"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/conflicts/{conflict_id}"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/conflicts/{conflict_id}/resolution"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/proposals"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/proposals"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/proposals/{proposal_id}/answer"): WORKERS,
    ("POST", "/wording/check"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/comments"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/comments"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/comments/{comment_id}"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/comments/{comment_id}/answer"): WORKERS,
    ("GET", "/cases/{case_id}/plan/distribution"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/distribution"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/distribution/{entry_id}/ending"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/versions/{number}/deliveries"): WORKERS,
    ("GET", "/cases/{case_id}/plan/deliveries"): WITH_HER,
    ("GET", "/cases/{case_id}/plan/deliveries/{delivery_id}"): WITH_HER,
    ("POST", "/cases/{case_id}/plan/deliveries/{delivery_id}/read"): WITH_HER,
    ("GET", "/cases/{case_id}/meetings"): WITH_HER,
    ("POST", "/cases/{case_id}/meetings"): WORKERS,
    ("GET", "/cases/{case_id}/meetings/{meeting_id}"): WITH_HER,
    ("PUT", "/cases/{case_id}/meetings/{meeting_id}"): WORKERS,
    ("POST", "/cases/{case_id}/meetings/{meeting_id}/cancellation"): WORKERS,
    ("POST", "/cases/{case_id}/meetings/{meeting_id}/record"): WORKERS,
    ("PUT", "/cases/{case_id}/meetings/{meeting_id}/own-words"): {Role.YOUNG_PERSON},
    ("GET", "/cases/{case_id}/information-given"): WITH_HER,
    ("POST", "/cases/{case_id}/information-given"): WORKERS,
    ("GET", "/information-topics"): WITH_HER,
    ("GET", "/wellbeing-questions"): WITH_HER,
    ("GET", "/cases/{case_id}/wellbeing"): WITH_HER,
    ("POST", "/cases/{case_id}/wellbeing"): WORKERS,
    ("POST", "/cases/{case_id}/wellbeing/answers"): WITH_HER,
    ("POST", "/cases/{case_id}/wellbeing/{measure_id}/answers"): WITH_HER,
    ("POST", "/cases/{case_id}/wellbeing/{measure_id}/refusal"): WITH_HER,
    ("GET", "/feedback-forms"): WITH_HER,
    ("GET", "/cases/{case_id}/meetings/{meeting_id}/feedback"): WITH_HER,
    ("POST", "/cases/{case_id}/meetings/{meeting_id}/feedback"): WITH_HER,
    ("PUT", "/cases/{case_id}/meetings/{meeting_id}/feedback/sharing"): {Role.YOUNG_PERSON},
    ("GET", "/feedback-counts"): {Role.LEAD},
}
OF_THE_CHASSIS = ("/health/", "/metrics", "/dead-letters", "/journal/", "/openapi.json", "/asyncapi")


def test_every_permission_says_who_has_it() -> None:
    assert MATRIX.keys() == set(Permission)
    assert all(MATRIX.values())


def test_no_route_is_missing_from_this_table(placing: PlansArea) -> None:
    openapi = placing.service.app().openapi()
    routes = {
        (method.upper(), path)
        for path, methods in openapi["paths"].items()
        for method in methods
        if not path.startswith(OF_THE_CHASSIS)
    }
    assert routes == ALLOWED.keys()


def test_the_openapi_document_says_who_may_ask_and_how(placing: PlansArea) -> None:
    openapi = placing.service.app().openapi()
    assert openapi["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert "problems.md" in openapi["info"]["description"]
    for (method, path), roles in ALLOWED.items():
        operation = openapi["paths"][path][method.lower()]
        assert operation["security"] == [{"bearer": []}], (method, path)
        assert operation["x-roles"] == sorted(roles), (method, path)
        headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (method != "GET"), (method, path)


def _somewhere(path: str) -> str:
    """The path with an id of nothing in each of its places."""
    return re.sub(r"\{\w+\}", lambda _: str(uuid4()), path)


@pytest.mark.parametrize(("method", "path"), ALLOWED)
async def test_a_role_without_the_permission_is_refused(placing: PlansArea, method: str, path: str) -> None:
    somewhere = _somewhere(path)
    for role in Role:
        answer = await placing.ask(method, somewhere, {}, role=role, subject=uuid4(), headers={"If-Match": '"1"'})
        refused = answer.status_code == 403 and answer.json()["type"] == "urn:jatkumo:problem:not-permitted"
        assert refused == (role not in ALLOWED[method, path]), (role, answer.status_code)


@pytest.mark.parametrize(("method", "path"), ALLOWED)
async def test_nobody_asks_without_a_token(placing: PlansArea, method: str, path: str) -> None:
    somewhere = _somewhere(path)
    answer = await placing.client.request(method, somewhere, json={})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
