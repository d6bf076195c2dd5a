"""`mayai-fatture-cli` 0.3.0, unmodified: OAuth login and every command against the server on a socket."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mastro.api.call import Installation
from mastro.oauth.applications import create_application
from oauth.flows import PASSWORD, Browser
from support import Client, Clock, MakeCompany, MakeUser

HERE = Path(__file__).parent / "clients" / "mayai_here.py"
AT = "2026-03-02 09:30:00"
_numbers = count(1)

Fatture = Callable[..., Any]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@pytest.fixture
def owner(make_user: MakeUser, worker_id: str) -> tuple[int, str]:
    email = f"mayai{next(_numbers)}.{worker_id}@example.com"
    return make_user(email=email, password=PASSWORD), email


@pytest.fixture
def company_id(make_company: MakeCompany, owner: tuple[int, str]) -> int:
    return make_company(
        owner_id=owner[0],
        name="Rossi S.r.l.",
        email="rossi@example.it",
        address_street="Via Garibaldi 1",
        address_postal_code="16124",
        address_city="Genova",
        address_province="GE",
    )


@pytest.fixture
def environment(served: str, tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "MASTRO": served, "XDG_CONFIG_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def fatture(
    clients: Path,
    served: str,
    clock: Clock,
    installation: Installation,
    owner: tuple[int, str],
    company_id: int,
    environment: dict[str, str],
    tmp_path: Path,
) -> Fatture:
    """The command line after its login: `fatture("list", "clients")` → what it prints, read as JSON."""
    user_id, email = owner
    port = _free_port()
    callback = f"http://127.0.0.1:{port}/callback"
    with installation.database.write() as session:
        client_id, secret = create_application(
            session,
            owner_id=user_id,
            name="fatture",
            redirect_uris=(callback,),
            device=False,
            now="2026-03-02 09:30:00",
        )
    browser_script = tmp_path / "browser"
    browser_script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" > {tmp_path / "address"}\n', encoding="ascii")
    browser_script.chmod(0o700)
    login = subprocess.Popen(
        [clients, HERE, "auth", "login", "--client-id", client_id, "--client-secret", secret, "--port", str(port)],
        env={**environment, "BROWSER": f"{browser_script} %s"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    browser = Browser(served)
    browser.open(_address(tmp_path / "address", login))
    browser.sign_in(email)
    browser.submit("/oauth/authorize", {"decision": "allow"}, company=str(company_id))
    assert "Authorization complete" in browser.page.text
    printed, said = login.communicate(timeout=60)
    assert login.returncode == 0, said
    assert str(company_id) in printed

    def run(*arguments: object, fails: bool = False) -> Any:
        done = subprocess.run(
            [clients, HERE, "--json", *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stderr if fails else [json.loads(line) for line in done.stdout.splitlines()]

    return run


def _address(file: Path, login: "subprocess.Popen[str]") -> str:
    """What the command asked the browser to open."""
    deadline = time.monotonic() + 30
    while not file.exists() or not file.read_text(encoding="utf-8").strip():
        assert time.monotonic() < deadline, "it did not open the browser"
        assert login.poll() is None, login.communicate()
        time.sleep(0.05)
    return file.read_text(encoding="utf-8").strip()


def _invoice(client: Client) -> int:
    party = {"name": "Bianchi S.p.A.", "vat_number": "01234567897", "tax_code": "01234567897", "country": "Italia"}
    address = {"address_street": "Via Verdi 2", "address_postal_code": "00100", "address_city": "Roma"}
    entity = {**party, **address, "address_province": "RM", "ei_code": "ABC1234", "email": "bianchi@example.it"}
    data = {
        "type": "invoice",
        "entity": entity,
        "date": "2026-03-02",
        "items_list": [{"name": "Consulenza", "qty": 1, "net_price": 100, "vat": {"id": 0}}],
        "payments_list": [{"amount": 122, "due_date": "2026-04-01", "status": "not_paid"}],
        "e_invoice": True,
        "ei_data": {"payment_method": "MP05"},
    }
    id: int = client.data("POST", "issued_documents", json={"data": data})["id"]
    return id


def test_it_signs_in_and_every_command_works(fatture: Fatture, client: Client, tmp_path: Path) -> None:
    (status,) = fatture("auth", "status")
    assert status["authenticated"] is True
    _registries(fatture, client)
    _invoices(fatture, client, tmp_path)
    (out,) = fatture("auth", "logout")
    assert out == {"removed": True}
    fatture("list", "clients", fails=True)


def _registries(fatture: Fatture, client: Client) -> None:
    (made,) = fatture("create", "client", "--name", "Verdi", "--email", "verdi@example.it")
    (shown,) = fatture("get", "client", made["id"])
    assert shown["name"] == "Verdi"
    fatture("update", "client", made["id"], "--address-city", "Como")
    assert client.data("GET", f"entities/clients/{made['id']}")["address_city"] == "Como"
    assert [each["name"] for each in fatture("list", "clients")] == ["Verdi"]
    assert [each["id"] for each in fatture("search", "clients", "verd")] == [made["id"]]
    product = client.data("POST", "products", json={"data": {"name": "Vite", "net_price": 1.5}})["id"]
    assert [each["name"] for each in fatture("list", "products")] == ["Vite"]
    (shown,) = fatture("get", "product", product)
    assert shown["name"] == "Vite"


def _invoices(fatture: Fatture, client: Client, folder: Path) -> None:
    id = _invoice(client)
    assert [(each["id"], each["client"]) for each in fatture("list", "invoices")] == [(id, "Bianchi S.p.A.")]
    (shown,) = fatture("get", "invoice", id)
    assert (float(shown["total"]), len(shown["lines"]), len(shown["payments"])) == (122, 1, 1)
    fatture("update", "invoice", id, "--visible-subject", "Marzo")
    assert client.data("GET", f"issued_documents/{id}")["visible_subject"] == "Marzo"
    (saved,) = fatture("export-pdf", "invoice", id, "--output", "invoice.pdf")
    assert saved["size_bytes"] > 1000
    assert (folder / "invoice.pdf").read_bytes().startswith(b"%PDF")
    fatture("export", "invoice", id, "--output", "invoice.xml")
    assert re.search(r"<ImportoTotaleDocumento>122\.00<", (folder / "invoice.xml").read_text(encoding="utf-8"))
    fatture("validate", "invoice", id)
    fatture("ei-status", "invoice", id)
    fatture("mark-paid", "invoice", id)
    # left to themselves they send what the vendor refuses too: a mail without sender, an invoice without payments
    assert "Invalid request" in fatture("send", "invoice", id, "--to", "anna@example.it", fails=True)
    row = ("--product", "Vite", "--amount", 10, "--date", "2026-03-02")
    assert "pagamenti" in fatture("create", "invoice", "--client", 1, *row, fails=True)
