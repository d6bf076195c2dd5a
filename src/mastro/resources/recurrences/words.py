"""The words in braces that texts of a recurring document have for the time it stands for: `{mese} {anno}`."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping

from babel.dates import get_month_names

from mastro.api.errors import Invalid, Validation
from mastro.model.base import Body
from mastro.model.issued_document import IssuedDocument
from mastro.pdf.labels import labels_of
from mastro.recurring import Schedule

Fill = Callable[[str], str]

_WORD = re.compile(r"(?<!\{)\{([^{}\n]{1,60})\}(?!\})")
"""Two braces are a variable of a mail template (`{{cliente}}`), not one of ours."""

KNOWN = ("mese", "anno", "mese_precedente", "anno_mese_precedente", "trimestre", "dal", "al")

_DOCUMENT_KEYS = ("subject", "visible_subject", "notes")
_ROW_KEYS = ("name", "description")


def values(schedule: Schedule, date: dt.date, language: str) -> dict[str, str]:
    """What the words stand for at a date, in a language of documents."""
    labels = labels_of(language)
    months: Mapping[int, str] = get_month_names("wide", "stand-alone", locale=labels.code)
    before = date.replace(day=1) - dt.timedelta(days=1)
    first, last = schedule.period(date)
    return {
        "mese": months[date.month],
        "anno": str(date.year),
        "mese_precedente": months[before.month],
        "anno_mese_precedente": str(before.year),
        "trimestre": str((date.month + 2) // 3),
        "dal": labels.write_date(first),
        "al": labels.write_date(last),
    }


def filling(schedule: Schedule, date: dt.date, document: IssuedDocument) -> Fill:
    """What puts the words of a date into a text of a document."""
    known = values(schedule, date, (document.language.code if document.language else "") or "it")
    return lambda text: _WORD.sub(lambda found: known.get(found[1].strip(), found[0]), text)


def without(text: str) -> str:
    """A text without the words in braces: what does not change with the date."""
    return " ".join(_WORD.sub("", text).split())


def _places(document: IssuedDocument) -> Iterator[tuple[str, Body, str]]:
    """Where a document has texts that are filled in: dotted path, what holds it, and its key."""
    for key in _DOCUMENT_KEYS:
        yield key, document, key
    for index, item in enumerate(document.items_list or ()):
        for key in _ROW_KEYS:
            yield f"items_list.{index}.{key}", item, key


def texts_of(document: IssuedDocument) -> dict[str, str]:
    """The texts of a document that are filled in, by dotted path."""
    return {path: getattr(holder, key) for path, holder, key in _places(document)}


def fill(document: IssuedDocument, put: Fill) -> None:
    """Fill in the texts of a document, which is changed."""
    for _, holder, key in _places(document):
        setattr(holder, key, put(getattr(holder, key)))


def refuse_unknown(texts: Mapping[str, str], under: str) -> None:
    """Raise Invalid with every text that has a word in braces which stands for nothing."""
    errors: Validation = {}
    known = " ".join(f"{{{name}}}" for name in KNOWN)
    for path, text in texts.items():
        word = next((found[0] for found in _WORD.finditer(text) if found[1].strip() not in KNOWN), "")
        if word:
            message = f"The {under}.{path} field has {word}, which stands for nothing; these are known: {known}."
            errors[f"{under}.{path}"] = [message]
    if errors:
        raise Invalid(validation=errors, code="UNKNOWN_WORD")
