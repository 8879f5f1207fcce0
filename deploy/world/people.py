"""Invented names and identity codes that are nobody's: individual numbers 900–999 are never given to anyone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from contracts.values import Language

_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURY = {18: "+", 19: "-", 20: "A"}


@dataclass(frozen=True)
class YoungPerson:
    """Somebody who was made up."""

    hetu: str
    given_name: str
    family_name: str
    language: Language
    email: str
    phone: str
    address_protected: bool = False


def made_up_hetu(born: date, individual: int) -> str:
    """An identity code with an individual number of 900–999 and its check character (VTJ's rule: modulo 31)."""
    if not 900 <= individual <= 999:
        raise ValueError("only individual numbers 900–999 are nobody's")
    digits = f"{born:%d%m%y}{individual:03}"
    return f"{born:%d%m%y}{_CENTURY[born.year // 100]}{individual:03}{_CHECK[int(digits) % 31]}"


def young_people() -> Iterator[YoungPerson]:
    """One after the other, each with other names and another identity code; 18 to 21 years old in 2026."""
    given = ("Aatu", "Siiri", "Eetu", "Helmi", "Onni", "Linn", "Ville", "Iida", "Axel", "Tilda")
    family = ("Kuusela", "Rantala", "Blomfelt", "Mäkiaho", "Sundelin", "Harjula", "Ojanpää", "Storsved")
    days = [date(2005 + n % 3, 1 + n % 12, 1 + n % 28) for n in range(84)]
    for number, (born, individual) in enumerate(product(days, range(900, 1000))):
        given_name, family_name = given[number % len(given)], family[number % len(family)]
        yield YoungPerson(
            hetu=made_up_hetu(born, individual),
            given_name=f"{given_name}{_letters(number)}",
            family_name=f"{family_name}{_letters(number)}",
            language=list(Language)[number % 3],
            email=f"nuori{number}@post.invalid",
            phone=f"+35840{9000000 + number}",
        )


def _letters(number: int) -> str:
    """Makes each name unlike any other word, so that a scan which finds it has found a leak."""
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")
