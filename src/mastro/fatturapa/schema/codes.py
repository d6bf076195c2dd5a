"""The code lists of the e-invoice with short names in both languages and, where the law set them, first and last day.

Source: representation tables of the Agenzia delle Entrate, specifications 1.9.1 (in force since 2026-05-15).
A line of a table reads `CODE Italian name | English name`, with `@first..last` at the end where a day limits the code.
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code: its names, and the days on which the SdI accepts it in a document."""

    code: str
    it: str
    en: str
    since: dt.date | None = None
    until: dt.date | None = None

    def valid_on(self, day: dt.date) -> bool:
        """Whether a document of this day may carry the code."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Codes:
    """A code list."""

    name: str
    rows: dict[str, Code]


def _codes(name: str, text: str) -> Codes:
    rows = {}
    for line in text.strip().splitlines():
        words, _, days = line.strip().partition(" @")
        code, _, names = words.partition(" ")
        it, _, en = names.partition(" | ")
        since, _, until = days.partition("..")
        rows[code] = Code(
            code,
            it.strip(),
            en.strip(),
            dt.date.fromisoformat(since) if since else None,
            dt.date.fromisoformat(until) if until else None,
        )
    return Codes(name, rows)


FORMATO_TRASMISSIONE = _codes(
    "FormatoTrasmissione",
    """
    FPA12 Verso la pubblica amministrazione | To the public administration
    FPR12 Verso privati | To private customers
    """,
)

FORMATO_SEMPLIFICATA = _codes("FormatoTrasmissione", "FSM10 Semplificata | Simplified")

TIPO_DOCUMENTO = _codes(
    "TipoDocumento",
    """
    TD01 Fattura | Invoice
    TD02 Acconto su fattura | Advance on an invoice
    TD03 Acconto su parcella | Advance on a fee
    TD04 Nota di credito | Credit note
    TD05 Nota di debito | Debit note
    TD06 Parcella | Professional fee
    TD16 Integrazione, inversione contabile interna | Domestic reverse charge, integration @2020-10-01..
    TD17 Integrazione o autofattura, servizi dall'estero | Services bought abroad, self-invoice @2020-10-01..
    TD18 Integrazione, beni intracomunitari | Goods bought in the EU, integration @2020-10-01..
    TD19 Integrazione o autofattura, beni ex art. 17 c. 2 | Goods under art. 17(2), self-invoice @2020-10-01..
    TD20 Autofattura di regolarizzazione | Self-invoice to set right a missing invoice
    TD21 Autofattura per splafonamento | Self-invoice, export ceiling exceeded @2020-10-01..
    TD22 Estrazione da deposito IVA | Goods taken from a VAT warehouse @2020-10-01..
    TD23 Estrazione da deposito IVA con versamento | Goods taken from a VAT warehouse, VAT paid @2020-10-01..
    TD24 Fattura differita, lett. a) | Deferred invoice, letter a) @2020-10-01..
    TD25 Fattura differita, lett. b) | Deferred invoice, letter b) @2020-10-01..
    TD26 Cessione di beni ammortizzabili, passaggi interni | Sale of assets, internal transfer @2020-10-01..
    TD27 Autoconsumo, cessioni gratuite senza rivalsa | Own use, free supply @2020-10-01..
    TD28 Acquisti da San Marino con IVA | Purchase from San Marino with VAT @2022-07-01..
    TD29 Comunicazione di fattura omessa o irregolare | Report of a missing or wrong invoice @2025-04-01..
    """,
)

TIPO_DOCUMENTO_SEMPLIFICATA = _codes(
    "TipoDocumento",
    """
    TD07 Fattura semplificata | Simplified invoice
    TD08 Nota di credito semplificata | Simplified credit note
    TD09 Nota di debito semplificata | Simplified debit note
    """,
)

REGIME_FISCALE = _codes(
    "RegimeFiscale",
    """
    RF01 Ordinario | Ordinary
    RF02 Contribuenti minimi | Minimum taxpayers
    RF04 Agricoltura e pesca | Agriculture and fishing
    RF05 Sali e tabacchi | Salt and tobacco
    RF06 Fiammiferi | Matches
    RF07 Editoria | Publishing
    RF08 Telefonia pubblica | Public telephony
    RF09 Rivendita di documenti di trasporto e sosta | Resale of transport and parking tickets
    RF10 Intrattenimenti e giochi | Entertainment and games
    RF11 Agenzie di viaggi e turismo | Travel agencies
    RF12 Agriturismo | Farm holidays
    RF13 Vendite a domicilio | Door-to-door sales
    RF14 Beni usati, arte, antiquariato | Second-hand goods, art, antiques
    RF15 Aste di arte e antiquariato | Auctions of art and antiques
    RF16 IVA per cassa, pubblica amministrazione | Cash accounting, public administration
    RF17 IVA per cassa | Cash accounting
    RF18 Altro | Other
    RF19 Forfettario | Flat rate
    RF20 Franchigia transfrontaliera | Cross-border exemption @2025-04-01..
    """,
)

NATURA_SEMPLIFICATA = _codes(
    "Natura",
    """
    N1 Escluse art. 15 | Excluded, art. 15
    N2 Non soggette | Not subject @..2020-12-31
    N2.1 Non soggette, artt. da 7 a 7-septies | Not subject, arts. 7 to 7-septies @2020-10-01..
    N2.2 Non soggette, altri casi | Not subject, other cases @2020-10-01..
    N3 Non imponibili | Not taxable @..2020-12-31
    N3.1 Non imponibili, esportazioni | Not taxable, exports @2020-10-01..
    N3.2 Non imponibili, cessioni intracomunitarie | Not taxable, supplies within the EU @2020-10-01..
    N3.3 Non imponibili, San Marino | Not taxable, San Marino @2020-10-01..
    N3.4 Non imponibili, assimilate all'esportazione | Not taxable, like exports @2020-10-01..
    N3.5 Non imponibili, dichiarazione d'intento | Not taxable, declaration of intent @2020-10-01..
    N3.6 Non imponibili, fuori dal plafond | Not taxable, outside the ceiling @2020-10-01..
    N4 Esenti | Exempt
    N5 Regime del margine, IVA non esposta | Margin scheme, VAT not shown
    """,
)

NATURA = Codes(
    "Natura",
    NATURA_SEMPLIFICATA.rows
    | _codes(
        "Natura",
        """
        N6 Inversione contabile | Reverse charge @..2020-12-31
        N6.1 Inversione contabile, rottami | Reverse charge, scrap @2020-10-01..
        N6.2 Inversione contabile, oro e argento | Reverse charge, gold and silver @2020-10-01..
        N6.3 Inversione contabile, subappalto edile | Reverse charge, building subcontract @2020-10-01..
        N6.4 Inversione contabile, fabbricati | Reverse charge, buildings @2020-10-01..
        N6.5 Inversione contabile, telefoni cellulari | Reverse charge, mobile phones @2020-10-01..
        N6.6 Inversione contabile, prodotti elettronici | Reverse charge, electronics @2020-10-01..
        N6.7 Inversione contabile, comparto edile | Reverse charge, building trade @2020-10-01..
        N6.8 Inversione contabile, energia | Reverse charge, energy @2020-10-01..
        N6.9 Inversione contabile, altri casi | Reverse charge, other cases @2020-10-01..
        N7 IVA assolta in altro stato UE | VAT paid in another EU state
        """,
    ).rows,
)

TIPO_CASSA = _codes(
    "TipoCassa",
    """
    TC01 Avvocati e procuratori legali | Lawyers
    TC02 Dottori commercialisti | Chartered accountants
    TC03 Geometri | Surveyors
    TC04 Ingegneri e architetti | Engineers and architects
    TC05 Notariato | Notaries
    TC06 Ragionieri e periti commerciali | Accountants
    TC07 ENASARCO | ENASARCO, commercial agents
    TC08 ENPACL | ENPACL, employment consultants
    TC09 ENPAM | ENPAM, physicians
    TC10 ENPAF | ENPAF, pharmacists
    TC11 ENPAV | ENPAV, veterinarians
    TC12 ENPAIA | ENPAIA, agricultural employees
    TC13 Imprese di spedizione e agenzie marittime | Shipping and maritime agencies
    TC14 INPGI | INPGI, journalists
    TC15 ONAOSI | ONAOSI, health orphans
    TC16 CASAGIT | CASAGIT, journalists' health
    TC17 EPPI | EPPI, industrial experts
    TC18 EPAP | EPAP, several professions
    TC19 ENPAB | ENPAB, biologists
    TC20 ENPAPI | ENPAPI, nurses
    TC21 ENPAP | ENPAP, psychologists
    TC22 INPS | INPS
    """,
)

TIPO_RITENUTA = _codes(
    "TipoRitenuta",
    """
    RT01 Ritenuta, persone fisiche | Withholding, natural persons
    RT02 Ritenuta, persone giuridiche | Withholding, legal persons
    RT03 Contributo INPS | INPS contribution @2020-10-01..
    RT04 Contributo ENASARCO | ENASARCO contribution @2020-10-01..
    RT05 Contributo ENPAM | ENPAM contribution @2020-10-01..
    RT06 Altro contributo previdenziale | Other pension contribution @2020-10-01..
    """,
)

CAUSALE_PAGAMENTO = _codes(
    "CausalePagamento",
    """
    A Lavoro autonomo abituale | Habitual self-employment
    B Opere dell'ingegno, da parte dell'autore | Works of the mind, by their author
    C Associazione in partecipazione, solo lavoro | Joint venture, work only
    D Utili di soci promotori e fondatori | Profits of founding partners
    E Levata di protesti | Protests levied by municipal clerks
    G Indennità di fine attività sportiva | Severance of professional athletes
    H Indennità di fine rapporto di agenzia | Severance of agents, physical persons
    I Indennità di fine funzioni notarili | Severance of notaries
    L Opere dell'ingegno, da parte di terzi | Works of the mind, by others
    L1 Opere dell'ingegno acquistate a titolo oneroso | Works of the mind, bought
    M Lavoro autonomo occasionale | Occasional self-employment
    M1 Obblighi di fare, non fare, permettere | Duties to do, not do, allow
    M2 Lavoro occasionale, gestione separata ENPAPI | Occasional work, ENPAPI
    N Indennità sportive e trasferte dilettantistiche | Amateur sport allowances
    O Occasionale senza obbligo di gestione separata | Occasional, no separate fund
    O1 Obblighi di fare, senza gestione separata | Duties, no separate fund
    P Compensi a non residenti per uso di attrezzature | Non-residents, use of equipment
    Q Provvigioni di agente monomandatario | Commission, agent of one principal
    R Provvigioni di agente plurimandatario | Commission, agent of several
    S Provvigioni di commissionario | Commission of commission agents
    T Provvigioni di mediatore | Commission of brokers
    U Provvigioni di procacciatore di affari | Commission of introducers
    V Provvigioni di vendite a domicilio | Commission, door-to-door sales
    V1 Attività commerciali non abituali | Occasional trade
    W Corrispettivi di appalto, art. 25-ter | Contracts of condominiums, art. 25-ter
    X Canoni 2004 a soggetti dell'Unione | Royalties of 2004, EU
    Y Canoni 2005 a soggetti dell'Unione | Royalties of 2005, EU
    Z Titolo diverso | Other reason @..2020-12-31
    ZO Titolo diverso dai precedenti | Other than the above
    """,
)

MODALITA_PAGAMENTO = _codes(
    "ModalitaPagamento",
    """
    MP01 Contanti | Cash
    MP02 Assegno | Cheque
    MP03 Assegno circolare | Cashier's cheque
    MP04 Contanti presso Tesoreria | Cash at the Treasury
    MP05 Bonifico | Bank transfer
    MP06 Vaglia cambiario | Promissory note
    MP07 Bollettino bancario | Bank slip
    MP08 Carta di pagamento | Payment card
    MP09 RID | Direct debit RID
    MP10 RID utenze | Direct debit RID, utilities
    MP11 RID veloce | Direct debit RID, fast
    MP12 RIBA | RIBA
    MP13 MAV | MAV
    MP14 Quietanza erario | Tax office receipt
    MP15 Giroconto di contabilità speciale | Transfer on special accounts
    MP16 Domiciliazione bancaria | Bank direct debit
    MP17 Domiciliazione postale | Postal direct debit
    MP18 Bollettino di c/c postale | Postal slip
    MP19 SEPA Direct Debit | SEPA direct debit
    MP20 SEPA Direct Debit CORE | SEPA direct debit CORE
    MP21 SEPA Direct Debit B2B | SEPA direct debit B2B
    MP22 Trattenuta su somme già riscosse | Kept from sums already collected
    MP23 PagoPA | PagoPA @2020-10-01..
    """,
)

CONDIZIONI_PAGAMENTO = _codes(
    "CondizioniPagamento",
    """
    TP01 A rate | In instalments
    TP02 Completo | In full
    TP03 Anticipo | Advance
    """,
)

ESIGIBILITA_IVA = _codes(
    "EsigibilitaIVA",
    """
    D Differita | Deferred
    I Immediata | Immediate
    S Scissione dei pagamenti | Split payment
    """,
)

SOCIO_UNICO = _codes("SocioUnico", "SU Socio unico | One shareholder\nSM Più soci | Several shareholders")
STATO_LIQUIDAZIONE = _codes("StatoLiquidazione", "LS In liquidazione | In liquidation\nLN Attiva | Not in liquidation")
SOGGETTO_EMITTENTE = _codes("SoggettoEmittente", "CC Cessionario o committente | Customer\nTZ Terzo | Third party")
SCONTO_MAGGIORAZIONE = _codes("Tipo", "SC Sconto | Discount\nMG Maggiorazione | Surcharge")
SI = _codes("SI", "SI Sì | Yes")

TIPO_CESSIONE = _codes(
    "TipoCessionePrestazione",
    """
    SC Sconto | Discount
    PR Premio | Premium
    AB Abbuono | Rebate
    AC Spesa accessoria | Ancillary expense
    """,
)

ESITO_COMMITTENTE = _codes("Esito", "EC01 Accettazione | Acceptance\nEC02 Rifiuto | Refusal")
SCARTO_ESITO = _codes(
    "Scarto", "EN00 Non conforme al formato | Not in the format\nEN01 Non ammissibile | Not admissible"
)
