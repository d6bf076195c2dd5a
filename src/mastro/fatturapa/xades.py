"""XML signatures inside a file: what they cover, and whether it still has the digests that were signed.

The part of XML-DSig that invoices and the messages of the SdI use: enveloped signature, XPath filter 2 that takes the
signature out, inclusive and exclusive canonical forms. Anything else is answered with "cannot tell", never with "good".
"""

import base64
import binascii
import copy
import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

DS = "{http://www.w3.org/2000/09/xmldsig#}"
_FILTER2 = "{http://www.w3.org/2002/06/xmldsig-filter2}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_FILTER2_ALGORITHM = "http://www.w3.org/2002/06/xmldsig-filter2"
_CANONICAL = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": False,
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": False,
    "http://www.w3.org/2006/12/xml-c14n11": False,
    "http://www.w3.org/2001/10/xml-exc-c14n#": True,
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": True,
}
"""Algorithms, and whether they are exclusive."""

_DIGESTS = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_MOST_REFERENCES = 20
_MOST_SIGNATURES = 10


class _UnknownError(ValueError):
    """A transform or algorithm that is not followed here."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature as found: what was signed, by which certificate."""

    unchanged: bool | None
    """Whether every reference has its digest; None where one cannot be worked out."""
    signed_info: bytes = b""
    value: bytes = b""
    digest: str = ""
    pss: bool = False
    certificate: bytes = b""
    signed_at: dt.datetime | None = None


def seals(data: bytes) -> Iterator[Seal]:
    """The signatures in an XML file; none in what is no XML."""
    if b"Signature" not in data:
        return
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return
    if root.getroottree().docinfo.doctype:
        return
    for number, signature in enumerate(root.iter(f"{DS}Signature")):
        if number < _MOST_SIGNATURES:
            yield _seal(root, signature)


def _seal(root: Any, signature: Any) -> Seal:
    signed_info = signature.find(f"{DS}SignedInfo")
    time = next((each.text for each in signature.iter("{*}SigningTime")), None)
    try:
        method = signed_info.find(f"{DS}SignatureMethod").get("Algorithm", "")
        value = _base64(signature.findtext(f"{DS}SignatureValue"))
        if "ecdsa" in method and len(value) % 2 == 0:
            half = len(value) // 2
            value = encode_dss_signature(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
        return Seal(
            _references_hold(root, signature, signed_info),
            _canonical(signed_info, signed_info.find(f"{DS}CanonicalizationMethod").get("Algorithm", "")),
            value,
            method.lower().rpartition("sha")[2].join(("sha", "")) if "sha" in method.lower() else "",
            "mgf1" in method.lower(),
            _base64(next((each.text for each in signature.iter(f"{DS}X509Certificate")), "")),
            _time(time),
        )
    except (_UnknownError, AttributeError, binascii.Error):
        return Seal(None, signed_at=_time(time))


def _references_hold(root: Any, signature: Any, signed_info: Any) -> bool:
    references = signed_info.findall(f"{DS}Reference")
    if not 0 < len(references) <= _MOST_REFERENCES:
        raise _UnknownError("no references, or too many")
    covered = False
    for reference in references:
        uri = reference.get("URI", "")
        covered = covered or uri == "" or root.get("Id") == uri[1:]
        name = _DIGESTS.get(reference.find(f"{DS}DigestMethod").get("Algorithm", ""))
        if name is None:
            raise _UnknownError("digest")
        given = _base64(reference.findtext(f"{DS}DigestValue"))
        if hashlib.new(name, _referenced(root, signature, reference, uri), usedforsecurity=False).digest() != given:
            return False
    # A signature that covers only its own properties says nothing of the file.
    return covered


def _referenced(root: Any, signature: Any, reference: Any, uri: str) -> bytes:
    transforms = reference.findall(f"{DS}Transforms/{DS}Transform")
    names = [each.get("Algorithm", "") for each in transforms]
    canonical = next((name for name in names if name in _CANONICAL), next(iter(_CANONICAL)))
    if uri == "" or (uri.startswith("#") and root.get("Id") == uri[1:]):
        enveloped = False
        for transform, name in zip(transforms, names, strict=True):
            if name == _ENVELOPED or (name == _FILTER2_ALGORITHM and _takes_signature_out(transform)):
                enveloped = True
            elif name not in _CANONICAL:
                raise _UnknownError(name)
        return _canonical(_without(root, signature) if enveloped else root, canonical, whole=True)
    if not uri.startswith("#") or any(name not in _CANONICAL for name in names):
        raise _UnknownError(uri)
    named = [each for each in signature.iter() if uri[1:] in {each.get("Id"), each.get("ID"), each.get("id")}]
    if len(named) != 1:
        raise _UnknownError(uri)
    return _canonical(named[0], canonical)


def _takes_signature_out(transform: Any) -> bool:
    """`<XPath Filter="subtract">/descendant::ds:Signature</XPath>`, as the SdI and most signing programs write it."""
    paths = transform.findall(f"{_FILTER2}XPath")
    return len(paths) == 1 and paths[0].get("Filter") == "subtract" and (paths[0].text or "").endswith("Signature")


def _without(root: Any, signature: Any) -> Any:
    """A copy of the file without one signature; the text after it stays."""
    place = root.getroottree().getelementpath(signature)
    twin = copy.deepcopy(root.getroottree()).getroot()
    found = twin.find(place)
    parent, before = found.getparent(), found.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (found.tail or "")
    else:
        parent.text = (parent.text or "") + (found.tail or "")
    found.tail = None
    parent.remove(found)
    return twin


def _canonical(element: Any, algorithm: str, *, whole: bool = False) -> bytes:
    if algorithm not in _CANONICAL:
        raise _UnknownError(algorithm)
    exclusive = _CANONICAL[algorithm]
    if not whole and not exclusive:
        # Inclusive form repeats the namespaces of all ancestors, which a bare copy of the element has lost.
        twin = etree.Element(element.tag, element.attrib, nsmap=element.nsmap)
        twin.text = element.text
        twin.extend(copy.deepcopy(child) for child in element)
        element = twin
    target = element.getroottree() if whole else element
    return bytes(etree.tostring(target, method="c14n", exclusive=exclusive, with_comments=False))


def _base64(text: str | None) -> bytes:
    return base64.b64decode("".join((text or "").split()), validate=True)


def _time(text: str | None) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
