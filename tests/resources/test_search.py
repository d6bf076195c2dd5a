"""Search over everything: what finds what, for whom, and that it follows every change."""

import pytest

from mastro.api.call import Installation
from mastro.database.search import search_slips
from mastro.resources import setup
from mastro.resources.entities.clients import clients
from resources.issued_documents import create, row
from support import Client, MakeCompany, MakeToken


def hits(client: Client, text: str, **params: object) -> list[tuple[str, int]]:
    found = client.data("GET", "search", params={"text": text, **params})
    return [(hit["resource"], hit["id"]) for hit in found]


def make(client: Client, path: str, **data: object) -> int:
    return int(client.data("POST", path, json={"data": data})["id"])


def invoice(client: Client, name: str = "Rossi & Figli S.r.l.", price: float = 100, **data: object) -> int:
    kind = str(data.pop("type", "invoice"))
    return int(create(client, kind, entity={"name": name}, items_list=[row(price)], **data)["id"])


def test_nobody_searches_without_a_token(client: Client) -> None:
    assert client.using("").get("search", params={"text": "rossi"}).status_code == 401


def test_a_client_is_found_by_the_begin_of_its_words_in_any_order_and_case(client: Client) -> None:
    id = make(client, "entities/clients", name="Società Agricola Montebianco", address_city="Cuneo")
    for text in ("montebianco", "SOCIETA", "agri", "monteb soc", "cuneo montebianco", "società"):
        assert hits(client, text) == [("clients", id)], text
    assert hits(client, "montebianco torino") == []


def test_an_abbreviation_is_one_word_with_its_dots_and_without(client: Client) -> None:
    id = make(client, "entities/clients", name="Prova S.r.l.")
    other = make(client, "entities/clients", name="Prova SpA")
    for text in ("prova srl", "prova s.r.l.", "S.R.L. prova", "prova s.r.l"):
        assert hits(client, text) == [("clients", id)], text
    assert hits(client, "prova s.p.a.") == [("clients", other)]


def test_codes_are_found_however_they_are_written(client: Client) -> None:
    fiscal = "RSSNNA80A41H501U"
    id = make(
        client, "entities/suppliers", name="Anna", vat_number="IT12345670017", tax_code=fiscal, phone="011 123-45"
    )
    for text in ("12345670017", "it12345670017", "1234567", "rssnna80a41h501u", "01112345"):
        assert hits(client, text) == [("suppliers", id)], text


def test_a_document_is_found_by_its_number_with_series_and_year(client: Client) -> None:
    plain = invoice(client, number=12, date="2026-02-01")
    series = invoice(client, number=12, numeration="/A", date="2026-02-01")
    other = invoice(client, number=120, date="2026-02-02")
    assert hits(client, "12/A") == [("issued_documents", series)]
    assert hits(client, "12/a/2026") == [("issued_documents", series)]
    assert set(hits(client, "12/2026")) == {("issued_documents", plain), ("issued_documents", series)}
    assert ("issued_documents", other) not in hits(client, "12/2026")
    assert set(hits(client, "12")[:2]) == {("issued_documents", plain), ("issued_documents", series)}


@pytest.mark.parametrize("text", ["1.506,09", "1506,09", "1506.09"])
def test_a_document_is_found_by_its_amount_as_italians_and_programs_write_it(client: Client, text: str) -> None:
    id = invoice(client, price=1234.5, date="2026-02-01")
    invoice(client, price=7, date="2026-02-02")
    assert hits(client, text) == [("issued_documents", id)]


def test_words_and_numbers_together_narrow_the_search(client: Client) -> None:
    first = invoice(client, "Bianchi Ferramenta", number=7, date="2026-01-10")
    invoice(client, "Verdi Ferramenta", number=8, date="2026-01-11")
    assert hits(client, "ferramenta 7/2026") == [("issued_documents", first)]


def test_a_slip_in_a_long_word_is_forgiven_and_in_a_short_one_is_not(client: Client) -> None:
    id = make(client, "entities/clients", name="Bianchi Gino")
    for text in ("biancchi", "bianhi", "bianki", "bainchi"):
        assert (hits(client, text) == [("clients", id)]) == (text != "bianki"), text
    assert hits(client, "bianghi") == [("clients", id)]
    assert hits(client, "gimo") == []


def test_what_is_written_right_comes_before_what_is_not(client: Client) -> None:
    near = make(client, "entities/clients", name="Martini")
    exact = make(client, "entities/clients", name="Martina")
    assert hits(client, "martina") == [("clients", exact), ("clients", near)]


def test_the_search_follows_every_change(client: Client) -> None:
    id = make(client, "entities/clients", name="Alfa")
    client.data("PUT", f"entities/clients/{id}", json={"data": {"name": "Omega"}})
    assert hits(client, "alfa") == []
    assert hits(client, "omega") == [("clients", id)]
    client.delete(f"entities/clients/{id}")
    assert hits(client, "omega") == []


def test_a_document_in_the_bin_is_not_found_until_it_is_recovered(client: Client) -> None:
    id = invoice(client, "Zanzibar", date="2026-02-01")
    client.delete(f"issued_documents/{id}")
    assert hits(client, "zanzibar") == []
    assert client.post(f"bin/issued_documents/{id}/recover").status_code == 200
    assert hits(client, "zanzibar") == [("issued_documents", id)]


def test_nothing_is_found_that_the_token_may_not_read(client: Client, make_token: MakeToken) -> None:
    customer = make(client, "entities/clients", name="Comune di Asti")
    invoice(client, "Comune di Asti", date="2026-02-01")
    quote = invoice(client, "Comune di Asti", type="quote", date="2026-02-01")
    only_clients = client.using(make_token(scopes=["entity.clients:r"]))
    assert hits(only_clients, "asti") == [("clients", customer)]
    only_quotes = client.using(make_token(scopes=["issued_documents.quotes:r"]))
    assert hits(only_quotes, "asti") == [("issued_documents", quote)]
    assert hits(client.using(make_token(scopes=["settings:r"])), "asti") == []


def test_a_company_finds_only_its_own(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    make(client, "entities/clients", name="Segretissimi")
    other = make_company()
    theirs = Client(client.http, other, make_token(company_id=other))
    assert hits(theirs, "segretissimi") == []
    assert hits(theirs, "segretisimi") == []


def test_everything_that_a_company_has_is_found(client: Client) -> None:
    word = "Quadrifoglio"
    ids = {
        "clients": make(client, "entities/clients", name=word),
        "suppliers": make(client, "entities/suppliers", name=word),
        "products": make(client, "products", name=word, net_price=3),
        "issued_documents": invoice(client, word, date="2026-02-01"),
        "received_documents": make(
            client, "received_documents", type="expense", entity={"name": word}, date="2026-01-02", amount_net=10
        ),
        "taxes": make(client, "taxes", due_date="2026-03-16", amount=12, description=f"F24 {word}", status="not_paid"),
        "archive": make(client, "archive", date="2026-01-01", category="Varie", description=word),
    }
    assert dict(hits(client, "quadrifoglio")) == ids


def test_a_hit_says_what_it_is_and_where(client: Client) -> None:
    id = invoice(client, "Neri S.p.A.", number=3, numeration="/B", date="2026-02-01", visible_subject="Canone")
    (hit,) = client.data("GET", "search", params={"text": "neri"})
    assert hit == {
        "resource": "issued_documents",
        "type": "invoice",
        "id": id,
        "name": "Neri S.p.A.",
        "number": "3/B",
        "date": "2026-02-01",
        "amount": 122,
        "detail": "Canone",
        "path": f"/c/{client.company_id}/issued_documents/{id}",
    }


def test_no_kind_of_thing_crowds_the_others_out(client: Client) -> None:
    for day in range(1, 13):
        invoice(client, "Girasole", date=f"2026-01-{day:02}")
    product = make(client, "products", name="Seme di girasole")
    found = hits(client, "girasole", limit=6)
    assert ("products", product) in found
    assert len(found) == 6


ODD = ("", "   ", "%", "'", "\\", "€", "a" * 5000, "\u0645\u0631\u062d\u0628\u0627", "🙂", "(", "12/", "/", "--")


@pytest.mark.parametrize("text", ODD)
def test_any_text_is_answered(client: Client, text: str) -> None:
    assert client.get("search", params={"text": text}).status_code == 200


@pytest.mark.parametrize("limit", ["0", "51", "x", "-1", "9999"])
def test_a_wrong_limit_is_refused(client: Client, limit: str) -> None:
    answer = client.get("search", params={"text": "a", "limit": limit})
    assert answer.status_code == 422
    assert "limit" in answer.json()["error"]["validation_result"]


def test_reindexing_makes_the_words_anew(client: Client, installation: Installation) -> None:
    id = make(client, "entities/clients", name="Papavero")
    with installation.database.write() as session:
        session.run(search_slips.delete().where(search_slips.c.company_id == client.company_id))
        assert clients.search
        clients.search.clear(session, client.company_id)
    assert hits(client, "papavero") == []
    setup.reindex(installation.database, lambda *_: None)
    assert hits(client, "papavero") == [("clients", id)]
    assert hits(client, "papavro") == [("clients", id)]
