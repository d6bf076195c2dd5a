"""The menu: the sections of a company, in the words and the order that users of Fatture in Cloud know."""

from dataclasses import dataclass, field
from functools import lru_cache

from mastro.api.scopes import Scopes
from mastro.resources.reports.common import PURCHASES, SALES
from mastro.web.language import N_


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
    together: tuple[tuple[str, ...], ...] = ()
    """Shown to who may read all the families of one of these, too."""


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
    Entry(
        "products",
        N_("Prodotti e servizi"),
        "/products",
        "box",
        ("products",),
        "p",
        inside=(Entry("price_lists", N_("Listini"), "/price_lists"),),
    ),
    Entry(
        "payments",
        N_("Pagamenti e scadenze"),
        "/payments",
        "calendar",
        together=(SALES, PURCHASES),
        shortcut="k",
        inside=(Entry("bank_statements", N_("Riconciliazione"), "/bank_statements", families=("cashbook",)),),
    ),
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
            Entry("recurrences", N_("Ricorrenze"), "/recurrences", families=_ALL_ISSUED),
            Entry("import", N_("Importa"), "/import"),
            Entry("export", N_("Esporta"), "/export", master=True),
            Entry("bin", N_("Cestino"), "/bin"),
            Entry("audit", N_("Registro attività"), "/audit", families=("settings",)),
        ),
    ),
    Entry("settings", N_("Impostazioni"), "/settings", "gear", ("settings",), "i"),
    Entry("developers", N_("Sviluppatori"), "/developers", "code", (), "v"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """The menu as one user sees it on one page. `menu` makes each once, so it need not be compared by its lines."""

    entries: tuple[Entry, ...]
    lines: tuple[Entry, ...]
    """Those inside the open one."""
    opened: Entry | None
    place: str
    """The line inside it that leads to the very page."""


@lru_cache(maxsize=1024)
def menu(scopes: Scopes, role: str, path: str, query: str) -> Menu:
    """The menu for who has these scopes and this role, on the page at this path after `/app/{company_id}`."""
    entries = tuple(entry for entry in MENU if _visible(entry, scopes, role))
    opened = next((entry for entry in entries if _is_open(entry, path)), None)
    lines = tuple(line for line in opened.inside if _visible(line, scopes, role)) if opened else ()
    place = path + (f"?{query}" if any(line.path == f"{path}?{query}" for line in lines) else "")
    return Menu(entries, lines, opened, place)


def _is_open(entry: Entry, path: str) -> bool:
    """True where the page belongs to this line of the menu."""
    places = [entry.path, *(line.path.partition("?")[0] for line in entry.inside)]
    return any(path == place or (place and path.startswith(f"{place}/")) for place in places)


def _visible(entry: Entry, scopes: Scopes, role: str) -> bool:
    if entry.master and role != "master":
        return False
    return _readable(entry.families, entry.together, scopes)


def _readable(families: tuple[str, ...], together: tuple[tuple[str, ...], ...], scopes: Scopes) -> bool:
    any_of_them = any(f"{family}:r" in scopes for family in families)
    groups = any(all(f"{family}:r" in scopes for family in group) for group in together)
    return any_of_them or groups or not (families or together)


def payments_are_open(scopes: Scopes) -> bool:
    """True for who may see what is due on one side at least."""
    return _readable((), (SALES, PURCHASES), scopes)
