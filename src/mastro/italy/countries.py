"""The countries of an address: Italian name, ISO and tax codes, and membership of the European Union.

`all_countries` gives the 249 names that the API lists and answers, in its order (Italy first); programs compare these
names, so an old one (Swaziland, Antille Olandesi) stays. Four territories that came later (Curaçao …) are known by
code and name as well. Codes: ISO 3166-1 alpha-2, with XK for Kosovo, IC for the Canary Islands (outside the VAT
territory of the Union) and AN for the former Netherlands Antilles; the tax code differs for Greece (EL). `uic` is the
three-digit code of the former *Ufficio Italiano dei Cambi*, as in the list of foreign states of the *Agenzia delle
Entrate*'s tax returns; empty where there is none.
"""

import datetime as dt
from functools import cache

import msgspec

from mastro.italy.tables import day, fold, rows


class Country(msgspec.Struct, frozen=True):
    """A country as `GET /info/detailed_countries` writes it."""

    name: str
    settings_name: str
    iso: str
    fiscal_iso: str
    uic: str


class _Table(msgspec.Struct, frozen=True):
    """What `data/countries.csv` holds, by the ways it is asked."""

    listed: tuple[Country, ...]
    by_iso: dict[str, Country]
    by_name: dict[str, str]
    """Folded name in any of the known languages and spellings, or code → ISO code."""
    union: dict[str, tuple[dt.date, dt.date | None]]
    """ISO code → first day in the European Union and first day out of it."""


@cache
def _table() -> _Table:
    """Read the file once."""
    listed, by_iso, by_name, union = [], {}, {}, {}
    for row in rows("countries"):
        iso, name = row["iso"], row["name"]
        country = Country(name, name, iso, row["fiscal_iso"], row["uic"])
        if row["listed"] == "yes":
            listed.append(country)
        # "Macedonia" and "Macedonia del Nord" share a code: the later row is the present name.
        by_iso[iso] = country
        spellings = (name, row["english"], *filter(None, row["also"].split("; ")))
        by_name.update({fold(text): iso for text in spellings})
        if joined := day(row["eu_from"]):
            union[iso] = (joined, day(row["eu_until"]))
    codes = {country.fiscal_iso: iso for iso, country in by_iso.items()} | {iso: iso for iso in by_iso}
    by_name.update({fold(code): iso for code, iso in codes.items()})
    return _Table(tuple(listed), by_iso, by_name, union)


def all_countries() -> tuple[Country, ...]:
    """Return the 249 listed countries, Italy first, the others by Italian name."""
    return _table().listed


def by_iso(iso: str) -> Country | None:
    """Return the country with an ISO (or tax) code, in any case, or None."""
    known = _table()
    return known.by_iso.get(known.by_name.get(fold(iso), "")) if len(iso) == 2 else None


def name_of(iso: str) -> str | None:
    """Return the Italian name for an ISO or tax code (`IE` → `Irlanda`, `EL` → `Grecia`), or None."""
    country = by_iso(iso)
    return country.name if country else None


def iso_of(name: str) -> str | None:
    """Return the ISO code for an Italian or English name, or for a code itself; case and accents do not matter.

    `germania`, `Germany`, `DE` → `DE`; `Peru` → `PE`; `U.S.A.` → `US`. None where nothing is known by that name.
    """
    return _table().by_name.get(fold(name))


def is_eu(iso: str, on: dt.date | None = None) -> bool:
    """Say whether a country is a member of the European Union, today's members where no date is given.

    Membership, not the VAT territory: the Canary Islands, San Marino and Monaco are not members. The United Kingdom
    counts to the end of the transition, 31 December 2020.
    """
    country = by_iso(iso)
    if country is None or country.iso not in _table().union:
        return False
    joined, left = _table().union[country.iso]
    if on is None:
        return left is None
    return joined <= on and (left is None or on < left)
