"""The user who holds the token: who it is, and which companies it reaches."""

import hashlib

import msgspec
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import bindparam, func, insert, select

from mastro.api.call import Call
from mastro.api.errors import Unauthorized
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.database.connection import Prepared, Session
from mastro.database.schema import companies, memberships, users
from mastro.model.base import Body, Id
from mastro.model.company import Company

passwords = PasswordHash((Argon2Hasher(),))


class User(Body):
    """A person who signs in."""

    id: Id | None = None
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    hash: str = ""
    """Stable and meaningless outside this installation."""
    picture: str = ""


class ControlledCompany(Body):
    """A company that an accountant looks after. Accountants' companies come as companies of the user here."""

    id: Id | None = None
    name: str = ""
    type: str = "company"
    access_token: str | None = None
    fic_license_expire: str | None = None
    fic_plan: str | None = None
    connection_id: int | None = None
    tax_code: str = ""


class UserCompany(Body):
    """A company that the user belongs to."""

    id: Id | None = None
    name: str = ""
    type: str = "company"
    access_token: str | None = None
    """Always null: the vendor's legacy token would be a secret in a list."""
    controlled_companies: list[ControlledCompany] = msgspec.field(default_factory=list)
    fic_license_expire: str | None = None
    fic_plan: str = "complete"
    connection_id: Id | None = None
    tax_code: str = ""
    vat_number: str = ""


class UserCompanies(Body):
    """The companies that a token reaches."""

    companies: list[UserCompany] = msgspec.field(default_factory=list)


_USER = Prepared(
    select(users.c.id, users.c.name, users.c.first_name, users.c.last_name, users.c.email).where(
        users.c.id == bindparam("id")
    )
)

_COMPANIES = Prepared(
    select(companies.c.id, companies.c.body)
    .join(memberships, memberships.c.company_id == companies.c.id)
    .where(memberships.c.user_id == bindparam("user_id"))
    .order_by(companies.c.id)
)


def is_address(email: str) -> bool:
    """True for what can be the e-mail address of a user."""
    name, _, host = email.partition("@")
    clean = email.isprintable() and " " not in email and "@" not in host
    return bool(name and host) and clean and len(email) <= 254


class EmailTaken(ValueError):
    """Another user has this e-mail address."""


def create_user(
    session: Session, *, email: str, name: str, password: str = "", now: str, password_hash: str = ""
) -> int:
    """A new user; the id. Raises EmailTaken, ValueError for an address that is none.

    A `password` is hashed here, which takes long on purpose; `password_hash` is one that was hashed before.
    """
    email = email.strip().lower()
    if not is_address(email):
        raise ValueError(f"{email!r} is not an e-mail address")
    if session.row(Prepared(select(users.c.id).where(users.c.email == bindparam("email"))), email=email):
        raise EmailTaken(f"a user with the address {email} exists already")
    first, _, last = name.strip().partition(" ")
    id: int = (session.scalar(Prepared(select(func.max(users.c.id)))) or 0) + 1
    session.run(
        Prepared(insert(users)),
        id=id,
        email=email,
        name=name.strip(),
        first_name=first,
        last_name=last,
        password_hash=passwords.hash(password) if password else password_hash,
        created_at=now,
        language="",
        theme="",
    )
    return id


def user_by_email(session: Session, email: str) -> tuple[int, str] | None:
    """Id and password hash of the user with this address."""
    row = session.row(
        Prepared(select(users.c.id, users.c.password_hash).where(users.c.email == bindparam("email"))),
        email=email.strip().lower(),
    )
    return (row[0], row[1]) if row else None


def get_user_info(call: Call) -> bytes:
    """The user whom the token speaks for."""
    row = call.session.row(_USER, id=call.principal.user_id)
    if row is None:
        raise Unauthorized
    id, name, first, last, email = row
    user = User(
        id=id,
        name=name,
        first_name=first,
        last_name=last,
        email=email,
        hash=hashlib.sha256(f"user {id} {email}".encode()).hexdigest()[:32],
    )
    return encoder.encode(
        {
            "data": user,
            "info": {
                "need_marketing_consents_confirmation": False,
                "need_password_change": False,
                "need_terms_of_service_confirmation": False,
            },
            "email_confirmation_state": {"need_confirmation": False},
        }
    )


def list_user_companies(call: Call) -> bytes:
    """The companies that the token reaches."""
    reached = []
    for id, body in call.session.rows(_COMPANIES, user_id=call.principal.user_id):
        if call.principal.company_id in (None, id):
            company = msgspec.json.decode(body, type=Company)
            reached.append(
                UserCompany(
                    id=id,
                    name=company.name,
                    connection_id=id,
                    tax_code=company.tax_code,
                    vat_number=company.vat_number,
                )
            )
    return encoder.encode({"data": UserCompanies(companies=reached)})


OPERATIONS = (
    Operation(
        "getUserInfo",
        "GET",
        "/user/info",
        get_user_info,
        "User",
        "Get User Info",
        answer=User,
        answer_extra={
            "info": {
                "type": "object",
                "properties": {
                    "need_marketing_consents_confirmation": {"type": "boolean"},
                    "need_password_change": {"type": "boolean"},
                    "need_terms_of_service_confirmation": {"type": "boolean"},
                },
            },
            "email_confirmation_state": {
                "type": "object",
                "properties": {"need_confirmation": {"type": "boolean"}},
            },
        },
    ),
    Operation(
        "listUserCompanies",
        "GET",
        "/user/companies",
        list_user_companies,
        "User",
        "List User Companies",
        answer=UserCompanies,
    ),
)
