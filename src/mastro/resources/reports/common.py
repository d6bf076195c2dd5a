"""What the reports share: period, format and language of the request, who may read, the answer in any format."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from mastro import numeration
from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import JSON, Answer, Operation, Parameter
from mastro.database.collection import encoder
from mastro.database.columns import SCALE
from mastro.model.base import Body
from mastro.pdf.table import TooLong, render_table
from mastro.resources.company import load_company
from mastro.tables import Section, Table, write_csv, write_xlsx, written

TAG = "Reports"

PATH = "/c/{company_id}/reports"

FORMATS = {
    "json": JSON,
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}

LANGUAGES = ("it", "en")

LONGEST_PERIOD = 5 * 366
"""Days of a report."""

_DATE = {"type": "string", "format": "date"}
FROM = Parameter("from", _DATE, "First day; without it the first of the year")
TO = Parameter("to", _DATE, "Last day; without it the last of the year of `from`")
YEAR = Parameter("year", {"type": "integer"}, "Year; without it the current one")
FORMAT = Parameter("format", {"type": "string", "enum": list(FORMATS), "default": "json"}, "What to answer with")
LANGUAGE = Parameter("language", {"type": "string", "enum": list(LANGUAGES), "default": "it"}, "Of a file's words")

Words = Callable[[str, str], str]
"""The Italian or the English of two texts, whichever the request asks for."""

SALES = ("issued_documents.invoices", "issued_documents.credit_notes")
PURCHASES = ("received_documents",)


class Listing(Body):
    """The list that shows the documents behind a figure."""

    path: str
    type: str = ""
    """Type of the documents, for lists that have several."""
    q: str = ""


class Party(msgspec.Struct):
    """The other party, as far as reports name it."""

    id: int | None = None
    name: str = ""
    vat_number: str = ""
    tax_code: str = ""


class Shown(msgspec.Struct):
    """What a report reads off the body of a document, of whatever kind: the rest is skipped."""

    id: int = 0
    type: str = ""
    number: int | None = None
    numeration: str = ""
    invoice_number: str = ""
    description: str = ""
    date: dt.date | None = None
    category: str = ""
    entity: Party | None = None
    ei_status: str | None = None

    @property
    def printed(self) -> str:
        """The number as people write it: the supplier's on what was received."""
        if self.invoice_number:
            return self.invoice_number
        return numeration.printed_number(self.number, self.numeration) if self.number else ""

    @property
    def party(self) -> Party:
        """The other party; one without a name where there is none."""
        return self.entity or Party()


shown = msgspec.json.Decoder(Shown)


class OfDocument(Body):
    """A row that is a document, or a part of one."""

    kind: str
    """issued_document, received_document, receipt or tax."""
    document_id: int
    type: str
    number: str
    party: str
    """Its customer or supplier, or what it is about."""


def of_document(kind: str, document: Shown) -> dict[str, Any]:
    """The facts of an `OfDocument`."""
    return {
        "kind": kind,
        "document_id": document.id,
        "type": document.type,
        "number": document.printed,
        "party": document.party.name or document.description,
    }


# the request


def year_of(call: Call) -> int:
    """The year that is asked for, the current one where none is. Raises Invalid."""
    return whole(call, "year", call.now.year, 1970, 2200)


def whole(call: Call, name: str, default: int | None, lowest: int, highest: int) -> int:
    """A whole number of the query. Raises Invalid; where there is no default, also for one that is not sent."""
    text = call.query.get(name, "")
    if not text and default is not None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else lowest - 1
    if not lowest <= number <= highest:
        raise invalid(name, f"The {name.replace('_', ' ')} field must be an integer between {lowest} and {highest}.")
    return number


def period_of(call: Call) -> tuple[dt.date, dt.date]:
    """First and last day that are asked for. Raises Invalid for an end before the beginning, and for too many days."""
    first, last = day_of(call, "from"), day_of(call, "to")
    first = first or dt.date((last or call.now.date()).year, 1, 1)
    last = last or dt.date(first.year, 12, 31)
    if not 0 <= (last - first).days <= LONGEST_PERIOD:
        raise invalid("to", "The to field must be a day from `from` on, at most five years after it.")
    return first, last


def day_of(call: Call, name: str) -> dt.date | None:
    """A day of the query, None where it is not sent. Raises Invalid."""
    text = call.query.get(name, "")
    if not text:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        raise invalid(name, f"The {name} field is not a valid date (YYYY-MM-DD).") from None


def choice(call: Call, name: str, choices: Sequence[str], default: str = "") -> str:
    """One of a few words of the query. Raises Invalid."""
    text = call.query.get(name) or default
    if text not in choices:
        raise invalid(name, f"The {name} field must be one of: {', '.join(choices)}.")
    return text


def require_all(call: Call, families: Sequence[str]) -> None:
    """Raise Forbidden unless every family may be read."""
    for family in families:
        call.require(family, "r")


# values


def euro(cents: Any) -> Decimal:
    """Cents of a column or a sum as euro; a sum over nothing is 0.00."""
    return Decimal(int(cents or 0)).scaleb(-SCALE)


def period_filter(first: dt.date, last: dt.date) -> str:
    """The `q` of the documents of a period."""
    return f"date >= '{first}' and date <= '{last}'"


# the answer


def answer(call: Call, name: str, data: Body, table: Callable[[Words], tuple[str, list[str], list[Section]]]) -> Any:
    """The answer in the format that is asked for; `table` gives title, facts and sections of a file.

    Raises Invalid for a format or language that there is not, and for a PDF that would be too long.
    """
    format = choice(call, "format", tuple(FORMATS), "json")
    language = choice(call, "language", LANGUAGES, "it")
    if format == "json":
        return encoder.encode({"data": data})
    title, facts, sections = table(lambda italian, english: italian if language == "it" else english)
    made = Table(
        title=title,
        owner=_owner(call, language),
        facts=facts,
        sections=sections,
        language=language,
        made_on=call.now.date(),
    )
    try:
        content = {"csv": write_csv, "xlsx": write_xlsx, "pdf": render_table}[format](made)
    except TooLong as error:
        raise invalid("format", str(error), code="TOO_LONG") from None
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
    return Answer(content, media_type=FORMATS[format], headers=headers)


def _owner(call: Call, language: str) -> list[str]:
    company, _ = load_company(call.session, call.company_id)
    city = " ".join(filter(None, (company.address_postal_code, company.address_city, company.address_province)))
    codes = [
        ("P.IVA" if language == "it" else "VAT no.", company.vat_number),
        ("C.F." if language == "it" else "Tax code", company.tax_code),
    ]
    lines = (
        company.name,
        " - ".join(filter(None, (company.address_street, city))),
        "  ".join(f"{label} {code}" for label, code in codes if code),
    )
    return [line for line in lines if line]


def span(words: Words, first: dt.date, last: dt.date) -> str:
    """A period in words."""
    language = words("it", "en")
    begin, end = written(first, "date", language), written(last, "date", language)
    return words(f"Dal {begin} al {end}", f"From {begin} to {end}")


def report(
    id: str,
    name: str,
    handler: Any,
    summary: str,
    answers: Any,
    *query: Parameter,
    scope: str = "",
    more: tuple[str, str] | None = None,
) -> Operation:
    """A report as an operation: it only reads, in a thread of its own, and answers in any format.

    `more` is a format that this one has beside the others: its name and media type.
    """
    formats = FORMATS | dict([more] if more else [])
    format = FORMAT if more is None else replace(FORMAT, schema=FORMAT.schema | {"enum": list(formats)})
    return Operation(
        id,
        "GET",
        f"{PATH}/{name}",
        handler,
        TAG,
        summary,
        scope=scope,
        slow=True,
        query=(*query, format, LANGUAGE),
        answer=answers,
        also_as=tuple(media_type for media_type in formats.values() if media_type != JSON),
    )
