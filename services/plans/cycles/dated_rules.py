"""The dated rules and the guidance of the planning cycle: one row each, with its source. Pure.

Law binds. Guidance does not: an area sets its own days beside it, and an answer says which of the two they are.
"""

from dataclasses import dataclass
from datetime import date

from services.plans.cases.dated_rules import Words


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """How often a plan is reviewed at least, in full years."""

    id: str
    years: int
    valid_from: date
    source: Words


@dataclass(frozen=True, kw_only=True)
class DaysRow:
    """A number of days that is guidance or this software's own proposal, not law; an area may set its own."""

    id: str
    at_least: int
    at_most: int
    usual: int
    source: Words


PLAN_REVIEW = ReviewRow(
    id="plan-review-yearly",
    years=1,
    valid_from=date(2008, 1, 1),
    source=Words(
        fi="lastensuojelulaki (417/2007) 30 §: asiakassuunnitelma tarkistetaan vähintään kerran vuodessa",
        sv="barnskyddslagen (417/2007) 30 §: klientplanen ses över minst en gång om året",
        en="Child Welfare Act (417/2007), section 30: the client plan is reviewed at least once a year",
    ),
)
"""R14."""

FOLLOW_UP = DaysRow(
    id="follow-up",
    at_least=30,
    at_most=60,
    usual=45,
    source=Words(
        fi="Asiakassuunnitelmatyö lastensuojelun jälkihuollossa (2023): esim. 1–2 kk kuluttua neuvottelusta; "
        "suositus, ei laki",
        sv="Arbetet med klientplanen inom barnskyddets eftervård (2023): t.ex. 1–2 månader efter förhandlingen; "
        "en rekommendation, inte lag",
        en="Client planning in aftercare (2023): for example 1 to 2 months after the negotiation; guidance, not law",
    ),
)
"""Days after the negotiation (R48)."""

REVIEW_CALL = DaysRow(
    id="review-call",
    at_least=1,
    at_most=14,
    usual=7,
    source=Words(
        fi="ohjelman oma oletus: pyydetylle tarkistukselle sovitaan päivä viikossa; laki ei anna määräaikaa",
        sv="programmets eget antagande: en begärd översyn ges en dag inom en vecka; lagen anger ingen tid",
        en="this software's own default: a review that was called is given a day within a week; no law says when",
    ),
)
"""Days in which a review that was called is given a day."""
