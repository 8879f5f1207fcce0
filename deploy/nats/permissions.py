"""What each NATS user may publish and hear: made from the contracts, nothing by hand.

Nobody but provisioning may create a consumer, so nobody can read a subject that no durable of theirs names: the
dossier is heard by interarea alone because only interarea has a durable for it.
"""

from dataclasses import dataclass

from contracts.subjects import PUBLISHED, SERVICES, STREAMS, Account, Consumer, consumers_of, subject_of

EXCHANGE_USER = "exchange"
"""interarea's user in the EXCHANGE account."""

PROVISION_USERS = {Account.LOCAL: "provision", Account.EXCHANGE: "provision_exchange"}
"""Who may create streams and durable consumers of each account."""

USERS: dict[Account, tuple[str, ...]] = {
    Account.LOCAL: (*SERVICES, PROVISION_USERS[Account.LOCAL]),
    Account.EXCHANGE: (EXCHANGE_USER, PROVISION_USERS[Account.EXCHANGE]),
}
"""Every user of an area's nats-server, by account."""


@dataclass(frozen=True)
class Permissions:
    """What a user may do. Everything that is not named is refused."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    not_publish: tuple[str, ...] = ()
    """Taken out of ``publish`` again."""


def permissions_of(user: str, account: Account, area: str) -> Permissions:
    """The permissions of one of ``USERS`` in ``area``. Raises ``KeyError`` for a user that the account lacks."""
    if user not in USERS[account]:
        raise KeyError(f"the account {account} has no user {user}")
    if user == PROVISION_USERS[account]:
        return _provisioning(user, account)
    if user == EXCHANGE_USER:
        return _exchange(area)
    return _service(user, area)


def inbox(user: str) -> str:
    """The subjects on which a user hears replies: its own prefix, so no other user can."""
    return f"_INBOX.{user}.>"


def leaf_permissions(area: str) -> Permissions:
    """What the hub lets an area's server say and hear: its own ``from``, its own ``to``, and answers.

    ``_R_`` are the reply subjects that the hub makes for requests of others to this area.
    """
    return Permissions(
        publish=(f"exchange.to.*.from.{area}.>", "_R_.>"),
        not_publish=(f"exchange.to.{area}.>",),
        subscribe=(f"exchange.to.{area}.>", inbox(EXCHANGE_USER)),
    )


def observer_permissions() -> Permissions:
    """A test's ear at the hub: hears everything of one area's account there, says nothing."""
    return Permissions(publish=(), subscribe=(">",))


def _service(service: str, area: str) -> Permissions:
    return Permissions(
        publish=(
            *(subject_of(message.type) for message in PUBLISHED[service]),
            *_stream_info(service, Account.LOCAL),
            *_consuming(consumers_of(service, Account.LOCAL), area),
        ),
        subscribe=(inbox(service),),
    )


def _exchange(area: str) -> Permissions:
    owners = {stream.owner for stream in STREAMS if stream.account is Account.EXCHANGE}
    return Permissions(
        publish=(
            f"exchange.to.*.from.{area}.>",
            *(subject for owner in sorted(owners) for subject in _stream_info(owner, Account.EXCHANGE)),
            *(s for owner in sorted(owners) for s in _consuming(consumers_of(owner, Account.EXCHANGE), area)),
        ),
        # An area does not write to itself: its own stream would answer.
        not_publish=(f"exchange.to.{area}.>",),
        subscribe=(inbox(EXCHANGE_USER),),
    )


def _stream_info(owner: str, account: Account) -> tuple[str, ...]:
    owned = (stream for stream in STREAMS if stream.owner == owner and stream.account is account)
    return tuple(f"$JS.API.STREAM.INFO.{stream.name}" for stream in owned)


def _consuming(consumers: tuple[Consumer, ...], area: str) -> tuple[str, ...]:
    """Ask for messages of these durables, look at their state, acknowledge: nothing else.

    Acknowledgements have two forms (ADR-15): without the domain, and with domain and account hash
    (nats-server's feature flag ``js_ack_fc_v2``). Both are allowed, so a server upgrade does not stop consuming.
    """
    return tuple(
        subject
        for consumer in consumers
        for subject in (
            f"$JS.API.CONSUMER.MSG.NEXT.{consumer.stream.name}.{consumer.durable}",
            f"$JS.API.CONSUMER.INFO.{consumer.stream.name}.{consumer.durable}",
            f"$JS.ACK.{consumer.stream.name}.{consumer.durable}.>",
            f"$JS.ACK.{area}.*.{consumer.stream.name}.{consumer.durable}.>",
        )
    )


def _provisioning(user: str, account: Account) -> Permissions:
    """Streams and consumers of this account's contracts: make, look at, change, remove. Not read: no MSG subjects."""
    streams = tuple(stream.name for stream in STREAMS if stream.account is account)
    return Permissions(
        publish=(
            "$JS.API.INFO",
            "$JS.API.STREAM.NAMES",
            "$JS.API.STREAM.LIST",
            *(f"$JS.API.STREAM.{verb}.*" for verb in ("CREATE", "UPDATE", "INFO", "DELETE")),
            *(f"$JS.API.CONSUMER.{verb}.{name}" for name in streams for verb in ("NAMES", "LIST")),
            *(f"$JS.API.CONSUMER.{verb}.{name}.*" for name in streams for verb in ("INFO", "DELETE")),
            *(f"$JS.API.CONSUMER.CREATE.{name}.>" for name in streams),
        ),
        subscribe=(inbox(user),),
    )
