"""What the form offers for choice, as pairs of value and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel import Locale as Known

from mastro.italy import codes, dn_causals, document_types, measures
from mastro.web.language import N_, Locale
from mastro.web.sections.editor.sheet import Sheet
from mastro.web.sections.editor.start import Start

Choice = tuple[str, str]
Choices = list[Choice]

MANY_ROWS = 60
"""Rows above which each offers only the VAT types that the document has; a script fills in the others when needed."""


@dataclass(slots=True)
class Offered:
    """The choices of each input."""

    vat: Choices
    """All VAT types that are in use, and those that the document has."""
    vat_short: Choices
    """Only those that the document has, and the usual one."""
    default_vat: str
    methods: Choices
    accounts: Choices
    currencies: Choices
    languages: Choices
    templates: Choices
    note_templates: Choices
    invoice_templates: Choices
    numerations: list[str]
    td_codes: Choices = field(default_factory=list)
    mp_codes: Choices = field(default_factory=list)
    cassa_types: Choices = field(default_factory=list)
    causals: Choices = field(default_factory=list)
    withholding_types: Choices = field(default_factory=list)
    measures: tuple[str, ...] = measures.MEASURES
    dn_causals: tuple[str, ...] = dn_causals.CAUSALS
    countries: list[str] = field(default_factory=list)
    price_lists: Choices = field(default_factory=list)


def choices_of(start: Start, sheet: Sheet, say: Locale) -> Offered:
    """What the form of a document offers."""
    info = start.info
    default = str((info["items_default_values"]["vat"] or {}).get("id", ""))
    every = _vat_types(start, say)
    used = {sheet(f"items_list.{index}.vat.id") for index in range(sheet.rows)} | {default}
    return Offered(
        vat=every,
        vat_short=every if sheet.rows <= MANY_ROWS else [choice for choice in every if choice[0] in used],
        default_vat=default,
        methods=_named(info["payment_methods_list"], start.document.get("payment_method")),
        accounts=_named(info["payment_accounts_list"]),
        currencies=[(row["id"], f"{row['id']} {row['symbol']}") for row in info["currencies_list"]],
        languages=[(row["code"], _language(row["code"], say)) for row in info["languages_list"]],
        templates=_named(info["templates_list"]),
        note_templates=_named(info["dn_templates_list"]),
        invoice_templates=_named(info["ai_templates_list"]),
        numerations=sorted({name for series in info["numerations"].values() for name in series if name}),
        td_codes=_td_codes(start, say),
        mp_codes=_codes("ModalitaPagamento", say),
        cassa_types=_codes("TipoCassa", say),
        causals=_codes("CausalePagamento", say),
        withholding_types=[each for each in _codes("TipoRitenuta", say) if each[0] not in {"RT01", "RT02"}],
        countries=info["countries_list"],
        price_lists=[(str(row["id"]), row["name"]) for row in info["price_lists"]],
    )


def _named(rows: list[Mapping[str, Any]], kept: Mapping[str, Any] | None = None) -> Choices:
    found = [(str(row["id"]), row["name"]) for row in rows]
    if kept and kept.get("id") is not None and str(kept["id"]) not in dict(found):
        found.append((str(kept["id"]), kept.get("name") or str(kept["id"])))
    return found


def _vat_types(start: Start, say: Locale) -> Choices:
    known = {row["id"]: row for row in start.info["vat_types_list"] if not row["is_disabled"]}
    for item in start.document.get("items_list") or ():
        vat = item.get("vat")
        if vat and vat.get("id") is not None:
            known.setdefault(vat["id"], vat)
    return [(str(id), vat_label(row, say)) for id, row in known.items()]


def vat_label(vat: Mapping[str, Any], say: Locale) -> str:
    """A VAT type as the form names it: `22%`, `N4 · Esente art. 10`."""
    about = vat.get("description") or ""
    if vat.get("ei_type"):
        return " · ".join(filter(None, (vat["ei_type"], about)))
    rate = say.percent(vat["value"])
    return rate if not about or about.startswith(rate.rstrip("%")) else f"{rate} · {about}"


@cache
def _languages(code: str) -> Mapping[str, str]:
    return dict(Known(code).languages)


def _language(code: str, say: Locale) -> str:
    return _languages(say.code).get(code, code).capitalize()


def _codes(name: codes.TableName, say: Locale) -> Choices:
    return [(row.code, f"{row.code} · {row.it if say.code == 'it' else row.en}") for row in codes.table(name).values()]


def _td_codes(start: Start, say: Locale) -> Choices:
    known = dict(_codes("TipoDocumento", say))
    return [(code, known[code]) for code in document_types.codes_for(start.kind.type) if code in known]


SHOW_TOTALS: Choices = [("all", N_("Tutti")), ("nets", N_("Solo gli imponibili")), ("none", N_("Nessuno"))]
STATUSES: Choices = [("not_paid", N_("Da saldare")), ("paid", N_("Saldata")), ("reversed", N_("Stornata"))]
VAT_KINDS: Choices = [("I", N_("Immediata")), ("D", N_("Differita")), ("S", N_("Scissione dei pagamenti"))]
ORDER_KINDS: Choices = [("ordine", N_("Ordine")), ("contratto", N_("Contratto")), ("convenzione", N_("Convenzione"))]
