"""Price lists: other prices of products than their own, for some customers or some time."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

from mastro.model.base import Body


class PriceList(Body):
    """A price list; its prices are kept apart."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("name",)

    id: str = ""
    name: str = ""
    prices_type: Literal["net", "gross"] = "net"
    is_default: bool | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Both days are part of it; without them it holds for ever."""
    type: Literal["sell", "purchase"] = "sell"


class PriceListItem(Body):
    """The price of one piece of a product, in euro; net or gross as the list says."""

    price: Decimal
