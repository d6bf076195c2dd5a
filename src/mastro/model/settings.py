"""Settings of a company that documents and customers embed: VAT types, payment accounts and methods, templates."""

from typing import ClassVar, Literal

from mastro.model.base import Body, Id, Integer, PaymentTermsType, Percent


class VatType(Body):
    """A VAT rate, or a reason (*natura*) why there is none."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "editable", "default"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("value",)

    id: Id | None = None
    value: Percent | None = None
    description: str = ""
    notes: str = ""
    e_invoice: bool | None = None
    ei_type: str = ""
    """Code of the *natura* (N1 … N7), empty for a taxed rate."""
    ei_description: str = ""
    editable: bool | None = None
    is_disabled: bool | None = None
    default: bool | None = None


class PaymentAccount(Body):
    """A *conto di saldo*: the cash desk or bank account that money goes to or comes from."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("name",)

    id: Id | None = None
    name: str = ""
    type: Literal["standard", "bank"] = "standard"
    iban: str = ""
    sia: str = ""
    cuc: str = ""
    virtual: bool | None = None


class PaymentMethodDetail(Body):
    """A line printed under the payment method."""

    title: str = ""
    description: str = ""


class PaymentMethod(Body):
    """How a customer pays: transfer, cash, RiBa …"""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("name",)

    id: Id | None = None
    name: str = ""
    type: Literal["standard", "riba"] = "standard"
    is_default: bool | None = None
    default_payment_account: PaymentAccount | None = None
    details: list[PaymentMethodDetail] | None = None
    bank_iban: str = ""
    bank_name: str = ""
    bank_beneficiary: str = ""
    ei_payment_method: str = ""
    """MP01 … MP23 of the FatturaPA code list."""


class PaymentTerms(Body):
    """When a payment falls due: so many days after the document's date, or after the end of its month."""

    days: Integer | None = None
    type: PaymentTermsType = "standard"


class DocumentTemplate(Body):
    """A layout of the PDF."""

    id: Id | None = None
    name: str = ""
    type: Literal["standard", "delivery_note", "accompanying_invoice"] | None = None
    privacy: str = ""
    can_disable_watermark: bool | None = None
    author: str = ""
    content: str = ""
    """The vendor's layouts carry their source here; ours are part of the program."""
    supports_custom_taxable: bool | None = None
