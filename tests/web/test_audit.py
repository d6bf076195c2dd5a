"""The page of the trail of changes and of its check."""

import datetime as dt
import json

from sqlalchemy import bindparam, update

from mastro.api.call import Installation
from mastro.database.schema import events
from mastro.jobs.sealing import seal_events
from resources.issued_documents import create
from support import Client
from web.conftest import Visitor
from web.pages import Pages


def seal(installation: Installation) -> None:
    seal_events(installation, dt.timedelta(0))


def test_the_trail_is_narrowed_to_who_and_to_what_with(pages: Pages, visitor: Visitor, client: Client) -> None:
    create(client)
    other = visitor({"fic_clients": "write", "fic_settings": "read"})
    other.get("/clients/new").submit(name="Beta")
    ids = pages.get("/audit").find("//select[@name='user_id']/option/@value")
    assert len(ids) == 3
    mine, other_one = sorted(map(int, ids[1:]))
    assert ("Clienti" in pages.said("//tbody"), "Documenti" in pages.said("//tbody")) == (True, True)
    pages.get(f"/audit?user_id={other_one}")
    assert ("Clienti" in pages.said("//tbody"), "Documenti" in pages.said("//tbody")) == (True, False)
    assert pages.find("//select[@name='user_id']/option[@selected]/@value") == [str(other_one)]
    pages.get(f"/audit?user_id={mine}&program=web")
    assert "Nessun risultato" in pages.said()


def test_the_check_says_in_words_what_it_found(pages: Pages, client: Client, installation: Installation) -> None:
    create(client)
    assert "Nessuna voce è ancora sigillata" in pages.get("/audit").said()
    seal(installation)
    assert "Ultimo sigillo: 02/03/2026" in pages.get("/audit").said()
    pages.get("/audit/verify")
    assert "Tutto è come è stato sigillato" in pages.said("//*[@role='status']")
    with installation.database.write() as session:
        mine = events.c.company_id == bindparam("company", client.company_id)
        session.run(update(events).where(mine).values(user_id=77))
    pages.get("/audit/verify")
    assert "è stata cambiata dopo il sigillo (blocco 1)" in pages.said("//*[@role='alert']")


def test_the_last_seal_is_kept_as_a_file_and_asked_for_later(
    pages: Pages, client: Client, installation: Installation
) -> None:
    create(client)
    seal(installation)
    pages.get("/audit/seal.json")
    assert "attachment" in pages.answer.headers["content-disposition"]
    kept = json.loads(pages.text)
    assert kept["company"] == "Rossi S.r.l."
    pages.get("/audit/verify").submit("/audit/verify", head=kept["hash"])
    assert "La catena contiene l’impronta conservata" in pages.said()
    pages.submit("/audit/verify", head="0" * 64)
    assert "tagliata o rifatta" in pages.said("//*[@role='alert']")
    pages.submit("/audit/verify", head="<script>")
    assert (pages.status, pages.errors["head"]) == (422, "Scrivi l’impronta di un sigillo: 64 cifre esadecimali.")


def test_the_check_is_for_who_may_read_the_settings(visitor: Visitor) -> None:
    other = visitor({"fic_clients": "write"})
    assert [other.get(f"/audit/{path}").status for path in ("verify", "seal.json")] == [403, 403]


def test_the_check_speaks_english(visitor: Visitor) -> None:
    assert visitor(language="en").get("/audit/verify").title == "Verification of the trail"
