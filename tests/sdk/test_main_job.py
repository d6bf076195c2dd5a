"""The main job with the vendor's own Python client, unmodified, against the server on a socket."""

import datetime as dt
from typing import Any

import fattureincloud_python_sdk as vendor
import httpx2
import pytest
from lxml import etree

from support import Clock, MakeCompany, MakeToken, Sdk

DOCUMENT_TYPES = list(vendor.IssuedDocumentType)


def _item(price: float = 100, **more: Any) -> vendor.IssuedDocumentItemsListItem:
    facts: dict[str, Any] = {"name": "Consulenza", "qty": 1, "net_price": price, "vat": vendor.VatType(id=0)}
    return vendor.IssuedDocumentItemsListItem(**facts | more)


def _request(document: vendor.IssuedDocument, *, fix: bool = True) -> vendor.CreateIssuedDocumentRequest:
    options = vendor.IssuedDocumentOptions(fix_payments=fix)
    return vendor.CreateIssuedDocumentRequest(data=document, options=options)


def test_a_client_an_invoice_its_pdf_its_xml_and_its_payment(
    sdk: Sdk, make_company: MakeCompany, make_token: MakeToken, clock: Clock
) -> None:
    company_id = make_company(
        address_street="Via Garibaldi 1", address_postal_code="16124", address_city="Genova", address_province="GE"
    )
    api_client = sdk(make_token(company_id=company_id))
    clients, documents = vendor.ClientsApi(api_client), vendor.IssuedDocumentsApi(api_client)
    e_invoices = vendor.IssuedEInvoicesApi(api_client)

    customer = clients.create_client(
        company_id,
        vendor.CreateClientRequest(
            data=vendor.Client(
                name="Bianchi S.p.A.",
                type=vendor.ClientType.COMPANY,
                vat_number="01618030587",
                tax_code="01618030587",
                address_street="Via Nazionale 100",
                address_postal_code="00184",
                address_city="Roma",
                address_province="RM",
                country="Italia",
                ei_code="ABC1234",
            )
        ),
    ).data
    info = documents.get_issued_document_pre_create_info(company_id, "invoice").data
    assert info.numerations["2026"][""] == 1

    draft = vendor.IssuedDocument(
        type=vendor.IssuedDocumentType.INVOICE,
        entity=vendor.Entity(**{key: value for key, value in customer.to_dict().items() if value is not None}),
        var_date=dt.date(2026, 3, 2),
        e_invoice=True,
        ei_data=vendor.IssuedDocumentEiData(payment_method="MP05"),
        payment_method=vendor.PaymentMethod(id=info.payment_methods_list[0].id),
        items_list=[_item(250), _item(80, qty=3, discount=10)],
    )
    totals = documents.get_new_issued_document_totals(
        company_id, vendor.GetNewIssuedDocumentTotalsRequest(data=draft)
    ).data
    assert (totals.amount_net, totals.amount_vat, totals.amount_due) == (466, 102.52, 568.52)

    invoice = documents.create_issued_document(company_id, _request(draft)).data
    assert (invoice.number, invoice.year, invoice.amount_gross) == (1, 2026, 568.52)
    assert [item.id for item in invoice.items_list] == [1, 2]
    assert e_invoices.verify_e_invoice_xml(company_id, invoice.id).data.success is True
    xml = etree.fromstring(e_invoices.get_e_invoice_xml(company_id, invoice.id).encode())
    assert xml.findtext(".//ImportoTotaleDocumento") == "568.52"
    pdf = httpx2.get(invoice.url)
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")

    clock.advance(days=20)
    (installment,) = invoice.payments_list
    installment.status = vendor.IssuedDocumentStatus.PAID
    installment.payment_account = vendor.PaymentAccount(id=info.payment_accounts_list[0].id)
    installment.paid_date = dt.date(2026, 3, 20)
    paid = documents.modify_issued_document(
        company_id,
        invoice.id,
        vendor.ModifyIssuedDocumentRequest(data=vendor.IssuedDocument(payments_list=[installment])),
    ).data
    assert (paid.next_due_date, paid.payments_list[0].id) == (None, installment.id)
    assert (paid.items_list, paid.number, paid.entity) == (invoice.items_list, invoice.number, invoice.entity)
    listed = documents.list_issued_documents(company_id, "invoice", q="entity.name contains 'bianchi'", sort="-date")
    assert ([found.id for found in listed.data], listed.total) == ([invoice.id], 1)


@pytest.mark.parametrize("type", DOCUMENT_TYPES)
def test_each_type_is_created_read_changed_listed_and_deleted(
    sdk: Sdk, company_id: int, type: vendor.IssuedDocumentType
) -> None:
    documents = vendor.IssuedDocumentsApi(sdk())
    new = vendor.IssuedDocument(type=type, entity=vendor.Entity(name="Verdi"), items_list=[_item()])
    created = documents.create_issued_document(company_id, _request(new)).data
    assert (created.type, created.number) == (type, 1)
    assert documents.get_issued_document(company_id, created.id).data == created
    basic = documents.get_issued_document(company_id, created.id, fieldset="basic").data
    assert (basic.items_list, basic.number) == (None, 1)
    changed = documents.modify_issued_document(
        company_id, created.id, vendor.ModifyIssuedDocumentRequest(data=vendor.IssuedDocument(subject="Cambiato"))
    ).data
    assert (changed.type, changed.subject, changed.items_list) == (type, "Cambiato", created.items_list)
    totals = documents.get_existing_issued_document_totals(
        company_id,
        created.id,
        vendor.GetExistingIssuedDocumentTotalsRequest(data=vendor.IssuedDocument(type=type, rivalsa=0)),
    ).data
    assert totals.amount_due == 122
    for fieldset in ("basic", "detailed"):
        page = documents.list_issued_documents(company_id, type.value, fieldset=fieldset, per_page=5)
        assert [found.id for found in page.data] == [created.id]
    assert documents.get_issued_document_pre_create_info(company_id, type.value).data.numerations["2026"][""] == 2
    documents.delete_issued_document(company_id, created.id)
    with pytest.raises(vendor.exceptions.NotFoundException):
        documents.get_issued_document(company_id, created.id)


def test_a_whole_document_that_was_read_is_sent_back(sdk: Sdk, company_id: int) -> None:
    documents = vendor.IssuedDocumentsApi(sdk())
    new = vendor.IssuedDocument(
        type=vendor.IssuedDocumentType.INVOICE, entity=vendor.Entity(name="Verdi"), items_list=[_item(), _item(50)]
    )
    created = documents.create_issued_document(company_id, _request(new)).data
    created.visible_subject = "Riletto"
    created.items_list[1].net_price = 60
    request = vendor.ModifyIssuedDocumentRequest(data=created, options=vendor.IssuedDocumentOptions(fix_payments=True))
    changed = documents.modify_issued_document(company_id, created.id, request).data
    assert (changed.visible_subject, changed.amount_net) == ("Riletto", 160)
    assert [item.id for item in changed.items_list] == [item.id for item in created.items_list]
    assert changed.payments_list[0].amount == 195.2


def test_refusals_arrive_as_the_exceptions_that_programs_catch(
    sdk: Sdk, company_id: int, make_token: MakeToken
) -> None:
    documents = vendor.IssuedDocumentsApi(sdk())
    party = vendor.Entity(name="Verdi")
    new = vendor.IssuedDocument(
        type=vendor.IssuedDocumentType.INVOICE,
        entity=party,
        number=1,
        items_list=[_item()],
        payments_list=[vendor.IssuedDocumentPaymentsListItem(amount=1)],
    )
    with pytest.raises(vendor.exceptions.UnprocessableEntityException) as mismatch:
        documents.create_issued_document(company_id, _request(new, fix=False))
    assert '"amount_due": 122' in mismatch.value.body
    documents.create_issued_document(company_id, _request(new))
    with pytest.raises(vendor.exceptions.ConflictException) as twin:
        documents.create_issued_document(company_id, _request(new))
    assert "NUMBER_TAKEN" in twin.value.body
    with pytest.raises(vendor.exceptions.UnauthorizedException):
        vendor.IssuedDocumentsApi(sdk("a/stolen")).list_issued_documents(company_id, "invoice")
    reader = vendor.IssuedDocumentsApi(sdk(make_token(scopes=["issued_documents.invoices:r"])))
    assert reader.list_issued_documents(company_id, "invoice").total == 1
    with pytest.raises(vendor.exceptions.ForbiddenException) as forbidden:
        reader.create_issued_document(company_id, _request(new))
    assert "NO_PERMISSION" in forbidden.value.body


def test_pages_are_walked_to_the_last(sdk: Sdk, company_id: int) -> None:
    documents = vendor.IssuedDocumentsApi(sdk())
    new = vendor.IssuedDocument(
        type=vendor.IssuedDocumentType.QUOTE, entity=vendor.Entity(name="Verdi"), items_list=[_item()]
    )
    made = [documents.create_issued_document(company_id, _request(new)).data.id for _ in range(12)]
    seen: list[int] = []
    page = 1
    while True:
        answer = documents.list_issued_documents(company_id, "quote", page=page, per_page=5, sort="id")
        seen += [document.id for document in answer.data]
        if answer.next_page_url is None:
            break
        page += 1
    assert (seen, page, answer.last_page) == (made, 3, 3)
