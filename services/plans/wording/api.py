"""Checking a text over HTTP: for whoever writes it, the young person too. Nothing of it is kept."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import Language
from services.chassis.boundary import CommandRoute
from services.plans.permissions import Permission, allow
from services.plans.wording import lexicon
from services.plans.wording.answers import FindingView


class _UnkeptRoute(CommandRoute):
    """An answer that is kept for nobody, not even for its ``Idempotency-Key``: it quotes what was asked."""

    # Any: as FastAPI's own handlers are typed.
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            named = request.scope["headers"]
            request.scope["headers"] = [each for each in named if each[0].lower() != b"idempotency-key"]
            return await answer(request)

        return handle


router = APIRouter(tags=["wording"], route_class=_UnkeptRoute)


class TextToCheck(BaseModel):
    """A text that somebody is writing."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: str = Field(max_length=50_000)
    language: Language
    hints_in: Language | None = Field(default=None, description="The reader's language; left out: the text's.")


class Checked(BaseModel):
    """What was found, in the order of the text; nothing when it is clear."""

    findings: list[FindingView]


@router.post("/wording/check", dependencies=[allow(Permission.CHECK_WORDING)])
async def check_text(checked: TextToCheck) -> Checked:
    """What in a text is hard to understand, or reads like a ceiling on services or money; nothing is stored."""
    found = lexicon.check(checked.text, checked.language, hints_in=checked.hints_in)
    return Checked(findings=[FindingView.of(each) for each in found])
