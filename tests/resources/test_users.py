"""Who belongs to a company, what each may do, and invitations."""

import time
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert

from mail import mail_server
from mastro.api.call import Installation
from mastro.database.schema import memberships, tokens
from mastro.oauth import invitations
from support import CheckAccess, Client, Clock, MakeToken, MakeUser

READER = {"role": "subaccount", "permissions": {"fic_clients": "read"}}


@pytest.fixture
def member(installation: Installation, client: Client, make_user: MakeUser) -> int:
    """A user who may do nothing in the company yet."""
    id = make_user(name="Bruno Bianchi")
    with installation.database.write() as session:
        session.run(insert(memberships), company_id=client.company_id, user_id=id, role="subaccount", permissions=b"{}")
    return id


def test_access(check_access: CheckAccess, member: int) -> None:
    check_access("GET", "users", needs="settings:r")
    check_access("PUT", f"users/{member}", needs="settings:a", json={"data": READER})
    check_access("GET", "invitations", needs="settings:a")
    check_access("POST", "invitations", needs="settings:a", json={"data": {"email": "x@example.com"}})


def test_what_somebody_may_do_counts_at_once(client: Client, make_token: MakeToken, member: int) -> None:
    theirs = client.using(make_token(user_id=member))
    assert theirs.get("entities/clients").status_code == 403
    changed = client.data("PUT", f"users/{member}", json={"data": READER})
    assert (changed["name"], changed["role"], changed["permissions"]["fic_clients"]) == (
        "Bruno Bianchi",
        "subaccount",
        "read",
    )
    assert theirs.get("entities/clients").status_code == 200
    assert theirs.post("entities/clients", json={"data": {"name": "Acme"}}).status_code == 403
    detailed = {"fic_issued_documents": "detailed", "fic_issued_documents_detailed": {"quotes": "write"}}
    client.data("PUT", f"users/{member}", json={"data": {"role": "subaccount", "permissions": detailed}})
    assert theirs.get("issued_documents?type=quote").status_code == 200
    assert theirs.get("issued_documents?type=invoice").status_code == 403
    assert client.delete(f"users/{member}").status_code == 200
    assert theirs.get("issued_documents?type=quote").status_code == 403
    assert [user["id"] for user in client.data("GET", "users")] != []
    assert client.delete(f"users/{member}").status_code == 404


def test_the_last_owner_stays(client: Client, member: int) -> None:
    owner = next(user["id"] for user in client.data("GET", "users") if user["role"] == "master")
    assert client.delete(f"users/{owner}").status_code == 409
    assert client.put(f"users/{owner}", json={"data": READER}).status_code == 409
    client.data("PUT", f"users/{member}", json={"data": {"role": "master"}})
    assert client.delete(f"users/{owner}").status_code == 200


def test_nobody_but_an_owner_in_person_lets_anybody_in(
    installation: Installation, client: Client, make_token: MakeToken, member: int
) -> None:
    settings = {"role": "subaccount", "permissions": {"fic_settings": "write"}}
    client.data("PUT", f"users/{member}", json={"data": settings})
    theirs = client.using(make_token(user_id=member))
    assert theirs.put(f"users/{member}", json={"data": {"role": "master"}}).status_code == 403
    assert theirs.post("invitations", json={"data": {"email": "x@example.com", "role": "master"}}).status_code == 403
    with installation.database.write() as session:
        session.run(tokens.update().where(tokens.c.company_id == client.company_id).values(program="some program"))
    assert client.put(f"users/{member}", json={"data": {"role": "master"}}).status_code == 403
    assert client.post("invitations", json={"data": {"email": "x@example.com"}}).status_code == 403


_numbers = count(1)


def invite(client: Client, **more: Any) -> dict[str, Any]:
    return client.data(
        "POST", "invitations", json={"data": {"email": f"Carla{next(_numbers)}@Example.com", **READER, **more}}
    )


def key(invitation: dict[str, Any]) -> str:
    return str(invitation["link"]).rpartition("/")[2]


def test_a_link_counts_once_for_a_week_and_is_never_shown_again(
    installation: Installation, client: Client, clock: Clock, make_user: MakeUser
) -> None:
    made = invite(client)
    assert (made["email"], made["mailed"]) == (made["email"].lower(), False)
    [waiting] = client.data("GET", "invitations")
    assert (waiting["id"], waiting["link"], waiting["permissions"]["fic_clients"]) == (made["id"], "", "read")
    user = make_user()
    with installation.database.write() as session:
        entered = invitations.accept(session, key(made), user, clock())
    assert (entered.company_id, entered.role) == (client.company_id, "subaccount")
    other = make_user()
    with installation.database.write() as session, pytest.raises(invitations.Gone):
        invitations.accept(session, key(made), other, clock())
    late = invite(client, email="dario@example.com")
    clock.advance(days=7, seconds=1)
    with installation.database.read() as session, pytest.raises(invitations.Gone):
        invitations.find(session, key(late), clock())
    assert client.data("GET", "invitations") == []


def test_a_link_of_one_company_opens_no_other(installation: Installation, client: Client, clock: Clock) -> None:
    secret = key(invite(client)).partition("-")[2]
    for wrong in (f"{client.company_id + 1}-{secret}", secret, "", "1-", f"{client.company_id}-{'x' * 200}", "é-1"):
        with installation.database.read() as session, pytest.raises(invitations.Gone):
            invitations.find(session, wrong, clock())


def test_an_invitation_is_taken_back_and_replaced(client: Client) -> None:
    first = invite(client, email="dora@example.com")
    second = invite(client, email=" Dora@example.com ")
    assert [each["id"] for each in client.data("GET", "invitations")] == [second["id"]]
    assert client.delete(f"invitations/{first['id']}").status_code == 404
    assert client.delete("invitations/%00").status_code == 404
    assert client.delete(f"invitations/{second['id']}").status_code == 200
    assert client.data("GET", "invitations") == []


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.com", "@example.com"])
def test_who_cannot_be_invited_is_refused(client: Client, member: int, email: str) -> None:
    theirs = next(user["email"] for user in client.data("GET", "users") if user["id"] == member)
    refused = client.post("invitations", json={"data": {"email": email or theirs}})
    assert refused.status_code == 422
    assert "data.email" in refused.json()["error"]["validation_result"]


def test_an_invitation_travels_by_the_companys_mail_server(
    installation: Installation, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "settings", replace(installation.settings, private_sinks=1))
    with mail_server() as postman:
        smtp = {"host": "127.0.0.1", "port": postman.port, "security": "none", "sender": "fatture@rossi.it"}
        client.data("PUT", "settings/mail", json={"data": {"smtp": smtp}})
        made = invite(client, language="en")
        assert made["mailed"] is True
        deadline = time.monotonic() + 15
        while not postman.messages and time.monotonic() < deadline:
            time.sleep(0.1)
        [message] = postman.messages
    assert message["To"] == made["email"]
    assert "Invitation to" in str(message["Subject"])
    body = message.get_body(("html",))
    assert body is not None
    assert made["link"] in body.get_content()
