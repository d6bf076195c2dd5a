"""What the demo companies sell: services and goods with their prices, in the shape of the product list."""

from decimal import Decimal
from typing import Any

from mastro.italy import vat_types
from mastro.model.settings import VatType
from mastro.resources.products import Product

REDUCED_ID, BOOKS_ID = 3, 4
"""VAT types of 10 % (works on homes) and 4 % (books)."""
OUTSIDE_ID = 21
"""Expenses paid in the customer's name: outside VAT (art. 15 DPR 633/1972)."""
EU_CUSTOMER_ID, FOREIGN_CUSTOMER_ID = 10, 11
"""Services to businesses abroad: not subject in Italy (art. 7-ter DPR 633/1972)."""


def service(code: str, name: str, price: str, measure: str = "ore", category: str = "Servizi", **more: Any) -> Product:
    """A service; the price is of one unit, without VAT."""
    facts: dict[str, Any] = {
        "code": code,
        "name": name,
        "net_price": Decimal(price),
        "measure": measure,
        "category": category,
    }
    return Product(**facts | more)


def article(code: str, name: str, price: str, cost: str, stock: int, category: str, **more: Any) -> Product:
    """A thing on the shelf, with what it costs and how many there are at the start of the year."""
    facts: dict[str, Any] = {
        "code": code,
        "name": name,
        "net_price": Decimal(price),
        "net_cost": Decimal(cost),
        "measure": "pz",
    }
    facts |= {"category": category, "in_stock": True, "stock_initial": Decimal(stock)}
    return Product(**facts | more)


def vat(id: int) -> VatType:
    """A built-in VAT type."""
    found = vat_types.by_id(id)
    assert found  # noqa: S101  (the ids above are built in)
    return found


def of_software_house() -> list[Product]:
    """Services, hardware and a book."""
    return [
        service("SVI-ORA", "Sviluppo software", "68"),
        service("CON-GIO", "Consulenza informatica", "520", "gg"),
        service("ASS-CAN", "Canone mensile di assistenza", "190", "", "Contratti"),
        service("HOS-CAN", "Hosting e backup gestito, canone mensile", "75", "", "Contratti"),
        service("FOR-GIO", "Corso di formazione in azienda", "640", "gg", "Formazione"),
        service("WEB-SIT", "Realizzazione sito web", "2400", "a corpo", "Progetti", description="Grafica, testi e CMS"),
        service("GES-LIC", "Licenza gestionale di magazzino", "390", "pz", "Licenze"),
        service(
            "VID-MAN",
            "Manutenzione impianto di videosorveglianza",
            "280",
            "a corpo",
            "Impianti",
            default_vat=vat(REDUCED_ID),
        ),
        service("SPE-ANT", "Spese anticipate in nome e per conto", "1", "", "Spese", default_vat=vat(OUTSIDE_ID)),
        article("NB-14", 'Notebook 14" 16 GB', "845", "698", 30, "Hardware"),
        article("MON-27", 'Monitor 27" USB-C', "229", "171", 45, "Hardware"),
        article("SSD-1T", "Disco SSD 1 TB", "79.90", "54.20", 60, "Hardware"),
        article("RT-WIFI", "Router Wi-Fi professionale", "149", "102.50", 25, "Hardware"),
        article("STA-ETI", "Stampante di etichette", "312.50", "241", 12, "Hardware"),
        article("ETI-500", "Rotolo di 500 etichette", "7.35", "3.90", 400, "Consumabili"),
        article("MAN-GES", "Manuale del gestionale (libro)", "28", "9.50", 80, "Libri", default_vat=vat(BOOKS_ID)),
    ]


def of_architect() -> list[Product]:
    """The services of an architect."""
    return [
        service("PRO-PRE", "Progetto preliminare", "1800", "a corpo", "Progettazione"),
        service("PRO-ESE", "Progetto esecutivo", "3200", "a corpo", "Progettazione"),
        service("DIR-LAV", "Direzione lavori, canone mensile", "950", "", "Cantiere"),
        service("PRA-CIL", "Pratica CILA", "620", "a corpo", "Pratiche"),
        service("CER-APE", "Attestato di prestazione energetica", "180", "a corpo", "Pratiche"),
        service("SOP-ORA", "Sopralluogo e rilievo", "55", "ore", "Rilievi"),
    ]


def of_lawyer() -> list[Product]:
    """The services of a lawyer."""
    return [
        service("CON-LEG", "Consulenza legale stragiudiziale", "160", "ore", "Consulenza"),
        service("CON-TRA", "Redazione di contratto", "900", "a corpo", "Consulenza"),
        service("GIU-CIV", "Assistenza in giudizio civile, fase di studio", "1620", "a corpo", "Contenzioso"),
        service("REC-CRE", "Recupero crediti: diffida", "220", "a corpo", "Contenzioso"),
        service("SPE-GIU", "Contributo unificato e marche", "1", "", "Spese", default_vat=vat(OUTSIDE_ID)),
    ]
