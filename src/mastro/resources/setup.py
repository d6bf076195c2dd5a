"""A company from nothing, with the settings that every company begins with; and the columns of all rows filled anew."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select

from mastro.database.collection import ALL, Collection
from mastro.database.connection import Database, Prepared, Session, first_column
from mastro.database.facts import fact, remember
from mastro.database.schema import companies
from mastro.italy import payment_methods as defaults
from mastro.italy import vat_types
from mastro.model.company import Company, CompanySettings, TaxProfile
from mastro.model.settings import PaymentAccount, PaymentMethod
from mastro.resources.company import create_company
from mastro.resources.derived.rebuild import rebuild
from mastro.resources.settings import lookup
from mastro.resources.settings.tax_profile import regime_word

S = TypeVar("S", PaymentAccount, PaymentMethod)

FORFETTARIO = "RF19"
MINIMI = "RF02"

_DEFAULT_VAT = {FORFETTARIO: vat_types.FORFETTARIO_ID, MINIMI: vat_types.MINIMI_ID}
"""Regimes whose invoices carry no VAT → the VAT type of their rows. All others begin with the ordinary rate."""


def new_company(
    session: Session, company: Company, *, owner_id: int, now: str, settings: CompanySettings | None = None
) -> int:
    """A company with its owner, the usual payment accounts and methods, and the VAT type of its regime; its id.

    `settings` is taken as it is; without it, it is made from the company's regime. Raises ValueError for a company
    without name.
    """
    id = create_company(session, company=company, settings=settings or settings_of(company), owner_id=owner_id, now=now)
    accounts = [_add(session, id, lookup.payment_accounts, account) for account in defaults.default_accounts()]
    bank = next((account for account in accounts if account.type == "bank"), None)
    if bank and company.bank_iban:
        bank.iban = company.bank_iban
        lookup.payment_accounts.update(session, id, bank.id or 0, bank)
    for method in defaults.default_methods():
        method.default_payment_account = _account_for(method.ei_payment_method, accounts)
        if method.is_default:
            method.bank_iban, method.bank_name = company.bank_iban, company.bank_name
            method.bank_beneficiary = company.name if company.bank_iban else ""
        _add(session, id, lookup.payment_methods, method)
    return id


def _account_for(ei_payment_method: str, accounts: list[PaymentAccount]) -> PaymentAccount | None:
    """Cash goes to the cash desk, everything else to the bank."""
    wanted = "standard" if ei_payment_method == "MP01" else "bank"
    return next((account for account in accounts if account.type == wanted), None)


def _add(session: Session, company_id: int, collection: Collection[S], body: S) -> S:
    body.id = collection.next_id(session, company_id, body)
    collection.insert(session, company_id, body.id, body)
    return body


def settings_of(company: Company) -> CompanySettings:
    """The settings that a company begins with: those of its regime."""
    vat_id = _DEFAULT_VAT.get(company.regime, vat_types.ORDINARY_ID)
    profile = TaxProfile(
        company_type="individual" if company.last_name else "company",
        company_subtype="",
        regime=regime_word(company.regime),
    )
    return CompanySettings(tax_profile=profile, default_vat_id=vat_id)


FILLED = "filled"
"""Name of the fact which says by what version the columns were filled that follow from bodies."""

RECIPE = 1
"""Counted up where such a column, or a word that rows are found by, is worked out in another way than before."""


def _filled_now() -> str:
    from mastro.database import migrations  # noqa: PLC0415  (not needed by a server that runs)

    return f"{migrations.last_refill()}.{RECIPE}"


def is_filled(session: Session) -> bool:
    """False where an upgrade, or one that was broken off, left columns that `reindex` is to fill."""
    empty = session.row(Prepared(select(companies.c.id).limit(1))) is None
    return empty or fact(session, FILLED) == _filled_now()


def reindex(database: Database, progress: Callable[[int], None] = lambda _: None) -> int:
    """Fill every searchable column, counter and word of every company anew from the bodies; how many rows there were.

    Each collection of each company is a transaction of its own, so that others can write in between. What follows from
    documents (cashbook, stock) is made anew after them.
    """
    declared = collections()
    with database.read() as session:
        ids = first_column(session.rows(select(companies.c.id).order_by(companies.c.id)))
    done = 0
    for company_id, collection in ((id, collection) for id in ids for collection in declared):

        def work(company_id: int = company_id, collection: Collection[Any] = collection, done: int = done) -> int:
            with database.write() as session:
                collection.lock(session, company_id)
                return collection.reindex(session, company_id, lambda rows: progress(done + rows))

        done += database.retry(work)
    for company_id in ids:

        def again(company_id: int = company_id) -> None:
            with database.write() as session:
                rebuild(session, company_id)

        database.retry(again)

    def remembered() -> None:
        with database.write() as session:
            remember(session, FILLED, _filled_now())

    database.retry(remembered)
    return done


def collections() -> tuple[Collection[Any], ...]:
    """Every collection that the resources declare."""
    from mastro.resources import tables  # noqa: F401, PLC0415  (imports every resource, some of which may need this)

    return tuple(ALL)
