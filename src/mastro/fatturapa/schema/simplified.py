"""The simplified invoice, schema 1.0.2 (FSM10): up to 400 euro, no lines with prices, one amount with its VAT."""

from mastro.fatturapa.schema import codes
from mastro.fatturapa.schema import kinds as k
from mastro.fatturapa.schema.grammar import Schema, block, maybe, one, several, some
from mastro.fatturapa.schema.kinds import basic, coded, latin
from mastro.fatturapa.schema.ordinary import (
    ALLEGATI,
    ID_FISCALE,
    INDIRIZZO,
    ISCRIZIONE_REA,
    NAME,
    RAPPRESENTANTE_FISCALE,
)

HEADER = block(
    one(
        "DatiTrasmissione",
        block(
            one("IdTrasmittente", ID_FISCALE),
            one("ProgressivoInvio", basic(10)),
            one("FormatoTrasmissione", coded(codes.FORMATO_SEMPLIFICATA)),
            one("CodiceDestinatario", k.CODICE_DESTINATARIO_7),
            maybe("PECDestinatario", k.PEC),
        ),
    ),
    one(
        "CedentePrestatore",
        block(
            one("IdFiscaleIVA", ID_FISCALE),
            maybe("CodiceFiscale", k.CODICE_FISCALE),
            NAME,
            one("Sede", INDIRIZZO),
            maybe("StabileOrganizzazione", INDIRIZZO),
            maybe("RappresentanteFiscale", RAPPRESENTANTE_FISCALE),
            maybe("IscrizioneREA", ISCRIZIONE_REA),
            one("RegimeFiscale", coded(codes.REGIME_FISCALE)),
        ),
    ),
    one(
        "CessionarioCommittente",
        block(
            one(
                "IdentificativiFiscali",
                block(maybe("IdFiscaleIVA", ID_FISCALE), maybe("CodiceFiscale", k.CODICE_FISCALE)),
            ),
            maybe(
                "AltriDatiIdentificativi",
                block(
                    NAME,
                    one("Sede", INDIRIZZO),
                    maybe("StabileOrganizzazione", INDIRIZZO),
                    maybe("RappresentanteFiscale", RAPPRESENTANTE_FISCALE),
                ),
            ),
        ),
    ),
    maybe("SoggettoEmittente", coded(codes.SOGGETTO_EMITTENTE)),
)

GOODS = block(
    one("Descrizione", latin(1000)),
    one("Importo", k.AMOUNT2),
    one("DatiIVA", block(maybe("Imposta", k.AMOUNT2), maybe("Aliquota", k.RATE))),
    maybe("Natura", coded(codes.NATURA_SEMPLIFICATA)),
    maybe("RiferimentoNormativo", latin(100)),
)

BODY = block(
    one(
        "DatiGenerali",
        block(
            one(
                "DatiGeneraliDocumento",
                block(
                    one("TipoDocumento", coded(codes.TIPO_DOCUMENTO_SEMPLIFICATA)),
                    one("Divisa", k.DIVISA),
                    one("Data", k.DATA_FATTURA),
                    one("Numero", basic(20)),
                    maybe("BolloVirtuale", coded(codes.SI)),
                ),
            ),
            maybe(
                "DatiFatturaRettificata",
                block(
                    one("NumeroFR", basic(20)), one("DataFR", k.DATA_FATTURA), one("ElementiRettificati", latin(1000))
                ),
            ),
        ),
    ),
    some("DatiBeniServizi", GOODS),
    several("Allegati", ALLEGATI),
)

SIMPLIFIED = Schema(
    name="FatturaPA semplificata",
    version="1.0.2",
    namespace="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0",
    prefix="p",
    root="FatturaElettronicaSemplificata",
    block=block(one("FatturaElettronicaHeader", HEADER), some("FatturaElettronicaBody", BODY), signed=True),
    formats=("FSM10",),
    attributes=(("SistemaEmittente", basic(10)),),
)
