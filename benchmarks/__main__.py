"""Run the measurements and print a table: `python -m benchmarks [--quick] [--only NAME]`.

Always ends with status 0 when it could measure: a missed bar is said in the table.
"""

import argparse
import json
import platform
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import e_invoice, first_page, list_page, request_cost, search
from benchmarks.report import Table

BENCHES: dict[str, Callable[..., Table]] = {
    "requests": request_cost.run,
    "first-page": first_page.run,
    "search": search.run,
    "list-page": list_page.run,
    "e-invoice": e_invoice.run,
}
"""By name, what measures: another measurement is a module with `run(*, quick)` and a line here."""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="few rounds, small data: to see that all runs")
    arguments.add_argument("--only", choices=sorted(BENCHES), action="append", help="measure only this")
    arguments.add_argument("--self-check", action="store_true", help="the floor against itself: ratios of about 1")
    arguments.add_argument("--json", type=Path, help="write the results to this file too")
    given = arguments.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}\n")
    kept: list[dict[str, object]] = []
    if given.self_check:
        print(request_cost.run(quick=given.quick, self_check=True))
        return
    for name in given.only or BENCHES:
        start = time.perf_counter()
        table = BENCHES[name](quick=given.quick)
        print(table)
        print(f"({name}: {time.perf_counter() - start:.0f} s)\n", flush=True)
        kept += [result.as_dict() for result in table.results]
    if given.json:
        given.json.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
