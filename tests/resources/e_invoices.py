"""What tests of electronic invoices as files share: who sells, who buys, and the file that the one makes out."""

import io
import zipfile
from typing import Any

from resources.issued_documents import create
from support import Client

CUSTOMER = {
    "name": "Bianchi S.p.A.",
    "vat_number": "01234567897",
    "address_street": "Via Roma 1",
    "address_postal_code": "20121",
    "address_city": "Milano",
    "address_province": "MI",
    "country": "Italia",
    "ei_code": "ABC1234",
}
SELLER = {"name": "Officine Perugine S.r.l.", "vat_number": "02345678904", "tax_code": "02345678904", "regime": "RF01"}
BUYER = {"name": "Bianchi S.p.A.", "vat_number": "01234567897", "tax_code": "01234567897"}


def exported(client: Client, type: str = "invoice", /, **more: Any) -> bytes:
    """The XML of a new document."""
    facts = {"e_invoice": True, "entity": CUSTOMER, "ei_data": {"payment_method": "MP05"}, **more}
    made = create(client, type, **facts)
    answer = client.get(f"issued_documents/{made['id']}/e_invoice/xml")
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


def zipped(*files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number, content in enumerate(files, 1):
            archive.writestr(f"{number}.xml", content)
    return held.getvalue()
