"""Clients, suppliers and products out of spreadsheets: columns, trial, import, refused rows, undo."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from mastro.resources import jobs
from mastro.resources.table_imports import columns, work
from pure.test_sheets import workbook

CLIENTS = """Elenco clienti al 31/12;;;;;
Codice;Ragione sociale;P.IVA;Città;CAP;Giorni pagamento
C1;Società Così S.r.l.;1234567890;Forlì;47121;30
C2;Bianchi S.p.A.;09876543210;Roma;185;60
;;;;;
C3;;;Milano;20121;
C4;Verdi;;Torino;10121;presto
"""


def upload(server: Any, data: bytes | str, resource: str = "clients", **fields: str) -> dict[str, Any]:
    content = data.encode("cp1252") if isinstance(data, str) else data
    files = {"attachment": ("tabella.csv", content)}
    answer = server.client.post("table_imports", data={"resource": resource, **fields}, files=files)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def carry_out(server: Any, id: int, step: str = "run", **options: object) -> dict[str, Any]:
    started = server.client.data("POST", f"table_imports/{id}/{step}", json={"data": options})
    assert started["job_id"]
    server.work()
    assert server.client.data("GET", f"jobs/{started['job_id']}")["state"] == "done"
    found: dict[str, Any] = server.client.data("GET", f"table_imports/{id}")
    return found


def figures(done: dict[str, Any]) -> tuple[int, ...]:
    return tuple(done[key] for key in ("created", "updated", "unchanged", "skipped", "refused"))


def everything(server: Any, path: str = "entities/clients") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.client.data("GET", path, params={"fieldset": "detailed", "sort": "id"})
    return found


def test_an_upload_needs_a_token_its_scope_and_its_own_company(server: Any) -> None:
    files = {"attachment": ("a.csv", b"Nome;CAP\nA;1\n")}
    post = {"data": {"resource": "clients"}, "files": files}
    assert server.client.using("").post("table_imports", **post).status_code == 401
    assert server.client.using(server.token("products:a")).post("table_imports", **post).status_code == 403
    assert server.client.using(server.token("entity.clients:r")).post("table_imports", **post).status_code == 403
    id = upload(server, "Nome;CAP\nA;1\n")["id"]
    assert server.client.using(server.token("products:a")).get(f"table_imports/{id}").status_code == 403
    assert server.client.using(server.token("products:a")).data("GET", "table_imports") == []
    assert server.client.get(f"/c/{server.company_id + 1}/table_imports/{id}").status_code == 403


def test_the_columns_of_a_file_are_found_below_a_title_with_the_key_of_each(server: Any) -> None:
    found = upload(server, CLIENTS)
    assert (found["heading"], found["rows"], found["encoding"], found["separator"]) == (2, 4, "cp1252", ";")
    assert found["mapping"] == [
        "code",
        "name",
        "vat_number",
        "address_city",
        "address_postal_code",
        "default_payment_terms",
    ]
    assert found["columns"][1] == {
        "name": "Ragione sociale",
        "samples": ["Società Così S.r.l.", "Bianchi S.p.A.", "Verdi"],
        "key": "name",
    }
    assert found["attachment_token"] == ""


def test_a_trial_says_what_would_become_of_each_row_and_makes_nothing(server: Any) -> None:
    id = upload(server, CLIENTS)["id"]
    tried = carry_out(server, id, "preview")
    assert tried["state"] == "previewed"
    assert figures(tried) == (2, 0, 0, 0, 2)
    assert everything(server) == []
    refused = server.client.data("GET", f"table_imports/{id}/rows")
    assert [row["row"] for row in refused] == [6, 7]
    assert "name" in refused[0]["reason"]
    assert "presto" in refused[1]["reason"]
    assert figures(carry_out(server, id)) == figures(tried)


def test_an_import_makes_entries_and_puts_back_the_zeros_that_spreadsheets_leave_out(server: Any) -> None:
    carry_out(server, upload(server, CLIENTS)["id"])
    first, second = everything(server)
    assert (first["name"], first["vat_number"], first["address_city"]) == (
        "Società Così S.r.l.",
        "01234567890",
        "Forlì",
    )
    assert (second["code"], second["address_postal_code"], second["default_payment_terms"]) == ("C2", "00185", 60)


def test_entries_that_are_there_are_left_alone_or_brought_up_to_date(server: Any) -> None:
    server.client.post("entities/clients", json={"data": {"name": "Vecchio", "code": "C1", "notes": "resta"}})
    table = "Codice;Nome;Email\nC1;Nuovo;a@example.com\nC9;Altro;\n"
    assert figures(carry_out(server, upload(server, table)["id"])) == (1, 0, 0, 1, 0)
    assert everything(server)[0]["name"] == "Vecchio"
    assert figures(carry_out(server, upload(server, table)["id"], update=True)) == (0, 1, 1, 0, 0)
    first = everything(server)[0]
    assert (first["name"], first["email"], first["notes"]) == ("Nuovo", "a@example.com", "resta")


def test_the_same_entry_twice_in_a_file_is_made_once_in_the_trial_too(server: Any) -> None:
    id = upload(server, "Nome;Partita IVA\nUno;01234567890\nUno bis;01234567890\n")["id"]
    assert figures(carry_out(server, id, "preview", update=True)) == (1, 1, 0, 0, 0)
    assert figures(carry_out(server, id, update=True)) == (1, 1, 0, 0, 0)
    assert [each["name"] for each in everything(server)] == ["Uno bis"]


def test_an_undo_takes_back_what_was_made_and_what_was_changed(server: Any) -> None:
    server.client.post("entities/clients", json={"data": {"name": "Vecchio", "code": "C1"}})
    before = everything(server)
    server.clock.advance(hours=1)
    id = upload(server, "Codice;Nome\nC1;Nuovo\nC2;Altro\n")["id"]
    carry_out(server, id, update=True)
    assert len(everything(server)) == 2
    assert server.client.data("DELETE", f"table_imports/{id}") == {"undone": 2}
    assert everything(server) == before
    assert server.client.data("GET", "search", params={"text": "nuovo"}) == []
    assert server.client.get(f"table_imports/{id}").status_code == 404


def test_an_undo_that_would_lose_somebodys_work_is_refused_whole(server: Any) -> None:
    id = upload(server, "Codice;Nome\nC1;Uno\nC2;Due\n")["id"]
    carry_out(server, id)
    server.clock.advance(hours=1)
    changed = everything(server)[1]["id"]
    server.client.put(f"entities/clients/{changed}", json={"data": {"notes": "mia"}})
    answer = server.client.delete(f"table_imports/{id}")
    assert answer.status_code == 409
    assert str(changed) in answer.json()["error"]["message"]
    assert len(everything(server)) == 2


def test_refused_rows_come_as_a_file_that_can_be_mended_and_brought_in_again(server: Any) -> None:
    id = upload(server, CLIENTS + "C5;=cmd|' /C calc'!A0;;;;mai\n")["id"]
    carry_out(server, id)
    answer = server.client.get(f"table_imports/{id}/refused.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][-1] == "Errore"
    assert rows[1][:5] == ["C3", "", "", "Milano", "20121"]
    assert rows[3][1].startswith("'=")
    again = upload(server, answer.content.replace(b"presto", b"90"))
    assert again["mapping"][:3] == ["code", "name", "vat_number"]
    assert again["columns"][-1]["key"] == ""
    assert figures(carry_out(server, again["id"]))[0] == 1


def test_products_come_with_prices_rates_and_stock_out_of_a_workbook(server: Any) -> None:
    rows: list[list[object]] = [
        ["Codice", "Nome", "Prezzo netto", "Aliquota IVA", "U.M.", "Giacenza"],
        ["V1", "Vite", 1.25, 22, "pz", 100],
        ["V2", "Dado", 0.5, 4, "pz", ""],
        ["V3", "Rondella", 1, 99, "pz", ""],
    ]
    id = upload(server, workbook(Listino=rows), "products")["id"]
    assert figures(carry_out(server, id)) == (2, 0, 0, 0, 1)
    vite, dado = everything(server, "products")
    assert (vite["net_price"], vite["gross_price"], vite["stock_current"]) == (1.25, 1.525, 100)
    assert dado["default_vat"]["value"] == 4


def test_suppliers_are_put_together_from_first_and_last_name(server: Any) -> None:
    id = upload(server, "Nome,Cognome,C.F.\nAnna,Rossi,RSSNNA80A41H501U\n", "suppliers")["id"]
    carry_out(server, id)
    (anna,) = everything(server, "entities/suppliers")
    assert (anna["name"], anna["tax_code"]) == ("Anna Rossi", "RSSNNA80A41H501U")


def test_the_mapping_is_chosen_and_checked(server: Any) -> None:
    found = upload(server, "Uno;Due\nAlfa;note mie\n")
    id = found["id"]
    assert found["mapping"] == ["", ""]
    for mapping in (["name"], ["name", "name"], ["name", "pippo"], ["notes", ""]):
        answer = server.client.post(f"table_imports/{id}/run", json={"data": {"mapping": mapping}})
        assert answer.status_code == 422, mapping
        assert "data.mapping" in answer.json()["error"]["validation_result"]
    wrong = server.client.post(f"table_imports/{id}/run", json={"data": {"mapping": ["name", ""], "match": "email"}})
    assert "data.match" in wrong.json()["error"]["validation_result"]
    carry_out(server, id, mapping=["name", "notes"])
    assert [(each["name"], each["notes"]) for each in everything(server)] == [("Alfa", "note mie")]


def test_an_import_is_done_once(server: Any) -> None:
    id = upload(server, "Nome;CAP\nAlfa;1\n")["id"]
    carry_out(server, id)
    answer = server.client.post(f"table_imports/{id}/run", json={"data": {}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "IMPORT_DONE")


def test_an_import_that_was_interrupted_goes_on_where_it_was(server: Any, tmp_path: Path) -> None:
    names = [f"Cliente {number}" for number in range(work.AT_ONCE + 10)]
    id = upload(server, "Nome\n" + "\n".join(names))["id"]
    started = server.client.data("POST", f"table_imports/{id}/run", json={"data": {"match": "none"}})
    with server.installation.database.read() as session:
        job = jobs.long_jobs.get(session, server.company_id, started["job_id"])
    assert job

    def stop(*_step: object) -> None:
        raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        work.do(jobs.Task(server.installation, server.company_id, job, tmp_path, stop))
    assert server.client.get("entities/clients").json()["total"] == work.AT_ONCE
    server.clock.advance(minutes=1)
    server.work()
    done = server.client.data("GET", f"table_imports/{id}")
    assert (done["state"], done["created"]) == ("done", len(names))
    assert server.client.get("entities/clients").json()["total"] == len(names)
    assert server.client.data("DELETE", f"table_imports/{id}") == {"undone": len(names)}


@pytest.mark.parametrize("data", [b"Nome;CAP\n", b"\x00\x01", b"PK\x03\x04"])
def test_a_file_without_rows_is_refused(server: Any, data: bytes) -> None:
    answer = server.client.post("table_imports", data={"resource": "clients"}, files={"attachment": ("a.csv", data)})
    assert answer.status_code == 422
    assert "attachment" in answer.json()["error"]["validation_result"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("€ 12,5", "12.5"),
        ("-3", "-3"),
        ("0.125", "0.125"),
    ],
)
def test_numbers_are_read_as_italians_and_programs_write_them(cell: str, number: str) -> None:
    entry = columns.entry_of("products", ["net_price"], [cell], typed=True)
    assert str(entry["net_price"]) == number


def test_a_number_that_may_be_two_is_refused() -> None:
    with pytest.raises(columns.WrongCell, match="1234"):
        columns.entry_of("products", ["net_price"], ["1.234"], typed=True)
    assert columns.entry_of("products", ["net_price"], ["1.234"], typed=False)
