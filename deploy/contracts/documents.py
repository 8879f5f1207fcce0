"""AsyncAPI documents without a running service: the same registration, with nobody connected."""

from pathlib import Path

from contracts.envelope import Envelope
from contracts.subjects import SERVICES, Account, consumers_of
from services.chassis import asyncapi
from services.chassis.clock import SystemClock
from services.chassis.connections import Connection
from services.chassis.consuming import Subscriptions
from services.chassis.database import Database
from services.chassis.work import Work

ADDRESS = "tls://nats.area.example:4222"


def asyncapi_of(service: str, area: str = "05") -> asyncapi.Document:
    """The AsyncAPI 3 document of a service in an area."""
    # Opens nothing: an engine connects when it is first used, and nobody uses this one.
    database = Database("postgresql+asyncpg://nobody@/nothing", pool_size=1)
    subscriptions = Subscriptions(service, area, database, SystemClock(), at_once=1)
    brokers = []
    for account in Account:
        consumers = consumers_of(service, account)
        if not consumers:
            continue
        connection = Connection(service, ADDRESS, seed_file=Path("nobody.nk"), ca_file=None, service=service)
        subscriptions.listen(connection.broker, service, consumers, {c.message: _nobody for c in consumers})
        asyncapi.announce(connection.broker, service, area, account)
        brokers.append(connection.broker)
    return asyncapi.describe(service, area, brokers, ADDRESS)


async def _nobody(_work: Work, _message: object, _envelope: Envelope) -> None:
    """Stands where a service has its handler; the document needs only the registration."""


def all_documents() -> dict[str, asyncapi.Document]:
    """The document of every service of an area."""
    return {service: asyncapi_of(service) for service in SERVICES}
