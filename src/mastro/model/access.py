"""What a user may do in a company and what its plan has, shaped as the vendor answers it."""

from typing import Literal

import msgspec

from mastro.model.base import Body

Level = Literal["none", "read", "write", "detailed"]
"""Of a section: `detailed` on issued documents means that each type has a level of its own."""

Role = Literal["master", "subaccount", "employee"]


class DocumentPermissions(Body):
    """Levels by type of issued document."""

    quotes: Level = "none"
    proformas: Level = "none"
    invoices: Level = "none"
    receipts: Level = "none"
    delivery_notes: Level = "none"
    credit_notes: Level = "none"
    orders: Level = "none"
    work_reports: Level = "none"
    supplier_orders: Level = "none"
    self_invoices: Level = "none"


class Permissions(Body):
    """Levels by section."""

    fic_situation: Level = "none"
    fic_clients: Level = "none"
    fic_suppliers: Level = "none"
    fic_products: Level = "none"
    fic_issued_documents: Level = "none"
    fic_received_documents: Level = "none"
    fic_receipts: Level = "none"
    fic_calendar: Level = "none"
    fic_archive: Level = "none"
    fic_taxes: Level = "none"
    fic_stock: Level = "none"
    fic_cashbook: Level = "none"
    fic_settings: Level = "none"
    fic_emails: Level = "none"
    fic_export: Level = "none"
    fic_import_bankstatements: Level = "none"
    fic_import_clients_suppliers: Level = "none"
    fic_import_issued_documents: Level = "none"
    fic_import_products: Level = "none"
    fic_recurring: Level = "none"
    fic_riba: Level = "none"
    dic_employees: Level = "none"
    dic_settings: Level = "none"
    dic_timesheet: Level = "none"
    fic_issued_documents_detailed: DocumentPermissions = msgspec.field(default_factory=DocumentPermissions)


def everything() -> Permissions:
    """What a master may do."""
    sections = [name for name in Permissions.__struct_fields__ if name != "fic_issued_documents_detailed"]
    types = dict.fromkeys(DocumentPermissions.__struct_fields__, "write")
    return msgspec.convert({**dict.fromkeys(sections, "write"), "fic_issued_documents_detailed": types}, Permissions)


class PlanLimits(Body):
    """How many of a category the plan allows; null is no limit."""

    clients: int | None = None
    suppliers: int | None = None
    products: int | None = None
    documents: int | None = None


class PlanFunctions(Body):
    """What the plan has. One's own server has what it can do by itself; the vendor's paid services are not there."""

    archive: bool = True
    cerved: bool = False
    document_attachments: bool = True
    e_invoice: bool = True
    genius: bool = False
    mail_tracking: bool = True
    payment_notifications: bool = True
    paypal: bool = False
    receipts: bool = True
    recurring: bool = True
    smtp: bool = True
    stock: bool = True
    subaccounts: bool = True
    tessera_sanitaria: bool = False
    ts_digital: bool = False
    ts_invoice_trading: bool = False
    ts_pay: bool = False


class FunctionStatus(Body):
    """Whether a service of the vendor is switched on."""

    active: bool = False


class FunctionsStatus(Body):
    """State of the vendor's services, none of which is here."""

    ts_digital: FunctionStatus = msgspec.field(default_factory=FunctionStatus)
    ts_pay: FunctionStatus = msgspec.field(default_factory=FunctionStatus)


class PlanInfo(Body):
    """Limits and functions of the plan."""

    limits: PlanLimits = msgspec.field(default_factory=PlanLimits)
    functions: PlanFunctions = msgspec.field(default_factory=PlanFunctions)
    functions_status: FunctionsStatus = msgspec.field(default_factory=FunctionsStatus)


class AccessInfo(Body):
    """What the user may do in the company."""

    role: Role = "master"
    permissions: Permissions = msgspec.field(default_factory=Permissions)
    through_accountant: bool = False
