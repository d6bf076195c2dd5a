"""VAT number, tax code, IBAN and recipient code: one form, and a check with its reason in Italian and English.

Every check answers a `Check`, never an exception. A check is of form and control digits; whether a number is in use
only the tax agency or VIES knows. Check digits and lengths by python-stdnum.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Literal

import msgspec
from stdnum import iban as _iban
from stdnum import luhn
from stdnum.eu import vat as _eu_vat
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.it import codicefiscale as _tax_code

MAX_INPUT = 64
"""Longer text is refused unread: no identifier has half of that."""

Reason = Literal["ok", "empty", "length", "characters", "checksum", "component", "country"]

_SEPARATORS = re.compile(r"[\s.\-/:_]+")
_VAT_DIGITS = 11
_PERSON_LENGTH = 16
_OMOCODIA = str.maketrans("LMNPQRSTUV", "0123456789")
_OMOCODIA_PLACES = (6, 7, 9, 10, 12, 13, 14)
"""Places of a person's tax code whose digits become letters when two persons share a code (DM 23/12/1976, art. 6)."""
_WOMEN = 40
"""Added to the day of birth in a woman's tax code."""
_LAST_DAY = 31

EU_PREFIXES = frozenset(state.upper().replace("GR", "EL") for state in _eu_vat.MEMBER_STATES)
"""Prefixes of the VAT numbers of the European Union: EL for Greece, XI for Northern Ireland."""

ANYONE = "0000000"
"""Recipient code of who has no channel: the invoice goes to the PEC address or the reserved area."""
FOREIGN = "XXXXXXX"
"""Recipient code of a customer abroad."""
PUBLIC_LENGTH, PRIVATE_LENGTH = 6, 7


class Check(msgspec.Struct, frozen=True):
    """The answer of a check: true when `valid`."""

    value: str
    """The normalised value, also where it is refused."""
    reason: Reason = "ok"
    it: str = ""
    en: str = ""

    @property
    def valid(self) -> bool:
        """Say whether the value passed."""
        return self.reason == "ok"

    def __bool__(self) -> bool:
        return self.valid


class Person(msgspec.Struct, frozen=True):
    """What a person's tax code says: day of birth (within the century before `today`), sex, place of birth."""

    born: dt.date
    sex: Literal["M", "F"]
    place: str
    """Cadastral code of the municipality (`H501` Roma) or of the foreign state (`Z…`)."""


def _compact(text: str) -> str:
    """Return upper-case text without spaces and separators."""
    return _SEPARATORS.sub("", text[: MAX_INPUT + 1]).upper()


def normalise_vat_number(text: str) -> str:
    """Return an Italian VAT number as its 11 digits (`IT 0074311 0157` → `00743110157`), other text only compacted."""
    value = _compact(text)
    return value[2:] if re.fullmatch(r"IT\d{11}", value, re.ASCII) else value


def normalise_tax_code(text: str) -> str:
    """Return a tax code in capitals without spaces; an `IT` before 11 digits goes."""
    return normalise_vat_number(text)


def normalise_iban(text: str) -> str:
    """Return an IBAN in capitals without spaces (and without a leading word `IBAN`)."""
    return _compact(text).removeprefix("IBAN")


def normalise_recipient_code(text: str) -> str:
    """Return a recipient code in capitals without spaces."""
    return _compact(text)


def normalise_eu_vat(text: str, country: str = "") -> str:
    """Return a VAT number with its prefix; `country` (ISO code) gives the prefix where the text has none.

    Greece is EL, whether `GR` or `EL` is given.
    """
    value = _compact(text)
    prefix = country.strip().upper().replace("GR", "EL")
    if prefix and not value.startswith((prefix, "GR" if prefix == "EL" else prefix)):
        value = prefix + value
    return "EL" + value[2:] if value.startswith("GR") else value


def check_vat_number(text: str) -> Check:
    """Check an Italian VAT number (*partita IVA*): 11 digits, the last by Luhn (DPR 633/1972, art. 35)."""
    value = normalise_vat_number(text)
    return _first(value, "partita IVA", "VAT number", (_present, _eleven_digits, _luhn))


def check_tax_code(text: str) -> Check:
    """Check a tax code (*codice fiscale*): a person's 16 characters (also *omocodia*) or the 11 digits of others."""
    value = normalise_tax_code(text)
    steps = (_present, _eleven_digits, _luhn) if value.isdigit() else (_present, _person_length, _person_form)
    return _first(value, "codice fiscale", "tax code", steps)


def check_iban(text: str) -> Check:
    """Check an IBAN: form of its country and ISO 7064 digits; for Italy and San Marino the CIN as well."""
    value = normalise_iban(text)
    return _first(value, "IBAN", "IBAN", (_present, _plain, _iban_digits, _cin))


def check_eu_vat(text: str, country: str = "") -> Check:
    """Check a VAT number of a member state of the European Union, or XI for Northern Ireland, by its state's digits."""
    value = normalise_eu_vat(text, country)
    return _first(value, "partita IVA UE", "EU VAT number", (_present, _plain, _member_state, _state_digits))


def check_recipient_code(text: str, *, public: bool | None = None) -> Check:
    """Check a *codice destinatario*: 7 letters or digits for private customers, 6 for a public body (`public`).

    `0000000` (no channel) and `XXXXXXX` (abroad) pass. Where `public` is None, both lengths pass.
    """
    value = normalise_recipient_code(text)
    lengths = {True: (PUBLIC_LENGTH,), False: (PRIVATE_LENGTH,), None: (PUBLIC_LENGTH, PRIVATE_LENGTH)}[public]
    checked = _first(value, "codice destinatario", "recipient code", (_present, _plain))
    if checked and len(value) not in lengths:
        expected = " o ".join(map(str, lengths)), " or ".join(map(str, lengths))
        return Check(
            value,
            "length",
            f"Codice destinatario: deve avere {expected[0]} caratteri, ne ha {len(value)}",
            f"Recipient code: it must have {expected[1]} characters, it has {len(value)}",
        )
    return checked


def person_of(tax_code: str, today: dt.date) -> Person | None:
    """Read a person's tax code; None where the code is not a valid person's.

    The code has two digits of the year: the birth is taken within the hundred years up to `today`.
    """
    checked = check_tax_code(tax_code)
    if not checked or len(checked.value) != _PERSON_LENGTH:
        return None
    code = without_omocodia(checked.value)
    century = today.year - today.year % 100
    year = century + int(code[6:8])
    month, day = "ABCDEHLMPRST".index(code[8]) + 1, int(code[9:11])
    sex: Literal["M", "F"] = "F" if day > _WOMEN else "M"
    if (year, month, day % _WOMEN) > (today.year, today.month, today.day):
        year -= 100
    try:
        born = dt.date(year, month, day % _WOMEN)
    except ValueError:  # 29 February of a year that the other century had
        return None
    return Person(born, sex, code[11:15])


def without_omocodia(tax_code: str) -> str:
    """Return a person's tax code with its substituted letters back as digits; the control letter stays as it is."""
    letters = list(tax_code)
    for place in _OMOCODIA_PLACES:
        letters[place] = letters[place].translate(_OMOCODIA)
    return "".join(letters)


Step = Callable[[str, str, str], Check | None]
"""One step of a check: value, its name in Italian and English → the refusal, or None."""


def _first(value: str, it: str, en: str, steps: tuple[Step, ...]) -> Check:
    """Return the first refusal of `steps`, or the passed check."""
    name_it, name_en = it[0].upper() + it[1:], en[0].upper() + en[1:]
    for step in steps:
        refusal = step(value, name_it, name_en)
        if refusal is not None:  # a refusal is false
            return refusal
    return Check(value)


def _present(value: str, it: str, en: str) -> Check | None:
    if not value:
        return Check(value, "empty", f"{it}: manca", f"{en}: missing")
    if len(value) > MAX_INPUT:
        return Check(value[:MAX_INPUT], "length", f"{it}: troppo lungo", f"{en}: too long")
    return None


def _plain(value: str, it: str, en: str) -> Check | None:
    if value.isascii() and value.isalnum():
        return None
    return Check(
        value, "characters", f"{it}: sono ammesse solo lettere e cifre", f"{en}: only letters and digits are allowed"
    )


def _eleven_digits(value: str, it: str, en: str) -> Check | None:
    if not (value.isascii() and value.isdigit()):
        return Check(value, "characters", f"{it}: deve essere di sole cifre", f"{en}: it must consist of digits")
    if len(value) != _VAT_DIGITS:
        has = len(value)
        return Check(
            value, "length", f"{it}: deve avere 11 cifre, ne ha {has}", f"{en}: it must have 11 digits, it has {has}"
        )
    return None


def _luhn(value: str, it: str, en: str) -> Check | None:
    if not int(value[:7]):
        return Check(
            value, "component", f"{it}: le prime sette cifre sono zero", f"{en}: the first seven digits are zero"
        )
    return None if luhn.is_valid(value) else _wrong_checksum(value, it, en)


def _person_length(value: str, it: str, en: str) -> Check | None:
    if len(value) == _PERSON_LENGTH:
        return None
    return Check(
        value,
        "length",
        f"{it}: deve avere 16 caratteri (persone) o 11 cifre, ne ha {len(value)}",
        f"{en}: it must have 16 characters (persons) or 11 digits, it has {len(value)}",
    )


def _person_form(value: str, it: str, en: str) -> Check | None:
    refusal = _by_library(_tax_code.validate, value, it, en)
    if (
        refusal is None and int(without_omocodia(value)[9:11]) > _LAST_DAY + _WOMEN
    ):  # the library takes any day modulo 40
        return Check(value, "component", f"{it}: il giorno di nascita è errato", f"{en}: the day of birth is wrong")
    return refusal


def _iban_digits(value: str, it: str, en: str) -> Check | None:
    return _by_library(_iban.validate, value, it, en)


def _cin(value: str, it: str, en: str) -> Check | None:
    # The letter after the check digits sums ABI, CAB and account as the tax code sums its own (ABI standard).
    if value[:2] in {"IT", "SM"} and _tax_code.calc_check_digit(value[5:]) != value[4]:
        return Check(
            value, "checksum", f"{it}: la lettera di controllo CIN è errata", f"{en}: the check letter CIN is wrong"
        )
    return None


def _member_state(value: str, it: str, en: str) -> Check | None:
    prefix = value[:2]
    if prefix in EU_PREFIXES:
        return None
    return Check(
        value,
        "country",
        f"{it}: {prefix} non è il prefisso di uno Stato membro",
        f"{en}: {prefix} is not the prefix of a member state",
    )


def _state_digits(value: str, it: str, en: str) -> Check | None:
    return _by_library(_eu_vat.validate, value, it, en)


def _wrong_checksum(value: str, it: str, en: str) -> Check:
    return Check(value, "checksum", f"{it}: il carattere di controllo è errato", f"{en}: the check character is wrong")


def _by_library(validate: Callable[[str], str], value: str, it: str, en: str) -> Check | None:
    """Return python-stdnum's refusal in our words, or None."""
    try:
        validate(value)
    except InvalidChecksum:
        return _wrong_checksum(value, it, en)
    except InvalidLength:
        return Check(value, "length", f"{it}: la lunghezza è errata", f"{en}: the length is wrong")
    except ValidationError:
        return Check(value, "component", f"{it}: il formato è errato", f"{en}: the form is wrong")
    return None
