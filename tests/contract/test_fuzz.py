"""Every operation of our own description, asked with data that fits it and with data that does not.

No answer is a 5xx, and none has a status that the description does not name.
"""

import json
from functools import cache
from importlib.metadata import version
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from mastro.api.openapi import describe
from mastro.resources.operations import OPERATIONS
from support import Client

EXAMPLES = 4
"""Of each operation, of each kind of data, on each database."""


@cache
def _described() -> dict[str, Any]:
    """By operation id."""
    document = json.loads(json.dumps(describe(OPERATIONS, address="http://testserver", version=version("mastro"))))
    schema = schemathesis.openapi.from_dict(document)
    return {found.ok().definition.raw["operationId"]: found.ok() for found in schema.get_all_operations()}


@pytest.fixture
def furnished(client: Client) -> Client:
    """A company with one of each thing that others are made from."""
    entity = {"name": "Bianchi S.p.A."}
    row = {"name": "Vite", "net_price": 1, "vat": {"id": 0}}
    client.data("POST", "entities/clients", json={"data": entity})
    client.data("POST", "entities/suppliers", json={"data": entity})
    client.data("POST", "products", json={"data": row})
    document = {"type": "invoice", "entity": entity, "items_list": [row]}
    client.data("POST", "issued_documents", json={"data": document, "options": {"fix_payments": True}})
    client.data("POST", "recurrences", json={"data": {"document": document, "first_date": "2026-03-15"}})
    client.data("POST", "received_documents", json={"data": {"type": "expense", "entity": entity, "amount_net": 1}})
    return client


@pytest.mark.parametrize("operation", [operation.id for operation in OPERATIONS])
def test_no_answer_is_a_fault_of_the_server_or_undocumented(operation: str, furnished: Client) -> None:
    described = _described()[operation]
    documented = {int(status) for status in described.definition.raw["responses"]}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        path = {name: value if _is_odd(value) else 1 for name, value in (case.path_parameters or {}).items()}
        case.path_parameters = path | ({"company_id": furnished.company_id} if "company_id" in path else {})
        case.headers = {"Authorization": f"Bearer {furnished.token}"}
        asked = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        answer = furnished.http.request(asked.method, asked.url, content=asked.body, headers=dict(asked.headers))
        assert answer.status_code in documented, f"{answer.status_code} {answer.text}\n{case.as_curl_command()}"
        assert answer.status_code < 500, f"{answer.status_code} {answer.text}\n{case.as_curl_command()}"

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        given(case=described.as_strategy(generation_mode=mode))(ask)()


def _is_odd(value: object) -> bool:
    """Half of the values stay as they were made; the others are the id of a thing that is there."""
    return len(str(value)) % 2 == 1
