"""How the notifications service is put together."""

from contracts.subjects import Account
from services.chassis.connections import Connection
from services.chassis.service import Service
from services.notifications.channels import api as deliveries
from services.notifications.channels.channel import Channels
from services.notifications.channels.courier import Courier
from services.notifications.channels.email import Email
from services.notifications.channels.inbox import Inbox
from services.notifications.messages import api as messages
from services.notifications.settings import NotificationsSettings
from services.notifications.subscribers import handlers
from services.notifications.texts.catalogue import catalogue

NAME = "notifications"
LOOKS_FOR_DUE_SECONDS = 0.5


def build(settings: NotificationsSettings) -> Service:
    """The service. Raises when a language lacks a text."""
    service = Service(NAME, settings)
    channels = Channels(kept=[Inbox()], carried=[Email(settings, catalogue())])
    connection = Connection(
        NAME, settings.nats_url, seed_file=settings.nats_seed_file, ca_file=settings.nats_ca_file, service=NAME
    )
    service.connect(Account.LOCAL, connection, handlers(channels))
    service.include(messages.router)
    service.include(deliveries.router)
    service.every(LOOKS_FOR_DUE_SECONDS, "carry deliveries", Courier(service.work, channels).round)
    return service
