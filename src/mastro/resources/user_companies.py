"""A new company of the user's own. Ours: the vendor opens companies by a contract."""

from dataclasses import replace

from sqlalchemy import bindparam, select

from mastro.api.call import Call
from mastro.api.errors import Forbidden, Invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.database.connection import Prepared, Session, first_column
from mastro.database.schema import memberships
from mastro.model.base import Body
from mastro.model.company import Company
from mastro.resources import setup
from mastro.resources.settings.company import wrong_facts
from mastro.resources.users import require_person
from mastro.settings import Settings

_ROLES = Prepared(select(memberships.c.role).where(memberships.c.user_id == bindparam("user_id")))


class NewCompany(Body):
    """A company that is to be made."""

    company: Company | None = None


def may_create(settings: Settings, session: Session, user_id: int) -> bool:
    """Whether a user may make companies, as the installation says (`MASTRO_NEW_COMPANIES`).

    By default who owns a company or belongs to none may: who was let into somebody else's is there for that one alone.
    """
    if settings.new_companies != "owners":
        return settings.new_companies == "everyone"
    roles = first_column(session.rows(_ROLES, user_id=user_id))
    return not roles or "master" in roles


def create_company(call: Call) -> bytes:
    """Make a company, owned by the user, with the usual settings of its regime. It begins in test mode."""
    require_person(call, "Only a user in person makes a company, not a program.", of_all=True)
    by = call.principal
    if not may_create(call.settings, call.session, by.user_id):
        if call.settings.new_companies == "nobody":
            raise Forbidden("Companies of this installation are made by whoever runs it.")
        raise Forbidden("Only who owns a company makes another one.")
    company = call.parse(NewCompany).data.company or Company()
    company.id, company.logo = None, ""
    errors = wrong_facts(company)
    if errors:
        raise Invalid(validation=errors)
    if not company.tax_code and not company.last_name:
        company.tax_code = company.vat_number  # a company's is its VAT number
    settings = setup.settings_of(company)
    settings.test_mode = True
    company.id = setup.new_company(call.session, company, owner_id=by.user_id, now=call.timestamp, settings=settings)
    replace(call, company_id=company.id).emit("settings.company.create", company.id)
    return encoder.encode({"data": NewCompany(company=company)})


OPERATIONS = (
    Operation(
        "createCompany",
        "POST",
        "/user/companies",
        create_company,
        "User",
        "Create Company",
        writes=True,
        body=NewCompany,
        answer=NewCompany,
    ),
)
