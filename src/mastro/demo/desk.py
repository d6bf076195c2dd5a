"""The desk of a demo company, where its year is played day by day through the same resources that answer the API.

What happens is a queue of happenings in the order of their days; one may put others into it (a quote is accepted, an
invoice is paid). What would lie after today does not happen, so open, overdue and part paid invoices come of
themselves.
"""

import datetime as dt
import heapq
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec

from mastro.api.call import Call, Installation, internal_call
from mastro.api.resource import Resource
from mastro.database.collection import encoder
from mastro.database.connection import Session
from mastro.demo.people import Habit
from mastro.model.entity import Client, Entity, Supplier
from mastro.model.issued_document import DocumentType, EInvoiceData, IssuedDocument, Item, Payment
from mastro.model.received_document import ReceivedDocument
from mastro.model.settings import PaymentAccount, PaymentMethod, PaymentTerms, VatType
from mastro.resources import products
from mastro.resources.entities import clients, suppliers
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.products import Product
from mastro.resources.received_documents.documents import resource as received
from mastro.resources.settings import lookup
from mastro.settings import ROME
from mastro.totals import stamp_duty_owed, vat_summary

Paid = IssuedDocument | ReceivedDocument
"""What has installments."""

Happening = Callable[[dt.date], None]

DAYS = 364
"""A year, today included."""

LATENESS: dict[Habit, tuple[int, int]] = {"early": (-8, 0), "prompt": (-1, 3), "late": (6, 25), "very late": (30, 75)}
"""Days between the due date and the payment, first and last."""

NEVER_PAID = 0.05
"""Share of the installments that nobody pays."""

STAMPED: frozenset[DocumentType] = frozenset({"invoice", "credit_note", "receipt"})
E_INVOICES: frozenset[DocumentType] = frozenset({"invoice", "credit_note", "self_own_invoice", "self_supplier_invoice"})


class Desk:
    """A company, its registry, its products and what is still to happen to it."""

    def __init__(
        self,
        installation: Installation,
        session: Session,
        *,
        company_id: int,
        user_id: int,
        rng: random.Random,
        progress: Callable[[], None],
        post: Callable[["Desk", IssuedDocument], None] = lambda _desk, _document: None,
    ) -> None:
        self.installation, self.session = installation, session
        self.company_id, self.user_id = company_id, user_id
        self.rng, self.progress = rng, progress
        self._post = post
        self.now = installation.settings.clock()
        self.today = self.now.date()
        self.first_day = self.today - dt.timedelta(days=DAYS)
        self.products: dict[str, Product] = {}
        self.habits: dict[int, Habit] = {}
        self.made = 0
        """Documents so far."""
        self._queue: list[tuple[dt.date, int, Happening]] = []
        self._order, self._calls = count(), count()
        self._day = self.first_day
        self._methods = {m.name: m for m in lookup.every(session, company_id, lookup.payment_methods)}
        self.bank = next(a for a in lookup.every(session, company_id, lookup.payment_accounts) if a.type == "bank")

    # time

    def months(self) -> list[dt.date]:
        """The first day of each month that the year touches."""
        months = []
        month = self.first_day.replace(day=1)
        while month <= self.today:
            months.append(month)
            month = (month + dt.timedelta(days=32)).replace(day=1)
        return months

    def at(self, day: dt.date, what: Happening) -> None:
        """Let something happen on a day, or on the Monday after it; nothing happens before the year or after today."""
        day += dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
        if self.first_day <= day <= self.today:
            heapq.heappush(self._queue, (day, next(self._order), what))

    def after(self, day: dt.date, first: int, last: int, what: Happening) -> None:
        """Let something happen between so many days after a day."""
        self.at(day + dt.timedelta(days=self.rng.randint(first, last)), what)

    def play(self, *, before: dt.date = dt.date.max) -> None:
        """Let everything happen that happens before a day."""
        while self._queue and self._queue[0][0] < before:
            day, _, what = heapq.heappop(self._queue)
            what(day)

    def call(self, day: dt.date) -> Call:
        """A call of that day, a few minutes after the one before; of now at the latest."""
        if day != self._day:
            self._day, self._calls = day, count()
        moment = dt.datetime.combine(day, dt.time(9), ROME) + dt.timedelta(minutes=3 * next(self._calls))
        return internal_call(
            self.installation,
            self.session,
            company_id=self.company_id,
            user_id=self.user_id,
            now=min(moment, self.now),
        )

    def set_up(self, operation: Callable[[Call], bytes], data: dict[str, Any]) -> None:
        """Change settings of the company, at the start of the year."""
        call = self.call(self.first_day)
        call.raw = encoder.encode({"data": data})
        operation(call)

    # registry and products

    def add_client(self, client: Client, habit: Habit) -> Client:
        """Enter a customer, at the start of the year."""
        id, _ = clients.resource.add(self.call(self.first_day), client)
        self.habits[id] = habit
        return client

    def add_supplier(self, supplier: Supplier) -> Supplier:
        """Enter a supplier."""
        suppliers.resource.add(self.call(self.first_day), supplier)
        return supplier

    def add_products(self, sold: Sequence[Product]) -> None:
        """Enter what the company sells."""
        for product in sold:
            products.resource.add(self.call(self.first_day), product)
            self.products[product.code] = product

    def in_stock(self, code: str) -> Decimal:
        """How many of a product there are now."""
        stored = products.products.get(self.session, self.company_id, self.products[code].id or 0)
        return (stored.stock_current if stored else None) or Decimal(0)

    def share_in_stock(self, code: str) -> Decimal:
        """The same as a share of what there was at first."""
        return self.in_stock(code) / (self.products[code].stock_initial or Decimal(1))

    def reorder(self, code: str) -> int:
        """How many to order so that there are as many as at first."""
        return max(1, int((self.products[code].stock_initial or 0) - self.in_stock(code)))

    # documents

    def row(self, code: str, qty: int | str = 1, **more: Any) -> Item:
        """A row for a product; `vat`, `discount`, `net_price`, `description` … may be others than the product's."""
        product = self.products[code]
        facts: dict[str, Any] = {
            "product_id": product.id,
            "code": product.code,
            "name": product.name,
            "category": product.category,
            "description": product.description,
            "measure": product.measure,
            "qty": Decimal(qty),
            "net_price": product.net_price,
            "vat": product.default_vat,
            "stock": product.in_stock,
            "in_dn": product.in_stock,
        }
        return Item(**facts | more)

    def keep(
        self,
        day: dt.date,
        type: DocumentType,
        party: Client | Supplier,
        rows: Sequence[Item],
        *,
        terms: Sequence[int] = (),
        method: str = "Bonifico bancario",
        **facts: Any,
    ) -> IssuedDocument:
        """Store a document; `terms` are the days of its installments, else there is one by the customer's terms."""
        document = IssuedDocument(
            type=type,
            date=day,
            entity=entity_of(party),
            items_list=[msgspec.structs.replace(row) for row in rows],
            payments_list=[Payment(payment_terms=PaymentTerms(days=days)) for days in terms],
            payment_method=PaymentMethod(id=self._methods[method].id),
            e_invoice=type in E_INVOICES,
            **facts,
        )
        if type in STAMPED:
            document.stamp_duty = stamp_duty_owed(vat_summary(document))
        call = self.call(day)
        call.options = {"fix_payments": True}
        issued.add(call, document)
        self.count()
        self.posted(document)
        return document

    def posted(self, document: IssuedDocument) -> None:
        """Have a document sent that leaves as an electronic invoice."""
        self._post(self, document)

    def count(self) -> None:
        """Count a document, and tell of it."""
        self.made += 1
        self.progress()

    def invoice(self, day: dt.date, client: Client, rows: Sequence[Item], **facts: Any) -> IssuedDocument:
        """Issue an invoice, which its customer will pay as it is its habit."""
        document = self.keep(day, "invoice", client, rows, **facts)
        self.expect_payments(document)
        return document

    def expect_payments(self, document: Paid) -> None:
        """Let the installments of a document be paid, most of them, some time."""
        assert document.entity  # noqa: S101
        assert document.date  # noqa: S101
        ours = isinstance(document, IssuedDocument)
        habit = self.habits.get(document.entity.id or 0, "prompt") if ours else "prompt"
        first, last = LATENESS[habit]
        for index, payment in enumerate(document.payments_list or ()):
            if payment.due_date and self.rng.random() >= NEVER_PAID:
                day = payment.due_date + dt.timedelta(days=self.rng.randint(first, last))
                self.at(max(day, document.date), self._paid(document, index))

    def _paid(self, document: Paid, index: int) -> Happening:
        def happen(day: dt.date) -> None:
            def pay(new: Paid) -> None:
                payment = (new.payments_list or [])[index]
                if payment.status == "not_paid":
                    payment.status, payment.paid_date = "paid", day
                    payment.payment_account = self._account_of(new)

            self.change(day, document, pay)

        return happen

    def _account_of(self, document: Paid) -> PaymentAccount:
        """Where the money goes to or comes from: the bank, unless the method says otherwise."""
        method = document.payment_method if isinstance(document, IssuedDocument) else None
        return (method.default_payment_account if method else None) or self.bank

    def pay_now(self, day: dt.date, document: IssuedDocument) -> None:
        """Let all of a document be paid on the day."""
        for index in range(len(document.payments_list or ())):
            self._paid(document, index)(day)

    def reverse(self, day: dt.date, document: IssuedDocument) -> None:
        """Mark what is still open of a document as reversed: a credit note took its place."""

        def close(new: Paid) -> None:
            for payment in new.payments_list or ():
                if payment.status == "not_paid":
                    payment.status = "reversed"

        self.change(day, document, close)

    def credit(self, day: dt.date, invoice: IssuedDocument, rows: Sequence[Item], reason: str) -> IssuedDocument:
        """A credit note for rows of an invoice, which it cites."""
        assert invoice.date  # noqa: S101
        return self.keep(
            day,
            "credit_note",
            _party(invoice),
            rows,
            subject=f"{reason} - fattura {invoice.number} del {invoice.date:%d/%m/%Y}",
            visible_subject=f"{reason}: fattura n. {invoice.number} del {invoice.date:%d/%m/%Y}",
            currency=invoice.currency,
            language=invoice.language,
            use_split_payment=invoice.use_split_payment,
            use_gross_prices=invoice.use_gross_prices,
            ei_data=EInvoiceData(invoice_number=f"{invoice.number}{invoice.numeration}", invoice_date=invoice.date),
        )

    def change(self, day: dt.date, document: Paid, edit: Callable[[Paid], None]) -> None:
        """Change a stored document."""
        assert document.id  # noqa: S101
        resource: Resource[Any] = issued if isinstance(document, IssuedDocument) else received
        old = resource.collection.get(self.session, self.company_id, document.id)
        new = resource.collection.get(self.session, self.company_id, document.id)
        if old is not None and new is not None:
            edit(new)
            resource.replace(self.call(day), document.id, new, old)

    # chance

    def between(self, first: int, last: int) -> int:
        """A whole number, both ends included."""
        return self.rng.randint(first, last)

    def chance(self, share: float) -> bool:
        """True for such a share of the cases."""
        return self.rng.random() < share


def entity_of(party: Client | Supplier) -> Entity:
    """The copy of a registry entry that a document embeds."""
    keys = set(Entity.__struct_fields__) & set(party.__struct_fields__) - Entity.READ_ONLY
    return Entity(**{key: getattr(party, key) for key in keys})


def _party(document: IssuedDocument) -> Client:
    assert document.entity  # noqa: S101
    return Client(**msgspec.structs.asdict(document.entity))


def with_vat(rows: Sequence[Item], vat: VatType) -> list[Item]:
    """The same rows under another VAT type."""
    return [msgspec.structs.replace(row, vat=vat) for row in rows]
