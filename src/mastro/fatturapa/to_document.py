"""From the tree of an e-invoice back to a document: what arrives becomes what the API serves.

What a document has a field for goes there; the rest is kept in `ei_raw` of the document, of the row or of the payment,
so that writing the document again loses nothing.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, localcontext
from typing import Any, Literal

import msgspec

from mastro.fatturapa.from_document.goods import OUTSIDE_VAT
from mastro.fatturapa.from_document.parties import ABROAD, NO_CHANNEL, UNKNOWN_VAT_INSIDE_EU, UNKNOWN_VAT_OUTSIDE_EU
from mastro.fatturapa.from_document.shapes import BUYER_ISSUES, ONESELF
from mastro.fatturapa.from_document.simplified import ALL_OF_IT
from mastro.fatturapa.tree import Invoice, Tree, amount, branch, branches, day, text, texts
from mastro.model.entity import Entity
from mastro.model.issued_document import Currency, DocumentType, EInvoiceData, IssuedDocument, Item, Payment
from mastro.model.settings import VatType
from mastro.money import EXACT, HUNDRED, ZERO, round2, trim
from mastro.totals.stamp import STAMP_DUTY

Side = Literal["issued", "received"]

_NUMBER = re.compile(r"0*(\d{1,9})(\D.*)?", re.ASCII)
_STAND_INS = frozenset({UNKNOWN_VAT_INSIDE_EU, UNKNOWN_VAT_OUTSIDE_EU})
_RELATED = {"DatiOrdineAcquisto": "ordine", "DatiContratto": "contratto", "DatiConvenzione": "convenzione"}
_PERSONAL = 16

_ROW_FIELDS = frozenset(
    {
        "NumeroLinea",
        "CodiceArticolo",
        "Descrizione",
        "Quantita",
        "UnitaMisura",
        "PrezzoUnitario",
        "ScontoMaggiorazione",
        "PrezzoTotale",
        "AliquotaIVA",
        "Ritenuta",
        "Natura",
    }
)
_PAYMENT_FIELDS = frozenset(
    ["Beneficiario", "ModalitaPagamento", "DataScadenzaPagamento", "ImportoPagamento", "IstitutoFinanziario", "IBAN"]
)

_SHARED_BY_PAYMENTS = ("Beneficiario", "ModalitaPagamento", "IstitutoFinanziario", "IBAN")


def to_document(invoice: Invoice, *, body: int = 0, side: Side = "issued") -> IssuedDocument:
    """A document of an ordinary or simplified invoice; of a lot the `body` counted from 0.

    `side` says whose books it goes to, and hence which party is its entity: the buyer of what was issued, the seller
    of what was received. Raises IndexError for a body that the file does not have; of a broken file whatever can be
    read.
    """
    tree = invoice.bodies[body]
    general = branch(tree, "DatiGenerali", "DatiGeneraliDocumento")
    kind = text(general, "TipoDocumento")
    number = _NUMBER.fullmatch(text(general, "Numero"))
    with localcontext(EXACT):
        document = IssuedDocument(
            type=_type(kind),
            entity=_entity(invoice, kind, side),
            number=int(number[1]) if number and int(number[1]) else None,
            numeration=(number[2] or "") if number else text(general, "Numero"),
            date=day(general, "Data"),
            currency=Currency(id=text(general, "Divisa") or "EUR"),
            notes="<br>".join(html.escape(line) for line in texts(general, "Causale")),
            e_invoice=True,
            ei_data=_data(tree, kind),
            items_list=_rows(tree),
            payments_list=_payments(tree),
            stamp_duty=amount(general, "DatiBollo", "ImportoBollo"),
            ei_raw=_rest(tree) or None,
        )
        if not branches(tree, "DatiBeniServizi", "DettaglioLinee"):
            _set_simplified(document, tree)
        _set_contributions(document, general)
        _set_delivery(document, tree)
        _set_amounts(document, tree)
    return document


def _type(kind: str) -> DocumentType:
    if kind in {"TD04", "TD08"}:
        return "credit_note"
    return "self_supplier_invoice" if kind in BUYER_ISSUES else "self_own_invoice" if kind in ONESELF else "invoice"


def _entity(invoice: Invoice, kind: str, side: Side) -> Entity:
    """The other party: of a self-invoice the one that is not us, which for the types of the buyer is the seller."""
    header = invoice.header
    seller = (side == "received") != (kind in BUYER_ISSUES)
    party = branch(header, "CedentePrestatore" if seller else "CessionarioCommittente")
    # The simplified invoice keeps identifiers and names in blocks of other names, or in the party itself.
    register = branch(party, "DatiAnagrafici") or branch(party, "IdentificativiFiscali") or party
    details = branch(party, "AltriDatiIdentificativi") or party
    names = branch(register, "Anagrafica") or details
    seat = branch(details, "Sede")
    country = text(seat, "Nazione") or text(register, "IdFiscaleIVA", "IdPaese") or "IT"
    first, last = text(names, "Nome"), text(names, "Cognome")
    vat, tax_code = text(register, "IdFiscaleIVA", "IdCodice"), text(register, "CodiceFiscale")
    code = text(header, "DatiTrasmissione", "CodiceDestinatario")
    public = text(header, "DatiTrasmissione", "FormatoTrasmissione") == "FPA12" and not seller
    person = bool(first or last) or (not vat and len(tax_code) == _PERSONAL)
    contacts = branch(party, "Contatti")
    italian = country == "IT"
    return Entity(
        # the buyer of a simplified invoice may have no name
        name=text(names, "Denominazione") or f"{first} {last}".strip() or vat or tax_code,
        type="pa" if public else "person" if person else "company",
        first_name=first,
        last_name=last,
        vat_number="" if vat in _STAND_INS else vat,
        tax_code=tax_code,
        address_street=" ".join(filter(None, (text(seat, "Indirizzo"), text(seat, "NumeroCivico")))),
        address_postal_code=text(seat, "CAP") if italian else "",
        address_city=text(seat, "Comune"),
        address_province=text(seat, "Provincia"),
        country="Italia" if italian else "",
        country_iso=country,
        email=text(contacts, "Email"),
        phone=text(contacts, "Telefono"),
        fax=text(contacts, "Fax"),
        certified_email="" if seller else text(header, "DatiTrasmissione", "PECDestinatario"),
        ei_code="" if seller or code in {NO_CHANNEL, ABROAD} else code,
    )


def _data(tree: Tree, kind: str) -> EInvoiceData:
    general = branch(tree, "DatiGenerali")
    related = next((name for name in _RELATED if branch(general, name)), "")
    order, linked = branch(general, related) if related else {}, branch(general, "DatiFattureCollegate")
    payment = branch(tree, "DatiPagamento", "DettaglioPagamento")
    kinds = {text(each, "EsigibilitaIVA") for each in branches(tree, "DatiBeniServizi", "DatiRiepilogo")}
    return EInvoiceData(
        vat_kind="S" if "S" in kinds else "D" if "D" in kinds else "I" if "I" in kinds else None,
        original_document_type=_RELATED.get(related),  # type: ignore[arg-type]
        od_number=text(order, "IdDocumento"),
        od_date=day(order, "Data"),
        cig=text(order, "CodiceCIG"),
        cup=text(order, "CodiceCUP"),
        payment_method=text(payment, "ModalitaPagamento"),
        bank_name=text(payment, "IstitutoFinanziario"),
        bank_iban=text(payment, "IBAN"),
        bank_beneficiary=text(payment, "Beneficiario"),
        invoice_number=text(linked, "IdDocumento") or text(general, "DatiFatturaRettificata", "NumeroFR"),
        invoice_date=day(linked, "Data") or day(general, "DatiFatturaRettificata", "DataFR"),
        document_type=kind,
    )


def _rows(tree: Tree) -> list[Item]:
    general = branch(tree, "DatiGenerali", "DatiGeneraliDocumento")
    reasons = {
        (amount(each, "AliquotaIVA"), text(each, "Natura")): text(each, "RiferimentoNormativo")
        for each in branches(tree, "DatiBeniServizi", "DatiRiepilogo")
    }
    lines = branches(tree, "DatiBeniServizi", "DettaglioLinee")
    if not lines:
        return [_simplified_row(each) for each in branches(tree, "DatiBeniServizi")]
    withheld = bool(branches(general, "DatiRitenuta"))
    return [_row(line, reasons, withheld=withheld) for line in lines]


def _row(line: Tree, reasons: dict[tuple[Decimal | None, str], str], *, withheld: bool) -> Item:
    rate, natura = amount(line, "AliquotaIVA"), text(line, "Natura")
    price, quantity = amount(line, "PrezzoUnitario"), amount(line, "Quantita")
    return Item(
        code=text(line, "CodiceArticolo", "CodiceValore"),
        name=text(line, "Descrizione"),
        qty=Decimal(1) if quantity is None else trim(quantity),
        measure=text(line, "UnitaMisura"),
        net_price=None if price is None else trim(price),
        vat=VatType(
            value=None if rate is None else trim(rate), ei_type=natura, description=reasons.get((rate, natura), "")
        ),
        apply_withholding_taxes=text(line, "Ritenuta") == "SI" if withheld else None,
        discount=_discount(line, price or ZERO),
        ei_raw={name: value for name, value in line.items() if name not in _ROW_FIELDS} or None,
    )


def readings(document: IssuedDocument) -> Iterator[IssuedDocument]:
    """The document in every way that the format leaves open, the likely ones first; the totals tell which was meant.

    Rows outside VAT (N1) bear no contribution where they are marked as not taxable, and prices may have been worked out
    of gross ones.
    """
    yield document
    outside = _with_rows(document, _outside_vat)
    if outside is not None:
        yield outside
    for each in (document, outside):
        gross = _with_rows(each, _with_gross_price, use_gross_prices=True) if each is not None else None
        if gross is not None:
            yield gross


def _with_rows(document: IssuedDocument, change: Callable[[Item], Item | None], **more: bool) -> IssuedDocument | None:
    """A copy with changed rows; None where a row cannot be changed, or none needs to be."""
    rows = document.items_list or []
    changed = [change(row) for row in rows]
    if any(row is None for row in changed) or all(one is other for one, other in zip(changed, rows, strict=True)):
        return None
    return msgspec.structs.replace(document, items_list=changed, **more)


def _outside_vat(row: Item) -> Item:
    if row.vat is None or row.vat.ei_type != OUTSIDE_VAT:
        return row
    return msgspec.structs.replace(row, not_taxable=True)


def _with_gross_price(row: Item) -> Item | None:
    """The gross price with the fewest decimals that the net one may have been worked out from."""
    rate = ZERO if row.not_taxable else (row.vat.value if row.vat else None) or ZERO
    gross = _gross_of(row.net_price or ZERO, rate)
    return None if gross is None else msgspec.structs.replace(row, net_price=None, gross_price=gross)


def _gross_of(net: Decimal, rate: Decimal) -> Decimal | None:
    with localcontext(EXACT):
        exact, whole = net * (HUNDRED + rate) / HUNDRED, HUNDRED + rate
        for places in range(2, 9):
            gross = round(exact, places)
            if whole and round(gross * HUNDRED / whole, 8) == net:
                return trim(gross)
    return None


def _discount(line: Tree, price: Decimal) -> Decimal | None:
    """The row's discounts, one after the other, as the one percentage that a row has."""
    left = price
    for each in branches(line, "ScontoMaggiorazione"):
        off, percent = amount(each, "Importo"), amount(each, "Percentuale")
        change = off if off is not None else left * (percent or ZERO) / HUNDRED
        left += change if text(each, "Tipo") == "MG" else -change
    if left == price or not price:
        return None
    return trim(round((price - left) / price * HUNDRED, 8))


def _simplified_row(goods: Tree) -> Item:
    """A simplified invoice gives the amount with VAT in it, and either the rate or the tax."""
    gross, rate = amount(goods, "Importo") or ZERO, amount(goods, "DatiIVA", "Aliquota")
    tax = amount(goods, "DatiIVA", "Imposta")
    if rate is None and tax is not None and gross != tax:
        rate = round(tax / (gross - tax) * HUNDRED, 0)
    return Item(
        name=text(goods, "Descrizione"),
        qty=Decimal(1),
        net_price=round2(gross - tax) if tax is not None else round2(gross / (1 + (rate or ZERO) / HUNDRED)),
        gross_price=gross,
        vat=VatType(
            value=trim(rate or ZERO), ei_type=text(goods, "Natura"), description=text(goods, "RiferimentoNormativo")
        ),
    )


def _set_simplified(document: IssuedDocument, tree: Tree) -> None:
    """What a simplified invoice says in places of its own: prices with VAT, a stamp without its amount."""
    general = branch(tree, "DatiGenerali")
    document.use_gross_prices = True
    if text(general, "DatiGeneraliDocumento", "BolloVirtuale") == "SI":
        document.stamp_duty = STAMP_DUTY
    said = text(general, "DatiFatturaRettificata", "ElementiRettificati")
    if said and said != ALL_OF_IT:
        document.notes = html.escape(said)


def _payments(tree: Tree) -> list[Payment]:
    payments = [each for terms in branches(tree, "DatiPagamento") for each in branches(terms, "DettaglioPagamento")]
    return [
        Payment(
            amount=amount(each, "ImportoPagamento"),
            due_date=day(each, "DataScadenzaPagamento"),
            ei_raw=_payment_rest(each, payments[0]) or None,
        )
        for each in payments
    ]


def _payment_rest(payment: Tree, first: Tree) -> Tree:
    """What is the payment's own: the document knows one way of paying and one account, those of the first."""
    own = {name: value for name, value in payment.items() if name not in _PAYMENT_FIELDS}
    differs = {name: payment.get(name, "") for name in _SHARED_BY_PAYMENTS if payment.get(name) != first.get(name)}
    return own | differs


def _set_contributions(document: IssuedDocument, general: Tree) -> None:
    """Rivalsa (TC22), up to two funds, up to two withholdings."""
    funds = branches(general, "DatiCassaPrevidenziale")
    rivalsa = next((each for each in funds if text(each, "TipoCassa") == "TC22"), None)
    if rivalsa is not None:
        document.rivalsa, document.amount_rivalsa = _percent(rivalsa, "AlCassa"), _charged(rivalsa)
    others = [each for each in funds if each is not rivalsa]
    if others:
        document.cassa, document.ei_cassa_type = _percent(others[0], "AlCassa"), text(others[0], "TipoCassa")
        document.amount_cassa, document.amount_cassa_taxable = _charged(others[0]), amount(others[0], "ImponibileCassa")
    if len(others) > 1:
        document.cassa2, document.ei_cassa2_type = _percent(others[1], "AlCassa"), text(others[1], "TipoCassa")
        document.amount_cassa2 = _charged(others[1])
        document.amount_cassa2_taxable = amount(others[1], "ImponibileCassa")
    for held in branches(general, "DatiRitenuta"):
        percent, sum_ = _percent(held, "AliquotaRitenuta"), amount(held, "ImportoRitenuta")
        base = round2(sum_ * HUNDRED / percent) if sum_ is not None and percent else None
        if text(held, "TipoRitenuta") in {"RT01", "RT02"}:
            document.withholding_tax, document.amount_withholding_tax = percent, sum_
            document.amount_withholding_tax_taxable = base
            document.ei_withholding_tax_causal = text(held, "CausalePagamento")
        else:
            document.other_withholding_tax, document.amount_other_withholding_tax = percent, sum_
            document.amount_other_withholding_tax_taxable = base
            document.ei_other_withholding_tax_type = text(held, "TipoRitenuta")
            document.ei_other_withholding_tax_causal = text(held, "CausalePagamento")


def _percent(tree: Tree, name: str) -> Decimal | None:
    found = amount(tree, name)
    return None if found is None else trim(found)


def _charged(fund: Tree) -> Decimal | None:
    return amount(fund, "ImportoContributoCassa")


def _set_delivery(document: IssuedDocument, tree: Tree) -> None:
    note = branch(tree, "DatiGenerali", "DatiDDT")
    transport = branch(tree, "DatiGenerali", "DatiTrasporto")
    if note:
        document.delivery_note, document.dn_date = True, day(note, "DataDDT")
        number = text(note, "NumeroDDT")
        document.dn_number = int(number) if number.isascii() and number.isdigit() and len(number) <= 9 else None
    if transport:
        document.accompanying_invoice = not note
        document.dn_ai_transporter = text(transport, "MezzoTrasporto")
        document.dn_ai_causal = text(transport, "CausaleTrasporto")
        document.dn_ai_packages_number = text(transport, "NumeroColli")
        document.dn_ai_notes = text(transport, "Descrizione")
        document.dn_ai_weight = f"{text(transport, 'PesoLordo')} {text(transport, 'UnitaMisuraPeso')}".strip()


def _set_amounts(document: IssuedDocument, tree: Tree) -> None:
    """Net, VAT and total as the file declares them; the total here is net of withholdings, as the API has it."""
    summaries = branches(tree, "DatiBeniServizi", "DatiRiepilogo")
    general = branch(tree, "DatiGenerali", "DatiGeneraliDocumento")
    discount = _sum(branches(general, "ScontoMaggiorazione"), "Importo")
    if discount:
        document.amount_due_discount = discount
    if summaries:
        net, vat = _sum(summaries, "ImponibileImporto"), _sum(summaries, "Imposta")
    else:
        gross = sum((item.gross_price or ZERO for item in document.items_list or []), ZERO)
        net = sum((item.net_price or ZERO for item in document.items_list or []), ZERO)
        vat = gross - net
    charged = _sum(branches(general, "DatiCassaPrevidenziale"), "ImportoContributoCassa")
    document.amount_net, document.amount_vat = net - charged, vat
    document.amount_gross = net + vat - _sum(branches(general, "DatiRitenuta"), "ImportoRitenuta")


def _sum(trees: Iterable[Tree], name: str) -> Decimal:
    return sum((amount(each, name) or ZERO for each in trees), ZERO)


def _rest(tree: Tree) -> Tree:
    """What a document has no field for, as an `ei_raw` of the document."""
    general = branch(tree, "DatiGenerali")
    own = branch(general, "DatiGeneraliDocumento")
    kept_own = {name: own[name] for name in ("Arrotondamento", "Art73") if name in own}
    names = ("DatiRicezione", "DatiSAL", "FatturaPrincipale")
    kept: dict[str, Any] = {name: general[name] for name in names if name in general}
    if kept_own:
        kept["DatiGeneraliDocumento"] = kept_own
    body: dict[str, Any] = {"DatiGenerali": kept} if kept else {}
    if "DatiVeicoli" in tree:
        body["DatiVeicoli"] = tree["DatiVeicoli"]
    return {"FatturaElettronicaBody": body} if body else {}
