"""What every page of the settings has: the tabs, and the way a form of one operation is shown and saved."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mastro.api.errors import Forbidden
from mastro.web.language import N_
from mastro.web.saving import Saved
from mastro.web.visit import Visit

TABS = (
    ("", N_("Azienda")),
    ("/people", N_("Persone")),
    ("/defaults", N_("Predefiniti")),
    ("/numbering", N_("Numerazioni")),
    ("/templates", N_("Modelli")),
    ("/payment_accounts", N_("Conti di saldo")),
    ("/payment_methods", N_("Metodi di pagamento")),
    ("/vat_types", N_("Aliquote IVA")),
    ("/taxes", N_("Imposte")),
    ("/sdi", N_("Canale SdI")),
    ("/incoming", N_("Fatture in arrivo")),
    ("/mail", N_("E-mail")),
    ("/backup", N_("Copie di sicurezza")),
    ("/danger", N_("Lascia o elimina")),
)


def show(visit: Visit, template: str, tab: str, saved: Saved, **values: Any) -> Response:
    """A page of the settings, with what was typed and refused where that is so. Raises Forbidden."""
    if not visit.may("settings"):  # accounts and methods may be read by all who write documents, not so these pages
        raise Forbidden
    return visit.page(
        template,
        **saved.shown,
        tabs=[(f"{visit.base}/settings{path}", visit.say(words)) for path, words in TABS],
        tab=f"{visit.base}/settings{tab}",
        may_write=visit.may("settings", "a"),
        **values,
    )


def under(key: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form as keys inside another: `name` → `company.name`."""
    return {f"{key}.{name}": text for name, text in fields.items()}


def without(key: str, errors: Mapping[str, str]) -> dict[str, str]:
    """The errors by the inputs of the form: `company.name` → `name`."""
    return {name.removeprefix(f"{key}."): words for name, words in errors.items()}
