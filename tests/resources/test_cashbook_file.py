"""The cashbook as a file: what the list has, oldest first, with the balance after each entry."""

import csv
import io
from typing import Any

import pytest

from support import CheckAccess, Client

DAYS = "date_from=2026-03-01&date_to=2026-03-31"


def write(client: Client, day: str, words: str, **amounts: Any) -> None:
    sent = {"date": day, "description": words, "type": "in" if "amount_in" in amounts else "out", **amounts}
    client.data("POST", "cashbook", json={"data": sent})


def accounts(client: Client) -> list[dict[str, Any]]:
    return [{"id": each["id"]} for each in client.data("GET", "info/payment_accounts")]


def lines(client: Client, query: str) -> list[list[str]]:
    """The rows of the file, from the heads of the columns on."""
    answer = client.get(f"cashbook/file?{query}&format=csv")
    assert answer.status_code == 200, answer.text
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    return rows[next(number for number, row in enumerate(rows) if row[:1] == ["Data"]) :]


def test_access(client: Client, check_access: CheckAccess) -> None:
    check_access("GET", f"cashbook/file?{DAYS}", needs="cashbook:r")


def test_each_entry_has_the_balance_after_it(client: Client) -> None:
    bank = accounts(client)[0]
    write(client, "2026-02-27", "Prima", amount_in=100, payment_account_in=bank)
    write(client, "2026-03-02", "Entra", amount_in=50.5, payment_account_in=bank)
    write(client, "2026-03-05", "Esce", amount_out=30, payment_account_out=bank)
    rows = lines(client, DAYS)
    assert [(row[1], *row[4:]) for row in rows[1:]] == [
        ("Saldo iniziale", "", "", "100,00"),
        ("Entra", "50,50", "", "150,50"),
        ("Esce", "", "30,00", "120,50"),
        ("Totale", "50,50", "30,00", "120,50"),
    ]


def test_of_one_account_a_transfer_counts_once(client: Client) -> None:
    first, second = accounts(client)[:2]
    both = {"payment_account_in": first, "payment_account_out": second}
    write(client, "2026-03-02", "Giroconto", amount_in=500, amount_out=500, **both)
    assert lines(client, f"{DAYS}&payment_account_id={first['id']}")[-1][4:] == ["500,00", "0,00", "500,00"]
    assert lines(client, f"{DAYS}&payment_account_id={second['id']}")[-1][4:] == ["0,00", "500,00", "-500,00"]
    assert lines(client, DAYS)[-1][4:] == ["500,00", "500,00", "0,00"]


def test_money_in_alone_has_no_balance(client: Client) -> None:
    write(client, "2026-03-02", "Entra", amount_in=50, payment_account_in=accounts(client)[0])
    assert [(row[1], row[6]) for row in lines(client, f"{DAYS}&type=in")[1:]] == [("Entra", ""), ("Totale", "")]


@pytest.mark.parametrize(("format", "begin"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_other_formats(client: Client, format: str, begin: bytes) -> None:
    answer = client.get(f"cashbook/file?{DAYS}&format={format}")
    assert answer.content.startswith(begin)
    assert f"cashbook_2026-03-01_2026-03-31.{format}" in answer.headers["content-disposition"]


def test_what_cannot_be_is_refused(client: Client) -> None:
    assert client.get("cashbook/file").status_code == 422
    assert client.get(f"cashbook/file?{DAYS}&format=json").status_code == 422
    assert client.get(f"cashbook/file?{DAYS}&payment_account_id=x").status_code == 422


@pytest.mark.parametrize("path", ["receipts/file", "taxes/file"])
def test_receipts_and_f24_are_files_too(client: Client, path: str) -> None:
    client.data("POST", "taxes", json={"data": {"amount": 50, "due_date": "2026-03-16", "description": "IVA marzo"}})
    answer = client.get(f"{path}?format=csv")
    assert answer.status_code == 200
    assert ("IVA marzo" in answer.text) == (path == "taxes/file")


def test_an_account_that_is_not_there_has_an_empty_file(client: Client) -> None:
    days = {"date_from": "2026-01-01", "date_to": "2026-12-31", "payment_account_id": 800, "format": "csv"}
    assert client.get("cashbook/file", params=days).status_code == 200
