"""The header: who sends, who sells, who buys, and where the SdI is to deliver."""

import re
from dataclasses import dataclass

from mastro.fatturapa.from_document.shapes import Case, money, present
from mastro.fatturapa.text import ascii_, latin
from mastro.fatturapa.tree import Tree
from mastro.model.company import Company
from mastro.model.entity import Entity

NO_CHANNEL = "0000000"
"""Recipient code of who has no channel: delivered by PEC, or left in the reserved area of the tax agency."""

ABROAD = "XXXXXXX"
"""Recipient code of customers outside Italy (SdI code 00313)."""

UNKNOWN_VAT_OUTSIDE_EU = "OO99999999999"
UNKNOWN_VAT_INSIDE_EU = "0000000"
"""Stand in for the VAT number of a foreign party that has none, in the practice of the Agenzia delle Entrate."""

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "XI",
    ]
)

_PHONE_LENGTHS = range(5, 13)

_SWISS_UID = re.compile(r"CHE\d{9}(MWST|TVA|IVA)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Transmitter:
    """Who sends the file where that is not the company: an intermediary with its own tax code."""

    code: str
    country: str = "IT"
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A company or a customer in the same words, and the elements that both formats make of them."""

    country: str
    vat_number: str
    tax_code: str
    name: str
    first_name: str
    last_name: str
    street: str
    postal_code: str
    city: str
    province: str

    def names(self) -> Tree:
        """First and last name where it has both, else its name."""
        first, last = latin(self.first_name, 60), latin(self.last_name, 60)
        if first and last:
            return {"Nome": first, "Cognome": last}
        return present(Denominazione=latin(self.name, 80))

    def vat_id(self, *, needed: bool = False) -> Tree:
        """IdFiscaleIVA; a foreign party always has one, because the SdI knows it by nothing else (00417)."""
        number = self.vat_number
        if not number and self.country and self.country != "IT":
            number = self.tax_code or (UNKNOWN_VAT_INSIDE_EU if self.country in EU else UNKNOWN_VAT_OUTSIDE_EU)
        if not number and not needed:
            return {}
        return present(IdPaese=self.country, IdCodice=number[:28])

    def italian_tax_code(self) -> str:
        """CodiceFiscale: only Italian ones have a place."""
        return self.tax_code if self.country in {"IT", ""} else ""

    def address(self) -> Tree:
        """Sede; the postal codes of other countries have no place."""
        italian = self.country in {"IT", ""}
        return present(
            Indirizzo=latin(self.street, 60),
            CAP=self.postal_code if italian else "00000",
            Comune=latin(self.city, 60),
            Provincia=self.province if italian else "",
            Nazione=self.country,
        )


def header(case: Case, progressive: str, transmitter: Transmitter | None) -> Tree:
    """FatturaElettronicaHeader, with the parties swapped where the buyer makes out the document."""
    seller, buyer = parties(case)
    return present(
        DatiTrasmissione=transmission(case, progressive, transmitter, buyer),
        CedentePrestatore=_seller(case, seller),
        CessionarioCommittente=_buyer(case, buyer),
        SoggettoEmittente="CC" if case.role == "buyer" else "",
    )


def parties(case: Case) -> tuple[Party, Party]:
    """Seller and buyer, swapped where the buyer makes out the document."""
    us, them = _us(case.company), _them(case.entity)
    return {"seller": (us, them), "buyer": (them, us), "both": (us, us)}[case.role]


def file_name(company: Company, progressive: str, *, extension: str = ".xml") -> str:
    """Name of the file as the SdI wants it: country, tax code of the sender, progressive (00001).

    An Italian sender is named by its tax code, which for a sole trader is the personal one of 16 characters. Raises
    ValueError for a progressive that is not 1 to 5 letters and digits.
    """
    if not (progressive.isascii() and progressive.isalnum() and len(progressive) <= 5):
        raise ValueError(f"The progressive of a file name has 1 to 5 letters and digits: {progressive!r}.")
    us = _us(company)
    return f"{us.country}{us.tax_code or us.vat_number}_{progressive}{extension}"


def _us(company: Company) -> Party:
    country = company.country_iso.strip().upper() or "IT"
    return Party(
        country,
        _code(company.vat_number, country),
        _code(company.tax_code, ""),
        company.name,
        company.first_name,
        company.last_name,
        company.address_street,
        company.address_postal_code.strip(),
        company.address_city,
        company.address_province.strip().upper(),
    )


def _them(entity: Entity) -> Party:
    country = _country(entity)
    person = entity.type == "person" or not entity.name
    return Party(
        country,
        _code(entity.vat_number, country),
        _code(entity.tax_code, ""),
        entity.name,
        entity.first_name if person else "",
        entity.last_name if person else "",
        " ".join(filter(None, (entity.address_street.strip(), entity.address_extra.strip()))),
        entity.address_postal_code.strip(),
        entity.address_city,
        _province(entity.address_province),
    )


def _country(entity: Entity) -> str:
    iso = entity.country_iso.strip().upper()
    if iso:
        return iso
    name = entity.country.strip()
    return "IT" if name.lower() in {"", "italia", "italy"} else name.upper() if len(name) == len("IT") else ""


def _province(text: str) -> str:
    """Two letters, also out of `Roma (RM)`; a province in other words is left out, the schema has no place for it."""
    text = text.strip().upper()
    if text.endswith(")") and "(" in text:
        text = text[text.rindex("(") + 1 : -1].strip()
    return text if len(text) == len("RM") and text.isascii() and text.isalpha() else ""


def _code(text: str, country: str) -> str:
    """A VAT number or tax code without blanks, points and the country's prefix; a Swiss UID (CHE…) has none."""
    code = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    if not country or code == country or _SWISS_UID.fullmatch(code):
        return code
    return code.removeprefix(country)


def transmission(case: Case, progressive: str, transmitter: Transmitter | None, buyer: Party) -> Tree:
    """DatiTrasmissione: who sends the file, and where the SdI is to deliver it."""
    us = _us(case.company)
    sender = transmitter or Transmitter(us.tax_code or us.vat_number, us.country)
    code = _recipient(case, buyer)
    pec = case.entity.certified_email if case.role == "seller" else case.company.certified_email
    return present(
        IdTrasmittente={"IdPaese": sender.country, "IdCodice": sender.code},
        ProgressivoInvio=progressive,
        FormatoTrasmissione=case.format,
        CodiceDestinatario=code,
        ContattiTrasmittente=present(Telefono=_phone(sender.phone), Email=_email(sender.email)),
        PECDestinatario=pec.strip() if code == NO_CHANNEL else "",
    )


def _recipient(case: Case, buyer: Party) -> str:
    """Recipient code: the customer's; for self-invoices the company's own, which the vendor keeps in the entity."""
    code = case.entity.ei_code.strip().upper()
    if case.role != "seller":
        return case.company.ei_code.strip().upper() or code or NO_CHANNEL
    if code or case.format == "FPA12":
        return code
    return NO_CHANNEL if buyer.country in {"IT", ""} else ABROAD


def _seller(case: Case, party: Party) -> Tree:
    ours = case.role != "buyer"
    regime = case.company.regime if ours else "RF01" if party.country == "IT" else "RF18"
    return present(
        DatiAnagrafici=present(
            IdFiscaleIVA=party.vat_id(needed=True),
            CodiceFiscale=party.italian_tax_code(),
            Anagrafica=party.names(),
            RegimeFiscale=regime,
        ),
        Sede=party.address(),
        IscrizioneREA=rea(case.company) if ours else {},
        Contatti=_contacts(case.company) if ours else {},
    )


def _buyer(case: Case, party: Party) -> Tree:
    return present(
        DatiAnagrafici=present(
            IdFiscaleIVA=party.vat_id(needed=case.role != "seller"),
            CodiceFiscale=party.italian_tax_code(),
            Anagrafica=party.names(),
        ),
        Sede=party.address(),
    )


def rea(company: Company) -> Tree:
    """Entry in the register of companies: a duty of companies only (art. 2250 c.c.)."""
    if not (company.rea_office and company.rea_number):
        return {}
    sole = company.sole_shareholder
    return present(
        Ufficio=company.rea_office.strip().upper(),
        NumeroREA=ascii_(company.rea_number, 20),
        CapitaleSociale=money(company.share_capital),
        SocioUnico="" if sole is None else "SU" if sole else "SM",
        StatoLiquidazione="LS" if company.in_liquidation else "LN",
    )


def _contacts(company: Company) -> Tree:
    return present(Telefono=_phone(company.phone), Fax=_phone(company.fax), Email=_email(company.email))


def _phone(text: str) -> str:
    """A number of 5 to 12 characters, else nothing: a contact is not worth a refusal."""
    number = "".join(c for c in text if c in "+0123456789")
    if len(number) > max(_PHONE_LENGTHS):
        number = number.removeprefix("+39")
    return number if len(number) in _PHONE_LENGTHS else ""


def _email(text: str) -> str:
    address = text.strip()
    name, _, domain = address.rpartition("@")
    fits = len("a@bc.de") <= len(address) <= 256 and name and "." in domain.strip(".")
    return address if fits and address.isascii() else ""
