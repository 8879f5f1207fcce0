"""The Finnish personal identity code (HETU). It can be corrected or replaced, so it is never a key."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.fi import hetu

from contracts.refusals import Refusal

_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_FORM = "DDMMYYCZZZQ, as in the population register"


@dataclass(frozen=True, slots=True, repr=False)
class Hetu:
    """A valid personal identity code. It shows itself only where ``plain`` is asked for, never when printed or logged.

    Make one with ``parse``.
    """

    plain: str
    """Eleven characters, upper case, no spaces."""

    @classmethod
    def parse(cls, text: str, *, allow_temporary: bool) -> Self:
        """The code in a text, normalised.

        ``allow_temporary`` lets individual numbers 900–999 through: they are never anybody's, so demo and test data
        use them and production refuses them.

        Raises ``Refusal`` with code ``hetu-form``, ``hetu-date``, ``hetu-individual-number`` or ``hetu-checksum``. It
        names what was wrong and never repeats the text.
        """
        number = hetu.compact(text)
        # The library's pattern takes every script's digits for digits.
        if not number.isascii():
            raise _refusal("hetu-form", "The form is wrong.", _FORM)
        try:
            return cls(hetu.validate(number, allow_temporary=allow_temporary))
        except InvalidChecksum:
            refusal = _refusal("hetu-checksum", "The check character does not match.", "a matching check character")
        except InvalidComponent:
            refusal = _wrong_part(number, allow_temporary=allow_temporary)
        except ValidationError:
            refusal = _refusal("hetu-form", "The form is wrong.", _FORM)
        # Raised outside the handlers: nothing of the text hangs on to it as context.
        raise refusal

    @property
    def born_on(self) -> date:
        """The date of birth that the code states."""
        return _born_on(self.plain)

    def __repr__(self) -> str:
        return "Hetu(…)"


def _wrong_part(number: str, *, allow_temporary: bool) -> Refusal:
    """Which part it was: the library tells only that it was one."""
    try:
        _born_on(number)
    except ValueError:
        return _refusal("hetu-date", "The date of birth does not exist.", "a date of the calendar")
    allowed = "002–999" if allow_temporary else "002–899"
    return _refusal("hetu-individual-number", "The individual number is not in use.", allowed)


def _born_on(number: str) -> date:
    return date(_CENTURIES[number[6]] + int(number[4:6]), int(number[2:4]), int(number[:2]))


def _refusal(code: str, message: str, expected: str) -> Refusal:
    return Refusal(code, message, field="hetu", expected=expected)
