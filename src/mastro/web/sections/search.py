"""Search over everything, pages and actions too: the page, and the list that the palette shows while one types."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.web.language import N_, Locale
from mastro.web.navigation import menu
from mastro.web.pages import Site
from mastro.web.sections.issued_documents.states import TYPES
from mastro.web.visit import Visit, page

PATH = "/search"
MAX_TEXT = 200
SHOWN = 8
"""Records that the palette shows; the page shows more."""

RESOURCES: dict[str, tuple[str, str, str]] = {
    "clients": (N_("Cliente"), "people", "/clients/{}"),
    "suppliers": (N_("Fornitore"), "truck", "/suppliers/{}"),
    "products": (N_("Prodotto"), "box", "/products/{}"),
    "issued_documents": (N_("Documento emesso"), "doc", "/issued_documents/{}"),
    "received_documents": (N_("Acquisto"), "cart", "/received_documents/{}"),
    "receipts": (N_("Corrispettivo"), "till", "/receipts/{}"),
    "taxes": (N_("F24"), "bank", "/taxes/{}"),
    "archive": (N_("Documento d’archivio"), "folder", "/archive/{}"),
}
"""Collection → what one is called, its drawing, its page."""

KEYS: dict[str, tuple[str, ...]] = {
    "cliente": ("clients", "issued_documents"),
    "client": ("clients", "issued_documents"),
    "fornitore": ("suppliers", "received_documents"),
    "supplier": ("suppliers", "received_documents"),
    "prodotto": ("products",),
    "product": ("products",),
    "numero": ("issued_documents", "received_documents", "receipts"),
    "number": ("issued_documents", "received_documents", "receipts"),
    "importo": ("issued_documents", "received_documents", "receipts", "taxes"),
    "amount": ("issued_documents", "received_documents", "receipts", "taxes"),
    "fattura": ("issued_documents",),
    "invoice": ("issued_documents",),
    "spesa": ("received_documents",),
    "expense": ("received_documents",),
}
"""Word before a colon (`cliente:rossi`) → where is looked."""

_KEYED = re.compile(rf"\b({'|'.join(KEYS)}):\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go."""

    href: str
    name: str
    kind: str
    icon: str
    detail: str = ""


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [page(site, PATH, show), page(site, f"{PATH}/palette", palette)]


async def show(visit: Visit) -> Response:
    """The page, for who comes without a script or wants to see more."""
    text = visit.query.get("text", "")[:MAX_TEXT]
    records = await _records(visit, text, 50)
    return visit.page("search/page.html", text=text, places=matching(visit, text) if text else [], records=records)


async def palette(visit: Visit) -> Response:
    """The lines of the palette."""
    text = visit.query.get("text", "")[:MAX_TEXT]
    records = await _records(visit, text, SHOWN)
    places = matching(visit, text)[: SHOWN if text else 12]
    return visit.page("search/palette.html", text=text, places=places, records=records)


async def _records(visit: Visit, text: str, limit: int) -> list[Place]:
    wanted: set[str] = set()
    for key in _KEYED.findall(text):
        wanted |= set(KEYS[key.lower()])
    plain = _KEYED.sub("", text).strip()
    if not plain:
        return []
    hits = (await visit.call("searchEverything", query={"text": plain, "limit": 50 if wanted else limit}))["data"]
    kept = [hit for hit in hits if not wanted or hit["resource"] in wanted]
    return [_record(hit, visit) for hit in kept[:limit] if hit["resource"] in RESOURCES]


def _record(hit: dict[str, Any], visit: Visit) -> Place:
    say = visit.say
    words, icon, path = RESOURCES[hit["resource"]]
    if hit["resource"] == "issued_documents" and hit["type"] in TYPES:
        words = TYPES[hit["type"]][0]
    number = hit["number"] if hit["resource"].endswith("documents") else ""
    name = " · ".join(part for part in (number, hit["name"]) if part) or "—"
    detail = [say.date(hit["date"]), say.money(hit["amount"]), hit["detail"]]
    return Place(
        visit.base + path.format(hit["id"]), name, say(words), icon, " · ".join(part for part in detail if part)
    )


def matching(visit: Visit, text: str) -> list[Place]:
    """The pages and actions whose name has all the words of the text."""
    words = _folded(text).split()
    return [place for place in _places(visit) if all(word in _folded(place.name) for word in words)]


def _places(visit: Visit) -> list[Place]:
    say, base = visit.say, visit.base
    go, do = say("Vai a"), say("Azione")
    found = [
        Place(f"{base}/issued_documents/new?type={type}", say(new), do, "plus")
        for type, (_, new) in TYPES.items()
        if visit.may(f"issued_documents.{DOCUMENT_SCOPES[type]}", "a")
    ]
    found += [Place(base + path, say(words), do, "plus") for scope, path, words in ACTIONS if visit.may(scope, "a")]
    for entry in menu(visit.scopes, visit.role, "", "").entries:
        found.append(Place(base + entry.path, say(entry.label), go, entry.icon))
        found += [
            Place(base + line.path, _inside(entry.label, line.label, say), go, entry.icon) for line in entry.inside
        ]
    found += [
        Place(f"/app/{id}", say("Passa a %(company)s", company=name), do, "right") for id, name, _ in visit.companies
    ]
    return found


def _inside(section: str, line: str, say: Locale) -> str:
    """A line of the menu inside its section."""
    return f"{say(section)}: {say(line)}"


ACTIONS = (
    ("entity.clients", "/clients/new", N_("Nuovo cliente")),
    ("entity.suppliers", "/suppliers/new", N_("Nuovo fornitore")),
    ("products", "/products/new", N_("Nuovo prodotto")),
    ("received_documents", "/received_documents/new", N_("Nuova spesa")),
    ("receipts", "/receipts/new", N_("Nuovo corrispettivo")),
    ("taxes", "/taxes/new", N_("Nuovo F24")),
    ("cashbook", "/cashbook/new", N_("Nuovo movimento")),
    ("archive", "/archive/new", N_("Nuovo documento d’archivio")),
)


def _folded(text: str) -> str:
    """Without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))
