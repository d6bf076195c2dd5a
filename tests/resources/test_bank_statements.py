"""Bank statements: what a file says, what its movements may be, and what matching them does to the books."""

import io
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from resources.issued_documents import create, row
from support import CheckAccess, Client, MakeCompany, MakeToken

HEAD = "Data contabile;Data valuta;Descrizione;Importo;Saldo"


def bank_of(client: Client) -> int:
    accounts = client.data("GET", "info/payment_accounts")
    return int(next(account["id"] for account in accounts if account["type"] == "bank"))


def csv(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode()


def send(client: Client, data: bytes, name: str = "estratto.csv", **fields: Any) -> Any:
    form = {"payment_account_id": str(bank_of(client)), **fields}
    return client.post("bank_statements", files={"attachment": (name, data)}, data=form)


def upload(client: Client, *rows: str, head: str = HEAD) -> dict[str, Any]:
    answer = send(client, csv(*rows, head=head))
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def keep(client: Client, *rows: str, head: str = HEAD) -> dict[str, Any]:
    """A statement whose movements are kept."""
    id = upload(client, *rows, head=head)["id"]
    kept: dict[str, Any] = client.data("POST", f"bank_statements/{id}/keep", json={"data": {}})
    return kept


def preview(client: Client, id: int, **options: Any) -> dict[str, Any]:
    data: dict[str, Any] = client.data("POST", f"bank_statements/{id}/preview", json={"data": options})
    return data


def proposed(client: Client, statement: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
    path = f"bank_statements/{statement['id']}/lines"
    found: list[dict[str, Any]] = client.data("GET", path, params={"proposals": "true", **params})
    return found


def act(client: Client, line: dict[str, Any], step: str, **data: Any) -> Any:
    return client.post(f"bank_statements/{line['statement_id']}/lines/{line['id']}/{step}", json={"data": data})


def done(client: Client, line: dict[str, Any], step: str, **data: Any) -> dict[str, Any]:
    answer = act(client, line, step, **data)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()["data"]
    return changed


def accept(client: Client, line: dict[str, Any]) -> dict[str, Any]:
    """The movement, matched with its best proposal."""
    wanted = ("kind", "document_id", "installment_id", "entry_id", "amount")
    matches = [{key: each[key] for key in wanted} for each in line["proposals"][0]["matches"]]
    return done(client, line, "match", matches=matches)


def client_named(client: Client, name: str, **more: Any) -> int:
    id: int = client.data("POST", "entities/clients", json={"data": {"name": name, **more}})["id"]
    return id


def over(gross: float) -> dict[str, Any]:
    """The rows of a document that comes to so much, VAT included."""
    return {"use_gross_prices": True, "items_list": [row(0, gross_price=gross)]}


def invoice(client: Client, name: str = "Bianchi S.p.A.", gross: float = 122, /, **more: Any) -> dict[str, Any]:
    """An invoice over so much, due on 1 March."""
    facts: dict[str, Any] = {"date": "2026-02-01", **over(gross), "entity": {"name": name}, **more}
    return create(client, **{"payments_list": [{"amount": gross, "due_date": "2026-03-01"}], **facts})


def expense(client: Client, name: str = "Carta", gross: float = 61, **more: Any) -> dict[str, Any]:
    sent = {"type": "expense", "date": "2026-02-10", "entity": {"name": name}, "amount_net": gross, **more}
    data: dict[str, Any] = client.data("POST", "received_documents", json={"data": sent})
    return data


def entries(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.data("GET", "cashbook?date_from=2026-01-01&date_to=2026-12-31")
    return found


def payments(client: Client, document: dict[str, Any]) -> list[tuple[Any, str]]:
    kind = "received_documents" if document["type"] == "expense" else "issued_documents"
    stored = client.data("GET", f"{kind}/{document['id']}")
    return [(each["amount"], each["status"]) for each in stored["payments_list"]]


# who may


def test_access(client: Client, check_access: CheckAccess) -> None:
    statement = keep(client, "02/03/2026;;BONIFICO;10,00;")
    [line] = proposed(client, statement)
    path = f"bank_statements/{statement['id']}"
    check_access("GET", "bank_statements", needs="cashbook:r")
    check_access("GET", path, needs="cashbook:r")
    check_access("GET", f"{path}/lines", needs="cashbook:r")
    check_access("GET", f"{path}/lines/{line['id']}/candidates", needs="cashbook:r")
    for step in ("match", "ignore", "undo"):
        check_access("POST", f"{path}/lines/{line['id']}/{step}", needs="cashbook:a", json={"data": {}})
    check_access("DELETE", path, needs="cashbook:a")


def test_a_payment_is_proposed_and_settled_only_for_who_may_change_its_document(
    client: Client, make_token: MakeToken
) -> None:
    document = invoice(client)
    statement = keep(client, "02/03/2026;;BIANCHI;122,00;")
    other = client.using(make_token(scopes=["cashbook:a", "issued_documents.invoices:r"]))
    [line] = proposed(other, statement)
    assert line["proposals"] == []
    one = {"kind": "issued_document", "document_id": document["id"], "installment_id": 1}
    assert act(other, line, "match", matches=[one]).status_code == 403
    assert payments(client, document) == [(122, "not_paid")]


def test_a_company_sees_only_its_own_statements(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    statement = keep(client, "02/03/2026;;BONIFICO;10,00;")
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.data("GET", "bank_statements") == []
    assert stranger.get(f"bank_statements/{statement['id']}").status_code == 404
    assert stranger.delete(f"bank_statements/{statement['id']}").status_code == 404


# the file


def test_a_statement_is_tried_before_it_is_kept(client: Client) -> None:
    head = "Conto IT60X;;;;\n;;;;\n" + HEAD
    found = upload(
        client,
        "02/03/2026;02/03/2026;BONIFICO DA ROSSI;1.220,00;2.220,00",
        "01.03.26;01/03/2026;CANONE;5,00-;1.000,00",
        "31/02/2026;;CHE GIORNO;7,00;",
        head=head,
    )
    assert (found["state"], found["heading"], found["format"]) == ("uploaded", 3, "csv")
    assert found["mapping"] == ["date", "value_date", "description", "amount", "balance"]
    tried = preview(client, found["id"])
    assert (tried["lines"], tried["known"], tried["refused"]) == (2, 0, 1)
    assert (tried["opening_balance"], tried["closing_balance"], tried["unexplained"]) == (1005, 2220, 0)
    refused, first, second = tried["rows"]
    assert (refused["row"], refused["status"]) == (6, "refused")
    assert "31/02/2026" in refused["reason"]
    assert (first["date"], first["amount"], first["description"]) == ("2026-03-02", 1220, "BONIFICO DA ROSSI")
    assert (second["date"], second["amount"]) == ("2026-03-01", -5)
    assert client.data("GET", f"bank_statements/{found['id']}/lines") == []


def test_the_columns_can_be_corrected(client: Client) -> None:
    found = upload(client, "02/03/2026;10,00;5,00;X", head="Quando;A;B;Perché")
    assert found["mapping"] == ["date", "amount", "", "description"]
    tried = preview(client, found["id"], mapping=["date", "amount_in", "balance", "description"])
    assert tried["rows"][0]["amount"] == 10
    for wrong in (["date"], ["date", "date", "", ""], ["date", "colour", "", ""], ["description", "amount", "", ""]):
        answer = client.post(f"bank_statements/{found['id']}/preview", json={"data": {"mapping": wrong}})
        assert answer.status_code == 422, wrong
        assert "data.mapping" in answer.json()["error"]["validation_result"]


def test_a_movement_that_came_before_is_not_kept_twice(client: Client) -> None:
    keep(client, "01/03/2026;;CAFFÈ;-1,20;", "01/03/2026;;CAFFÈ;-1,20;", "02/03/2026;;BONIFICO;10,00;")
    again = upload(
        client,
        "03/03/2026;;NUOVO;7,00;",
        "02/03/2026;;Bonifico ;10,00;",
        "01/03/2026;;CAFFE;-1,20;",
        "01/03/2026;;CAFFE;-1,20;",
        "01/03/2026;;CAFFE;-1,20;",
    )
    tried = preview(client, again["id"])
    assert [each["status"] for each in tried["rows"]] == ["new", "known", "known", "known", "new"]
    kept = client.data("POST", f"bank_statements/{again['id']}/keep", json={"data": {}})
    assert (kept["lines"], kept["known"], kept["open"]) == (2, 3, 2)
    twice = client.post(f"bank_statements/{again['id']}/keep", json={"data": {}})
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "STATEMENT_KEPT")
    third = upload(client, "02/03/2026;;BONIFICO;10,00;")
    nothing = client.post(f"bank_statements/{third['id']}/keep", json={"data": {}})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "NOTHING_NEW")


def test_the_same_movement_on_another_account_is_another_one(client: Client) -> None:
    keep(client, "02/03/2026;;GIROCONTO;10,00;")
    cash = next(each["id"] for each in client.data("GET", "info/payment_accounts") if each["type"] != "bank")
    answer = send(client, csv("02/03/2026;;GIROCONTO;10,00;"), payment_account_id=str(cash))
    assert preview(client, answer.json()["data"]["id"])["known"] == 0


def test_a_workbook_is_read_with_its_dates_and_numbers(client: Client) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("Movimenti"), book.add_format({"num_format": "dd/mm/yyyy"})
        for place, cells in enumerate([["Data", "Descrizione", "Entrate", "Uscite"], [46083, "BONIFICO", 1234.5, ""]]):
            for column, cell in enumerate(cells):
                sheet.write(place, column, cell, day if cell == 46083 else None)
        sheet.write_row(2, 0, [46084, "CANONE", "", 5])
    found = send(client, made.getvalue(), "estratto.xlsx").json()["data"]
    assert (found["format"], found["mapping"]) == ("xlsx", ["date", "description", "amount_in", "amount_out"])
    rows = preview(client, found["id"])["rows"]
    assert [(each["date"], each["amount"]) for each in rows] == [("2026-03-02", 1234.5), ("2026-03-03", -5)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "attachment"),
        (b"Data;Importo\n", "no rows below"),
        (b"<?xml version='1.0'?><a/>", "no bank statement"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "document type"),
        (b"PK\x03\x04broken", "cannot be read"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_and_says_why(client: Client, data: bytes, words: str) -> None:
    answer = send(client, data)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_statement_is_of_an_account_that_there_is(client: Client) -> None:
    for account in ("", "999999", "x"):
        answer = send(client, csv("02/03/2026;;A;1,00;"), payment_account_id=account)
        assert answer.status_code == 422
        assert "payment_account_id" in answer.json()["error"]["validation_result"]


# what a movement may be


def test_what_says_most_is_proposed_first_with_its_reasons(client: Client) -> None:
    invoice(client, "Verdi S.r.l.")
    named = invoice(client, "Bianchi S.p.A.")
    statement = keep(client, f"02/03/2026;;BONIFICO DA BIANCHI SPA FT {named['number']}/2026;122,00;")
    [line] = proposed(client, statement)
    best, other = line["proposals"]
    assert best["matches"][0]["document_id"] == named["id"]
    assert best["confidence"] == 99
    assert [each["code"] for each in best["reasons"]] == ["amount", "number", "name", "due"]
    assert other["confidence"] < 70


def test_money_out_is_an_expense_or_a_form(client: Client) -> None:
    cost = expense(client, "Telecom Italia")
    sent = {"amount": 50, "due_date": "2026-03-16", "description": "IVA febbraio"}
    form = client.data("POST", "taxes", json={"data": sent})
    statement = keep(client, "03/03/2026;;SDD TELECOM;-61,00;", "16/03/2026;;PAGAMENTO DELEGA F24;-50,00;")
    first, second = proposed(client, statement)
    assert first["proposals"][0]["matches"][0]["document_id"] == cost["id"]
    assert first["proposals"][0]["matches"][0]["amount"] == -61
    accept(client, first)
    accept(client, second)
    assert payments(client, cost) == [(61, "paid")]
    assert client.data("GET", f"taxes/{form['id']}")["status"] == "paid"
    assert sorted(each["amount_out"] for each in entries(client)) == [50, 61]


def test_a_transfer_for_several_invoices_of_a_customer_is_their_sum(client: Client) -> None:
    id = client_named(client, "Officine Meccaniche Galli")
    some = [invoice(client, "Officine Meccaniche Galli", gross, entity={"id": id, "name": "Officine Meccaniche Galli"})
            for gross in (100, 250, 30.5)]  # fmt: skip
    statement = keep(client, "02/03/2026;;BONIFICO OFFICINE MECCANICHE GALLI SALDO FATTURE;130,50;")
    [line] = proposed(client, statement)
    best = line["proposals"][0]
    assert {each["document_id"] for each in best["matches"]} == {some[0]["id"], some[2]["id"]}
    assert best["reasons"][0] == {"code": "sum", "detail": "2"}
    accept(client, line)
    assert [payments(client, each)[0][1] for each in some] == ["paid", "not_paid", "paid"]
    assert len(entries(client)) == 2


def test_a_customer_is_told_by_vat_number_and_by_iban(client: Client) -> None:
    iban = "IT60X0542811101000000123456"
    a = client_named(client, "Alfa", vat_number="12345670017")
    b = client_named(client, "Beta", bank_iban=iban)
    first = invoice(client, "Alfa", 100, entity={"id": a, "name": "Alfa", "vat_number": "12345670017"})
    second = invoice(client, "Beta", 200, entity={"id": b, "name": "Beta"})
    statement = keep(client, "02/03/2026;;ORD. IT12345670017;40,00;", f"02/03/2026;;DA {iban};50,00;")
    lines = proposed(client, statement)
    assert [line["proposals"][0]["matches"][0]["document_id"] for line in lines] == [first["id"], second["id"]]
    assert [line["proposals"][0]["reasons"][1]["code"] for line in lines] == ["vat_number", "iban"]


def test_no_payment_is_proposed_first_for_two_movements(client: Client) -> None:
    one = invoice(client, "Rossi Impianti")
    statement = keep(client, "02/03/2026;;ROSSI IMPIANTI;122,00;", "02/03/2026;;QUALCUNO;122,00;")
    found = client.data("GET", f"bank_statements/{statement['id']}/lines/sure", params={"confidence": 30})
    assert [(line["row"], line["proposals"][0]["matches"][0]["document_id"]) for line in found] == [(2, one["id"])]


def test_what_is_settled_already_is_found_in_the_cashbook_and_not_booked_twice(client: Client) -> None:
    document = invoice(client)
    one = {"kind": "issued_document", "document_id": document["id"], "installment_id": 1}
    one |= {"payment_account": {"id": bank_of(client)}, "paid_date": "2026-02-27"}
    client.data("POST", "payments/settle", json={"data": one})
    statement = keep(client, "02/03/2026;;BIANCHI;122,00;", "03/03/2026;;BIANCHI;122,00;")
    line, other = proposed(client, statement)
    assert line["proposals"][0]["matches"][0]["entry_id"] == f"issued_document-{document['id']}-1"
    matched = accept(client, line)
    assert matched["state"] == "matched"
    assert len(entries(client)) == 1
    twice = act(client, other, "match", matches=[{"kind": "entry", "entry_id": f"issued_document-{document['id']}-1"}])
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "ENTRY_TAKEN")
    assert [each["proposals"] for each in proposed(client, statement, state="open")] == [[]]
    done(client, line, "undo")
    assert payments(client, document) == [(122, "paid")]
    assert len(entries(client)) == 1


# what is done with it


def test_a_matched_invoice_is_paid_on_the_day_and_account_of_the_movement_and_open_again_after_undo(
    client: Client,
) -> None:
    document = invoice(client)
    before = client.data("GET", f"issued_documents/{document['id']}")["payments_list"]
    statement = keep(client, "27/02/2026;;BIANCHI SPA;122,00;")
    [line] = proposed(client, statement)
    matched = accept(client, line)
    assert (matched["state"], matched["matches"][0]["amount"]) == ("matched", 122)
    [entry] = entries(client)
    assert (entry["date"], entry["amount_in"], entry["payment_account_in"]["id"]) == (
        "2026-02-27",
        122,
        bank_of(client),
    )
    counted = client.data("GET", f"bank_statements/{statement['id']}")
    assert (counted["open"], counted["matched"], counted["ignored"]) == (0, 1, 0)
    done(client, line, "undo")
    assert entries(client) == []
    assert client.data("GET", f"issued_documents/{document['id']}")["payments_list"] == before
    assert act(client, line, "undo").status_code == 409


def test_a_part_of_an_installment_leaves_the_rest_open_and_goes_back_into_it(client: Client) -> None:
    document = invoice(client)
    statement = keep(client, "02/03/2026;;BIANCHI ACCONTO;50,00;", "05/03/2026;;BIANCHI SALDO;72,00;")
    first, second = proposed(client, statement)
    one = {"kind": "issued_document", "document_id": document["id"], "installment_id": 1}
    matched = done(client, first, "match", matches=[one | {"amount": 50}])
    assert matched["matches"][0]["split_from"] == 1
    assert payments(client, document) == [(50, "paid"), (72, "not_paid")]
    done(client, second, "match", matches=[one])
    assert sorted(each["amount_in"] for each in entries(client)) == [50, 72]
    done(client, second, "undo")
    done(client, first, "undo")
    assert payments(client, document) == [(122, "not_paid")]
    too_much = act(client, second, "match", matches=[one | {"amount": 200}])
    assert too_much.status_code == 422
    assert "data.matches.0.amount" in too_much.json()["error"]["validation_result"]


def test_one_movement_pays_several_documents_and_its_fee(client: Client) -> None:
    one, other = invoice(client, "A", 100), invoice(client, "B", 50)
    statement = keep(client, "02/03/2026;;INCASSO POS;148,50;")
    [line] = proposed(client, statement)
    parts: list[dict[str, Any]] = [
        {"kind": "issued_document", "document_id": each["id"], "installment_id": 1} for each in (one, other)
    ]
    short = act(client, line, "match", matches=parts)
    assert (short.status_code, short.json()["error"]["code"]) == (422, "MATCHES_MISMATCH")
    assert entries(client) == []
    done(client, line, "match", matches=[*parts, {"kind": "cashbook", "amount": -1.5, "description": "Commissioni"}])
    booked = {(each["description"], each["amount_in"], each["amount_out"]) for each in entries(client)}
    assert ("Commissioni", 0, 1.5) in booked
    assert sum(Decimal(str(came)) - Decimal(str(went)) for _, came, went in booked) == Decimal("148.5")
    done(client, line, "undo")
    assert entries(client) == []
    assert payments(client, one) == [(100, "not_paid")]


def test_a_transfer_between_own_accounts_is_one_entry_for_both_statements(client: Client) -> None:
    cash = next(each["id"] for each in client.data("GET", "info/payment_accounts") if each["type"] != "bank")
    statement = keep(client, "02/03/2026;;PRELIEVO;-100,00;")
    [line] = proposed(client, statement)
    transfer = {"kind": "cashbook", "description": "Prelievo", "other_account": {"id": cash}}
    done(client, line, "match", matches=[transfer])
    [entry] = entries(client)
    assert (entry["payment_account_out"]["id"], entry["payment_account_in"]["id"]) == (bank_of(client), cash)
    other = send(client, csv("02/03/2026;;VERSAMENTO;100,00;"), payment_account_id=str(cash)).json()["data"]
    client.data("POST", f"bank_statements/{other['id']}/keep", json={"data": {}})
    [there] = proposed(client, other)
    assert there["proposals"][0]["matches"][0]["entry_id"] == entry["id"]
    accept(client, there)
    assert len(entries(client)) == 1


def test_a_movement_is_ignored_for_a_reason_and_taken_back(client: Client) -> None:
    statement = keep(client, "02/03/2026;;DOPPIONE;1,00;")
    [line] = proposed(client, statement)
    assert act(client, line, "ignore").status_code == 422
    assert done(client, line, "ignore", reason="Già nel conto vecchio")["state"] == "ignored"
    assert act(client, line, "match", matches=[{"kind": "cashbook"}]).status_code == 409
    assert done(client, line, "undo")["reason"] == ""


def test_a_whole_statement_is_taken_back(client: Client) -> None:
    document = invoice(client)
    statement = keep(client, "02/03/2026;;BIANCHI;122,00;", "02/03/2026;;CANONE;-5,00;")
    first, second = proposed(client, statement)
    accept(client, first)
    done(client, second, "match", matches=[{"kind": "cashbook", "description": "Spese bancarie"}])
    assert client.data("DELETE", f"bank_statements/{statement['id']}") == {"undone": 2}
    assert entries(client) == []
    assert payments(client, document) == [(122, "not_paid")]
    assert client.get(f"bank_statements/{statement['id']}").status_code == 404
    assert keep(client, "02/03/2026;;BIANCHI;122,00;")["lines"] == 1


def test_what_somebody_undid_by_hand_does_not_keep_a_movement_from_being_taken_back(client: Client) -> None:
    document = invoice(client)
    statement = keep(client, "02/03/2026;;BIANCHI;122,00;")
    [line] = proposed(client, statement)
    accept(client, line)
    one = {"kind": "issued_document", "document_id": document["id"], "installment_id": 1}
    assert [each["undone"] for each in proposed(client, statement)] == [False]
    client.data("POST", "payments/reopen", json={"data": one})
    assert [each["undone"] for each in proposed(client, statement)] == [True]
    client.delete(f"issued_documents/{document['id']}")
    assert done(client, line, "undo")["state"] == "open"


def test_a_credit_note_is_money_out_to_a_customer(client: Client) -> None:
    note = create(client, "credit_note", date="2026-02-20", **over(40))
    statement = keep(client, "02/03/2026;;RIMBORSO BIANCHI;-40,00;")
    [line] = proposed(client, statement)
    assert line["proposals"][0]["matches"][0]["document_id"] == note["id"]
    accept(client, line)
    [entry] = entries(client)
    assert (entry["amount_out"], entry["payment_account_out"]["id"]) == (40, bank_of(client))


def test_an_amount_in_another_currency_is_paid_as_a_whole_and_the_difference_booked(client: Client) -> None:
    dollars = invoice(client, "Acme Inc", 110, currency={"id": "USD", "exchange_rate": "1.10000"})
    statement = keep(client, "02/03/2026;;ACME INC;98,00;")
    [line] = proposed(client, statement)
    one = {"kind": "issued_document", "document_id": dollars["id"], "installment_id": 1}
    part = act(client, line, "match", matches=[one | {"amount": 98}])
    assert (part.status_code, part.json()["error"]["code"]) == (422, "PAID_AS_A_WHOLE")
    loss = {"kind": "cashbook", "amount": -2, "description": "Differenza cambi"}
    done(client, line, "match", matches=[one, loss])
    assert sum(each["amount_in"] - each["amount_out"] for each in entries(client)) == 98


# looking


def test_other_payments_are_found_by_number_amount_and_name(client: Client) -> None:
    a, b = invoice(client, "Aurora", 100), invoice(client, "Borea", 777.77)
    statement = keep(client, "02/03/2026;;???;5,00;")
    [line] = proposed(client, statement)
    path = f"bank_statements/{statement['id']}/lines/{line['id']}/candidates"
    for text, wanted in (("auro", a), ("777,77", b), (f"{b['number']}/2026", b)):
        assert [each["document_id"] for each in client.data("GET", path, params={"text": text})] == [wanted["id"]]
    assert {each["document_id"] for each in client.data("GET", path)} == {a["id"], b["id"]}


def test_the_bank_and_the_cashbook_are_held_against_one_another(client: Client) -> None:
    statement = keep(client, "02/03/2026;;A;10,00;110,00", "03/03/2026;;B;-4,00;106,00")
    first, _ = proposed(client, statement)
    done(client, first, "match", matches=[{"kind": "cashbook"}])
    balance = client.get(f"bank_statements/{statement['id']}").json()["balance"]
    assert balance == {"closing_balance": 106, "cashbook_balance": 10, "open_amount": -4, "difference": 100}


def test_lines_are_filtered_by_state_and_words(client: Client) -> None:
    statement = keep(client, "02/03/2026;;Caffè Centrale;-1,00;", "03/03/2026;;BONIFICO;4,00;")
    first, _ = proposed(client, statement)
    done(client, first, "ignore", reason="Privato")
    assert [line["description"] for line in proposed(client, statement, state="ignored")] == ["Caffè Centrale"]
    assert [line["description"] for line in proposed(client, statement, text="caffe")] == ["Caffè Centrale"]
    assert client.get(f"bank_statements/{statement['id']}/lines?state=x").status_code == 422


def test_the_trail_of_changes_tells_who_matched_what(client: Client) -> None:
    statement = keep(client, "02/03/2026;;A;10,00;")
    [line] = proposed(client, statement)
    done(client, line, "ignore", reason="Prova")
    trail = client.data("GET", "audit?resource=bank_statements")
    assert [each["type"] for each in trail] == ["bank_statements.lines.update", "bank_statements.create"]
    assert trail[0]["changes"]["state"] == ["open", "ignored"]


def test_a_statement_belongs_to_the_package_of_its_company() -> None:
    from mastro.resources.exports.package import LEFT_OUT
    from mastro.resources.setup import collections

    names = {collection.name for collection in collections()}
    assert {"bank_statements", "bank_lines"} <= names - set(LEFT_OUT)
