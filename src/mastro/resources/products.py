"""Products: what the company sells, with its prices and its stock."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

import msgspec

from mastro.api.call import Call
from mastro.api.resource import Resource
from mastro.database.collection import Collection
from mastro.database.fields import boolean, integer, price, text, time
from mastro.database.search import Searchable
from mastro.model.base import Body, Id, Timestamp
from mastro.model.settings import VatType
from mastro.money import EXACT, HUNDRED, trim
from mastro.resources import found_by
from mastro.resources.derived import stock
from mastro.resources.settings import lookup

PRICE_DECIMALS = Decimal("0.00000001")
"""Prices are kept with 8 decimals, as many as the electronic invoice takes (*PrezzoUnitario*)."""


class Product(Body):
    """A product or service. Prices and costs are of one unit, in euro."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "stock_current", "created_at", "updated_at"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("name",)

    id: Id | None = None
    name: str = ""
    code: str = ""
    net_price: Decimal | None = None
    gross_price: Decimal | None = None
    use_gross_price: bool | None = None
    """Which of the two prices counts; the other one is calculated from it with the rate of `default_vat`."""
    default_vat: VatType | None = None
    net_cost: Decimal | None = None
    measure: str = ""
    description: str = ""
    category: str = ""
    notes: str = ""
    in_stock: bool | None = None
    stock_initial: Decimal | None = None
    stock_current: Decimal | None = None
    """Initial stock and what documents have moved since; null for a product without stock."""
    average_cost: Decimal | None = None
    average_price: Decimal | None = None
    created_at: Timestamp = ""
    updated_at: Timestamp = ""


products = Collection(
    "products",
    Product,
    integer("id", sortable=False, required=True),
    text("name", required=True),
    text("code", required=True),
    price("net_price"),
    price("gross_price"),
    price("net_cost"),
    text("description", required=True),
    text("category", required=True),
    text("notes", required=True),
    boolean("in_stock", required=True),
    time("created_at", required=True),
    time("updated_at", required=True),
    indexes=(("name", "id"), ("code",), ("category",), ("updated_at",)),
    vocabulary={"products.category": lambda product: (product.category,)},
    search=Searchable(found_by.product, "products"),
)

BASIC = (
    "id",
    "name",
    "code",
    "net_price",
    "gross_price",
    "use_gross_price",
    "default_vat",
    "net_cost",
    "measure",
    "description",
    "category",
    "in_stock",
    "stock_initial",
    "stock_current",
    "created_at",
    "updated_at",
)


def _prepare(call: Call, new: Product, old: Product | None) -> None:
    _complete_vat(call, new, old)
    _complete_prices(new, old)
    _complete_stock(call, new, old)


def _complete_vat(call: Call, new: Product, old: Product | None) -> None:
    """The whole VAT type; the company's default where a new product names none. Raises Invalid for one there is not."""
    if old is not None and new.default_vat == old.default_vat:
        return  # it may be gone from the settings since
    if new.default_vat is None:
        new.default_vat = lookup.default_vat(call.session, call.company_id)
    else:
        new.default_vat = lookup.complete_vat(call.session, call.company_id, new.default_vat, "data.default_vat")


def _complete_prices(new: Product, old: Product | None) -> None:
    """The price that does not count, from the one that does and the VAT rate."""
    new.use_gross_price = bool(new.use_gross_price)
    rate = new.default_vat.value if new.default_vat and new.default_vat.value is not None else Decimal(0)
    factor = EXACT.divide(HUNDRED + rate, HUNDRED)
    if new.gross_price is not None and _gross_counts(new, old):
        new.net_price = _rounded(EXACT.divide(new.gross_price, factor))
    elif new.net_price is not None:
        new.gross_price = _rounded(EXACT.multiply(new.net_price, factor))


def _gross_counts(new: Product, old: Product | None) -> bool:
    """True where the gross price is the one that is meant: the only one set or changed, else `use_gross_price`."""
    if new.net_price is None or new.gross_price is None:
        return new.net_price is None
    if old is not None:
        net_changed, gross_changed = new.net_price != old.net_price, new.gross_price != old.gross_price
        if net_changed != gross_changed:
            return gross_changed
    return bool(new.use_gross_price)


def _rounded(value: Decimal) -> Decimal:
    return trim(value.quantize(PRICE_DECIMALS, ROUND_HALF_UP, EXACT))


def _complete_stock(call: Call, new: Product, old: Product | None) -> None:
    """What is in stock now: a new initial stock moves it as much as it differs from the old one.

    A product that is counted from now on counts what documents moved before, too.
    """
    new.in_stock = bool(new.in_stock)
    if not new.in_stock:
        new.stock_current = None
        return
    new.stock_initial = new.stock_initial or Decimal(0)
    moved = Decimal(0)
    if old is not None and old.stock_current is not None:
        moved = EXACT.subtract(old.stock_current, old.stock_initial or Decimal(0))
    elif old is not None and old.id is not None:
        moved = stock.moved(call.session, call.company_id, old.id)
    new.stock_current = trim(EXACT.add(new.stock_initial, moved))


def _tell_stock(call: Call, new: Product, old: Product | None) -> None:
    if old is not None and new.stock_current != old.stock_current:
        call.emit("products.stock_update", new.id or 0)


def move_stock(call: Call, moved: Mapping[int, Decimal]) -> None:
    """Add to the stock of products by id (take from it, below zero); those without stock, or gone, do not count."""
    products.lock(call.session, call.company_id)
    for id in sorted(moved):
        old = products.get(call.session, call.company_id, id)
        if old is None or old.stock_current is None or not moved[id]:
            continue
        current = trim(EXACT.add(old.stock_current, moved[id]))
        new = msgspec.structs.replace(old, stock_current=current, updated_at=call.timestamp)
        products.update(call.session, call.company_id, id, new, old)
        call.emit("products.stock_update", id)


resource = Resource(
    collection=products,
    path="/c/{company_id}/products",
    item="product_id",
    name="Product",
    plural="Products",
    scope="products",
    events="products",
    tag="Products",
    basic=BASIC,
    prepare=_prepare,
    stored=_tell_stock,
)

OPERATIONS = (*resource.operations(),)
