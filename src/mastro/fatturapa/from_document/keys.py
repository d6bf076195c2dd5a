"""From a place in the XML to the key of the API that is set to change it: the mapping of the other modules, backwards.

A key is written as a program would reach it from the body of a document: `ei_withholding_tax_causal`,
`entity.ei_code`, `items_list[2].vat.ei_type`; facts of the issuer begin with `company.`. What no key of its own says is
said in `ei_raw`, of the row or the installment where the place is inside one.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mastro.fatturapa.from_document.goods import vat_of
from mastro.fatturapa.from_document.shapes import Case, case_of
from mastro.model.company import Company
from mastro.model.issued_document import IssuedDocument

_HEADER = "FatturaElettronicaHeader"
_BODY = "FatturaElettronicaBody"

_TRANSMISSION = {
    "": "entity.ei_code",
    "IdTrasmittente": "company.tax_code",
    "IdTrasmittente/IdPaese": "company.country_iso",
    "IdTrasmittente/IdCodice": "company.tax_code",
    "FormatoTrasmissione": "entity.type",
}

_PARTY = {
    "": "name",
    "DatiAnagrafici": "name",
    "DatiAnagrafici/IdFiscaleIVA": "vat_number",
    "DatiAnagrafici/IdFiscaleIVA/IdPaese": "country",
    "DatiAnagrafici/IdFiscaleIVA/IdCodice": "vat_number",
    "DatiAnagrafici/CodiceFiscale": "tax_code",
    "DatiAnagrafici/Anagrafica": "name",
    "DatiAnagrafici/Anagrafica/Denominazione": "name",
    "DatiAnagrafici/Anagrafica/Nome": "first_name",
    "DatiAnagrafici/Anagrafica/Cognome": "last_name",
    "Sede": "address_street",
    "Sede/Indirizzo": "address_street",
    "Sede/CAP": "address_postal_code",
    "Sede/Comune": "address_city",
    "Sede/Provincia": "address_province",
    "Sede/Nazione": "country",
}
"""The same for both parties, whichever the company is."""

_COMPANY_ONLY = {
    "DatiAnagrafici/RegimeFiscale": "regime",
    "IscrizioneREA": "rea_number",
    "IscrizioneREA/Ufficio": "rea_office",
    "IscrizioneREA/NumeroREA": "rea_number",
    "IscrizioneREA/CapitaleSociale": "share_capital",
    "IscrizioneREA/SocioUnico": "sole_shareholder",
    "IscrizioneREA/StatoLiquidazione": "in_liquidation",
    "Contatti": "email",
    "Contatti/Telefono": "phone",
    "Contatti/Fax": "fax",
    "Contatti/Email": "email",
}

_GENERAL = {
    "": "date",
    "TipoDocumento": "ei_data.document_type",
    "Divisa": "currency.id",
    "Data": "date",
    "Numero": "number",
    "DatiRitenuta": "withholding_tax",
    "DatiBollo": "stamp_duty",
    "DatiBollo/BolloVirtuale": "stamp_duty",
    "DatiBollo/ImportoBollo": "stamp_duty",
    "DatiCassaPrevidenziale": "cassa",
    "ScontoMaggiorazione": "amount_due_discount",
    "ScontoMaggiorazione/Tipo": "amount_due_discount",
    "ScontoMaggiorazione/Importo": "amount_due_discount",
    "ImportoTotaleDocumento": "items_list",
    "Causale": "notes",
}

_ORDER = {
    "": "ei_data.od_number",
    "IdDocumento": "ei_data.od_number",
    "Data": "ei_data.od_date",
    "CodiceCUP": "ei_data.cup",
    "CodiceCIG": "ei_data.cig",
}

_DOCUMENT = {
    "DatiGenerali": "date",
    **{f"DatiGenerali/DatiGeneraliDocumento/{name}".rstrip("/"): key for name, key in _GENERAL.items()},
    **{
        f"DatiGenerali/{block}/{name}".rstrip("/"): key
        for block in ("DatiOrdineAcquisto", "DatiContratto", "DatiConvenzione")
        for name, key in _ORDER.items()
    },
    "DatiGenerali/DatiFattureCollegate": "ei_data.invoice_number",
    "DatiGenerali/DatiFattureCollegate/IdDocumento": "ei_data.invoice_number",
    "DatiGenerali/DatiFattureCollegate/Data": "ei_data.invoice_date",
    "DatiGenerali/DatiDDT": "dn_number",
    "DatiGenerali/DatiDDT/NumeroDDT": "dn_number",
    "DatiGenerali/DatiDDT/DataDDT": "dn_date",
    "DatiGenerali/DatiTrasporto": "dn_ai_causal",
    "DatiGenerali/DatiTrasporto/MezzoTrasporto": "dn_ai_transporter",
    "DatiGenerali/DatiTrasporto/CausaleTrasporto": "dn_ai_causal",
    "DatiGenerali/DatiTrasporto/NumeroColli": "dn_ai_packages_number",
    "DatiGenerali/DatiTrasporto/Descrizione": "dn_ai_destination",
    "DatiGenerali/DatiTrasporto/UnitaMisuraPeso": "dn_ai_weight",
    "DatiGenerali/DatiTrasporto/PesoLordo": "dn_ai_weight",
    "DatiBeniServizi": "items_list",
    "DatiBeniServizi/DettaglioLinee": "items_list",
    "DatiBeniServizi/DatiRiepilogo": "items_list",
    "DatiPagamento": "payments_list",
    "DatiPagamento/CondizioniPagamento": "payments_list",
    "DatiPagamento/DettaglioPagamento": "payments_list",
    "Allegati": "attachment_token",
    "Allegati/NomeAttachment": "attachment_token",
    "Allegati/FormatoAttachment": "attachment_token",
    "Allegati/DescrizioneAttachment": "attachment_token",
    "Allegati/Attachment": "attachment_token",
}
"""What the whole document says; below are those that depend on which of several it is."""

_WITHHOLDING = {
    "": "withholding_tax",
    "TipoRitenuta": "withholding_tax",
    "ImportoRitenuta": "withholding_tax",
    "AliquotaRitenuta": "withholding_tax",
    "CausalePagamento": "ei_withholding_tax_causal",
}
_OTHER_WITHHOLDING = {
    "": "other_withholding_tax",
    "TipoRitenuta": "ei_other_withholding_tax_type",
    "ImportoRitenuta": "other_withholding_tax",
    "AliquotaRitenuta": "other_withholding_tax",
    "CausalePagamento": "ei_other_withholding_tax_causal",
}

_FUND = {
    "": "{kind}",
    "TipoCassa": "{type}",
    "AlCassa": "{kind}",
    "ImportoContributoCassa": "{kind}",
    "ImponibileCassa": "{taxable}",
    "AliquotaIVA": "{row}.vat.value",
    "Ritenuta": "withholding_tax",
    "Natura": "{row}.vat.ei_type",
}
_FUND_WORDS = {
    "rivalsa": {"kind": "rivalsa", "type": "rivalsa", "taxable": "items_list"},
    "cassa": {"kind": "cassa", "type": "ei_cassa_type", "taxable": "cassa_taxable"},
    "cassa2": {"kind": "cassa2", "type": "ei_cassa2_type", "taxable": "cassa2_taxable"},
}

_ROW = {
    "": "",
    "NumeroLinea": "",
    "CodiceArticolo": ".code",
    "CodiceArticolo/CodiceTipo": ".code",
    "CodiceArticolo/CodiceValore": ".code",
    "Descrizione": ".name",
    "Quantita": ".qty",
    "UnitaMisura": ".measure",
    "PrezzoUnitario": ".{price}",
    "ScontoMaggiorazione": ".discount",
    "ScontoMaggiorazione/Tipo": ".discount",
    "ScontoMaggiorazione/Percentuale": ".discount",
    "ScontoMaggiorazione/Importo": ".discount",
    "PrezzoTotale": ".{price}",
    "AliquotaIVA": ".vat.value",
    "Ritenuta": ".apply_withholding_taxes",
    "Natura": ".vat.ei_type",
}
"""Below `items_list[n]`."""

_INTENT = {
    "AltriDatiGestionali": "entity.intent_declaration_protocol_number",
    "AltriDatiGestionali/TipoDato": "entity.intent_declaration_protocol_number",
    "AltriDatiGestionali/RiferimentoTesto": "entity.intent_declaration_protocol_number",
    "AltriDatiGestionali/RiferimentoData": "entity.intent_declaration_protocol_date",
}

_SUMMARY = {
    "": "{row}.vat",
    "AliquotaIVA": "{row}.vat.value",
    "Natura": "{row}.vat.ei_type",
    "ImponibileImporto": "{row}.{price}",
    "Imposta": "{row}.vat.value",
    "EsigibilitaIVA": "ei_data.vat_kind",
    "RiferimentoNormativo": "{row}.vat.ei_description",
}
"""A line of the summary is mended in the first row that falls in it."""

_PAYMENT = {
    "": "{row}",
    "Beneficiario": "ei_data.bank_beneficiary",
    "ModalitaPagamento": "ei_data.payment_method",
    "DataScadenzaPagamento": "{row}.due_date",
    "ImportoPagamento": "{row}.amount",
    "IstitutoFinanziario": "ei_data.bank_name",
    "IBAN": "ei_data.bank_iban",
}

_SIMPLIFIED_DOCUMENT = {
    "DatiGenerali": "date",
    **{
        f"DatiGenerali/DatiGeneraliDocumento/{name}".rstrip("/"): _GENERAL[name]
        for name in ("", "TipoDocumento", "Divisa", "Data", "Numero")
    },
    "DatiGenerali/DatiGeneraliDocumento/BolloVirtuale": "stamp_duty",
    "DatiGenerali/DatiFatturaRettificata": "ei_data.invoice_number",
    "DatiGenerali/DatiFatturaRettificata/NumeroFR": "ei_data.invoice_number",
    "DatiGenerali/DatiFatturaRettificata/DataFR": "ei_data.invoice_date",
    "DatiGenerali/DatiFatturaRettificata/ElementiRettificati": "visible_subject",
    "DatiBeniServizi": "items_list",
    **{path: key for path, key in _DOCUMENT.items() if path.startswith("Allegati")},
}

_SIMPLIFIED_ROW = {
    "": "",
    "Descrizione": ".name",
    "Importo": ".{price}",
    "DatiIVA": ".vat.value",
    "DatiIVA/Aliquota": ".vat.value",
    "DatiIVA/Imposta": ".vat.value",
    "Natura": ".vat.ei_type",
    "RiferimentoNormativo": ".vat.ei_description",
}

_ORDINARY_PLACES = {
    "DatiAnagrafici/": {"IdFiscaleIVA", "CodiceFiscale", "RegimeFiscale"},
    "DatiAnagrafici/Anagrafica/": {"Denominazione", "Nome", "Cognome"},
}
"""Where the ordinary invoice has what the simplified one has at the party itself."""

_SIMPLIFIED_PARTY = re.compile(r"(?:IdentificativiFiscali|AltriDatiIdentificativi)(?:/|$)")
_SIMPLIFIED_NUMBERED = re.compile(r"DatiBeniServizi\[(\d+)\](?:/(.*))?")

_INDEX = re.compile(r"\[(\d+)\]")
_NUMBERED = re.compile(
    r"(DatiGenerali/DatiGeneraliDocumento/DatiRitenuta|DatiGenerali/DatiGeneraliDocumento/DatiCassaPrevidenziale"
    r"|DatiBeniServizi/DettaglioLinee|DatiBeniServizi/DatiRiepilogo"
    r"|DatiPagamento(?:\[1\])?/DettaglioPagamento)\[(\d+)\](?:/(.*))?"
)


def key_finder(document: IssuedDocument, company: Company) -> Callable[[str], str]:
    """A function from the path of a finding about a document's invoice to the key that is set to mend it.

    Empty for what is nobody's to set. Raises NotAnInvoiceError.
    """
    case = case_of(document, company)
    return lambda path: _key(case, path)


def _key(case: Case, path: str) -> str:
    root, _, inside = path.partition("/")
    root = _INDEX.sub("", root)
    if not inside or root not in {_HEADER, _BODY}:
        return ""
    plain = _INDEX.sub("", inside)
    if _is_raw(case.document.ei_raw, (root, *plain.split("/"))):
        return _raw("ei_raw", *path.split("/"))
    if case.format == "FSM10":
        return _simplified_key(case, root, inside) or _raw("ei_raw", *path.split("/"))
    if root == _HEADER:
        return _header_key(case, plain) or _raw("ei_raw", *path.split("/"))
    numbered = _NUMBERED.fullmatch(inside)
    if numbered:
        block, number, rest = numbered[1].rpartition("/")[2], int(numbered[2]) - 1, numbered[3] or ""
        found = _FINDERS[block](case, number, rest)
        return _raw("ei_raw", *path.split("/")) if found is None else found
    return _DOCUMENT.get(plain) or _raw("ei_raw", *path.split("/"))


def _raw(start: str, *parts: str) -> str:
    """The place in an `ei_raw`: its keys are the names of the elements, its lists count from 0."""
    dotted = ".".join(parts).replace("/", ".")
    return f"{start}." + _INDEX.sub(lambda found: f"[{int(found[1]) - 1}]", dotted)


def _is_raw(raw: Mapping[str, Any] | None, names: tuple[str, ...]) -> bool:
    """Whether an `ei_raw` says something at this place."""
    node: Any = raw
    for name in names:
        if isinstance(node, list):
            node = next((each for each in node if isinstance(each, Mapping) and name in each), None)
        node = node.get(name) if isinstance(node, Mapping) else None
    return node is not None


def _header_key(case: Case, path: str) -> str:
    block, _, rest = path.partition("/")
    if block == "DatiTrasmissione":
        receiver = "entity" if case.role == "seller" else "company"
        own = {"CodiceDestinatario": f"{receiver}.ei_code", "PECDestinatario": f"{receiver}.certified_email"}
        return (own | _TRANSMISSION).get(rest, "")
    if block == "SoggettoEmittente":
        return "ei_data.document_type"
    if block not in {"CedentePrestatore", "CessionarioCommittente"}:
        return ""
    ours = case.role == "both" or (block == "CedentePrestatore") == (case.role == "seller")
    if not ours:
        key = (_PARTY | {"DatiAnagrafici/RegimeFiscale": "country"}).get(rest)
        return f"entity.{key}" if key else ""
    key = (_PARTY | _COMPANY_ONLY).get(rest)
    return f"company.{'country_iso' if key == 'country' else key}" if key else ""


def _simplified_key(case: Case, root: str, inside: str) -> str | None:
    """The key of a place in a simplified invoice, whose blocks lie elsewhere."""
    if root == _HEADER:
        block, _, rest = _INDEX.sub("", inside).partition("/")
        rest = _SIMPLIFIED_PARTY.sub("", rest)
        for prefix, names in _ORDINARY_PLACES.items():
            if rest.partition("/")[0] in names:
                rest = prefix + rest
        return _header_key(case, f"{block}/{rest}".rstrip("/"))
    numbered = _SIMPLIFIED_NUMBERED.fullmatch(inside)
    if numbered:
        return _row_key(case, int(numbered[1]) - 1, numbered[2] or "", _SIMPLIFIED_ROW)
    return _SIMPLIFIED_DOCUMENT.get(_INDEX.sub("", inside))


def _withholding_key(case: Case, number: int, rest: str) -> str | None:
    tables = [_WITHHOLDING] if case.document.withholding_tax else []
    tables += [_OTHER_WITHHOLDING] if case.document.other_withholding_tax else []
    return tables[number].get(rest) if number < len(tables) else None


def _fund_key(case: Case, number: int, rest: str) -> str | None:
    if number >= len(case.contributions) or rest not in _FUND:
        return None
    fund = case.contributions[number]
    return _FUND[rest].format(row=_first_row(case, fund.vat_rate, fund.ei_type), **_FUND_WORDS[fund.kind])


def _row_key(case: Case, number: int, rest: str, table: Mapping[str, str] = _ROW) -> str | None:
    items = case.document.items_list or []
    if number >= len(items):
        return None
    row, plain = f"items_list[{number}]", _INDEX.sub("", rest)
    if _is_raw(items[number].ei_raw, tuple(plain.split("/"))):
        return _raw(f"{row}.ei_raw", rest)
    if plain in _INTENT:
        return _INTENT[plain]
    if plain not in table:
        return _raw(f"{row}.ei_raw", rest)
    return row + table[plain].format(price=_price(case))


def _summary_key(case: Case, number: int, rest: str) -> str | None:
    if number >= len(case.buckets) or rest not in _SUMMARY:
        return None
    bucket = case.buckets[number]
    return _SUMMARY[rest].format(row=_first_row(case, bucket.rate, bucket.ei_type), price=_price(case))


def _price(case: Case) -> str:
    return "gross_price" if case.document.use_gross_prices else "net_price"


def _first_row(case: Case, rate: Decimal, natura: str) -> str:
    rows = enumerate(case.document.items_list or ())
    return f"items_list[{next((index for index, item in rows if vat_of(item) == (rate, natura)), 0)}]"


def _payment_key(case: Case, number: int, rest: str) -> str | None:
    payments = [place for place, payment in enumerate(case.document.payments_list or ()) if payment.amount]
    if number >= len(payments):
        return None
    row = f"payments_list[{payments[number]}]"
    raw = (case.document.payments_list or [])[payments[number]].ei_raw
    if rest not in _PAYMENT or _is_raw(raw, (rest,)):
        return _raw(f"{row}.ei_raw", rest)
    return _PAYMENT[rest].format(row=row)


_FINDERS: dict[str, Callable[[Case, int, str], str | None]] = {
    "DatiRitenuta": _withholding_key,
    "DatiCassaPrevidenziale": _fund_key,
    "DettaglioLinee": _row_key,
    "DatiRiepilogo": _summary_key,
    "DettaglioPagamento": _payment_key,
}
