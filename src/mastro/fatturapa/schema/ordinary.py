"""The ordinary invoice, schema 1.2.3 (in force since 2025-04-01): FPA12 and FPR12 are one format with one namespace."""

from mastro.fatturapa.schema import codes
from mastro.fatturapa.schema import kinds as k
from mastro.fatturapa.schema.grammar import Schema, block, either, maybe, one, several, some
from mastro.fatturapa.schema.kinds import basic, coded, latin

NAME = either(
    (one("Denominazione", latin(80)),),
    (one("Nome", latin(60)), one("Cognome", latin(60))),
)
"""A company's name, or both names of a person."""

ID_FISCALE = block(one("IdPaese", k.NAZIONE), one("IdCodice", k.ID_CODICE))

ANAGRAFICA = block(NAME, maybe("Titolo", k.TITOLO), maybe("CodEORI", k.COD_EORI))

INDIRIZZO = block(
    one("Indirizzo", latin(60)),
    maybe("NumeroCivico", basic(8)),
    one("CAP", k.CAP),
    one("Comune", latin(60)),
    maybe("Provincia", k.PROVINCIA),
    one("Nazione", k.NAZIONE, default="IT"),
)

ISCRIZIONE_REA = block(
    one("Ufficio", k.PROVINCIA),
    one("NumeroREA", basic(20)),
    maybe("CapitaleSociale", k.AMOUNT2),
    maybe("SocioUnico", coded(codes.SOCIO_UNICO)),
    one("StatoLiquidazione", coded(codes.STATO_LIQUIDAZIONE)),
)

RAPPRESENTANTE_FISCALE = block(one("IdFiscaleIVA", ID_FISCALE), NAME)
"""The buyer's fiscal representative; the simplified invoice uses the same block for the seller's."""

DATI_TRASMISSIONE = block(
    one("IdTrasmittente", ID_FISCALE),
    one("ProgressivoInvio", basic(10)),
    one("FormatoTrasmissione", coded(codes.FORMATO_TRASMISSIONE)),
    one("CodiceDestinatario", k.CODICE_DESTINATARIO),
    maybe("ContattiTrasmittente", block(maybe("Telefono", k.TELEFONO), maybe("Email", k.EMAIL_CONTATTI))),
    maybe("PECDestinatario", k.PEC),
)

CEDENTE_PRESTATORE = block(
    one(
        "DatiAnagrafici",
        block(
            one("IdFiscaleIVA", ID_FISCALE),
            maybe("CodiceFiscale", k.CODICE_FISCALE),
            one("Anagrafica", ANAGRAFICA),
            maybe("AlboProfessionale", latin(60)),
            maybe("ProvinciaAlbo", k.PROVINCIA),
            maybe("NumeroIscrizioneAlbo", basic(60)),
            maybe("DataIscrizioneAlbo", k.DATE),
            one("RegimeFiscale", coded(codes.REGIME_FISCALE)),
        ),
    ),
    one("Sede", INDIRIZZO),
    maybe("StabileOrganizzazione", INDIRIZZO),
    maybe("IscrizioneREA", ISCRIZIONE_REA),
    maybe(
        "Contatti",
        block(maybe("Telefono", k.TELEFONO), maybe("Fax", k.TELEFONO), maybe("Email", k.EMAIL_CONTATTI)),
    ),
    maybe("RiferimentoAmministrazione", basic(20)),
)

CESSIONARIO_COMMITTENTE = block(
    one(
        "DatiAnagrafici",
        block(
            maybe("IdFiscaleIVA", ID_FISCALE),
            maybe("CodiceFiscale", k.CODICE_FISCALE),
            one("Anagrafica", ANAGRAFICA),
        ),
    ),
    one("Sede", INDIRIZZO),
    maybe("StabileOrganizzazione", INDIRIZZO),
    maybe("RappresentanteFiscale", RAPPRESENTANTE_FISCALE),
)

HEADER = block(
    one("DatiTrasmissione", DATI_TRASMISSIONE),
    one("CedentePrestatore", CEDENTE_PRESTATORE),
    maybe(
        "RappresentanteFiscale",
        block(
            one(
                "DatiAnagrafici",
                block(
                    one("IdFiscaleIVA", ID_FISCALE),
                    maybe("CodiceFiscale", k.CODICE_FISCALE),
                    one("Anagrafica", ANAGRAFICA),
                ),
            )
        ),
    ),
    one("CessionarioCommittente", CESSIONARIO_COMMITTENTE),
    maybe(
        "TerzoIntermediarioOSoggettoEmittente",
        block(
            one(
                "DatiAnagrafici",
                block(
                    maybe("IdFiscaleIVA", ID_FISCALE),
                    maybe("CodiceFiscale", k.CODICE_FISCALE),
                    one("Anagrafica", ANAGRAFICA),
                ),
            )
        ),
    ),
    maybe("SoggettoEmittente", coded(codes.SOGGETTO_EMITTENTE)),
)

SCONTO_MAGGIORAZIONE = block(
    one("Tipo", coded(codes.SCONTO_MAGGIORAZIONE)),
    maybe("Percentuale", k.RATE),
    maybe("Importo", k.AMOUNT8),
)

NUMERO_LINEA = k.whole("NumeroLinea", 1, 9999)

DATI_GENERALI_DOCUMENTO = block(
    one("TipoDocumento", coded(codes.TIPO_DOCUMENTO)),
    one("Divisa", k.DIVISA),
    one("Data", k.DATA_FATTURA),
    one("Numero", basic(20)),
    several(
        "DatiRitenuta",
        block(
            one("TipoRitenuta", coded(codes.TIPO_RITENUTA)),
            one("ImportoRitenuta", k.AMOUNT2),
            one("AliquotaRitenuta", k.RATE),
            one("CausalePagamento", coded(codes.CAUSALE_PAGAMENTO)),
        ),
    ),
    maybe("DatiBollo", block(one("BolloVirtuale", coded(codes.SI)), maybe("ImportoBollo", k.AMOUNT2))),
    several(
        "DatiCassaPrevidenziale",
        block(
            one("TipoCassa", coded(codes.TIPO_CASSA)),
            one("AlCassa", k.RATE),
            one("ImportoContributoCassa", k.AMOUNT2),
            maybe("ImponibileCassa", k.AMOUNT2),
            one("AliquotaIVA", k.RATE),
            maybe("Ritenuta", coded(codes.SI)),
            maybe("Natura", coded(codes.NATURA)),
            maybe("RiferimentoAmministrazione", basic(20)),
        ),
    ),
    several("ScontoMaggiorazione", SCONTO_MAGGIORAZIONE),
    maybe("ImportoTotaleDocumento", k.AMOUNT2),
    maybe("Arrotondamento", k.AMOUNT2),
    several("Causale", latin(200)),
    maybe("Art73", coded(codes.SI)),
)

DOCUMENTO_CORRELATO = block(
    several("RiferimentoNumeroLinea", NUMERO_LINEA),
    one("IdDocumento", basic(20)),
    maybe("Data", k.DATE),
    maybe("NumItem", basic(20)),
    maybe("CodiceCommessaConvenzione", latin(100)),
    maybe("CodiceCUP", basic(15)),
    maybe("CodiceCIG", basic(15)),
)

DATI_TRASPORTO = block(
    maybe(
        "DatiAnagraficiVettore",
        block(
            one("IdFiscaleIVA", ID_FISCALE),
            maybe("CodiceFiscale", k.CODICE_FISCALE),
            one("Anagrafica", ANAGRAFICA),
            maybe("NumeroLicenzaGuida", basic(20)),
        ),
    ),
    maybe("MezzoTrasporto", latin(80)),
    maybe("CausaleTrasporto", latin(100)),
    maybe("NumeroColli", k.whole("NumeroColli", 1, 9999)),
    maybe("Descrizione", latin(100)),
    maybe("UnitaMisuraPeso", basic(10)),
    maybe("PesoLordo", k.PESO),
    maybe("PesoNetto", k.PESO),
    maybe("DataOraRitiro", k.DATE_TIME),
    maybe("DataInizioTrasporto", k.DATE),
    maybe("TipoResa", k.DIVISA),
    maybe("IndirizzoResa", INDIRIZZO),
    maybe("DataOraConsegna", k.DATE_TIME),
)

DATI_GENERALI = block(
    one("DatiGeneraliDocumento", DATI_GENERALI_DOCUMENTO),
    several("DatiOrdineAcquisto", DOCUMENTO_CORRELATO),
    several("DatiContratto", DOCUMENTO_CORRELATO),
    several("DatiConvenzione", DOCUMENTO_CORRELATO),
    several("DatiRicezione", DOCUMENTO_CORRELATO),
    several("DatiFattureCollegate", DOCUMENTO_CORRELATO),
    several("DatiSAL", block(one("RiferimentoFase", k.whole("RiferimentoFase", 1, 999)))),
    several(
        "DatiDDT",
        block(one("NumeroDDT", basic(20)), one("DataDDT", k.DATE), several("RiferimentoNumeroLinea", NUMERO_LINEA)),
    ),
    maybe("DatiTrasporto", DATI_TRASPORTO),
    maybe(
        "FatturaPrincipale",
        block(one("NumeroFatturaPrincipale", basic(20)), one("DataFatturaPrincipale", k.DATE)),
    ),
)

DETTAGLIO_LINEE = block(
    one("NumeroLinea", NUMERO_LINEA),
    maybe("TipoCessionePrestazione", coded(codes.TIPO_CESSIONE)),
    several("CodiceArticolo", block(one("CodiceTipo", basic(35)), one("CodiceValore", k.LATIN_EXTENDED_35))),
    one("Descrizione", latin(1000)),
    maybe("Quantita", k.QUANTITA),
    maybe("UnitaMisura", basic(10)),
    maybe("DataInizioPeriodo", k.DATE),
    maybe("DataFinePeriodo", k.DATE),
    one("PrezzoUnitario", k.AMOUNT8),
    several("ScontoMaggiorazione", SCONTO_MAGGIORAZIONE),
    one("PrezzoTotale", k.AMOUNT8),
    one("AliquotaIVA", k.RATE),
    maybe("Ritenuta", coded(codes.SI)),
    maybe("Natura", coded(codes.NATURA)),
    maybe("RiferimentoAmministrazione", basic(20)),
    several(
        "AltriDatiGestionali",
        block(
            one("TipoDato", basic(10)),
            maybe("RiferimentoTesto", latin(60)),
            maybe("RiferimentoNumero", k.AMOUNT8),
            maybe("RiferimentoData", k.DATE),
        ),
    ),
)

DATI_RIEPILOGO = block(
    one("AliquotaIVA", k.RATE),
    maybe("Natura", coded(codes.NATURA)),
    maybe("SpeseAccessorie", k.AMOUNT2),
    maybe("Arrotondamento", k.AMOUNT8),
    one("ImponibileImporto", k.AMOUNT2),
    one("Imposta", k.AMOUNT2),
    maybe("EsigibilitaIVA", coded(codes.ESIGIBILITA_IVA)),
    maybe("RiferimentoNormativo", latin(100)),
)

DETTAGLIO_PAGAMENTO = block(
    maybe("Beneficiario", latin(200)),
    one("ModalitaPagamento", coded(codes.MODALITA_PAGAMENTO)),
    maybe("DataRiferimentoTerminiPagamento", k.DATE),
    maybe("GiorniTerminiPagamento", k.whole("GiorniTerminiPagamento", 0, 999)),
    maybe("DataScadenzaPagamento", k.DATE),
    one("ImportoPagamento", k.AMOUNT2),
    maybe("CodUfficioPostale", basic(20)),
    maybe("CognomeQuietanzante", latin(60)),
    maybe("NomeQuietanzante", latin(60)),
    maybe("CFQuietanzante", k.CODICE_FISCALE_PF),
    maybe("TitoloQuietanzante", k.TITOLO),
    maybe("IstitutoFinanziario", latin(80)),
    maybe("IBAN", k.IBAN),
    maybe("ABI", k.CAP),
    maybe("CAB", k.CAP),
    maybe("BIC", k.BIC),
    maybe("ScontoPagamentoAnticipato", k.AMOUNT2),
    maybe("DataLimitePagamentoAnticipato", k.DATE),
    maybe("PenalitaPagamentiRitardati", k.AMOUNT2),
    maybe("DataDecorrenzaPenale", k.DATE),
    maybe("CodicePagamento", basic(60)),
)

ALLEGATI = block(
    one("NomeAttachment", latin(60)),
    maybe("AlgoritmoCompressione", basic(10)),
    maybe("FormatoAttachment", basic(10)),
    maybe("DescrizioneAttachment", latin(100)),
    one("Attachment", k.BASE64),
)

BODY = block(
    one("DatiGenerali", DATI_GENERALI),
    one(
        "DatiBeniServizi",
        block(some("DettaglioLinee", DETTAGLIO_LINEE), some("DatiRiepilogo", DATI_RIEPILOGO)),
    ),
    maybe("DatiVeicoli", block(one("Data", k.DATE), one("TotalePercorso", basic(15)))),
    several(
        "DatiPagamento",
        block(
            one("CondizioniPagamento", coded(codes.CONDIZIONI_PAGAMENTO)),
            some("DettaglioPagamento", DETTAGLIO_PAGAMENTO),
        ),
    ),
    several("Allegati", ALLEGATI),
)

ORDINARY = Schema(
    name="FatturaPA",
    version="1.2.3",
    namespace="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2",
    prefix="p",
    root="FatturaElettronica",
    block=block(one("FatturaElettronicaHeader", HEADER), some("FatturaElettronicaBody", BODY), signed=True),
    formats=("FPA12", "FPR12"),
    attributes=(("SistemaEmittente", basic(10)),),
)
