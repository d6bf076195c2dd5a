"""Commands that make users, companies, tokens and applications; only the new id or token goes to standard output."""

import secrets
import sys
from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter
from sqlalchemy import bindparam, select

from mastro.cli.common import DatabaseUrl, DataDir, Failure, say, settings_of, transaction
from mastro.database.connection import Prepared, Session
from mastro.database.schema import memberships
from mastro.identifiers import Check, check_iban, check_tax_code, check_vat_number
from mastro.italy import cities, codes
from mastro.model.company import Company
from mastro.oauth.applications import create_application
from mastro.oauth.tokens import create_personal_token
from mastro.resources import setup
from mastro.resources.user import create_user, user_by_email
from mastro.settings import Settings

PASSWORD_LENGTHS = range(8, 1025)
MAX_COMPANY = 2**31 - 1


def _now(settings: Settings) -> str:
    return settings.clock().strftime("%Y-%m-%d %H:%M:%S")


def _print(value: object) -> None:
    """The one line on standard output."""
    sys.stdout.write(f"{value}\n")


def user(
    *,
    email: Annotated[str, Parameter(help="Address that the user signs in with")],
    name: Annotated[str, Parameter(help="First and last name")],
    password_stdin: Annotated[
        bool, Parameter(help="Read the password from standard input; else one is made and shown", negative="")
    ] = False,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Make a user and print the id."""
    settings = settings_of(database, data)
    if not name.strip():
        raise Failure("a user needs a name")
    password = password_from_stdin() if password_stdin else secrets.token_urlsafe(12)
    with transaction(settings) as session:
        id = create_user(session, email=email, name=name, password=password, now=_now(settings))
    if not password_stdin:
        say.print(f"password: {password}", markup=False, highlight=False)
    _print(id)


def password_from_stdin() -> str:
    """The first line of standard input. Raises Failure for what cannot be a password."""
    password = sys.stdin.readline(max(PASSWORD_LENGTHS) + 2).rstrip("\r\n")
    if len(password) not in PASSWORD_LENGTHS:
        raise Failure(f"a password has {min(PASSWORD_LENGTHS)} to {max(PASSWORD_LENGTHS)} characters")
    return password


def company(
    *,
    owner: Annotated[str, Parameter(help="E-mail address of the user who owns it")],
    name: Annotated[str, Parameter(help="Name as on documents")],
    vat_number: Annotated[str, Parameter(help="Partita IVA, 11 digits")] = "",
    tax_code: Annotated[str, Parameter(help="Codice fiscale; a company's is its VAT number unless it is given")] = "",
    regime: Annotated[str, Parameter(help="Tax regime: RF01 ordinary, RF19 forfettario …")] = "RF01",
    address: Annotated[str, Parameter(help="Street and number")] = "",
    postal_code: Annotated[str, Parameter(help="CAP")] = "",
    city: Annotated[str, Parameter(help="Comune")] = "",
    province: Annotated[str, Parameter(help="Two letters, such as MI")] = "",
    email: Annotated[str, Parameter(help="Address for customers")] = "",
    certified_email: Annotated[str, Parameter(help="PEC address")] = "",
    iban: Annotated[str, Parameter(help="Bank account that customers pay into")] = "",
    first_name: Annotated[str, Parameter(help="Of a natural person")] = "",
    last_name: Annotated[str, Parameter(help="Of a natural person")] = "",
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Make a company and print the id."""
    settings = settings_of(database, data)
    made = Company(
        name=name.strip(),
        vat_number=_passed(vat_number, check_vat_number),
        tax_code=_passed(tax_code or ("" if last_name else vat_number), check_tax_code),
        regime=regime.upper(),
        address_street=address,
        address_postal_code=postal_code,
        address_city=city,
        address_province=province.upper(),
        email=email,
        certified_email=certified_email,
        first_name=first_name,
        last_name=last_name,
        bank_iban=_passed(iban, check_iban),
    )
    _check_company(made)
    with transaction(settings) as session:
        owner_id = _user(session, owner)
        id = setup.new_company(session, made, owner_id=owner_id, now=_now(settings))
    _print(id)


def _passed(text: str, check: Callable[[str], Check]) -> str:
    """An identifier in its normal form; nothing where it is not given. Raises Failure where it is wrong."""
    checked = check(text)
    if text and not checked:
        raise Failure(f"{text}: {checked.en} / {checked.it}")
    return checked.value


def _check_company(company: Company) -> None:
    """Raise Failure for what an invoice of the company could not carry."""
    if codes.find("RegimeFiscale", company.regime) is None:
        known = ", ".join(codes.table("RegimeFiscale"))
        raise Failure(f"there is no tax regime {company.regime}; the regimes are {known}")
    if company.address_province and company.address_province not in cities.provinces():
        raise Failure(f"there is no province {company.address_province}: give its two letters, such as MI")
    if bool(company.first_name) != bool(company.last_name):
        raise Failure("a natural person has both --first-name and --last-name")
    for address in (company.email, company.certified_email):
        if address and (address.count("@") != 1 or " " in address):
            raise Failure(f"{address!r} is not an e-mail address")


def _user(session: Session, email: str) -> int:
    """Id of a user. Raises Failure where there is none."""
    found = user_by_email(session, email)
    if found is None:
        raise Failure(f"there is no user {email}: make one with `mastro user create`")
    return found[0]


def token(
    *,
    email: Annotated[str, Parameter(help="User whom the token speaks for")],
    company: Annotated[int, Parameter(help="Id of the company that it reaches")],
    scope: Annotated[
        list[str] | None,
        Parameter(help="Such as entity.clients:r; may be given several times. Without it: all", negative=""),
    ] = None,
    name: Annotated[str, Parameter(help="What the token is for")] = "command line",
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Make a bearer token that does not expire, and print it: it is shown only here."""
    settings = settings_of(database, data)
    with transaction(settings) as session:
        user_id = _user(session, email)
        if not _belongs(session, user_id, company):
            raise Failure(f"there is no company {company} that {email} belongs to")
        made = create_personal_token(
            session, user_id=user_id, company_id=company, scopes=tuple(scope or ()), name=name, now=_now(settings)
        )
    _print(made)


def application(
    *,
    owner: Annotated[str, Parameter(help="E-mail address of the user who registers it")],
    name: Annotated[str, Parameter(help="As users see it when they are asked to let it in")],
    redirect_uri: Annotated[
        list[str] | None, Parameter(help="Where codes are sent, exactly; may be given several times", negative="")
    ] = None,
    device: Annotated[bool, Parameter(help="It may use the device flow", negative="")] = False,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Register an application; print its client_id and its client_secret, which is shown only here."""
    settings = settings_of(database, data)
    with transaction(settings) as session:
        client_id, secret = create_application(
            session,
            owner_id=_user(session, owner),
            name=name,
            redirect_uris=tuple(redirect_uri or ()),
            device=device,
            now=_now(settings),
        )
    _print(client_id)
    _print(secret)


_MEMBERSHIP = Prepared(
    select(memberships.c.role).where(
        memberships.c.company_id == bindparam("company_id"), memberships.c.user_id == bindparam("user_id")
    )
)


def _belongs(session: Session, user_id: int, company_id: int) -> bool:
    if not 1 <= company_id <= MAX_COMPANY:
        return False
    return session.row(_MEMBERSHIP, company_id=company_id, user_id=user_id) is not None
