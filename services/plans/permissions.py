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
    CHANGE_WORKER = "workers.change"
    LET_WORKER_RETURN = "workers.let_return"
    SET_AIM = "workers.set_aim"
    PLAN_ABSENCE = "absences.plan"
    SEE_HANDOVERS = "handovers.see"
    RECORD_HANDOVER = "handovers.record"
    WRITE_HANDOVER_THOUGHTS = "handovers.write_thoughts"
    OPEN_CASE = "cases.open"
    SEE_CASE = "cases.see"
    NAME_WORKER = "cases.name_worker"
    RECORD_MOVE = "moves.record"
    APPLY_POPULATION_CHANGES = "population_changes.apply"
    RECORD_FIRST_CONTACT = "first_contact.record"
    SEE_LOGS = "logs.see"
    SEE_OWN = "own.see"
    SEE_DEADLINES = "deadlines.see"
    SEE_CYCLE = "cycles.see"
    LEAD_CYCLE = "cycles.lead"
    MARK_CHECKLIST = "cycles.mark"
    CALL_REVIEW = "reviews.call"
    SCHEDULE_REVIEW = "reviews.schedule"
    OPEN_FROM_OUTSIDE = "openings.open"
    SEE_OPENINGS = "openings.see"
    ACKNOWLEDGE_OPENING = "openings.acknowledge"
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
    CHECK_WORDING = "wording.check"
    COMMENT_PLAN = "plan_comments.write"
    SEE_COMMENTS = "plan_comments.see"
    ANSWER_COMMENT = "plan_comments.answer"
    AGREE_DISTRIBUTION = "plan_distribution.agree"
    SEE_DISTRIBUTION = "plan_distribution.see"
    DELIVER_PLAN = "plan_deliveries.deliver"
    NOTE_PLAN_READ = "plan_deliveries.read"
    SEE_PLAN = "plan.see"
    EDIT_PLAN = "plan.edit"
    PUBLISH_PLAN = "plan.publish"
    NOTE_STATUS = "plan.note_status"
    PROPOSE_REVISION = "plan.propose_revision"
    ANSWER_REVISION = "plan.answer_revision"
    PRINT_PLAN = "plan.print"
    EXPORT_PLAN = "plan.export"

    SEE_GUIDANCE = "guidance.see"
    SET_GUIDANCE = "guidance.set"
    SEE_RIGHTS = "rights.see"
    SEE_FACTS = "facts.see"
    RECORD_FACTS = "facts.record"
    DECIDE = "decisions.record"
    PAUSE_CASE = "cases.pause"
    RETURN = "cases.return"
    SEE_PAUSES = "pauses.see"
    PREPARE = "preparations.record"
    SEE_PREPARATIONS = "preparations.see"
    SEE_EXIT_PLAN = "exit_plans.see"
    PLAN_EXIT = "exit_plans.record"
    END_CASE = "cases.end"
    REOPEN_CASE = "cases.reopen"
    SHARE_FEEDBACK = "feedback.share"


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
    Permission.CHANGE_WORKER: _LEADS,
    Permission.LET_WORKER_RETURN: _LEADS,
    Permission.SET_AIM: _LEADS,
    Permission.PLAN_ABSENCE: _LEADS,
    Permission.SEE_HANDOVERS: _WITH_HER,
    Permission.RECORD_HANDOVER: _WORKERS,
    # What she writes herself; a worker writes down what she says with the record.
    Permission.WRITE_HANDOVER_THOUGHTS: frozenset({Role.YOUNG_PERSON}),
    Permission.OPEN_CASE: _WORKERS,
    Permission.SEE_CASE: _WORKERS,
    Permission.NAME_WORKER: _LEADS,
    Permission.RECORD_MOVE: _WORKERS,
    # The feed is brought by a machine; its answer holds counts, and ids of those at whom a person has to look.
    Permission.APPLY_POPULATION_CHANGES: frozenset({Role.LEAD, Role.OPERATOR}),
    # Whose contact it is, the command checks.
    Permission.RECORD_FIRST_CONTACT: _WORKERS,
    # The young person sees her own only; the route checks.
    Permission.SEE_LOGS: frozenset({Role.LEAD, Role.YOUNG_PERSON}),
    Permission.SEE_OWN: frozenset({Role.YOUNG_PERSON}),
    Permission.SEE_DEADLINES: _WITH_HER,
    Permission.SEE_CYCLE: _WITH_HER,
    Permission.LEAD_CYCLE: _WORKERS,
    Permission.MARK_CHECKLIST: _WORKERS,
    # The young person may call one at any time.
    Permission.CALL_REVIEW: _WITH_HER,
    Permission.SCHEDULE_REVIEW: _WORKERS,
    # A lead opens every case without a reason.
    Permission.OPEN_FROM_OUTSIDE: frozenset({Role.WORKER}),
    Permission.SEE_OPENINGS: _LEADS,
    Permission.ACKNOWLEDGE_OPENING: _LEADS,
    Permission.SEE_ACTORS: _WITH_HER,
    Permission.SEE_NETWORK: _WITH_HER,
    # Her network is mapped together with her.
    Permission.RECORD_NETWORK: _WITH_HER,
    Permission.ASSIGN_INFORMING: _WORKERS,
    Permission.SEE_MEETINGS: _WITH_HER,
    Permission.RECORD_MEETING: _WORKERS,
    # Her own words are hers to write.
    Permission.ADD_OWN_WORDS: frozenset({Role.YOUNG_PERSON}),
    Permission.SEE_WELLBEING: _WITH_HER,
    Permission.OFFER_WELLBEING: _WORKERS,
    Permission.ANSWER_WELLBEING: _WITH_HER,
    Permission.SEE_FEEDBACK: _WITH_HER,
    Permission.GIVE_FEEDBACK: _WITH_HER,
    Permission.COUNT_FEEDBACK: _LEADS,
    # Nothing is stored, and nobody's case is touched.
    Permission.CHECK_WORDING: _WITH_HER,
    Permission.COMMENT_PLAN: _WITH_HER,
    Permission.SEE_COMMENTS: _WITH_HER,
    Permission.ANSWER_COMMENT: _WORKERS,
    # She gives and withdraws her consent herself; what the law says, a worker records.
    Permission.AGREE_DISTRIBUTION: _WITH_HER,
    Permission.SEE_DISTRIBUTION: _WITH_HER,
    Permission.DELIVER_PLAN: _WORKERS,
    Permission.NOTE_PLAN_READ: _WITH_HER,
    Permission.SEE_PLAN: _WITH_HER,
    # The plan is written together; which parts are hers to write, the draft says.
    Permission.EDIT_PLAN: _WITH_HER,
    Permission.PUBLISH_PLAN: _WORKERS,
    Permission.NOTE_STATUS: _WITH_HER,
    Permission.PROPOSE_REVISION: _WITH_HER,
    Permission.ANSWER_REVISION: _WORKERS,
    Permission.PRINT_PLAN: _WITH_HER,
    Permission.EXPORT_PLAN: _WITH_HER,
    Permission.SEE_GUIDANCE: _WORKERS,
    Permission.SET_GUIDANCE: _LEADS,
    # It is her right: she may know why it ends when it ends.
    Permission.SEE_RIGHTS: _WITH_HER,
    Permission.SEE_FACTS: _WORKERS,
    Permission.RECORD_FACTS: _WORKERS,
    Permission.DECIDE: _LEADS,
    Permission.PAUSE_CASE: _WORKERS,
    # Coming back is hers, at any time (R4).
    Permission.RETURN: _WITH_HER,
    Permission.SEE_PAUSES: _WITH_HER,
    Permission.PREPARE: _WORKERS,
    Permission.SEE_PREPARATIONS: _WORKERS,
    Permission.SEE_EXIT_PLAN: _WITH_HER,
    Permission.PLAN_EXIT: _WORKERS,
    # Who ends it against a promise, the command checks: a lead only.
    Permission.END_CASE: _WORKERS,
    Permission.REOPEN_CASE: _WORKERS,
    Permission.SHARE_FEEDBACK: frozenset({Role.YOUNG_PERSON}),
}

allow = gate(MATRIX)
