"""What tests of resources share: who may not call an operation."""

from typing import Any

import pytest

from mastro.api.scopes import ALL_SCOPES
from support import CheckAccess, Client, MakeCompany, MakeToken


@pytest.fixture
def check_access(client: Client, make_token: MakeToken, make_company: MakeCompany) -> CheckAccess:
    """Check who is refused: `check_access("POST", "products", needs="products:a", json=…)`.

    Anonymous → 401; a token with every scope but the one that is needed → 403; another company's token → 403. Without
    `needs` the operation wants no scope, and a token of any scope must pass.
    """

    def check(method: str, path: str, *, needs: str = "", **request: Any) -> None:
        assert client.using("").call(method, path, **request).status_code == 401
        assert client.using("a/unknown").call(method, path, **request).status_code == 401
        if needs:
            family = needs.rpartition(":")[0]
            others = [scope for scope in ALL_SCOPES if not scope.startswith(f"{family}:")]
            refused = client.using(make_token(scopes=others)).call(method, path, **request)
            assert refused.status_code == 403, refused.text
            if needs.endswith(":a"):
                reader = client.using(make_token(scopes=[f"{family}:r"])).call(method, path, **request)
                assert reader.status_code == 403, reader.text
        else:
            allowed = client.using(make_token(scopes=["calendar:r"])).call(method, path, **request)
            assert allowed.status_code == 200, allowed.text
        stranger = client.using(make_token(company_id=make_company()))
        assert stranger.call(method, path, **request).status_code == 403

    return check
