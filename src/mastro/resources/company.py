"""The company: who it is, what the user may do in it, and how much of its plan is used."""

import datetime as dt

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from mastro.api.call import Call
from mastro.api.errors import Forbidden, invalid
from mastro.api.operation import Operation, Parameter
from mastro.database.collection import encoder
from mastro.database.connection import Prepared, Session
from mastro.database.facts import LAST_COMPANY, fact
from mastro.database.schema import companies, counters, memberships
from mastro.model.access import AccessInfo, DocumentPermissions, Permissions, PlanInfo, Role, everything
from mastro.model.base import Body, Id
from mastro.model.company import Company, CompanySettings

PLAN = "complete"
"""One's own server has the vendor's largest plan, without its limits."""

USAGE_CATEGORIES = ("clients", "suppliers", "products", "documents")


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


Issuer = tuple[Company, CompanySettings]
"""The company's facts and how it wants things done."""


def load_company(session: Session, company_id: int) -> Issuer:
    """The company's facts and how it wants things done."""
    row = session.row(_COMPANY, id=company_id)
    if row is None:
        raise Forbidden("The token does not give access to this company.")
    return msgspec.json.decode(row[0], type=Company), msgspec.json.decode(row[1], type=CompanySettings)


def load_settings(session: Session, company_id: int) -> CompanySettings:
    """How the company wants things done, for whoever need not know who it is."""
    row = session.row(_COMPANY, id=company_id)
    if row is None:
        raise Forbidden("The token does not give access to this company.")
    return msgspec.json.decode(row[1], type=CompanySettings)


_LOCKED = {
    "sqlite": Prepared(select(companies.c.id).where(companies.c.id == bindparam("id"))),
    "postgresql": Prepared(select(companies.c.id).where(companies.c.id == bindparam("id")).with_for_update()),
}
_STORE = Prepared(update(companies).where(companies.c.id == bindparam("key")).values(settings=bindparam("settings")))


def lock_settings(session: Session, company_id: int) -> CompanySettings:
    """The settings of a company for one who is going to change them; whoever else is waits."""
    session.row(_LOCKED[session.database.kind], id=company_id)
    return load_settings(session, company_id)


def store_settings(session: Session, company_id: int, settings: CompanySettings) -> None:
    """Store changed settings, read by `lock_settings` in the same transaction."""
    session.run(_STORE, key=company_id, settings=encoder.encode(settings))


def refuse_other_name(company: Company, typed: str) -> None:
    """Raise Invalid unless the company's name was typed, so that what is lost is lost where it was meant to be."""
    if typed.strip() != company.name.strip():
        raise invalid("data.name", "The name is not that of the company.", code="WRONG_NAME")


def smtp_secret(company_id: int) -> str:
    """What the password of a company's mail server is sealed for."""
    return f"company {company_id} smtp"


def create_company(session: Session, *, company: Company, settings: CompanySettings, owner_id: int, now: str) -> int:
    """A new company with its owner; the id."""
    if not company.name.strip():
        raise ValueError("a company needs a name")
    last = session.scalar(Prepared(select(func.max(companies.c.id)))) or 0
    id = max(last, int(fact(session, LAST_COMPANY) or 0)) + 1
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
    stored = encoder.encode(permissions or {})
    add_stored_member(session, company_id=company_id, user_id=user_id, role=role, permissions=stored)


def add_stored_member(session: Session, *, company_id: int, user_id: int, role: str, permissions: bytes) -> None:
    """Let a user into a company, with permissions as they are stored."""
    session.run(
        Prepared(insert(memberships)), company_id=company_id, user_id=user_id, role=role, permissions=permissions
    )


def get_company_info(call: Call) -> bytes:
    """The company of the path."""
    company, _ = load_company(call.session, call.company_id)
    info = CompanyInfo(
        id=company.id,
        name=company.name,
        email=company.email,
        access_info=_access(call),
    )
    return encoder.encode({"data": info})


def _access(call: Call) -> AccessInfo:
    """The user's role, and the level in every section."""
    role = msgspec.convert(call.role, Role)
    if role == "master":
        return AccessInfo(role=role, permissions=everything())
    permissions = msgspec.json.decode(call.permissions, type=Permissions)
    level = permissions.fic_issued_documents
    if level != "detailed":
        types = dict.fromkeys(DocumentPermissions.__struct_fields__, level)
        permissions.fic_issued_documents_detailed = msgspec.convert(types, DocumentPermissions)
    return AccessInfo(role=role, permissions=permissions)


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
