"""What documents choose among: payment accounts, payment methods, VAT types. A list and a form for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.italy import codes
from mastro.model.base import Body
from mastro.model.settings import PaymentAccount, PaymentMethod, VatType
from mastro.web.entry_form import EntryForm
from mastro.web.language import N_, Locale
from mastro.web.pages import Site
from mastro.web.saving import Saved
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit, page

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the lists: its tab, its operations, and what its rows show."""

    tab: str
    name: str
    """What the operation ids call one: `VatType`, listed by listSettingsVatTypes."""
    item: str
    body: type[Body]
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
        "PaymentAccount",
        "payment_account_id",
        PaymentAccount,
        N_("Conti di saldo"),
        N_("Nuovo conto"),
        (N_("Nome"), N_("Tipo"), N_("IBAN")),
        _account,
    ),
    Choice(
        "/payment_methods",
        "PaymentMethod",
        "payment_method_id",
        PaymentMethod,
        N_("Metodi di pagamento"),
        N_("Nuovo metodo"),
        (N_("Nome"), N_("Codice SdI"), N_("Conto"), N_("Stato")),
        _method,
    ),
    Choice(
        "/vat_types",
        "VatType",
        "vat_type_id",
        VatType,
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
        rows = (await visit.call(f"listSettings{choice.name}s"))["data"]
        lines = [(row["id"], choice.cells(row, visit.say)) for row in rows]
        return frame.show(visit, "settings/choices.html", choice.tab, Saved({}), choice=choice, lines=lines)

    form = EntryForm(path, choice.name, choice.item, choice.body, partial(_form, choice))
    return [page(site, path, show), *form.routes(site)]


async def _form(choice: Choice, visit: Visit, saved: Saved) -> Response:
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
