"""What every struct of the API has in common."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import msgspec

Integer = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
"""A whole number of a body; bounded so that every database holds it."""

Id = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""A key. Zero is a valid one: the built-in VAT type of 22 % has it. Bounded by what a float of JavaScript can hold."""

Percent = Annotated[Decimal, msgspec.Meta(extra={"ge": 0, "le": 100})]
"""A rate in percent: 22 means 22 %."""

Switch = Annotated[Decimal, msgspec.Meta(extra={"ge": -(10**12), "le": 10**12, "switch": True})]
"""A number that clients also send as true or false, which count as 1 and 0."""

Timestamp = str
"""`YYYY-MM-DD HH:MM:SS` in Europe/Rome, as the vendor writes it."""

RawTree = dict[str, Any]
"""A free tree of text leaves (`ei_raw`): the one place where the wire has no schema."""

PaymentTermsType = Literal["standard", "end_of_month"]


class Body(msgspec.Struct, kw_only=True):
    """A JSON object of the API.

    Text that is not set is `""` (the vendor never answers null for text), everything else that is not set is null.
    """

    READ_ONLY: ClassVar[frozenset[str]] = frozenset()
    """Keys that the server writes: what a client sends for them is ignored, whatever its type."""

    REQUIRED: ClassVar[tuple[str, ...]] = ()
    """Dotted paths that a create must carry and no modify may empty."""
