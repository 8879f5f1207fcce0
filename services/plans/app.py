"""How plans is put together: one connection inside the area, its routes, and the daily announcement of moves."""

from contracts.subjects import Account
from services.chassis.connections import Connection
from services.chassis.service import Service, Task
from services.plans import subscribers
from services.plans.arrivals import api as arrivals
from services.plans.cases import api as cases
from services.plans.deadlines import api as deadlines
from services.plans.disclosures import api as disclosures
from services.plans.meetings import api as meetings
from services.plans.moves import api as moves
from services.plans.moves.commands import announce_due
from services.plans.networks import api as networks
from services.plans.own import api as own
from services.plans.people import api as people
from services.plans.settings import PlansSettings
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
    for router in (people, workers, cases, moves, arrivals, deadlines, disclosures, own, networks, meetings):
        service.include(router.router)
    service.every(ANNOUNCE_EVERY_SECONDS, "announce moves", _announcing(service))
    return service


def _announcing(service: Service) -> Task:
    async def announce() -> bool:
        async with service.work() as work:
            return await announce_due(work)

    return announce
