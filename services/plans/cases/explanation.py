"""Why a right ends when it ends, as it is stored with the case and shown: which rule, row and source gave which day."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict

from services.plans.cases.dated_rules import Row, Rule, Words
from services.plans.cases.rights import RightExplained, Step


class InLanguages(BaseModel):
    """The same in the three languages."""

    model_config = ConfigDict(frozen=True)

    fi: str
    sv: str
    en: str

    @classmethod
    def of(cls, words: Words) -> Self:
        """The words of a rule."""
        return cls(fi=words.fi, sv=words.sv, en=words.en)


class Weighed(BaseModel):
    """One date that bears on the end of the right, with the rule that gives it."""

    model_config = ConfigDict(frozen=True)

    on: date
    rule: Rule
    row: str
    says: InLanguages
    source: InLanguages

    @classmethod
    def of(cls, step: Step) -> Self:
        """A step of the computation."""
        row: Row = step.row
        return cls(
            on=step.on, rule=step.rule, row=row.id, says=InLanguages.of(row.says), source=InLanguages.of(step.source)
        )


class Explanation(BaseModel):
    """Why the right ends when it ends. Empty for a case whose placing area computed it."""

    model_config = ConfigDict(frozen=True)

    decisive: Weighed | None = None
    weighed: tuple[Weighed, ...] = ()


def explained(right: RightExplained) -> Explanation:
    """The explanation of a computed right."""
    return Explanation(decisive=Weighed.of(right.decisive), weighed=tuple(Weighed.of(step) for step in right.steps))
