"""Whoever edits the draft sees at once what is hard in it, and what reads like a ceiling; the edit stays (R34, R92)."""

from uuid import uuid4

from tests.services.plans.area import PlansArea
from tests.services.plans.planning import goal, negotiated, promise, view


async def test_an_edit_takes_effect_and_says_what_reads_like_a_ceiling(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    text = "Stödperson högst två timmar i veckan"
    written = await planning.put(f"promises/{uuid4()}", promise(what=text))
    [hint] = written["hints"]
    assert (hint["part"], hint["field"], hint["code"]) == ("promises", "what", "ceiling")
    assert text[hint["start"] : hint["end"]] == hint["words"] == "högst två timmar"
    assert [each["what"] for each in (await planning.get("/draft"))["content"]["promises"]] == [text]
    assert (await planning.get("/draft"))["hints"] == []


async def test_the_texts_of_the_plan_are_shown_too_but_never_her_own_words(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    hard = "Delaktighet i en multiprofessionell klientplansförhandling"
    written = await planning.texts(own_words=hard, followed_by=hard)
    assert {(each["key"], each["code"]) for each in written["hints"]} == {("followed_by", "jargon")}
    hers = await planning.texts(dreams=hard, hers=True)
    assert hers["hints"] == []
    for kind in ("views", "dissenting"):
        own = await planning.put(f"{kind}/{uuid4()}", view(role="young_person", name=None, text=hard))
        another = await planning.put(f"{kind}/{uuid4()}", view(text=hard))
        assert (own["hints"], {each["field"] for each in another["hints"]}) == ([], {"text"})


async def test_what_is_clear_has_no_hints(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    written = await planning.put(f"goals/{uuid4()}", goal(placing, what="Ett eget hem", seen_as="Jag har nyckeln"))
    assert written["hints"] == []
