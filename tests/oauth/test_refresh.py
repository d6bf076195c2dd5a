from concurrent.futures import ThreadPoolExecutor

import httpx2

from oauth.flows import SCOPES, Browser, GetCode, MakeProgram, Person, Program
from support import Clock


def works(served: str, token: str) -> bool:
    return httpx2.get(f"{served}/user/info", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_two_refreshes_that_cross_both_get_working_tokens(served: str, get_code: GetCode, program: Program) -> None:
    first = program.exchange(get_code()).json()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: program.refresh(first["refresh_token"]), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    tokens = [answer.json()["access_token"] for answer in answers]
    assert len(set(tokens)) == 4
    assert all(works(served, token) for token in tokens)
    assert all(program.refresh(answer.json()["refresh_token"]).status_code == 200 for answer in answers)


def test_a_refresh_token_used_again_later_ends_the_whole_family(
    served: str, get_code: GetCode, program: Program, clock: Clock
) -> None:
    stolen = program.exchange(get_code()).json()
    other = program.exchange(get_code()).json()
    second = program.refresh(stolen["refresh_token"]).json()
    clock.advance(seconds=30)
    third = program.refresh(stolen["refresh_token"]).json()
    assert works(served, third["access_token"])
    clock.advance(seconds=1)
    refused = program.refresh(stolen["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    for tokens in (stolen, second, third):
        assert not works(served, tokens["access_token"])
        assert program.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert works(served, other["access_token"])


def test_a_refresh_token_holds_for_a_year_from_its_last_use(get_code: GetCode, program: Program, clock: Clock) -> None:
    kept = program.exchange(get_code()).json()["refresh_token"]
    forgotten = program.exchange(get_code()).json()["refresh_token"]
    clock.advance(days=364)
    kept = program.refresh(kept).json()["refresh_token"]
    clock.advance(days=1)
    assert program.refresh(forgotten).json()["error"] == "invalid_grant"
    clock.advance(days=363)
    assert program.refresh(kept).status_code == 200


def test_a_refresh_neither_widens_nor_changes_what_was_granted(get_code: GetCode, program: Program) -> None:
    token = program.exchange(get_code()).json()["refresh_token"]
    assert program.refresh(token, scope=SCOPES + " settings:a").json()["error"] == "invalid_scope"
    assert program.refresh(token, scope=SCOPES).status_code == 200


def test_a_refresh_needs_the_program_that_the_token_was_given_to(
    get_code: GetCode, program: Program, make_program: MakeProgram
) -> None:
    token = program.exchange(get_code()).json()["refresh_token"]
    assert make_program(name="Altro").refresh(token).json()["error"] == "invalid_grant"
    assert program.refresh(token, client_secret=None).status_code == 401
    assert program.refresh(token, client_secret="x").status_code == 401
    assert program.refresh(token).status_code == 200


def test_a_program_gives_its_tokens_back(
    served: str, get_code: GetCode, program: Program, make_program: MakeProgram
) -> None:
    tokens = program.exchange(get_code()).json()
    assert make_program(name="Altro").post("revoke", token=tokens["access_token"]).status_code == 200
    assert works(served, tokens["access_token"])
    assert program.post("revoke", token=tokens["access_token"], client_secret="x").status_code == 401
    assert works(served, tokens["access_token"])
    assert program.post("revoke", form=True, token=tokens["refresh_token"]).status_code == 200
    assert not works(served, tokens["access_token"])
    assert program.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert program.post("revoke", token="a/unknown").status_code == 200


def test_a_program_that_its_user_put_out_is_told_so(
    served: str, get_code: GetCode, program: Program, browser: Browser, person: Person
) -> None:
    tokens = program.exchange(get_code()).json()
    waiting = get_code()
    browser.open("/applications")
    assert "Gestionale" in browser.page.text
    browser.client.post(
        "/applications/remove",
        data={"what": "granted", "key": program.client_id},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    refused = httpx2.get(f"{served}/c/{person.company_id}/entities/clients", headers=headers)
    assert refused.status_code == 401
    assert refused.json() == {
        "error": "unauthorized",
        "error_description": "The given user is not authorized to use this application.",
    }
    assert program.refresh(tokens["refresh_token"]).status_code == 400
    assert program.exchange(waiting).json()["error"] == "invalid_grant"
