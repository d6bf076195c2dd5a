"""The electronic invoice: microseconds to write and to read one of 15 rows, beside a writer and a reader by hand.

Other libraries run in the same rounds, in an environment of their own (`others/`). xsdata makes its classes from the
official schema, which is measured only where that lies beside the checkout.
"""

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from tests.installed import python_environment

from benchmarks import by_hand
from benchmarks.report import Result, Table
from benchmarks.sample import invoice
from mastro import fatturapa
from mastro.model.company import Company
from mastro.model.issued_document import EInvoiceData, IssuedDocument

ROWS = 15
HIGHEST = 3.0
"""Ratio to the work by hand."""

OTHERS = Path(__file__).parent / "others"
SCHEMAS = Path(__file__).parents[2] / "shared" / "fatturapa" / "xsd"

Times = dict[str, float]


def run(*, quick: bool) -> Table:
    """Measure µs of CPU for one invoice, everything in turns within each round."""
    example_ = example()
    data = fatturapa.write(example_)
    if not by_hand.write(example_.tree) == data or not by_hand.read(data) == example_.tree == fatturapa.read(data).tree:
        raise RuntimeError("The work by hand and ours differ: what is measured is not the same work.")
    ours: dict[str, Callable[[], object]] = {
        "by hand: write": lambda: by_hand.write(example_.tree),
        "by hand: read": lambda: by_hand.read(data),
        "write": lambda: fatturapa.write(example_),
        "read": lambda: fatturapa.read(data),
        "read and check": lambda: fatturapa.check(fatturapa.read(data)),
    }
    repeats = 100 if quick else 1000
    with _others(data) as ask:
        rounds = [
            {name: _microseconds(work, repeats) for name, work in ours.items()} | ask(repeats // 10)
            for _ in range(3 if quick else 9)
        ]
    results = [_result(name, rounds) for name in rounds[0] if not name.startswith("by hand")]
    return Table(f"by hand, {ROWS} rows", "measured", results)


def example() -> fatturapa.Invoice:
    """The invoice of an integrator, as the server would write it."""
    document = msgspec.convert(invoice(ROWS), IssuedDocument, strict=False)
    document.number, document.ei_data = 7, EInvoiceData(payment_method="MP12")
    company = Company(
        name="Studio Prova S.r.l.",
        vat_number="12345670017",
        tax_code="12345670017",
        address_street="Via Roma 1",
        address_postal_code="20100",
        address_city="Milano",
        address_province="MI",
    )
    return fatturapa.from_document(document, company, progressive="00001")


def _microseconds(work: Callable[[], object], repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - start) / repeats * 1e6


def _result(name: str, rounds: list[Times]) -> Result:
    floor = "by hand: write" if "write" in name else "by hand: read"
    bar = HIGHEST if name in {"write", "read"} else None
    return Result(name, "µs", tuple(each[floor] for each in rounds), tuple(each[name] for each in rounds), bar)


@contextmanager
def _others(data: bytes) -> Iterator[Callable[[int], Times]]:
    """Ask the other libraries for their times; nothing comes from those that are not here."""
    try:
        python = python_environment("e_invoice", OTHERS / "others.lock") / "bin" / "python"
    except pytest.skip.Exception as reason:
        print(f"other libraries are left out: {reason}")
        yield lambda _: {}
        return
    with tempfile.TemporaryDirectory(prefix="mastro-bench-") as name:
        folder = Path(name)
        (folder / "invoice.xml").write_bytes(data)
        if SCHEMAS.is_dir():
            _copy_schemas(folder)
        else:
            print("xsdata is left out: the official schema is not beside this checkout")
        command = [str(python), str(OTHERS / "others_here.py")]
        with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            yield lambda repeats: _ask(process, repeats)
            process.communicate()


def _ask(process: subprocess.Popen[str], repeats: int) -> Times:
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{repeats}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise RuntimeError("The other libraries stopped: see above.")
    times: Times = json.loads(answer)
    return times


def _copy_schemas(folder: Path) -> None:
    """The official schema, with the one of signatures that it imports from the web beside it."""
    shutil.copy(SCHEMAS / "xmldsig-core-schema.xsd", folder)
    schema = (SCHEMAS / "Schema_VFPR12_v1.2.3.xsd").read_text(encoding="utf-8")
    there = re.sub(
        r'schemaLocation="[^"]*/xmldsig-core-schema.xsd"', 'schemaLocation="xmldsig-core-schema.xsd"', schema
    )
    (folder / "e_invoice.xsd").write_text(there, encoding="utf-8")
