"""The company: who it is, what the user may do in it, and how much of its plan is used."""

import datetime as dt

import msgspec
from sqlalchemy import bindparam, func, insert, select

from mastro.api.call import Call
from mastro.api.errors import Forbidden, invalid
from mastro.api.operation import Operation, Parameter
from mastro.api.scopes import DOCUMENT_SCOPES, SECTIONS
from mastro.database.collection import encoder
from mastro.database.connection import Prepared, Session
from mastro.database.schema import companies, counters, memberships
from mastro.model.base import Body, Id
from mastro.model.company import Company, CompanySettings

PLAN = "complete"
"""One's own server has the vendor's largest plan, without its limits."""

FUNCTIONS = {
    "archive": True,
    "cerved": False,
    "document_attachments": True,
    "e_invoice": True,
    "genius": False,
    "mail_tracking": True,
    "payment_notifications": True,
    "paypal": False,
    "receipts": True,
    "recurring": True,
    "smtp": True,
    "stock": True,
    "subaccounts": True,
    "tessera_sanitaria": False,
    "ts_digital": False,
    "ts_invoice_trading": False,
    "ts_pay": False,
}

LEVEL_ONLY_SECTIONS = (
    "fic_export",
    "fic_import_bankstatements",
    "fic_import_clients_suppliers",
    "fic_import_issued_documents",
    "fic_import_products",
    "fic_recurring",
    "fic_riba",
    "dic_employees",
    "dic_settings",
    "dic_timesheet",
)
"""Sections that the vendor lists and that no scope of the API stands for."""

USAGE_CATEGORIES = ("clients", "suppliers", "products", "documents")


class AccessInfo(Body):
    """What the user may do in the company."""

    role: str = "master"
    permissions: dict[str, object] = msgspec.field(default_factory=dict)
    through_accountant: bool = False


class PlanInfo(Body):
    """Limits (null: none) and functions of the plan."""

    limits: dict[str, int | None] = msgspec.field(default_factory=lambda: dict.fromkeys(USAGE_CATEGORIES))
    functions: dict[str, bool] = msgspec.field(default_factory=lambda: dict(FUNCTIONS))
    functions_status: dict[str, dict[str, bool]] = msgspec.field(
        default_factory=lambda: {"ts_digital": {"active": False}, "ts_pay": {"active": False}}
    )


class CompanyInfo(Body):
    """The company as the user sees it."""

    id: Id | None = None
    name: str = ""
    email: str = ""
    type: str = "company"
    access_info: AccessInfo = msgspec.field(default_factory=AccessInfo)
    fic_license_expire: dt.date | None = None
    fic_plan_name: str = PLAN
    plan_info: PlanInfo = msgspec.field(default_factory=PlanInfo)
    accountant_id: Id | None = None
    is_accountant: bool = False


class PlanUsage(Body):
    """How many of a category there are; the limit is null, because there is none."""

    limit: int | None = None
    usage: int = 0


_COMPANY = Prepared(select(companies.c.body, companies.c.settings).where(companies.c.id == bindparam("id")))


def load_company(session: Session, company_id: int) -> tuple[Company, CompanySettings]:
    """The company's facts and how it wants things done."""
    row = session.row(_COMPANY, id=company_id)
    if row is None:
        raise Forbidden("The token does not give access to this company.")
    return msgspec.json.decode(row[0], type=Company), msgspec.json.decode(row[1], type=CompanySettings)


def create_company(session: Session, *, company: Company, settings: CompanySettings, owner_id: int, now: str) -> int:
    """A new company with its owner; the id."""
    if not company.name.strip():
        raise ValueError("a company needs a name")
    id: int = (session.scalar(Prepared(select(func.max(companies.c.id)))) or 0) + 1
    company.id = id
    session.run(
        Prepared(insert(companies)),
        id=id,
        name=company.name,
        created_at=now,
        body=encoder.encode(company),
        settings=encoder.encode(settings),
    )
    add_member(session, company_id=id, user_id=owner_id, role="master", permissions=None)
    return id


def add_member(
    session: Session, *, company_id: int, user_id: int, role: str, permissions: dict[str, object] | None
) -> None:
    """Let a user into a company, with a level (none, read, write, detailed) per section."""
    session.run(
        Prepared(insert(memberships)),
        company_id=company_id,
        user_id=user_id,
        role=role,
        permissions=encoder.encode(permissions or {}),
    )


def get_company_info(call: Call) -> bytes:
    """The company of the path."""
    company, _ = load_company(call.session, call.company_id)
    info = CompanyInfo(
        id=company.id,
        name=company.name,
        email=company.email,
        access_info=AccessInfo(role=call.role, permissions=_permissions(call)),
    )
    return encoder.encode({"data": info})


def _permissions(call: Call) -> dict[str, object]:
    """Every section with the user's level in it."""
    if call.role == "master":
        sections: dict[str, object] = dict.fromkeys((*SECTIONS, *LEVEL_ONLY_SECTIONS), "write")
        detailed = dict.fromkeys(DOCUMENT_SCOPES.values(), "write")
    else:
        given = msgspec.json.decode(call.permissions)
        sections = {name: given.get(name, "none") for name in (*SECTIONS, *LEVEL_ONLY_SECTIONS)}
        level = sections["fic_issued_documents"]
        inner = given.get("fic_issued_documents_detailed", {})
        detailed = {
            name: inner.get(name, "none") if level == "detailed" else str(level) for name in DOCUMENT_SCOPES.values()
        }
    return {**sections, "fic_issued_documents_detailed": detailed}


_USAGE = Prepared(
    select(counters.c.total).where(
        counters.c.company_id == bindparam("company_id"), counters.c.name == bindparam("name")
    )
)


def get_company_plan_usage(call: Call) -> bytes:
    """How many of a category the company has."""
    category = call.query.get("category", "")
    if category not in USAGE_CATEGORIES:
        raise invalid("category", f"The category field is required; it is one of: {', '.join(USAGE_CATEGORIES)}.")
    name = "issued_documents" if category == "documents" else category
    usage = call.session.scalar(_USAGE, company_id=call.company_id, name=name) or 0
    return encoder.encode({"data": PlanUsage(usage=usage)})


OPERATIONS = (
    Operation(
        "getCompanyInfo",
        "GET",
        "/c/{company_id}/company/info",
        get_company_info,
        "Companies",
        "Get Company Info",
        answer=CompanyInfo,
    ),
    Operation(
        "getCompanyPlanUsage",
        "GET",
        "/c/{company_id}/company/plan_usage",
        get_company_plan_usage,
        "Companies",
        "Get Company Plan Usage",
        query=(
            Parameter("category", {"type": "string", "enum": list(USAGE_CATEGORIES)}, "What to count", required=True),
        ),
        answer=PlanUsage,
    ),
)
