"""What the contracts want of JetStream, and how that differs from what is there. Pure.

A change *loosens* when it could lose messages or what has been heard of them: shorter limits, subjects or durables
that go, a guarantee that weakens. Such a change needs somebody who has said so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StoreCompression,
    StreamConfig,
)

from contracts.subjects import CONSUMERS, STREAMS, Account, Consumer, Stream

UNLIMITED = -1


class Action(StrEnum):
    """What is done to a stream or a consumer."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """Remove and make anew, because the server cannot change it."""
    REMOVE = "remove"


@dataclass(frozen=True)
class Setting:
    """One setting that differs."""

    name: str
    was: object
    becomes: object
    loosens: str | None = None
    """Why the change could lose something; None when it cannot."""


@dataclass(frozen=True)
class Change:
    """What is to be done to one stream, or to one durable consumer of it."""

    action: Action
    stream: str
    consumer: str | None
    settings: tuple[Setting, ...] = ()
    wanted: StreamConfig | ConsumerConfig | None = None

    @property
    def loosens(self) -> tuple[str, ...]:
        """Every reason why the change could lose something."""
        reasons = [setting.loosens for setting in self.settings if setting.loosens is not None]
        if self.action is Action.REMOVE:
            reasons.append("its messages would go" if self.consumer is None else "its position would go")
        if self.action is Action.REPLACE:
            reasons.append(
                "the server cannot change it; a new one starts empty"
                if self.consumer is None
                else "the server cannot change it; a new one hears every stored message again"
            )
        return tuple(reasons)


def wanted_stream(stream: Stream, area: str, replicas: int) -> StreamConfig:
    """The configuration of a stream in ``area``."""
    return StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects(area)),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        # A full stream refuses, so the publisher's outbox keeps what would else be dropped unheard.
        discard=DiscardPolicy.NEW,
        max_age=stream.max_age.total_seconds(),
        max_bytes=stream.max_bytes,
        max_msg_size=stream.max_message_bytes,
        max_msgs=UNLIMITED,
        max_msgs_per_subject=UNLIMITED,
        max_consumers=UNLIMITED,
        duplicate_window=stream.duplicate_window.total_seconds(),
        num_replicas=replicas,
        compression=StoreCompression.NONE,
    )


def wanted_consumer(consumer: Consumer, area: str) -> ConsumerConfig:
    """The configuration of a durable pull consumer in ``area``."""
    return ConsumerConfig(
        name=consumer.durable,
        durable_name=consumer.durable,
        filter_subject=consumer.filter_subject(area),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=consumer.ack_wait.total_seconds(),
        max_ack_pending=consumer.max_ack_pending,
        max_deliver=UNLIMITED,
    )


def stream_changes(account: Account, area: str, found: Mapping[str, StreamConfig], *, replicas: int) -> list[Change]:
    """Every change that makes the streams of an account of ``area`` what the contracts say."""
    wanted = {stream.name: wanted_stream(stream, area, replicas) for stream in STREAMS if stream.account is account}
    return [
        Change(action, stream=name, consumer=None, settings=settings, wanted=wanted.get(name))
        for action, name, settings in _compared(wanted, found)
    ]


def consumer_changes(stream: Stream, area: str, found: Mapping[str, ConsumerConfig]) -> list[Change]:
    """Every change that makes the durable consumers of a stream of ``area`` what the contracts say."""
    wanted = {consumer.durable: wanted_consumer(consumer, area) for consumer in CONSUMERS if consumer.stream == stream}
    return [
        Change(action, stream=stream.name, consumer=name, settings=settings, wanted=wanted.get(name))
        for action, name, settings in _compared(wanted, found)
    ]


def covers(wide: str, narrow: str) -> bool:
    """Whether every subject that ``narrow`` matches is matched by ``wide`` too."""
    wide_parts, narrow_parts = wide.split("."), narrow.split(".")
    for position, part in enumerate(wide_parts):
        if part == ">":
            return len(narrow_parts) > position
        if position >= len(narrow_parts) or narrow_parts[position] == ">":
            return False
        if part not in {"*", narrow_parts[position]}:
            return False
    return len(wide_parts) == len(narrow_parts)


_Configuration = StreamConfig | ConsumerConfig


def _compared(
    wanted: Mapping[str, _Configuration], found: Mapping[str, _Configuration]
) -> Iterable[tuple[Action, str, tuple[Setting, ...]]]:
    for name, configuration in wanted.items():
        if name not in found:
            yield Action.CREATE, name, ()
            continue
        settings = tuple(_settings(configuration, found[name]))
        if settings:
            yield _action(configuration, settings), name, settings
    for name in found:
        if name not in wanted:
            yield Action.REMOVE, name, ()


# Not compared: names, what the server fills in, and what it takes from the stream.
_NOT_COMPARED = {
    "name",
    "durable_name",
    "description",
    "metadata",
    "placement",
    "template_owner",
    "first_seq",
    "mirror_direct",
    "consumer_limits",
    "persist_mode",
    "max_waiting",
    "opt_start_seq",
    "opt_start_time",
    "sample_freq",
}
_UNCHANGEABLE: dict[type, set[str]] = {
    StreamConfig: {"storage", "mirror", "max_consumers"},
    ConsumerConfig: {"deliver_policy", "ack_policy", "replay_policy", "deliver_subject", "mem_storage"},
}


def _action(wanted: _Configuration, settings: Iterable[Setting]) -> Action:
    unchangeable = _UNCHANGEABLE[type(wanted)]
    return Action.REPLACE if any(setting.name in unchangeable for setting in settings) else Action.UPDATE


def _settings(wanted: _Configuration, found: _Configuration) -> Iterable[Setting]:
    for field in fields(wanted):
        if field.name in _NOT_COMPARED:
            continue
        was, becomes = getattr(found, field.name), getattr(wanted, field.name)
        # Absent, zero, false and empty are all the server's default.
        if (was or None) == (becomes or None):
            continue
        rule = _LOOSENING.get(field.name)
        yield Setting(field.name, was, becomes, None if rule is None else rule(was, becomes))


# Any: settings of several types; each rule knows its own.
def _shrinks(reason: str) -> Callable[[Any, Any], str | None]:
    """A limit, in which absent, 0 and -1 mean none."""

    def rule(was: Any, becomes: Any) -> str | None:
        limit_was, limit_becomes = (float("inf") if (v or 0) <= 0 else v for v in (was, becomes))
        return reason if limit_becomes < limit_was else None

    return rule


def _subjects(was: Any, becomes: Any) -> str | None:
    lost = [old for old in was or [] if not any(covers(new, old) for new in becomes or [])]
    return f"{', '.join(lost)} would no longer be stored" if lost else None


def _filter(was: Any, becomes: Any) -> str | None:
    old, new = was or ">", becomes or ">"
    return None if covers(new, old) else f"{old} would no longer be heard"


_LOOSENING: dict[str, Callable[[Any, Any], str | None]] = {
    "max_age": _shrinks("older messages would be lost"),
    "max_bytes": _shrinks("messages that no longer fit would be lost"),
    "max_msgs": _shrinks("messages that no longer fit would be lost"),
    "max_msgs_per_subject": _shrinks("messages that no longer fit would be lost"),
    "max_msg_size": _shrinks("larger messages would be refused"),
    "duplicate_window": _shrinks("a repeated message could be stored twice"),
    "num_replicas": _shrinks("fewer copies would be kept"),
    "max_deliver": _shrinks("a message could be given up"),
    "subjects": _subjects,
    "filter_subject": _filter,
    "discard": lambda was, _becomes: "a full stream would drop messages unheard" if was == DiscardPolicy.NEW else None,
}
