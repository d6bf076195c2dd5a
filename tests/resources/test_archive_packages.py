"""Archive packages: every electronic invoice of a period with its messages, told by hashes, the same each time."""

import hashlib
import io
import json
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mastro.fatturapa.sincro import NAMESPACE
from mastro.packages import BrokenPackage
from mastro.resources.archive_packages.making import differences
from mastro.resources.received_documents.arrivals import Arrival, receive
from resources.e_invoices import BUYER, SELLER, exported
from resources.issued_documents import create
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, OpenCall

SEAT = {
    "address_street": "Via Roma 1",
    "address_postal_code": "20100",
    "address_city": "Milano",
    "address_province": "MI",
}
CUSTOMER = {**SELLER, **SEAT, "country": "Italia", "ei_code": "ABC1234"}
MARCH = {"from_date": "2026-03-01", "to_date": "2026-03-31"}


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(**BUYER, **SEAT)


@pytest.fixture
def tester(client: Client) -> Client:
    """The company in test mode: what it sends is answered."""
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    return client


@pytest.fixture
def seller(client: Client, make_company: MakeCompany, make_token: MakeToken) -> Client:
    id = make_company(**SELLER)
    return Client(client.http, id, make_token(company_id=id))


def send(client: Client, outcome: str = "delivered", **more: Any) -> dict[str, Any]:
    """A document that was sent and answered."""
    facts = {"entity": CUSTOMER, "e_invoice": True, "ei_data": {"payment_method": "MP05"}, **more}
    made = create(client, **facts)
    return again(client, made, outcome)


def again(client: Client, made: dict[str, Any], outcome: str) -> dict[str, Any]:
    path = f"issued_documents/{made['id']}/e_invoice/send"
    client.data("POST", path, json={"data": {}, "options": {"test_outcome": {"outcome": outcome}}})
    deadline = time.monotonic() + 20
    while True:
        found: dict[str, Any] = client.data("GET", f"issued_documents/{made['id']}")
        if found["ei_status"] in {"accepted", "discarded", "not_delivered"}:
            return found
        assert time.monotonic() < deadline
        time.sleep(0.03)


def packed(client: Client, **order: Any) -> tuple[dict[str, Any], bytes]:
    """The job of a package, and the package; what the simulated SdI has answered is in it unless that is refused."""
    id = client.data("POST", "archive_packages", json={"data": {**MARCH, "simulated": True, **order}})["id"]
    deadline = time.monotonic() + 20
    while (job := client.data("GET", f"archive_packages/{id}"))["state"] != "done":
        assert job["state"] in {"waiting", "running"}, job
        assert time.monotonic() < deadline
        time.sleep(0.05)
    address = job["file"]["url"]
    answer = client.using("").get(address[address.index("/attachment/") :])
    assert answer.status_code == 200
    return job, answer.content


def index_of(content: bytes) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found: list[dict[str, Any]] = json.loads(archive.read("index.json"))["files"]
        for line in found:
            assert hashlib.sha256(archive.read(line["path"])).hexdigest() == line["sha256"]
    return found


def test_who_may_have_a_package_made(check_access: CheckAccess) -> None:
    check_access("POST", "archive_packages", needs="issued_documents.invoices:r", json={"data": MARCH})
    check_access("POST", "archive_packages", needs="received_documents:r", json={"data": MARCH})
    check_access("GET", "archive_packages", needs="received_documents:r")
    check_access("GET", "archive_packages/1", needs="received_documents:r")


def test_a_package_has_what_was_sent_and_what_came_in_with_every_message(
    tester: Client, seller: Client, call: OpenCall
) -> None:
    send(tester, date="2026-02-27")
    delivered = send(tester)
    corrected = again(tester, send(tester, "discarded"), "delivered")
    create(tester, entity=CUSTOMER, e_invoice=True)  # never sent
    xml = exported(seller)
    with call() as opened:
        receive(
            opened, Arrival("IT02345678904_00009.xml", xml, "pec", "123", ("IT02345678904_00009_MT_001.xml", b"<MT/>"))
        )
    job, content = packed(tester)
    lines = index_of(content)
    assert [(each["group"], each.get("document_id"), each.get("ei_status")) for each in lines] == [
        ("issued", delivered["id"], "accepted"),
        ("notices", None, None),
        ("discarded", corrected["id"], "discarded"),
        ("notices", None, None),
        ("issued", corrected["id"], "accepted"),
        ("notices", None, None),
        ("received", None, None),
        ("notices", None, None),
    ]
    assert [each["type"] for each in lines if each["group"] == "notices"] == ["RC", "NS", "RC", "MT"]
    assert [each["about"] for each in lines if each["group"] == "notices"] == [
        each["path"] for each in lines if each["group"] != "notices"
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("received/IT02345678904_00009.xml") == xml
    came = lines[6]
    assert (came["seller"]["vat_number"], came["buyer"]["name"]) == ("IT02345678904", BUYER["name"])
    assert came["documents"] == [{"type": "TD01", "number": "1", "date": "2026-03-02", "total": "122.00"}]
    assert job["result"] == {
        "counted": {"simulated": 6, "received": 1, "notices": 1},
        "problems": [],
        "simulated_left_out": 0,
    }
    folders = {each["path"].rpartition("/")[0]: each.get("simulated", False) for each in lines}
    assert folders == {
        "simulated/issued": True,
        "simulated/discarded": True,
        "simulated/notices": True,
        "received": False,
        "notices": False,
    }


def test_what_was_only_tried_is_left_out_and_counted_unless_it_is_asked_for(
    tester: Client, seller: Client, call: OpenCall
) -> None:
    send(tester)
    xml = exported(seller)
    with call() as opened:
        receive(opened, Arrival("IT02345678904_00008.xml", xml, "simulator", "122"))
        receive(opened, Arrival("IT02345678904_00009.xml", xml + b"\n", "pec", "123"))
    job, content = packed(tester, simulated=False)
    assert [each["path"] for each in index_of(content)] == ["received/IT02345678904_00009.xml"]
    assert job["result"] == {"counted": {"received": 1}, "problems": [], "simulated_left_out": 3}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read("manifest.json"))["simulated_left_out"] == 3
        assert b"simulated/" not in archive.read("PIndex.xml")
    with zipfile.ZipFile(io.BytesIO(packed(tester)[1])) as archive:
        groups = re.findall(rb'<ID scheme="local">([a-z]+)</ID>', archive.read("PIndex.xml"))
    assert groups == [b"received", b"simulated"]


def test_the_index_for_preservation_services_names_every_file_with_its_hash(tester: Client) -> None:
    send(tester)
    _, content = packed(tester)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("PIndex.xml"))
    said = {
        (each.findtext(f"{{{NAMESPACE}}}Path"), each.findtext(f"{{{NAMESPACE}}}Hash"))
        for each in root.iter(f"{{{NAMESPACE}}}File")
    }
    assert said == {(line["path"], line["sha256"]) for line in index_of(content)}
    assert len(said) == 2


def test_the_same_period_gives_the_same_bytes_and_another_day_another_package(tester: Client, clock: Clock) -> None:
    send(tester)
    first, content = packed(tester)
    clock.advance(hours=5)
    second, same = packed(tester)
    assert content == same
    assert first["file"]["sha256"] == second["file"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert index_of(packed(tester, from_date="2026-03-03")[1]) == []


def test_a_company_sees_only_its_own_files(tester: Client, seller: Client, call: OpenCall) -> None:
    send(tester)
    assert index_of(packed(seller)[1]) == []


def test_what_was_brought_in_is_there_as_it_was(client: Client, seller: Client) -> None:
    xml = exported(seller)
    client.data("POST", "received_documents/import", files={"attachment": ("acquisto.xml", xml)})
    assert seller.delete("issued_documents/1").status_code == 200
    seller.data("POST", "issued_documents/import", files={"attachment": ("vendita.xml", xml)})
    [bought] = index_of(packed(client)[1])
    assert (bought["group"], bought["file_name"], bought["sha256"]) == (
        "received",
        "acquisto.xml",
        hashlib.sha256(xml).hexdigest(),
    )
    [sold] = index_of(packed(seller)[1])
    assert (sold["group"], sold["rebuilt"], sold["documents"]) == ("issued", True, bought["documents"])


@pytest.mark.parametrize(
    "days",
    [
        {"from_date": None},
        {"to_date": None},
        {"to_date": "2026-02-01"},
        {"from_date": "1900-01-01"},
        {"to_date": "2099-01-01"},
        {"from_date": "2107-01-01", "to_date": "2108-01-01"},
        {"to_date": "tomorrow"},
    ],
)
def test_days_that_are_no_period_are_refused(client: Client, days: dict[str, Any]) -> None:
    assert client.post("archive_packages", json={"data": {**MARCH, **days}}).status_code == 422


# what was done to a package since


def rewritten(content: bytes, path: Path, *, leave_out: str = "", change: str = "", add: str = "") -> Path:
    """A package that somebody has worked on, by name of a file."""
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name != leave_out:
                new.writestr(name, old.read(name) + (b" " if name == change else b""))
        if add:
            new.writestr(add, b"<a/>")
        new.comment = old.comment
    return path


def test_a_package_that_is_as_it_was_made_has_nothing_to_tell(tester: Client, tmp_path: Path) -> None:
    send(tester)
    _, content = packed(tester)
    assert differences(rewritten(content, tmp_path / "p.zip")) == []


def test_what_is_changed_missing_or_added_is_named(tester: Client, tmp_path: Path) -> None:
    send(tester)
    _, content = packed(tester)
    name = index_of(content)[0]["path"]
    for number, (work, told) in enumerate(
        [
            ({"change": name}, "longer"),
            ({"leave_out": name}, "missing"),
            ({"add": "issued/extra.xml"}, "not in the manifest"),
            ({"change": "index.json"}, "longer"),
            ({"change": "PIndex.xml"}, "longer"),
        ]
    ):
        [found] = differences(rewritten(content, tmp_path / f"{number}.zip", **work))
        assert next(iter(work.values())) in found
        assert told in found


def test_bytes_that_belong_to_no_entry_are_found(tester: Client, tmp_path: Path) -> None:
    send(tester)
    _, content = packed(tester)
    second = content.index(b"PK\x03\x04", 4)
    for number, foreign in enumerate(
        (b"#!/bin/sh\n" + content, content + b"more", content[:second] + b"between" + content[second:])
    ):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(foreign)
        with pytest.raises(BrokenPackage):
            differences(path)


def test_what_is_no_package_is_said_to_be_none(tester: Client, tmp_path: Path) -> None:
    send(tester)
    _, content = packed(tester)
    with pytest.raises(BrokenPackage, match="manifest"):
        differences(rewritten(content, tmp_path / "a.zip", change="manifest.json"))
    (tmp_path / "b.zip").write_bytes(content[: len(content) // 2])
    with pytest.raises(BrokenPackage, match="cut off"):
        differences(tmp_path / "b.zip")
