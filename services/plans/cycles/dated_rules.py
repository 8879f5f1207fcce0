"""The dated rules of the planning cycle: one row each, with its source. Pure. What is guidance is in ``guidance``."""

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
