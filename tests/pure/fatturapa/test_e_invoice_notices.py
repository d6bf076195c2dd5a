"""Messages of the SdI in both worlds: written, read back, and held against the official schemas."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from mastro.fatturapa import (
    Notice,
    Tree,
    UnreadableError,
    check_notice,
    message_name,
    outcome_notice,
    parse_file_name,
    parse_message_name,
    read_notice,
    write_notice,
)
from mastro.fatturapa.schema.messages import PA, PRIVATE

SIGNATURE = (
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
    '<ds:CanonicalizationMethod Algorithm="urn:c"/><ds:SignatureMethod Algorithm="urn:s"/>'
    '<ds:Reference><ds:DigestMethod Algorithm="urn:d"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference>'
    "</ds:SignedInfo><ds:SignatureValue>AA==</ds:SignatureValue></ds:Signature>"
)
XSD = {"pa": "MessaggiTypes_v1.1.xsd", "private": "MessaggiFatturaTypes_v1.0.xsd"}

HEAD = {"IdentificativoSdI": "111222333", "NomeFile": "IT02345678904_00001.xml"}
PRIVATE_HEAD = HEAD | {"Hash": "a" * 64}
RECEIVED = {"DataOraRicezione": "2026-03-16T10:00:00+01:00"}
RECIPIENT = {"Destinatario": {"Codice": "ABC123", "Descrizione": "Comune di Perugia"}}
FOOT = {"MessageId": "123456", "PecMessageId": "opec1@pec.example", "Note": "nessuna"}
METADATA = {"CodiceDestinatario": "ABC123", "Formato": "FPA12", "TentativiInvio": "1", "MessageId": "9"}
REFERENCE = {"RiferimentoFattura": {"NumeroFattura": "7/A", "AnnoFattura": "2026", "PosizioneFattura": "1"}}
OUTCOME = {"IdentificativoSdI": "111222333"} | REFERENCE | {"Esito": "EC02", "Descrizione": "Importo errato"}
DELIVERED = {"DataOraConsegna": "2026-03-16T10:05:00.500+01:00"}
ERROR = {"Codice": "00423", "Descrizione": "2.2.1.11 PrezzoTotale"}

TREES: dict[tuple[str, str], Tree] = {
    ("pa", "RC"): HEAD | RECEIVED | DELIVERED | RECIPIENT | FOOT,
    ("pa", "NS"): HEAD | RECEIVED | {"RiferimentoArchivio": HEAD, "ListaErrori": {"Errore": [ERROR, ERROR]}} | FOOT,
    ("pa", "MC"): HEAD | RECEIVED | {"Descrizione": "casella piena"} | FOOT,
    ("pa", "NE"): HEAD | {"EsitoCommittente": OUTCOME} | FOOT,
    ("pa", "DT"): {"IdentificativoSdI": "1"} | REFERENCE | {"NomeFile": "IT02345678904_00001.xml"} | FOOT,
    ("pa", "AT"): HEAD | RECEIVED | RECIPIENT | FOOT | {"HashFileOriginale": "a" * 64},
    ("pa", "MT"): HEAD | METADATA | {"Note": ""},
    ("pa", "EC"): OUTCOME | {"MessageIdCommittente": "5"},
    ("pa", "SE"): {"IdentificativoSdI": "0", "Scarto": "EN01", "MessageId": "7"},
    ("private", "RC"): PRIVATE_HEAD | RECEIVED | DELIVERED | RECIPIENT | FOOT,
    ("private", "NS"): PRIVATE_HEAD
    | RECEIVED
    | {"ListaErrori": {"Errore": [ERROR | {"Suggerimento": "Verificare"}]}}
    | FOOT,
    ("private", "MC"): PRIVATE_HEAD | RECEIVED | {"DataMessaADisposizione": "2026-03-17"} | FOOT,
    ("private", "MT"): PRIVATE_HEAD | METADATA,
}


def signed(data: bytes, channel: str, type_: str) -> Any:
    """The message with a signature in form, where the official schema asks for one."""
    root = etree.fromstring(data)
    if type_ not in {"MT", "EC"}:
        root.append(etree.fromstring(SIGNATURE))
    return root


def test_every_message_is_covered() -> None:
    assert set(TREES) == {("pa", each) for each in PA} | {("private", each) for each in PRIVATE}


@pytest.mark.parametrize(("channel", "type_"), TREES)
def test_a_message_fits_the_official_schema_and_reads_back(
    xsd: Callable[[str], etree.XMLSchema], channel: Any, type_: Any
) -> None:
    notice = Notice(type_, channel, TREES[channel, type_])
    data = write_notice(notice)
    official = xsd(XSD[channel])
    root = signed(data, channel, type_)
    assert official.validate(root), official.error_log
    back = read_notice(etree.tostring(root))
    assert (back.type, back.channel, back.tree) == (type_, channel, notice.tree)
    assert check_notice(back) == []
    assert read_notice(data).tree == notice.tree, "a message without signature is read too"


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), key=st.sampled_from(sorted(TREES)))
def test_the_verdict_is_the_official_schemas_under_mutation(
    data: st.DataObject, key: tuple[Any, Any], xsd: Callable[[str], etree.XMLSchema]
) -> None:
    root = signed(write_notice(Notice(key[1], key[0], TREES[key])), *key)
    elements = [each for each in root.iter() if "xmldsig" not in each.tag]
    element = data.draw(st.sampled_from(elements[1:]))
    what = data.draw(st.sampled_from(["drop", "twice", "text", "attribute", "rename"]))
    if what == "drop":
        element.getparent().remove(element)
    elif what == "twice":
        element.addnext(etree.fromstring(etree.tostring(element)))
    elif what == "text":
        element.text = data.draw(
            st.sampled_from(["", "x", "1", "-1", "0", "EC01", "EN00", "a" * 15, "a" * 51, "2" * 13])
        )
    elif what == "attribute":
        element.set("versione", data.draw(st.sampled_from(["1.0", "2.0"])))
    else:
        element.tag = data.draw(st.sampled_from(elements)).tag
    assume("}" not in element.tag)
    text = etree.tostring(root)
    right = xsd(XSD[key[0]]).validate(etree.fromstring(text))
    assert (not check_notice(read_notice(text))) is right, text


def test_what_a_message_says_is_asked_by_name() -> None:
    delivered = Notice("RC", "pa", TREES["pa", "RC"])
    assert delivered.identifier == "111222333"
    assert delivered.file_name == "IT02345678904_00001.xml"
    assert delivered.message_id == "123456"
    assert delivered.received_at == dt.datetime.fromisoformat("2026-03-16T10:00:00+01:00")
    assert delivered.delivered_at == dt.datetime.fromisoformat("2026-03-16T10:05:00.500+01:00")
    rejected = Notice("NS", "private", TREES["private", "NS"])
    assert rejected.errors == [("00423", "2.2.1.11 PrezzoTotale", "Verificare")]
    forwarded = Notice("NE", "pa", TREES["pa", "NE"])
    assert forwarded.outcome == "refused"
    assert forwarded.description == "Importo errato"
    assert forwarded.invoice_reference == ("7/A", "2026", "1")
    assert Notice("MC", "private", TREES["private", "MC"]).available_on == dt.date(2026, 3, 17)
    assert Notice("RC", "pa", {}).received_at is None


def test_an_outcome_is_made_for_the_whole_file_or_for_one_invoice() -> None:
    assert check_notice(outcome_notice("12", accepted=True)) == []
    one = outcome_notice("12", accepted=False, description="No", number="7/A", year=2026, position=2, message_id="3")
    assert check_notice(one) == []
    assert read_notice(write_notice(one)).invoice_reference == ("7/A", "2026", "2")
    assert [finding.code for finding in check_notice(outcome_notice("", accepted=True))] == ["00200"]


def test_an_attestation_is_found_in_its_archive() -> None:
    attestation = write_notice(Notice("AT", "pa", TREES["pa", "AT"]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("IT02345678904_00001.xml", "<x/>")
        archive.writestr("IT02345678904_00001_AT_001.xml", attestation)
    assert read_notice(packed.getvalue()).type == "AT"
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnreadableError, match="no attestation"):
        read_notice(empty.getvalue())


def test_an_invoice_is_no_message() -> None:
    with pytest.raises(UnreadableError, match="no message of the SdI"):
        read_notice(b"<FatturaElettronica/>")


def test_the_samples_of_messages_have_the_verdict_of_the_official_schema(
    shared: Path, manifest: list[dict[str, str]]
) -> None:
    for line in manifest:
        if line["exercises"].startswith("msg"):
            found = check_notice(read_notice((shared / "samples" / line["file"]).read_bytes()))
            assert (not found) is (line["xsd_valid"] == "yes"), line["file"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("IT02345678904_00001.xml", ("IT", "02345678904", "00001", "xml")),
        ("ITBNCLCU80A41H501U_a1.xml.p7m", ("IT", "BNCLCU80A41H501U", "a1", "xml.p7m")),
        ("DE12_1.zip", ("DE", "12", "1", "zip")),
    ],
)
def test_a_right_file_name_has_its_parts(name: str, parts: tuple[str, ...]) -> None:
    found = parse_file_name(name)
    assert found is not None
    assert (found.country, found.code, found.progressive, found.extension) == parts


@pytest.mark.parametrize(
    "name",
    [
        "",
        "IT0234567890_1.xml",
        "IT02345678904_123456.xml",
        "IT02345678904-1.xml",
        "it02345678904_1.xml",
        "IT02345678904_1.pdf",
        "D1_1.xml",
        "IT02345678904_1.xml\n",
        "IT0234567890é_1.xml",
    ],
)
def test_a_wrong_file_name_is_none(name: str) -> None:
    assert parse_file_name(name) is None


def test_messages_are_named_after_their_invoice() -> None:
    assert message_name("IT02345678904_00001.xml.p7m", "RC") == "IT02345678904_00001_RC_001.xml"
    assert message_name("IT02345678904_00001.xml", "AT", 12) == "IT02345678904_00001_AT_012.zip"
    found = parse_message_name("IT02345678904_00001_NS_00A.xml")
    assert found is not None
    assert (found.invoice, found.type, found.progressive) == ("IT02345678904_00001", "NS", "00A")
    assert parse_message_name("IT02345678904_00001.xml") is None
    with pytest.raises(ValueError, match="from 1 to 999"):
        message_name("x.xml", "RC", 1000)
