"""Price lists: the list, the form, and the prices of one, edited several at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.model.price_list import PriceList
from mastro.money import EXACT, HUNDRED, trim
from mastro.web.entry_form import EntryForm
from mastro.web.forms import WRONG_NUMBER, number
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row, contains
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import Saved, attempt
from mastro.web.visit import Visit, page, post

PATH = "/price_lists"
ONE = PATH + "/{id:int}"

TYPES = {"sell": N_("Vendita"), "purchase": N_("Acquisto")}
PRICES = {"net": N_("Netti, senza IVA"), "gross": N_("Lordi, con IVA")}
BASES = {"net_price": N_("Prezzo netto"), "gross_price": N_("Prezzo lordo"), "net_cost": N_("Costo netto")}

LEAST_PERCENT, MOST_PERCENT = -100, 1000
WRONG_PERCENT = N_("Scrivi una percentuale tra -100 e 1000, per esempio -10.")


def _type(row: Row, say: Locale) -> Cell:
    words = TYPES[row["type"]]
    return Cell(say(words))


def _prices(row: Row, say: Locale) -> Cell:
    words = PRICES[row["prices_type"]]
    return Cell(say(words))


def _validity(row: Row, say: Locale) -> Cell:
    first, last = say.date(row.get("valid_from")), say.date(row.get("valid_to"))
    if first and last:
        return Cell(say("Dal %(first)s al %(last)s", first=first, last=last))
    if first:
        return Cell(say("Dal %(date)s", date=first))
    return Cell(say("Fino al %(date)s", date=last) if last else say("Sempre"))


def _default(row: Row, say: Locale) -> Cell:
    return Cell(say("Predefinito") if row.get("is_default") else "", "badge info")


COLUMNS = (
    Column("name", N_("Nome")),
    Column("type", N_("Tipo"), cell=_type),
    Column("prices_type", N_("Prezzi"), cell=_prices),
    Column("valid_from", N_("Validità"), cell=_validity),
    Column("is_default", N_("Predefinito"), cell=_default),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _list),
        page(site, ONE, _items),
        post(site, ONE, _change_items),
        *FORM.routes(site),
    ]


async def _list(visit: Visit) -> Response:
    listing = Listing(visit, PATH, COLUMNS, "", lambda row: f"{PATH}/{row['id']}")
    rows = (await visit.call("getPriceLists"))["data"]
    listing.fill({"data": rows, "total": len(rows), "last_page": 1, "current_page": 1})
    return visit.page("price_lists/list.html", listing=listing)


def _place(visit: Visit) -> dict[str, object]:
    return {"price_list_id": visit.request.path_params["id"]}


async def _show_form(visit: Visit, saved: Saved) -> Response:
    return visit.page(
        "price_lists/form.html",
        **saved.shown,
        types=[(key, visit.say(words)) for key, words in TYPES.items()],
        prices=[(key, visit.say(words)) for key, words in PRICES.items()],
    )


FORM = EntryForm(PATH, "PriceList", "price_list_id", PriceList, _show_form, card=True)


# the prices of one


@dataclass(slots=True)
class Line:
    """A product with its own price and the one in the list."""

    product: Row
    base: Decimal | None
    price: str
    """As the reader writes it, or typed it."""
    before: str
    """As it was when the page was made: a price that was not touched is not sent, so it takes nobody's change back."""
    change: str
    """From the base to the price: `+10%`; "" where one of them is missing."""
    error: str


def _base_of(price_list: Row) -> str:
    """Key of the price of a product that the list stands beside; products have no gross cost."""
    return "net_cost" if price_list["type"] == "purchase" else f"{price_list['prices_type']}_price"


def _change(say: Locale, base: Decimal | None, price: Decimal | None) -> str:
    if not base or price is None:
        return ""
    with localcontext(EXACT):
        percent = trim(((price - base) * HUNDRED / base).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return ("+" if percent > 0 else "") + say.percent(percent)


def _changed_by(base: Decimal, percent: Decimal) -> Decimal:
    """A price with a percentage added, to the cent, or finer where the price itself is."""
    with localcontext(EXACT):
        exponent = trim(base).as_tuple().exponent
        places = min(-2, exponent) if isinstance(exponent, int) else -2
        return (base * (HUNDRED + percent) / HUNDRED).quantize(Decimal(1).scaleb(places), ROUND_HALF_UP)


async def _items(visit: Visit) -> Response:
    return await _show_items(visit, {}, Saved({}))


async def _change_items(visit: Visit) -> Response:
    fields = await visit.form()
    act = fields.get("act", "")
    if act == "fill" or (act == "enter" and fields.get("percent", "").strip()):
        percent = number(fields.get("percent", ""), visit.say.code)
        if percent is None or not LEAST_PERCENT <= percent <= MOST_PERCENT:
            return await _show_items(visit, fields, Saved({}, {"percent": visit.say(WRONG_PERCENT)}))
        return await _show_items(visit, fields, Saved({}), percent)
    prices, errors = _typed_prices(fields, visit.say)
    saved = Saved({}, errors)
    if saved.done and prices:
        data = {id: price if price is None else {"price": price} for id, price in prices.items()}
        call = lambda: visit.call("modifyPriceListItems", path=_place(visit), data=data)  # noqa: E731
        saved = await attempt(visit, {}, call)
    if not saved.done:
        return await _show_items(visit, fields, saved)
    words = visit.say.ngettext("%(num)s prezzo cambiato.", "%(num)s prezzi cambiati.", len(prices))
    return visit.back(f"{PATH}/{visit.request.path_params['id']}", words % {"num": len(prices)})


def _typed_prices(fields: Mapping[str, str], say: Locale) -> tuple[dict[str, Decimal | None], dict[str, str]]:
    """The prices that were touched by id of the product, None for one that was emptied; what is wrong by input."""
    prices: dict[str, Decimal | None] = {}
    errors: dict[str, str] = {}
    for name, text in fields.items():
        id, _, key = name.partition(".")
        if key != "price":
            continue
        price = number(text, say.code)
        if text.strip() and price is None:
            errors[name] = say(WRONG_NUMBER)
        elif price != number(fields.get(f"{id}.before", ""), say.code):
            prices[id] = price
    return prices, errors


async def _show_items(visit: Visit, typed: Mapping[str, str], saved: Saved, percent: Decimal | None = None) -> Response:
    """The prices; `percent` fills the inputs with the base prices changed by so much, for the reader to save."""
    path = f"{PATH}/{visit.request.path_params['id']}"

    def ask(api: Operations) -> Any:
        price_list = api("getPriceList", path=_place(visit))["data"]
        base = _base_of(price_list)
        columns = (
            Column("name", N_("Nome"), sort="name"),
            Column("code", N_("Codice"), sort="code"),
            Column(base, BASES[base], "number", sort=base),
        )
        listing = Listing(visit, path, columns, "name")
        found = contains(("name", "code", "description", "category"), visit.query.get("text", ""))
        listing.fill(api("listProducts", query={**listing.query, "q": found}))
        return price_list, listing, api("getPriceListItems", path=_place(visit))["data"]

    price_list, listing, items = await visit.read(ask)
    lines = [_line(visit.say, price_list, line.row, items, typed, saved.errors, percent) for line in listing.lines]
    return visit.page(
        "price_lists/items.html",
        status=200 if saved.done else 422,
        price_list=price_list,
        listing=listing,
        lines=lines,
        priced=len(items),
        about=[show(price_list, visit.say).text for show in (_type, _prices, _validity)],
        percent="" if percent is not None else typed.get("percent", ""),  # else Enter in a price would fill again
        filled=percent is not None,
        errors=saved.errors,
        error=saved.error,
    )


def _line(
    say: Locale,
    price_list: Row,
    product: Row,
    items: Mapping[str, Row],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    percent: Decimal | None,
) -> Line:
    name = f"{product['id']}.price"
    own = product.get(_base_of(price_list))
    base = None if own is None else Decimal(own)
    kept = items.get(str(product["id"]))
    before = typed.get(f"{product['id']}.before", say.number(kept["price"]) if kept else "")
    price = typed.get(name, before)
    if percent is not None and base is not None:
        price = say.number(_changed_by(base, percent))
    comparable = (price_list["type"], price_list["prices_type"]) != ("purchase", "gross")
    change = _change(say, base, number(price, say.code)) if comparable else ""
    return Line(product, base, price, before, change, errors.get(name, ""))
