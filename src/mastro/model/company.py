"""The company that issues: the facts that its documents print and its electronic invoices declare."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

import msgspec

from mastro.model.base import Body, Id, Integer, Percent
from mastro.model.settings import VatType


class Company(Body):
    """A company of the installation."""

    id: Id | None = None
    name: str = ""
    vat_number: str = ""
    """Without country prefix; the prefix is `country_iso`."""
    tax_code: str = ""
    regime: str = "RF01"
    """Tax regime, RF01 ordinary, RF19 *forfettario* … (FatturaPA table RegimeFiscale)."""
    address_street: str = ""
    address_postal_code: str = ""
    address_city: str = ""
    address_province: str = ""
    country_iso: str = "IT"
    email: str = ""
    certified_email: str = ""
    phone: str = ""
    fax: str = ""
    website: str = ""
    first_name: str = ""
    last_name: str = ""
    """First and last name only for a natural person, who is declared so in the electronic invoice."""
    rea_office: str = ""
    rea_number: str = ""
    share_capital: Decimal | None = None
    """In euro; only companies that must declare it."""
    sole_shareholder: bool | None = None
    in_liquidation: bool = False
    bank_name: str = ""
    bank_iban: str = ""
    logo: str = ""
    """Token of the picture that documents print, empty without one."""
    ei_code: str = ""
    """The company's own recipient code, for its incoming invoices."""
    default_notes: str = ""


class TaxProfile(Body):
    """How a company is taxed, and with what its new documents start. Percentages in percent."""

    company_type: str = "individual"
    company_subtype: str = "artigiano"
    profession: str = ""
    regime: str = "ordinario"
    """The vendor's word for the regime (`ordinario`, `forfettario_2015` …), written from the company's RF code."""
    rivalsa_name: str = ""
    default_rivalsa: Percent = Decimal(0)
    cassa_name: str = ""
    default_cassa: Percent = Decimal(0)
    default_cassa_taxable: Percent = Decimal(100)
    cassa2_name: str = ""
    default_cassa2: Percent = Decimal(0)
    default_cassa2_taxable: Percent = Decimal(100)
    default_withholding_tax: Percent = Decimal(0)
    default_withholding_tax_taxable: Percent = Decimal(100)
    default_other_withholding_tax: Percent = Decimal(0)
    enasarco: bool = False
    enasarco_type: str = ""
    contributions_percentage: Percent = Decimal(0)
    profit_coefficient: Percent = Decimal(0)
    med: bool = False
    """True for a health profession, which reports to the Sistema Tessera Sanitaria."""
    default_vat: VatType | None = None


class SmtpSettings(Body):
    """A company's own mail server, which overrides that of the installation."""

    host: str = ""
    port: Integer = 0
    """0 means the usual one."""
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    """As it is sent; where it is stored, sealed (`mastro.api.sealed`)."""
    sender: str = ""
    """Address that mail goes out from; empty means `user` where that is an address, else the company's own."""


FIRST_SDI_ADDRESS = "sdi01@pec.fatturapa.it"
"""To which the first invoice goes by certified mail; the SdI's answer to it names the address for all others."""


class PecSettings(Body):
    """A company's box of certified mail, by which it exchanges files with the SdI."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"assigned_address"})

    address: str = ""
    """Of the box: what goes out comes from it, and what the SdI sends comes to it."""
    user: str = ""
    """Name to sign in with, empty where it is the address."""
    password: str = ""
    """As it is sent; where it is stored, sealed (`mastro.api.sealed`)."""
    smtp_host: str = ""
    smtp_port: Integer = 0
    """0 means the usual one: 465 for tls, 587 for starttls."""
    smtp_security: Literal["tls", "starttls", "none"] = "tls"
    imap_host: str = ""
    imap_port: Integer = 0
    """0 means the usual one: 993 for tls, 143 for starttls."""
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    imap_folder: str = "INBOX"
    since: dt.date | None = None
    """Mail that came before this day is not read; the day on which the box was set where none is named."""
    sdi_address: str = FIRST_SDI_ADDRESS
    """To which the first invoice goes. Only its domain is believed to be the SdI."""
    assigned_address: str = ""
    """To which all others go, as the SdI has said; empty until it has."""


class MailTemplate(Body):
    """Subject and HTML of a message, with variables such as `{{numero}}`."""

    subject: str = ""
    body: str = ""


class IncomingSettings(Body):
    """What becomes of the electronic invoices that come in."""

    auto_register: bool = False
    """Whether they become received documents at once; otherwise they wait for somebody to register them."""
    create_suppliers: bool = True
    """Whether a supplier that the registry does not know is added to it when its invoice is registered."""
    as_last_time: bool = True
    """Whether category, centre, deductions and VAT types are those of the supplier's last document."""


class VatYear(Body):
    """What a year's settlements begin with, in euro: only the annual return and the payments know it."""

    credit_brought_forward: Decimal = Decimal(0)
    """VAT credit of the year before that is set off in this one (VP9)."""
    advance: Decimal = Decimal(0)
    """Paid in December for the last settlement (*acconto*, VP13)."""
    advance_method: Literal["", "storico", "previsionale", "analitico", "soggetti_particolari"] = ""
    """How it was reckoned: by the year before, by what is expected, by what was done until 20 December."""


class VatPeriods(Body):
    """How often a company settles its VAT."""

    period: Literal["monthly", "quarterly"] = "monthly"
    """Monthly by law (DPR 100/1998, art. 1); quarterly by choice of the smaller ones (DPR 542/1999, art. 7)."""
    interest: Percent = Decimal(1)
    """Percent that a quarter by choice costs."""
    declarant_tax_code: str = ""
    """Of the person who signs the communications of a company that is none."""
    declarant_role: str = ""
    """By what right (*codice carica*): 1 for the legal representative."""
    years: dict[str, VatYear] = msgspec.field(default_factory=dict)
    """By year, such as 2026."""


class ForfettarioYear(Body):
    """What only the taxpayer knows of a year."""

    other_contributions: Decimal = Decimal(0)
    """Own contributions that were paid otherwise than by an F24 that is here, such as to a professional fund."""


class Forfettario(Body):
    """What the flat-rate regime reckons with."""

    group: str = ""
    """Of activities: it has the coefficient of profitability (`mastro.italy.forfettario`)."""
    begun_on: dt.date | None = None
    """First day of the activity."""
    new_activity: bool = False
    """Whether its first five years are taxed at 5 % (L. 190/2014, art. 1, c. 65)."""
    contributions_percentage: Percent = Decimal(0)
    """Percent of the income that is owed as contributions."""
    years: dict[str, ForfettarioYear] = msgspec.field(default_factory=dict)
    """By year, such as 2026."""


class CompanySettings(Body):
    """How a company wants things done. Kept beside it, not part of the vendor's API."""

    tax_profile: TaxProfile = msgspec.field(default_factory=TaxProfile)
    default_vat_id: Id = 0
    """VAT type of a new row."""
    number_checks: Literal["refuse", "off"] = "refuse"
    """What happens to a number against the order of dates: refused as the vendor does, or taken."""
    ei_cassa_type: str = ""
    ei_withholding_tax_causal: str = ""
    default_payment_terms: int = 30
    smtp: SmtpSettings | None = None
    mail_templates: dict[str, MailTemplate] = msgspec.field(default_factory=dict)
    """By language code; what is empty is as in the built-in one."""
    vat: VatPeriods = msgspec.field(default_factory=VatPeriods)
    forfettario: Forfettario = msgspec.field(default_factory=Forfettario)
    test_mode: bool = False
    """Whether electronic invoices go to a simulated SdI where no channel is chosen."""
    sdi_channel: str = ""
    """By which electronic invoices travel to the SdI, where one is chosen; see `channel`."""
    pec: PecSettings | None = None
    """Read whatever the channel is, but for that of test mode: answers may still come."""
    incoming: IncomingSettings = msgspec.field(default_factory=IncomingSettings)
    test_outcome: str = ""
    """What the simulated SdI answers where nothing else asks for an outcome, such as `MC` or `NS:00404`."""
    test_clock_ahead: Id = 0
    """Seconds by which the simulated SdI of a company in test mode is ahead of the server's clock."""

    @property
    def channel(self) -> str:
        """By which electronic invoices travel: as chosen, else the simulated SdI in test mode, else a person."""
        return self.sdi_channel or ("simulator" if self.test_mode else "manual")
