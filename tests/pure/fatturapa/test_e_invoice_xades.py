"""XML signatures: made here by hand, in canonical form, and verified by the library."""

import base64
import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from mastro.fatturapa import check, check_file, from_document, read, signatures, write
from pure.fatturapa.e_invoice_examples import company, invoice
from pure.fatturapa.test_e_invoice_read import certificate

DS = "http://www.w3.org/2000/09/xmldsig#"
P = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"

ENVELOPED = f'<ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform>'
FILTER2 = (
    '<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2">'
    '<dsf:XPath xmlns:dsf="http://www.w3.org/2002/06/xmldsig-filter2" Filter="subtract">/descendant::ds:Signature'
    "</dsf:XPath></ds:Transform>"
)
XSLT = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></ds:Transform>'
TIME = "<xades:SigningTime>2026-03-16T10:00:00+01:00</xades:SigningTime>"


def reference(uri: str, transforms: str, content: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return (
        f'<ds:Reference URI="{uri}"><ds:Transforms>{transforms}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue>'
        "</ds:Reference>"
    )


def sealed(key: Any, transforms: str, *, method: str = INCLUSIVE, only_properties: bool = False) -> bytes:
    """An invoice with an enveloped XAdES signature."""
    root = etree.fromstring(write(from_document(invoice(), company(), progressive="1")))
    whole = etree.tostring(root, method="c14n")
    properties = f'<xades:SignedProperties Id="sp">{TIME}</xades:SignedProperties>'
    spaces = f'xmlns:ds="{DS}" xmlns:p="{P}" xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"'
    of_properties = properties.replace(" Id=", f" {spaces} Id=").encode()
    references = reference("#sp", f'<ds:Transform Algorithm="{INCLUSIVE}"></ds:Transform>', of_properties)
    if not only_properties:
        references = reference("", transforms, whole) + references
    kind = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa"
    inner = (
        f'<ds:CanonicalizationMethod Algorithm="{method}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{MORE}{kind}-sha256"></ds:SignatureMethod>{references}</ds:SignedInfo>'
    )
    opening = (
        f'<ds:SignedInfo xmlns:ds="{DS}">' if method == EXCLUSIVE else f'<ds:SignedInfo xmlns:ds="{DS}" xmlns:p="{P}">'
    )
    signed = (opening + inner).encode()
    if isinstance(key, rsa.RSAPrivateKey):
        value = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
        value = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    held = base64.b64encode(certificate(key).public_bytes(serialization.Encoding.DER)).decode()
    signature = (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{inner}<ds:SignatureValue>{base64.b64encode(value).decode()}'
        f"</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{held}</ds:X509Certificate></ds:X509Data>"
        '</ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">'
        f"{properties}</xades:QualifyingProperties></ds:Object></ds:Signature>"
    )
    return whole.replace(b"</p:FatturaElettronica>", signature.encode() + b"</p:FatturaElettronica>")


@pytest.fixture(scope="module", params=["rsa", "ec"])
def key(request: pytest.FixtureRequest) -> Any:
    return rsa.generate_private_key(65537, 2048) if request.param == "rsa" else ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize("transforms", [ENVELOPED, FILTER2])
@pytest.mark.parametrize("method", [INCLUSIVE, EXCLUSIVE])
def test_a_signature_holds_until_the_file_is_touched(key: Any, transforms: str, method: str) -> None:
    data = sealed(key, transforms, method=method)
    (found,) = signatures(data)
    assert (found.form, found.intact, found.signer) == ("XAdES", True, "Lucia Bianchi")
    assert found.signed_at is not None
    assert found.signed_at.isoformat() == "2026-03-16T10:00:00+01:00"
    for old, new in (
        (b"Consulenza", b"Consulenze"),
        (b"10:00:00", b"11:00:00"),
        (b"</Sede>", b"</Sede> "),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
    ):
        (broken,) = signatures(data.replace(old, new, 1))
        assert broken.intact is False, old


def test_the_signature_is_no_part_of_the_invoice(key: Any) -> None:
    data = sealed(key, FILTER2)
    assert check(read(data)) == []
    assert check_file(data) == []


def test_a_signature_of_its_own_properties_alone_says_nothing_of_the_file(key: Any) -> None:
    (found,) = signatures(sealed(key, ENVELOPED, only_properties=True))
    assert found.intact is False


def test_what_is_not_followed_is_never_called_good(key: Any) -> None:
    (found,) = signatures(sealed(key, ENVELOPED + XSLT))
    assert found.intact is None
    data = sealed(key, ENVELOPED)
    for old, new in (
        (SHA256, "urn:x"),
        (INCLUSIVE, "urn:x"),
        ("<ds:X509Certificate>", "<ds:X509Certificate>QUJD"),
        ("-sha256", "-md5"),
        ('URI=""', 'URI="#other"'),
        ("<ds:SignatureValue>", "<ds:SignatureValue>?"),
    ):
        (broken,) = signatures(data.replace(old.encode(), new.encode()))
        assert broken.intact is not True, old
