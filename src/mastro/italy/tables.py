"""Read the data files of this package, and compare text the way their readers do."""

import csv
import datetime as dt
import unicodedata
from importlib.resources import files

MAX_TEXT = 200
"""Longest text from outside that is looked up; no name in the tables is longer."""


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of `data/<name>.csv` by column name; an empty cell is the empty string."""
    text = files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def day(text: str) -> dt.date | None:
    """Return the date of a cell, None where the cell is empty."""
    return dt.date.fromisoformat(text) if text else None


def in_force(valid_from: dt.date | None, valid_until: dt.date | None, on: dt.date) -> bool:
    """Say whether `on` lies within both days, which are included; None is an open end."""
    return (valid_from is None or valid_from <= on) and (valid_until is None or on <= valid_until)


def fold(text: str) -> str:
    """Return `text` for comparison: no case, accents, spaces or punctuation (`São Tomé` = `sao tome`).

    Text longer than any name is cut, so that a hostile one costs nothing.
    """
    spelt = text[:MAX_TEXT].casefold().replace("&", " and ")
    return "".join(letter for letter in unicodedata.normalize("NFKD", spelt) if letter.isalnum())
