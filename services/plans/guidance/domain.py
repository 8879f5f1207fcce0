"""Days that guidance advises and an area may set for itself: one row each, with its source. Pure.

Nothing else in the code names these numbers. They are guidance, never law.
"""

from dataclasses import dataclass
from enum import StrEnum

from contracts.refusals import Refusal, RefusalKind
from services.plans.cases.dated_rules import Words


class Guided(StrEnum):
    """What a number of days is about."""

    PREPARATION = "preparation"
    """How long before the end of a placement its preparation begins at the latest (R6)."""
    OFFER_AGAIN = "offer_again"
    """After how many days aftercare is offered again to somebody who refused it (R4)."""
    EXIT_PLAN = "exit_plan"
    """How long before the end of the right its exit plan is due (R97)."""
    HANDOVER = "handover"
    """Within how many days an accompanied handover follows a change of worker (R10)."""
    FOLLOW_UP = "follow_up"
    """How many days after the negotiation its follow-up is due (R48)."""
    REVIEW_CALL = "review_call"
    """Within how many days a review that was called is given its day (R14)."""
    COMMENT_REPLY = "comment_reply"
    """Within how many days a comment on a plan is answered (R47)."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One piece of guidance: ``days`` unless the area sets its own, which lies from ``at_least`` to ``at_most``."""

    rule: Guided
    days: int
    at_least: int
    at_most: int
    source: Words
    says: Words


_CARD = Words(
    fi="Asiakassuunnitelmatyö lastensuojelun jälkihuollossa -kortti (2023)",
    sv="kortet om klientplansarbete inom barnskyddets eftervård (2023, på finska)",
    en="the card on client planning in aftercare (2023, in Finnish)",
)
_OWN = Words(fi="alueen oma käytäntö", sv="områdets egen praxis", en="the area's own practice")

TABLE: dict[Guided, Row] = {
    row.rule: row
    for row in (
        Row(
            rule=Guided.PREPARATION,
            days=180,
            # The source says half a year at the latest: an area may begin earlier, not later.
            at_least=180,
            at_most=730,
            source=_CARD,
            says=Words(
                fi="Jälkihuoltoon siirtymisen valmistelu aloitetaan viimeistään puoli vuotta ennen siirtymää.",
                sv="Övergången till eftervård börjar förberedas senast ett halvår före övergången.",
                en="Preparing the transition to aftercare begins at the latest half a year before it.",
            ),
        ),
        Row(
            rule=Guided.OFFER_AGAIN,
            days=90,
            at_least=1,
            # As the plan's review: at least once a year (30 §).
            at_most=365,
            source=_OWN,
            says=Words(
                fi="Jälkihuolto on vapaaehtoista: kieltäytyneelle sitä tarjotaan uudelleen.",
                sv="Eftervården är frivillig: den som tackat nej får ett nytt erbjudande.",
                en="Aftercare is voluntary: whoever has refused it is offered it again.",
            ),
        ),
        Row(
            rule=Guided.EXIT_PLAN,
            days=180,
            at_least=30,
            at_most=730,
            source=_OWN,
            says=Words(
                fi="Siirtymäsuunnitelma tehdään hyvissä ajoin ennen kuin oikeus jälkihuoltoon päättyy.",
                sv="Övergångsplanen görs i god tid innan rätten till eftervård upphör.",
                en="The exit plan is made in good time before the right to aftercare ends.",
            ),
        ),
        Row(
            rule=Guided.HANDOVER,
            days=30,
            at_least=1,
            at_most=180,
            source=_OWN,
            says=Words(
                fi="Työntekijän vaihtuessa nuori siirtyy uudelle työntekijälle saattaen.",
                sv="När arbetstagaren byts ut får den unga ledsagad övergång till nästa.",
                en="When the worker changes, the young person is accompanied to the next one.",
            ),
        ),
        Row(
            rule=Guided.FOLLOW_UP,
            # The middle of the one to two months that the card advises; an area may decide otherwise.
            days=45,
            at_least=1,
            at_most=180,
            source=_CARD,
            says=Words(
                fi="Nuoreen ollaan yhteydessä riittävän pian neuvottelun jälkeen, esimerkiksi 1–2 kuukauden (30–60 "
                "päivän) kuluttua.",
                sv="Den unga kontaktas tillräckligt snart efter förhandlingen, till exempel efter 1–2 månader (30–60 "
                "dagar).",
                en="The young person is contacted soon enough after the negotiation, for example after 1 to 2 months "
                "(30 to 60 days).",
            ),
        ),
        Row(
            rule=Guided.REVIEW_CALL,
            days=7,
            at_least=1,
            at_most=30,
            source=_OWN,
            says=Words(
                fi="Pyydetylle tarkistukselle sovitaan päivä viipymättä.",
                sv="En begärd översyn får sin dag utan dröjsmål.",
                en="A review that was called is given its day without delay.",
            ),
        ),
        Row(
            rule=Guided.COMMENT_REPLY,
            days=14,
            at_least=1,
            at_most=90,
            source=_OWN,
            says=Words(
                fi="Nuoren kommenttiin suunnitelmasta vastataan luvatussa ajassa.",
                sv="Den ungas kommentar om planen besvaras inom den tid som utlovats.",
                en="A comment on the plan is answered within the time that was promised.",
            ),
        ),
    )
}


def allowed(rule: Guided, days: int) -> int:
    """``days``, when an area may set them. Raises ``Refusal``."""
    row = TABLE[rule]
    if not row.at_least <= days <= row.at_most:
        raise Refusal(
            "days-out-of-bounds",
            "An area may set its own days within what the source leaves open.",
            field="days",
            expected=f"from {row.at_least} to {row.at_most} days",
        )
    return days


def named(text: str) -> Guided:
    """The guidance of a name. Raises ``Refusal`` 404."""
    try:
        return Guided(text)
    except ValueError:
        raise Refusal(
            "no-such-guidance", "There is no such guidance.", kind=RefusalKind.NOT_FOUND, field="rule"
        ) from None
