"""The list of an address book and the form of an entry, with what is told while it is filled in."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from mastro import identifiers
from mastro.api.errors import ApiError
from mastro.identifiers import Check
from mastro.italy import countries
from mastro.web.entry_form import EntryForm
from mastro.web.files import as_file
from mastro.web.language import N_
from mastro.web.listing import Column, Listing, both, contains, quoted
from mastro.web.operations import Operations
from mastro.web.refusals import said
from mastro.web.saving import Saved
from mastro.web.sections.clients.registries import Registry
from mastro.web.ticked import form_with_ids
from mastro.web.visit import Visit

COLUMNS = (
    Column("name", N_("Nome"), sort="name"),
    Column("vat_number", N_("Partita IVA"), sort="vat_number"),
    Column("tax_code", N_("Codice fiscale"), sort="tax_code", shown=False),
    Column("address_city", N_("Città"), sort="address_city"),
    Column("address_province", N_("Provincia"), shown=False),
    Column("email", N_("E-mail"), sort="email"),
    Column("certified_email", N_("PEC"), shown=False),
    Column("phone", N_("Telefono")),
    Column("code", N_("Codice"), sort="code", shown=False),
    Column("updated_at", N_("Ultima modifica"), "moment", sort="updated_at", shown=False),
)
TEXTS = ("name", "vat_number", "tax_code", "email", "code", "address_city")

TYPES = (
    ("company", N_("Azienda")),
    ("person", N_("Persona")),
    ("pa", N_("Pubblica amministrazione")),
    ("condo", N_("Condominio")),
)
TERMS = (("standard", N_("Dalla data del documento")), ("end_of_month", N_("Dalla fine del mese")))

MOST_CITIES = 12


def _filter(visit: Visit) -> str:
    return both(contains(TEXTS, visit.query.get("text", "")), visit.query.get("q", ""))


async def show_list(visit: Visit, registry: Registry) -> Response:
    """The list."""
    path = registry.path
    listing = Listing(visit, path, COLUMNS, "name", lambda row: f"{path}/{row['id']}")
    listing.fill(await visit.call(f"list{registry.name}s", query={**listing.query, "q": _filter(visit)}))
    return visit.page("clients/list.html", registry=registry, listing=listing)


async def file(visit: Visit, registry: Registry) -> Response:
    """The list as a spreadsheet: what its filter finds, or the rows that are named."""
    query = {key: visit.query.get(key) for key in ("ids", "sort", "format")}
    asked = {**query, "q": _filter(visit), "language": visit.say.code}
    return as_file(await visit.answer(f"get{registry.name}sFile", query=asked))


async def bulk(visit: Visit, registry: Registry) -> Response:
    """Do something with the ticked rows: a file of them, or their end."""
    fields, ids = await form_with_ids(visit)
    if not ids:
        return visit.back(registry.path, visit.say("Nessuna riga selezionata."))
    named = ",".join(map(str, ids))
    if fields.get("act") == "file":
        return visit.go(f"{registry.path}/file?ids={named}")
    if fields.get("act") == "merge":
        return visit.go(f"{registry.path}/same/preview?keep={ids[0]}&ids={','.join(map(str, ids[1:]))}")

    def end(api: Operations) -> None:
        for id in ids:
            api(f"delete{registry.name}", path=registry.at(id))

    await visit.write(end)
    words = visit.say.ngettext("%(num)s nominativo eliminato.", "%(num)s nominativi eliminati.", len(ids))
    return visit.back(registry.path, words % {"num": len(ids)})


# the form


def form(registry: Registry) -> EntryForm:
    """The form of an address book."""
    return EntryForm(
        registry.path,
        registry.name,
        registry.item,
        registry.body,
        partial(_show_form, registry),
        fresh=lambda _: {"country": "Italia", "e_invoice": True},
        card=True,
    )


async def _show_form(registry: Registry, visit: Visit, saved: Saved) -> Response:
    def ask(api: Operations) -> Any:
        if registry.key == "client":
            return api("getClientInfo")["data"]
        return {"countries_list": api("listCountries")["data"]}

    info = await visit.read(ask)
    entry = saved.data
    return visit.page(
        "clients/form.html",
        **saved.shown,
        registry=registry,
        info=info,
        vat_types=[(each["id"], vat_words(visit, each)) for each in info.get("vat_types_list", ())],
        methods=[(each["id"], each["name"]) for each in info.get("payment_methods_list", ())],
        lists=[(each["id"], each["name"]) for each in info.get("price_lists", ()) if each["type"] == "sell"],
        types=[(key, visit.say(words)) for key, words in TYPES],
        terms=[(key, visit.say(words)) for key, words in TERMS],
        checked=await _checked(visit, registry, entry, entry.get("id")) if entry.get("id") else [],
    )


def vat_words(visit: Visit, vat: Mapping[str, Any]) -> str:
    """A VAT type as a choice: `22%`, `0% N3.1 Non imponibili`."""
    return " ".join(filter(None, (visit.say.percent(vat["value"]), vat.get("ei_type"), vat.get("description"))))


async def checks(visit: Visit, registry: Registry) -> Response:
    """What is odd about the codes that are typed, as a part of the form: told, and saved all the same."""
    id = visit.query.get("id", "")
    found = await _checked(visit, registry, visit.query, int(id) if id.isdigit() and len(id) < 16 else None)
    return visit.page("clients/checks.html", registry=registry, checked=found)


async def _checked(
    visit: Visit, registry: Registry, entry: Mapping[str, Any], id: object
) -> list[tuple[str, str, str]]:
    """What is odd about the codes of an entry: words, and where they lead (address and name)."""
    found = [(check.en if visit.say.code == "en" else check.it, "", "") for check in odd(entry)]
    for key in ("vat_number", "tax_code"):
        value = str(entry.get(key) or "").strip()
        if not value:
            continue
        query = {"q": f"{key} = {quoted(value[:64])}", "fields": "id,name", "per_page": 5}
        try:
            rows = (await visit.call(f"list{registry.name}s", query=query))["data"]
        except ApiError as why:
            return [*found, (said(why.message, visit.say), "", "")]
        words = visit.say("Stessa partita IVA:") if key == "vat_number" else visit.say("Stesso codice fiscale:")
        found += [
            (words, f"{visit.base}{registry.path}/{row['id']}", row["name"])
            for row in rows
            if str(row["id"]) != str(id)
        ]
    return found


def odd(entry: Mapping[str, Any]) -> list[Check]:
    """The codes of an entry that cannot be right."""

    def text(key: str) -> str:
        return str(entry.get(key) or "").strip()

    country = countries.iso_of(text("country") or text("country_iso") or "IT")
    found: list[Check] = []
    if country == "IT":
        found += [identifiers.check_vat_number(text("vat_number"))] if text("vat_number") else []
        found += [identifiers.check_tax_code(text("tax_code"))] if text("tax_code") else []
    elif country and country.replace("GR", "EL") in identifiers.EU_PREFIXES and text("vat_number"):
        found.append(identifiers.check_eu_vat(text("vat_number"), country))
    if text("ei_code"):
        public = True if text("type") == "pa" else None
        found.append(identifiers.check_recipient_code(text("ei_code"), public=public))
    found += [identifiers.check_iban(text("bank_iban"))] if text("bank_iban") else []
    return [check for check in found if not check]


async def cities(visit: Visit, registry: Registry) -> Response:
    """The municipalities that begin as what is typed, for the input's suggestions."""
    text = (visit.query.get("address_city") or visit.query.get("address_postal_code", "")).strip()
    key = "postal_code" if text.isdigit() else "city"
    found: list[Any] = []
    if len(text) >= 2:
        found = (await visit.call("listCities", query={key: text[:100]}))["data"][:MOST_CITIES]
    return visit.page("clients/cities.html", registry=registry, found=found)
