"""Price lists and their prices. The vendor only reads them; here they are written as well, under the same paths."""

from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, Table, bindparam, delete, insert, select

from mastro.api.call import Call
from mastro.api.decimals import is_bounded
from mastro.api.errors import Invalid, NotFound, Validation, invalid
from mastro.api.operation import Operation
from mastro.api.resource import Resource
from mastro.database.collection import Collection, encoder
from mastro.database.columns import PRICE_SCALE, scaled
from mastro.database.connection import Prepared, Session, first_column
from mastro.database.fields import text
from mastro.database.schema import metadata
from mastro.model.price_list import PriceList, PriceListItem
from mastro.money import trim
from mastro.resources.products import products
from mastro.resources.settings.choices import check_room

price_lists = Collection("price_lists", PriceList, text("name", required=True))

price_list_items = Table(
    "price_list_items",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("price_list_id", BigInteger, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("price", BigInteger, nullable=False, comment="units of 10^-8"),
)
"""Prices by list and product."""

_of_list = (
    price_list_items.c.company_id == bindparam("company_id"),
    price_list_items.c.price_list_id == bindparam("price_list_id"),
)
_PRICES = Prepared(
    select(price_list_items.c.product_id, price_list_items.c.price)
    .where(*_of_list)
    .order_by(price_list_items.c.product_id)
)
_INSERT = Prepared(insert(price_list_items))
_DELETE = Prepared(delete(price_list_items).where(*_of_list, price_list_items.c.product_id == bindparam("product_id")))
_DELETE_ALL = Prepared(delete(price_list_items).where(*_of_list))

MAX_LISTS = 1000
MAX_ITEMS = 10_000
"""Prices that one request changes."""

UNKNOWN = "The selected data.price list id is invalid."


def all_price_lists(session: Session, company_id: int) -> list[PriceList]:
    """All price lists of a company, oldest first."""
    rows = price_lists.page(session, company_id, order=(("id", False),), limit=MAX_LISTS)
    return [price_lists.decoder.decode(row[0]) for row in rows]


def check_price_list(call: Call, id: str, before: str = "") -> None:
    """Raise Invalid for a price list that there is not; one that was there `before` may be gone since."""
    if not id or id == before:
        return
    known = id.isascii() and id.isdigit() and len(id) <= 15
    if not known or price_lists.get_bytes(call.session, call.company_id, int(id)) is None:
        raise invalid("data.price_list_id", UNKNOWN, code="UNKNOWN_PRICE_LIST")


def _prepare(call: Call, new: PriceList, old: PriceList | None) -> None:
    new.id = str(new.id)  # the key of a row is a number, on the wire it is a text
    new.is_default = bool(new.is_default)
    if old is None:
        check_room(call, price_lists)
    if new.valid_from and new.valid_to and new.valid_to < new.valid_from:
        raise invalid("data.valid_to", "The data.valid to field must not be before data.valid from.")


def _one_default(call: Call, new: PriceList, old: PriceList | None) -> None:
    """A new default list of a type takes the place of the old one."""
    if not new.is_default or (old and old.is_default and old.type == new.type):
        return
    for other in all_price_lists(call.session, call.company_id):
        if other.id != new.id and other.type == new.type and other.is_default:
            changed = msgspec.structs.replace(other, is_default=False)
            price_lists.update(call.session, call.company_id, int(other.id), changed, other)


def _forget_prices(call: Call, old: PriceList) -> None:
    call.session.run(_DELETE_ALL, company_id=call.company_id, price_list_id=int(old.id))


resource = Resource(
    collection=price_lists,
    path="/c/{company_id}/price_lists",
    item="price_list_id",
    name="PriceList",
    plural="PriceLists",
    scope="products",
    open_to_read=True,
    events="price_lists",
    tag="Price lists",
    prepare=_prepare,
    stored=_one_default,
    deleted=_forget_prices,
)


def list_price_lists(call: Call) -> bytes:
    """All price lists of the company."""
    return encoder.encode({"data": all_price_lists(call.session, call.company_id)})


def get_price_list_items(call: Call) -> bytes:
    """The prices of a list by product id."""
    id = call.id("price_list_id")
    if price_lists.get_bytes(call.session, call.company_id, id) is None:
        raise NotFound("PriceList not found.")
    return _items(call, id)


def _items(call: Call, id: int) -> bytes:
    prices = call.session.rows(_PRICES, company_id=call.company_id, price_list_id=id)
    found = {str(product): PriceListItem(price=trim(Decimal(price).scaleb(-PRICE_SCALE))) for product, price in prices}
    return encoder.encode({"data": found})


def modify_price_list_items(call: Call) -> bytes:
    """Set prices by product id; null takes a product off the list, what is not sent stays."""
    price_list = resource.load(call, "a")
    sent = _sent_prices(call.raw)
    _refuse_unknown(call, [id for id, price in sent.items() if price is not None])
    id = int(price_list.id)
    for product_id, price in sent.items():
        place = {"company_id": call.company_id, "price_list_id": id, "product_id": product_id}
        call.session.run(_DELETE, **place)
        if price is not None:
            call.session.run(_INSERT, **place, price=scaled(price, PRICE_SCALE))
    call.emit("price_lists.update", id)
    return _items(call, id)


_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def _sent_prices(raw: bytes) -> dict[int, Decimal | None]:
    """Price by product id, None for one to take off. Raises Invalid with every broken key."""
    try:
        data = _decoder.decode(raw).get("data")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError):
        raise Invalid("Invalid JSON data in request body.", code="INVALID_JSON") from None
    if not isinstance(data, dict):
        raise invalid("data", "The i dati field must be an object of prices by product id.")
    if len(data) > MAX_ITEMS:
        raise invalid("data", f"The i dati field has at most {MAX_ITEMS} entries.")
    errors: Validation = {}
    prices: dict[int, Decimal | None] = {}
    for key, item in data.items():
        if not (key.isascii() and key.isdigit() and len(key) <= 15):
            errors[f"data.{key[:40]}"] = ["The keys of data must be ids of products."]
            continue
        price = item.get("price") if isinstance(item, dict) else item
        if price is None:
            prices[int(key)] = None
        elif isinstance(price, bool) or not isinstance(price, (int, Decimal)) or not is_bounded(Decimal(price)):
            errors[f"data.{key}.price"] = [f"The data.{key}.price field must be a number below 10^12."]
        else:
            prices[int(key)] = Decimal(price)
    if errors:
        raise Invalid(validation=dict(list(errors.items())[:100]))
    return prices


def _refuse_unknown(call: Call, ids: list[int]) -> None:
    known: set[int] = set()
    for start in range(0, len(ids), 500):
        wanted = products.table.c.id.in_(ids[start : start + 500])
        statement = select(products.table.c.id).where(products.table.c.company_id == call.company_id, wanted)
        known.update(first_column(call.session.rows(statement)))
    errors = {f"data.{id}": [f"The selected data.{id} is no product."] for id in ids if id not in known}
    if errors:
        raise Invalid(validation=dict(list(errors.items())[:100]))


_ITEMS = f"{resource.path}/{{price_list_id}}/items"
_TEXT_ID = {"price_list_id": "string"}

OPERATIONS = (
    Operation(
        "getPriceLists",
        "GET",
        resource.path,
        list_price_lists,
        resource.tag,
        "Get Price Lists",
        answer=list[PriceList],
    ),
    *resource.operations("create", "get", "modify", "delete"),
    Operation(
        "getPriceListItems",
        "GET",
        _ITEMS,
        get_price_list_items,
        resource.tag,
        "Get Price List Items",
        answer=dict[str, PriceListItem],
        id_types=_TEXT_ID,
    ),
    Operation(
        "modifyPriceListItems",
        "PUT",
        _ITEMS,
        modify_price_list_items,
        resource.tag,
        "Modify Price List Items",
        scope="products",
        writes=True,
        answer=dict[str, PriceListItem],
        id_types=_TEXT_ID,
    ),
)
