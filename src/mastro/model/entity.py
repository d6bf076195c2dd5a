"""The other party of a document: its shape in the registry and, as a copy, inside documents."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

from mastro.model.base import Body, Id, Integer, PaymentTermsType, Timestamp
from mastro.model.settings import PaymentMethod, VatType

EntityType = Literal["company", "person", "pa", "condo"]


class Supplier(Body):
    """A supplier: the part of the registry that customers and suppliers share."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "created_at", "updated_at"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("name",)

    id: Id | None = None
    code: str = ""
    name: str = ""
    type: EntityType | None = None
    first_name: str = ""
    last_name: str = ""
    contact_person: str = ""
    vat_number: str = ""
    tax_code: str = ""
    address_street: str = ""
    address_postal_code: str = ""
    address_city: str = ""
    address_province: str = ""
    address_extra: str = ""
    country: str = ""
    """Italian name of the country, as the vendor writes it ("Italia", "Irlanda")."""
    country_iso: str = ""
    email: str = ""
    certified_email: str = ""
    phone: str = ""
    fax: str = ""
    bank_iban: str = ""
    notes: str = ""
    created_at: Timestamp = ""
    updated_at: Timestamp = ""


class Entity(Supplier):
    """The other party as a document embeds it: a copy that later changes of the registry do not touch."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"created_at", "updated_at"})
    """Inside a document the `id` is the caller's to choose."""
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    default_vat: VatType | None = None
    default_payment_terms: Integer | None = None
    default_payment_terms_type: PaymentTermsType = "standard"
    default_payment_method: PaymentMethod | None = None
    bank_name: str = ""
    bank_swift_code: str = ""
    shipping_address: str = ""
    e_invoice: bool | None = None
    ei_code: str = ""
    """Recipient code of the SdI: 7 characters for private customers, 6 for the public administration."""
    has_intent_declaration: bool | None = None
    intent_declaration_protocol_number: str = ""
    intent_declaration_protocol_date: dt.date | None = None


class Client(Entity):
    """A customer."""

    READ_ONLY: ClassVar[frozenset[str]] = Supplier.READ_ONLY
    REQUIRED: ClassVar[tuple[str, ...]] = Supplier.REQUIRED

    default_discount: Decimal | None = None
    """Percent off every row of a new document."""
    discount_highlight: bool | None = None
    price_list_id: str = ""
