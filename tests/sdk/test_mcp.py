"""`fattureincloud-mcp` 2.0.0, unmodified, over its own protocol: each of its 23 tools against the server."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support import Clock, MakeCompany, MakeToken

HERE = Path(__file__).parent / "clients" / "mcp_here.py"
ROW = {"name": "Consulenza", "qty": 2, "net_price": 100, "vat_rate": 22}


class Assistant:
    """Speaks the Model Context Protocol to a server on pipes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.asked = 0
        self.used: set[str] = set()
        about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        self.request("initialize", about)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a request."""
        self.asked += 1
        self._send({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params})
        assert self.process.stdout
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer.get("id") == self.asked:
                return answer["result"]
        raise AssertionError("the MCP server ended")

    def __call__(self, tool: str, **arguments: Any) -> Any:
        """What a tool says."""
        self.used.add(tool)
        said = self.request("tools/call", {"name": tool, "arguments": arguments})["content"][0]["text"]
        try:
            return json.loads(said)
        except ValueError:
            raise AssertionError(f"{tool}: {said}") from None

    def does(self, tool: str, **arguments: Any) -> Any:
        """What a tool says that must have succeeded."""
        said = self(tool, **arguments)
        assert said["success"] is True, said
        return said


@pytest.fixture
def assistant(
    clients: Path, served: str, make_company: MakeCompany, make_token: MakeToken, clock: Clock, tmp_path: Path
) -> Iterator[Assistant]:
    company_id = make_company(
        name="Rossi S.r.l.",
        email="rossi@example.it",
        address_street="Via Garibaldi 1",
        address_postal_code="16124",
        address_city="Genova",
        address_province="GE",
    )
    environment = {
        **os.environ,
        "MASTRO": served,
        "FIC_ACCESS_TOKEN": make_token(company_id=company_id),
        "FIC_COMPANY_ID": str(company_id),
        "FIC_SENDER_EMAIL": "rossi@example.it",
        "FIC_CACHE_DISABLED": "1",
    }
    process = subprocess.Popen(
        [clients, HERE], env=environment, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield Assistant(process)
        process.kill()


def test_every_tool_works(assistant: Assistant) -> None:
    _clients(assistant)
    _documents(assistant)
    _received_documents(assistant)
    assert {tool["name"] for tool in assistant.request("tools/list", {})["tools"]} == assistant.used
    assert len(assistant.used) == 23


def _clients(assistant: Assistant) -> None:
    assert "Rossi S.r.l." in json.dumps(assistant("get_company_info"))
    party = {
        "name": "Bianchi S.p.A.",
        "vat_number": "01234567897",
        "tax_code": "01234567897",
        "ei_code": "ABC1234",
        "address_street": "Via Verdi 2",
        "address_city": "Roma",
        "address_postal_code": "00100",
        "address_province": "RM",
    }
    client = _id(assistant.does("create_client", **party))
    assistant.does("update_client", client_id=client, email="bianchi@example.it")
    assert [(each["id"], each["name"]) for each in assistant("list_clients", query="bianchi")] == [
        (client, "Bianchi S.p.A.")
    ]


def _id(said: Any) -> int:
    found: int = said.get("id") or said.get("client_id") or said.get("document_id")
    return found


def _documents(assistant: Assistant) -> None:
    (client,) = (each["id"] for each in assistant("list_clients"))
    new = {"client_id": client, "items": [ROW], "date": "2026-03-02", "visible_subject": "Marzo"}
    invoice = assistant.does("create_invoice", **new)
    assert (invoice["number"], invoice["total"]) == (1, 244)
    id = invoice["id"]
    assert assistant("get_invoice", document_id=id)["number"] == 1
    assert "/doc/" in json.dumps(assistant("get_pdf_url", document_id=id))
    assistant.does("update_document", document_id=id, visible_subject="Marzo 2026", payment_days=60)
    assert [each["description"] for each in assistant("list_invoices", year=2026, month=3)] == ["Marzo 2026"]
    copied = assistant.does(
        "duplicate_invoice",
        source_document_id=id,
        new_date="2026-03-02",
        description_replace={"old": "Marzo", "new": "Aprile"},
    )
    assert (copied["number"], copied["total"]) == (2, 244)
    proforma = assistant.does("create_proforma", **new)
    made = assistant.does("convert_proforma_to_invoice", document_id=proforma["id"])
    assert (made["invoice_number"], made["proforma_deleted"]) == (3, True)
    note = assistant.does("create_credit_note", **new, source_invoice_id=id)
    assert (note["number"], note["total"]) == (1, -244)
    numbers = assistant("check_numeration", year=2026)
    assert "3" in json.dumps(numbers)
    assistant.does("delete_invoice", document_id=made["invoice_id"])
    assistant.does("send_email", document_id=id, recipient_email="bianchi@example.it")
    assistant.does("send_to_sdi", document_id=id)
    assert assistant("get_invoice_status", document_id=id)["ei_status"] not in {None, "not_sent"}
    situation = assistant("get_situation", year=2026)
    assert (situation["fatturato_lordo"], situation["note_credito"], situation["da_incassare"]) == (488, 244, 244)


def _received_documents(assistant: Assistant) -> None:
    assert assistant("list_cost_centers") is not None
    new = {"supplier_name": "Ferrovie", "amount_net": 100, "amount_vat": 22, "date": "2026-03-01"}
    received = _id(assistant.does("create_received_document", **new, category="Viaggi", description="Biglietti"))
    assert "Ferrovie" in json.dumps(assistant("get_received_document", document_id=received))
    # its SDK leaves the gross amount out of what it hands on, so that it shows the net one
    assert [each["total"] for each in assistant("list_received_documents", year=2026)] == [100]
