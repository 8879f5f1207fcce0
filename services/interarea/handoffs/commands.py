"""What a message does to a handoff: load it, let the machine decide, store it, say what follows."""

from uuid import UUID

from contracts.interarea import HandoffEvent, HandoffState
from contracts.plans import ResidenceChanged, ToArea
from contracts.values import new_id
from services.chassis import journal, telemetry
from services.chassis.consuming import NotYet
from services.chassis.work import Work
from services.interarea.exchange.outgoing import Exchange
from services.interarea.handoffs import store
from services.interarea.handoffs.domain import (
    Command,
    Decision,
    Handoff,
    Open,
    Receive,
    Release,
    ReleaseEarlier,
    TooEarly,
    UnknownHandoff,
    decide,
    evolve,
)


class Handoffs:
    """The commands of the handoff, with the exchange over which they speak to other areas."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def open_for(self, work: Work, move: ResidenceChanged) -> None:
        """Open a handoff for a move; one that comes home to this area needs none, and releases the earlier ones.

        A move that a later one of the same case has overtaken opens nothing: she does not live there any more.
        """
        comes_home = isinstance(move.destination, ToArea) and move.destination.area == work.area
        handoff_id = None if comes_home else new_id()
        if not await store.note_move(work, move.case_id, move.version, handoff_id):
            return
        if handoff_id is None:
            await self._release_before(work, move.case_id, None)
            return
        opening = Open(
            handoff_id,
            move.case_id,
            move.person_id,
            move.move_id,
            destination=move.destination,
            moved_on=move.moved_on,
            connected=not isinstance(move.destination, ToArea)
            or self._exchange.reaches(move.destination.area, work.now),
        )
        await self._apply(work, None, opening, handoff_id)

    async def receive(self, work: Work, offer: Receive) -> None:
        """Take an offer in; the same one again changes nothing."""
        await store.take_id(work, offer.handoff_id)
        await self._step(work, offer.handoff_id, offer, unknown=None)

    async def release(self, work: Work, release: Release) -> None:
        """End this area's part; a release that overtakes its offer is remembered."""
        await store.take_id(work, release.handoff_id)
        await self._step(work, release.handoff_id, release, unknown=None)

    async def step(self, work: Work, handoff_id: UUID, command: Command) -> Handoff | None:
        """Take one step of a handoff. Raises ``NotYet`` when what it builds on has not been heard here."""
        return await self._step(work, handoff_id, command, unknown=NotYet())

    async def hear(self, work: Work, handoff_id: UUID, command: Command) -> Handoff | None:
        """Take one step of a handoff that another area speaks of. Raises ``UnknownHandoff``.

        Nothing to wait for: whoever has a part in a handoff heard of it from here, or has it from an offer taken here.
        """
        return await self._step(work, handoff_id, command, unknown=UnknownHandoff())

    async def _step(
        self, work: Work, handoff_id: UUID, command: Command, *, unknown: Exception | None
    ) -> Handoff | None:
        """``unknown`` is raised for a handoff that nobody here knows; None: it may begin with this step."""
        stored = await store.load_locked(work, handoff_id)
        if stored is None and unknown is not None:
            raise unknown
        telemetry.note_handoff(handoff_id, began_in=None if stored is None else stored.traceparent)
        before = None if stored is None else stored.handoff
        return await self._apply(work, before, command, handoff_id)

    async def complete_here(self, work: Work, handoff_id: UUID, command: Command) -> None:
        """Complete a handoff in the placing area, then release the residence areas before it (C2).

        The case's turn is taken before any of its handoffs is locked: whoever changes several takes them in one order.
        """
        known = await store.find(work, handoff_id)
        if known is not None:
            await store.take_id(work, known.case_id)
        handoff = await self.hear(work, handoff_id, command)
        if handoff is not None and handoff.state is HandoffState.COMPLETED:
            await self._release_before(work, handoff.case_id, handoff)

    async def _release_before(self, work: Work, case_id: UUID, completed: Handoff | None) -> None:
        """Release the areas that arranged services before; all of them when the young person came home."""
        for earlier in await store.given_away(work, case_id):
            if completed is not None and earlier.handoff_id == completed.handoff_id:
                return
            await self.step(work, earlier.handoff_id, ReleaseEarlier(work.today))

    async def _apply(self, work: Work, before: Handoff | None, command: Command, handoff_id: UUID) -> Handoff | None:
        telemetry.note_handoff(handoff_id)
        try:
            decision = decide(before, command)
        except TooEarly:
            raise NotYet from None
        if not decision.events:
            return None
        after = await _store(work, before, decision)
        telemetry.note_state(after.state)
        await journal.record(work, *decision.events)
        await self._say(work, decision)
        return after

    async def _say(self, work: Work, decision: Decision) -> None:
        for outgoing in decision.outgoing:
            await self._exchange.send(work, outgoing.to, outgoing.message)


async def _store(work: Work, before: Handoff | None, decision: Decision) -> Handoff:
    steps: list[tuple[HandoffEvent, Handoff]] = []
    after = before
    for event in decision.events:
        after = evolve(after, event)
        steps.append((event, after))
    last = steps[-1][1]
    await store.save(work, before, last, steps)
    return last
