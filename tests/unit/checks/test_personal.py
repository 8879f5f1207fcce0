import pytest

from checks.personal import check
from checks.personal_names import is_field, is_record
from tests.unit.checks.conftest import Ask

COMMANDS = "services/plans/moves/commands.py"


@pytest.mark.parametrize(
    "leaking",
    [
        "_log.info('moved', hetu=value)",
        "_log.info('moved', who=person.given_name)",
        "_log.info('moved', who=contact.name)",
        "_log.info('moved', who=dossier.person.name)",
        "_log.info('moved', who=person.hetu.plain)",
        "_log.info('moved', who=hetu.plain)",
        "_log.info('moved', to=destination.municipality)",
        "_log.info(f'moved {municipality}')",
        "_log.info('moved %s', row['family_name'])",
        "_log.info('moved', to='{}'.format(row.get('email')))",
        "_log.warning('moved', context={'phone': value})",
        "_log.warning('moved', **{'postal_code': value})",
        "_log.info('moved', whole=person)",
        "_log.info('moved', whole=dossier.model_dump())",
        "_log.info('refused', body=delivery.body)",
        "self._logger.error('moved', worker_email=value)",
        "logging.getLogger(__name__).info('to %s', street)",
        "logger.bind(recipient_name=value)",
        "structlog.contextvars.bind_contextvars(hetu=value)",
    ],
)
def test_a_personal_field_in_a_log_call_is_caught(lines_against: Ask, leaking: str) -> None:
    assert lines_against(check, leaking, path=COMMANDS) == [1]


@pytest.mark.parametrize(
    "leaking",
    [
        "span.set_attribute('jatkumo.person.name', value)",
        "span.set_attribute(vocabulary.OUTCOME, person.email)",
        "span.set_attributes({vocabulary.OUTCOME: municipality})",
        "span.add_event('moved', {'address': value})",
        "tracer.start_as_current_span(f'move to {municipality_name}')",
        "tracer.start_span('move', attributes={vocabulary.OUTCOME: worker.name})",
        "telemetry.note_state(contact.phone)",
        "_SENT.labels(recipient.email).inc()",
    ],
)
def test_a_personal_field_in_a_span_or_a_metric_is_caught(lines_against: Ask, leaking: str) -> None:
    assert lines_against(check, leaking, path=COMMANDS) == [1]


@pytest.mark.parametrize(
    "leaking",
    [
        "headers = {'X-Given-Name': value}",
        "headers = {'x-who': person.hetu}",
        "headers['x-municipality'] = value",
        "self._headers['x-who'] = contact.name",
        "client.get('/', headers={'x-who': email})",
        "headers.update({'x-who': phone})",
        "def headers(self):\n    return {'x-who': self.hetu}",
        "subject = f'plans.moved.{municipality}'",
        "subject = exchange_subject(kind, sender=sender, receiver=destination.municipality)",
        "send(subject=f'plans.{person.hetu}')",
        "event_id = uuid5(NAMESPACE, person.hetu)",
        "send(message_id=f'{case_id}-{email}')",
    ],
)
def test_a_personal_field_in_a_header_a_subject_or_an_id_is_caught(lines_against: Ask, leaking: str) -> None:
    assert len(lines_against(check, leaking, path=COMMANDS)) == 1


@pytest.mark.parametrize("shown", ["error=error", "error=str(error)", "detail=f'{error}'", "detail=repr(error)"])
def test_the_text_of_an_exception_in_a_log_call_is_caught(lines_against: Ask, shown: str) -> None:
    source = f"""
    try:
        work()
    except ValueError as error:
        _log.warning('failed', {shown})
    """
    assert lines_against(check, source, path=COMMANDS) == [4]


def test_an_exception_logged_by_its_type_or_as_exc_info_passes(lines_against: Ask) -> None:
    source = """
    try:
        work()
    except ValueError as error:
        _log.warning('failed', kind=type(error).__qualname__, code=error.code, exc_info=error)
    """
    assert lines_against(check, source, path=COMMANDS) == []


@pytest.mark.parametrize(
    "fine",
    [
        "_log.info('moved', person_id=person.person_id, case_id=dossier.person.case_id)",
        "_log.info('the e-mail went out', recipient_role=recipient.role, attempts=3)",
        "_log.info('moved', contacts=len(contact.phones), reachable=email is not None)",
        "_log.info('task', task=task.name, route=route.path, consumer=consumer.name)",
        "_log.info('moved', kind='municipality' if municipality else 'abroad')",
        "_log.info('refused', field='hetu')",
        "span.set_attribute(vocabulary.AREA, area)",
        "headers = {'ce-id': str(envelope.id), 'traceparent': traceparent}",
        "subject = exchange_subject(message.type, sender=area, receiver=destination.area)",
        "view = PersonView(given_name=person.given_name, email=person.email)",
        "await store.insert(work, hetu=person.hetu, municipality=destination.municipality)",
        "raise Refusal('unknown-municipality', 'No such municipality.', field='municipality')",
    ],
)
def test_ids_kinds_and_counts_pass_and_so_does_what_does_not_leave(lines_against: Ask, fine: str) -> None:
    assert lines_against(check, fine, path=COMMANDS) == []


def test_what_is_printed_to_whoever_runs_the_demo_is_not_the_products_log(lines_against: Ask) -> None:
    assert lines_against(check, "_log.info('moved', hetu=value)", path="deploy/demo/story.py") == []


@pytest.mark.parametrize("name", ["hetu", "worker_email", "homeMunicipality", "X-Given-Name", "jatkumo.person.name"])
def test_a_name_counts_however_it_is_written(name: str) -> None:
    assert is_field(name)


@pytest.mark.parametrize("name", ["email_count", "name", "consumer.name", "person_id", "area", "addressed", "state"])
def test_a_name_that_tells_nothing_of_a_person_does_not_count(name: str) -> None:
    assert not is_field(name)


def test_a_whole_record_counts_and_its_id_does_not() -> None:
    assert is_record("responsible_worker")
    assert not is_record("worker_id")
