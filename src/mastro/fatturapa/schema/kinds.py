"""The kinds of text that the formats share: strings of two alphabets, amounts, rates, dates, identifiers.

Facets as in the official schemas 1.2.3 and 1.0.2. Two alphabets: Basic Latin (U+0000-U+007F) and Latin, which adds the
Latin-1 Supplement (U+0080-U+00FF); neither has the euro sign nor typographic quotes.
"""

import calendar
import re
from collections.abc import Callable

from mastro.fatturapa.schema.codes import Codes
from mastro.fatturapa.schema.grammar import Kind

_DATE = r"(-?)(\d{4}|[1-9]\d{4,})-(\d\d)-(\d\d)"
_ZONE = r"(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DAY = re.compile(_DATE, re.ASCII)


def _on_the_calendar(value: str) -> bool:
    found = _DAY.match(value)
    if found is None:
        return False
    year, month, day = int(found[2]), int(found[3]), int(found[4])
    # The Gregorian calendar repeats every 400 years, which keeps far years within what the library counts.
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year % 400 + 2000, month)[1]


def _since_1970(value: str) -> bool:
    found = _DAY.match(value)
    return found is not None and not found[1] and int(found[2]) >= 1970 and _on_the_calendar(value)


def _between(low: int, high: int) -> Callable[[str], bool]:
    return lambda value: low <= int(value) <= high


def _kind(name: str, pattern: str, expected: str, **more: object) -> Kind:
    return Kind(name, re.compile(pattern, re.ASCII | re.DOTALL), expected, **more)  # type: ignore[arg-type]


def basic(longest: int, shortest: int = 1) -> Kind:
    """Basic Latin text of so many characters."""
    return _kind(
        f"String{longest}",
        rf"[\x00-\x7f]{{{shortest},{longest}}}",
        f"{shortest}-{longest} ASCII",
        whitespace="replace",
        longest=longest,
    )


def latin(longest: int) -> Kind:
    """Latin text (Basic Latin and Latin-1 Supplement) of so many characters."""
    return _kind(
        f"String{longest}Latin",
        rf"[\x00-\xff]{{1,{longest}}}",
        f"1-{longest} Latin-1",
        whitespace="replace",
        longest=longest,
        latin1=True,
    )


def coded(codes: Codes) -> Kind:
    """A code of a list."""
    return _kind(codes.name, r".*", " ".join(codes.rows), codes=codes, longest=max(map(len, codes.rows)))


def whole(name: str, low: int, high: int) -> Kind:
    """A whole number."""
    return _kind(name, r"[+-]?\d{1,18}", f"{low}-{high}", whitespace="collapse", limit=_between(low, high))


TEXT = _kind("string", r".*", "testo")
LATIN_EXTENDED_35 = _kind("String35LatinExt", r".{1,35}", "1-35", whitespace="replace", longest=35, latin1=True)
TITOLO = _kind("Titolo", r"[\x00-\x7f]{2,10}", "2-10 ASCII", whitespace="collapse", longest=10)
TELEFONO = _kind("TelFax", r"[\x00-\x7f]{5,12}", "5-12 ASCII", whitespace="replace", longest=12)

AMOUNT2 = _kind("Amount2", r"-?\d{1,11}\.\d{2}", "-?N.NN", whitespace="collapse")
AMOUNT8 = _kind("Amount8", r"-?\d{1,11}\.\d{2,8}", "-?N.NN[NNNNNN]", whitespace="collapse")
QUANTITA = _kind("Quantita", r"\d{1,12}\.\d{2,8}", "N.NN[NNNNNN]", whitespace="collapse")
RATE = _kind(
    "Rate",
    r"\d{1,3}\.\d{2}",
    "0.00-100.00",
    whitespace="collapse",
    limit=lambda value: len(value) < len("100.00") or value <= "100.00",
)
PESO = _kind("Peso", r"\d{1,4}\.\d{1,2}", "N.N[N] < 10000", whitespace="collapse")

DATE = _kind("date", _DATE + _ZONE, "AAAA-MM-GG", whitespace="collapse", limit=_on_the_calendar)
DATA_FATTURA = _kind("DataFattura", _DATE + _ZONE, "AAAA-MM-GG ≥ 1970-01-01", whitespace="collapse", limit=_since_1970)
DATE_TIME = _kind(
    "dateTime", f"{_DATE}T{_TIME}{_ZONE}", "AAAA-MM-GGThh:mm:ss", whitespace="collapse", limit=_on_the_calendar
)
BASE64 = _kind(
    "base64Binary",
    # The last letter before the padding carries two or four bits only.
    r"(?:(?:[A-Za-z0-9+/] ?){4})*"
    r"(?:[A-Za-z0-9+/] ?[AQgw] ?= ?=|(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=)?",
    "base64",
    whitespace="collapse",
)

CODICE_DESTINATARIO = _kind("CodiceDestinatario", r"[A-Z0-9]{6,7}", "[A-Z0-9]{6,7}", longest=7)
CODICE_DESTINATARIO_7 = _kind("CodiceDestinatario", r"[A-Z0-9]{7}", "[A-Z0-9]{7}", longest=7)
ID_CODICE = _kind("IdCodice", r".{1,28}", "1-28", longest=28)
CODICE_FISCALE = _kind("CodiceFiscale", r"[A-Z0-9]{11,16}", "[A-Z0-9]{11,16}", longest=16)
CODICE_FISCALE_PF = _kind("CodiceFiscalePF", r"[A-Z0-9]{16}", "[A-Z0-9]{16}", longest=16)
COD_EORI = _kind("CodEORI", r".{13,17}", "13-17", longest=17)
PROVINCIA = _kind("Provincia", r"[A-Z]{2}", "[A-Z]{2}", longest=2)
NAZIONE = _kind("Nazione", r"[A-Z]{2}", "[A-Z]{2}", longest=2)
DIVISA = _kind("Divisa", r"[A-Z]{3}", "[A-Z]{3}", longest=3)
CAP = _kind("CAP", r"\d{5}", "[0-9]{5}", longest=5)
IBAN = _kind("IBAN", r"[a-zA-Z]{2}\d{2}[a-zA-Z0-9]{11,30}", "IBAN", longest=34)
BIC = _kind("BIC", r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?", "BIC", longest=11)
EMAIL_CONTATTI = _kind(
    "EmailContatti",
    r"(?=.{7,256}\Z)[^\n\r]+@[^\n\r]+\.+[^\n\r]+",
    "x@y.z, 7-256",
    longest=256,
)

_ATOM = r"[!#-'*+/-9=?A-Z^-~-]+"
_DOTTED = rf"{_ATOM}(?:\.{_ATOM})*"
PEC = _kind(
    "Email",
    rf'(?=.{{0,256}}\Z)(?:{_DOTTED}|"(?:\[\]!#-[^-~ \t]|(?:\\[\t -~]))+")@(?:{_DOTTED}|\[[\t -Z^-~]*\])',
    "x@y, ASCII, ≤ 256",
    whitespace="collapse",
    longest=256,
)


def between(name: str, shortest: int, longest: int) -> Kind:
    """Any text of so many characters."""
    return _kind(name, rf".{{{shortest},{longest}}}", f"{shortest}-{longest}", longest=longest, latin1=True)


def up_to(name: str, longest: int) -> Kind:
    """Any text of at most so many characters, also none."""
    return between(name, 0, longest)


def exactly(value: str) -> Kind:
    """One text alone."""
    return _kind(value, re.escape(value), value)
