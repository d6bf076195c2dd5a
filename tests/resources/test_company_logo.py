"""The company's logo: kept, printed on every paper, and taken away again."""

import io

import pytest
from PIL import Image

from resources.issued_documents import create
from support import CheckAccess, Client, MakeCompany, MakeToken

PATH = "settings/company/logo"


def png(size: tuple[int, int] = (80, 40), colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def upload(client: Client, content: bytes, name: str = "logo.png") -> int:
    status: int = client.post(PATH, files={"attachment": (name, content)}).status_code
    return status


def test_access(check_access: CheckAccess) -> None:
    check_access("POST", PATH, needs="settings:a", files={"attachment": ("logo.png", png())})
    check_access("DELETE", PATH, needs="settings:a")


def test_every_paper_prints_the_logo_until_it_is_taken_away(client: Client) -> None:
    document = create(client)
    pdf, page = f"issued_documents/{document['id']}/pdf", f"issued_documents/{document['id']}/pages/1"
    plain, plain_page = client.get(pdf).content, client.get(page).content
    assert upload(client, png()) == 200
    answer = client.get(PATH)
    assert (answer.headers["content-type"], answer.content) == ("image/png", png())
    assert b"/Subtype/Image" in client.get(pdf).content
    assert b"/Subtype/Image" not in plain
    assert _is_red(client.get(page).content)
    assert not _is_red(plain_page)
    assert b"/Subtype/Image" in client.http.get(document["url"]).content
    assert client.delete(PATH).status_code == 200
    assert client.get(pdf).content == plain
    assert client.get(PATH).status_code == 404


def _is_red(page: bytes) -> bool:
    return (255, 0, 0) in {colour for _, colour in Image.open(io.BytesIO(page)).convert("RGB").getcolors(2**24) or ()}


def test_another_logo_takes_the_place_of_the_first(client: Client) -> None:
    assert upload(client, png()) == 200
    assert upload(client, png(colour="blue")) == 200
    assert client.get(PATH).content == png(colour="blue")
    assert client.data("PUT", "settings/company", json={"data": {"company": {"logo": "", "email": "a@b.it"}}})
    assert client.get(PATH).status_code == 200


def test_no_company_has_anothers_logo(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    assert upload(client, png()) == 200
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("logo.png", b"no picture"),
        ("logo.png", png()[:20]),
        ("logo.jpg", png()),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 2_000_000),
        ("logo.png", b""),
    ],
)
def test_what_cannot_be_printed_is_refused_and_the_logo_stays(client: Client, name: str, content: bytes) -> None:
    assert upload(client, png()) == 200
    assert upload(client, content, name) in {413, 422}
    assert client.get(PATH).content == png()
