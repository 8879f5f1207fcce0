"""Saying something to another area: signed, sealed, then recorded like everything that is said."""

from datetime import datetime

from contracts.envelope import SEALED_CONTENT_TYPE
from contracts.exchange import ExchangeMessage
from contracts.subjects import exchange_subject
from contracts.values import new_id
from services.chassis import journal
from services.chassis.work import Work
from services.interarea.exchange import disclosures
from services.interarea.exchange.keys import AreaKeys, KeyDirectory, NoUsableKeyError
from services.interarea.exchange.sealing import seal


class Exchange:
    """This area's voice towards the others."""

    def __init__(self, keys: AreaKeys, directory: KeyDirectory) -> None:
        self.keys = keys
        self.directory = directory

    def reaches(self, area: str, at: datetime) -> bool:
        """Whether an area can be written to: the directory gives a key to seal to."""
        try:
            self.directory.sealing_key(area, at)
        except NoUsableKeyError:
            return False
        return True

    async def send(self, work: Work, to: str, message: ExchangeMessage) -> None:
        """Say ``message`` to area ``to``: it leaves after the commit, and the outbox keeps trying until it is there.

        Writes the disclosure-log row in the same transaction (C8).
        """
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
        await disclosures.log(work, message_id, to, message)
