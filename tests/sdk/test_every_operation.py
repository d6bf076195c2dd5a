"""Every operation that the server has, called by the vendor's Python client, which checks each field of each answer."""

import datetime as dt
import inspect
import re
from pathlib import Path
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.resources.operations import OPERATIONS
from support import Sdk

NotFound = vendor.exceptions.NotFoundException
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def _vendors_operations() -> set[str]:
    names: set[str] = set()
    for name, api in inspect.getmembers(vendor, inspect.isclass):
        if name.endswith("Api"):
            names |= {method for method in vars(api) if not method.startswith("_")}
    return {name for name in names if not name.endswith(("_with_http_info", "_without_preload_content"))}


def _snake(operation: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()


def test_no_operation_is_left_out() -> None:
    called = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    vendors = _vendors_operations()
    assert len(vendors) == 123
    assert vendors - {_snake(operation.id) for operation in OPERATIONS} == set()
    left_out = sorted(name for name in vendors if not re.search(rf"\.{name}\(", called))
    assert left_out == [], "call them with the vendor's client in this folder"


def test_user_and_company(sdk: Sdk, company_id: int) -> None:
    api_client = sdk()
    users, companies = vendor.UserApi(api_client), vendor.CompaniesApi(api_client)
    assert users.get_user_info().data.email
    assert company_id in [company.id for company in users.list_user_companies().data.companies]
    company = companies.get_company_info(company_id).data
    assert (company.id, company.access_info.role) == (company_id, "master")
    for category in ("clients", "suppliers", "products", "documents"):
        assert companies.get_company_plan_usage(company_id, category).data.usage == 0


def test_lists_that_forms_offer(sdk: Sdk, company_id: int) -> None:
    info = vendor.InfoApi(sdk())
    assert "Italia" in info.list_countries().data
    assert len(info.list_detailed_countries().data) > 200
    assert info.list_cities(city="Como").data[0].province
    assert len(info.list_languages().data) == 9
    assert "EUR" in [currency.id for currency in info.list_currencies().data]
    assert info.list_units_of_measure().data
    assert info.list_delivery_notes_default_causals().data
    assert info.list_default_templates(type="standard", by_type=False).data
    assert 0 in [vat.id for vat in info.list_vat_types(company_id, fieldset="detailed").data]
    assert info.list_payment_methods(company_id, fieldset="detailed").data[0].name
    assert info.list_payment_accounts(company_id, fieldset="detailed").data[0].name
    for empty in (
        info.list_revenue_centers(company_id),
        info.list_cost_centers(company_id),
        info.list_product_categories(company_id, "products"),
        info.list_received_document_categories(company_id),
        info.list_archive_categories(company_id),
    ):
        assert empty.data == []


def test_settings(sdk: Sdk, company_id: int) -> None:
    settings = vendor.SettingsApi(sdk())
    account = settings.create_payment_account(
        company_id, vendor.CreatePaymentAccountRequest(data=vendor.PaymentAccount(name="Cassetto"))
    ).data
    changed = settings.modify_payment_account(
        company_id,
        account.id,
        vendor.ModifyPaymentAccountRequest(data=vendor.PaymentAccount(name="Cassetto 2", iban="")),
    ).data
    assert settings.get_payment_account(company_id, account.id).data == changed
    method = settings.create_payment_method(
        company_id,
        vendor.CreatePaymentMethodRequest(
            data=vendor.PaymentMethod(name="Baratto", default_payment_account=vendor.PaymentAccount(id=account.id))
        ),
    ).data
    changed_method = settings.modify_payment_method(
        company_id, method.id, vendor.ModifyPaymentMethodRequest(data=vendor.PaymentMethod(name="Permuta"))
    ).data
    assert settings.get_payment_method(company_id, method.id).data == changed_method
    vat = settings.create_vat_type(
        company_id,
        vendor.CreateVatTypeRequest(data=vendor.VatType(value=8.5, description="Particolare", is_disabled=False)),
    ).data
    changed_vat = settings.modify_vat_type(
        company_id, vat.id, vendor.ModifyVatTypeRequest(data=vendor.VatType(value=8.5, description="Altra"))
    ).data
    assert settings.get_vat_type(company_id, vat.id).data == changed_vat
    templates = settings.list_templates(company_id).data
    assert settings.get_template(company_id, templates[0].id).data.name
    assert settings.get_tax_profile(company_id).data.company_type
    settings.delete_payment_method(company_id, method.id)
    settings.delete_payment_account(company_id, account.id)
    settings.delete_vat_type(company_id, vat.id)
    with pytest.raises(NotFound):
        settings.get_vat_type(company_id, vat.id)


def test_clients_and_suppliers(sdk: Sdk, company_id: int) -> None:
    api_client = sdk()
    clients, suppliers = vendor.ClientsApi(api_client), vendor.SuppliersApi(api_client)
    assert clients.get_client_info(company_id).data.countries_list
    party = vendor.Client(name="Bianchi", country="Germania", default_discount=5, default_payment_terms=30)
    client = clients.create_client(company_id, vendor.CreateClientRequest(data=party)).data
    clients.modify_client(company_id, client.id, vendor.ModifyClientRequest(data=vendor.Client(name="Neri")))
    assert clients.get_client(company_id, client.id, fieldset="detailed").data.country == "Germania"
    assert clients.list_clients(company_id, sort="name", q="name = 'neri'", fieldset="detailed").total == 1
    supplier = suppliers.create_supplier(
        company_id, vendor.CreateSupplierRequest(data=vendor.Supplier(name="Ferrovie", vat_number="01123580365"))
    ).data
    suppliers.modify_supplier(company_id, supplier.id, vendor.ModifySupplierRequest(data=vendor.Supplier(name="Ferro")))
    assert suppliers.get_supplier(company_id, supplier.id).data.vat_number == "01123580365"
    assert suppliers.list_suppliers(company_id, fieldset="detailed").total == 1
    clients.delete_client(company_id, client.id)
    suppliers.delete_supplier(company_id, supplier.id)
    assert (clients.list_clients(company_id).total, suppliers.list_suppliers(company_id).total) == (0, 0)


def test_products(sdk: Sdk, company_id: int) -> None:
    products = vendor.ProductsApi(sdk())
    new = vendor.Product(name="Vite", code="V1", net_price=1.5, default_vat=vendor.VatType(id=0))
    product = products.create_product(company_id, vendor.CreateProductRequest(data=new)).data
    products.modify_product(
        company_id, product.id, vendor.ModifyProductRequest(data=vendor.Product(name="Vite", net_price=2))
    )
    assert products.get_product(company_id, product.id).data.gross_price == 2.44
    assert products.list_products(company_id, q="code = 'V1'", fieldset="detailed").total == 1
    products.delete_product(company_id, product.id)
    assert products.list_products(company_id).total == 0


def _document(**facts: Any) -> vendor.CreateIssuedDocumentRequest:
    item = vendor.IssuedDocumentItemsListItem(name="Riga", net_price=100, vat=vendor.VatType(id=0))
    data = vendor.IssuedDocument(
        type=vendor.IssuedDocumentType.INVOICE, entity=vendor.Entity(name="Verdi"), items_list=[item], **facts
    )
    return vendor.CreateIssuedDocumentRequest(data=data, options=vendor.IssuedDocumentOptions(fix_payments=True))


def test_attachment_and_bin_of_an_issued_document(sdk: Sdk, company_id: int) -> None:
    documents = vendor.IssuedDocumentsApi(sdk())
    token = documents.upload_issued_document_attachment(company_id, "scan.png", ("scan.png", PNG)).data.attachment_token
    created = documents.create_issued_document(company_id, _document(attachment_token=token)).data
    assert created.attachment_url.startswith("http")
    documents.delete_issued_document_attachment(company_id, created.id)
    assert documents.get_issued_document(company_id, created.id).data.attachment_url is None
    documents.delete_issued_document(company_id, created.id)
    assert [gone.id for gone in documents.list_bin_issued_documents(company_id).data] == [created.id]
    assert documents.get_bin_issued_document(company_id, created.id).data.amount_gross == 122
    documents.recover_bin_issued_document(company_id, created.id)
    assert documents.get_issued_document(company_id, created.id).data.number == created.number
    documents.delete_issued_document(company_id, created.id)
    documents.delete_bin_issued_document(company_id, created.id)
    assert documents.list_bin_issued_documents(company_id).data == []


def test_received_documents(sdk: Sdk, company_id: int) -> None:
    received = vendor.ReceivedDocumentsApi(sdk())
    assert received.get_received_document_pre_create_info(company_id, "expense").data.countries_list
    payment = vendor.ReceivedDocumentPaymentsListItem(amount=122, due_date=dt.date(2026, 4, 1))
    data = vendor.ReceivedDocument(
        type=vendor.ReceivedDocumentType.EXPENSE,
        entity=vendor.Entity(name="Ferrovie"),
        var_date=dt.date(2026, 3, 1),
        description="Biglietti",
        category="Viaggi",
        amount_net=100,
        amount_vat=22,
        payments_list=[payment],
    )
    totals = received.get_new_received_document_totals(
        company_id, vendor.GetNewReceivedDocumentTotalsRequest(data=data)
    ).data
    assert totals.amount_gross == 122
    token = received.upload_received_document_attachment(company_id, "s.png", ("s.png", PNG)).data.attachment_token
    data.attachment_token = token
    created = received.create_received_document(company_id, vendor.CreateReceivedDocumentRequest(data=data)).data
    assert (created.amount_gross, created.type) == (122, vendor.ReceivedDocumentType.EXPENSE)
    received.delete_received_document_attachment(company_id, created.id)
    changed = received.modify_received_document(
        company_id,
        created.id,
        vendor.ModifyReceivedDocumentRequest(
            data=vendor.ReceivedDocument(type=vendor.ReceivedDocumentType.EXPENSE, description="Treno")
        ),
    ).data
    assert (changed.description, changed.category) == ("Treno", "Viaggi")
    existing = received.get_existing_received_document_totals(
        company_id, created.id, vendor.GetExistingReceivedDocumentTotalsRequest(data=vendor.ReceivedDocument())
    ).data
    assert existing.amount_due == 122
    assert received.list_received_documents(company_id, "expense", fieldset="detailed").total == 1
    assert received.list_pending_received_documents(company_id, "agyo").data == []
    with pytest.raises(NotFound):
        received.get_pending_received_document(company_id, 1)
    received.delete_received_document(company_id, created.id)
    assert [gone.id for gone in received.list_bin_received_documents(company_id).data] == [created.id]
    assert received.get_bin_received_document(company_id, created.id).data.id == created.id
    received.recover_bin_received_document(company_id, created.id)
    assert received.get_received_document(company_id, created.id).data.amount_net == 100
    received.delete_received_document(company_id, created.id)
    received.delete_bin_received_document(company_id, created.id)
    assert received.list_bin_received_documents(company_id).data == []


def test_form_of_a_receipt(sdk: Sdk, company_id: int) -> None:
    receipts = vendor.ReceiptsApi(sdk())
    assert receipts.get_receipt_pre_create_info(company_id).data.vat_types_list


def test_taxes_and_archive(sdk: Sdk, company_id: int) -> None:
    api_client = sdk()
    taxes, archive = vendor.TaxesApi(api_client), vendor.ArchiveApi(api_client)
    token = taxes.upload_f24_attachment(company_id, "f24.png", ("f24.png", PNG)).data.attachment_token
    f24 = taxes.create_f24(
        company_id,
        vendor.CreateF24Request(
            data=vendor.F24(
                due_date=dt.date(2026, 3, 16), amount=840.36, description="IVA febbraio", attachment_token=token
            )
        ),
    ).data
    taxes.delete_f24_attachment(company_id, f24.id)
    taxes.modify_f24(
        company_id,
        f24.id,
        vendor.ModifyF24Request(
            data=vendor.F24(due_date=dt.date(2026, 3, 16), amount=840.36, description="IVA di febbraio")
        ),
    )
    assert taxes.get_f24(company_id, f24.id).data.description == "IVA di febbraio"
    assert taxes.list_f24(company_id, sort="due_date", q="amount > 800").total == 1
    taxes.delete_f24(company_id, f24.id)

    token = archive.upload_archive_document_attachment(company_id, "a.png", ("a.png", PNG)).data.attachment_token
    kept = archive.create_archive_document(
        company_id,
        vendor.CreateArchiveDocumentRequest(
            data=vendor.ArchiveDocument(
                var_date=dt.date(2026, 3, 1), description="Polizza", category="Assicurazioni", attachment_token=token
            )
        ),
    ).data
    archive.modify_archive_document(
        company_id,
        kept.id,
        vendor.ModifyArchiveDocumentRequest(
            data=vendor.ArchiveDocument(
                var_date=dt.date(2026, 3, 1), description="Polizza 2026", category="Assicurazioni"
            )
        ),
    )
    assert archive.get_archive_document(company_id, kept.id).data.description == "Polizza 2026"
    assert archive.list_archive_documents(company_id, fieldset="detailed").total == 1
    archive.delete_archive_document(company_id, kept.id)
    assert archive.list_archive_documents(company_id).total == 0
