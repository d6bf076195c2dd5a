"""Identifiers that pass every check and belong to nobody: VAT numbers, tax codes and IBANs with their check digits.

VAT numbers begin with 99, far above those given out so far; the bank of the IBANs (ABI 99099) does not exist.
"""

import datetime as dt
from typing import Literal

from stdnum import iban as _iban
from stdnum import luhn
from stdnum.it import codicefiscale

VAT_PREFIX = "99"
ABI = "99099"
CAB = "02400"

_MONTHS = "ABCDEHLMPRST"
_WOMEN = 40
"""Added to the day of birth in a woman's tax code (DM 23/12/1976)."""


def vat_number(serial: int, office: str = "037") -> str:
    """An Italian VAT number for a serial below 100 000; `office` is the code of the province that gives it out."""
    digits = f"{VAT_PREFIX}{serial:05}{office}"
    return digits + luhn.calc_check_digit(digits)


def body_tax_code(serial: int) -> str:
    """The tax code of a public body, an association or a condominium: 11 digits too, in a range of their own."""
    return vat_number(serial, office="100")


def tax_code(last_name: str, first_name: str, born: dt.date, sex: Literal["M", "F"], place: str) -> str:
    """The tax code of a person; `place` is the cadastral code of the municipality of birth (A944 Bologna)."""
    vowels, consonants = _letters(first_name)
    if len(consonants) > 3:  # of four and more the second is skipped, only in first names
        consonants = consonants[0] + consonants[2:]
    day = born.day + (_WOMEN if sex == "F" else 0)
    names = _three(*_letters(last_name)) + _three(vowels, consonants)
    code = f"{names}{born:%y}{_MONTHS[born.month - 1]}{day:02}{place}"
    return code + codicefiscale.calc_check_digit(code)


def _letters(name: str) -> tuple[str, str]:
    """Vowels and consonants of a name, in their order."""
    letters = [letter for letter in name.upper() if letter.isalpha()]
    vowels = "".join(letter for letter in letters if letter in "AEIOU")
    return vowels, "".join(letter for letter in letters if letter not in "AEIOU")


def _three(vowels: str, consonants: str) -> str:
    return (consonants + vowels)[:3].ljust(3, "X")


def iban(account: int) -> str:
    """An Italian IBAN of the bank that does not exist."""
    bban = f"{ABI}{CAB}{account:012}"
    bban = codicefiscale.calc_check_digit(bban) + bban
    return f"IT{_iban.calc_check_digits(f'IT00{bban}')}{bban}"
