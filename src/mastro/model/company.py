"""The company that issues: the facts that its documents print and its electronic invoices declare."""

from decimal import Decimal

from mastro.model.base import Body, Id


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
    """Key of the logo in the storage, empty without one."""
    ei_code: str = ""
    """The company's own recipient code, for its incoming invoices."""
    default_notes: str = ""
