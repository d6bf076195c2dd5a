"""The menu: the sections of a company, in the words and the order that users of Fatture in Cloud know."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mastro.web.language import N_

if TYPE_CHECKING:
    from mastro.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    key: str
    label: str
    path: str
    """After `/app/{company_id}`."""
    icon: str = ""
    families: tuple[str, ...] = ()
    """Shown to who may read one of these scope families; to everybody where there is none."""
    shortcut: str = ""
    """Letter that leads here after `g`."""
    master: bool = False
    """Only for who may do everything in the company."""
    inside: tuple["Entry", ...] = field(default=())


def _issued(type: str, label: str, scope: str) -> Entry:
    return Entry(type, label, f"/issued_documents?type={type}", families=(f"issued_documents.{scope}",))


ISSUED = (
    _issued("invoice", N_("Fatture"), "invoices"),
    _issued("credit_note", N_("Note di credito"), "credit_notes"),
    _issued("quote", N_("Preventivi"), "quotes"),
    _issued("order", N_("Ordini"), "orders"),
    _issued("proforma", N_("Proforma"), "proformas"),
    _issued("delivery_note", N_("DDT"), "delivery_notes"),
    _issued("receipt", N_("Ricevute"), "receipts"),
    _issued("work_report", N_("Rapporti di intervento"), "work_reports"),
    _issued("supplier_order", N_("Ordini a fornitore"), "supplier_orders"),
    _issued("self_invoice", N_("Autofatture"), "self_invoices"),
)

_ALL_ISSUED = tuple(family for entry in ISSUED for family in entry.families)

MENU: tuple[Entry, ...] = (
    Entry("overview", N_("Situazione"), "", "chart", ("situation",), "s"),
    Entry("issued_documents", N_("Fatture e documenti"), "/issued_documents", "doc", _ALL_ISSUED, "d", inside=ISSUED),
    Entry("e_invoices", N_("Fatture elettroniche"), "/e_invoices", "send", ("issued_documents.invoices",), "e"),
    Entry(
        "purchases",
        N_("Acquisti"),
        "/received_documents",
        "cart",
        ("received_documents",),
        "a",
        inside=(
            Entry("pending", N_("Da registrare"), "/received_documents/pending", families=("received_documents",)),
            Entry("expenses", N_("Spese"), "/received_documents", families=("received_documents",)),
        ),
    ),
    Entry("clients", N_("Clienti"), "/clients", "people", ("entity.clients",), "c"),
    Entry("suppliers", N_("Fornitori"), "/suppliers", "truck", ("entity.suppliers",), "f"),
    Entry("products", N_("Prodotti e servizi"), "/products", "box", ("products",), "p"),
    Entry("payments", N_("Pagamenti e scadenze"), "/payments", "calendar", ("situation", "cashbook"), "k"),
    Entry("receipts", N_("Corrispettivi"), "/receipts", "till", ("receipts",), "o"),
    Entry("taxes", N_("F24"), "/taxes", "bank", ("taxes",), "t"),
    Entry("cashbook", N_("Prima nota"), "/cashbook", "book", ("cashbook",), "n"),
    Entry("archive", N_("Archivio"), "/archive", "folder", ("archive",), "h"),
    Entry("reports", N_("Report"), "/reports", "report", ("situation",), "r"),
    Entry(
        "tools",
        N_("Strumenti"),
        "/tools",
        "tool",
        (),
        "u",
        inside=(
            Entry("import", N_("Importa"), "/import"),
            Entry("export", N_("Esporta"), "/export", master=True),
            Entry("bin", N_("Cestino"), "/bin"),
            Entry("audit", N_("Registro attività"), "/audit", families=("settings",)),
        ),
    ),
    Entry("settings", N_("Impostazioni"), "/settings", "gear", ("settings",), "i"),
    Entry("developers", N_("Sviluppatori"), "/developers", "code", (), "v"),
)


def navigation(visit: "Visit") -> list[Entry]:
    """The lines that this user sees in this company."""
    return [entry for entry in MENU if visible(visit, entry)]


def is_open(visit: "Visit", entry: Entry) -> bool:
    """True where the page that is shown belongs to this line of the menu."""
    here = visit.request.url.path.removeprefix(visit.base)
    places = [entry.path, *(line.path.partition("?")[0] for line in entry.inside)]
    return any(here == place or (place and here.startswith(f"{place}/")) for place in places)


def visible(visit: "Visit", entry: Entry) -> bool:
    """True where the user may read what the line leads to."""
    if entry.master and visit.role != "master":
        return False
    return not entry.families or any(visit.may(family) for family in entry.families)
