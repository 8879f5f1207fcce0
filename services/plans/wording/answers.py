"""A finding as it is answered over HTTP."""

from typing import Self

from pydantic import BaseModel

from services.plans.wording.domain import Finding, FindingCode


class FindingView(BaseModel):
    """One place in the text; ``start`` and ``end`` count its Unicode code points. Only a hint."""

    code: FindingCode
    start: int
    end: int
    words: str
    plainer: str | None
    hint: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """A finding."""
        return cls(**vars(finding))
