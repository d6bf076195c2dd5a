"""Documents from request to cents, XML and print, compared with files that a bookkeeper has read."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree
from pypdf import PdfReader

from mastro import fatturapa
from mastro.fatturapa.rules.lines import GENERIC
from mastro.fatturapa.schema.codes import NATURA, TIPO_DOCUMENTO, TIPO_DOCUMENTO_SEMPLIFICATA
from mastro.fatturapa.tree import branches, text
from support import SHARED, Client, MakeCompany, MakeToken

HERE = Path(__file__).parent
DOCUMENTS = sorted(path.parent for path in HERE.glob("documents/*/request.yaml"))
COMPANIES: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "companies.yaml").read_text(encoding="utf-8"))
SCHEMAS = SHARED / "fatturapa" / "xsd"

Compare = Callable[[str, str | None], None]
Issued = tuple[Client, dict[str, Any], dict[str, Any]]

PDFS = {"url": "document.txt", "dn_url": "delivery_note.txt", "ai_url": "accompanying_invoice.txt"}


@pytest.fixture(params=DOCUMENTS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Folder of a document."""
    path: Path = request.param
    return path


@pytest.fixture
def compare(folder: Path, *, rewrite: bool) -> Compare:
    """Compare a text with the expected file; None means that there is to be none."""

    def check(name: str, text: str | None) -> None:
        expected = folder / name
        if rewrite:
            expected.unlink(missing_ok=True)
            if text is not None:
                expected.write_text(text, encoding="utf-8")
        elif text is None:
            assert not expected.exists(), f"{expected.name} is expected, and there is none now"
        else:
            assert expected.exists(), f"{expected} is missing: make golden"
            assert text.splitlines() == expected.read_text(encoding="utf-8").splitlines()

    return check


@pytest.fixture
def issued(folder: Path, client: Client, make_company: MakeCompany, make_token: MakeToken) -> Issued:
    """The document issued by its company: a client of that company, the request, the stored document."""
    asked = yaml.safe_load((folder / "request.yaml").read_text(encoding="utf-8"))
    company = make_company(**COMPANIES[asked["company"]])
    issuer = Client(client.http, company, make_token(company_id=company))
    return issuer, asked, issuer.data("POST", "issued_documents", json=asked["request"])


# how a document is written down


def _amounts(document: dict[str, Any], totals: dict[str, Any]) -> str:
    """The amounts that are not nothing, VAT by rate, rows and installments, as aligned text."""
    lines = [f"{document['type']} {document['number']}{document['numeration']} del {document['date']}", ""]
    lines += [_row(item) for item in document["items_list"]]
    lines.append("")
    lines += [f"{key:<40}{value:>14.2f}" for key, value in totals.items() if type(value) in {int, float}]
    lines.append("")
    for rate, amounts in totals["vat_list"].items():
        lines.append(f"IVA {rate:>4} %   su {amounts['amount_net']:>12.2f}   {amounts['amount_vat']:>12.2f}")
    lines.append("")
    for paid in document["payments_list"]:
        account = (paid["payment_account"] or {}).get("name", "")
        lines.append(f"{paid['due_date']}   {paid['amount']:>12.2f}   {paid['status']:<9}{account}".rstrip())
    return "\n".join(lines).rstrip() + "\n"


def _row(item: dict[str, Any]) -> str:
    prices = f"{item['net_price']:>12} ({item['gross_price']:>12})"
    return f"{item['qty']:>10} x {prices} - {item['discount']:>6} %   {_rate(item['vat']):>10}  {item['name']}"


def _rate(vat: dict[str, Any]) -> str:
    return f"{vat['value']} % {vat['ei_type']}".strip()


def _indented(xml: bytes) -> str:
    tree = etree.fromstring(xml)
    etree.indent(tree)
    return etree.tostring(tree, encoding="unicode") + "\n"


def _text(pdf: bytes) -> str:
    """The text of each page, without the breaks and spaces that only typesetting knows."""
    pages = []
    for number, page in enumerate(PdfReader(io.BytesIO(pdf)).pages, start=1):
        text = page.extract_text().replace("\u200b", "").replace("\xa0", " ").replace("\u202f", " ")
        pages.append(f"--- {number} ---\n" + "\n".join(line.rstrip() for line in text.splitlines()))
    return "\n".join(pages) + "\n"


# what is compared


def test_amounts(issued: Issued, compare: Compare) -> None:
    issuer, asked, document = issued
    totals = issuer.data("POST", f"issued_documents/{document['id']}/totals")
    compare("totals.txt", _amounts(document, totals))
    beforehand = issuer.data("POST", "issued_documents/totals", json=asked["request"])
    assert {**beforehand, "payments_sum": totals["payments_sum"]} == totals
    for key in ("amount_net", "amount_vat", "amount_gross", "amount_due_discount"):
        assert document[key] == totals[key]
    assert issuer.data("PUT", f"issued_documents/{document['id']}", json={"data": {}}) == document


def test_electronic_invoice(issued: Issued, compare: Compare) -> None:
    issuer, _, document = issued
    path = f"issued_documents/{document['id']}/e_invoice"
    if not document["e_invoice"]:
        assert issuer.get(f"{path}/xml").status_code == 422
        compare("invoice.xml", None)
        return
    answer = issuer.get(f"{path}/xml")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml")
    compare("invoice.xml", _indented(answer.content))
    assert issuer.data("GET", f"{path}/xml_verify") == {"success": True}


def test_nobody_would_complain_of_the_electronic_invoice(folder: Path) -> None:
    file = folder / "invoice.xml"
    if not file.exists():
        pytest.skip("no electronic invoice")
    asked = yaml.safe_load((folder / "request.yaml").read_text(encoding="utf-8"))
    found = fatturapa.check(fatturapa.read(file.read_bytes()))
    assert [finding.code for finding in found] == asked.get("advice", [])


def test_every_type_and_every_reason_that_the_sdi_takes_has_a_document() -> None:
    trees = [fatturapa.read(path.read_bytes()).bodies[0] for path in HERE.glob("documents/*/invoice.xml")]
    types = {text(tree, "DatiGenerali", "DatiGeneraliDocumento", "TipoDocumento") for tree in trees}
    assert types >= {*TIPO_DOCUMENTO.rows, *TIPO_DOCUMENTO_SEMPLIFICATA.rows}
    reasons = {text(line, "Natura") for tree in trees for line in branches(tree, "DatiBeniServizi", "DatiRiepilogo")}
    assert reasons >= set(NATURA.rows) - GENERIC


def test_electronic_invoice_keeps_the_official_schema(issued: Issued, schemas: dict[str, etree.XMLSchema]) -> None:
    issuer, _, document = issued
    if not document["e_invoice"]:
        pytest.skip("no electronic invoice")
    xml = issuer.get(f"issued_documents/{document['id']}/e_invoice/xml").content
    root = etree.fromstring(xml)
    schemas[etree.QName(root).localname].assertValid(root)


def test_print(issued: Issued, compare: Compare) -> None:
    issuer, _, document = issued
    for key, name in PDFS.items():
        if document[key] is None:
            compare(name, None)
            continue
        pdf = issuer.http.get("/doc/" + document[key].rpartition("/doc/")[2])
        assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
        compare(name, _text(pdf.content))


class _NearbySchemas(etree.Resolver):
    """The schema imports that of signatures by its address on the web: nothing is fetched."""

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ARG002
        if system_url and system_url.endswith("xmldsig-core-schema.xsd"):
            return self.resolve_filename(str(SCHEMAS / "xmldsig-core-schema.xsd"), context)
        return None


@pytest.fixture(scope="session")
def schemas() -> dict[str, etree.XMLSchema]:
    """The official schemas of the ordinary and the simplified invoice, by the name of their root."""
    if not SCHEMAS.is_dir():
        pytest.skip("the official schemas are not beside this checkout")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_NearbySchemas())
    files = {
        "FatturaElettronica": "Schema_VFPR12_v1.2.3.xsd",
        "FatturaElettronicaSemplificata": "Schema_VFSM10_v1.0.2.xsd",
    }
    return {root: etree.XMLSchema(etree.parse(str(SCHEMAS / file), parser)) for root, file in files.items()}
