"""Who may do what with plans, in one place."""

from enum import StrEnum

from services.chassis.auth import Role, gate


class Permission(StrEnum):
    """What can be done."""

    RECORD_PERSON = "people.record"
    SEE_PERSON = "people.see"
    RECORD_WORKER = "workers.record"
    SEE_ROSTER = "workers.see"
    LET_WORKER_GO = "workers.let_go"
    OPEN_CASE = "cases.open"
    SEE_CASE = "cases.see"
    NAME_WORKER = "cases.name_worker"
    RECORD_MOVE = "moves.record"
    APPLY_POPULATION_CHANGES = "population_changes.apply"
    RECORD_FIRST_CONTACT = "first_contact.record"
    SEE_LOGS = "logs.see"
    SEE_OWN = "own.see"
    SEE_DEADLINES = "deadlines.see"
    SEE_ACTORS = "actors.see"
    SEE_NETWORK = "networks.see"
    RECORD_NETWORK = "networks.record"
    ASSIGN_INFORMING = "networks.assign_informing"
    SEE_MEETINGS = "meetings.see"
    RECORD_MEETING = "meetings.record"
    ADD_OWN_WORDS = "meetings.add_own_words"
    SEE_WELLBEING = "wellbeing.see"
    OFFER_WELLBEING = "wellbeing.offer"
    ANSWER_WELLBEING = "wellbeing.answer"
    SEE_FEEDBACK = "feedback.see"
    GIVE_FEEDBACK = "feedback.give"
    COUNT_FEEDBACK = "feedback.count"


_WORKERS = frozenset({Role.WORKER, Role.LEAD})
_LEADS = frozenset({Role.LEAD})
# A case's own people: the route sees to it that a young person meets her own case only.
_WITH_HER = frozenset({Role.WORKER, Role.LEAD, Role.YOUNG_PERSON})

MATRIX: dict[Permission, frozenset[Role]] = {
    Permission.RECORD_PERSON: _WORKERS,
    Permission.SEE_PERSON: _WORKERS,
    # An operator records the first lead of an area; nobody else is there yet.
    Permission.RECORD_WORKER: frozenset({Role.LEAD, Role.OPERATOR}),
    Permission.SEE_ROSTER: _WORKERS,
    Permission.LET_WORKER_GO: _LEADS,
    Permission.OPEN_CASE: _WORKERS,
    Permission.SEE_CASE: _WORKERS,
    Permission.NAME_WORKER: _LEADS,
    Permission.RECORD_MOVE: _WORKERS,
    # The feed is brought by a machine; its answer holds counts only.
    Permission.APPLY_POPULATION_CHANGES: frozenset({Role.LEAD, Role.OPERATOR}),
    # Whose contact it is, the command checks.
    Permission.RECORD_FIRST_CONTACT: _WORKERS,
    # The young person sees her own only; the route checks.
    Permission.SEE_LOGS: frozenset({Role.LEAD, Role.YOUNG_PERSON}),
    Permission.SEE_OWN: frozenset({Role.YOUNG_PERSON}),
    Permission.SEE_DEADLINES: _WITH_HER,
    Permission.SEE_ACTORS: _WITH_HER,
    Permission.SEE_NETWORK: _WITH_HER,
    Permission.RECORD_NETWORK: _WITH_HER,
    Permission.ASSIGN_INFORMING: _WORKERS,
    Permission.SEE_MEETINGS: _WITH_HER,
    Permission.RECORD_MEETING: _WORKERS,
    Permission.ADD_OWN_WORDS: frozenset({Role.YOUNG_PERSON}),
    Permission.SEE_WELLBEING: _WITH_HER,
    Permission.OFFER_WELLBEING: _WORKERS,
    Permission.ANSWER_WELLBEING: _WITH_HER,
    Permission.SEE_FEEDBACK: _WITH_HER,
    Permission.GIVE_FEEDBACK: _WITH_HER,
    Permission.COUNT_FEEDBACK: _LEADS,
}

allow = gate(MATRIX)
