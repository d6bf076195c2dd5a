"""A document as the texts of its form, and the texts as a document.

The form is rendered from texts alone, by the names of its inputs: what somebody typed comes back as it was, whether it
can be read or not.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mastro.model.issued_document import IssuedDocument
from mastro.web.forms import Typed, number, typed
from mastro.web.language import Locale
from mastro.web.sections.editor import notes
from mastro.web.sections.editor.kinds import Kind
from mastro.web.sections.editor.raw import RAW, raw_text, read_raw

Fields = dict[str, str]
Document = Mapping[str, Any]

ROWS, PAYMENTS = "items_list", "payments_list"
_LISTED = re.compile(r"(items_list|payments_list)\.(\d{1,9})\.(.+)")
_SAYING = ("name", "code", "description", "net_price", "gross_price", "product_id")
"""Inputs of a row that make it one: quantity, VAT and discount alone say nothing."""

AMOUNTS = ("amount", "stamp_duty", "amount_due_discount")
"""Keys that are shown to the cent."""

PRICES = ("net_price", "gross_price")
"""Keys that have two decimals at least."""

EMPTY_FOR_ZERO = ("discount", "stamp_duty", "amount_due_discount")
"""Keys that are usually 0, which is also what nothing means."""

REFERENCES = ("vat", "payment_method", "payment_account", "template", "delivery_note_template", "acc_inv_template")
"""Keys that name something by its id: without one there is nothing."""


@dataclass(slots=True)
class Sheet:
    """What stands on the form. Rows and installments are numbered from 0 without gaps, in their order."""

    fields: Fields
    rows: int = 0
    payments: int = 0
    keys: dict[str, list[str]] = field(default_factory=dict)
    """List → the number that each row had when it was sent."""
    errors: dict[str, str] = field(default_factory=dict)
    """What is wrong, by input."""
    error: str = ""
    """What is wrong with the whole."""

    def __call__(self, name: str, otherwise: str = "") -> str:
        """What an input says."""
        return self.fields.get(name, otherwise)

    def on(self, name: str) -> bool:
        """True where a box is ticked."""
        return self.fields.get(name) == "on"

    def any(self, *names: str) -> bool:
        """True where one of the inputs says something, or is wrong: the part of the form they are in is open."""
        return any(self.fields.get(name) not in (None, "", "off", "0") or name in self.errors for name in names)

    def sent(self, name: str) -> str:
        """The name that an input had when it was sent."""
        found = _LISTED.fullmatch(name)
        if not found:
            return name
        index, known = int(found[2]), self.keys.get(found[1], [])
        return f"{found[1]}.{known[index]}.{found[3]}" if index < len(known) else name


def read(fields: Mapping[str, str], *, blank: bool) -> Sheet:
    """The form as it was sent, its rows numbered anew in the order in which they came; `blank` ones stay or go."""
    others: Fields = {}
    listed: dict[str, dict[str, Fields]] = {ROWS: {}, PAYMENTS: {}}
    for name, text in fields.items():
        found = _LISTED.fullmatch(name)
        if found:
            listed[found[1]].setdefault(found[2], {})[found[3]] = text
        else:
            others[name] = text
    rows = {key: row for key, row in listed[ROWS].items() if blank or _says_something(row)}
    sheet = Sheet(others, len(rows), len(listed[PAYMENTS]), {ROWS: [*rows], PAYMENTS: [*listed[PAYMENTS]]})
    put(sheet, ROWS, rows.values())
    put(sheet, PAYMENTS, listed[PAYMENTS].values())
    return sheet


def _says_something(row: Fields) -> bool:
    return any(row.get(name, "").strip() for name in _SAYING)


def taken(sheet: Sheet, key: str) -> list[Fields]:
    """The rows of a list, taken out of the form."""
    found: list[Fields] = [{} for _ in range(sheet.rows if key == ROWS else sheet.payments)]
    for name in [name for name in sheet.fields if name.startswith(f"{key}.")]:
        _, index, rest = name.split(".", 2)
        found[int(index)][rest] = sheet.fields.pop(name)
    return found


def put(sheet: Sheet, key: str, rows: Iterable[Fields]) -> None:
    """Put the rows of a list on the form."""
    count = 0
    for index, row in enumerate(rows):
        sheet.fields.update({f"{key}.{index}.{rest}": text for rest, text in row.items()})
        count += 1
    if key == ROWS:
        sheet.rows = count
    else:
        sheet.payments = count


def written(document: Document, say: Locale) -> Sheet:
    """The form of a document."""
    sheet = Sheet({}, len(document.get(ROWS) or ()), len(document.get(PAYMENTS) or ()))
    sheet.keys = {ROWS: [str(index) for index in range(sheet.rows)]}
    _write(document, "", say, sheet.fields)
    sheet.fields["notes"], plain = notes.as_text(sheet("notes"))
    sheet.fields["_notes_plain"] = "on" if plain else "off"
    return sheet


def _write(value: object, name: str, say: Locale, fields: Fields) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            path = f"{name}.{key}" if name else key
            if key == RAW:
                fields.update({path: raw_text(inner)} if inner else {})
            else:
                _write(inner, path, say, fields)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _write(inner, f"{name}.{index}", say, fields)
    elif value is not None:
        fields[name] = text_of(value, say, name.rpartition(".")[2])


def text_of(value: object, say: Locale, key: str = "") -> str:
    """A value as the input of its key shows it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if key in EMPTY_FOR_ZERO and not value:
        return ""
    if key == "exchange_rate":  # a number that the API keeps as text
        value = number(str(value), "en")
        return "" if value is None else say.number(value)
    if key in PRICES:
        return say.number(Decimal(str(value)), least=2)
    if isinstance(value, Decimal | float) or key in AMOUNTS:
        return say.number(Decimal(str(value)), 2 if key in AMOUNTS else None)
    return str(value)


def data_of(sheet: Sheet, kind: Kind, say: Locale) -> Typed:
    """The `data` of an operation that the form means; what cannot be read is in its `errors`, said in full."""
    given = {name: text for name, text in sheet.fields.items() if not name.startswith("_")}
    data = typed(IssuedDocument, given, say.code)
    data.errors = {name: say(words) for name, words in data.errors.items()}
    data["type"] = kind.type
    if "notes" in data and sheet.on("_notes_plain"):
        data["notes"] = notes.as_html(data["notes"])
    rate = number(sheet("currency.exchange_rate"), say.code)
    if rate is not None and "currency" in data:
        data["currency"]["exchange_rate"] = f"{rate:f}"
    _read_raws(data, given, say)
    for key in (ROWS, PAYMENTS):
        if f"_{key}" in sheet.fields:
            data.setdefault(key, [])
    _drop_empty_references(data)
    for row in data.get(ROWS, ()):
        _drop_empty_references(row)
    for row in data.get(PAYMENTS, ()):
        _drop_empty_references(row)
        terms = row.get("payment_terms")
        if terms and terms.get("days") is None:
            row["payment_terms"] = None
    return data


def _read_raws(data: Typed, given: Fields, say: Locale) -> None:
    """The trees that are typed as JSON, in the place of their texts."""
    for name, text in given.items():
        *where, key = name.split(".")
        if key != RAW or len(where) not in (0, 2):
            continue
        target: dict[str, Any] = data[where[0]][int(where[1])] if where else data
        tree, wrong = read_raw(text, say)
        target[RAW] = tree
        if wrong:
            del target[RAW]
            data.errors[name] = wrong


def _drop_empty_references(values: dict[str, Any]) -> None:
    for key in REFERENCES:
        if isinstance(values.get(key), dict) and values[key].get("id") is None:
            values[key] = None


def over(base: object, given: Any) -> Any:
    """What was given, over what was there: keys that the form does not show stay; rows find theirs by id."""
    if isinstance(given, dict) and isinstance(base, Mapping):
        return {**base, **{key: over(base.get(key), value) for key, value in given.items()}}
    if isinstance(given, list) and isinstance(base, list):
        known = {row["id"]: row for row in base if isinstance(row, Mapping) and row.get("id") is not None}
        return [over(known.get(row.get("id")), row) if isinstance(row, dict) else row for row in given]
    return given


def untouched(base: object, seen: object, given: Any) -> Any:
    """What was given, with what stands on the form as it was shown (`seen`) put back to what it was made of."""
    if seen == given:
        return base
    if isinstance(given, dict) and isinstance(seen, Mapping) and isinstance(base, Mapping):
        return {
            key: untouched(base[key], seen[key], value) if key in base and key in seen else value
            for key, value in given.items()
        }
    if isinstance(given, list) and isinstance(seen, list) and isinstance(base, list):
        were, shown = ({row.get("id"): row for row in rows if isinstance(row, Mapping)} for rows in (base, seen))
        return [
            untouched(were[row["id"]], shown[row["id"]], row) if row.get("id") in were and row["id"] in shown else row
            for row in given
        ]
    return given
