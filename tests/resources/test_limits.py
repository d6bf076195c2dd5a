"""The vendor's request limits, where they are turned on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mastro.api import limits
from mastro.app import create_app
from mastro.database.schema import quotas
from mastro.settings import Settings
from support import Client, Clock, MakeCompany, MakeToken

NAMES = ("hourlyremaining", "hourlylimit", "monthlyremaining", "monthlylimit")

MakeLimited = Callable[[], Client]


@pytest.fixture
def make_limited(
    database_url: str, tmp_path: Path, clock: Clock, company_id: int, make_token: MakeToken
) -> Iterator[MakeLimited]:
    """Make a server with limits on the test's database, another process for all it knows of the first."""
    made: list[Any] = []

    def make() -> Client:
        settings = Settings(data_dir=tmp_path, database_url=database_url, quotas="vendor", worker=0, clock=clock)
        app = create_app(settings)
        made.append(app)
        return Client(TestClient(app, base_url="http://testserver"), company_id, make_token())

    yield make
    for app in made:
        app.api.installation.database.close()


@pytest.fixture
def limited(make_limited: MakeLimited, clock: Clock) -> Client:
    """The test's company on a server with limits, at the beginning of an hour and of a window."""
    clock.set(2026, 3, 2, 10, 0)
    return make_limited()


def _said(answer: Any) -> tuple[int, ...]:
    return tuple(int(answer.headers[f"ratelimit-{name}"]) for name in NAMES)


def test_without_limits_the_headers_say_that_all_is_left(client: Client) -> None:
    for _ in range(3):
        assert _said(client.get("company/info")) == (1000, 1000, 40_000, 40_000)


def test_every_answer_says_what_is_left(limited: Client) -> None:
    assert _said(limited.get("company/info")) == (999, 1000, 39_999, 40_000)
    assert _said(limited.get("entities/clients")) == (998, 1000, 39_998, 40_000)


def test_three_hundred_requests_in_five_minutes_are_the_most(limited: Client, clock: Clock) -> None:
    for _ in range(limits.SHORT):
        assert limited.get("company/info").status_code == 200
    clock.advance(seconds=60)
    refused = limited.get("company/info")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "240"
    assert refused.json()["error"]["code"] == "TOO_MANY_REQUESTS"


def test_the_five_minutes_slide(limited: Client, clock: Clock) -> None:
    for _ in range(limits.SHORT):
        limited.get("company/info")
    clock.advance(minutes=5)
    assert limited.get("company/info").status_code == 429  # all of the last five minutes still count
    clock.advance(minutes=2, seconds=30)
    answers = [limited.get("company/info").status_code for _ in range(151)]
    assert answers.count(200) in range(147, 151)  # half of them count now
    assert answers[-1] == 429


def test_programs_of_a_company_share_the_five_minutes(limited: Client, make_token: MakeToken) -> None:
    other = limited.using(make_token())
    for one in (limited, other):
        for _ in range(150):
            assert one.get("company/info").status_code == 200
    assert limited.get("company/info").status_code == 429
    assert other.get("company/info").status_code == 429


def test_companies_do_not_share_anything(limited: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    for _ in range(limits.SHORT):
        limited.get("company/info")
    company = make_company()
    other = Client(limited.http, company, make_token(company_id=company))
    assert _said(other.get("company/info")) == (999, 1000, 39_999, 40_000)


def test_processes_share_one_count(make_limited: MakeLimited, clock: Clock) -> None:
    clock.set(2026, 3, 2, 10, 0)
    first, second = make_limited(), make_limited()
    for _ in range(limits.SHORT // 2):
        assert first.get("company/info").status_code == 200
        assert second.get("company/info").status_code == 200
    assert first.get("company/info").status_code == 429
    assert second.get("company/info").status_code == 429


@pytest.mark.parametrize(
    ("limit", "code_after"),
    [("HOURLY", "3600"), ("MONTHLY", str((29 * 24 + 14 - 1) * 3600))],  # an hour less: summer time begins
)
def test_a_quota_that_is_used_up_is_a_403_with_a_code(
    limited: Client, monkeypatch: pytest.MonkeyPatch, limit: str, code_after: str
) -> None:
    monkeypatch.setattr(limits, limit, 3)
    for _ in range(3):
        assert limited.get("company/info").status_code == 200
    refused = limited.get("company/info")
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "QUOTA_EXCEEDED"
    assert refused.headers["retry-after"] == code_after


def test_a_quota_begins_anew_with_the_hour(limited: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HOURLY", 3)
    clock.advance(minutes=59)
    for _ in range(4):
        last = limited.get("company/info")
    assert last.status_code == 403
    clock.advance(minutes=1)
    assert limited.get("company/info").status_code == 200


def test_refused_requests_count_too(limited: Client) -> None:
    assert limited.get("entities/clients/999").status_code == 404
    assert _said(limited.get("company/info"))[0] == 998


def test_a_request_without_a_token_counts_for_nobody(limited: Client) -> None:
    assert limited.using("").get("company/info").status_code == 401
    assert _said(limited.get("company/info"))[0] == 999


def test_windows_that_are_over_are_forgotten(limited: Client, clock: Clock) -> None:
    limited.get("company/info")
    app: Any = limited.http.app
    installation = app.api.installation
    clock.advance(hours=3)
    limits.forget_old(installation)
    with installation.database.read() as session:
        rows = session.rows(quotas.select().where(quotas.c.company_id == limited.company_id))
    assert [row[2] for row in rows] == ["month"]
