"""A supplier's invoice for trying things out: made and sent by another company in test mode of the same user (ours)."""

import dataclasses
from decimal import Decimal
from typing import Annotated

import msgspec
from sqlalchemy import BigInteger, bindparam, select

from mastro.api.call import Call, Principal
from mastro.api.errors import Conflict, Forbidden, invalid
from mastro.api.operation import Operation
from mastro.api.scopes import effective
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.database.schema import memberships
from mastro.delivery.sdi_simulator import NAME
from mastro.model.base import Body, Id
from mastro.model.company import Company
from mastro.model.entity import Client
from mastro.model.issued_document import EInvoiceData, IssuedDocument, Item
from mastro.resources.company import load_company, load_settings
from mastro.resources.entities.clients import clients
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.sending import NO_TEST_MODE, send_e_invoice

NOBODY = "0000000"
"""Recipient code of who has none."""

PAGES = "web"
"""The program of who is signed in, and may go to any company of theirs; a token may be for one alone."""

_MEMBER = Prepared(
    select(memberships.c.role, memberships.c.permissions).where(
        memberships.c.company_id == bindparam("company_id", type_=BigInteger),  # any id can be asked for
        memberships.c.user_id == bindparam("user_id"),
    )
)


class TestArrival(Body):
    """The invoice that another company is to send."""

    __test__ = False  # its name is no test's

    from_company_id: Annotated[Id | None, msgspec.Meta(description="The supplier: another company of the user")] = None
    description: str = ""
    amount_net: Decimal | None = None


class SentArrival(Body):
    """What was made and sent."""

    company_id: Id | None = None
    document_id: Id | None = None
    number: int | None = None


def create_test_arrival(call: Call) -> bytes:
    """Have another company in test mode make out an invoice to this one and send it; it is here in a moment.

    The user must be allowed to write invoices there. Raises Invalid, Conflict, Forbidden.
    """
    call.require("received_documents", "a")
    asked = call.parse(TestArrival).data
    if load_settings(call.session, call.company_id).channel != NAME:
        raise Conflict(NO_TEST_MODE, code="NO_TEST_MODE")
    if asked.amount_net is None or not asked.amount_net:
        raise invalid("data.amount_net", "The data.amount net field is required.")
    if asked.from_company_id is None or asked.from_company_id == call.company_id:
        raise invalid("data.from_company_id", "Il fornitore è un'altra azienda.")
    theirs = _there(call, asked.from_company_id)
    if load_settings(call.session, theirs.company_id).channel != NAME:
        raise invalid("data.from_company_id", "Il fornitore non è in modalità di prova.")
    us, _ = load_company(call.session, call.company_id)
    made = IssuedDocument(
        type="invoice",
        date=call.now.date(),
        entity=_customer(theirs, us),
        e_invoice=True,
        ei_data=EInvoiceData(payment_method="MP05"),
        items_list=[Item(name=asked.description or "Fattura di prova", net_price=asked.amount_net, qty=Decimal(1))],
    )
    resource.collection.lock(theirs.session, theirs.company_id)
    id, _ = resource.add(dataclasses.replace(theirs, options={"fix_payments": True}), made)
    sending = {"data": {}, "options": {"test_outcome": {"outcome": "delivered"}}}
    send_e_invoice(dataclasses.replace(theirs, path={"document_id": str(id)}, raw=encoder.encode(sending)))
    answer = SentArrival(company_id=theirs.company_id, document_id=id, number=made.number)
    return encoder.encode({"data": answer})


def _there(call: Call, company_id: int) -> Call:
    """The same user in another company. Raises Forbidden where there is no way in, or not to write invoices."""
    user = call.principal
    row = call.session.row(_MEMBER, company_id=company_id, user_id=user.user_id)
    if row is None or (user.company_id is not None and user.program != PAGES):
        raise Forbidden
    role, permissions = row
    there = Principal(user.user_id, company_id, user.granted, role, permissions, user.program, user.token)
    theirs = dataclasses.replace(
        call,
        company_id=company_id,
        principal=there,
        scopes=effective(user.granted, role, permissions),
        role=role,
        permissions=permissions,
        query={},
    )
    theirs.require("issued_documents.invoices", "a")
    return theirs


def _customer(theirs: Call, us: Company) -> Client:
    """The customer that this company is: the entry of their registry where there is one."""
    for key, value in (("vat_number", us.vat_number), ("tax_code", us.tax_code)):
        rows = clients.page(
            theirs.session, theirs.company_id, equals={key: value.lower()}, order=(("id", False),), limit=1
        )
        if value and rows:
            known = clients.decoder.decode(rows[0][0])
            known.ei_code = known.ei_code or us.ei_code or NOBODY
            return known
    return Client(
        name=us.name,
        vat_number=us.vat_number,
        tax_code=us.tax_code,
        address_street=us.address_street,
        address_postal_code=us.address_postal_code,
        address_city=us.address_city,
        address_province=us.address_province,
        country_iso=us.country_iso,
        ei_code=us.ei_code or NOBODY,
    )


OPERATIONS = (
    Operation(
        "createTestArrival",
        "POST",
        "/c/{company_id}/test_mode/incoming",
        create_test_arrival,
        "Test mode",
        "Create Test Arrival",
        writes=True,
        body=TestArrival,
        answer=SentArrival,
    ),
)
