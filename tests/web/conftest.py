"""Fixtures of the tests that look at pages without a browser."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from mastro.api.call import Installation
from mastro.database.schema import memberships
from mastro.oauth import sessions
from support import Clock, MakeUser
from web.pages import Pages

Visitor = Callable[..., Pages]


@pytest.fixture
def visitor(
    http: TestClient, installation: Installation, clock: Clock, company_id: int, make_user: MakeUser
) -> Visitor:
    """Make who looks at the pages: the owner of the test's company, or a new member with these levels by section.

    `visitor()`, `visitor({"fic_clients": "read"})`, `visitor(language="en")`, `visitor(company=other_company_id)`.
    """

    def make(permissions: dict[str, Any] | None = None, *, language: str = "it", company: int = 0) -> Pages:
        company = company or company_id
        user_id = make_user() if permissions is not None else None
        with installation.database.write() as session:
            if user_id is None:
                owner = select(memberships.c.user_id).where(
                    memberships.c.company_id == company, memberships.c.role == "master"
                )
                user_id = session.scalar(owner)
            else:
                member = {"company_id": company, "user_id": user_id, "role": "subaccount"}
                session.run(insert(memberships), **member, permissions=msgspec.json.encode(permissions))
            key = sessions.begin(session, user_id, clock())
        return Pages(http, company, key, language)

    return make


@pytest.fixture
def pages(visitor: Visitor) -> Pages:
    """The owner of the test's company, in Italian."""
    return visitor()
