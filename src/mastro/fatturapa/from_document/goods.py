"""DatiBeniServizi: the rows and the VAT summary."""

from decimal import Decimal

from mastro.fatturapa.from_document.raw import overlay
from mastro.fatturapa.from_document.shapes import Case, date, decimals, present
from mastro.fatturapa.schema.ordinary import DETTAGLIO_LINEE
from mastro.fatturapa.text import ascii_, latin, plain
from mastro.fatturapa.tree import Tree
from mastro.model.issued_document import Item
from mastro.money import HUNDRED, ONE
from mastro.totals import VatBucket, gross_price_of, net_price_of, row_total

OUTSIDE_VAT = "N1"
"""Natura of a row marked as not taxable whose VAT type says no other (art. 15 DPR 633/1972)."""

INTENT = "N3.5"
"""Natura of supplies under the customer's declaration of intent, whose protocol each row cites (00477)."""


STEP = Decimal("0.00000001")
"""Prices of the format have at most eight decimals."""


def goods_and_services(case: Case) -> Tree:
    """The block DatiBeniServizi."""
    rows = case.document.items_list or []
    return present(
        DettaglioLinee=[_row(case, number, item) for number, item in enumerate(rows, 1)],
        DatiRiepilogo=[_summary(case, bucket) for bucket in case.buckets],
    )


def _row(case: Case, number: int, item: Item) -> Tree:
    rate, natura = vat_of(item)
    unit, quantity = _unit_price(case, item, rate), ONE if item.qty is None else item.qty
    if quantity < 0:  # quantities have no sign in the format: it goes to the price
        unit, quantity = -unit, -quantity
    code, discounts = latin(item.code, 35), _discount(item, unit)
    row = present(
        NumeroLinea=str(number),
        CodiceArticolo=[{"CodiceTipo": "INTERNO", "CodiceValore": code}] if code else [],
        Descrizione=latin(" - ".join(filter(None, (item.name.strip(), plain(item.description)))), 1000),
        Quantita=decimals(quantity, 8),
        UnitaMisura=ascii_(item.measure, 10),
        PrezzoUnitario=decimals(unit, 8),
        ScontoMaggiorazione=discounts,
        PrezzoTotale=_worth(case, item, unit, quantity),
        AliquotaIVA=decimals(rate),
        Ritenuta="SI" if case.withheld and item.apply_withholding_taxes is not False else "",
        Natura=natura,
        AltriDatiGestionali=_intent(case, natura),
    )
    return overlay(row, item.ei_raw, DETTAGLIO_LINEE, f".items_list[{number - 1}]") if item.ei_raw else row


def vat_of(item: Item) -> tuple[Decimal, str]:
    """Rate and natura of a row: a row outside VAT has rate 0 whatever its VAT type says."""
    rate = (item.vat.value if item.vat is not None else None) or Decimal(0)
    natura = item.vat.ei_type if item.vat is not None else ""
    if item.not_taxable:
        return Decimal(0), natura if natura and not rate else OUTSIDE_VAT
    return rate, natura


def _unit_price(case: Case, item: Item, rate: Decimal) -> Decimal:
    """Unit price without VAT, to eight decimals where it is worked out of a gross one.

    With fewer, quantity times price would miss the row's worth by more than the cent that 00423 allows.
    """
    net, gross = item.net_price, item.gross_price
    if not case.document.use_gross_prices:
        return net if net is not None else net_price_of(gross or Decimal(0), rate)
    if gross is None:
        gross = gross_price_of(net or Decimal(0), rate)
    return (gross * HUNDRED / (HUNDRED + rate)).quantize(STEP) if HUNDRED + rate else gross


def _worth(case: Case, item: Item, unit: Decimal, quantity: Decimal) -> str:
    """PrezzoTotale: to the cent with net prices, unrounded with gross ones so that rows add up to their summary."""
    if case.document.use_gross_prices:
        return decimals(unit * quantity * (HUNDRED - (item.discount or 0)) / HUNDRED, 8)
    return decimals(row_total(item, False))  # noqa: FBT003 - the function's own parameter


def _discount(item: Item, unit: Decimal) -> list[Tree]:
    """The row's discount in percent; with more decimals than the format has, as an amount per unit."""
    percent = item.discount
    if not percent:
        return []
    kind = "SC" if percent > 0 else "MG"
    if percent == round(percent, 2) and abs(percent) <= HUNDRED:
        return [{"Tipo": kind, "Percentuale": decimals(abs(percent))}]
    return [{"Tipo": kind, "Importo": decimals(unit * abs(percent) / HUNDRED, 8)}]


def _intent(case: Case, natura: str) -> list[Tree]:
    entity = case.entity
    if natura != INTENT or not entity.intent_declaration_protocol_number.strip():
        return []
    return [
        present(
            TipoDato="INTENTO",
            RiferimentoTesto=latin(entity.intent_declaration_protocol_number, 60),
            RiferimentoData=date(entity.intent_declaration_protocol_date),
        )
    ]


def _summary(case: Case, bucket: VatBucket) -> Tree:
    """A line of the VAT summary. What is not taxed says why, and cannot be due later or be split."""
    untaxed = not bucket.rate
    split = case.data.vat_kind == "S" or bool(case.document.use_split_payment)
    reason = plain(bucket.ei_description or bucket.description or bucket.notes)
    return present(
        AliquotaIVA=decimals(bucket.rate),
        Natura=bucket.ei_type,
        ImponibileImporto=decimals(bucket.taxable),
        Imposta=decimals(bucket.vat),
        EsigibilitaIVA="" if untaxed else "S" if split else case.data.vat_kind or "I",
        RiferimentoNormativo=latin(reason, 100) if untaxed or bucket.ei_type else "",
    )
