# ruff: noqa: ANN201  (it runs in an environment of its own, without our types)
"""Other libraries of the electronic invoice, measured in an environment of their own.

Run in a folder with `invoice.xml` and, for xsdata, `e_invoice.xsd`. For each number on standard input it does all of
it so many times and answers one line of JSON: name → microseconds of CPU.
"""

import importlib
import json
import subprocess
import sys
import time
from pathlib import Path

from a38.fattura import FatturaPrivati12
from lxml import etree
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

DATA = Path("invoice.xml").read_bytes()


def read_a38():
    """a38 0.1.8, with lxml."""
    found = FatturaPrivati12()
    found.from_etree(etree.fromstring(DATA))
    return found


def works():
    """What is measured, by name."""
    read_once = read_a38()
    found = {
        "write: a38": lambda: etree.tostring(read_once.build_etree(lxml=True).getroot(), encoding="utf-8"),
        "read: a38": read_a38,
    }
    if Path("e_invoice.xsd").exists():
        found |= works_of_xsdata()
    return found


def works_of_xsdata():
    """With xsdata 26.1, on classes that it makes of the official schema, with lxml."""
    programs = Path(sys.executable).parent
    command = [programs / "xsdata", "generate", "e_invoice.xsd", "--package", "made"]
    subprocess.run(command, check=True, capture_output=True, env={"PATH": str(programs)})
    sys.path.insert(0, ".")
    root = importlib.import_module("made").FatturaElettronica
    context = XmlContext()
    parser, serializer = XmlParser(context=context), XmlSerializer(context=context)
    read_once = parser.from_bytes(DATA, root)
    return {
        "write: xsdata": lambda: serializer.render(read_once).encode(),
        "read: xsdata": lambda: parser.from_bytes(DATA, root),
    }


def main() -> None:
    """Answer until the input ends."""
    measured = works()
    for line in sys.stdin:
        times = {}
        for name, work in measured.items():
            start = time.process_time()
            for _ in range(int(line)):
                work()
            times[name] = (time.process_time() - start) / int(line) * 1e6
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
