"""The language of a page: what it says, and how it writes money, numbers, dates and months.

The pages are written in Italian: the Italian text is the key of the catalogue, and `locale/en/*.po` says it in English,
one file for each section. `tests/web/test_language.py` finds what is not translated, and text that is in no catalogue.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Literal

from babel import dates, numbers
from babel.messages.pofile import read_po

Code = Literal["it", "en"]
CODES: tuple[Code, ...] = ("it", "en")

Number = Decimal | int | float

_TERRITORIES = {"it": "it_IT", "en": "en_GB"}
_LONG = Context(prec=200, rounding=ROUND_HALF_UP)
"""For what somebody typed: it may have more digits than any amount."""
_NUMBERS = (Decimal, int, float)
"""A tuple: where a union stands in a function it is made anew at each call, and a page writes hundreds of numbers."""


def N_(text: str) -> str:  # noqa: N802  (the name that every gettext tool looks for)
    """Mark a text for the catalogue where it stands; it is said in the reader's language later."""
    return text


class Locale:
    """One language."""

    def __init__(self, code: Code) -> None:
        self.code: Code = code
        self.territory = _TERRITORIES[code]
        self.messages = messages(code)

    def gettext(self, text: str) -> str:
        """The text in this language; a name in `%(…)s` stands for a value that follows."""
        found = self.messages.get(text, text)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The text for one or for many."""
        found = self.messages.get(one)
        forms = found if isinstance(found, tuple) else (one, many)
        return forms[0] if count == 1 else forms[-1]

    def __call__(self, text: str, /, **values: object) -> str:
        """The text in this language, with its values; a percent sign is written `%%`, as in a template."""
        return self.gettext(text) % values

    def number(self, value: Number | str | None, places: int | None = None, least: int = 0) -> str:
        """A number; with `places` decimals, or with those that it has but `least`. A typed text stays."""
        if not isinstance(value, _NUMBERS):
            return value if isinstance(value, str) else ""
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        if places is None:
            exact = exact.normalize(_LONG)
            places = max(least, -int(exact.as_tuple().exponent))
        else:
            exact = exact.quantize(_unit(places), context=_LONG)
        text = f"{exact:,.{places}f}"
        return text.replace(",", "\0").replace(".", ",").replace("\0", ".") if self.code == "it" else text

    def money(self, value: Number | str | None, currency: str = "EUR") -> str:
        """An amount with its currency: `1.234,56 €`, `€1,234.56`. "" for None."""
        return self._of(currency, value, self.number(value, 2))

    def price(self, value: Number | str | None, currency: str = "EUR") -> str:
        """A price with its currency: cents, and as many more decimals as it has. "" for None."""
        return self._of(currency, value, self.number(value, least=2))

    def _of(self, currency: str, value: Number | str | None, text: str) -> str:
        symbol = self.symbol(currency)
        if not isinstance(value, _NUMBERS):
            return text
        if self.code == "it":
            return f"{text}\N{NO-BREAK SPACE}{symbol}"
        return f"-{symbol}{text[1:]}" if text.startswith("-") else f"{symbol}{text}"

    def symbol(self, currency: str) -> str:
        """How a currency is written: `€`; its code where it has no sign of its own."""
        return _symbol(currency or "EUR", self.territory)

    def percent(self, value: Number | None) -> str:
        """A rate in percent: `22%`."""
        return f"{self.number(value)}%" if isinstance(value, _NUMBERS) else ""

    def date(self, value: dt.date | str | None) -> str:
        """A day: `23/11/2026`, `23 Nov 2026`; of a moment only its day. "" for none."""
        return _date(str(value)[:10], self.territory) if value else ""

    def moment(self, value: str | None) -> str:
        """A day and time from the wire's `YYYY-MM-DD HH:MM:SS`."""
        return f"{self.date(value)} {value[11:16]}" if value else ""

    def month(self, number: int, *, short: bool = False) -> str:
        """Name of a month, 1 to 12."""
        return _months("abbreviated" if short else "wide", self.territory)[number]

    def weekday(self, number: int) -> str:
        """Short name of a day of the week, Monday 0."""
        return dates.get_day_names("abbreviated", "stand-alone", locale=self.territory)[number]  # type: ignore[no-any-return]

    def country(self, iso: str) -> str:
        """Name of a country by its two letters; the letters where there is none."""
        return _territories(self.code).get(iso.upper(), iso)


@cache
def _unit(places: int) -> Decimal:
    """The smallest step of a number with so many decimals."""
    return Decimal(1).scaleb(-places)


@cache
def messages(code: Code) -> Mapping[str, str | tuple[str, ...]]:
    """The catalogue of a language: key → text, or the texts for one and for many."""
    found: dict[str, str | tuple[str, ...]] = {}
    if code == "it":
        return found
    for file in sorted(files("mastro.web").joinpath("locale", code).iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".po"):
            continue
        for message in read_po(BytesIO(file.read_bytes())):
            if message.id and message.string:
                key = message.id if isinstance(message.id, str) else message.id[0]
                found[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return found


@lru_cache(maxsize=4096)
def _date(day: str, territory: str) -> str:
    pattern = "dd/MM/yyyy" if territory == "it_IT" else "d MMM yyyy"
    try:
        return dates.format_date(dt.date.fromisoformat(day), pattern, locale=territory)
    except ValueError:
        return day


@cache
def _months(width: Literal["abbreviated", "wide"], territory: str) -> Mapping[int, str]:
    return dates.get_month_names(width, "stand-alone", locale=territory)


@cache
def _symbol(currency: str, territory: str) -> str:
    return numbers.get_currency_symbol(currency, locale=territory)


@cache
def _territories(code: str) -> Mapping[str, str]:
    from babel import Locale as Known  # noqa: PLC0415  (290 names, for few pages)

    return dict(Known(code).territories)


LOCALES: dict[Code, Locale] = {code: Locale(code) for code in CODES}


@lru_cache(maxsize=512)
def preferred(accepted: str) -> Code:
    """Italian, unless a browser's Accept-Language wants English more."""
    wanted: dict[str, float] = {}
    for part in accepted[:1000].split(","):
        tag, _, quality = part.strip().partition(";")
        name = tag.split("-")[0].lower()
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        wanted[name] = max(weight, wanted.get(name, 0.0))
    return "en" if wanted.get("en", 0.0) > wanted.get("it", 0.0) else "it"
