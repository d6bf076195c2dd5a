"""A spreadsheet brought in by the pages, while a worker does the work."""

from typing import Any

from mastro.oauth import sessions
from web.pages import Pages
from web.test_imports import upload


def test_wrong_rows_are_kept_mended_and_all_of_it_is_taken_back(server: Any) -> None:
    client, work = server.client, server.work
    with server.installation.database.write() as session:
        key = sessions.begin(session, server.user_id, server.clock())
    pages = Pages(server.http, server.company_id, key)
    path = upload(pages)
    assert pages.find("//select[@name='key.0']/option[@selected]/@value") == ["name"]
    assert pages.find("//select[@name='key.1']/option[@selected]/@value") == ["vat_number"]
    pages.submit(path, {"act": "preview"}, key__2="default_payment_terms")
    assert pages.find("//*[@aria-busy='true']")
    work()
    assert "È una prova" in pages.get(path).said()
    assert client.data("GET", "entities/clients") == []
    pages.submit(path, {"act": "run"})
    work()
    pages.get(path)
    assert [row["name"] for row in client.data("GET", "entities/clients")] == ["Bianchi"]
    assert "<script>alert" not in pages.text
    refused = pages.get(f"{path}/refused.csv").answer.content
    second = upload(pages, refused.replace(b"presto", b"60"))
    pages.submit(second, {"act": "run"}, key__2="default_payment_terms")
    work()
    assert len(client.data("GET", "entities/clients")) == 2
    for each in (second, path):
        pages.get(each).submit(f"{each}/undo")
        assert "annullata" in pages.said("//*[@class='flash']")
    assert client.data("GET", "entities/clients") == []
