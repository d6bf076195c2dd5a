"""The demo: what a newcomer finds in it, and that all of it would stand up in real life."""

import datetime as dt
import itertools
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from mastro import demo, fatturapa, identifiers, pdf
from mastro.api.call import Installation, authenticate
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database import migrations
from mastro.database.connection import connect
from mastro.model.company import Company
from mastro.model.entity import Client, Supplier
from mastro.model.issued_document import IssuedDocument
from mastro.numeration import series_of
from mastro.resources.company import load_company
from mastro.resources.entities.clients import clients
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.issued_documents.table import documents
from mastro.resources.products import products
from mastro.resources.received_documents.table import received_documents
from mastro.resources.settings import lookup
from mastro.resources.tables import metadata
from mastro.resources.taxes import taxes
from mastro.resources.user import EmailTaken
from mastro.settings import ROME, Settings
from mastro.totals import calculate
from support import Clock

NOW = dt.datetime(2026, 3, 2, 15, 30, tzinfo=ROME)

MakeInstallation = Callable[..., Installation]


@dataclass(frozen=True)
class Books:
    """What a company of the demo has."""

    company: Company
    clients: list[Client]
    suppliers: list[Supplier]
    documents: list[IssuedDocument]

    def invoices(self) -> list[IssuedDocument]:
        """The invoices, as they were made."""
        return [document for document in self.documents if document.type == "invoice"]


def new_installation(folder: Path, now: dt.datetime) -> Installation:
    clock = Clock()
    clock.now = now
    settings = Settings(data_dir=folder, clock=clock)
    folder.mkdir(exist_ok=True)
    migrations.upgrade(settings.database, metadata)
    return Installation(settings, connect(settings.database))


@pytest.fixture
def make_installation(tmp_path: Path) -> Iterator[MakeInstallation]:
    """Make an empty installation: `make_installation(now=…)`."""
    made: list[Installation] = []

    def make(now: dt.datetime = NOW) -> Installation:
        made.append(new_installation(tmp_path / str(len(made)), now))
        return made[-1]

    yield make
    for installation in made:
        installation.database.close()


@pytest.fixture(scope="module")
def demo_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = new_installation(tmp_path_factory.mktemp("demo"), NOW)
    demo.create(installation)
    yield installation
    installation.database.close()


@pytest.fixture(scope="module")
def every_book(demo_installation: Installation) -> list[Books]:
    return books_of(demo_installation)


def books_of(installation: Installation) -> list[Books]:
    with installation.database.read() as session:
        return [
            Books(
                load_company(session, id)[0],
                lookup.every(session, id, clients),
                lookup.every(session, id, suppliers),
                lookup.every(session, id, documents),
            )
            for id in (1, 2, 3)
        ]


def all_documents(every_book: list[Books]) -> list[IssuedDocument]:
    return [document for books in every_book for document in books.documents]


# what there is


def test_every_type_of_document_is_there(every_book: list[Books]) -> None:
    assert {document.type for document in all_documents(every_book)} == set(DOCUMENT_SCOPES)


def test_there_are_enough_documents_to_page_through(every_book: list[Books]) -> None:
    assert 150 <= len(all_documents(every_book)) <= 300


def test_a_year_up_to_today_is_covered_and_nothing_lies_ahead(every_book: list[Books]) -> None:
    dates = [document.date for document in all_documents(every_book) if document.date]
    assert max(dates) <= NOW.date()
    assert min(dates) >= NOW.date() - dt.timedelta(days=365)
    assert {f"{date:%Y-%m}" for date in dates} >= {f"{2025 + m // 12}-{m % 12 + 1:02}" for m in range(3, 14)}


def test_invoices_are_paid_part_paid_open_overdue_and_reversed(every_book: list[Books]) -> None:
    states = set()
    for invoice in every_book[0].invoices():
        payments = invoice.payments_list or []
        statuses = {payment.status for payment in payments}
        states.add("part paid" if statuses == {"paid", "not_paid"} else statuses.pop())
        if any(p.status == "not_paid" and p.due_date and p.due_date < NOW.date() for p in payments):
            states.add("overdue")
    assert states == {"paid", "part paid", "not_paid", "reversed", "overdue"}


def test_every_kind_of_customer_is_there(every_book: list[Books]) -> None:
    customers = every_book[0].clients
    assert {client.type for client in customers} == {"company", "person", "pa", "condo"}
    assert {client.country_iso for client in customers} == {"IT", "DE", "FR", "CH", "US"}
    assert [len(client.ei_code) for client in customers if client.type == "pa"] == [6]


def test_the_special_cases_of_italian_law_are_there(every_book: list[Books]) -> None:
    every = [invoice for books in every_book for invoice in books.invoices()]
    assert any(invoice.use_split_payment for invoice in every)
    assert any(invoice.use_gross_prices for invoice in every)
    assert any(invoice.stamp_duty for invoice in every)
    assert any(invoice.cassa and invoice.withholding_tax == 20 for invoice in every)
    assert any(invoice.withholding_tax == 4 for invoice in every)
    assert any(item.discount for invoice in every for item in invoice.items_list or ())
    assert any(len({item.vat.value for item in invoice.items_list or () if item.vat}) > 1 for invoice in every)
    assert any(invoice.currency and invoice.currency.id == "USD" for invoice in every)


def test_the_second_company_charges_no_vat_and_bears_stamp_duty(every_book: list[Books]) -> None:
    invoices = every_book[1].invoices()
    assert every_book[1].company.regime == "RF19"
    assert {invoice.amount_vat for invoice in invoices} == {Decimal(0)}
    assert {invoice.stamp_duty for invoice in invoices} == {Decimal(2)}


def test_suppliers_are_paid_or_waiting_and_some_fees_are_withheld_from(demo_installation: Installation) -> None:
    with demo_installation.database.read() as session:
        bills = lookup.every(session, 1, received_documents)
        forms = lookup.every(session, 1, taxes)
    statuses = {payment.status for bill in bills for payment in bill.payments_list or ()}
    assert statuses == {"paid", "not_paid"}
    assert any(bill.amount_withholding_tax for bill in bills)
    assert any(bill.vat_deductibility == 50 for bill in bills)
    assert len(forms) >= 11
    assert {form.status for form in forms} >= {"paid"}


def test_goods_go_off_the_shelf_and_come_back_onto_it(demo_installation: Installation) -> None:
    with demo_installation.database.read() as session:
        shelf = [product for product in lookup.every(session, 1, products) if product.in_stock]
    assert shelf
    assert all(product.stock_current is not None and product.stock_current >= 0 for product in shelf)
    assert any(product.stock_current != product.stock_initial for product in shelf)


# that it would stand up


def test_numbers_follow_the_dates_without_a_gap(every_book: list[Books]) -> None:
    def series(document: IssuedDocument) -> str:
        assert document.type
        assert document.date
        return str(series_of(document.type, document.date, document.numeration))

    for books in every_book:
        for _, group in itertools.groupby(sorted(books.documents, key=series), series):
            by_number = sorted(group, key=lambda document: document.number or 0)
            assert [document.number for document in by_number] == list(range(1, len(by_number) + 1))
            dates = [document.date for document in by_number if document.date]
            assert dates == sorted(dates)


def test_the_sdi_would_take_every_electronic_invoice(every_book: list[Books]) -> None:
    checked = 0
    for books in every_book:
        for document in books.documents:
            if document.e_invoice:
                invoice = fatturapa.from_document(document, books.company, progressive="00001")
                assert fatturapa.check(invoice, today=NOW.date()) == [], (document.type, document.number)
                checked += 1
    assert checked > 150


def test_installments_add_up_to_what_is_due(every_book: list[Books]) -> None:
    for document in all_documents(every_book):
        if document.type not in {"quote", "delivery_note", "supplier_order", "work_report"}:
            totals = calculate(document)
            assert totals.payments_sum == totals.amount_due, (document.type, document.number)


def test_every_number_of_a_firm_or_person_passes_its_check(every_book: list[Books]) -> None:
    for books in every_book:
        assert identifiers.check_vat_number(books.company.vat_number)
        assert identifiers.check_tax_code(books.company.tax_code)
        assert identifiers.check_iban(books.company.bank_iban)
        for party in (*books.clients, *books.suppliers):
            if party.country_iso == "IT":
                assert party.type in {"person", "pa", "condo"} or identifiers.check_vat_number(party.vat_number)
                assert identifiers.check_tax_code(party.tax_code), party.name
            elif party.country_iso in {"DE", "FR"}:
                assert identifiers.check_eu_vat(party.vat_number), party.name


def test_a_paid_installment_knows_its_day_and_its_account(every_book: list[Books]) -> None:
    paid = [p for d in all_documents(every_book) for p in d.payments_list or () if p.status == "paid"]
    assert paid
    assert all(payment.paid_date and payment.paid_date <= NOW.date() for payment in paid)
    assert all(payment.payment_account and payment.payment_account.id for payment in paid)


def test_times_of_creation_follow_the_dates(every_book: list[Books]) -> None:
    for document in all_documents(every_book):
        assert document.created_at.startswith(str(document.date))
        assert document.created_at <= document.updated_at <= NOW.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize("type_", DOCUMENT_SCOPES)
def test_each_type_of_document_is_printed(every_book: list[Books], type_: str) -> None:
    books = every_book[0]
    document = next(document for document in books.documents if document.type == type_)
    kind = "delivery_note" if type_ == "delivery_note" else "document"
    assert pdf.render(document, books.company, kind=kind, language="it").startswith(b"%PDF")


# how it is made


def test_the_same_seed_makes_the_same_documents(make_installation: MakeInstallation, every_book: list[Books]) -> None:
    again, other = make_installation(), make_installation()
    demo.create(again, seed=1)
    demo.create(other, seed=2)
    assert books_of(again) == every_book
    assert books_of(other) != every_book


@pytest.mark.parametrize("day", [(2028, 2, 29), (2027, 1, 1), (2026, 12, 31), (2026, 8, 15)])
def test_it_can_be_made_on_any_day(make_installation: MakeInstallation, day: tuple[int, int, int]) -> None:
    installation = make_installation(dt.datetime(*day, 0, 5, tzinfo=ROME))
    made = demo.create(installation)
    assert made.documents > 150
    assert all(document.date and document.date <= dt.date(*day) for document in all_documents(books_of(installation)))


def test_it_is_made_on_either_database(installation: Installation, clock: Clock) -> None:
    told: list[int] = []
    made = demo.create(installation, progress=told.append)
    assert told == list(range(1, made.documents + 1))
    with installation.database.read() as session:
        for company_id in range(made.company_id, made.company_id + 3):
            assert authenticate(session, f"Bearer {made.token}", company_id, clock()).role == "master"


def test_it_is_made_whole_or_not_at_all(make_installation: MakeInstallation) -> None:
    installation = make_installation()

    def stop(done: int) -> None:
        if done == 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.create(installation, progress=stop)
    assert demo.is_empty(installation)
    assert demo.noted(installation) is None


def test_it_is_made_once(make_installation: MakeInstallation) -> None:
    installation = make_installation()
    assert demo.is_empty(installation)
    made = demo.create(installation)
    assert not demo.is_empty(installation)
    with pytest.raises(EmailTaken):
        demo.create(installation)
    assert demo.noted(installation) == made


# the note


def test_the_note_is_for_the_owner_alone(demo_installation: Installation) -> None:
    path = demo_installation.settings.data_dir / demo.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_note_about_another_database_is_not_repeated(
    make_installation: MakeInstallation, demo_installation: Installation
) -> None:
    other = make_installation()
    note = (demo_installation.settings.data_dir / demo.FILE).read_text(encoding="utf-8")
    (other.settings.data_dir / demo.FILE).write_text(note, encoding="utf-8")
    assert demo.noted(demo_installation) is not None
    assert demo.noted(other) is None


@pytest.mark.parametrize("text", ["", "email: a\n", "company_id: x\n", "\x00" * 100, "a: b\n" * 100_000])
def test_a_note_that_is_none_is_passed_over(make_installation: MakeInstallation, text: str) -> None:
    installation = make_installation()
    (installation.settings.data_dir / demo.FILE).write_text(text, encoding="utf-8")
    assert demo.noted(installation) is None


def test_the_welcome_has_all_that_a_newcomer_pastes(demo_installation: Installation) -> None:
    made = demo.noted(demo_installation)
    assert made
    text = demo.welcome(demo_installation.settings, made)
    address = "http://127.0.0.1:8000"
    for word in (made.email, made.password, f"{address}/login", made.token, f"{address}/docs", "curl -H"):
        assert word in text


def test_electronic_invoices_are_in_every_state_that_a_year_brings(demo_installation: Installation) -> None:
    with demo_installation.database.read() as session:
        rows = documents.page(session, 1, where=documents.table.c.type == "invoice", order=(("id", False),), limit=1000)
        _, settings = load_company(session, 1)
    sent = [documents.decoder.decode(body) for (body,) in rows]
    states = {document.ei_status or "not_sent" for document in sent}
    assert {"accepted", "not_delivered", "discarded", "not_sent"} <= states
    old = [each for each in sent if each.date and (NOW.date() - each.date).days > 10]
    assert sum(each.ei_status == "accepted" for each in old) > 0.5 * len(old)
    assert settings.channel == "manual", "what comes after its year is the visitor's to choose"
