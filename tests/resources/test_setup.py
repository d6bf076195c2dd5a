import pytest

from mastro.api.call import Installation
from mastro.database import migrations
from mastro.model.company import CompanySettings
from mastro.resources import setup
from mastro.resources.company import load_company
from mastro.resources.tables import metadata
from support import Client, MakeCompany, MakeUser


def test_the_migrated_database_is_what_the_models_say(installation: Installation) -> None:
    assert migrations.differences(installation.settings.database, metadata) == []
    assert migrations.current(installation.settings.database) == migrations.head()


def test_settings_that_are_given_are_kept(installation: Installation, make_company: MakeCompany) -> None:
    id = make_company(settings=CompanySettings(default_vat_id=4, default_payment_terms=60))
    with installation.database.read() as session:
        company, settings = load_company(session, id)
    assert (company.id, settings.default_vat_id, settings.default_payment_terms) == (id, 4, 60)


def test_a_company_without_name_is_not_made(make_company: MakeCompany) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        make_company(name="  ")


def test_a_user_needs_an_address_of_their_own(make_user: MakeUser) -> None:
    make_user(email="Uno@example.com")
    with pytest.raises(ValueError, match="exists already"):
        make_user(email="uno@example.com")
    with pytest.raises(ValueError, match="not an e-mail address"):
        make_user(email="uno")


def test_reindexing_mends_columns_and_counters(installation: Installation, client: Client) -> None:
    from sqlalchemy import text

    for name in ("Àbaco", "Zaino"):
        client.data("POST", "products", json={"data": {"name": name, "category": "Scuola"}})
    with installation.database.write() as session:
        session.run(text("UPDATE products SET name = '' WHERE company_id = :id"), id=client.company_id)
        session.run(text("UPDATE counters SET total = 77 WHERE company_id = :id"), id=client.company_id)
        session.run(text("DELETE FROM words WHERE company_id = :id"), id=client.company_id)
    steps: list[int] = []
    done = setup.reindex(installation.database, steps.append)
    assert done == steps[-1] >= 2
    assert client.get("products", params={"q": "name = 'abaco'"}).json()["total"] == 1
    assert client.get("products", params={"per_page": 1}).json()["total"] == 2
    assert client.data("GET", "info/product_categories", params={"context": "products"}) == ["Scuola"]
    third = client.data("POST", "products", json={"data": {"name": "Penna"}})
    assert third["id"] == 3
