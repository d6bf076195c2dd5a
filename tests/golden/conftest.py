"""The flag that writes the golden documents anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write what the server answers over the expected files; read the difference before committing it",
    )


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """True where the expected files are to be written anew."""
    return bool(request.config.getoption("--rewrite-golden", default=False))
