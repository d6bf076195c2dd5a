"""Every operation of the API, asked by whoever must not be answered. What is added later is asked as well."""

import re
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import Boolean, Integer, Table, bindparam, delete, insert, select

from mastro.api.call import Installation
from mastro.api.operation import Operation
from mastro.api.scopes import FAMILIES
from mastro.database.columns import JsonBody
from mastro.database.connection import Session
from mastro.database.schema import schedules
from mastro.jobs.kinds import PERIODIC
from mastro.resources.company import add_member
from mastro.resources.operations import OPERATIONS
from mastro.resources.tables import metadata
from support import Client, MakeCompany, MakeToken, MakeUser

THEIRS, NOWHERE = 777001, 888002
"""An id that every collection of the other company has, and one that none has."""

SECRET = "segreto industriale"
READ_ONLY = [f"{family}:r" for family in FAMILIES]

TABLES = [
    table
    for table in metadata.sorted_tables
    if [column.name for column in table.primary_key] == ["company_id", "id"] and "body" in table.columns
]

IN_COMPANY = [operation for operation in OPERATIONS if "{company_id}" in operation.path]


def ask(client: Client, operation: Operation, company_id: int, id: int) -> Any:
    """Send an operation with the same id for every key of its path."""
    path = re.sub(r"\{\w+\}", str(id), operation.path.replace("{company_id}", str(company_id)))
    body = None if operation.method in {"GET", "DELETE"} else {"data": {}}
    return client.call(operation.method, path, json=body)


def fill(session: Session, table: Table, company_id: int) -> None:
    """A row in a collection, which only its company may see."""
    row: dict[str, object] = {}
    for column in table.columns:
        if isinstance(column.type, JsonBody):
            row[column.name] = msgspec.json.encode({"id": THEIRS, "name": SECRET, "description": SECRET})
        elif isinstance(column.type, Boolean):
            row[column.name] = False
        elif isinstance(column.type, Integer):
            row[column.name] = 1
        else:
            row[column.name] = SECRET
    session.run(insert(table), **(row | {"company_id": company_id, "id": THEIRS}))


def rows_of(installation: Installation, company_id: int) -> list[object]:
    """Everything that a company keeps."""
    with installation.database.read() as session:
        return [
            (table.name, row)
            for table in TABLES
            for row in session.rows(
                select(table).where(table.c.company_id == bindparam("company_id")).order_by(table.c.id),
                company_id=company_id,
            )
        ]


@pytest.fixture
def theirs(installation: Installation, make_company: MakeCompany) -> Iterator[int]:
    """Another company, with a row in every collection; the rows are no real ones, and gone after the test."""
    company_id = make_company(name="Altra S.p.A.")
    with installation.database.write() as session:
        # what has no time looks old: nothing is to clean up behind the test's back
        for task in PERIODIC:
            session.run(delete(schedules).where(schedules.c.name == task.name))
            session.run(insert(schedules), name=task.name, next_run="9999-12-31 00:00:00")
    time.sleep(0.3)  # a task that had begun comes to its end
    with installation.database.write() as session:
        for table in TABLES:
            fill(session, table, company_id)
    yield company_id
    with installation.database.write() as session:
        for table in TABLES:
            session.run(delete(table).where(table.c.company_id == company_id, table.c.id == THEIRS))


ONE_AT_A_TIME = {"createExport", "createBackup"}
"""Reading everything takes a job, and there is one at a time."""


def test_there_are_collections_and_operations_to_look_at() -> None:
    assert len(TABLES) > 5
    assert len(OPERATIONS) > 50


def test_nobody_is_answered_without_a_token(client: Client) -> None:
    for token in ("", "a/unknown", client.token[2:], client.token.replace("a/", "r/")):
        answered = {each.id: ask(client.using(token), each, client.company_id, THEIRS) for each in OPERATIONS}
        assert {id: answer.text for id, answer in answered.items() if answer.status_code != 401} == {}


def test_another_company_looks_like_one_that_does_not_exist(client: Client, theirs: int) -> None:
    for operation in IN_COMPANY:
        there, nowhere = ask(client, operation, theirs, THEIRS), ask(client, operation, 999_999, THEIRS)
        assert there.status_code == nowhere.status_code == 403, operation.id
        assert there.text == nowhere.text, operation.id
        assert _headers(there) == _headers(nowhere), operation.id


def _headers(answer: Any) -> dict[str, str]:
    """The headers of an answer, but for the one that tells requests apart."""
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


def test_another_companys_row_looks_like_one_that_does_not_exist(
    installation: Installation, client: Client, theirs: int
) -> None:
    before = rows_of(installation, theirs)
    for operation in IN_COMPANY:
        there, nowhere = (ask(client, operation, client.company_id, id) for id in (THEIRS, NOWHERE))
        assert SECRET not in there.text, operation.id
        if operation.id in ONE_AT_A_TIME | {"listRequests"}:
            continue  # the second is refused because of the first, whatever the id; or tells of it
        assert there.status_code == nowhere.status_code < 500, operation.id
        assert there.text.replace(str(THEIRS), "ID") == nowhere.text.replace(str(NOWHERE), "ID"), operation.id
    assert rows_of(installation, theirs) == before


def test_a_row_that_is_hidden_from_others_is_there_for_its_company(
    client: Client, theirs: int, make_token: MakeToken
) -> None:
    [operation] = [each for each in OPERATIONS if each.id == "getClient"]
    assert SECRET in ask(client.using(make_token(company_id=theirs)), operation, theirs, THEIRS).text


def test_a_read_only_token_changes_nothing(
    installation: Installation, client: Client, theirs: int, make_token: MakeToken
) -> None:
    reader = client.using(make_token(company_id=theirs, scopes=READ_ONLY))
    before = rows_of(installation, theirs)
    for operation in IN_COMPANY:
        if operation.method == "GET" or operation.id in ONE_AT_A_TIME:  # those read, and leave a job that does
            continue
        refused = ask(reader, operation, theirs, THEIRS)
        if operation.needs.endswith(":a"):
            assert refused.status_code == 403, operation.id
            assert refused.json()["error"]["code"] == "NO_PERMISSION", operation.id
        assert rows_of(installation, theirs) == before, operation.id


def test_a_user_without_permissions_sees_and_changes_nothing_that_needs_them(
    installation: Installation, client: Client, theirs: int, make_user: MakeUser, make_token: MakeToken
) -> None:
    user = make_user()
    with installation.database.write() as session:
        add_member(session, company_id=theirs, user_id=user, role="subaccount", permissions={"fic_clients": "none"})
    helper = client.using(make_token(company_id=theirs, user_id=user))
    before = rows_of(installation, theirs)
    for operation in IN_COMPANY:
        refused = ask(helper, operation, theirs, THEIRS)
        if operation.needs:
            assert refused.status_code == 403, operation.id
            assert SECRET not in refused.text, operation.id
        assert rows_of(installation, theirs) == before, operation.id
