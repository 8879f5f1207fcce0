"""How plans is put together: one connection inside the area, its routes, and the daily announcement of moves."""

from contracts.subjects import Account
from services.chassis.connections import Connection
from services.chassis.service import Service, Task
from services.plans import subscribers
from services.plans.absences import api as absences
from services.plans.arrivals import api as arrivals
from services.plans.cases import api as cases
from services.plans.client_plans import api as client_plans
from services.plans.comments import api as comments
from services.plans.cycles import api as cycles
from services.plans.deadlines import api as deadlines
from services.plans.disclosures import api as disclosures
from services.plans.distribution import api as distribution
from services.plans.documents import api as documents
from services.plans.exits import api as exits
from services.plans.feedback import api as feedback
from services.plans.grounds import api as grounds
from services.plans.guidance import api as guidance
from services.plans.handovers import api as handovers
from services.plans.meetings import api as meetings
from services.plans.moves import api as moves
from services.plans.moves.commands import announce_due
from services.plans.networks import api as networks
from services.plans.openings import api as openings
from services.plans.own import api as own
from services.plans.pauses import api as pauses
from services.plans.people import api as people
from services.plans.preparations import api as preparations
from services.plans.reviews import api as reviews
from services.plans.settings import PlansSettings
from services.plans.wellbeing import api as wellbeing
from services.plans.wording import api as wording
from services.plans.workers import api as workers

NAME = "plans"
ANNOUNCE_EVERY_SECONDS = 5.0
"""How soon after midnight, or after an outage, the moves of the day are announced."""


def build(settings: PlansSettings) -> Service:
    """The service, ready to run."""
    service = Service(NAME, settings)
    connection = Connection(
        NAME, settings.nats_url, seed_file=settings.nats_seed_file, ca_file=settings.nats_ca_file, service=NAME
    )
    service.connect(Account.LOCAL, connection, subscribers.handlers(allow_temporary_hetu=settings.temporary_hetu))
    for router in (
        people,
        workers,
        absences,
        cases,
        grounds,
        pauses,
        preparations,
        exits,
        guidance,
        handovers,
        moves,
        arrivals,
        deadlines,
        cycles,
        client_plans,
        reviews,
        disclosures,
        openings,
        own,
        networks,
        comments,
        distribution,
        wording,
        documents,
        meetings,
        wellbeing,
        feedback,
    ):
        service.include(router.router)
    service.every(ANNOUNCE_EVERY_SECONDS, "announce moves", _announcing(service))
    return service


def _announcing(service: Service) -> Task:
    async def announce() -> bool:
        async with service.work() as work:
            return await announce_due(work)

    return announce
