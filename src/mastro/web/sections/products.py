"""Products and services: the list, the form, the card with the movements of the stock and the last prices."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.resources.products import Product
from mastro.resources.reports.common import PURCHASES, SALES
from mastro.web.entry_form import EntryForm
from mastro.web.files import as_file
from mastro.web.language import N_
from mastro.web.listing import Column, Listing, both, contains, quoted
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import Saved
from mastro.web.sections.clients.card import TYPES
from mastro.web.sections.clients.entries import vat_words
from mastro.web.ticked import form_with_ids
from mastro.web.visit import Visit, page, post

PATH = "/products"

COLUMNS = (
    Column("name", N_("Nome"), sort="name"),
    Column("code", N_("Codice"), sort="code"),
    Column("category", N_("Categoria"), sort="category"),
    Column("net_price", N_("Prezzo netto"), "number", sort="net_price"),
    Column("gross_price", N_("Prezzo lordo"), "number", sort="gross_price", shown=False),
    Column("net_cost", N_("Costo netto"), "number", sort="net_cost", shown=False),
    Column("measure", N_("Unità"), shown=False),
    Column("stock_current", N_("Giacenza"), "number"),
    Column("updated_at", N_("Ultima modifica"), "moment", sort="updated_at", shown=False),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _list),
        page(site, f"{PATH}/file", _file),
        post(site, f"{PATH}/bulk", _bulk),
        page(site, PATH + "/{id:int}", _show),
        *FORM.routes(site, keep=_keep),
    ]


def _filter(visit: Visit) -> str:
    query = visit.query
    return both(
        contains(("name", "code", "description", "category"), query.get("text", "")),
        f"category = {quoted(query['category'])}" if "category" in query else "",
        query.get("q", ""),
    )


async def _categories(visit: Visit) -> list[str]:
    """The categories that are in use."""
    return [str(name) for name in (await visit.call("listProductCategories", query={"context": "products"}))["data"]]


async def _list(visit: Visit) -> Response:
    listing = Listing(visit, PATH, COLUMNS, "name", lambda row: f"{PATH}/{row['id']}")
    listing.fill(await visit.call("listProducts", query={**listing.query, "q": _filter(visit)}))
    return visit.page("products/list.html", listing=listing, categories=await _categories(visit))


async def _file(visit: Visit) -> Response:
    query = {key: visit.query.get(key) for key in ("ids", "sort", "format")}
    asked = {**query, "q": _filter(visit), "language": visit.say.code}
    return as_file(await visit.answer("getProductsFile", query=asked))


async def _bulk(visit: Visit) -> Response:
    """A file of the ticked rows, or their end."""
    fields, ids = await form_with_ids(visit)
    if not ids:
        return visit.back(PATH, visit.say("Nessuna riga selezionata."))
    if fields.get("act") == "file":
        return visit.go(f"{PATH}/file?ids={','.join(map(str, ids))}")

    def end(api: Operations) -> None:
        for id in ids:
            api("deleteProduct", path={"product_id": id})

    await visit.write(end)
    words = visit.say.ngettext("%(num)s prodotto eliminato.", "%(num)s prodotti eliminati.", len(ids))
    return visit.back(PATH, words % {"num": len(ids)})


async def _show_form(visit: Visit, saved: Saved) -> Response:
    def ask(api: Operations) -> Any:
        vat = api("listVatTypes")["data"] if visit.may("settings") else []
        return vat, api("listUnitsOfMeasure")["data"]

    vat_types, measures = await visit.read(ask)
    entry = saved.data
    vat = entry.get("default_vat") or {}
    if vat.get("value") is not None and all(each["id"] != vat.get("id") for each in vat_types):
        vat_types = [*vat_types, vat]
    return visit.page(
        "products/form.html",
        **saved.shown,
        vat_types=[(each["id"], vat_words(visit, each)) for each in vat_types],
        measures=measures,
        categories=await _categories(visit),
    )


FORM = EntryForm(PATH, "Product", "product_id", Product, _show_form, card=True)


async def _keep(visit: Visit) -> Response:
    """Save the form: its one price is the net or the gross one."""
    fields = await visit.form()
    counted = fields.get("use_gross_price") == "true"
    kept = {key: text for key, text in fields.items() if key not in {"price", "use_gross_price"}}
    kept["gross_price" if counted else "net_price"] = fields.get("price", "")
    saved = await FORM.save(visit, kept, more={"use_gross_price": counted})
    for key in ("net_price", "gross_price"):
        if key in saved.errors:
            saved.errors["price"] = saved.errors.pop(key)
    return await FORM.answer(visit, saved)


async def _show(visit: Visit) -> Response:
    id = visit.request.path_params["id"]
    sees = {"sales": all(map(visit.may, SALES)), "purchases": all(map(visit.may, PURCHASES))}

    def ask(api: Operations) -> Any:
        entry = api("getProduct", path={"product_id": id})["data"]
        moves = api("getStockMovements", query={"product_id": id})["data"] if all(sees.values()) else None
        found: Mapping[str, Any] = {
            side: api("getProductPrices", query={"product_id": id, "side": side})["data"]["rows"]
            for side, seen in sees.items()
            if seen
        }
        return entry, moves, found

    entry, moves, prices = await visit.read(ask, slow=True)
    return visit.page(
        "products/card.html",
        entry=entry,
        moves=moves,
        prices=prices,
        vat=vat_words(visit, entry["default_vat"]) if entry.get("default_vat") else "",
        document_words={key: visit.say(words) for key, words in TYPES.items()},
    )
