"""How interarea is put together: one connection inside the area, one to the exchange between areas."""

import sys
from pathlib import Path

from contracts.envelope import Envelope
from contracts.subjects import Account
from services.chassis.connections import Connection
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from services.interarea import subscribers
from services.interarea.exchange.incoming import sealed_reader
from services.interarea.exchange.keys import AreaKeys, KeyDirectory, KeyFileError
from services.interarea.exchange.outgoing import Exchange
from services.interarea.handoffs import api
from services.interarea.handoffs.commands import Handoffs

NAME = "interarea"


class InterareaSettings(ServiceSettings):
    """What interarea needs beside what every service does."""

    exchange_seed_file: Path
    key_directory_file: Path
    directory_authority_file: Path
    area_keys_file: Path


def build(settings: InterareaSettings) -> Service:
    """The service, ready to run."""
    keys, directory = _keys(settings)
    service = Service(NAME, settings)
    handoffs = Handoffs(Exchange(keys, directory))

    async def acknowledged(envelope: Envelope) -> None:
        async with service.work() as work:
            await subscribers.delivered(handoffs, work, envelope)

    service.connect(Account.LOCAL, _connection(settings, NAME, settings.nats_seed_file), subscribers.local(handoffs))
    service.connect(
        Account.EXCHANGE,
        _connection(settings, "exchange", settings.exchange_seed_file),
        subscribers.between_areas(handoffs),
        read=sealed_reader(keys, directory),
        acknowledged=acknowledged,
    )
    service.include(api.router)
    return service


def _connection(settings: InterareaSettings, user: str, seed_file: Path) -> Connection:
    return Connection(user, settings.nats_url, seed_file=seed_file, ca_file=settings.nats_ca_file, service=NAME)


def _keys(settings: InterareaSettings) -> tuple[AreaKeys, KeyDirectory]:
    """This area's keys and the directory; a file that is wrong ends the process with a message that names it."""
    try:
        return (
            AreaKeys.load(settings.area_keys_file),
            KeyDirectory.load(settings.key_directory_file, authority_file=settings.directory_authority_file),
        )
    except KeyFileError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(78)
