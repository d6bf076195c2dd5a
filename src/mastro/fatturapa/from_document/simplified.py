"""The simplified invoice (FSM10; art. 21-bis DPR 633/1972): for each row one amount, with its VAT in it.

It has no place for withholdings, funds, discounts on the whole, payments, or VAT that is split or due later: a document
with any of these is refused rather than written as something else. Payments are left out, which changes nothing.
"""

from decimal import Decimal

from mastro.fatturapa.from_document.goods import vat_of
from mastro.fatturapa.from_document.parties import Party, Transmitter, parties, rea, transmission
from mastro.fatturapa.from_document.raw import overlay
from mastro.fatturapa.from_document.shapes import Case, NotAnInvoiceError, date, decimals, present
from mastro.fatturapa.schema.simplified import GOODS
from mastro.fatturapa.text import ascii_, latin, plain
from mastro.fatturapa.tree import Tree
from mastro.model.issued_document import Item
from mastro.money import HUNDRED, ZERO, share_out
from mastro.totals import row_total

ALL_OF_IT = "Intero documento"
"""What of the earlier invoice is put right, where the document does not say."""


def simplified_header(case: Case, progressive: str, transmitter: Transmitter | None) -> Tree:
    """FatturaElettronicaHeader; the buyer may be known by its codes alone."""
    seller, buyer = parties(case)
    sending = transmission(case, progressive, transmitter, buyer)
    return present(
        DatiTrasmissione={name: value for name, value in sending.items() if name != "ContattiTrasmittente"},
        CedentePrestatore=present(
            IdFiscaleIVA=seller.vat_id(needed=True),
            CodiceFiscale=seller.italian_tax_code(),
            **seller.names(),
            Sede=seller.address(),
            IscrizioneREA=rea(case.company),
            RegimeFiscale=case.company.regime,
        ),
        CessionarioCommittente=present(
            IdentificativiFiscali=present(IdFiscaleIVA=buyer.vat_id(), CodiceFiscale=buyer.italian_tax_code()),
            AltriDatiIdentificativi=_details(buyer),
        ),
    )


def _details(buyer: Party) -> Tree:
    """Name and seat, where both are known: the format has the one only with the other."""
    names, seat = buyer.names(), buyer.address()
    known = names and seat.get("Indirizzo") and seat.get("CAP") and seat.get("Comune")
    return present(**names, Sede=seat) if known else {}


def simplified_body(case: Case) -> Tree:
    """FatturaElettronicaBody. Raises NotAnInvoiceError for what the format cannot say."""
    _refuse_unsayable(case)
    document, data = case.document, case.data
    number = "" if document.number is None else f"{document.number}{document.numeration}"
    general = present(
        TipoDocumento=case.type,
        Divisa=(document.currency.id if document.currency else "").strip().upper() or "EUR",
        Data=date(document.date),
        Numero=ascii_(number),
        BolloVirtuale="SI" if document.stamp_duty else "",
    )
    said = " ".join(filter(None, (plain(document.visible_subject), plain(document.notes))))
    corrected = present(NumeroFR=ascii_(data.invoice_number, 20), DataFR=date(data.invoice_date))
    if corrected:
        corrected["ElementiRettificati"] = latin(said, 1000) or ALL_OF_IT
    return present(
        DatiGenerali=present(DatiGeneraliDocumento=general, DatiFatturaRettificata=corrected),
        DatiBeniServizi=_rows(case),
    )


def _refuse_unsayable(case: Case) -> None:
    document = case.document
    found = {
        "una ritenuta": case.withheld,
        "una cassa previdenziale": bool(case.contributions),
        "un abbuono": bool(document.amount_due_discount),
        "la scissione dei pagamenti o l'IVA differita": bool(document.use_split_payment)
        or case.data.vat_kind in {"S", "D"},
        "un acquisto del committente": case.role != "seller",
        "una pubblica amministrazione come cliente": case.entity.type == "pa",
    }
    said = [words for words, is_so in found.items() if is_so]
    if said:
        words = f"Una fattura semplificata ({case.type}) non può indicare {', '.join(said)}: scegliere un altro tipo."
        raise NotAnInvoiceError(case.document.type, words)


def _rows(case: Case) -> list[Tree]:
    """DatiBeniServizi: the amounts of a rate add up to its line of the VAT summary, cent by cent."""
    items = case.document.items_list or []
    amounts: list[Decimal] = [ZERO] * len(items)
    places: dict[tuple[Decimal, str], list[int]] = {}
    for index, item in enumerate(items):
        places.setdefault(vat_of(item), []).append(index)
    for (rate, natura), indexes in places.items():
        worth = sum((b.taxable + b.vat for b in case.buckets if (b.rate, b.ei_type) == (rate, natura)), ZERO)
        exact = [_gross(case, items[index], rate) for index in indexes]
        for index, amount in zip(indexes, share_out(worth, exact), strict=True):
            amounts[index] = amount
    return [_row(number, item, amount) for number, (item, amount) in enumerate(zip(items, amounts, strict=True))]


def _gross(case: Case, item: Item, rate: Decimal) -> Decimal:
    """Worth of a row with VAT, not rounded where it is worked out of one without."""
    gross = bool(case.document.use_gross_prices)
    worth = row_total(item, gross)
    return worth if gross else worth * (HUNDRED + rate) / HUNDRED


def _row(number: int, item: Item, amount: Decimal) -> Tree:
    rate, natura = vat_of(item)
    vat = item.vat
    reason = plain(vat.ei_description or vat.description or vat.notes) if vat and natura else ""
    row = present(
        Descrizione=latin(" - ".join(filter(None, (item.name.strip(), plain(item.description)))), 1000),
        Importo=decimals(amount),
        DatiIVA={"Aliquota": decimals(rate)},
        Natura=natura,
        RiferimentoNormativo=latin(reason, 100),
    )
    return overlay(row, item.ei_raw, GOODS, f".items_list[{number}]") if item.ei_raw else row
