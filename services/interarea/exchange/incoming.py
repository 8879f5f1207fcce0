"""Hearing another area: opened, verified against its subject, and refused with a reason when anything is wrong."""

from contracts.envelope import Message
from services.chassis.consuming import Delivery, Reader, Unreadable
from services.chassis.work import Work
from services.interarea.exchange.keys import AreaKeys, KeyDirectory
from services.interarea.exchange.sealing import Refused, open_sealed


def sealed_reader(keys: AreaKeys, directory: KeyDirectory) -> Reader:
    """Reads sealed bodies. What does not verify becomes a dead letter with the reason; nothing of it is stored.

    The subject's ``from`` is what the hub has checked, so every other word about the sender must agree with it.
    """

    def read(delivery: Delivery, work: Work) -> Message:
        sender = delivery.subject.split(".")[4]
        if delivery.envelope.area != sender:
            raise Unreadable("wrong_sender", "the source attribute names another area than the subject")
        try:
            opened = open_sealed(
                delivery.body,
                own_area=work.area,
                expected_sender=sender,
                expected_type=delivery.consumer.message.type,
                expected_id=delivery.envelope.id,
                keys=keys,
                directory=directory,
                now=work.now,
            )
        except Refused as refused:
            raise Unreadable(refused.reason, str(refused)) from None
        return opened.message

    return read
