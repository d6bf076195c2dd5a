"""DatiGenerali: the document itself, its withholdings and funds, and the papers it refers to."""

import re
from decimal import Decimal

from mastro.fatturapa.from_document.shapes import Case, date, decimals, delivered_before, money, present
from mastro.fatturapa.text import ascii_, latin, pieces, plain
from mastro.fatturapa.tree import Tree
from mastro.money import ZERO
from mastro.totals import Contribution

_RELATED = {"ordine": "DatiOrdineAcquisto", "contratto": "DatiContratto", "convenzione": "DatiConvenzione"}

_WEIGHT = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?\s*([A-Za-z.]{1,10})?", re.ASCII)
_PARCELS = re.compile(r"\d{1,4}", re.ASCII)
_PERSONAL_TAX_CODE = 16


def general_data(case: Case) -> Tree:
    """The block DatiGenerali."""
    data = case.data
    related = _RELATED[data.original_document_type or "ordine"]
    order = present(
        IdDocumento=ascii_(data.od_number, 20),
        Data=date(data.od_date),
        CodiceCUP=ascii_(data.cup, 15),
        CodiceCIG=ascii_(data.cig, 15),
    )
    linked = present(IdDocumento=ascii_(data.invoice_number, 20), Data=date(data.invoice_date))
    tree = {
        "DatiGeneraliDocumento": _document(case),
        related: [order] if order else [],
        "DatiFattureCollegate": [linked] if linked else [],
        "DatiDDT": _delivery_notes(case),
        "DatiTrasporto": _transport(case),
    }
    return present(**tree)


def _document(case: Case) -> Tree:
    document = case.document
    number = "" if document.number is None else f"{document.number}{document.numeration}"
    discount = document.amount_due_discount or ZERO
    return present(
        TipoDocumento=case.type,
        Divisa=(document.currency.id if document.currency else "").strip().upper() or "EUR",
        Data=date(document.date),
        Numero=ascii_(number),
        DatiRitenuta=list(_withholdings(case)),
        DatiBollo=_stamp(document.stamp_duty),
        DatiCassaPrevidenziale=[_fund(case, each) for each in case.contributions],
        ScontoMaggiorazione=[{"Tipo": "SC", "Importo": decimals(discount)}] if discount > 0 else [],
        ImportoTotaleDocumento=money(total(case)),
        Causale=_reasons(case),
    )


def total(case: Case) -> Decimal:
    """What the document is worth with VAT, less the discount on the amount due; withholdings do not lessen it."""
    worth = sum((bucket.taxable + bucket.vat for bucket in case.buckets), ZERO)
    return worth - (case.document.amount_due_discount or ZERO)


def _withholdings(case: Case) -> list[Tree]:
    document, totals = case.document, case.totals
    blocks = []
    if document.withholding_tax:
        blocks.append(
            present(
                TipoRitenuta="RT01" if _is_person(case) else "RT02",
                ImportoRitenuta=decimals(totals.amount_withholding_tax),
                AliquotaRitenuta=decimals(document.withholding_tax),
                CausalePagamento=document.ei_withholding_tax_causal.strip().upper(),
            )
        )
    if document.other_withholding_tax:
        blocks.append(
            present(
                TipoRitenuta=document.ei_other_withholding_tax_type.strip().upper(),
                ImportoRitenuta=decimals(totals.amount_other_withholding_tax),
                AliquotaRitenuta=decimals(document.other_withholding_tax),
                CausalePagamento=document.ei_other_withholding_tax_causal.strip().upper(),
            )
        )
    return blocks


def _is_person(case: Case) -> bool:
    """Whether the one whose fee is withheld from is a natural person: it has both names, or a personal tax code."""
    if case.role == "buyer":
        return case.entity.type == "person" or len(case.entity.tax_code.strip()) == _PERSONAL_TAX_CODE
    company = case.company
    return bool(company.first_name and company.last_name) or len(company.tax_code.strip()) == _PERSONAL_TAX_CODE


def _stamp(amount: Decimal | None) -> Tree:
    """Stamp duty is declared, not charged: to charge it one adds a row (art. 6 DM 17/6/2014)."""
    return {"BolloVirtuale": "SI", "ImportoBollo": decimals(amount)} if amount else {}


def _fund(case: Case, contribution: Contribution) -> Tree:
    """A pension fund; the rivalsa of the INPS is TC22 and, unlike the others, bears the withholding too."""
    document = case.document
    kind = {
        "rivalsa": "TC22",
        "cassa": document.ei_cassa_type,
        "cassa2": document.ei_cassa2_type or document.ei_cassa_type,
    }[contribution.kind]
    withheld = contribution.kind == "rivalsa" and bool(document.withholding_tax)
    return present(
        TipoCassa=kind.strip().upper(),
        AlCassa=decimals(contribution.percent),
        ImportoContributoCassa=decimals(contribution.amount),
        ImponibileCassa=decimals(contribution.taxable),
        AliquotaIVA=decimals(contribution.vat_rate),
        Ritenuta="SI" if withheld else "",
        Natura="" if contribution.vat_rate else contribution.ei_type,
    )


def _reasons(case: Case) -> list[str]:
    """Causale: the visible subject and the notes, as lines of at most 200 characters."""
    lines = [line for part in (case.document.visible_subject, case.document.notes) for line in plain(part).split("\n")]
    return [piece for line in lines for piece in pieces(latin(line), 200)]


def _delivery_notes(case: Case) -> list[Tree]:
    document = case.document
    if not document.delivery_note or document.dn_number is None:
        return []
    if document.accompanying_invoice and not delivered_before(document):
        return []  # an accompanying invoice is its own delivery note
    return [present(NumeroDDT=str(document.dn_number), DataDDT=date(document.dn_date))]


def _transport(case: Case) -> Tree:
    """DatiTrasporto of an accompanying invoice or of one with its delivery note."""
    document = case.document
    if not (document.delivery_note or document.accompanying_invoice):
        return {}
    weight = _WEIGHT.fullmatch(document.dn_ai_weight.strip())
    parcels = _PARCELS.fullmatch(document.dn_ai_packages_number.strip())
    notes = " - ".join(filter(None, (latin(document.dn_ai_destination), latin(document.dn_ai_notes))))
    return present(
        MezzoTrasporto=latin(document.dn_ai_transporter, 80),
        CausaleTrasporto=latin(document.dn_ai_causal, 100),
        NumeroColli=parcels[0] if parcels and int(parcels[0]) else "",
        Descrizione=latin(notes, 100),
        UnitaMisuraPeso=(weight[3] or "KG").upper() if weight else "",
        PesoLordo=f"{weight[1]}.{weight[2] or '00'}" if weight else "",
    )
