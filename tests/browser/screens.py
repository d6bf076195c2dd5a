"""Every screen, once: read by the tests of all screens and by `make screenshots`. A new page adds its line here."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, Response


@dataclass(frozen=True)
class Screen:
    """A page in a state worth looking at."""

    name: str
    """Name of its pictures."""
    path: str
    """`{company}` stands for the first company of the demo."""
    then: Callable[[Page], None] | None = None
    """What is done before looking, such as opening a menu."""
    signed_in: bool = True
    empty: bool = False
    """On a server without any user, started for this screen alone; nobody is signed in there."""


def _open_all(page: Page) -> None:
    """Unfold every part of a form."""
    page.evaluate("() => document.querySelectorAll('main details').forEach(each => { each.open = true; })")


def ticked(page: Page) -> None:
    """Tick the rows of a list."""
    page.locator("[data-all]").check()


def to_settle(page: Page) -> None:
    """Ask what settling them would do."""
    ticked(page)
    page.locator("#bulk button[value=settle]").click()


def asked_to_send(page: Page) -> None:
    """Open what asks before an invoice is sent."""
    page.locator("button.primary[popovertarget=send]").click()


def as_the_customer(page: Page) -> None:
    """Go to the page that the customer sees."""
    page.locator("a[href^='/doc/'] >> text=cliente").click()


def with_prices(page: Page) -> None:
    """Make a price list, and let a percentage work out its prices."""
    page.locator("#f-name").fill("Rivenditori")
    page.locator("main form.card button.primary").click()
    page.locator("#f-percent").fill("-10")
    page.locator("button[value=fill]").click()
    page.locator("main .notice").wait_for()


STATEMENT = "Data;Descrizione;Importo;Saldo\n14/10/2026;BONIFICO DA ROSSI;1.220,00;2.220,00\n32/10/2026;CANONE;-7,00;"


def uploaded(page: Page) -> None:
    """Upload the statement of a bank, and look at how it was read."""
    file = {"name": "estratto.csv", "mimeType": "text/csv", "buffer": STATEMENT.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # a file without a place
    page.locator("main form.card button.primary").click()
    page.locator("select[name='key.0']").wait_for()


def tried(page: Page) -> None:
    """Try an archive of invoices, and wait on the page of its job until it says what would become of them."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("IT01234567897_00001.xml", "<html/>")
        archive.writestr("leggimi.txt", "Fatture del 2026")
    file = {"name": "fatture.zip", "mimeType": "application/zip", "buffer": held.getvalue()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # a file without a place
    page.locator("button[value=preview]").click()
    page.locator("#work .tiles").wait_for()


def line_opened(page: Page) -> None:
    """Open a movement of a statement that is to be matched."""
    page.locator(".movements .row-link").first.click()
    page.locator("#others").wait_for()


def as_xml(page: Page) -> None:
    """Show the electronic invoice that the form would yield."""
    page.locator("#advanced summary").click()
    page.locator("#preview-xml").click()
    page.locator("pre.xml").wait_for()


def opened_by(keys: str, layer: str) -> Callable[[Page], None]:
    """Press keys and wait for what opens above the page."""

    def press(page: Page) -> None:
        page.keyboard.press(keys)
        page.locator(layer).first.wait_for()
        page.wait_for_load_state("networkidle")

    return press


SCREENS = (
    Screen("login", "/login", signed_in=False),
    Screen("overview", "/app/{company}"),
    Screen("overview-figures", "/app/{company}", lambda page: page.locator(".chart summary").click()),
    Screen("clients", "/app/{company}/clients"),
    Screen("client", "/app/{company}/clients/1"),
    Screen("client-new", "/app/{company}/clients/new"),
    Screen("client-statement", "/app/{company}/clients/1/statement"),
    Screen("client-prices", "/app/{company}/clients/1/prices"),
    Screen("clients-same", "/app/{company}/clients/same"),
    Screen("suppliers", "/app/{company}/suppliers"),
    Screen("products", "/app/{company}/products"),
    Screen("product", "/app/{company}/products/1"),
    Screen("product-new", "/app/{company}/products/new"),
    Screen("price-lists", "/app/{company}/price_lists"),
    Screen("price-list-new", "/app/{company}/price_lists/new"),
    Screen("price-list", "/app/{company}/price_lists/new", with_prices),
    Screen("recurrences", "/app/{company}/recurrences"),
    Screen("recurrence", "/app/{company}/recurrences/1"),
    Screen("recurrence-model", "/app/{company}/recurrences/new"),
    Screen("recurrence-edit", "/app/{company}/recurrences/1/edit", then=_open_all),
    Screen("import", "/app/{company}/import"),
    Screen("import-invoices", "/app/{company}/import/invoices"),
    Screen("import-invoices-tried", "/app/{company}/import/invoices", tried),
    Screen("bin", "/app/{company}/bin"),
    Screen("audit", "/app/{company}/audit"),
    Screen("audit-verify", "/app/{company}/audit/verify"),
    Screen("payments", "/app/{company}/payments"),
    Screen("payments-settle", "/app/{company}/payments", lambda page: page.locator("input[name=ids]").first.check()),
    Screen("payments-calendar", "/app/{company}/payments/calendar?direction=out"),
    Screen("bank-statements", "/app/{company}/bank_statements"),
    Screen("bank-statement", "/app/{company}/bank_statements/1"),
    Screen("bank-statement-matched", "/app/{company}/bank_statements/1?state=matched"),
    Screen("bank-statement-new", "/app/{company}/bank_statements", uploaded),
    Screen("bank-statement-line", "/app/{company}/bank_statements/1", line_opened),
    Screen("bank-statement-sure", "/app/{company}/bank_statements/1/sure?confidence=60"),
    Screen("reports", "/app/{company}/reports"),
    Screen("vat-registers", "/app/{company}/reports/vat_registers"),
    Screen("vat-settlement", "/app/{company}/reports/vat_settlement"),
    Screen("lipe", "/app/{company}/reports/lipe"),
    Screen("forfettario", "/app/2/reports/forfettario"),
    Screen("stamp-duty", "/app/{company}/reports/stamp_duty"),
    Screen("stock", "/app/{company}/reports/stock"),
    Screen("sales-by-customer", "/app/{company}/reports/sales"),
    Screen("sales-by-month", "/app/{company}/reports/sales?by=month"),
    Screen("statements", "/app/{company}/reports/statement"),
    Screen("statement", "/app/{company}/reports/statement?client_id=8"),
    Screen("documents", "/app/{company}/issued_documents?type=invoice"),
    Screen("documents-ticked", "/app/{company}/issued_documents?type=invoice&payment=overdue", ticked),
    Screen("documents-bulk", "/app/{company}/issued_documents?type=invoice&payment=overdue", to_settle),
    Screen("document", "/app/{company}/issued_documents/128"),
    Screen("document-send", "/app/{company}/issued_documents/197", asked_to_send),
    Screen("document-email", "/app/{company}/issued_documents/128/email"),
    Screen("document-xml", "/app/{company}/issued_documents/128/xml"),
    Screen("document-public", "/app/{company}/issued_documents/184", as_the_customer),
    Screen("e-invoices", "/app/{company}/e_invoices"),
    Screen("e-invoices-ticked", "/app/{company}/e_invoices?state=to_send", ticked),
    Screen("e-invoices-simulator", "/app/{company}/e_invoices/simulator"),
    Screen("e-invoices-packages", "/app/{company}/e_invoices/packages"),
    Screen("e-invoices-mail", "/app/{company}/e_invoices/mail"),
    Screen("expenses", "/app/{company}/received_documents"),
    Screen("expenses-ticked", "/app/{company}/received_documents?payment=unpaid", ticked),
    Screen("expense", "/app/{company}/received_documents/5"),
    Screen("expense-new", "/app/{company}/received_documents/new"),
    Screen("expense-edit", "/app/{company}/received_documents/5/edit", _open_all),
    Screen("to-register", "/app/{company}/received_documents/pending"),
    Screen("expenses-import", "/app/{company}/received_documents/import"),
    Screen("expenses-import-tried", "/app/{company}/received_documents/import", tried),
    Screen("receipts", "/app/{company}/receipts"),
    Screen("receipts-new", "/app/{company}/receipts/new"),
    Screen("taxes", "/app/{company}/taxes"),
    Screen("taxes-new", "/app/{company}/taxes/new"),
    Screen("cashbook", "/app/{company}/cashbook"),
    Screen("cashbook-new", "/app/{company}/cashbook/new"),
    Screen("archive", "/app/{company}/archive"),
    Screen("archive-new", "/app/{company}/archive/new"),
    Screen("invoice-new", "/app/{company}/issued_documents/new?type=invoice"),
    Screen("invoice-edit", "/app/{company}/issued_documents/12/edit", then=_open_all),
    Screen("invoice-xml", "/app/{company}/issued_documents/new?from=128&type=invoice", as_xml),
    Screen("delivery-note-new", "/app/{company}/issued_documents/new?type=delivery_note"),
    Screen("welcome", "/welcome", empty=True),
    Screen("company-new", "/app/new"),
    Screen("settings", "/app/{company}/settings"),
    Screen("settings-people", "/app/{company}/settings/people"),
    Screen("settings-people-new", "/app/{company}/settings/people/new", then=_open_all),
    Screen("settings-taxes", "/app/2/settings/taxes"),
    Screen("settings-numbering", "/app/{company}/settings/numbering"),
    Screen("settings-templates", "/app/{company}/settings/templates"),
    Screen("settings-leave-or-delete", "/app/{company}/settings/danger"),
    Screen("settings-backup", "/app/{company}/settings/backup"),
    Screen("shortcuts", "/app/{company}/shortcuts"),
    Screen("shortcuts-dialog", "/app/{company}/clients", opened_by("?", "#shortcuts dl")),
    Screen("palette", "/app/{company}/clients", opened_by("Control+k", "#palette [role=option]")),
    Screen("search", "/app/{company}/search?text=rossi"),
    Screen("companies", "/app/{company}/clients", lambda page: page.locator("[popovertarget=companies]").click()),
    Screen("profile", "/app/{company}/clients", lambda page: page.locator("[popovertarget=me]").click()),
    Screen("tools", "/app/{company}/tools"),
    Screen("export", "/app/{company}/export"),
    Screen("jobs", "/app/{company}/jobs"),
    Screen("developers", "/app/{company}/developers"),
    Screen("developers-requests", "/app/{company}/developers/requests"),
    Screen("developers-webhooks", "/app/{company}/developers/webhooks"),
    Screen("developers-webhook-new", "/app/{company}/developers/webhooks/new", then=_open_all),
    Screen("me", "/app/me"),
    Screen("applications", "/applications"),
    Screen("api", "/docs", signed_in=False),
    Screen("api-operation", "/docs#createClient", signed_in=False),
)

THEMES = ("light", "dark")


def show(page: Page, address: str, screen: Screen) -> Response:
    """Bring a page to the state of a screen, and give the answer that it came from. `address` is whole."""
    response = page.goto(address)
    assert response
    page.evaluate("() => document.fonts.ready")
    if screen.then:
        screen.then(page)
    return response
