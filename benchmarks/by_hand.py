"""The floor of the electronic invoice: a writer and a reader by hand for one shape of invoice, checking nothing.

As somebody writes them who needs this one invoice and nothing else: an f-string per block, and lxml with the blocks
named one by one. The writer escapes what people type, because without that it would be wrong.
"""

from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

Tree = dict[str, Any]


def write(tree: Tree) -> bytes:
    """The XML of `benchmarks.e_invoice.example`."""
    head, body = tree["FatturaElettronicaHeader"], tree["FatturaElettronicaBody"][0]
    sent, general = head["DatiTrasmissione"], body["DatiGenerali"]["DatiGeneraliDocumento"]
    by, goods, terms = sent["IdTrasmittente"], body["DatiBeniServizi"], body["DatiPagamento"][0]
    lines = "".join([_line(line) for line in goods["DettaglioLinee"]])
    sums = "".join([_sum(each) for each in goods["DatiRiepilogo"]])
    payments = "".join([_payment(each) for each in terms["DettaglioPagamento"]])
    reasons = "".join([f"<Causale>{escape(each)}</Causale>" for each in general["Causale"]])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<p:FatturaElettronica xmlns:p="http://ivaservizi.agenziaentrate.gov.it'
        '/docs/xsd/fatture/v1.2" versione="FPR12"><FatturaElettronicaHeader><DatiTrasmissione><IdTrasmittente>'
        f"<IdPaese>{by['IdPaese']}</IdPaese><IdCodice>{by['IdCodice']}</IdCodice></IdTrasmittente>"
        f"<ProgressivoInvio>{sent['ProgressivoInvio']}</ProgressivoInvio>"
        f"<FormatoTrasmissione>{sent['FormatoTrasmissione']}</FormatoTrasmissione>"
        f"<CodiceDestinatario>{sent['CodiceDestinatario']}</CodiceDestinatario></DatiTrasmissione>"
        f"<CedentePrestatore>{_party(head['CedentePrestatore'])}</CedentePrestatore>"
        f"<CessionarioCommittente>{_party(head['CessionarioCommittente'])}</CessionarioCommittente>"
        "</FatturaElettronicaHeader><FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>"
        f"<TipoDocumento>{general['TipoDocumento']}</TipoDocumento><Divisa>{general['Divisa']}</Divisa>"
        f"<Data>{general['Data']}</Data><Numero>{escape(general['Numero'])}</Numero>"
        f"<ImportoTotaleDocumento>{general['ImportoTotaleDocumento']}</ImportoTotaleDocumento>{reasons}"
        f"</DatiGeneraliDocumento></DatiGenerali><DatiBeniServizi>{lines}{sums}</DatiBeniServizi><DatiPagamento>"
        f"<CondizioniPagamento>{terms['CondizioniPagamento']}</CondizioniPagamento>{payments}"
        "</DatiPagamento></FatturaElettronicaBody></p:FatturaElettronica>\n"
    ).encode()


def _party(party: Tree) -> str:
    facts, seat = party["DatiAnagrafici"], party["Sede"]
    number = facts["IdFiscaleIVA"]
    regime = f"<RegimeFiscale>{facts['RegimeFiscale']}</RegimeFiscale>" if "RegimeFiscale" in facts else ""
    return (
        f"<DatiAnagrafici><IdFiscaleIVA><IdPaese>{number['IdPaese']}</IdPaese><IdCodice>{number['IdCodice']}</IdCodice>"
        f"</IdFiscaleIVA><CodiceFiscale>{facts['CodiceFiscale']}</CodiceFiscale><Anagrafica><Denominazione>"
        f"{escape(facts['Anagrafica']['Denominazione'])}</Denominazione></Anagrafica>{regime}</DatiAnagrafici><Sede>"
        f"<Indirizzo>{escape(seat['Indirizzo'])}</Indirizzo><CAP>{seat['CAP']}</CAP>"
        f"<Comune>{escape(seat['Comune'])}</Comune><Provincia>{seat['Provincia']}</Provincia>"
        f"<Nazione>{seat['Nazione']}</Nazione></Sede>"
    )


def _line(line: Tree) -> str:
    code = line["CodiceArticolo"][0]
    off = "".join(
        [
            f"<ScontoMaggiorazione><Tipo>{each['Tipo']}</Tipo><Percentuale>{each['Percentuale']}</Percentuale>"
            "</ScontoMaggiorazione>"
            for each in line.get("ScontoMaggiorazione", ())
        ]
    )
    return (
        f"<DettaglioLinee><NumeroLinea>{line['NumeroLinea']}</NumeroLinea><CodiceArticolo>"
        f"<CodiceTipo>{code['CodiceTipo']}</CodiceTipo><CodiceValore>{escape(code['CodiceValore'])}</CodiceValore>"
        f"</CodiceArticolo><Descrizione>{escape(line['Descrizione'])}</Descrizione>"
        f"<Quantita>{line['Quantita']}</Quantita><UnitaMisura>{escape(line['UnitaMisura'])}</UnitaMisura>"
        f"<PrezzoUnitario>{line['PrezzoUnitario']}</PrezzoUnitario>{off}"
        f"<PrezzoTotale>{line['PrezzoTotale']}</PrezzoTotale><AliquotaIVA>{line['AliquotaIVA']}</AliquotaIVA>"
        "</DettaglioLinee>"
    )


def _sum(each: Tree) -> str:
    return (
        f"<DatiRiepilogo><AliquotaIVA>{each['AliquotaIVA']}</AliquotaIVA>"
        f"<ImponibileImporto>{each['ImponibileImporto']}</ImponibileImporto><Imposta>{each['Imposta']}</Imposta>"
        f"<EsigibilitaIVA>{each['EsigibilitaIVA']}</EsigibilitaIVA></DatiRiepilogo>"
    )


def _payment(each: Tree) -> str:
    return (
        f"<DettaglioPagamento><ModalitaPagamento>{each['ModalitaPagamento']}</ModalitaPagamento>"
        f"<DataScadenzaPagamento>{each['DataScadenzaPagamento']}</DataScadenzaPagamento>"
        f"<ImportoPagamento>{each['ImportoPagamento']}</ImportoPagamento></DettaglioPagamento>"
    )


def read(data: bytes) -> Tree:
    """The same tree as ours, out of the same file."""
    head, body = etree.fromstring(data)
    sent, seller, buyer = head
    general, goods, terms = body
    lines, sums = [], []
    for each in goods:
        if each.tag == "DettaglioLinee":
            lines.append(_read_line(each))
        else:
            sums.append(_leaves(each))
    facts: Tree = {}
    for leaf in general[0]:
        if leaf.tag == "Causale":
            facts.setdefault("Causale", []).append(leaf.text)
        else:
            facts[leaf.tag] = leaf.text
    return {
        "FatturaElettronicaHeader": {
            "DatiTrasmissione": {"IdTrasmittente": _leaves(sent[0]), **{leaf.tag: leaf.text for leaf in sent[1:]}},
            "CedentePrestatore": _read_party(seller),
            "CessionarioCommittente": _read_party(buyer),
        },
        "FatturaElettronicaBody": [
            {
                "DatiGenerali": {"DatiGeneraliDocumento": facts},
                "DatiBeniServizi": {"DettaglioLinee": lines, "DatiRiepilogo": sums},
                "DatiPagamento": [
                    {
                        "CondizioniPagamento": terms[0].text,
                        "DettaglioPagamento": [_leaves(each) for each in terms[1:]],
                    }
                ],
            }
        ],
    }


def _leaves(element: Any) -> Tree:
    return {leaf.tag: leaf.text for leaf in element}


def _read_party(party: Any) -> Tree:
    facts: Tree = {}
    for each in party[0]:
        facts[each.tag] = _leaves(each) if len(each) else each.text
    return {"DatiAnagrafici": facts, "Sede": _leaves(party[1])}


def _read_line(line: Any) -> Tree:
    found: Tree = {}
    for each in line:
        if each.tag in {"CodiceArticolo", "ScontoMaggiorazione"}:
            found.setdefault(each.tag, []).append(_leaves(each))
        else:
            found[each.tag] = each.text
    return found
