"""What the buttons of the form do: each changes the texts on it, and nothing is stored."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mastro.model.entity import Entity
from mastro.totals import gross_price_of, net_price_of
from mastro.totals.payments import due_date
from mastro.web.forms import date, number
from mastro.web.language import Locale
from mastro.web.operations import Operations
from mastro.web.sections.editor.sheet import PAYMENTS, ROWS, Fields, Sheet, put, taken, text_of
from mastro.web.sections.editor.start import Start

MOST_INSTALLMENTS = 60

ENTITY_KEYS = tuple(
    key
    for key in Entity.__struct_fields__
    if key not in {"notes", "created_at", "updated_at", "default_vat", "default_payment_method"}
)
"""What the form holds of the other party."""

Act = Callable[[Operations, Start, Sheet, Locale, list[str]], None]


def do(api: Operations, start: Start, sheet: Sheet, say: Locale, words: str) -> None:
    """Do what a button says: `add_row`, `remove_row:3`, `entity:12` … What is unknown does nothing."""
    name, *arguments = words.split(":")
    act = ACTS.get(name)
    if act and all(each.isascii() and each.isdigit() and len(each) < 16 for each in arguments):
        act(api, start, sheet, say, arguments)


# rows


def _add_row(_api: Operations, start: Start, sheet: Sheet, _say: Locale, _more: list[str]) -> None:
    rows = taken(sheet, ROWS)
    put(sheet, ROWS, [*rows, new_row(start, sheet)])


def new_row(start: Start, sheet: Sheet) -> Fields:
    """An empty row, with what new rows of this document begin with."""
    usual = start.info["items_default_values"]["vat"]
    vat = sheet("_default_vat") or str(usual["id"] if usual else "")
    return {"vat.id": vat, "discount": sheet("_default_discount"), "apply_withholding_taxes": "on"}


def _changed_rows(change: Callable[[list[Fields], int], None], key: str) -> Act:
    def act(_api: Operations, _start: Start, sheet: Sheet, _say: Locale, more: list[str]) -> None:
        rows, index = taken(sheet, key), int(more[0]) if more else -1
        if 0 <= index < len(rows):
            change(rows, index)
        put(sheet, key, rows)

    return act


def _copy(rows: list[Fields], index: int) -> None:
    rows.insert(index + 1, {**rows[index], "id": ""})


def _move(step: int) -> Callable[[list[Fields], int], None]:
    def change(rows: list[Fields], index: int) -> None:
        other = index + step
        if 0 <= other < len(rows):
            rows[index], rows[other] = rows[other], rows[index]

    return change


def _prices(_api: Operations, start: Start, sheet: Sheet, say: Locale, _more: list[str]) -> None:
    """The prices that are typed, with VAT or without, as the switch says now."""
    gross = sheet.on("use_gross_prices")
    given, wanted = ("net_price", "gross_price") if gross else ("gross_price", "net_price")
    convert = gross_price_of if gross else net_price_of
    rates = {str(vat["id"]): Decimal(str(vat["value"])) for vat in start.info["vat_types_list"]}
    rows = taken(sheet, ROWS)
    for row in rows:
        price = number(row.pop(given, ""), say.code)
        if price is not None:
            rate = Decimal(0) if row.get("not_taxable") == "on" else rates.get(row.get("vat.id", ""), Decimal(0))
            row[wanted] = say.number(convert(price, rate), least=2)
    put(sheet, ROWS, rows)


def _product(api: Operations, _start: Start, sheet: Sheet, say: Locale, more: list[str]) -> None:
    """Take a product into a row."""
    index, id = int(more[0]), int(more[1])
    product = api("getProduct", path={"product_id": id})["data"]
    gross = sheet.on("use_gross_prices")
    price = product["gross_price" if gross else "net_price"]
    listed = _listed_price(api, sheet, id)
    row: dict[str, Any] = {key: product[key] for key in ("name", "code", "description", "category", "measure")}
    row["product_id"], row["gross_price" if gross else "net_price"] = id, price if listed is None else listed
    row["stock"] = bool(product["in_stock"])
    if product["default_vat"] and product["default_vat"]["id"] is not None:
        row["vat.id"] = product["default_vat"]["id"]
    for key, value in row.items():
        sheet.fields[f"{ROWS}.{index}.{key}"] = "" if value is None else text_of(value, say, key)
    if not sheet(f"{ROWS}.{index}.qty"):
        sheet.fields[f"{ROWS}.{index}.qty"] = "1"


def _listed_price(api: Operations, sheet: Sheet, product_id: int) -> Decimal | None:
    """The price of a product on the document's price list, where it has one."""
    if not sheet("price_list_id").isdigit():
        return None
    prices = api("getPriceListItems", path={"price_list_id": sheet("price_list_id")})["data"]
    found = prices.get(str(product_id))
    return Decimal(str(found["price"])) if found else None


# the other party


def _entity(api: Operations, start: Start, sheet: Sheet, say: Locale, more: list[str]) -> None:
    """Take an entry of the address book, and what is usual with it."""
    operation, key = ("getSupplier", "supplier_id") if start.kind.for_supplier else ("getClient", "client_id")
    entry = api(operation, path={key: int(more[0])})["data"]
    _clear(sheet)
    for name in ENTITY_KEYS:
        value = entry.get(name)
        sheet.fields[f"entity.{name}"] = "" if value is None else text_of(value, say)
    sheet.fields |= {"_find": "", "_save_entity": "off", "price_list_id": entry.get("price_list_id") or ""}
    if start.kind.electronic and "e_invoice" in entry:
        sheet.fields["e_invoice"] = "on" if entry["e_invoice"] else "off"
    _take_method(sheet, start, entry)
    _take_terms(sheet, entry)
    _take_row_defaults(sheet, entry, say)


def _take_method(sheet: Sheet, start: Start, entry: Mapping[str, Any]) -> None:
    method = entry.get("default_payment_method")
    if method and start.kind.payable:
        sheet.fields["payment_method.id"] = str(method["id"])
        sheet.fields["ei_data.payment_method"] = method.get("ei_payment_method") or sheet("ei_data.payment_method")


def _take_terms(sheet: Sheet, entry: Mapping[str, Any]) -> None:
    """One installment that nobody has touched falls due by the terms of the other party."""
    days = entry.get("default_payment_terms")
    first = f"{PAYMENTS}.0."
    if days is None or sheet.payments != 1 or sheet(f"{first}amount") or sheet(f"{first}status") == "paid":
        return
    sheet.fields[f"{first}payment_terms.days"] = str(days)
    sheet.fields[f"{first}payment_terms.type"] = entry.get("default_payment_terms_type") or "standard"
    _fall_due(sheet)


def _fall_due(sheet: Sheet) -> None:
    """What is to be paid by terms falls due so many days from the date that the document has now."""
    day = date(sheet("date"))
    for index in range(sheet.payments):
        prefix = f"{PAYMENTS}.{index}."
        days, terms = sheet(f"{prefix}payment_terms.days"), sheet(f"{prefix}payment_terms.type") or "standard"
        if day is not None and days.isdigit() and len(days) < 6 and sheet(f"{prefix}status") != "paid":
            kind: Any = terms
            sheet.fields[f"{prefix}due_date"] = due_date(day, int(days), kind).isoformat()


def _date(_api: Operations, _start: Start, sheet: Sheet, _say: Locale, _more: list[str]) -> None:
    _fall_due(sheet)


def _take_row_defaults(sheet: Sheet, entry: Mapping[str, Any], say: Locale) -> None:
    """New rows begin with the VAT type and discount of the other party; rows that say nothing yet take them too."""
    vat, discount = entry.get("default_vat"), entry.get("default_discount")
    sheet.fields["_default_vat"] = str(vat["id"]) if vat else ""
    sheet.fields["_default_discount"] = say.number(discount) if discount else ""
    for index in range(sheet.rows):
        prefix = f"{ROWS}.{index}."
        if not sheet(f"{prefix}name") and not sheet(f"{prefix}product_id"):
            if vat:
                sheet.fields[f"{prefix}vat.id"] = str(vat["id"])
            if discount:
                sheet.fields[f"{prefix}discount"] = say.number(discount)


def _clear(sheet: Sheet) -> None:
    for name in ENTITY_KEYS:
        sheet.fields[f"entity.{name}"] = ""


def _no_entity(_api: Operations, _start: Start, sheet: Sheet, _say: Locale, _more: list[str]) -> None:
    _clear(sheet)


def _new_entity(_api: Operations, _start: Start, sheet: Sheet, _say: Locale, _more: list[str]) -> None:
    """Somebody who is not in the address book yet, by the name that was looked for."""
    name = sheet("_find").strip()
    _clear(sheet)
    sheet.fields |= {"entity.name": name, "entity.country": "Italia", "_find": "", "_save_entity": "on"}


# installments


def _split(_api: Operations, _start: Start, sheet: Sheet, say: Locale, _more: list[str]) -> None:
    """So many equal installments, every so many days, at the end of the month where that is asked for."""
    rows = taken(sheet, PAYMENTS)
    paid = [row for row in rows if row.get("status") == "paid"]
    usual = rows[0] if rows else {}
    count = number(sheet("_split_count", "2"), say.code) or Decimal(2)
    first = number(sheet("_split_first", "30"), say.code) or Decimal(0)
    every = number(sheet("_split_every", "30"), say.code) or Decimal(30)
    day = date(sheet("date")) or dt.date.min
    kind: Any = "end_of_month" if sheet.on("_split_end") else "standard"
    made = []
    for place in range(min(max(int(count), 1), MOST_INSTALLMENTS)):
        days = int(min(max(first + place * every, Decimal(0)), Decimal(36_500)))
        terms = {"payment_terms.days": str(days), "payment_terms.type": kind}
        when = due_date(day, days, kind).isoformat() if day != dt.date.min else ""
        account = usual.get("payment_account.id", "")
        made.append({**terms, "due_date": when, "status": "not_paid", "payment_account.id": account})
    put(sheet, PAYMENTS, [*paid, *made])


def _add_payment(_api: Operations, _start: Start, sheet: Sheet, _say: Locale, _more: list[str]) -> None:
    rows = taken(sheet, PAYMENTS)
    account = rows[-1].get("payment_account.id", "") if rows else ""
    put(sheet, PAYMENTS, [*rows, {"status": "not_paid", "payment_account.id": account}])


def _level(_api: Operations, _start: Start, sheet: Sheet, _say: Locale, _more: list[str]) -> None:
    """All that is not paid yet is shared out anew in equal parts."""
    for index in range(sheet.payments):
        if sheet(f"{PAYMENTS}.{index}.status") != "paid":
            sheet.fields[f"{PAYMENTS}.{index}.amount"] = ""


ACTS: dict[str, Act] = {
    "add_row": _add_row,
    "remove_row": _changed_rows(lambda rows, index: rows.__delitem__(index), ROWS),
    "copy_row": _changed_rows(_copy, ROWS),
    "row_up": _changed_rows(_move(-1), ROWS),
    "row_down": _changed_rows(_move(1), ROWS),
    "prices": _prices,
    "product": _product,
    "entity": _entity,
    "no_entity": _no_entity,
    "new_entity": _new_entity,
    "date": _date,
    "split": _split,
    "add_payment": _add_payment,
    "remove_payment": _changed_rows(lambda rows, index: rows.__delitem__(index), PAYMENTS),
    "level": _level,
}
