from urllib.parse import quote

import pytest

from support import Client


@pytest.mark.parametrize("name", ['"', "\\", "\x02", "\u0095", "\U00036c48", "è", ".", "..", "id.x.y", "[0]"])
def test_a_key_that_cannot_be_is_left_out_as_an_unknown_one_is(client: Client, name: str) -> None:
    made = client.data("POST", "entities/clients", json={"data": {"name": "Bianchi"}})
    for path in ("entities/clients", f"entities/clients/{made['id']}"):
        answer = client.get(f"{path}?fields=name,{quote(name)}")
        assert answer.status_code in {200, 422} if "." in name else answer.status_code == 200, answer.text
        if answer.status_code == 200:
            (shown,) = answer.json()["data"] if path.endswith("clients") else [answer.json()["data"]]
            assert shown == {"name": "Bianchi"}
