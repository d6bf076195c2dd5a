"""The operations beside documents and registries, called by the vendor's Python client.

Receipts, cashbook, price lists, transformation, mail, sending to the SdI, what waits to be registered, webhooks.
"""

import datetime as dt
import time
from contextlib import suppress
from decimal import Decimal
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.api.call import Installation, internal_call
from mastro.model.entity import Entity
from mastro.model.received_document import PendingReceivedDocument
from mastro.resources.received_documents.pending import add_pending
from resources.issued_documents import account_of, create
from support import Client, Clock, MakeCompany, Sdk


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(
        email="rossi@example.it",
        address_street="Via Roma 1",
        address_postal_code="20100",
        address_city="Milano",
        address_province="MI",
    )


def test_receipts(sdk: Sdk, client: Client, company_id: int) -> None:
    receipts = vendor.ReceiptsApi(sdk())
    new = vendor.Receipt(
        var_date=dt.date(2026, 3, 2),
        type=vendor.ReceiptType.SALES_RECEIPT,
        payment_account=vendor.PaymentAccount(id=account_of(client)),
        use_gross_prices=True,
        items_list=[vendor.ReceiptItemsListItem(amount_gross=122, vat=vendor.VatType(id=0), category="bar")],
    )
    assert receipts.get_receipt_pre_create_info(company_id).data.numerations == {"2026": {"": 1}}
    request = vendor.CreateReceiptRequest(data=new, autocomplete_number=True)
    created = receipts.create_receipt(company_id, request).data
    assert (created.number, created.amount_net, created.amount_vat) == (1, 100, 22)
    assert receipts.get_receipt_pre_create_info(company_id).data.numerations == {"2026": {"": 2}}
    new.description = "Colazioni"
    receipts.modify_receipt(company_id, created.id, vendor.ModifyReceiptRequest(data=new))
    assert receipts.get_receipt(company_id, created.id).data.description == "Colazioni"
    assert receipts.list_receipts(company_id, fieldset="detailed").total == 1
    months = receipts.get_receipts_monthly_totals(company_id, "sales_receipt", "2026").data
    assert [month.gross for month in months] == [0, 0, 122] + [0] * 9
    receipts.delete_receipt(company_id, created.id)
    assert receipts.list_receipts(company_id).data == []


def test_cashbook(sdk: Sdk, client: Client, company_id: int) -> None:
    cashbook = vendor.CashbookApi(sdk())
    new = vendor.CashbookEntry(
        var_date=dt.date(2026, 3, 5),
        description="Prelievo",
        kind=vendor.CashbookEntryKind.CASHBOOK,
        type=vendor.CashbookEntryType.OUT,
        amount_out=50,
        payment_account_out=vendor.PaymentAccount(id=account_of(client)),
    )
    created = cashbook.create_cashbook_entry(company_id, vendor.CreateCashbookEntryRequest(data=new)).data
    new.amount_out = 60
    cashbook.modify_cashbook_entry(company_id, created.id, vendor.ModifyCashbookEntryRequest(data=new))
    assert cashbook.get_cashbook_entry(company_id, created.id).data.amount_out == 60
    assert [entry.id for entry in cashbook.list_cashbook_entries(company_id, "2026-03-01", "2026-03-31").data] == [
        created.id
    ]
    cashbook.delete_cashbook_entry(company_id, created.id)
    assert cashbook.list_cashbook_entries(company_id, "2026-03-01", "2026-03-31").data == []


def test_price_lists(sdk: Sdk, client: Client, company_id: int) -> None:
    made = client.data("POST", "price_lists", json={"data": {"name": "Ingrosso", "prices_type": "net", "type": "sell"}})
    product = client.data("POST", "products", json={"data": {"name": "Sedia", "net_price": 40}})
    prices = {"data": {str(product["id"]): {"price": 3.5}}}
    assert client.put(f"price_lists/{made['id']}/items", json=prices).status_code == 200
    lists = vendor.PriceListsApi(sdk())
    assert [(each.id, each.name) for each in lists.get_price_lists(company_id).data] == [(made["id"], "Ingrosso")]
    assert lists.get_price_list_items(company_id, made["id"]).data[str(product["id"])].price == 3.5


def test_one_document_becomes_another_and_several_become_one(sdk: Sdk, client: Client, company_id: int) -> None:
    documents = vendor.IssuedDocumentsApi(sdk())
    quote = create(client, "quote")
    made = documents.transform_issued_document(company_id, quote["id"], "invoice", type="quote")
    assert (made.data.type, made.data.items_list[0].net_price) == (vendor.IssuedDocumentType.INVOICE, 100)
    ids = ",".join(str(create(client, "delivery_note")["id"]) for _ in range(2))
    joint = documents.join_issued_documents(company_id, ids, group=1, type="delivery_notes")
    request = vendor.CreateIssuedDocumentRequest(data=joint.data, options=joint.options)
    assert documents.create_issued_document(company_id, request).data.amount_net == 200


def test_mail(sdk: Sdk, client: Client, company_id: int) -> None:
    documents, emails = vendor.IssuedDocumentsApi(sdk()), vendor.EmailsApi(sdk())
    invoice = create(client)
    data = documents.get_email_data(company_id, invoice["id"]).data
    wanted = vendor.EmailSchedule(
        sender_id=data.default_sender_email.id,
        recipient_email="anna@example.it",
        subject=data.subject,
        body=data.body,
        include=vendor.EmailScheduleInclude(
            document=True, delivery_note=False, attachment=False, accompanying_invoice=False
        ),
        attach_pdf=True,
        send_copy=False,
    )
    documents.schedule_email(company_id, invoice["id"], vendor.ScheduleEmailRequest(data=wanted))
    (email,) = emails.list_emails(company_id).data
    assert (email.to_email, email.subject) == ("anna@example.it", data.subject)


def test_an_electronic_invoice_is_tried_and_sent(sdk: Sdk, client: Client, company_id: int) -> None:
    customer: dict[str, Any] = {
        "name": "Bianchi S.p.A.",
        "vat_number": "01234567897",
        "address_street": "Via Verdi 2",
        "address_postal_code": "00100",
        "address_city": "Roma",
        "address_province": "RM",
        "country": "Italia",
        "ei_code": "ABC1234",
    }
    invoice = create(client, entity=customer, e_invoice=True, ei_data={"payment_method": "MP05"})
    e_invoices = vendor.IssuedEInvoicesApi(sdk())
    data = vendor.SendEInvoiceRequestData()
    dry = vendor.SendEInvoiceRequest(data=data, options=vendor.SendEInvoiceRequestOptions(dry_run=True))
    assert e_invoices.send_e_invoice(company_id, invoice["id"], dry).data is not None
    assert e_invoices.verify_e_invoice_xml(company_id, invoice["id"]).data.success
    assert "FatturaElettronica" in e_invoices.get_e_invoice_xml(company_id, invoice["id"])
    sent = e_invoices.send_e_invoice(company_id, invoice["id"], vendor.SendEInvoiceRequest(data=data)).data
    assert sent.name == "CARICATO"
    assert e_invoices.get_e_invoice_rejection_reason(company_id, invoice["id"]).data.ei_status


def test_a_document_that_waits_to_be_registered(sdk: Sdk, company_id: int, installation: Installation) -> None:
    waiting = PendingReceivedDocument(
        type="agyo",
        filename="IT01234567897_12.xml",
        entity=Entity(name="Carta e Penna S.r.l.", vat_number="01234567897"),
        emission_date=dt.date(2026, 2, 27),
        amount_net=Decimal(100),
        amount_vat=Decimal(22),
    )
    with installation.database.write() as session:
        made_by = internal_call(installation, session, company_id=company_id, user_id=1)
        id = add_pending(made_by, waiting, content=b"<xml/>")
    received = vendor.ReceivedDocumentsApi(sdk())
    assert [one.id for one in received.list_pending_received_documents(company_id, "agyo").data] == [id]
    assert received.get_pending_received_document(company_id, id).data.emssion_date == dt.date(2026, 2, 27)


def test_webhooks(sdk: Sdk, company_id: int, clock: Clock) -> None:
    webhooks = vendor.WebhooksApi(sdk())
    wanted = vendor.WebhooksSubscription(
        sink="https://hooks.invalid/mastro",
        types=[vendor.EventType("it.fattureincloud.webhooks.receipts.create")],
        config=vendor.WebhooksSubscriptionConfig(mapping="structured"),
    )
    made = webhooks.create_webhooks_subscription(company_id, vendor.CreateWebhooksSubscriptionRequest(data=wanted)).data
    assert [one.id for one in webhooks.list_webhooks_subscriptions(company_id).data] == [made.id]
    wanted.sink = "https://other.invalid/"
    webhooks.modify_webhooks_subscription(company_id, made.id, vendor.ModifyWebhooksSubscriptionRequest(data=wanted))
    asked = vendor.VerifyWebhooksSubscription(id=made.id, verification_method="header")
    request = vendor.VerifyWebhooksSubscriptionRequest(data=asked)
    for _ in range(5):
        clock.advance(minutes=11)  # a sink is asked once in ten minutes, and the worker may be asking just now
        with suppress(vendor.exceptions.ConflictException):
            webhooks.verify_webhooks_subscription(company_id, made.id, request)
            break
        time.sleep(0.3)
    else:
        pytest.fail("the sink was never asked again")
    assert webhooks.get_webhooks_subscription(company_id, made.id).data.sink == "https://other.invalid/"
    webhooks.delete_webhooks_subscription(company_id, made.id)
    assert webhooks.list_webhooks_subscriptions(company_id).data == []
