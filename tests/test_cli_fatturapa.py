"""Electronic invoices on the command line: what is printed for scripts and for people, and how it ends."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mastro.cli import app
from mastro.cli.common import Failure
from mastro.fatturapa import from_document, read, write
from mastro.fatturapa.show import show
from mastro.model.company import Company
from mastro.model.entity import Entity
from mastro.model.issued_document import EInvoiceData, IssuedDocument, Item, Payment
from mastro.model.settings import VatType
from mastro.settings import rome_now

SHARED = Path(__file__).parents[2] / "shared" / "fatturapa"


@pytest.fixture(scope="module")
def manifest() -> list[dict[str, str]]:
    """The samples with the verdict of the official schema."""
    if not SHARED.is_dir():
        pytest.skip("the samples are not beside this checkout")
    with (SHARED / "samples" / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def good() -> bytes:
    """A file that the SdI would take."""
    company = Company(
        name="Officine Perugine S.r.l.",
        vat_number="02345678904",
        tax_code="02345678904",
        regime="RF01",
        address_street="Via Alessandro Volta 12",
        address_postal_code="06129",
        address_city="Perugia",
        address_province="PG",
    )
    customer = Entity(
        name="Rossi S.p.A.",
        vat_number="01234567897",
        address_street="Via Roma 1",
        address_postal_code="20121",
        address_city="Milano",
        address_province="MI",
        country="Italia",
        ei_code="ABC1234",
    )
    today = rome_now().date()
    document = IssuedDocument(
        type="invoice",
        number=12,
        numeration="/A",
        date=today,
        year=today.year,
        entity=customer,
        e_invoice=True,
        ei_data=EInvoiceData(payment_method="MP05", bank_iban="IT60X0542811101000000123456"),
        items_list=[Item(name="Consulenza", qty=Decimal(2), net_price=Decimal(50), vat=VatType(value=Decimal(22)))],
        payments_list=[Payment(amount=Decimal(122), due_date=today)],
    )
    return write(from_document(document, company, progressive="00001"))


def put(folder: Path, **files: bytes) -> list[str]:
    """Write files `name__xml`; their paths."""
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content)
        paths.append(str(path))
    return paths


def run(*words: str) -> int:
    """Exit status of `mastro fatturapa …`."""
    try:
        app(["fatturapa", *words], exit_on_error=False, print_error=False)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return held.getvalue()


# check


def test_a_valid_file_is_one_line_and_the_exit_status_is_0(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    [path] = put(tmp_path, good__xml=good)
    assert run("check", path) == 0
    assert lines(capsys) == [{"file": path, "format": "FPR12", "valid": True, "errors": []}]


def test_one_wrong_file_among_others_ends_with_1_and_says_code_place_and_why(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = good.replace(b"<Natura>", b"").replace(b"<AliquotaIVA>22.00</AliquotaIVA>", b"", 1)
    paths = put(tmp_path, a__xml=wrong, b__xml=good)
    assert run("check", *paths) == 1
    first, second = lines(capsys)
    assert (first["file"], first["valid"], second["valid"]) == (paths[0], False, True)
    error = first["errors"][0]
    assert set(error) == {"code", "path", "message"}
    assert error["code"] == "00200"
    assert error["path"] == "FatturaElettronicaBody[1]/DatiBeniServizi/DettaglioLinee[1]/AliquotaIVA"
    assert error["message"]


def test_messages_are_italian_where_that_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [path] = put(tmp_path, empty__xml=b"")
    run("check", path)
    run("check", path, "--language", "it")
    english, italian = lines(capsys)
    assert english["errors"][0]["code"] == italian["errors"][0]["code"] == "00106"
    assert english["format"] is None
    assert italian["errors"][0]["message"].startswith("Il file non si può leggere")


def test_a_file_that_is_not_there_does_not_keep_the_others_waiting(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    [path] = put(tmp_path, good__xml=good)
    os.mkfifo(tmp_path / "pipe")
    assert run("check", str(tmp_path / "none.xml"), str(tmp_path / "pipe"), path) == 1
    found = lines(capsys)
    assert [line["valid"] for line in found] == [False, False, True]
    assert [line["errors"][0]["code"] for line in found[:2]] == ["FILE", "FILE"]


def test_a_folder_is_looked_through_for_invoices_in_the_order_of_names(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    put(tmp_path, b__xml=good, a__XML=good, notes__txt=b"no invoice")
    put(inner, c__zip=zipped(one__xml=good, two__xml=good))
    assert run("check", str(tmp_path)) == 0
    assert [Path(line["file"]).name for line in lines(capsys)] == ["a.XML", "b.xml", "c.zip"]


def test_what_is_wrong_in_an_archive_names_the_member(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = good.replace(b"<TipoDocumento>TD01</TipoDocumento>", b"<TipoDocumento>TD99</TipoDocumento>")
    [path] = put(tmp_path, many__zip=zipped(IT02345678904_1__xml=good, IT02345678904_2__xml=wrong))
    assert run("check", path) == 1
    [line] = lines(capsys)
    assert line["format"] == "FPR12"
    assert line["errors"]
    assert all(error["path"].startswith("IT02345678904_2.xml:") for error in line["errors"])


def test_the_name_counts_only_for_what_is_about_to_be_sent(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, right = put(tmp_path, my_invoice__xml=good, IT02345678904_00001__xml=good)
    assert run("check", wrong) == 0
    assert run("check", "--sending", wrong) == 1
    assert run("check", "--sending", right) == 0
    assert [error["code"] for line in lines(capsys) for error in line["errors"]] == ["00001"]


def test_a_name_that_is_no_text_is_printed_all_the_same(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / os.fsdecode(b"fattura-\xe0.xml")).write_bytes(good)
    assert run("check", str(tmp_path)) == 0
    [line] = lines(capsys)
    assert os.fsencode(line["file"]).endswith(b"fattura-\xe0.xml")


def test_every_sample_has_the_verdict_of_the_official_schema(
    manifest: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    samples = [line for line in manifest if line["xsd_valid"] == "yes" and not line["exercises"].startswith("msg")]
    assert len(samples) > 40
    run("check", *(str(SHARED / "samples" / line["file"]) for line in samples))
    formal = {Path(line["file"]).name for line in lines(capsys) if any(e["code"] == "00200" for e in line["errors"])}
    assert all("/ph-fatturapa" in f"/{name}" for name in formal)  # the schema of 2014, which the SdI takes no more


# show


def test_an_invoice_is_shown_with_its_parties_rows_sums_and_payments(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    [path] = put(tmp_path, good__xml=good)
    assert run("show", path) == 0
    text = capsys.readouterr().out
    for part in (
        "FatturaPA FPR12",
        "Officine Perugine S.r.l.",
        "P.IVA IT01234567897",
        "TD01 Invoice 12/A of",
        "2.00 × 50.00 = 100.00   VAT 22.00%",  # noqa: RUF001
        "22.00%: 100.00 + 22.00",
        "MP05 Bank transfer, 122.00",
        "IT60X0542811101000000123456",
        "Nothing to remark.",
    ):
        assert part in text, text


def test_what_is_wrong_is_shown_with_its_remedy(
    tmp_path: Path, good: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    [path] = put(tmp_path, wrong__xml=good.replace(b">122.00<", b">123.00<"))
    assert run("show", path, "--language", "it") == 0
    text = capsys.readouterr().out
    assert "TD01 Fattura 12/A del" in text
    assert "avviso W-TOT" in text
    assert "→" in text


def test_a_file_cannot_write_commands_to_the_terminal(good: bytes) -> None:
    text = show(read(good.replace(b"Consulenza", "Consu\x9b31mlenza".encode())))
    assert "\x9b" not in text
    assert "Consu 31mlenza" in text


def test_what_is_no_invoice_is_refused_in_one_line(tmp_path: Path) -> None:
    [path] = put(tmp_path, other__xml=b"<html/>")
    with pytest.raises(Failure, match="no FatturaPA"):
        run("show", path)


def test_every_sample_that_can_be_read_can_be_shown(
    manifest: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    shown = 0
    for line in manifest:
        try:
            run("show", str(SHARED / "samples" / line["file"]))
            shown += 1
        except Failure:
            continue
        text = capsys.readouterr().out
        assert text.startswith("FatturaPA"), line["file"]
        assert all(c.isprintable() or c == "\n" for c in text), line["file"]
    assert shown > 80


# what the command line costs before it does anything

HEAVY = {"alembic", "sqlalchemy", "starlette", "typst", "uvicorn"}


def in_a_process_of_its_own(*words: str) -> tuple[int, set[str]]:
    """Run a command; the most memory that it had, in KB, and the packages that it imported."""
    script = """if True:
        import resource, sys
        from mastro.cli import main
        try:
            main()
        finally:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            print(memory, *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
    """
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    memory, *packages = done.stderr.split()
    return int(memory), set(packages)


@pytest.mark.parametrize("words", [["--help"], ["fatturapa", "check"], ["fatturapa", "show"], ["--version"]])
def test_what_needs_no_database_does_not_wait_for_one_to_be_imported(
    words: list[str], good: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "invoice.xml"
    file.write_bytes(good)
    _, packages = in_a_process_of_its_own(*words, *([str(file)] if words[0] == "fatturapa" else []))
    assert "mastro" in packages
    assert not packages & HEAVY


def test_thousands_of_files_take_no_more_memory_than_a_few(good: bytes, tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    for folder, count in ((few, 20), (many, 1500)):
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.xml").write_bytes(good)
    least, _ = in_a_process_of_its_own("fatturapa", "check", str(few))
    most, _ = in_a_process_of_its_own("fatturapa", "check", str(many))
    assert most < least + 4000
