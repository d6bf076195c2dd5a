"""The pages of bank statements: upload, columns, proposals, parts, the cashbook, and the way back."""

from typing import Any

from resources.test_bank_statements import client_named, csv, entries, invoice, keep, payments
from support import Client, MakeCompany
from web.conftest import Visitor
from web.pages import Pages

PATH = "/bank_statements"


def upload(pages: Pages, data: bytes, name: str = "estratto.csv") -> Pages:
    account = pages.get(PATH).find("//select[@name='payment_account_id']/option/@value")[0]
    return pages.post(PATH, {"payment_account_id": account}, {"attachment": (name, data)})


def lines(pages: Pages) -> list[list[str]]:
    """Description and proposal of each movement that the page shows."""
    return [[row[0], row[2]] for row in pages.rows]


def press(pages: Pages, words: str) -> Pages:
    """Send the form whose button says this."""
    [form] = pages.find(f"//form[.//button[normalize-space()='{words}']]")[:1]
    return pages.post(form.get("action"), dict(form.form_values()))


def test_a_statement_is_uploaded_looked_at_and_kept(pages: Pages) -> None:
    upload(pages, csv("02/03/2026;;BONIFICO DA ROSSI;10,00;110,00", "99/03/2026;;STRANO;1,00;"))
    assert pages.title == "estratto.csv"
    assert [each.get("name") for each in pages.find("//select[starts-with(@name, 'key.')]")] == [
        f"key.{place}" for place in range(5)
    ]
    assert "99/03/2026 non è una data" in pages.said().replace("'", "")
    assert "BONIFICO DA ROSSI" in pages.said()
    pages.submit("", {"act": "preview"}, key__3="")
    assert pages.status == 422
    assert "Indica la colonna della data e quella dell’importo" in pages.said("//*[@role='alert']")
    pages.get(pages.address).submit("", {"act": "keep"})
    assert "1 movimento da abbinare." in pages.text
    assert lines(pages) == [["BONIFICO DA ROSSI 02/03/2026", "Nessuna proposta"]]
    pages.get(PATH)
    assert [row[4] for row in pages.rows] == ["1 da abbinare"]


def test_a_file_that_cannot_be_read_is_refused_at_its_input(pages: Pages) -> None:
    upload(pages, b"<?xml version='1.0'?><a/>", "a.xml")
    assert pages.status == 422
    assert "attachment" in pages.errors
    assert (
        pages.post(PATH, {"payment_account_id": "1"}, {"other": ("x", b"")}).errors["attachment"] == "Scegli un file."
    )


def test_a_proposal_is_accepted_and_taken_back(pages: Pages, client: Client) -> None:
    document = invoice(client)
    statement = keep(client, "02/03/2026;;BONIFICO BIANCHI SPA;122,00;")
    pages.get(f"{PATH}/{statement['id']}")
    [[_, proposal]] = lines(pages)
    assert proposal.startswith("90% Fattura n. 1/2026 · Bianchi S.p.A. scad. 01/03/2026")
    assert "stesso importo, nome nella causale, vicino alla scadenza" in proposal
    press(pages, "Accetta")
    assert "Movimento abbinato." in pages.text
    assert payments(client, document) == [(122, "paid")]
    assert "Tutto abbinato" in pages.said()
    pages.get(f"{PATH}/{statement['id']}?state=matched")
    assert lines(pages) == [["BONIFICO BIANCHI SPA 02/03/2026", "Fattura n. 1/2026 · Bianchi S.p.A."]]
    press(pages, "Annulla")
    assert payments(client, document) == [(122, "not_paid")]
    assert entries(client) == []


def test_what_is_sure_is_looked_at_and_accepted_at_once_with_a_result_for_each(pages: Pages, client: Client) -> None:
    one, other = invoice(client, "Alfa Impianti", 100), invoice(client, "Beta Servizi", 200)
    statement = keep(
        client, "02/03/2026;;ALFA IMPIANTI;100,00;", "02/03/2026;;BETA SERVIZI;200,00;", "02/03/2026;;X;1,00;"
    )
    pages.get(f"{PATH}/{statement['id']}/sure?confidence=90")
    assert len(pages.rows) == 2
    [form] = pages.find("//form[@id='accept']")
    ids = pages.find("//input[@name='ids']/@value")
    fields = {name: value for name, value in form.form_values() if name != "ids"}
    client.delete(f"issued_documents/{other['id']}")
    pages.post(form.get("action"), fields | {"ids": ids})  # type: ignore[dict-item]  # several of one name
    assert [row[1].split()[0] for row in pages.rows] == ["Abbinato", "Non"]
    assert payments(client, one) == [(100, "paid")]
    [back] = pages.find("//form[contains(@action, 'sure/undo')]")
    pages.post(back.get("action"), dict(back.form_values()))
    assert payments(client, one) == [(100, "not_paid")]


def test_a_movement_is_divided_over_documents_and_a_fee(pages: Pages, client: Client) -> None:
    one, other = invoice(client, "Alfa Impianti", 100), invoice(client, "Beta Servizi", 200)
    statement = keep(client, "02/03/2026;;POS;148,50;")
    [line] = client.data("GET", f"bank_statements/{statement['id']}/lines")
    place = f"{PATH}/{statement['id']}/lines/{line['id']}"
    pages.get(place)
    keys = {part.getparent().getparent().text_content(): part for part in pages.find("//input[@type='checkbox']")}
    [alfa] = [box for text, box in keys.items() if "Alfa" in text]
    [beta] = [box for text, box in keys.items() if "Beta" in text]
    ticked = {alfa.get("name"): alfa.get("value"), beta.get("name"): beta.get("value")}
    amount = beta.get("name").replace("tick", "amount")
    pages.post(f"{place}/several", {**ticked, amount: "50"})
    assert pages.status == 422
    assert "Gli importi scelti fanno 150.00 €, il movimento 148.50 €" in pages.said("//*[@role='alert']")
    assert pages.find(f"//input[@name='{amount}']/@value") == ["50"]
    pages.post(f"{place}/several", {**ticked, amount: "50", "rest_amount": "-1,50", "rest_description": "Commissioni"})
    assert "Movimento abbinato." in pages.text
    assert payments(client, one) == [(100, "paid")]
    assert payments(client, other) == [(50, "paid"), (150, "not_paid")]
    assert pages.post(f"{place}/several", {"tick.0": "nonsense"}).status == 400


def test_a_fee_is_booked_and_a_private_movement_ignored(pages: Pages, client: Client) -> None:
    statement = keep(client, "02/03/2026;;CANONE;-5,00;", "03/03/2026;;PRIVATO;-9,00;")
    fee, private = client.data("GET", f"bank_statements/{statement['id']}/lines")
    pages.get(f"{PATH}/{statement['id']}/lines/{fee['id']}")
    pages.submit(f"{PATH}/{statement['id']}/lines/{fee['id']}/book", description="Spese bancarie")
    [entry] = entries(client)
    assert (entry["description"], entry["amount_out"]) == ("Spese bancarie", 5)
    pages.get(f"{PATH}/{statement['id']}/lines/{private['id']}")
    pages.submit(f"{PATH}/{statement['id']}/lines/{private['id']}/ignore")
    assert pages.errors or pages.find("//*[@role='alert']")
    pages.submit(f"{PATH}/{statement['id']}/lines/{private['id']}/ignore", reason="Personale")
    assert "Tutto abbinato" in pages.said()
    pages.post(f"{PATH}/{statement['id']}/undo")
    assert "Estratto conto annullato. 2 movimenti tolti." in pages.text
    assert entries(client) == []


def test_open_movements_are_among_what_is_to_be_done(pages: Pages, client: Client) -> None:
    keep(client, "02/03/2026;;CANONE;-5,00;", "03/03/2026;;ALTRO;-9,00;")
    pages.get("")
    [link] = pages.find("//ul[@class='to-do']//a[contains(., 'movimenti bancari da abbinare')]")
    assert link.get("href").endswith(PATH)


def test_what_a_bank_or_a_customer_writes_is_text(pages: Pages, client: Client) -> None:
    hostile = "<script>alert(1)</script>"
    client_named(client, hostile)
    invoice(client, hostile, 100)
    statement = keep(client, f"02/03/2026;;{hostile};100,00;")
    for path in ("", "/sure?confidence=30", "?state=all"):
        pages.get(f"{PATH}/{statement['id']}{path}")
        assert hostile not in pages.text
        assert "&lt;script&gt;" in pages.text


def test_who_may_only_read_sees_no_button(visitor: Visitor, client: Client) -> None:
    statement = keep(client, "02/03/2026;;CANONE;-5,00;")
    reader = visitor({"fic_cashbook": "read"})
    reader.get(f"{PATH}/{statement['id']}")
    assert reader.status == 200
    assert reader.find("//main//form[@method='post']") == []
    assert reader.post(f"{PATH}/{statement['id']}/undo").status == 403
    stranger = visitor({"fic_clients": "read"})
    assert stranger.get(PATH).status == 403
    assert "Riconciliazione" not in stranger.get("/clients").text


def test_another_companys_statement_is_not_there(visitor: Visitor, client: Client, make_company: MakeCompany) -> None:
    statement: dict[str, Any] = keep(client, "02/03/2026;;CANONE;-5,00;")
    other = visitor(company=make_company())
    assert other.get(f"{PATH}/{statement['id']}").status == 404
