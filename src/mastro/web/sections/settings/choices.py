"""What documents choose among: payment accounts, payment methods, VAT types. A list and a form for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.italy import codes
from mastro.model.base import Body
from mastro.model.settings import PaymentAccount, PaymentMethod, VatType
from mastro.web.language import N_, Locale
from mastro.web.pages import Site
from mastro.web.saving import Saved, attempt, save
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit, page, post

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the lists: its tab, its operations, and what its rows show."""

    tab: str
    item: str
    body: type[Body]
    list: str
    get: str
    create: str
    modify: str
    delete: str
    title: str
    new: str
    heads: tuple[str, ...]
    cells: Callable[[Row, Locale], tuple[str, ...]]


def _account(row: Row, say: Locale) -> tuple[str, ...]:
    bank = say("Banca")
    cash = say("Cassa")
    return row["name"], bank if row["type"] == "bank" else cash, row.get("iban") or ""


def _method(row: Row, say: Locale) -> tuple[str, ...]:
    account = (row.get("default_payment_account") or {}).get("name", "")
    usual = say("Predefinito") if row.get("is_default") else ""
    return row["name"], row.get("ei_payment_method") or "", account, usual


def _vat(row: Row, say: Locale) -> tuple[str, ...]:
    state = say("Disattivata") if row.get("is_disabled") else say("Predefinita") if row.get("default") else ""
    return say.percent(row["value"]), row.get("description") or "", row.get("ei_type") or "", state


CHOICES = (
    Choice(
        "/payment_accounts",
        "payment_account_id",
        PaymentAccount,
        "listSettingsPaymentAccounts",
        "getPaymentAccount",
        "createPaymentAccount",
        "modifyPaymentAccount",
        "deletePaymentAccount",
        N_("Conti di saldo"),
        N_("Nuovo conto"),
        (N_("Nome"), N_("Tipo"), N_("IBAN")),
        _account,
    ),
    Choice(
        "/payment_methods",
        "payment_method_id",
        PaymentMethod,
        "listSettingsPaymentMethods",
        "getPaymentMethod",
        "createPaymentMethod",
        "modifyPaymentMethod",
        "deletePaymentMethod",
        N_("Metodi di pagamento"),
        N_("Nuovo metodo"),
        (N_("Nome"), N_("Codice SdI"), N_("Conto"), N_("Stato")),
        _method,
    ),
    Choice(
        "/vat_types",
        "vat_type_id",
        VatType,
        "listSettingsVatTypes",
        "getVatType",
        "createVatType",
        "modifyVatType",
        "deleteVatType",
        N_("Aliquote IVA"),
        N_("Nuova aliquota"),
        (N_("Aliquota"), N_("Descrizione"), N_("Natura"), N_("Stato")),
        _vat,
    ),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses of all three."""
    return [route for choice in CHOICES for route in _routes(site, choice)]


def _routes(site: Site, choice: Choice) -> Sequence[BaseRoute]:
    path = f"/settings{choice.tab}"

    async def show(visit: Visit) -> Response:
        rows = (await visit.call(choice.list))["data"]
        lines = [(row["id"], choice.cells(row, visit.say)) for row in rows]
        return frame.show(visit, "settings/choices.html", choice.tab, Saved({}), choice=choice, lines=lines)

    async def form(visit: Visit) -> Response:
        entry_id = visit.request.path_params.get("id")
        entry = {} if entry_id is None else (await visit.call(choice.get, path={choice.item: entry_id}))["data"]
        return await _form(visit, choice, Saved(entry))

    async def keep(visit: Visit) -> Response:
        entry_id = visit.request.path_params.get("id")
        operation, at = (choice.create, None) if entry_id is None else (choice.modify, {choice.item: entry_id})
        saved = await save(visit, operation, choice.body, await visit.form(), path=at)
        if saved.done:
            return visit.go(path, visit.say("Salvato."))
        saved.data["id"] = entry_id
        return await _form(visit, choice, saved)

    async def delete(visit: Visit) -> Response:
        await visit.form()
        at = {choice.item: visit.request.path_params["id"]}
        gone = await attempt(visit, {}, lambda: visit.call(choice.delete, path=at))
        if gone.done:
            return visit.go(path, visit.say("Eliminato."))
        entry = (await visit.call(choice.get, path=at))["data"]
        return await _form(visit, choice, Saved(entry, gone.errors, gone.error))

    return [
        page(site, path, show),
        page(site, f"{path}/new", form),
        post(site, f"{path}/new", keep),
        page(site, path + "/{id:int}", form),
        post(site, path + "/{id:int}", keep),
        post(site, path + "/{id:int}/delete", delete),
    ]


async def _form(visit: Visit, choice: Choice, saved: Saved) -> Response:
    accounts = (await visit.call("listPaymentAccounts"))["data"]
    english = visit.say.code == "en"

    def coded(table: codes.TableName) -> list[tuple[str, str]]:
        return [
            (each.code, f"{each.code} {each.en if english else each.it}"[:110])
            for each in codes.valid(table, visit.today)
        ]

    return frame.show(
        visit,
        f"settings{choice.tab}.html",
        choice.tab,
        saved,
        choice=choice,
        accounts=[(account["id"], account["name"]) for account in accounts],
        methods=coded("ModalitaPagamento"),
        natures=coded("Natura"),
    )
