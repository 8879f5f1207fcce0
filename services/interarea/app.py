"""How interarea is put together: one connection inside the area, one to the exchange between areas."""

import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

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
    service = Service(NAME, settings)
    keys, directory = _keys(settings, service.clock.now())
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


def _keys(settings: InterareaSettings, now: datetime) -> tuple[AreaKeys, KeyDirectory]:
    """This area's keys and the directory; a file that is wrong ends the process with a message that names it."""
    try:
        keys = AreaKeys.load(settings.area_keys_file)
        directory = KeyDirectory.load(settings.key_directory_file, authority_file=settings.directory_authority_file)
    except KeyFileError as error:
        _leave(str(error))
    if keys.area != settings.area:
        _leave(f"{settings.area_keys_file}: expected the keys of area {settings.area}")
    unpublished = directory.unpublished(keys, now)
    if unpublished:
        _leave(f"{settings.key_directory_file}: expected this area's valid keys; missing {', '.join(unpublished)}")
    return keys, directory


def _leave(why: str) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    sys.exit(78)
