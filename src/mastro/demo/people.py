"""Who the demo companies trade with: invented firms and persons in real towns, in the shape of the registry.

Everything here is made up, the towns and postal codes excepted; names of sites and addresses end in `.example`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from mastro.demo import identities
from mastro.italy import cities
from mastro.model.company import Company
from mastro.model.entity import Client, Supplier

Habit = Literal["early", "prompt", "late", "very late"]
"""How a customer pays."""


@dataclass(frozen=True, slots=True)
class Firm:
    """An Italian company or other body, as its data are told apart."""

    name: str
    street: str
    postal_code: str
    city: str
    site: str
    ei_code: str = ""
    terms: int = 30
    end_of_month: bool = True
    contact: str = ""
    method: str = "Bonifico bancario"


@dataclass(frozen=True, slots=True)
class Person:
    """A private customer."""

    first_name: str
    last_name: str
    born: dt.date
    sex: Literal["M", "F"]
    birthplace: str
    """Cadastral code of the municipality."""
    street: str
    postal_code: str
    city: str


FIRMS = (
    Firm("Meccanica Valsamoggia S.r.l.", "Via Emilia 142", "40053", "Valsamoggia", "meccanicavalsamoggia", "K7QX2M9"),
    Firm("Ceramiche Tre Colli S.p.A.", "Via Radici in Piano 88", "41049", "Sassuolo", "trecolli", "R4TN8PL", terms=60),
    Firm("Cantina Poggio Rosso Soc. Agr. a r.l.", "Via Chiantigiana 15", "53013", "Gaiole in Chianti", "poggiorosso"),
    Firm("Trasporti Lagorai S.n.c.", "Via Brennero 210", "38121", "Trento", "lagorai", "W9ZC3HD", method="RiBa"),
    Firm("Farmacia San Zama S.a.s.", "Via Saragozza 54", "40123", "Bologna", "sanzama", "K7QX2M9", terms=0),
    Firm("Hotel Belvedere Riviera S.r.l.", "Viale Vespucci 31", "47921", "Rimini", "belvedereriviera", "H2LS6VB"),
    Firm("Studio Dentistico Ferri e Conti STP S.r.l.", "Strada della Repubblica 40", "43121", "Parma", "ferriconti"),
    Firm("Tessitura del Lario S.r.l.", "Via Bellinzona 120", "22100", "Como", "tessituralario", "R4TN8PL", terms=60),
    Firm("Ottica Lumen S.r.l.", "Corso Vittorio Emanuele II 77", "10128", "Torino", "otticalumen", "W9ZC3HD"),
    Firm("Pastificio Donna Carmela S.r.l.", "Via Roma 45", "80054", "Gragnano", "donnacarmela", "H2LS6VB", terms=60),
    Firm(
        "Cooperativa Sociale Il Girasole", "Via Bologna 312", "44121", "Ferrara", "ilgirasole", contact="Sara Melandri"
    ),
    Firm("Edizioni Ponte di Carta S.r.l.", "Via della Moscova 18", "20121", "Milano", "pontedicarta", "K7QX2M9"),
    Firm(
        "Edilizia Monte Bianco S.r.l.",
        "Via Festaz 60",
        "11100",
        "Aosta",
        "ediliziamontebianco",
        "W9ZC3HD",
        method="RiBa",
    ),
    Firm(
        "Autofficina Fratelli Gualandi S.n.c.", "Via Casalegno 9", "40026", "Imola", "gualandi", contact="Ivo Gualandi"
    ),
)

PERSONS = (
    Person("Giulia", "Bertolini", dt.date(1986, 4, 12), "F", "A944", "Via del Pratello 33", "40122", "Bologna"),
    Person("Marco", "Ventura", dt.date(1974, 11, 3), "M", "F205", "Via Ripamonti 101", "20141", "Milano"),
    Person("Elena", "Caruso", dt.date(1991, 7, 28), "F", "G273", "Via Dante 5", "90141", "Palermo"),
    Person("Paolo", "Zanetti", dt.date(1968, 1, 19), "M", "L736", "Calle Larga 12", "30121", "Venezia"),
)

SUPPLIERS = (
    Firm("Componenti Padani S.p.A.", "Via Palmiro Togliatti 7", "42121", "Reggio nell'Emilia", "componentipadani"),
    Firm("Cloud Adriatico S.r.l.", "Via Trieste 90", "48121", "Ravenna", "cloudadriatico"),
    Firm("Energia Pianura S.p.A.", "Via Stalingrado 61", "40128", "Bologna", "energiapianura"),
    Firm("Telefonia Nordest S.p.A.", "Via Venezia 22", "35121", "Padova", "telefonianordest"),
    Firm("Cartoleria Minerva S.n.c.", "Via Farini 8", "40124", "Bologna", "minerva"),
    Firm("Studio Commercialisti Amadori e Riva", "Via Santo Stefano 43", "40125", "Bologna", "amadoririva"),
    Firm("Corriere Appennino S.r.l.", "Via Provinciale 200", "40038", "Vergato", "corriereappennino"),
)

PUBLIC_BODY = Firm(
    "Unione dei Comuni della Valle Serena", "Piazza dei Capitani della Montagna 1", "40038", "Vergato", "valleserena"
)
CONDOMINIUM = Firm("Condominio Via Mazzini 112", "Via Mazzini 112", "40137", "Bologna", "condominiomazzini112")


def client(firm: Firm, serial: int) -> Client:
    """A company as a customer."""
    return Client(
        type="company",
        **_of_firm(firm, identities.vat_number(serial)),
        e_invoice=True,
        ei_code=firm.ei_code or "0000000",
        default_payment_terms=firm.terms,
        default_payment_terms_type="end_of_month" if firm.end_of_month and firm.terms else "standard",
    )


def supplier(firm: Firm, serial: int) -> Supplier:
    """A company as a supplier."""
    return Supplier(type="company", **_of_firm(firm, identities.vat_number(serial)))


def public_body(serial: int) -> Client:
    """A public body: it is known by its six-character office code and pays the VAT itself (split payment)."""
    facts = _of_firm(PUBLIC_BODY, "")
    return Client(
        type="pa",
        **facts | {"tax_code": identities.body_tax_code(serial)},
        e_invoice=True,
        ei_code="UFZ8Q4",
        default_payment_terms=30,
    )


def condominium(serial: int) -> Client:
    """A condominium: no VAT number, and it withholds 4 % on works (art. 25-ter DPR 600/1973)."""
    facts = _of_firm(CONDOMINIUM, "") | {"contact_person": "Rag. Nadia Fabbri"}
    return Client(
        type="condo",
        **facts | {"tax_code": identities.body_tax_code(serial)},
        e_invoice=True,
        ei_code="0000000",
        default_payment_terms=30,
    )


def private(person: Person) -> Client:
    """A private customer, who pays at once."""
    return Client(
        type="person",
        name=f"{person.first_name} {person.last_name}",
        first_name=person.first_name,
        last_name=person.last_name,
        tax_code=identities.tax_code(person.last_name, person.first_name, person.born, person.sex, person.birthplace),
        **_address(person.street, person.postal_code, person.city),
        email=f"{person.first_name}.{person.last_name}@posta.example".lower(),
        e_invoice=True,
        ei_code="0000000",
        default_payment_terms=0,
    )


def foreign() -> list[Client]:
    """Customers abroad: two in the European Union, one in Switzerland, one in the United States."""
    common: dict[str, Any] = {
        "type": "company",
        "e_invoice": True,
        "ei_code": "XXXXXXX",
        "default_payment_terms": 30,
    }
    told = (
        ("Nordlicht Software GmbH", "DE998734613", "Speicherstraße 14", "20457", "Hamburg", "DE", "nordlicht"),
        ("Atelier Outremer SARL", "FR61999123458", "12 rue Mercière", "69002", "Lyon", "FR", "outremer"),
        ("Helvetia Feinwerk AG", "CHE999123455", "Limmatquai 70", "8001", "Zürich", "CH", "feinwerk"),
        ("Blue Harbor Analytics Inc.", "", "200 State Street", "02109", "Boston", "US", "blueharbor"),
    )
    return [
        Client(
            name=name,
            vat_number=vat_number,
            address_street=street,
            address_postal_code=postal_code,
            address_city=city,
            country_iso=country,
            email=f"accounts@{site}.example",
            **common,
        )
        for name, vat_number, street, postal_code, city, country, site in told
    ]


def foreign_supplier() -> Supplier:
    """Whose services reach Italy without VAT: the buyer makes out a self-invoice (TD17)."""
    return Supplier(
        type="company",
        name="Rheinrechner Hosting GmbH",
        vat_number="DE991205673",
        address_street="Rheinuferstraße 5",
        address_postal_code="50668",
        address_city="Köln",
        country_iso="DE",
        email="billing@rheinrechner.example",
    )


def _of_firm(firm: Firm, vat_number: str) -> dict[str, Any]:
    return {
        "name": firm.name,
        "vat_number": vat_number,
        "tax_code": vat_number,
        **_address(firm.street, firm.postal_code, firm.city),
        "country": "Italia",
        "email": f"amministrazione@{firm.site}.example",
        "certified_email": f"{firm.site}@pec.example",
        "contact_person": firm.contact,
    }


def _address(street: str, postal_code: str, city: str) -> dict[str, Any]:
    """An address with its province. Raises LookupError where there is no such town with this postal code."""
    places = [place for place in cities.search(postal_code, city) if place.city == city]
    if not places:
        raise LookupError(f"{postal_code} {city}")
    return {
        "address_street": street,
        "address_postal_code": postal_code,
        "address_city": city,
        "address_province": places[0].province,
    }


# the companies of the demo


def software_house() -> Company:
    """A small software house: ordinary regime, entered in the register of companies."""
    number = identities.vat_number(10001)
    return Company(
        name="Bottega Binaria S.r.l.",
        vat_number=number,
        tax_code=number,
        regime="RF01",
        **_address("Via San Felice 21", "40122", "Bologna"),
        email="amministrazione@bottegabinaria.example",
        certified_email="bottegabinaria@pec.example",
        phone="051 5550142",
        website="www.bottegabinaria.example",
        rea_office="BO",
        rea_number="999142",
        bank_name="Banca della Via Emilia",
        bank_iban=identities.iban(1048271),
        ei_code="K7QX2M9",
    )


def architect() -> Company:
    """An architect in the flat-rate regime: no VAT, no withholding, stamp duty, the pension fund of the architects."""
    return Company(
        name="Arch. Chiara Montanari",
        first_name="Chiara",
        last_name="Montanari",
        vat_number=identities.vat_number(10002, office="036"),
        tax_code=identities.tax_code("Montanari", "Chiara", dt.date(1988, 9, 14), "F", "F257"),
        regime="RF19",
        **_address("Corso Canalgrande 36", "41121", "Modena"),
        email="studio@montanari.example",
        certified_email="chiara.montanari@pec.example",
        phone="059 5550168",
        bank_name="Banca della Via Emilia",
        bank_iban=identities.iban(2093155),
    )


def lawyer() -> Company:
    """A lawyer in the ordinary regime: pension fund 4 %, withholding 20 %, expenses outside VAT."""
    return Company(
        name="Avv. Lorenzo Bassi",
        first_name="Lorenzo",
        last_name="Bassi",
        vat_number=identities.vat_number(10003),
        tax_code=identities.tax_code("Bassi", "Lorenzo", dt.date(1979, 2, 6), "M", "A944"),
        regime="RF01",
        **_address("Via Garibaldi 7", "40124", "Bologna"),
        email="segreteria@bassi.example",
        certified_email="lorenzo.bassi@pec.example",
        phone="051 5550190",
        bank_name="Banca della Via Emilia",
        bank_iban=identities.iban(3310482),
    )
