"""Static files: compressed, kept for good by browsers, and no way out of their folder."""

import gzip
import os
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mastro.web.assets import FOLDER, Assets, has_static, static, static_url


@pytest.fixture(scope="module")
def files() -> TestClient:
    return TestClient(Starlette(routes=static), base_url="http://testserver")


def test_an_address_of_a_page_is_kept_for_good(files: TestClient) -> None:
    answer = files.get(static_url("mastro.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == (FOLDER / "mastro.css").read_bytes()


@pytest.mark.parametrize("address", ["/static/mastro.css", "/static/0123456789ab/mastro.css"])
def test_an_address_of_another_release_answers_and_is_asked_for_again(files: TestClient, address: str) -> None:
    answer = files.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_a_style_sheet_goes_out_compressed_to_who_can_unpack_it(files: TestClient) -> None:
    with files.stream("GET", static_url("mastro.css"), headers={"Accept-Encoding": "gzip, br"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == (FOLDER / "mastro.css").read_bytes()


@pytest.mark.parametrize("refusing", ["identity", "gzip;q=0", "br"])
def test_it_goes_out_as_it_is_to_who_cannot(files: TestClient, refusing: str) -> None:
    answer = files.get(static_url("mastro.css"), headers={"Accept-Encoding": refusing})
    assert "content-encoding" not in answer.headers


def test_what_a_browser_has_is_not_sent_again(files: TestClient) -> None:
    tag = files.get("/static/mastro.css").headers["etag"]
    again = files.get("/static/mastro.css", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/static/",
        "/static/nothing.css",
        "/static/%2e%2e/pages.py",
        "/static/0123456789ab/%2e%2e/%2e%2e/pages.py",
        "/static//etc/passwd",
        "/static/vendor/made-from.json",
    ],
)
def test_nothing_else_is_served(files: TestClient, address: str) -> None:
    assert files.get(address).status_code == 404


def test_a_page_without_an_icon_of_its_own_has_one(files: TestClient) -> None:
    assert files.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_what_is_not_there_is_known_before_a_page_names_it() -> None:
    assert has_static("mastro.css")
    assert not has_static("nothing.css")


def test_the_libraries_of_the_browser_are_there_with_their_licences() -> None:
    names = {path.name for path in (FOLDER / "vendor").iterdir()}
    assert {"htmx.min.js", "htmx.LICENSE.txt", "source-sans-3-latin.woff2", "source-sans-3.LICENSE.txt"} <= names


def test_a_changed_file_changes_every_address(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mastro.web.assets.LOOK_EVERY", 0.0)
    folder = tmp_path_factory.mktemp("static")
    (folder / "a.css").write_text("a { color: red }")
    (folder / "b.js").write_text("export const one = 1;")
    assets = Assets(folder)
    before = assets.url("b.js")
    assert re.fullmatch(r"/static/[0-9a-f]{12}/b\.js", before)
    assert assets.url("b.js") == before
    (folder / "a.css").write_text("a { color: blue }")
    os.utime(folder / "a.css", ns=(1, 1))
    assert assets.url("b.js") != before


def test_a_folder_without_anything_still_gives_addresses(tmp_path_factory: pytest.TempPathFactory) -> None:
    assets = Assets(tmp_path_factory.mktemp("static") / "missing")
    assert not assets.has("vendor/htmx.min.js")
    assert assets.url("mastro.css").endswith("/mastro.css")
