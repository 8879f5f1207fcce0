"""Saying something to another area: signed, sealed, then recorded like everything that is said."""

from contracts.envelope import SEALED_CONTENT_TYPE
from contracts.exchange import ExchangeMessage
from contracts.subjects import exchange_subject
from contracts.values import new_id
from services.chassis import journal
from services.chassis.work import Work
from services.interarea.exchange.keys import AreaKeys, KeyDirectory
from services.interarea.exchange.sealing import seal


class Exchange:
    """This area's voice towards the others."""

    def __init__(self, keys: AreaKeys, directory: KeyDirectory) -> None:
        self.keys = keys
        self.directory = directory

    async def send(self, work: Work, to: str, message: ExchangeMessage) -> None:
        """Say ``message`` to area ``to``: it leaves after the commit, and the outbox keeps trying until it is there."""
        message_id = new_id()
        body = seal(
            message,
            message_id=message_id,
            sender=work.area,
            receiver=to,
            time=work.now,
            keys=self.keys,
            directory=self.directory,
        )
        subject = exchange_subject(message.type, sender=work.area, receiver=to)
        sealed = journal.SealedMessage(message, message_id, subject, body, SEALED_CONTENT_TYPE)
        await journal.record_sealed(work, sealed)
