"""The client plan over HTTP: written together, published for good, compared, promised, proposed to, and copied."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from contracts.client_plan import PlanContent
from contracts.plans import (
    ContactNamed,
    DeadlineCancelled,
    DeadlineMet,
    DeadlineSet,
    PlanPublished,
    RevisionAnswered,
    RevisionProposed,
    StatusNoted,
)
from services.chassis.auth import Role
from services.plans.cases import commands as cases
from services.plans.client_plans import commands, draft_store, store
from services.plans.client_plans.drafts import content_of, folded
from services.plans.client_plans.facts import facts_of
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, received
from tests.services.plans.planning import Planning, drafted, goal, negotiated, promise, view


async def test_a_plan_begins_empty_and_is_written_part_by_part(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    assert (await planning.get())["latest"] is None
    assert (await planning.get("/draft"))["version"] == 0
    written = await planning.put(f"needs/{uuid4()}", {"area": "housing", "text": "Somewhere to live"})
    draft = await planning.get("/draft")
    assert [need["text"] for need in draft["content"]["needs"]] == ["Somewhere to live"]
    assert (written["version"], draft["version"]) == (1, 1)


async def test_the_young_person_writes_what_is_hers_and_proposes_the_rest(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    await planning.texts(own_words="I decide", strengths="I cook", dreams="A dog", hers=True)
    await planning.put(f"goals/{uuid4()}", goal(placing), hers=True)
    await planning.put(f"views/{uuid4()}", view(role="young_person", name=None), hers=True)
    for part, body in (
        (f"goals/{uuid4()}", goal(placing, idea_of="worker")),
        (f"views/{uuid4()}", view()),
        (f"needs/{uuid4()}", {"area": "work", "text": "A job"}),
        ("sections/housing", {"agreed": "A flat"}),
    ):
        refused = await planning.ask("PUT", f"/draft/{part}", body, version=0, hers=True)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:not-hers-to-write")
    refused = await planning.ask("PATCH", "/draft", {"followed_by": "Monthly"}, version=0, hers=True)
    assert refused.status_code == 409
    assert {each["part"] for each in (await planning.get("/draft"))["parts"]} == {"texts", "goals", "views"}


async def test_two_who_edit_different_parts_at_once_both_succeed(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    parts = [f"goals/{uuid4()}" for _ in range(8)]
    answers = await asyncio.gather(
        *(planning.ask("PUT", f"/draft/{part}", goal(placing, what=part), version=0) for part in parts),
        *(
            planning.ask("PATCH", "/draft", {text: "hers"}, version=0, hers=text != "followed_by")
            for text in ("own_words", "strengths", "dreams", "followed_by")
        ),
    )
    assert {answer.status_code for answer in answers} == {200}
    content = (await planning.get("/draft"))["content"]
    assert {each["what"] for each in content["goals"]} == set(parts)
    assert [content[text] for text in ("own_words", "strengths", "dreams", "followed_by")] == ["hers"] * 4


async def test_two_who_edit_the_same_part_at_once_lose_nothing(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    section = "/draft/sections/housing"
    await planning.put("sections/housing", {"agreed": "A flat"})
    texts = [f"A flat, version {number}" for number in range(6)]
    answers = await asyncio.gather(*(planning.ask("PUT", section, {"agreed": text}, version=1) for text in texts))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {each["type"] for each in refused} == {"urn:jatkumo:problem:changed-meanwhile"}
    conflicts = await planning.get("/conflicts", hers=True)
    assert {each["conflict_id"] for each in conflicts} == {each for answer in refused for each in answer["conflicts"]}
    [standing] = {each["found"]["value"]["agreed"] for each in conflicts}
    assert {standing, *(each["refused"]["value"]["agreed"] for each in conflicts)} == set(texts)
    assert {each["refused"]["by"]["author_id"] for each in conflicts} == {str(planning.worker_id)}


async def test_a_conflict_is_merged_and_only_then_the_plan_is_published(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    own = goal(placing, what="A flat near the sea")
    version = (await planning.get("/draft"))["version"]
    await planning.put(f"goals/{goal_id}", goal(placing, what="A flat near school"), version=version, hers=True)
    refused = await planning.ask("PUT", f"/draft/goals/{goal_id}", own, version=version)
    [conflict_id] = refused.json()["conflicts"]
    assert refused.headers["location"] == f"{planning.path}/conflicts/{conflict_id}"
    draft = await planning.get("/draft")
    held = await planning.ask("POST", "/versions", version=draft["version"])
    assert held.json()["type"] == "urn:jatkumo:problem:conflicts-open"
    merged = {"resolution": "merged", "merged": goal(placing, what="A flat near both")}
    where = f"/conflicts/{conflict_id}/resolution"
    stale = await planning.ask("POST", where, merged, version=version)
    assert stale.status_code == 412
    decided = await planning.ask("POST", where, merged, version=draft["version"], hers=True)
    assert decided.json()["now"]["value"]["what"] == "A flat near both"
    assert (await planning.ask("POST", where, merged, version=draft["version"])).status_code == 409
    assert await planning.get("/conflicts") == []
    assert (await planning.publish())["content"]["goals"][0]["what"] == "A flat near both"


async def test_an_edit_of_a_part_that_was_taken_out_meanwhile_is_kept(placing: PlansArea) -> None:
    planning, goal_id, promise_id = await drafted(placing)
    version = (await planning.get("/draft"))["version"]
    gone = await planning.ask("DELETE", f"/draft/goals/{goal_id}", version=version)
    assert gone.json()["value"] is None
    late = await planning.ask("PUT", f"/draft/goals/{goal_id}", goal(placing, what="Mine"), version=version)
    assert late.status_code == 409
    [conflict] = await planning.get("/conflicts")
    assert (conflict["found"]["value"], conflict["refused"]["value"]["what"]) == (None, "Mine")
    # The promise still knows the goal; the plan does not refer to what is not in it.
    [left] = (await planning.get("/draft"))["content"]["promises"]
    assert (left["promise_id"], left["goal_ids"]) == (str(promise_id), [])
    again = await planning.ask(
        "POST", f"/conflicts/{conflict['conflict_id']}/resolution", {"resolution": "taken"}, version=version + 1
    )
    assert again.json()["now"]["value"]["what"] == "Mine"


async def test_publishing_fixes_a_version_and_makes_its_goals_due(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    first = await planning.publish()
    assert (first["number"], first["title"], first["qualification"]) == (1, "social_counsellor", "social_counsellor")
    assert first["published_by"]["author_id"] == str(planning.worker_id)
    [event] = await said(placing.service, PlanPublished)
    assert (event.number, event.by_area, event.person_id) == (1, "05", planning.person_id)
    plan = await planning.get()
    assert (plan["latest"]["content"], plan["standing"]["phase"]) == (first["content"], "follow_up")
    due = {each["about"]: each["due_on"] for each in await placing.get(f"/cases/{planning.case_id}/deadlines")}
    assert due[str(goal_id)] == (placing.today + timedelta(days=90)).isoformat()
    await planning.texts(dreams="A dog")
    second = await planning.publish()
    assert [each["number"] for each in await planning.get("/versions")] == [2, 1]
    assert (second["content"]["dreams"], (await planning.get("/versions/1"))["content"]) == ("A dog", first["content"])


async def test_a_draft_that_was_changed_after_reading_is_not_published(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    version = (await planning.get("/draft"))["version"]
    await planning.texts(dreams="A dog", hers=True)
    answer = await planning.ask("POST", "/versions", version=version)
    assert answer.status_code == 412
    assert await planning.get("/versions") == []


async def test_a_draft_that_is_published_twice_at_once_is_one_version(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    version = (await planning.get("/draft"))["version"]
    answers = await asyncio.gather(*(planning.ask("POST", "/versions", version=version) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {each.json()["type"] for each in answers if each.status_code == 409} == {
        "urn:jatkumo:problem:published-already"
    }
    assert len(await planning.get("/versions")) == len(await said(placing.service, PlanPublished)) == 1


async def test_only_a_worker_of_the_roster_publishes(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    version = str((await planning.get("/draft"))["version"])
    answer = await placing.ask("POST", f"{planning.path}/versions", headers={"If-Match": version})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:jatkumo:problem:not-a-recorded-worker")
    hers = await planning.ask("POST", "/versions", version=int(version), hers=True)
    assert hers.status_code == 403
    await placing.post(f"/workers/{planning.worker_id}/departure", {})
    gone = await planning.ask("POST", "/versions", version=int(version))
    assert (gone.status_code, gone.json()["type"]) == (409, "urn:jatkumo:problem:not-a-recorded-worker")


async def test_a_goal_that_is_left_out_is_due_no_more(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.publish()
    await planning.put(f"goals/{uuid4()}", goal(placing, what="Another"))
    version = (await planning.get("/draft"))["version"]
    assert (await planning.ask("DELETE", f"/draft/goals/{goal_id}", version=version)).status_code == 200
    await planning.publish()
    set_for_goals = {each.deadline_id for each in await said(placing.service, DeadlineSet) if each.kind == "goal"}
    [cancelled] = [each for each in await said(placing.service, DeadlineCancelled) if each.kind == "goal"]
    assert cancelled.deadline_id in set_for_goals
    assert str(goal_id) not in {each["about"] for each in await placing.get(f"/cases/{planning.case_id}/deadlines")}


@pytest.mark.parametrize("kept", ["plan_versions", "plan_edits", "plan_statuses"])
@pytest.mark.parametrize("attempt", ["DELETE FROM {kept} RETURNING 1", "UPDATE {kept} SET number = 7 RETURNING 1"])
async def test_what_was_published_written_and_noted_is_never_changed(
    placing: PlansArea, kept: str, attempt: str
) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.publish()
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "in_progress"})
    column = "sequence" if kept == "plan_edits" else "number"
    with pytest.raises(DBAPIError, match="append-only"):
        await placing.rows(attempt.format(kept=kept).replace("number", column))


async def test_a_version_is_the_fold_of_the_edits_before_it(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.publish()
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "dropped", "reason": "She moves in with Veera."})
    await planning.put(f"goals/{uuid4()}", goal(placing, what="Another"))
    await planning.put(f"offers/{uuid4()}", {"kind": "peer_support", "offered_on": "2026-01-01", "answer": "later"})
    await planning.publish()
    await planning.texts(dreams="A dog")
    async with placing.service.work() as work:
        plans = await store.versions(work, planning.case_id)
        kept = await draft_store.edits(work, plans[0].plan_id)
    assert [plan.number for plan in plans] == [2, 1]
    for plan in plans:
        until = [each.edited for each in kept if each.edited.sequence <= (plan.edits_through or 0)]
        assert content_of(folded(until)) == plan.content
    assert len(kept) > (plans[0].edits_through or 0)


async def test_the_difference_between_two_versions_is_told_in_three_languages(placing: PlansArea) -> None:
    planning, goal_id, promise_id = await drafted(placing)
    await planning.publish()
    version = (await planning.get("/draft"))["version"]
    await planning.put(f"goals/{goal_id}", goal(placing, what="A home by the sea"), version=version)
    await planning.put(f"needs/{uuid4()}", {"area": "housing", "text": "Help with the deposit"})
    await planning.ask("POST", f"/items/{promise_id}/status", {"status": "in_progress"})
    await planning.publish()
    told = await planning.get("/versions/1/changes/2?language=en", hers=True)
    assert [each["sentence"] for each in told["changes"]] == [
        "Need “Help with the deposit” was added.",
        "Goal “A home by the sea”, what it says: before “A home of my own”, now “A home by the sea”.",
        "Promise “I send an application each week”, status: before not started, now in progress.",
    ]
    finnish = await planning.get("/versions/1/changes/2?language=fi")
    assert finnish["changes"][2]["sentence"] == (
        "Lupaus ”I send an application each week”, tilanne: ennen ei aloitettu, nyt kesken."
    )
    assert (await planning.get("/versions/1/changes/2?language=sv"))["changes"][0]["sentence"].endswith("lades till.")
    assert (await planning.get("/versions/2/changes/2"))["changes"] == []
    assert (await planning.ask("GET", "/versions/1/changes/3")).status_code == 404


async def test_the_young_person_reads_her_promises_in_plain_order(placing: PlansArea) -> None:
    planning, _, promise_id = await drafted(placing)
    assert await planning.get("/promises", hers=True) == []
    by_when = (placing.today + timedelta(days=10)).isoformat()
    provider = {"kind": "provider", "name": "Kela"}
    benefit = uuid4()
    await planning.put(
        f"promises/{benefit}", promise(what="Housing benefit", owner=provider, service=True, by_when=by_when)
    )
    await planning.publish()
    promises = await planning.get("/promises?language=en", hers=True)
    assert [(each["what"], each["who"]) for each in promises] == [
        ("Housing benefit", "Kela (the provider)"),
        ("I send an application each week", "the young person"),
    ]
    not_granted = {"status": "dropped", "granted": False}
    refused = await planning.ask("POST", f"/items/{benefit}/status", not_granted)
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    await planning.ask("POST", f"/items/{benefit}/status", not_granted | {"reason": "Kela refused."})
    done = await planning.ask("POST", f"/items/{promise_id}/status", {"status": "in_progress"}, hers=True)
    assert done.status_code == 201
    promises = await planning.get("/promises?language=fi", hers=True)
    assert [(each["promise_id"], each["status_in_words"], each["granted"]) for each in promises] == [
        (str(promise_id), "kesken", None),
        (str(benefit), "tästä luovuttiin", False),
    ]
    assert promises[1]["reason"] == "Kela refused."


async def test_a_status_says_who_noted_it_and_counts_for_the_follow_up(placing: PlansArea) -> None:
    planning, goal_id, promise_id = await drafted(placing)
    await planning.publish()
    async with placing.service.work() as work:
        before = await facts_of(work, planning.case_id)
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "realised"})
    async with placing.service.work() as work:
        after = await facts_of(work, planning.case_id)
    assert (before.goals, before.concrete_goals, before.undecided, after.undecided) == (1, 1, 1, 0)
    [noted] = (await planning.get())["statuses"]
    assert (noted["item_id"], noted["by"]["area"], noted["number"]) == (str(goal_id), "05", 1)
    [event] = await said(placing.service, StatusNoted)
    assert (event.item_id, event.status) == (goal_id, "realised")
    assert [each.kind for each in await said(placing.service, DeadlineMet)] == ["goal"]
    hers = await planning.ask("POST", f"/items/{goal_id}/status", {"status": "dropped", "reason": "x"}, hers=True)
    assert hers.json()["type"] == "urn:jatkumo:problem:not-hers-to-note"
    assert (await planning.ask("POST", f"/items/{uuid4()}/status", {"status": "realised"})).status_code == 404
    granted = await planning.ask("POST", f"/items/{goal_id}/status", {"status": "realised", "granted": True})
    assert granted.json()["field"] == "granted"
    assert promise_id != goal_id


async def test_what_was_promised_and_not_granted_stays_visible(placing: PlansArea) -> None:
    planning, _, promise_id = await drafted(placing)
    await planning.publish()
    where = f"/items/{promise_id}/status"
    for body, hers in (
        ({"status": "not_started", "granted": False, "reason": "Kela said no"}, False),
        ({"status": "in_progress"}, True),
    ):
        assert (await planning.ask("POST", where, body, hers=hers)).status_code == 201
    [now] = await planning.get("/promises")
    assert (now["status"], now["granted"], now["reason"]) == ("in_progress", False, "Kela said no")
    await planning.texts(dreams="A dog")
    [kept] = (await planning.publish())["content"]["promises"]
    assert (kept["granted"], kept["status_reason"]) == (False, "Kela said no")
    for body in ({"status": "in_progress", "granted": True}, {"status": "realised"}):
        assert (await planning.ask("POST", where, body)).status_code == 201
    [now] = await planning.get("/promises")
    assert (now["granted"], now["reason"]) == (True, None)


async def test_a_proposal_of_hers_goes_into_the_draft_with_her_name(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.publish()
    body = {
        "against": 1,
        "reason": "I changed my mind.",
        "parts": [{"part": "goals", "key": str(goal_id), "value": goal(placing, what="A room with friends")}],
    }
    made = await planning.ask("POST", "/proposals", body, hers=True)
    proposal_id = made.json()["proposal_id"]
    silent = await planning.ask("POST", f"/proposals/{proposal_id}/answer", {"accepted": False})
    assert silent.json()["field"] == "reason"
    answered = await planning.ask("POST", f"/proposals/{proposal_id}/answer", {"accepted": True})
    assert answered.json()["conflicts"] == []
    again = await planning.ask("POST", f"/proposals/{proposal_id}/answer", {"accepted": True})
    assert again.status_code == 409
    assert (await planning.get("/draft"))["content"]["goals"][0]["what"] == "A room with friends"
    last = (await planning.get("/edits?limit=200"))["items"][-1]
    assert (last["cause"], last["by"]["kind"], last["before"]["what"]) == (
        "proposal",
        "young_person",
        "A home of my own",
    )
    [asked] = await said(placing.service, RevisionProposed)
    [replied] = await said(placing.service, RevisionAnswered)
    assert (str(asked.proposal_id), replied.proposal_id, replied.accepted) == (proposal_id, asked.proposal_id, True)
    assert (await planning.get("/versions/1"))["content"]["goals"][0]["what"] == "A home of my own"


async def test_a_proposal_that_meets_a_newer_text_becomes_a_conflict(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.publish()
    parts = [
        {"part": "goals", "key": str(goal_id), "value": goal(placing, what="Hers")},
        {"part": "texts", "key": "dreams", "value": {"text": "A dog"}},
    ]
    made = await planning.ask("POST", "/proposals", {"against": 1, "parts": parts}, hers=True)
    version = (await planning.get("/draft"))["version"]
    await planning.put(f"goals/{goal_id}", goal(placing, what="Written meanwhile"), version=version)
    proposal_id = made.json()["proposal_id"]
    answered = await planning.ask("POST", f"/proposals/{proposal_id}/answer", {"accepted": True})
    [conflict_id] = answered.json()["conflicts"]
    conflict = await planning.get(f"/conflicts/{conflict_id}")
    assert (conflict["refused"]["value"]["what"], conflict["found"]["value"]["what"]) == ("Hers", "Written meanwhile")
    assert (conflict["proposal_id"], conflict["refused"]["by"]["kind"]) == (proposal_id, "young_person")
    assert (await planning.get("/draft"))["content"]["dreams"] == "A dog"


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("estimated_time", {"text": "a year " * 100}, "parts.0.value.text"),
        ("own_words", {"text": "I want", "declined": True}, "declined"),
        ("dreams", {"declined": True}, "parts.0.value.declined"),
    ],
)
async def test_a_text_that_no_plan_can_say_is_not_proposed(
    placing: PlansArea, key: str, value: dict[str, object], field: str
) -> None:
    planning, *_ = await drafted(placing)
    await planning.publish()
    body = {"against": 1, "parts": [{"part": "texts", "key": key, "value": value}]}
    refused = await planning.ask("POST", "/proposals", body)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_a_proposal_may_name_a_goal_before_the_need_that_it_answers(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    await planning.publish()
    need_id, goal_id = str(uuid4()), str(uuid4())
    parts = [
        {"part": "goals", "key": goal_id, "value": goal(placing, need_ids=[need_id])},
        {"part": "needs", "key": need_id, "value": {"area": "housing", "text": "Somewhere to live"}},
    ]
    made = await planning.ask("POST", "/proposals", {"against": 1, "parts": parts}, hers=True)
    accepted = await planning.ask("POST", f"/proposals/{made.json()['proposal_id']}/answer", {"accepted": True})
    assert (accepted.status_code, accepted.json()["conflicts"]) == (200, [])
    goals = (await planning.get("/draft"))["content"]["goals"]
    assert {each["goal_id"]: each["need_ids"] for each in goals}[goal_id] == [need_id]


async def test_a_proposal_says_one_thing_of_a_part(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    await planning.publish()
    parts = [{"part": "texts", "key": "dreams", "value": {"text": text}} for text in ("A dog", "A cat")]
    refused = await planning.ask("POST", "/proposals", {"against": 1, "parts": parts}, hers=True)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:jatkumo:problem:part-twice")


async def test_she_does_not_propose_anothers_view_away(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    theirs, own = str(uuid4()), str(uuid4())
    await planning.put(f"views/{theirs}", view())
    await planning.put(f"views/{own}", view(role="young_person", name=None), hers=True)
    await planning.publish()
    for value in (None, view(role="young_person", name=None)):
        body = {"against": 1, "parts": [{"part": "views", "key": theirs, "value": value}]}
        refused = await planning.ask("POST", "/proposals", body, hers=True)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:not-hers-to-write")
        assert (await planning.ask("POST", "/proposals", body)).status_code == 201
    of_her_own = {"against": 1, "parts": [{"part": "views", "key": own, "value": None}]}
    assert (await planning.ask("POST", "/proposals", of_her_own, hers=True)).status_code == 201


async def test_a_goal_and_a_promise_have_no_id_in_common(placing: PlansArea) -> None:
    planning, goal_id, promise_id = await drafted(placing)
    as_goal = await planning.ask("PUT", f"/draft/goals/{promise_id}", goal(placing), version=0, hers=True)
    as_promise = await planning.ask("PUT", f"/draft/promises/{goal_id}", promise(), version=0)
    for refused, field in ((as_goal, "goal_id"), (as_promise, "promise_id")):
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:jatkumo:problem:id-taken")
        assert refused.json()["field"] == field


async def test_the_young_person_meets_no_confidential_view_anywhere(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    secret, view_id = "Only between us", uuid4()
    written = await planning.put(f"views/{view_id}", view(text=secret, confidential=True))
    stale = await planning.ask("PUT", f"/draft/views/{view_id}", view(text=secret + "!"), version=0)
    assert stale.status_code == 409
    [conflict] = await planning.get("/conflicts")
    open_conflict = await planning.ask("GET", f"/conflicts/{conflict['conflict_id']}", hers=True)
    assert open_conflict.status_code == 404
    for path in ("/draft", "/edits", "/conflicts", "/conflicts?resolved=true"):
        shown = str(await planning.get(path, hers=True))
        assert (secret in shown, str(view_id) in shown, "'part': 'views'" in shown) == (False, False, False)
        assert secret in str(await planning.get(path))
    await planning.ask(
        "POST", f"/conflicts/{conflict['conflict_id']}/resolution", {"resolution": "kept"}, version=written["version"]
    )
    await planning.publish()
    version = (await planning.get("/draft"))["version"]
    changed = view(text=secret + " still", confidential=True)
    await planning.put(f"views/{view_id}", changed, version=version)
    await planning.publish()
    proposed = {"against": 2, "parts": [{"part": "views", "key": str(view_id), "value": changed}]}
    await planning.ask("POST", "/proposals", proposed)
    for path in ("", "/versions/1", "/versions/2", "/versions/1/changes/2?language=en", "/edits", "/proposals"):
        assert secret not in str(await planning.get(path, hers=True)), path
        assert secret in str(await planning.get(path)), path


async def test_her_own_view_is_never_confidential(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    hidden = view(role="young_person", confidential=True)
    refused = await planning.ask("PUT", f"/draft/views/{uuid4()}", hidden, version=0)
    assert (refused.status_code, refused.json()["field"]) == (422, "confidential")


async def test_words_that_are_declined_take_the_place_of_words(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    await planning.texts(own_words="I want", hers=True)
    declined = await planning.texts(own_words_declined=True, hers=True)
    assert (declined["content"]["own_words"], declined["content"]["own_words_declined"]) == (None, True)
    both = await planning.ask("PATCH", "/draft", {"own_words": "x", "own_words_declined": True}, version=2)
    assert both.status_code == 422


@pytest.mark.parametrize(
    ("part", "body", "field"),
    [
        ("goals", {"idea_of": "worker", "what": "x", "need_ids": [str(uuid4())]}, "need_ids"),
        ("promises", {"what": "x", "owner": {"kind": "network"}, "goal_ids": [str(uuid4())]}, "goal_ids"),
        ("needs", {"area": "housing", "text": "a\x00b"}, "text"),
        ("needs", {"area": "housing", "text": "x", "ceiling": 100}, "ceiling"),
    ],
)
async def test_a_part_that_makes_no_sense_is_refused(
    placing: PlansArea, part: str, body: dict[str, object], field: str
) -> None:
    planning = await negotiated(placing)
    refused = await planning.ask("PUT", f"/draft/{part}/{uuid4()}", body, version=0)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_an_edit_against_a_draft_that_is_not_there_yet_is_refused(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    refused = await planning.ask("PUT", "/draft/sections/work", {"agreed": "x"}, version=5)
    assert (refused.status_code, refused.json()["field"]) == (422, "If-Match")
    missing = await planning.ask("PUT", "/draft/sections/work", {"agreed": "x"})
    assert missing.status_code == 428


async def _residence_plan(placing: PlansArea, residence: PlansArea) -> tuple[Planning, Planning, UUID, UUID]:
    """The plan at its home, and its copy where she lives."""
    planning, goal_id, promise_id = await drafted(placing)
    await planning.publish()
    there = await _lives_in(residence)
    await _adopted(planning, there)
    return planning, there, goal_id, promise_id


async def _lives_in(residence: PlansArea) -> Planning:
    worker_id = await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    return Planning(residence, named.case_id, worker_id, named.person_id)


async def _adopted(home: Planning, there: Planning, *, number: int | None = None) -> None:
    async with home.area.service.work() as work:
        copy = await commands.copy_for(work, home.case_id)
    assert copy is not None
    if number is not None:
        copy = copy.model_copy(update={"number": number, "content": PlanContent(dreams=f"number {number}")})
    async with there.area.service.work() as work:
        await commands.adopt(work, (await cases.require_open(work, there.case_id)).case, copy)


async def test_the_area_where_she_lives_reads_the_plan_and_publishes_none(
    placing: PlansArea, residence: PlansArea
) -> None:
    home, there, goal_id, _ = await _residence_plan(placing, residence)
    plan, at_home = await there.get(), await home.get()
    assert (plan["home"], plan["placing_area"], plan["plan_id"]) == (False, "05", at_home["plan_id"])
    assert plan["latest"]["content"] == at_home["latest"]["content"]
    assert plan["latest"]["published_by"] is None
    for method, path, body in (
        ("POST", "/versions", None),
        ("GET", "/draft", None),
        ("PUT", f"/draft/goals/{goal_id}", goal(residence)),
        ("PATCH", "/draft", {"dreams": "x"}),
        ("GET", "/edits", None),
        ("GET", "/conflicts", None),
        ("POST", f"/proposals/{uuid4()}/answer", {"accepted": True}),
    ):
        refused = await there.ask(method, path, body, version=0)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:plan-published-elsewhere")


async def test_the_area_where_she_lives_notes_statuses_and_proposes(placing: PlansArea, residence: PlansArea) -> None:
    _, there, goal_id, promise_id = await _residence_plan(placing, residence)
    assert (await there.ask("POST", f"/items/{goal_id}/status", {"status": "in_progress"})).status_code == 201
    done = await there.ask("POST", f"/items/{promise_id}/status", {"status": "realised"}, hers=True)
    assert done.status_code == 201
    noted = (await there.get())["statuses"]
    assert [(each["status"], each["by"]["area"], each["by"]["kind"]) for each in noted] == [
        ("in_progress", "08", "lead"),
        ("realised", "08", "young_person"),
    ]
    parts = [{"part": "goals", "key": str(goal_id), "value": goal(residence, what="A flat in Tampere")}]
    made = await there.ask("POST", "/proposals", {"against": 1, "parts": parts})
    assert made.status_code == 201
    [proposal] = await there.get("/proposals")
    assert (proposal["by"]["area"], proposal["answer"]) == ("08", None)
    [event] = await said(residence.service, RevisionProposed)
    assert (event.by_area, str(event.proposal_id)) == ("08", proposal["proposal_id"])


async def test_a_newer_copy_replaces_an_older_one_and_never_the_other_way(
    placing: PlansArea, residence: PlansArea
) -> None:
    home, there, *_ = await _residence_plan(placing, residence)
    await _adopted(home, there, number=3)
    for stale in (2, 1, 3):
        await _adopted(home, there, number=stale)
    plan = await there.get()
    assert (plan["latest"]["number"], plan["latest"]["content"]["dreams"]) == (3, "number 3")
    assert [each["number"] for each in await there.get("/versions")] == [3, 1]


async def test_a_copy_tells_how_far_the_plan_has_come(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    async with placing.service.work() as work:
        assert await commands.copy_for(work, planning.case_id) is None
    await planning.publish()
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "in_progress"})
    async with placing.service.work() as work:
        copy = await commands.copy_for(work, planning.case_id)
    assert copy is not None
    assert (copy.number, copy.cycle_number, copy.phase, copy.next_step) == (
        1,
        1,
        "follow_up",
        "We visit the flat together.",
    )
    assert [each.status for each in copy.content.goals] == ["in_progress"]


async def test_a_stranger_meets_no_plan(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    await planning.publish()
    other = await placing.person()
    for path in ("", "/draft", "/versions", "/versions/1", "/promises", "/edits", "/conflicts", "/proposals"):
        answer = await placing.ask("GET", planning.path + path, role=Role.YOUNG_PERSON, subject=other)
        assert answer.status_code == 404, path


async def test_whoever_reads_and_changes_a_plan_is_written_down(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.publish()
    version = (await planning.get("/draft"))["version"]
    await planning.put(f"goals/{goal_id}", goal(placing, what="Another"), version=version)
    refused = await planning.ask("DELETE", f"/draft/goals/{goal_id}", version=version)
    [conflict_id] = refused.json()["conflicts"]
    await planning.get(f"/conflicts/{conflict_id}")
    await planning.ask("POST", f"/conflicts/{conflict_id}/resolution", {"resolution": "kept"}, version=version + 1)
    parts = [{"part": "texts", "key": "dreams", "value": {"text": "A dog"}}]
    made = await planning.ask("POST", "/proposals", {"against": 1, "parts": parts})
    await planning.ask("POST", f"/proposals/{made.json()['proposal_id']}/answer", {"accepted": True})
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "in_progress"})
    await planning.get("/versions/1/changes/1")
    rows = await placing.rows(
        "SELECT coalesce(seen, done) AS what FROM access_log WHERE case_id = :case AND reader = :reader",
        case=planning.case_id,
        reader=str(planning.worker_id),
    )
    assert {row.what for row in rows} >= {
        "plan_draft",
        "plan_edited",
        "plan_published",
        "plan_conflicts",
        "plan_conflict_resolved",
        "revision_proposed",
        "revision_answered",
        "plan_status_noted",
        "plan_changes",
    }


async def test_every_kind_of_part_is_written_and_taken_out(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    parts: dict[str, dict[str, object]] = {
        f"needs/{uuid4()}": {"area": "income", "text": "Money for rent"},
        f"goals/{uuid4()}": goal(placing),
        f"promises/{uuid4()}": promise(provider="kela", actor="Kela", estimated_time="two weeks"),
        "sections/independence_funds": {"present": "Saved until now", "agreed": "She decides"},
        f"views/{uuid4()}": view(),
        f"dissenting/{uuid4()}": {"role": "parent", "text": "Too early"},
        f"offers/{uuid4()}": {"kind": "life_story", "offered_on": "2026-01-01"},
        f"parallel-plans/{uuid4()}": {"kind": "study", "holder": "The school", "reconciled": True},
    }
    for number, (part, body) in enumerate(parts.items(), start=1):
        written = await planning.put(part, body)
        assert (written["version"], {name: written["value"][name] for name in body if name != "owner"}) == (
            number,
            {name: value for name, value in body.items() if name != "owner"},
        )
        assert await planning.put(part, body, version=number) == written
    draft = await planning.get("/draft")
    assert all(len(draft["content"][each.split("/")[0].replace("-", "_")]) == 1 for each in parts)
    for part in parts:
        gone = await planning.ask("DELETE", f"/draft/{part}", version=draft["version"])
        assert gone.json()["value"] is None
    empty = (await planning.get("/draft"))["content"]
    assert PlanContent.model_validate(empty) == PlanContent()
    wrong = await planning.ask("DELETE", "/draft/sections/nowhere", version=draft["version"])
    assert (wrong.status_code, wrong.json()["field"]) == (422, "key")
    first = await planning.get("/edits?limit=5")
    second = await planning.get(f"/edits?limit=200&cursor={first['next']}")
    assert [each["sequence"] for each in first["items"] + second["items"]] == list(range(1, 17))
