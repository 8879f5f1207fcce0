"""A network holds who the young person says, and each is told what she allows."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client_plan import NetworkRole, Owner, OwnerKind, ProviderKind
from contracts.refusals import Refusal
from contracts.values import Language
from services.plans.networks.actors import CATALOGUE, kind_of
from services.plans.networks.domain import (
    Add,
    Allow,
    Allowed,
    AssignInforming,
    Command,
    Member,
    NoteInformed,
    Part,
    Particulars,
    decide,
    evolve,
    lacks_school,
)
from services.plans.openings.domain import Author, AuthorKind

_TODAY = date(2026, 3, 2)
_WORKER = Author("05", AuthorKind.WORKER, uuid4())
_OWNER = Owner(kind=OwnerKind.RESPONSIBLE_WORKER)


def _added(allowed: Allowed = Allowed()) -> Member:
    adding = Add(uuid4(), uuid4(), Particulars(NetworkRole.CLOSE_ONE, "Tuula Esimerkki"), allowed, _WORKER)
    [event] = decide(None, adding, _TODAY)
    return evolve(None, event)


def _after(member: Member, *commands: Command) -> Member:
    for command in commands:
        for event in decide(member, command, _TODAY):
            member = evolve(member, event)
    return member


def test_nobody_is_kept_informed_without_her_agreement() -> None:
    with pytest.raises(Refusal, match="has not agreed") as refused:
        decide(_added(), AssignInforming(_OWNER), _TODAY)
    assert refused.value.code == "informing-not-agreed"


def test_the_task_to_inform_ends_when_she_takes_her_agreement_back() -> None:
    informed = _after(_added(Allowed(inform_agreed_on=_TODAY)), AssignInforming(_OWNER))
    assert informed.informed_by == _OWNER
    assert _after(informed, Allow(Allowed())).informed_by is None


def test_she_agrees_on_a_day_that_has_come() -> None:
    with pytest.raises(Refusal) as refused:
        decide(_added(), Allow(Allowed(invite_agreed_on=_TODAY + timedelta(days=1))), _TODAY)
    assert (refused.value.code, refused.value.field) == ("agreed-in-the-future", "invite_agreed_on")


def test_somebody_who_left_the_network_changes_no_more() -> None:
    gone = _after(_added(), Part())
    assert gone.until == _TODAY
    assert decide(gone, Part(), _TODAY) == []
    with pytest.raises(Refusal) as refused:
        decide(gone, Allow(Allowed(_TODAY, _TODAY)), _TODAY)
    assert refused.value.code == "not-in-network"


days = st.none() | st.integers(-3, 0).map(lambda n: _TODAY + timedelta(days=n))
commands = st.one_of(
    st.builds(Allow, st.builds(Allowed, days, days)),
    st.sampled_from([AssignInforming(_OWNER), AssignInforming(None), NoteInformed(_TODAY), Part()]),
)


@given(st.lists(commands, max_size=10))
def test_whatever_happens_only_whom_she_allows_has_somebody_who_informs_them(said: list[Command]) -> None:
    member = _added()
    for command in said:
        try:
            member = _after(member, command)
        except Refusal:
            continue
        assert member.informed_by is None or member.allowed.inform_agreed_on is not None
        assert member.informed_by is None or member.until is None


def test_a_students_network_without_a_school_is_warned_of() -> None:
    without = [(NetworkRole.CLOSE_ONE, None), (NetworkRole.PROFESSIONAL, ProviderKind.STUDENT_WELFARE)]
    assert lacks_school(True, without)
    assert not lacks_school(True, [*without, (NetworkRole.SCHOOL, None)])
    assert not lacks_school(True, [*without, (NetworkRole.PROFESSIONAL, ProviderKind.SCHOOL)])
    assert not lacks_school(False, without)
    assert not lacks_school(None, without)


def test_the_catalogue_names_every_kind_of_actor_in_three_languages() -> None:
    assert {actor.kind for actor in CATALOGUE.values()} == set(ProviderKind)
    assert all(actor.name.keys() == set(Language) and all(actor.name.values()) for actor in CATALOGUE.values())
    assert kind_of("maternity_clinic") is ProviderKind.HEALTH
    assert kind_of("of-no-catalogue") is None
