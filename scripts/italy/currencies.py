"""Fill the rates of `src/mastro/italy/data/currencies.csv` from a file of the European Central Bank.

    python scripts/italy/currencies.py eurofxref-hist.csv

The ECB publishes the file at its euro foreign exchange reference rates; the last rate of each currency is taken with
its day.
"""

import csv
import sys
from decimal import Decimal
from pathlib import Path

TABLE = Path(__file__).parents[2] / "src" / "mastro" / "italy" / "data" / "currencies.csv"
FIVE = Decimal("0.00001")


def last_rates(history: Path) -> dict[str, tuple[Decimal, str]]:
    """Return each currency's latest rate and its day."""
    found: dict[str, tuple[Decimal, str]] = {}
    with history.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = row["Date"]
            for name, text in row.items():
                if (
                    name not in {"Date", "", None}
                    and text not in {"", "N/A", None}
                    and day > found.get(name, (0, ""))[1]
                ):
                    found[name] = (Decimal(text), day)
    return found


def main(history: Path) -> None:
    """Rewrite the columns `rate_date` and `exchange_rate` of every currency that is not fixed or rough."""
    ecb = last_rates(history)
    with TABLE.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    for row in table:
        match row["source"]:
            case "ecb" | "same":
                rate, row["rate_date"] = ecb[row["base"] or row["id"]]
            case "usd":
                dollar, row["rate_date"] = ecb["USD"]
                rate = dollar * Decimal(row["base"])
            case _:
                rate = Decimal(row["base"])
        row["exchange_rate"] = str(rate.quantize(FIVE))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
