"""The front page: what it shows is what happens."""

import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from mastro.settings import Settings
from support import MakeToken

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_front_page_makes_a_customer_and_an_invoice_and_opens_its_pdf(
    served: str, make_token: MakeToken, company_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    for shown, here in (
        ("http://127.0.0.1:8000", served),
        ("a/…", make_token()),
        ("_client(1,", f"_client({company_id},"),
        ("_document(1,", f"_document({company_id},"),
    ):
        assert snippet.count(shown) == 1
        snippet = snippet.replace(shown, here)
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    made: dict[str, Any] = {}
    exec(compile(snippet, "README.md", "exec"), made)
    assert made["invoice"].entity.vat_number == made["customer"].vat_number, "an invoice without the buyer's VAT number"
    with urllib.request.urlopen(opened[0], timeout=20) as answer:
        assert answer.read(5) == b"%PDF-"


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE))
def test_every_link_of_the_front_page_leads_somewhere(target: str) -> None:
    assert target.startswith("https://") or (ROOT / target).exists()


@pytest.mark.parametrize("variable", re.findall(r"`(MASTRO_\w+)`", PAGE))
def test_every_variable_of_the_front_page_is_a_setting(variable: str) -> None:
    assert variable.removeprefix("MASTRO_").lower() in Settings.__dataclass_fields__


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^mastro ((?:\w+ create)|\w+)", PAGE, flags=re.MULTILINE))))
def test_every_command_of_the_front_page_takes_its_options(command: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"mastro {command}"))
    words = [sys.executable, "-m", "mastro", *command.split(), "--help"]
    told = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout
    for option in re.findall(r"--[a-z-]+", line):
        assert option in told


def test_make_knows_every_target_of_the_front_page() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z]+)\b", PAGE):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target
