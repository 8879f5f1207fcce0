import pytest

from checks.span_attributes import check
from tests.unit.checks.conftest import Ask

COMMANDS = "services/interarea/handoffs/commands.py"
IMPORTS = "from services.chassis import telemetry, vocabulary\n"


@pytest.mark.parametrize(
    "setting",
    [
        "span.set_attribute('jatkumo.handoff.id', value)",
        "span.set_attribute(HANDOFF_ID, value)",
        "span.set_attribute(other.HANDOFF_ID, value)",
        "span.set_attributes({vocabulary.AREA: area, 'state': state})",
        "span.set_attributes(attributes)",
        "span.add_event('moved', {'state': state})",
        "tracer.start_span('move', attributes={'state': state})",
        "tracer.start_as_current_span('move', attributes=made_elsewhere)",
        "telemetry.continued('move', attributes={**{'state': state}})",
        "span.add_link(context, {'state': state})",
    ],
)
def test_an_attribute_that_is_not_of_the_vocabulary_is_caught(lines_against: Ask, setting: str) -> None:
    assert lines_against(check, IMPORTS + setting, path=COMMANDS) == [2]


@pytest.mark.parametrize(
    "setting",
    [
        "span.set_attribute(vocabulary.HANDOFF_ID, value)",
        "from services.chassis.vocabulary import STATE\nspan.set_attribute(STATE, state)",
        "span.set_attributes({vocabulary.AREA: area, **({vocabulary.STATE: s} if s else {})})",
        "tracer.start_as_current_span('move', attributes={vocabulary.STATE: state})",
        "telemetry.continued('move', kind=kind, traceparent=None, attributes={vocabulary.STATE: state})",
        "span.add_event('moved')",
        "span.add_link(context)",
    ],
)
def test_a_constant_of_the_vocabulary_passes(lines_against: Ask, setting: str) -> None:
    assert lines_against(check, IMPORTS + setting, path=COMMANDS) == []


def test_telemetry_passes_on_what_it_is_given(lines_against: Ask) -> None:
    source = "span.set_attribute(name, value)"
    assert lines_against(check, source, path="services/chassis/telemetry.py") == []
