"""E-mail through a real SMTP server that refuses, hangs, drops and dies: each is sent once, or visibly not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import httpx
import pytest

from contracts.notifications import RecipientRole
from contracts.values import Language, new_id
from services.chassis.auth import Role
from services.chassis.service import Service
from services.chassis.work import Work
from services.notifications.channels import commands, store
from services.notifications.channels.channel import Channels
from services.notifications.channels.courier import Courier
from services.notifications.channels.domain import (
    LEASE,
    ChannelName,
    Delivery,
    DeliveryState,
    Outcome,
    Sent,
    TryAgain,
)
from services.notifications.channels.email import Email
from services.notifications.channels.inbox import Inbox
from services.notifications.recipients.domain import Reach
from services.notifications.settings import NotificationsSettings
from services.notifications.texts.catalogue import catalogue
from tests.services.notifications.area import Area
from tests.services.notifications.smtp_server import SmtpServer, silent
from tests.services.tokens import TokenIssuer
from tests.unit.notifications import events

PATIENCE = 0.3
"""Seconds that the e-mail channel of these tests waits for an answer."""
PAST_LEASE = LEASE.total_seconds() + 1
PAST_DELAY = 400.0


@pytest.fixture
def channels(settings: NotificationsSettings) -> Channels:
    return Channels(kept=[Inbox()], carried=[Email(settings, catalogue(), command_seconds=PATIENCE)])


@pytest.fixture
def courier(service: Service, channels: Channels) -> Courier:
    return Courier(service.work, channels)


@pytest.fixture
async def moved(area: Area) -> Area:
    """A move with one message to one worker: one e-mail waits."""
    await area.settles_in()
    await area.handoff_is_completed()
    return area


async def emails(service: Service) -> list[Delivery]:
    async with service.work() as work:
        return [
            delivery
            for state in DeliveryState
            for delivery in await store.in_state(work, state, after=None, limit=200)
            if delivery.channel is ChannelName.EMAIL
        ]


async def only(service: Service) -> Delivery:
    (delivery,) = await emails(service)
    return delivery


async def die_at(event: asyncio.Event, work: Awaitable[object]) -> None:
    """Cut ``work`` short when ``event`` happens, as a kill would."""
    dying = asyncio.ensure_future(work)
    async with asyncio.timeout(20):
        await event.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)


async def test_an_e_mail_says_in_the_recipients_language_that_a_message_waits(
    area: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    await courier.round()
    mails = {mail.recipients: mail for mail in smtp.accepted}
    to_person = mails["nuori@posti.example",]
    to_worker = mails["tyontekija@alue.example",]
    for mail, language in ((to_person, Language.SV), (to_worker, Language.FI)):
        text = catalogue().email(language)
        assert mail.message["Subject"] == text.subject
        assert str(mail.message.get_content()).splitlines() == text.body.splitlines()
        assert mail.message["Content-Language"] == language
    assert {delivery.state for delivery in await emails(service)} == {DeliveryState.SENT}


async def test_an_e_mail_carries_nothing_personal_but_its_own_address(
    area: Area, courier: Courier, smtp: SmtpServer
) -> None:
    await area.settles_in(protected=True)
    await area.handoff_is_accepted()
    await courier.round()
    assert len(smtp.accepted) == 2
    marked = (events.CONTACT_NAME, events.WORKER_NAME, events.CONTACT_PHONE, events.CONTACT_EMAIL, "Merkitt", "pirha")
    ids = (area.person_id, area.worker_id, area.handoff_id, area.case_id)
    for mail in smtp.accepted:
        raw = mail.raw.decode() + str(mail.message.get_content())
        assert not [value for value in (*marked, *map(str, ids)) if value in raw]
        assert (mail.sender, str(mail.message["From"])) == ("no-reply@messages.example", "no-reply@messages.example")
        assert mail.greeted_as == "messages.example"
        assert set(mail.message.keys()) == {
            *("From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted"),
            *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        }


async def test_what_was_sent_is_not_sent_again(moved: Area, courier: Courier, smtp: SmtpServer) -> None:
    await courier.round()
    moved.let_pass(PAST_LEASE)
    await courier.round()
    assert len(smtp.read) == 1


async def test_a_server_that_is_down_gets_the_mail_when_it_is_back(
    moved: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    await smtp.stop()
    for attempt in (1, 2, 3):
        await courier.round()
        waiting = await only(service)
        assert (waiting.state, waiting.attempts, waiting.reason) == (DeliveryState.QUEUED, attempt, "no-connection")
        moved.let_pass(PAST_DELAY)
    await smtp.start()
    await courier.round()
    assert (await only(service)).state is DeliveryState.SENT
    assert len(smtp.accepted) == 1


async def test_an_attempt_that_failed_is_not_repeated_before_its_time(
    moved: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    smtp.answer_to_recipient = "451 greylisted, try again"
    await courier.round()
    await courier.round()
    delivery = await only(service)
    assert (delivery.attempts, delivery.state, delivery.reason) == (1, DeliveryState.QUEUED, "smtp-451")


@pytest.mark.parametrize("stage", ["answer_to_sender", "answer_to_recipient", "answer_to_data"])
async def test_a_mail_that_is_refused_for_good_has_visibly_failed(
    moved: Area,
    service: Service,
    courier: Courier,
    smtp: SmtpServer,
    client: httpx.AsyncClient,
    tokens: TokenIssuer,
    stage: str,
) -> None:
    setattr(smtp, stage, "550 no such mailbox: tyontekija@alue.example")
    await courier.round()
    moved.let_pass(PAST_DELAY)
    await courier.round()
    answer = await client.get("/deliveries", headers=tokens.bearer(Role.OPERATOR, area="05"))
    (failed,) = answer.json()
    assert (failed["state"], failed["reason"], failed["attempts"]) == ("failed", "smtp-550", 1)
    assert failed["settled_at"] is not None
    assert failed["due_at"] is None
    assert "@" not in answer.text


@pytest.mark.parametrize("stage", ["answer_to_sender", "answer_to_recipient", "answer_to_data"])
async def test_a_mail_that_is_refused_for_now_is_sent_later(
    moved: Area, service: Service, courier: Courier, smtp: SmtpServer, stage: str
) -> None:
    setattr(smtp, stage, "452 mailbox full")
    await courier.round()
    assert (await only(service)).reason == "smtp-452"
    setattr(smtp, stage, "250 OK")
    moved.let_pass(PAST_DELAY)
    await courier.round()
    assert (await only(service)).state is DeliveryState.SENT


async def test_a_server_that_never_answers_does_not_hold_the_courier(
    area: Area, service: Service, settings: NotificationsSettings
) -> None:
    async with silent() as port:
        email = Email(settings.model_copy(update={"smtp_port": port}), catalogue(), command_seconds=PATIENCE)
        await area.settles_in()
        await area.handoff_is_completed()
        await Courier(service.work, Channels(kept=[Inbox()], carried=[email])).round()
    delivery = await only(service)
    assert (delivery.state, delivery.reason) == (DeliveryState.QUEUED, "timed-out")


async def test_a_server_that_hangs_after_the_data_is_tried_again_under_the_same_id(
    moved: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    smtp.hangs_after_data = True
    await courier.round()
    assert (await only(service)).reason == "timed-out"
    smtp.hangs_after_data = False
    moved.let_pass(PAST_DELAY)
    await courier.round()
    assert (await only(service)).state is DeliveryState.SENT
    first, second = smtp.read
    assert first.message_id == second.message_id


async def test_a_connection_dropped_after_the_data_repeats_the_mail_byte_for_byte(
    moved: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    smtp.drops_after_data = 1
    await courier.round()
    assert ((await only(service)).state, (await only(service)).reason) == (DeliveryState.QUEUED, "disconnected")
    moved.let_pass(PAST_DELAY)
    await courier.round()
    first, second = smtp.accepted
    assert first.raw == second.raw
    assert first.message_id == f"<{(await only(service)).delivery_id}@messages.example>"


async def test_a_server_that_hangs_at_the_goodbye_has_the_mail(
    moved: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    smtp.hangs_at_quit = True
    await courier.round()
    assert (await only(service)).state is DeliveryState.SENT


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("not an address", "address-unusable"),
        ("two@at@signs", "address-unusable"),
        ("a@posti.example\r\nBcc: b@posti.example", "address-unusable"),
        ("a@posti.example, b@posti.example", "address-unusable"),
        ("ä@posti.example", "address-not-supported"),
    ],
)
async def test_an_address_that_no_mail_can_go_to_has_visibly_failed(
    area: Area, service: Service, courier: Courier, smtp: SmtpServer, address: str, reason: str
) -> None:
    await area.settles_in(email=address)
    await area.handoff_is_accepted()
    await courier.round()
    states = {d.parcel.recipient_role: (d.state, d.reason) for d in await emails(service)}
    assert states[RecipientRole.YOUNG_PERSON] == (DeliveryState.FAILED, reason)
    assert states[RecipientRole.RESPONSIBLE_WORKER] == (DeliveryState.SENT, None)
    assert [mail.recipients for mail in smtp.read] == [("tyontekija@alue.example",)]


async def test_a_mail_goes_to_the_address_that_is_known_when_it_leaves(
    area: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    await area.records_person(version=2, email=None)
    await courier.round()
    states = {d.parcel.recipient_role: (d.state, d.reason) for d in await emails(service)}
    assert states[RecipientRole.YOUNG_PERSON] == (DeliveryState.FAILED, "no-address")
    assert [mail.recipients for mail in smtp.read] == [("tyontekija@alue.example",)]


async def test_a_process_that_dies_between_sending_and_noting_it_repeats_the_same_mail(
    moved: Area, service: Service, channels: Channels, courier: Courier, smtp: SmtpServer
) -> None:
    claimed, about_to_settle = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def begin() -> AsyncIterator[Work]:
        if claimed.is_set():
            about_to_settle.set()
            await asyncio.Event().wait()
        claimed.set()
        async with service.work() as work:
            yield work

    await die_at(about_to_settle, Courier(begin, channels).round())

    await courier.round()
    assert len(smtp.accepted) == 1
    assert (await only(service)).state is DeliveryState.SENDING
    moved.let_pass(PAST_LEASE)
    await courier.round()
    first, second = smtp.accepted
    assert first.message_id == second.message_id
    assert ((await only(service)).state, (await only(service)).attempts) == (DeliveryState.SENT, 2)


async def test_a_process_that_dies_while_the_server_is_answering_repeats_the_same_mail(
    moved: Area, service: Service, courier: Courier, smtp: SmtpServer
) -> None:
    smtp.hangs_after_data = True
    await die_at(smtp.has_read, courier.round())
    smtp.hangs_after_data = False
    moved.let_pass(PAST_LEASE)
    await courier.round()
    first, second = smtp.read
    assert first.message_id == second.message_id
    assert (await only(service)).state is DeliveryState.SENT


async def test_an_outcome_that_comes_after_the_claim_ran_out_changes_nothing(
    moved: Area, service: Service, channels: Channels, courier: Courier
) -> None:
    async with service.work() as work:
        (slow,) = await commands.claim(work, channels, limit=10)
    moved.let_pass(PAST_LEASE)
    await courier.round()
    async with service.work() as work:
        await commands.settle(work, slow.delivery, TryAgain("timed-out"))
    delivery = await only(service)
    assert (delivery.state, delivery.attempts, delivery.reason) == (DeliveryState.SENT, 2, None)


async def test_an_outcome_that_comes_while_somebody_else_is_trying_changes_nothing(
    moved: Area, service: Service, channels: Channels
) -> None:
    async with service.work() as work:
        (slow,) = await commands.claim(work, channels, limit=10)
    async with service.work() as work:
        assert await commands.claim(work, channels, limit=10) == []
    moved.let_pass(PAST_LEASE)
    async with service.work() as work:
        (quick,) = await commands.claim(work, channels, limit=10)
    async with service.work() as work:
        await commands.settle(work, slow.delivery, Sent())
    assert (await only(service)).state is DeliveryState.SENDING
    async with service.work() as work:
        await commands.settle(work, quick.delivery, TryAgain("timed-out"))
    assert ((await only(service)).state, (await only(service)).attempts) == (DeliveryState.QUEUED, 2)


async def test_several_replicas_send_each_mail_once(
    area: Area, service: Service, channels: Channels, smtp: SmtpServer
) -> None:
    await area.settles_in()
    for _ in range(24):
        area.handoff_id = new_id()
        await area.handoff_is_completed()
    replicas = [Courier(service.work, channels) for _ in range(4)]

    async def work_off(replica: Courier) -> None:
        while await replica.round():
            pass

    await asyncio.gather(*(work_off(replica) for replica in replicas))
    await work_off(replicas[0])
    assert len(smtp.accepted) == 24
    assert len({mail.message_id for mail in smtp.accepted}) == 24
    assert {delivery.attempts for delivery in await emails(service)} == {1}


class Pigeon:
    """A channel of its own making: what it takes to add one."""

    name = ChannelName.EMAIL

    def __init__(self) -> None:
        self.carried: list[Delivery] = []
        self.falls = True

    def reaches(self, _reach: Reach) -> bool:
        return True

    async def carry(self, delivery: Delivery, _reach: Reach) -> Outcome:
        if self.falls:
            raise RuntimeError("the pigeon fell: tyontekija@alue.example")
        self.carried.append(delivery)
        return Sent()


async def test_a_channel_that_breaks_is_tried_again(moved: Area, service: Service) -> None:
    pigeon = Pigeon()
    courier = Courier(service.work, Channels(kept=[], carried=[pigeon]))
    await courier.round()
    assert ((await only(service)).state, (await only(service)).reason) == (DeliveryState.QUEUED, "fault")
    pigeon.falls = False
    moved.let_pass(PAST_DELAY)
    await courier.round()
    assert (await only(service)).state is DeliveryState.SENT
    assert len(pigeon.carried) == 1
