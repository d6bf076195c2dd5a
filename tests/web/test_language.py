"""The pages speak Italian and English: every text is in the catalogue, and numbers are as each language writes them."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from mastro.web.language import LOCALES, messages
from web.said import LOCALE, NOT_YET, WEB, bare_texts, everything_said

it, en = LOCALES["it"], LOCALES["en"]
TEMPLATES = sorted(path.relative_to(WEB / "templates").as_posix() for path in (WEB / "templates").rglob("*.html"))


def test_everything_that_is_said_is_said_in_english() -> None:
    known = messages("en")
    missing = [said.id for said in everything_said().values() if said.id not in known or not all(known[said.id])]
    assert not missing


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    said = everything_said()
    stale = {
        (path.name, message.id)
        for path in (LOCALE / "en").glob("*.po")
        for message in read_po(path.open("rb"))
        if message.id and (message.id if isinstance(message.id, str) else message.id[0]) not in said
    }
    assert not stale


def test_a_text_is_said_alike_everywhere() -> None:
    seen: dict[str, tuple[Path, object]] = {}
    for path in sorted((LOCALE / "en").glob("*.po")):
        for message in read_po(path.open("rb")):
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key:
                before, said = seen.setdefault(key, (path, message.string))
                assert said == message.string, f"{key!r} is said otherwise in {path.name} than in {before.name}"


def test_a_translation_keeps_the_values_of_its_text() -> None:
    for path in (LOCALE / "en").glob("*.po"):
        for message in read_po(path.open("rb")):
            if isinstance(message.id, str) and message.id and message.string:
                assert _values(message.id) == _values(str(message.string)), message.id


def _values(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name not in NOT_YET])
def test_a_template_says_nothing_past_the_catalogue(name: str) -> None:
    assert list(bare_texts(WEB / "templates" / name)) == []


def test_money_is_written_as_each_language_does() -> None:
    assert it.money(Decimal("1234567.5")) == "1.234.567,50\N{NO-BREAK SPACE}€"
    assert en.money(Decimal("-1234.5")) == "-€1,234.50"
    assert it.money(Decimal("0.005")) == "0,01\N{NO-BREAK SPACE}€"
    assert en.money(Decimal(3), "USD") == "US$3.00"


def test_numbers_keep_the_decimals_that_they_have() -> None:
    assert it.number(Decimal("1000.500")) == "1.000,5"
    assert en.number(Decimal(100)) == "100"
    assert it.percent(Decimal(22)) == "22%"


def test_dates_are_written_as_each_language_does() -> None:
    assert it.date(dt.date(2026, 11, 3)) == "03/11/2026"
    assert en.date("2026-11-03 10:20:30") == "3 Nov 2026"
    assert it.moment("2026-11-03 10:20:30") == "03/11/2026 10:20"
