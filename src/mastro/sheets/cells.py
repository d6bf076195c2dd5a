"""What a cell of a table says: numbers and days, as people, banks and programs write them."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

YEARS = (1900, 2199)
"""Years before and after are slips of a typing finger, not days of a business."""

_MARKS = re.compile(r"[\s\u00a0\u202f€%']|EUR", re.IGNORECASE)
_ITALIAN = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+,\d+")
_ONE_GROUP = re.compile(r"-?\d+\.\d{3}")
_GROUPS = re.compile(r"-?[1-9]\d{0,2}([.,]\d{3})+")
_NUMBER = re.compile(r"-?(\d{1,30}(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.ASCII)

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$")
_MOMENT = re.compile(r"[T ,]+\d{1,2}[:.]\d{2}([:.]\d{2}([.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?$")
_FIRST_SERIAL = dt.date(1899, 12, 30)


def number(cell: str, *, money: bool = False) -> Decimal | None:
    """A number as Italians or as programs write it: `1.234,56`, `1,234.56`, `€ 12`; None for what is none.

    `1.234` is a price of three decimals, unless `money` says that there are only cents; money may also have its sign
    behind it, or stand in brackets where it is below zero.
    """
    bare = _MARKS.sub("", cell)
    if money:
        bare = _signed(bare.replace("\u2212", "-").removeprefix("+"))
    if money and _GROUPS.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", "")
    elif _ITALIAN.fullmatch(bare) and not _ONE_GROUP.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif "," in bare and "." in bare:
        bare = bare.replace(",", "")
    try:
        return Decimal(bare) if _NUMBER.fullmatch(bare) else None
    except InvalidOperation:
        return None


def _signed(bare: str) -> str:
    """The sign in front, where programs expect it."""
    if bare.startswith("(") and bare.endswith(")"):
        return f"-{bare[1:-1]}"
    if bare[-1:] in {"-", "+"} and len(bare) > 1 and bare[0] not in "+-":
        return f"{bare[-1]}{bare[:-1]}".removeprefix("+")
    return bare


def day(cell: str) -> dt.date | None:
    """A day: `31/12/2026`, `31.12.26`, `2026-12-31`; None for what is none."""
    iso, first = _ISO.match(cell.strip()), _DAY_FIRST.match(cell.strip())
    try:
        if iso:
            return _of_business(dt.date(*map(int, iso.groups())))
        if first:
            number, month, year = map(int, first.groups())
            return _of_business(dt.date(year + 2000 if year < 100 else year, month, number))
    except ValueError:
        return None
    return None


def day_of_file(cell: str) -> dt.date | None:
    """A day as it stands in a file: also with a time behind it, or as the number that spreadsheets count days by."""
    if _SERIAL.match(cell):
        return _FIRST_SERIAL + dt.timedelta(days=int(float(cell)))
    return day(_MOMENT.sub("", cell.strip()))


def _of_business(found: dt.date) -> dt.date | None:
    return found if YEARS[0] <= found.year <= YEARS[1] else None
