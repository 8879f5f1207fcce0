"""What in a text is hard to understand, or reads like a ceiling. Pure; every step looks at a word once (R34, R92)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class FindingCode(StrEnum):
    """Why a place in a text is shown to its writer. Only a hint: nothing is refused for it."""

    LONG_SENTENCE = "long_sentence"
    LONG_WORD = "long_word"
    JARGON = "jargon"
    """A word of the profession, which people outside do not use (S0: no doctors' language)."""
    FOREIGN_WORD = "foreign_word"
    CEILING = "ceiling"
    """Reads like a limit to how much service or money there will be (R92)."""
    SUM_OF_MONEY = "sum_of_money"
    """A plan has no sums of money; one in its text soon is a ceiling (R92)."""


@dataclass(frozen=True)
class Finding:
    """One place in a text. ``text[start:end]`` is ``words``; offsets count Unicode code points."""

    code: FindingCode
    start: int
    end: int
    words: str
    plainer: str | None
    """What could stand there instead, in the language of the text."""
    hint: str
    """Why it is shown, in the reader's language."""


@dataclass(frozen=True)
class Term:
    """A word or phrase with a plainer one. ``pattern`` as ``Phrases`` reads it."""

    pattern: str
    plainer: str
    code: FindingCode


@dataclass(frozen=True)
class CeilingWords:
    """The words of which a language makes ceilings; patterns as ``Phrases`` reads them."""

    limiters: tuple[str, ...]
    """Before or after an amount they make it a ceiling: at most."""
    ceilings: tuple[str, ...]
    """A ceiling whatever stands beside them: cost ceiling."""
    doubtful: tuple[str, ...]
    """A ceiling only near an amount, money or a service: a roof may be meant."""
    innocent: tuple[str, ...]
    """Phrases that only look like one: a roof over one's head."""
    numbers: tuple[str, ...]
    units: tuple[str, ...]
    """What services are counted in."""
    counted: tuple[str, ...]
    """Number and unit in one word: twice."""
    money: tuple[str, ...]
    services: tuple[str, ...]
    """What could have a ceiling: services, support, costs."""


@dataclass(frozen=True)
class Hint:
    """How a finding is explained; ``{count}`` and ``{most}`` may stand in it, ``{plainer}`` in ``with_plainer``."""

    text: str
    with_plainer: str | None = None


Hints = Mapping[FindingCode, Hint]


class Phrases:
    """Phrases, found at a word without looking through all of them.

    A pattern is words with a space between them; ``a|b`` is either, ``stem*`` any word that begins so, which is how
    Finnish inflection is met.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._exact: dict[str, list[tuple[int, list[list[str]]]]] = {}
        self._begins: dict[str, list[tuple[int, list[list[str]]]]] = {}
        for index, pattern in enumerate(patterns):
            first, *rest = [part.split("|") for part in pattern.split()]
            for word in first:
                place = self._begins if word.endswith("*") else self._exact
                place.setdefault(word.removesuffix("*"), []).append((index, rest))
        self._lengths = sorted({len(stem) for stem in self._begins}, reverse=True)

    def at(self, words: Sequence["Word"], position: int) -> tuple[int, int] | None:
        """The longest phrase that begins at a word, as (its index, how many words); the longer stem first."""
        key = words[position].key
        found = [*self._exact.get(key, ())]
        for length in self._lengths:
            found += self._begins.get(key[:length], ())
        matching = [
            (index, 1 + len(rest))
            for index, rest in found
            if position + len(rest) < len(words)
            and all(_fits(words[position + 1 + n].key, choices) for n, choices in enumerate(rest))
        ]
        return max(matching, key=lambda match: match[1], default=None)


def _fits(key: str, choices: Sequence[str]) -> bool:
    return any(key.startswith(each[:-1]) if each.endswith("*") else key == each for each in choices)


class Lexicon:
    """What is hard in one language: its lengths, its jargon, its words for ceilings."""

    def __init__(
        self,
        *,
        longest_sentence: int,
        longest_word: int,
        abbreviations: Sequence[str],
        terms: Sequence[Term],
        ceilings: CeilingWords,
    ) -> None:
        """``longest_sentence`` in words, ``longest_word`` in letters; what is longer is shown."""
        self.longest_sentence = longest_sentence
        self.longest_word = longest_word
        self.abbreviations = frozenset(abbreviations)
        self.terms = tuple(terms)
        self.term_phrases = Phrases([term.pattern for term in terms])
        self.limiters = Phrases(ceilings.limiters)
        self.ceilings = Phrases(ceilings.ceilings)
        self.doubtful = Phrases(ceilings.doubtful)
        self.innocent = Phrases(ceilings.innocent)
        self.numbers = Phrases(ceilings.numbers)
        self.units = Phrases(ceilings.units)
        self.counted = Phrases(ceilings.counted)
        self.money = Phrases(ceilings.money)
        self.services = Phrases(ceilings.services)


@dataclass(frozen=True)
class Word:
    """A word, number or euro sign of a text; ``key`` is how it is looked up."""

    start: int
    end: int
    key: str
    number: bool = False


# Everything after a word's or number's first character is optional, so that no way is tried twice. Combining marks and
# soft hyphens are parts of words: a text typed on some machines has its ä in two parts.
_LETTERS = "[^\\W\\d_\u0300-\u036f\u00ad]"
_WORD = re.compile(
    f"(?P<number>\\d(?:[\\d.,]*\\d)?(?:[ \u00a0\u202f]\\d{{3}}(?!\\d))*(?:,\\d+)?)|€"
    f"|{_LETTERS}(?:{_LETTERS}|[\u0300-\u036f\u00ad]|[-'’:](?={_LETTERS}))*"
)
_ENDS = re.compile(r"[.!?…]")
_BREAKS_BEFORE_LOWER = frozenset("!?…")


def check(text: str, lexicon: Lexicon, hints: Hints) -> tuple[Finding, ...]:
    """What in a text is hard or reads like a ceiling, in the order in which it stands there."""
    found: list[Finding] = []
    for sentence in _sentences(text, lexicon):
        found += _long_sentence(text, sentence, lexicon, hints)
        found += _terms(text, sentence, lexicon, hints)
        found += _ceilings(text, sentence, lexicon, hints)
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.code)))


def _sentences(text: str, lexicon: Lexicon) -> Iterator[list[Word]]:
    """The sentences of a text, each as its words."""
    sentence: list[Word] = []
    for match in _WORD.finditer(text):
        if sentence and _ended(text, sentence[-1], match.start(), lexicon):
            yield sentence
            sentence = []
        number = match.lastgroup == "number"
        sentence.append(Word(match.start(), match.end(), _key(match.group()), number))
    if sentence:
        yield sentence


def _ended(text: str, last: Word, following: int, lexicon: Lexicon) -> bool:
    """Whether a sentence ends between two words: by its full stop, or where a line begins anew."""
    between = text[last.end : following]
    lower = text[following].islower()
    if "\n" in between and (not lower or between.count("\n") > 1 or between.strip()):
        return True
    if not _ENDS.search(between) or not any(each.isspace() for each in between):
        return False
    if not _BREAKS_BEFORE_LOWER.isdisjoint(between):
        return True
    abbreviated = between.startswith(".") and (last.key in lexicon.abbreviations or (last.number and lower))
    return not abbreviated and not lower


def _key(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("\u00ad", "").replace("’", "'").casefold()


def _finding(
    text: str,
    code: FindingCode,
    span: tuple[int, int],
    hints: Hints,
    *,
    plainer: str | None = None,
    count: int = 0,
    most: int = 0,
) -> Finding:
    start, end = span
    hint = hints[code]
    words = hint.text if plainer is None or hint.with_plainer is None else hint.with_plainer
    return Finding(code, start, end, text[start:end], plainer, words.format(plainer=plainer, count=count, most=most))


def _long_sentence(text: str, sentence: list[Word], lexicon: Lexicon, hints: Hints) -> Iterator[Finding]:
    count, most = len(sentence), lexicon.longest_sentence
    if count > most:
        span = (sentence[0].start, sentence[-1].end)
        yield _finding(text, FindingCode.LONG_SENTENCE, span, hints, count=count, most=most)


def _terms(text: str, sentence: list[Word], lexicon: Lexicon, hints: Hints) -> Iterator[Finding]:
    """Jargon and foreign words; a word that has no plainer one in the list may still be long."""
    covered = 0
    for position, word in enumerate(sentence):
        if position < covered:
            continue
        match = lexicon.term_phrases.at(sentence, position)
        if match is not None:
            index, length = match
            covered = position + length
            term = lexicon.terms[index]
            span = (word.start, sentence[covered - 1].end)
            yield _finding(text, term.code, span, hints, plainer=term.plainer)
        elif not word.number and len(word.key) > lexicon.longest_word:
            count, most = len(word.key), lexicon.longest_word
            yield _finding(text, FindingCode.LONG_WORD, (word.start, word.end), hints, count=count, most=most)


_NEAR_LIMITER = 4
"""How many words may stand between a limiter and its amount: at most *about the usual* two hours."""
_NEAR_UNIT = 2
"""How many words may stand between a number and its unit: two *short* visits."""
_NEAR_SERVICE = 5


def _ceilings(text: str, sentence: list[Word], lexicon: Lexicon, hints: Hints) -> Iterator[Finding]:
    amounts = _amounts(sentence, lexicon)
    money = _sums(sentence, lexicon)
    spans = [*_limited(sentence, [*amounts, *money], lexicon), *_named_ceilings(sentence, [*amounts, *money], lexicon)]
    joined = _joined(spans)
    for first, last in joined:
        yield _finding(text, FindingCode.CEILING, (sentence[first].start, sentence[last].end), hints)
    for first, last in _joined(money):
        if not any(start <= first and last <= end for start, end in joined):
            yield _finding(text, FindingCode.SUM_OF_MONEY, (sentence[first].start, sentence[last].end), hints)


_CURRENCY = frozenset({"€", "eur"})
Span = tuple[int, int]
"""The first and the last word, both counted in."""


def _amounts(sentence: list[Word], lexicon: Lexicon) -> list[Span]:
    """So much of a service: a number with a unit near it, or both in one word."""
    found: list[Span] = []
    for position, word in enumerate(sentence):
        if lexicon.counted.at(sentence, position) is not None:
            found.append((position, position))
        elif word.number or lexicon.numbers.at(sentence, position) is not None:
            window = range(position + 1, min(position + 2 + _NEAR_UNIT, len(sentence)))
            unit = next((each for each in window if lexicon.units.at(sentence, each) is not None), None)
            if unit is not None:
                found.append((position, unit))
    return found


def _sums(sentence: list[Word], lexicon: Lexicon) -> list[Span]:
    """So much money: a number before a word for money, or after the sign or code of the currency."""
    found: list[Span] = []
    for position in range(len(sentence) - 1):
        left, right = sentence[position], sentence[position + 1]
        counts = left.number or lexicon.numbers.at(sentence, position) is not None
        if (counts and lexicon.money.at(sentence, position + 1) is not None) or (
            left.key in _CURRENCY and right.number
        ):
            found.append((position, position + 1))
    return found


def _limited(sentence: list[Word], amounts: list[Span], lexicon: Lexicon) -> Iterator[Span]:
    """A limiter shortly before an amount, or right after it."""
    starts: dict[int, Span] = {}
    for amount in amounts:
        starts.setdefault(amount[0], amount)
    ends = {last: (first, last) for first, last in amounts}
    for position in range(len(sentence)):
        match = lexicon.limiters.at(sentence, position)
        if match is None:
            continue
        end = position + match[1] - 1
        after = (starts[each] for each in range(end + 1, end + 2 + _NEAR_LIMITER) if each in starts)
        following = next(after, None)
        if following is not None:
            yield (position, following[1])
        elif position - 1 in ends:
            yield (ends[position - 1][0], end)


def _named_ceilings(sentence: list[Word], amounts: list[Span], lexicon: Lexicon) -> Iterator[Span]:
    """Ceilings by name, and words that are one beside money, an amount or a service."""
    about = {position for first, last in amounts for position in (first, last)}
    about |= {
        position
        for position in range(len(sentence))
        if lexicon.services.at(sentence, position) is not None or lexicon.money.at(sentence, position) is not None
    }
    innocent = {
        position + n
        for position in range(len(sentence))
        if (match := lexicon.innocent.at(sentence, position)) is not None
        for n in range(match[1])
    }
    for position in range(len(sentence)):
        certain = lexicon.ceilings.at(sentence, position)
        if certain is not None:
            yield (position, position + certain[1] - 1)
            continue
        doubtful = None if position in innocent else lexicon.doubtful.at(sentence, position)
        near = range(position - _NEAR_SERVICE, position + _NEAR_SERVICE + 1)
        if doubtful is not None and any(each in about and each != position for each in near):
            yield (position, position + doubtful[1] - 1)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans that overlap as one."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
