"""Venla's aftercare by the workers' card (S2), from the preparation to the second cycle.

Read it from top to bottom: each step is what a worker and a young person do together, and what the card holds them to.
"""

from datetime import timedelta

from tests.services.plans.area import PlansArea
from tests.services.plans.card import Card, done, refused


async def test_the_card_is_followed_from_the_preparation_to_the_second_cycle(placing: PlansArea) -> None:
    worker_id = await placing.worker(name="Onni Kettunen", languages=["sv", "fi"])
    card = Card(placing, await placing.person(given_name="Venla"), worker_id)

    # ── Before. "Valmistelu aloitetaan viimeistään puoli vuotta ennen siirtymää."
    preparation = await card.prepares_aftercare(placement_ends_in_days=200)
    assert preparation["worker_id"] == str(worker_id)
    assert not preparation["late"]
    placing.pass_days(201)
    await card.takes_over(preparation["preparation_id"])
    case = await placing.get(f"/cases/{card.case_id}")
    assert (case["worker_id"], case["open"]) == (str(worker_id), True)

    # ── 1. Valmisteleva tapaaminen
    done(await card.worker("POST", "/cycles", {}))
    # Nobody negotiates before they have met: the young person is not surprised by a table full of people.
    assert refused(await card.worker("POST", "/cycles/current/negotiation", {})) == "no-preparatory-meeting"

    offered = done(await card.worker("POST", "/wellbeing", {}))
    # The meter is offered. Saying no to it is an answer like any other.
    done(await card.venla("POST", f"/wellbeing/{offered['measure_id']}/refusal", {}))
    done(await card.worker("PUT", "/network/studies", {"is_student": True}))
    aunt = done(
        await card.worker(
            "POST",
            "/network/members",
            {"role": "close_one", "name": "Täti Irja", "allowed": {"invite_agreed_on": str(placing.today)}},
        )
    )
    uncle = done(await card.worker("POST", "/network/members", {"role": "close_one", "name": "Eno Kalle"}))
    preparatory = await card.meet("preparatory", young_person="Haluan oman kodin.")
    assert preparatory["agreed"]["place_chosen_by_young_person"]
    # A student's network without her school: the worker is told so, and goes on.
    assert "school-missing" in {each["code"] for each in done(await card.worker("GET", "/network"))["warnings"]}
    await card.ticks(
        "contact-before-negotiation",
        "time-to-get-acquainted",
        "3x10d-offered",
        "rights-explained",
        "network-mapped",
        "invitees-agreed",
        "safe-place",
        "timetable",
    )
    await card.leaves_out("brochure-given", "Esitteet olivat loppu; annetaan neuvottelussa.")

    # ── 2. Asiakassuunnitelman neuvottelu
    placing.pass_days(210)
    done(await card.worker("POST", "/cycles/current/negotiation", {}))
    invited = [{"member_id": aunt["member_id"]}]
    # Only those come whom she wants there.
    unwanted = {
        "kind": "negotiation",
        "starts_at": placing.service.clock.now().isoformat(),
        "mode": "present",
        "invitees": [{"member_id": uncle["member_id"]}],
    }
    assert refused(await card.worker("POST", "/meetings", unwanted)) == "invitee-not-agreed"
    first = await card.meet("negotiation", minutes=75, invitees=invited, close_one="Autan muutossa.")
    # An hour is enough without a break; the rest is for another day.
    assert "long-without-break" in {each["code"] for each in first["warnings"]}
    placing.pass_days(213)
    await card.meet("negotiation", minutes=40, invitees=invited)

    # They write together; each missing thing is named by itself, until nothing is missing.
    visits_id = await card.writes(
        "promises",
        {"what": "Tulen mukaan katsomaan asuntoja", "owner": {"kind": "responsible_worker"}, "service": True},
    )
    assert refused(await card.publish()) == "goal-missing"
    home = {"what": "Oma koti", "idea_of": "young_person", "by_when": str(placing.today + timedelta(days=90))}
    goal_id = await card.writes("goals", home, hers=True)
    promise_id = await card.writes(
        "promises", {"what": "Haen asuntoja joka viikko", "owner": {"kind": "young_person"}, "goal_ids": [str(goal_id)]}
    )
    assert refused(await card.publish()) == "goal-not-concrete"
    await card.writes("goals", {**home, "seen_as": "Minulla on vuokrasopimus"}, part_id=goal_id)
    await card.writes("views", {"role": "close_one", "name": "Täti Irja", "text": "Venla pärjää hyvin."})
    # Her own words, not the worker's.
    assert refused(await card.publish()) == "own-words-missing"
    draft = done(await card.venla("GET", "/plan/draft"))
    own_words = {"own_words": "Haluan asua yksin ja soittaa bändissä."}
    done(await card.venla("PATCH", "/plan/draft", own_words, draft["version"]))
    for missing, agreed in (
        ("review-not-agreed", {"next_review_on": str(placing.today + timedelta(days=180))}),
        ("distribution-not-agreed", {"distribution_agreed": True}),
        ("understanding-not-confirmed", {"understanding_confirmed": True}),
        ("next-step-missing", {"next_step": "Katsotaan asuntoja keskiviikkona."}),
    ):
        assert refused(await card.publish()) == missing
        await card.agree(**agreed)
    plan = done(await card.publish())
    assert plan["number"] == 1
    due = await card.due()
    assert due["review"] == placing.today + timedelta(days=180)
    assert timedelta(days=30) <= due["follow_up"] - placing.today <= timedelta(days=60)

    # ── 3. Seurantatapaaminen
    # The written plan is given to her, and whether she has read it is another question.
    delivery = done(await card.worker("POST", "/plan/versions/1/deliveries", {"to": "young_person"}))
    assert delivery["reading"] is None
    done(await card.venla("POST", f"/plan/deliveries/{delivery['delivery_id']}/read", {}))
    # Coming to the meeting gave her aunt no right to the document.
    assert [each["recipient"] for each in done(await card.worker("GET", "/plan/deliveries"))] == [delivery["recipient"]]
    comment = done(await card.venla("POST", "/plan/comments", {"text": "Saako olla koira?", "proposal": "Koira!"}))
    answered = {"accepted": True, "reason": "Se on sinun kotisi."}
    done(await card.worker("POST", f"/plan/comments/{comment['comment_id']}/answer", answered))

    placing.pass_days(213 + 45)
    await card.meet("follow_up")
    follow_up = {
        "enough": "yes",
        "fits": "yes",
        "goes_forward": "partly",
        "more_support": True,
        "network_contact": False,
    }
    # Goal by goal, service by service: nothing is left unasked.
    assert refused(await card.worker("POST", "/cycles/current/follow-up", follow_up)) == "status-missing"
    done(await card.worker("POST", f"/plan/items/{goal_id}/status", {"status": "in_progress"}))
    done(await card.worker("POST", f"/plan/items/{visits_id}/status", {"status": "realised"}))
    done(await card.venla("POST", f"/plan/items/{promise_id}/status", {"status": "realised"}))
    done(await card.worker("POST", "/cycles/current/follow-up", follow_up))
    assert (await card.cycle())["phase"] is None
    assert "follow_up" not in await card.due()

    # ── And again. She may call a review at any time; it can be given a day, not refused.
    review = done(await card.venla("POST", "/reviews", {}))
    assert {"review_called"} <= (await card.due()).keys()
    day = str(placing.today + timedelta(days=7))
    done(await card.worker("POST", f"/reviews/{review['review_id']}/schedule", {"on": day}))
    done(await card.worker("POST", "/cycles", {}))
    second = await card.cycle()
    assert (second["number"], second["phase"]) == (2, "preparatory")
    assert {each["now"] for each in second["checklist"]} == {None}
    # What was promised stays readable as it was promised.
    assert done(await card.venla("GET", "/plan/versions/1"))["content"]["own_words"].startswith("Haluan asua yksin")
    # And nothing about her was hidden from her.
    hers = done(await card.venla("GET", "/meetings"))
    assert [each["kind"] for each in hers] == ["preparatory", "negotiation", "negotiation", "follow_up"]
