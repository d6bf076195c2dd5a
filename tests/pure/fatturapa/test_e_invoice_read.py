"""The reader takes what is met in the wild, says what is wrong with it, and refuses what is an attack."""

import base64
import contextlib
import copy
import datetime as dt
import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mastro.fatturapa import (
    Invoice,
    UnreadableError,
    check,
    check_file,
    from_document,
    p7m,
    read,
    read_all,
    signatures,
    write,
)
from pure.fatturapa.e_invoice_examples import company, invoice

NAME = "IT02345678904_00001.xml"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


@pytest.fixture(scope="module")
def sent() -> Invoice:
    return from_document(invoice(), company(), progressive="1")


@pytest.fixture(scope="module")
def file(sent: Invoice) -> bytes:
    return write(sent)


def codes(found: Any) -> set[str]:
    return {finding.code for finding in found}


def test_what_was_written_is_read_back(sent: Invoice, file: bytes) -> None:
    back = read(file)
    assert back.tree == sent.tree
    assert (back.format, back.schema, back.findings) == (sent.format, sent.schema, ())


def carefully(data: bytes) -> Invoice:
    """As read where something might be to note: an attribute that every file may have, on an element of its own."""
    tree = etree.fromstring(data)
    next(tree.iterchildren("FatturaElettronicaHeader")).set(f"{{{INSTANCE}}}schemaLocation", "a b")
    return read(etree.tostring(tree))


def test_the_quick_way_and_the_careful_one_read_the_same(file: bytes) -> None:
    """Also of files from which an element was taken, where one is repeated, out of order, or holds something else."""
    assert carefully(file) == read(file)
    count = sum(1 for _ in etree.fromstring(file).iter())
    for place in range(2, count):
        for change in (take, repeat, move_up, add_text, add_element):
            tree = etree.fromstring(file)
            element = list(tree.iter())[place]
            change(element)
            if tree.find("FatturaElettronicaHeader") is not None:
                changed = etree.tostring(tree)
                assert carefully(changed) == read(changed), (element.tag, change.__name__)


def take(element: Any) -> None:
    element.getparent().remove(element)


def repeat(element: Any) -> None:
    element.addnext(copy.deepcopy(element))


def move_up(element: Any) -> None:
    if element.getprevious() is not None:
        element.getprevious().addprevious(element)


def add_text(element: Any) -> None:
    element.tail = "x"


def add_element(element: Any) -> None:
    etree.SubElement(element, "Data").text = "2026-01-01"


def test_every_sample_is_read(shared: Path, manifest: list[dict[str, str]]) -> None:
    refused = {
        line["file"]
        for line in manifest
        if not line["exercises"].startswith("msg") and not _is_read((shared / "samples" / line["file"]).read_bytes())
    }
    assert refused == {"invalid/fatturaelettronica-net__IT02182030391_31_tampered.xml.p7m"}


def test_signed_samples_are_whole_but_those_that_no_program_can_open(shared: Path) -> None:
    """Of one the content can be read all the same: only its signature is cut off, and the SdI would not take it."""
    files = sorted((shared / "samples").rglob("*.p7m"))
    broken = {path.name for path in files if "00106" in codes(check_file(path.read_bytes()))}
    assert broken == {
        "fatturaelettronica__invalid.xml.p7m",
        "fatturaelettronica-net__IT02182030391_31_tampered.xml.p7m",
    }
    assert len(files) > 5


def _is_read(data: bytes) -> bool:
    try:
        read(data)
    except UnreadableError:
        return False
    return True


def test_a_sample_written_again_says_the_same(shared: Path, manifest: list[dict[str, str]]) -> None:
    for line in manifest:
        if line["xsd_valid"] == "yes" and not line["exercises"].startswith("msg"):
            found = read((shared / "samples" / line["file"]).read_bytes())
            assert read(write(found)).tree == found.tree, line["file"]


OLD = "http://www.fatturapa.gov.it/sdi/fatturapa/v1.1"
NOW = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NOW, OLD),
        (NOW, f"{NOW} "),
        (NOW, f"'{NOW}"),
        ("xmlns:p=", "xmlns="),
        ("<p:FatturaElettronica xmlns:p", "<FatturaElettronica xmlns:p"),
        ("xmlns:p=", "xmlns:q="),
        ("<?xml", "\n <?xml"),
        ("Consulenza", "Consulenza & altro"),
        ("</p:FatturaElettronica>", ""),
        ("<IdPaese>", '<IdPaese a="1">'),
        ("<Sede>", "<Sede>testo"),
    ],
)
def test_broken_files_are_read_and_their_fault_is_noted(file: bytes, old: str, new: str) -> None:
    text = file.decode().replace(old, new)
    if "xmlns=" in text or "<FatturaElettronica xmlns" in text:
        text = text.replace("p:FatturaElettronica", "FatturaElettronica")
    found = read(text.encode())
    assert found.header["DatiTrasmissione"]["ProgressivoInvio"] == "1"
    assert codes(check(found)) >= {"00200"}


def test_blanks_around_values_are_taken_off_for_who_asks(file: bytes) -> None:
    from mastro.fatturapa.tree import day, text

    found = read(file.replace(b"<Data>2026-03-16</Data>", b"<Data> 2026-03-16\n</Data>"))
    general = found.bodies[0]["DatiGenerali"]["DatiGeneraliDocumento"]
    assert day(general, "Data") == dt.date(2026, 3, 16)
    assert text(general, "Data") == "2026-03-16"


@pytest.mark.parametrize("declared", ['encoding="UTF-8"', "", 'encoding="windows-1252"'])
def test_windows_1252_is_read_whatever_it_says_it_is(file: bytes, declared: str) -> None:
    text = file.decode().replace('encoding="UTF-8"', declared).replace("Perugia", "Forlì")
    found = read(text.encode("cp1252"))
    assert found.header["CedentePrestatore"]["Sede"]["Comune"] == "Forlì"
    assert bool(found.findings) is ("windows" not in declared)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-15"])
def test_other_encodings_are_read(file: bytes, encoding: str) -> None:
    text = file.decode().replace("UTF-8", "UTF-8" if encoding == "utf-8-sig" else encoding.upper())
    assert read(text.encode(encoding)).header["DatiTrasmissione"]["ProgressivoInvio"] == "1"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"PK\x03\x04 broken",
        b"%PDF-1.7",
        b"\x30\x80",
        b"<html/>",
        b"<Fattura",
        b"\xff\xfe\x00",
        b"MIAGCSqGSIb3DQEHAqCA",
        b"<!-- " * 10,
    ],
)
def test_what_is_no_invoice_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(data)


LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(12))
BOMB = f'<!DOCTYPE p:FatturaElettronica [<!ENTITY a "aaaaaaaaaa">{LAUGHS}]>'


@pytest.mark.parametrize(
    "type_",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        "<!-- hidden --><?pi?>\n<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused_before_anything_is_expanded(file: bytes, type_: str, encoding: str) -> None:
    text = file.decode().replace("<p:Fattura", f"{type_}<p:Fattura", 1).replace("Consulenza", "&m;&x;")
    tracemalloc.start()
    with pytest.raises(UnreadableError, match="document type"):
        read(text.replace("UTF-8", encoding.upper()).encode(encoding))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_nesting_without_end_is_refused(file: bytes) -> None:
    for deep in (30, 5000):
        text = file.decode().replace("<Sede>", "<Sede>" + "<x>" * deep + "</x>" * deep, 1)
        with pytest.raises(UnreadableError):
            read(text.encode())


def test_a_file_beyond_measure_is_refused() -> None:
    with pytest.raises(UnreadableError, match="bytes"):
        read(b" " * 30_000_001)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_bytes_are_read_or_refused(data: st.DataObject) -> None:
    whole = write(from_document(invoice(), company(), progressive="1"))
    start, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 40))
    damaged = whole[:start] + data.draw(st.binary(max_size=40)) + whole[start + length :]
    with contextlib.suppress(UnreadableError):
        check(read(damaged))
    check_file(damaged)


# --- signed files -----------------------------------------------------------------------------------------------


def certificate(key: Any, *, until: dt.datetime = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Lucia Bianchi"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, "TINIT-BNCLCU80A41H501U"),
        ]
    )
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), until)
    return builder.sign(key, hashes.SHA256())


def cades(content: bytes, key: Any, *, time: bool = True, until: Any = None) -> bytes:
    """A CAdES envelope as a signing program writes it, DER."""
    issued = certificate(key, until=until) if until else certificate(key)
    held = asn1_x509.Certificate.load(issued.public_bytes(serialization.Encoding.DER))
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    attributes = [
        {"type": "content_type", "values": ["data"]},
        {"type": "message_digest", "values": [digest.finalize()]},
    ]
    if time:
        signed_at = dt.datetime(2026, 3, 16, 9, tzinfo=dt.UTC)
        attributes.append({"type": "signing_time", "values": [cms.Time({"utc_time": signed_at})]})
    signed_attributes = cms.CMSAttributes(attributes)
    if isinstance(key, rsa.RSAPrivateKey):
        value, algorithm = key.sign(signed_attributes.dump(), padding.PKCS1v15(), hashes.SHA256()), "rsassa_pkcs1v15"
    else:
        value, algorithm = key.sign(signed_attributes.dump(), ec.ECDSA(hashes.SHA256())), "sha256_ecdsa"
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": held.issuer, "serial_number": held.serial_number}}
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": signed_attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
            "signature": value,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data", "content": content},
            "certificates": [held],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_signed_files_are_opened_in_every_wrapping(file: bytes, key: Any) -> None:
    envelope = cades(file, key)
    text = base64.b64encode(envelope)
    lines = b"\r\n".join(text[n : n + 64] for n in range(0, len(text), 64))
    pem = b"-----BEGIN PKCS7-----\n" + lines + b"\n-----END PKCS7-----\n"
    for data in (envelope, text, lines, lines + b"\r\n", pem, cades(envelope, key), cades(text, key)):
        assert p7m.content(data) == file


def chunked(content: bytes, *, definite: bool) -> bytes:
    """An envelope in BER with the content in chunks, and nothing readable behind it."""
    parts = [content[n : n + 200] for n in range(0, len(content), 200)]
    chunks = b"".join(b"\x04\x81" + bytes([len(part)]) + part for part in parts)
    octets = b"\x24\x83" + len(chunks).to_bytes(3, "big") + chunks if definite else b"\x24\x80" + chunks + b"\0\0"
    signed_data, data = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
    return b"\x30\x80" + signed_data + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80" + data + b"\xa0\x80" + octets


@pytest.mark.parametrize("definite", [True, False])
def test_chunks_are_joined_even_where_the_rest_is_broken(file: bytes, *, definite: bool) -> None:
    assert p7m.content(chunked(file, definite=definite)) == file
    assert read(chunked(file, definite=definite)).tree == read(file).tree


def test_too_many_envelopes_are_refused(file: bytes, key: Any) -> None:
    for _ in range(6):
        file = cades(file, key)
    with pytest.raises(UnreadableError, match="more than 5"):
        read(file)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_signature_says_who_and_when_and_whether_the_file_was_touched(file: bytes, key: Any, kind: str) -> None:
    envelope = cades(file, key if kind == "rsa" else ec.generate_private_key(ec.SECP256R1()))
    (found,) = signatures(envelope)
    assert (found.form, found.intact) == ("CAdES", True)
    assert (found.signer, found.tax_code) == ("Lucia Bianchi", "BNCLCU80A41H501U")
    assert found.signed_at == dt.datetime(2026, 3, 16, 9, tzinfo=dt.UTC)
    (touched,) = signatures(envelope.replace(b"Consulenza", b"Consulenze"))
    assert touched.intact is False
    assert signatures(file) == []
    assert len(signatures(cades(envelope, key))) == 2


def test_real_signatures_hold_and_break(shared: Path) -> None:
    signed = sorted((shared / "samples" / "valid").glob("*.p7m"))
    signed += [
        path
        for path in (shared / "samples" / "valid").glob("fattura-elettronica__ST*")
        if b"SigningTime" in path.read_bytes()
    ]
    assert len(signed) == 5
    for path in signed:
        (found,) = signatures(path.read_bytes())
        assert found.intact is True, path.name
        assert found.signed_at is not None
        data = path.read_bytes()
        if path.suffix == ".xml":
            (broken,) = signatures(data.replace(b"<Divisa>EUR", b"<Divisa>USD"))
            assert broken.form == "XAdES"
            assert broken.intact is False


NOON = dt.datetime(2026, 3, 16, 12, tzinfo=dt.UTC)


def test_a_file_is_checked_as_it_is_sent(file: bytes, key: Any) -> None:
    assert check_file(file, NAME, now=NOON) == []
    assert check_file(cades(file, key), f"{NAME}.p7m", now=NOON) == []
    assert codes(check_file(file, "fattura.xml")) == {"00001"}
    assert codes(check_file(file, NAME, largest=10)) == {"00003"}
    assert codes(check_file(b"%PDF", NAME)) == {"00106"}
    assert codes(check_file(cades(file, key).replace(b"Consulenza", b"Consulenze"))) == {"00102"}
    assert codes(check_file(cades(file, key, time=False))) == {"00103"}


@pytest.mark.parametrize("missing", [1, 20, 300])
def test_an_envelope_that_is_cut_off_behind_its_content_is_read_and_found_broken(
    file: bytes, key: Any, missing: int
) -> None:
    for envelope in (cades(file, key), cades(cades(file, key), key)):
        cut = envelope[:-missing]
        assert read(cut).tree == read(file).tree
        assert "00106" in codes(check_file(cut))
        assert "00106" not in codes(check_file(envelope))
    assert "00106" in codes(check_file(cades(cades(file, key)[:-missing], key)))
    assert codes(check_file(cades(file, key), now=NOON.replace(hour=8))) == {"00105"}
    expired = cades(file, key, until=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert codes(check_file(expired, now=NOON)) == {"00100"}
    assert codes(check_file(file, NAME, now=NOON.replace(day=15))) == {"00403"}


def test_an_administration_wants_a_signature(file: bytes, key: Any) -> None:
    public = file.replace(b"FPR12", b"FPA12").replace(b"ABC1234", b"ABC123")
    assert codes(check_file(public)) == {"W-FPA12", "W-CIG"}
    assert codes(check_file(cades(public, key))) == {"W-CIG"}


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_an_archive_is_checked_file_by_file(file: bytes) -> None:
    archive = packed({NAME: file, "cartella/IT02345678904_00002.xml": file.replace(b"22.00", b"0.22")})
    found = check_file(archive, "IT02345678904_00003.zip")
    assert found
    assert all(finding.path.startswith("IT02345678904_00002.xml:") for finding in found)
    assert len(read_all(archive)) == 2
    assert len(read_all(file)) == 1
    assert codes(check_file(packed({}))) == {"00106"}
    assert codes(check_file(packed({"IT02345678904_00002.zip": packed({})}))) == {"00106"}


def test_archives_that_unpack_without_end_are_refused() -> None:
    with pytest.raises(UnreadableError, match="unpacks to more"):
        read_all(packed({"a.xml": b" " * 40_000_000}))
    with pytest.raises(UnreadableError, match="more than 1000"):
        read_all(packed({str(number): b"" for number in range(1001)}))
    with pytest.raises(UnreadableError, match="cannot be opened"):
        read_all(b"PK\x03\x04 broken")
