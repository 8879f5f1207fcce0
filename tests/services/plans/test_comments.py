"""What is said about a published plan is answered by the day that was promised, into the next version (R47)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.client_plan import DeadlineKind
from contracts.plans import CommentAnswered, DeadlineMet, DeadlineSet, PlanCommented
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.adopting import lives_in_with_plan
from tests.services.plans.area import PlansArea
from tests.services.plans.planning import Planning, drafted, view


async def published(area: PlansArea) -> tuple[Planning, UUID, UUID]:
    planning, goal_id, promise_id = await drafted(area)
    await planning.publish()
    return planning, goal_id, promise_id


async def test_the_young_person_comments_on_a_goal_and_is_promised_a_reply(placing: PlansArea) -> None:
    planning, goal_id, _ = await published(placing)
    body = {"text": "Too soon.", "proposal": "By summer.", "part": "goals", "item_id": str(goal_id)}
    answer = await planning.ask("POST", "/comments", body, hers=True)
    assert answer.status_code == 201, answer.text
    comment = answer.json()
    assert answer.headers["location"] == f"{planning.path}/comments/{comment['comment_id']}"
    assert (comment["number"], comment["standing"], comment["author"]["kind"]) == (1, "unanswered", "young_person")
    assert comment["reply_by"] == (placing.today + timedelta(days=14)).isoformat()
    [event] = await said(placing.service, PlanCommented)
    assert (str(event.comment_id), event.by_young_person, event.by_area) == (comment["comment_id"], True, "05")
    due = [each for each in await said(placing.service, DeadlineSet) if each.kind is DeadlineKind.COMMENT_REPLY]
    assert [each.due_on.isoformat() for each in due] == [comment["reply_by"]]
    assert "Too soon" not in event.model_dump_json()


async def test_an_accepted_comment_goes_into_the_next_version_and_says_into_which(placing: PlansArea) -> None:
    planning, *_ = await published(placing)
    [yes, no, open_] = [await commented(planning, text) for text in ("A dog, please", "No dog", "A cat?")]
    accepted = await planning.ask("POST", f"/comments/{yes}/answer", {"accepted": True, "reason": "It is your home."})
    assert (accepted.status_code, accepted.json()["standing"]) == (200, "accepted")
    refused = await planning.ask("POST", f"/comments/{no}/answer", {"accepted": False, "reason": "You wished for one."})
    assert refused.json()["standing"] == "not_accepted"
    await planning.texts(dreams="A dog", hers=True)
    await planning.publish()
    standings = {
        each["comment_id"]: (each["standing"], each["in_version"])
        for each in await planning.get("/comments", hers=True)
    }
    assert standings == {yes: ("in_the_plan", 2), no: ("not_accepted", None), open_: ("unanswered", None)}
    await planning.texts(dreams="Two dogs", hers=True)
    await planning.publish()
    assert (await planning.get(f"/comments/{yes}"))["in_version"] == 2
    events = await said(placing.service, CommentAnswered)
    assert [(str(each.comment_id), each.accepted) for each in events] == [(yes, True), (no, False)]


async def test_the_answer_meets_the_promise_and_is_given_once(placing: PlansArea) -> None:
    planning, *_ = await published(placing)
    comment_id = await commented(planning, "A dog, please")
    path, body = f"/comments/{comment_id}/answer", {"accepted": True, "reason": "Yes."}
    assert (await planning.ask("POST", path, body)).status_code == 200
    again = await planning.ask("POST", path, body)
    assert (again.status_code, again.json()["standing"]) == (200, "accepted")
    other = await planning.ask("POST", path, {"accepted": False, "reason": "No."})
    assert (other.status_code, other.json()["type"]) == (409, "urn:jatkumo:problem:comment-already-answered")
    met = [each for each in await said(placing.service, DeadlineMet) if each.kind is DeadlineKind.COMMENT_REPLY]
    assert len(met) == 1
    assert len(await said(placing.service, CommentAnswered)) == 1
    by_her = await planning.ask("POST", path, body, hers=True)
    assert by_her.status_code == 403


async def test_a_worker_writes_down_what_a_recipient_said(placing: PlansArea) -> None:
    planning, *_ = await published(placing)
    body = {"text": "We help with the move.", "said_by": {"role": "parent", "name": "Irja"}}
    comment = (await planning.ask("POST", "/comments", body)).json()
    assert (comment["said_by"], comment["author"]["kind"]) == ({"role": "parent", "name": "Irja"}, "lead")
    [seen] = await planning.get("/comments", hers=True)
    assert seen["text"] == "We help with the move."
    [event] = await said(placing.service, PlanCommented)
    assert event.by_young_person is False


async def test_what_a_third_party_said_in_confidence_is_not_shown_to_her(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    view_id = uuid4()
    await planning.put(f"views/{view_id}", view(confidential=True))
    await planning.publish()
    about_it = {"text": "I said more.", "part": "views", "item_id": str(view_id), "said_by": {"role": "parent"}}
    kept = await planning.ask("POST", "/comments", about_it)
    assert (kept.status_code, kept.json()["confidential"]) == (201, True)
    asked = {"text": "x", "confidential": True, "said_by": {"role": "parent"}}
    assert (await planning.ask("POST", "/comments", asked)).status_code == 201
    assert len(await planning.get("/comments")) == 2
    assert await planning.get("/comments", hers=True) == []
    hidden = await planning.ask("GET", f"/comments/{kept.json()['comment_id']}", hers=True)
    assert hidden.status_code == 404
    hers = await planning.ask(
        "POST", "/comments", {"text": "What?", "part": "views", "item_id": str(view_id)}, hers=True
    )
    unknown = await planning.ask(
        "POST", "/comments", {"text": "What?", "part": "views", "item_id": str(uuid4())}, hers=True
    )
    # She cannot find out by asking that there is something that she may not see.
    assert hers.status_code == unknown.status_code == 422
    assert hers.json() == unknown.json()


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"text": "x", "part": "goals", "item_id": str(uuid4())}, (422, "no-such-part")),
        ({"text": "x", "item_id": str(uuid4())}, (422, "no-such-part")),
        ({"text": "x", "number": 2}, (404, "no-such-version")),
        ({"text": "x", "confidential": True}, (422, "not-a-third-party")),
        ({"text": " "}, (422, "invalid-request")),
        ({"text": "a\u0000b"}, (422, "invalid-request")),
    ],
)
async def test_a_comment_is_on_something_that_the_version_says(
    placing: PlansArea, body: dict[str, object], refused: tuple[int, str]
) -> None:
    planning, *_ = await published(placing)
    answer = await planning.ask("POST", "/comments", body)
    assert (answer.status_code, answer.json()["type"]) == (refused[0], f"urn:jatkumo:problem:{refused[1]}")
    assert await said(placing.service, PlanCommented) == []


async def test_nothing_is_commented_before_it_is_published(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    answer = await planning.ask("POST", "/comments", {"text": "x"}, hers=True)
    assert answer.status_code == 404


async def test_she_speaks_for_herself_and_of_her_own_plan_only(placing: PlansArea) -> None:
    planning, *_ = await published(placing)
    for_another = {"text": "x", "said_by": {"role": "parent"}}
    answer = await planning.ask("POST", "/comments", for_another, hers=True)
    assert answer.json()["type"] == "urn:jatkumo:problem:speaks-for-herself"
    stranger = await placing.ask(
        "POST", f"{planning.path}/comments", {"text": "x"}, role=Role.YOUNG_PERSON, subject=uuid4()
    )
    assert stranger.status_code == 404


async def test_where_she_lives_comments_are_written_and_answered_with_that_areas_name(
    placing: PlansArea, residence: PlansArea
) -> None:
    there = await lives_in_with_plan(placing, residence)
    comment_id = await commented(there, "A dog, please")
    answer = await there.ask(
        "POST", f"/comments/{comment_id}/answer", {"accepted": True, "reason": "The placing area agrees."}
    )
    comment = answer.json()
    assert (comment["author"]["area"], comment["answer"]["author"]["area"]) == ("08", "08")
    [event] = await said(residence.service, PlanCommented)
    assert event.by_area == "08"


async def test_comments_are_found_by_version_and_by_how_far_they_have_come(placing: PlansArea) -> None:
    planning, *_ = await published(placing)
    first = await commented(planning, "One")
    await planning.texts(dreams="A dog")
    await planning.publish()
    second = await commented(planning, "Two")
    await planning.ask("POST", f"/comments/{second}/answer", {"accepted": False, "reason": "No."})
    for query, found in (("?number=1", [first]), ("?number=2", [second]), ("?standing=unanswered", [first])):
        assert [each["comment_id"] for each in await planning.get(f"/comments{query}")] == found


async def test_whoever_reads_comments_or_answers_is_written_down(placing: PlansArea) -> None:
    planning, *_ = await published(placing)
    comment_id = await commented(planning, "A dog, please")
    await planning.ask("POST", f"/comments/{comment_id}/answer", {"accepted": False, "reason": "No."})
    await planning.get(f"/comments/{comment_id}")
    log = await placing.get(f"/young-people/{planning.person_id}/access-log")
    rows = [(each["done"] or each["seen"], each["reader"]) for each in log["items"]]
    worker = str(planning.worker_id)
    assert rows[:3] == [
        ("comments", worker),
        ("comment_answered", worker),
        ("plan_commented", str(planning.person_id)),
    ]


async def commented(planning: Planning, text: str) -> str:
    """What the young person said, by its id."""
    answer = await planning.ask("POST", "/comments", {"text": text}, hers=True)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["comment_id"])
