"""Italian municipalities with their postal codes and provinces, and the provinces themselves.

Names, provinces and regions: ISTAT, list of the municipalities (2024, 107 provinces), CC BY 4.0. Postal codes: the
Italian address provider of Faker (MIT), corrected for merged municipalities and cities divided into districts.
`scripts/italy/cities.py` makes both files from these. Where no municipality has a postal code as a whole, the
localities that share it stand in its place.
"""

from bisect import bisect_left
from functools import cache

import msgspec

from mastro.italy.tables import fold, rows

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000

LAST_CHARACTER = "\U0010ffff"
"""Sorts after every other: what begins with `x` lies between `x` and `x` with this."""


class City(msgspec.Struct, frozen=True):
    """A municipality with one of its postal codes, as `GET /info/cities` writes it."""

    postal_code: str
    city: str
    province: str


class Province(msgspec.Struct, frozen=True):
    """A province or metropolitan city: its code (`MI`), name and region."""

    code: str
    name: str
    region: str


class _Index(msgspec.Struct, frozen=True):
    """The cities in two orders, each with its sorted keys."""

    codes: list[str]
    by_code: list[City]
    names: list[str]
    by_name: list[City]


@cache
def _index() -> _Index:
    """Read `data/cities.csv`, which is sorted by postal code, and sort it by name too."""
    by_code = [City(row["postal_code"], row["city"], row["province"]) for row in rows("cities")]
    named = sorted(((fold(city.city), city) for city in by_code), key=lambda pair: (pair[0], pair[1].postal_code))
    return _Index(
        [city.postal_code for city in by_code], by_code, [name for name, _ in named], [city for _, city in named]
    )


def all_cities() -> tuple[City, ...]:
    """Return every municipality with each of its postal codes, by postal code."""
    return tuple(_index().by_code)


def search(postal_code: str | None = None, city: str | None = None, limit: int = DEFAULT_LIMIT) -> list[City]:
    """Return the cities whose postal code and name begin so; an exact name comes before longer ones.

    Case and accents of the name do not matter. Without any text the answer is empty; `limit` is kept between 1 and
    `MAX_LIMIT`.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    code, name = (postal_code or "").strip(), fold(city or "")
    if not code and not name:
        return []
    index = _index()
    if not name:
        return _beginning(index.codes, index.by_code, code)[:limit]
    found = _beginning(index.names, index.by_name, name)
    return [place for place in found if place.postal_code.startswith(code)][:limit]


def _beginning(keys: list[str], places: list[City], start: str) -> list[City]:
    """Return the places whose key begins with `start`; `keys` are sorted, and `places` in the same order."""
    return places[bisect_left(keys, start) : bisect_left(keys, start + LAST_CHARACTER)]


@cache
def provinces() -> dict[str, Province]:
    """Return the provinces by code."""
    return {row["code"]: Province(row["code"], row["name"], row["region"]) for row in rows("provinces")}


def province_of(text: str) -> str | None:
    """Return the code of a province given by code or name (`mi`, `Milano`), or None."""
    wanted = fold(text)
    for code, province in provinces().items():
        if wanted in {fold(code), fold(province.name)}:
            return code
    return None
