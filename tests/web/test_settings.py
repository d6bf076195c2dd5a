"""The pages of the settings."""

import io

import pytest
from PIL import Image

from resources.issued_documents import create
from support import Client, MakeCompany, MakeToken
from web.conftest import Visitor
from web.pages import Pages

TABS = ["", "/defaults", "/payment_accounts", "/payment_methods", "/vat_types", "/sdi", "/incoming", "/mail"]
TABS += ["/numbering", "/people", "/taxes", "/templates", "/danger"]


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_to_who_may_see_it(visitor: Visitor, tab: str) -> None:
    assert visitor({"fic_settings": "none"}).get(f"/settings{tab}").status == 403
    reader = visitor({"fic_settings": "read"}).get(f"/settings{tab}")
    assert reader.status == 200
    assert not reader.find("//main//form[@method='post']//button[contains(@class, 'primary')]")
    assert visitor(language="en").get(f"/settings{tab}").title == "Settings"


def test_the_company_is_changed_and_wrong_facts_are_said_at_their_input(pages: Pages, client: Client) -> None:
    pages.get("/settings").submit("/settings", vat_number="12345678901", address_city="Ferrara")
    assert pages.status == 422
    assert list(pages.errors) == ["vat_number"]
    assert pages.find("//input[@name='address_city']/@value") == ["Ferrara"]
    pages.submit("/settings", vat_number="12345670017")
    assert "Salvato" in pages.said("//*[@class='flash']")
    assert client.data("GET", "settings/company")["company"]["address_city"] == "Ferrara"


def test_defaults_are_saved(pages: Pages, client: Client) -> None:
    pages.get("/settings/defaults").submit(default_payment_terms="45", default_cassa="4,00")
    assert pages.status == 200
    defaults = client.data("GET", "settings/company")["defaults"]
    assert (defaults["default_payment_terms"], defaults["default_cassa"]) == (45, 4)


def test_how_vat_is_settled_is_saved_with_the_figures_of_a_year(pages: Pages, client: Client) -> None:
    pages.get("/settings/taxes?year=2025").submit(
        "/settings/taxes/vat",
        period="quarterly",
        interest="1",
        years__2025__credit_brought_forward="1.234,56",
        years__2025__advance="",
        declarant_tax_code="cntlra80a41f205u",
        declarant_role="1",
    )
    assert "Salvato" in pages.said("//*[@class='flash']")
    kept = client.data("GET", "settings/vat")
    assert (kept["period"], kept["declarant_tax_code"]) == ("quarterly", "CNTLRA80A41F205U")
    assert kept["years"]["2025"] == {"credit_brought_forward": 1234.56, "advance": 0, "advance_method": ""}
    pages.submit("/settings/taxes/vat", years__2025__advance="-1", declarant_tax_code="ABC")
    assert (pages.status, list(pages.errors)) == (422, ["years.2025.advance"])
    assert pages.find("//input[@name='declarant_tax_code']/@value") == ["ABC"]
    pages.submit("/settings/taxes/vat", years__2025__advance="many")
    assert list(pages.errors) == ["years.2025.advance"]
    assert pages.find("//input[@name='years.2025.advance']/@value") == ["many"]


def test_the_flat_rate_regime_has_its_settings(
    visitor: Visitor, client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    assert "Gruppo di attività" not in visitor().get("/settings/taxes").said()
    company = make_company(regime="RF19")
    page = visitor(company=company).get("/settings/taxes?year=2026")
    page.submit(
        "/settings/taxes/forfettario",
        group="trade",
        begun_on="2024-05-01",
        new_activity="on",
        contributions_percentage="24,48",
        years__2026__other_contributions="500",
    )
    assert "Salvato" in page.said("//*[@class='flash']")
    own = Client(client.http, company, make_token(company_id=company))
    assert own.data("GET", "settings/forfettario") == {
        "group": "trade",
        "begun_on": "2024-05-01",
        "new_activity": True,
        "contributions_percentage": 24.48,
        "years": {"2026": {"other_contributions": 500}},
    }


@pytest.mark.parametrize(
    ("tab", "fields"),
    [
        ("payment_accounts", {"name": "Conto <b>nuovo</b>", "type": "bank", "iban": ""}),
        ("payment_methods", {"name": "A vista <b>x</b>", "ei_payment_method": "MP01"}),
        ("vat_types", {"value": "4,5", "description": "Prova <b>x</b>", "ei_type": ""}),
    ],
)
def test_a_choice_is_added_changed_and_deleted(pages: Pages, client: Client, tab: str, fields: dict[str, str]) -> None:
    before = {row["id"] for row in client.data("GET", f"settings/{tab}")}
    pages.get(f"/settings/{tab}/new").submit(**fields)
    assert "Salvato" in pages.said("//*[@class='flash']")
    assert "<b>" not in pages.text
    [made] = [row for row in client.data("GET", f"settings/{tab}") if row["id"] not in before]
    pages.get(f"/settings/{tab}/{made['id']}").submit()
    assert client.data("GET", f"settings/{tab}/{made['id']}") == made
    pages.get(f"/settings/{tab}/{made['id']}").submit(f"/settings/{tab}/{made['id']}/delete")
    assert {row["id"] for row in client.data("GET", f"settings/{tab}")} == before


def test_the_channel_is_chosen_and_the_password_never_shown(pages: Pages, client: Client) -> None:
    pages.get("/settings/sdi").submit(
        channel="manual",
        pec__address="ditta@pec.example",
        pec__smtp_host="smtp.pec.example",
        pec__imap_host="imap.pec.example",
        pec__password="segretissima",
    )
    assert "Salvato" in pages.said("//*[@class='flash']")
    assert client.data("GET", "settings/sdi_channel")["password_is_set"]
    assert "segretissima" not in pages.get("/settings/sdi").text
    pages.submit(channel="manual")
    assert client.data("GET", "settings/sdi_channel")["password_is_set"]


def test_the_usual_answer_of_the_simulated_sdi_is_chosen_and_one_with_a_code_of_its_own_stays(
    pages: Pages, client: Client
) -> None:
    pages.get("/settings/sdi").submit(test_outcome="MC")
    assert client.data("GET", "settings/sdi_channel")["test_outcome"] == "MC"
    client.data("PUT", "settings/sdi_channel", json={"data": {"test_outcome": "NS:00311"}})
    pages.get("/settings/sdi").submit()
    assert client.data("GET", "settings/sdi_channel")["test_outcome"] == "NS:00311"


def test_switches_of_incoming_invoices_are_kept(pages: Pages, client: Client) -> None:
    pages.get("/settings/incoming").submit(auto_register="on", create_suppliers="off", as_last_time="on")
    assert client.data("GET", "settings/incoming") == {
        "auto_register": True,
        "create_suppliers": False,
        "as_last_time": True,
    }


def test_the_mail_server_and_words_are_kept(pages: Pages, client: Client) -> None:
    pages.get("/settings/mail").submit(smtp__host="smtp.example.com", smtp__password="parola", subject__it="Fattura")
    settings = client.data("GET", "settings/mail")
    assert settings["smtp"]["host"] == "smtp.example.com"
    assert settings["password_is_set"]
    assert settings["templates"]["it"]["subject"] == "Fattura"
    assert "parola" not in pages.get("/settings/mail").text


def test_a_logo_is_uploaded_shown_and_taken_away(pages: Pages) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(picture, "PNG")
    pages.get("/settings").post("/settings/logo", files={"attachment": ("logo.png", b"no picture")})
    assert pages.status == 422
    assert set(pages.errors) == {"attachment"}
    pages.post("/settings/logo", files={"attachment": ("logo.png", picture.getvalue())})
    assert "Logo salvato" in pages.said("//*[@class='flash']")
    [shown] = pages.find("//img[@class='logo-now']/@src")
    assert pages.get(shown).answer.content == picture.getvalue()
    pages.get("/settings").submit("/settings/logo/delete")
    assert not pages.find("//img[@class='logo-now']")


@pytest.mark.parametrize("language", ["it", "de"])
def test_every_layout_shows_how_it_prints(pages: Pages, language: str) -> None:
    pages.get(f"/settings/templates?language={language}")
    pictures = pages.find("//figure/img/@src")
    assert len(pictures) == 3
    seen = {pages.get(address).answer.content for address in pictures}
    assert len(seen) == 3
    assert all(picture.startswith(b"\x89PNG") for picture in seen)
    assert pages.get("/settings/templates/99/preview").status == 404
    assert pages.get("/settings/templates/1/preview?language=xx").status == 422


def test_the_next_number_of_every_series_is_shown(pages: Pages, client: Client) -> None:
    create(client, numeration="/A")
    pages.get("/settings/numbering")
    assert ["Fattura", "2026", "/A", "2"] in pages.rows
    assert ["Fattura", "2026", "Principale", "1"] in pages.rows


def test_backups_are_for_who_owns_every_company(pages: Pages, visitor: Visitor, make_company: MakeCompany) -> None:
    make_company()  # somebody else's
    pages.get("/settings/backup")
    assert pages.status == 200
    assert "mastro backup" in pages.said()
    assert not pages.find("//main//form")
    assert visitor({"fic_settings": "none"}).get("/settings/backup").status == 403


def test_a_company_is_deleted_by_its_name_and_taken_back_from_the_profile(pages: Pages, client: Client) -> None:
    create(client)
    pages.get("/settings/danger")
    assert "L’azienda ha 1 documento." in pages.said()
    assert pages.find(f"//main//a[@href='/app/{pages.company_id}/export']")
    pages.submit("/settings/danger/delete", name="Altra S.r.l.")
    assert set(pages.errors) == {"name"}
    pages.submit("/settings/danger/delete", name="Rossi S.r.l.")
    assert pages.address == "/app/me"
    assert "Puoi riprenderla fino al 01/04/2026" in pages.said("//*[@class='flash']")
    assert pages.get("/clients").status == 404
    pages.get("/app")
    assert pages.address.endswith("/app/me")
    pages.submit(f"/app/me/deleted/{pages.company_id}/restore")
    assert pages.address.endswith(f"/app/{pages.company_id}")
    assert pages.status == 200
    assert len(client.data("GET", "issued_documents?type=invoice")) == 1


def test_who_is_no_owner_may_leave_and_not_delete(visitor: Visitor) -> None:
    member = visitor({"fic_settings": "write"}).get("/settings/danger")
    assert not member.find("//form[contains(@action, '/danger/delete')]")
    assert member.post("/settings/danger/delete", {"name": "Rossi S.r.l."}).status == 403
    member.get("/app/me").submit(f"/app/{member.company_id}/leave")
    assert "Non fai più parte di Rossi S.r.l." in member.said()
    assert member.get("/settings/danger").status == 404


def test_the_last_owner_is_told_why_the_company_cannot_be_left(pages: Pages) -> None:
    assert pages.get("/settings/danger").submit("/leave").status == 409
    assert "almeno un titolare" in pages.said()


def test_a_test_message_says_on_the_page_where_it_failed_and_loses_nothing_typed(pages: Pages, client: Client) -> None:
    pages.get("/settings/mail").submit("/settings/mail", subject__it="Prova <b>mia</b>")
    pages.get("/settings/mail")
    form = {"smtp.host": "127.0.0.1", "smtp.port": "25", "smtp.security": "none", "subject.it": "Non salvato"}
    pages.post("/settings/mail/test", form)
    assert "Il server non risponde · 127.0.0.1:25" in pages.said("//*[@role='alert']")
    assert "Ha detto: 127.0.0.1 is not a server of the internet" in pages.said("//*[@role='alert']")
    assert "587 per STARTTLS" in pages.said("//*[@role='alert']")
    assert pages.find("//input[@name='subject.it']/@value") == ["Non salvato"]
    assert client.data("GET", "settings/mail")["templates"]["it"]["subject"] == "Prova <b>mia</b>"


def test_the_words_of_messages_are_shown_filled_in(pages: Pages, client: Client) -> None:
    create(client, number=12, entity={"name": "Bianchi <script>"})
    pages.get("/settings/mail").post("/settings/mail/preview", {"body.it": "<p>Caro {{cliente}}</p>"})
    assert "Caro Bianchi <script>" in pages.said("//section[@aria-label='Anteprima: Italiano']")
    assert "<script>" not in pages.text.split("<main")[1]
    assert "Invoice no. 12" in pages.said("//section[@aria-label='Anteprima: Inglese']")
