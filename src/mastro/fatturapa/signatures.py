"""Who signed a file, when, and whether it is still what was signed (SdI codes 00100, 00102, 00103, 00105).

Both forms that the SdI takes: CAdES (`.p7m`) and XAdES (inside the XML, which is also how the SdI signs its own
messages). Whether the certificate's authority is trusted and the certificate not revoked is not asked here: that needs
lists from outside.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mastro.fatturapa import p7m, xades

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a file."""

    form: Literal["CAdES", "XAdES", "S/MIME"]
    intact: bool | None
    """Whether the file is what was signed; None where the algorithm is unknown or the signature cannot be read."""
    signed_at: dt.datetime | None = None
    """What the signer's own clock said."""
    signer: str = ""
    tax_code: str = ""
    """Of the signer, where the certificate names it (`TINIT-…`)."""
    issuer: str = ""
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None


def signatures(data: bytes) -> list[Signature]:
    """All signatures of a file, the outermost first; none where it is not signed. Never raises."""
    found: list[Signature] = []
    for _ in range(p7m.DEEPEST):
        envelope = p7m.der(data)
        if envelope is None:
            break
        try:
            data = p7m.opened(envelope)
        except p7m.BrokenEnvelopeError:
            return [*found, Signature("CAdES", None)]
        found.extend(_cades(envelope, data))
    found.extend(_xades(data))
    return found


def detached(envelope: bytes, content: bytes) -> Signature:
    """The first signature of an envelope (DER) that stands beside what it signs, as a mail's does. Never raises."""
    found = next(_cades(envelope, content), None)
    return replace(found, form="S/MIME") if found else Signature("S/MIME", None)


def _cades(envelope: bytes, content: bytes) -> Iterator[Signature]:
    try:
        signed = cms.ContentInfo.load(envelope)["content"]
        certificates = [each.chosen for each in signed["certificates"] if isinstance(each.chosen, x509.Certificate)]
        for info in signed["signer_infos"]:
            yield _cades_signer(info, certificates, content)
    except (ValueError, TypeError, KeyError):  # what a strict parser says of a broken envelope
        yield Signature("CAdES", None)


def _cades_signer(info: Any, certificates: list[Any], content: bytes) -> Signature:
    attributes = {each["type"].native: each["values"] for each in info["signed_attrs"]}
    times = attributes["signing_time"].native if "signing_time" in attributes else [None]
    certificate = next((each for each in certificates if _is_of(each, info["sid"])), None)
    intact = None if certificate is None else _is_intact(info, attributes, certificate, content)
    return _facts(Signature("CAdES", intact, times[0]), certificate)


def _is_of(certificate: Any, sid: Any) -> bool:
    if sid.name == "issuer_and_serial_number":
        named = sid.chosen
        return bool(
            certificate.serial_number == named["serial_number"].native
            and certificate.issuer.hashable == named["issuer"].hashable
        )
    return bool(certificate.key_identifier == sid.chosen.native)


def _is_intact(info: Any, attributes: dict[str, Any], certificate: Any, content: bytes) -> bool | None:
    name = info["digest_algorithm"]["algorithm"].native
    if name not in _HASHES:
        return None
    signed = content
    if attributes:
        digest = attributes["message_digest"].native[0]
        if hashlib.new(name, content, usedforsecurity=False).digest() != digest:
            return False
        signed = info["signed_attrs"].untag().dump(force=True)
    algorithm = info["signature_algorithm"]
    pss = algorithm["algorithm"].native == "rsassa_pss"
    return verifies(certificate.public_key.dump(), info["signature"].native, signed, name, pss=pss)


def verifies(key: bytes, signature: bytes, signed: bytes, digest: str, *, pss: bool = False) -> bool | None:
    """Whether a signature is a public key's (DER); None for keys and digests that are not known."""
    if digest not in _HASHES:
        return None
    algorithm = _HASHES[digest]()
    try:
        public = load_der_public_key(key)
        if isinstance(public, rsa.RSAPublicKey):
            scheme: padding.AsymmetricPadding = padding.PKCS1v15()
            if pss:
                scheme = padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
            public.verify(signature, signed, scheme, algorithm)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, signed, ec.ECDSA(algorithm))
        else:
            return None
    except InvalidSignature:
        return False
    except (ValueError, UnsupportedAlgorithm):
        return None
    return True


def _xades(data: bytes) -> Iterator[Signature]:
    for each in xades.seals(data):
        certificate = None
        if each.certificate:
            try:
                certificate = x509.Certificate.load(each.certificate)
                key = certificate.public_key.dump()
            except (ValueError, TypeError):
                certificate = None
        intact: bool | None = None
        if each.unchanged is False:
            intact = False
        elif each.unchanged and certificate is not None:
            intact = verifies(key, each.value, each.signed_info, each.digest, pss=each.pss)
        yield _facts(Signature("XAdES", intact, each.signed_at), certificate)


def _facts(signature: Signature, certificate: Any) -> Signature:
    """The signature with what its certificate says of the signer."""
    if certificate is None:
        return signature
    try:
        subject, issuer = certificate.subject.native, certificate.issuer.native
        validity = certificate["tbs_certificate"]["validity"]
        number = str(subject.get("serial_number", ""))
        return replace(
            signature,
            signer=str(subject.get("common_name", "")),
            tax_code=number.rpartition("-")[2].rpartition(":")[2],
            issuer=str(issuer.get("common_name") or issuer.get("organization_name") or ""),
            valid_from=validity["not_before"].native,
            valid_until=validity["not_after"].native,
        )
    except (ValueError, TypeError, KeyError, AttributeError):  # a name that no parser reads is worth no refusal
        return signature
