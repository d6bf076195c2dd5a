"""Every operation of the API, in the order in which the reference page shows them."""

from mastro.api.operation import Operation
from mastro.resources import (
    archive,
    audit,
    backups,
    cashbook,
    company,
    company_info,
    e_invoices,
    emails,
    info,
    jobs,
    list_files,
    price_lists,
    products,
    receipts,
    requests,
    saved_filters,
    search,
    settling,
    subscriptions,
    taxes,
    test_arrivals,
    test_mode,
    user,
    user_companies,
)
from mastro.resources import bin as deleted
from mastro.resources.archive_packages import operations as archive_packages
from mastro.resources.entities import clients, merging, suppliers
from mastro.resources.exports import operations as exports
from mastro.resources.issued_documents import (
    attachment,
    by_hand,
    conversion,
    documents,
    e_invoice,
    email,
    form,
    notices,
    papers,
    preview,
    sending,
    signed,
    totals,
)
from mastro.resources.issued_documents import info as issued_documents_info
from mastro.resources.pec import again as pec_again
from mastro.resources.pec import messages as pec_messages
from mastro.resources.received_documents import documents as received_documents
from mastro.resources.received_documents import e_invoice as received_e_invoice
from mastro.resources.received_documents import info as received_documents_info
from mastro.resources.received_documents import pending
from mastro.resources.received_documents import totals as received_documents_totals
from mastro.resources.reports import (
    last_prices,
    overview,
    product_card,
    sales,
    stamp_duty,
    statement,
    summary,
    vat_registers,
    vat_settlement,
)
from mastro.resources.reports import payments as payments_report
from mastro.resources.settings import company as company_settings
from mastro.resources.settings import (
    incoming,
    mail,
    payment_accounts,
    payment_methods,
    sdi_channel,
    tax_profile,
    templates,
    vat_types,
)
from mastro.resources.settings import vat as vat_settings
from mastro.resources.table_imports import operations as table_imports
from mastro.resources.xml_imports import operations as xml_imports

OPERATIONS: tuple[Operation, ...] = (
    *user.OPERATIONS,
    *user_companies.OPERATIONS,
    *company.OPERATIONS,
    *clients.OPERATIONS,
    *suppliers.OPERATIONS,
    *merging.OPERATIONS,
    *products.OPERATIONS,
    *list_files.OPERATIONS,
    *info.OPERATIONS,
    *company_info.OPERATIONS,
    *search.OPERATIONS,
    *saved_filters.OPERATIONS,
    *audit.OPERATIONS,
    *table_imports.OPERATIONS,
    *payment_methods.OPERATIONS,
    *payment_accounts.OPERATIONS,
    *vat_types.OPERATIONS,
    *templates.OPERATIONS,
    *tax_profile.OPERATIONS,
    *company_settings.OPERATIONS,
    *mail.OPERATIONS,
    *sdi_channel.OPERATIONS,
    *incoming.OPERATIONS,
    *documents.OPERATIONS,
    *totals.OPERATIONS,
    *conversion.OPERATIONS,
    *issued_documents_info.OPERATIONS,
    *form.OPERATIONS,
    *preview.OPERATIONS,
    *papers.OPERATIONS,
    *e_invoice.OPERATIONS,
    *sending.OPERATIONS,
    *notices.OPERATIONS,
    *by_hand.OPERATIONS,
    *signed.OPERATIONS,
    *pec_messages.OPERATIONS,
    *pec_again.OPERATIONS,
    *email.OPERATIONS,
    *emails.OPERATIONS,
    *attachment.OPERATIONS,
    *received_documents.OPERATIONS,
    *received_documents_totals.OPERATIONS,
    *received_documents_info.OPERATIONS,
    *pending.OPERATIONS,
    *received_e_invoice.OPERATIONS,
    *xml_imports.OPERATIONS,
    *archive_packages.OPERATIONS,
    *receipts.OPERATIONS,
    *taxes.OPERATIONS,
    *settling.OPERATIONS,
    *cashbook.OPERATIONS,
    *price_lists.OPERATIONS,
    *archive.OPERATIONS,
    *deleted.OPERATIONS,
    *subscriptions.OPERATIONS,
    *requests.OPERATIONS,
    *test_mode.OPERATIONS,
    *test_arrivals.OPERATIONS,
    *e_invoices.OPERATIONS,
    *jobs.OPERATIONS,
    *backups.OPERATIONS,
    *exports.OPERATIONS,
    *vat_settings.OPERATIONS,
    *overview.OPERATIONS,
    *vat_registers.OPERATIONS,
    *vat_settlement.OPERATIONS,
    *sales.OPERATIONS,
    *statement.OPERATIONS,
    *last_prices.OPERATIONS,
    *product_card.OPERATIONS,
    *payments_report.OPERATIONS,
    *stamp_duty.OPERATIONS,
    *summary.OPERATIONS,
)
