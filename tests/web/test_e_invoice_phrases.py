"""What is kept beside electronic invoices, mail and imports is said in the reader's language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mastro.fatturapa.errors import in_both_languages
from mastro.fatturapa.files import check_file
from mastro.web.language import LOCALES
from mastro.web.refusals import told
from web.refused import SAMPLE, SOURCE

it, en = LOCALES["it"], LOCALES["en"]

MODULES = [
    *(SOURCE / "fatturapa" / f"{name}.py" for name in ("archives", "notices", "p7m", "pec", "read")),
    *(SOURCE / "resources/issued_documents" / f"{name}.py" for name in ("by_hand", "notices", "signed")),
    *(SOURCE / "resources/pec" / f"{name}.py" for name in ("box", "intake", "receipts")),
    *(SOURCE / "resources/xml_imports").glob("*.py"),
    *(SOURCE / "resources/archive_packages").glob("*.py"),
    *(SOURCE / name for name in ("jobs/sdi.py", "jobs/pec.py", "delivery/sdi_pec.py", "packages.py")),
    SOURCE / "resources/issued_documents/transmissions.py",
    SOURCE / "resources/from_xml.py",
]


def sentences(path: Path) -> Iterator[str]:
    """What a module may say to somebody: its sentences that are no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    silent |= {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    silent |= {part for node in ast.walk(tree) if isinstance(node, ast.Call) for part in _of_a_schema(node)}
    for node in ast.walk(tree):
        if node in silent or not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else SAMPLE for part in parts)
        if _is_sentence(text):
            yield text.replace("{}", SAMPLE)


def _is_sentence(text: str) -> bool:
    return len(text.split()) > 2 and text[0].isupper() and text.endswith(".")


def _of_a_schema(call: ast.Call) -> Iterator[ast.expr]:
    if isinstance(call.func, ast.Name) and call.func.id in {"Operation", "Parameter"}:
        yield from call.args


SAID = sorted({text for path in MODULES for text in sentences(path)})


def test_there_is_something_to_say() -> None:
    assert len(SAID) > 50


@pytest.mark.parametrize("text", SAID)
def test_what_is_kept_is_said_in_either_language(text: str) -> None:
    assert told(text, it) != told(text, en)
    assert "{" not in told(text, it) + told(text, en)


@pytest.mark.parametrize(("italian", "english"), [pair for pair in in_both_languages() if pair[0] != pair[1]])
def test_every_finding_that_was_kept_in_italian_is_read_in_english(italian: str, english: str) -> None:
    blanks = {"value": "abc", "expected": "xyz"}
    if "{}" in italian:
        italian, english = italian.format("abc"), english.format("abc")
    assert told(italian.format_map(blanks), en) == english.format_map(blanks)


def test_the_reason_within_a_sentence_is_said_in_the_same_language() -> None:
    text = "Il file non è una notifica dello SdI. The file is no XML."
    assert told(text, it) == "Il file non è una notifica dello SdI. Il file non è XML."
    assert told(text, en) == "The file is no message of the SdI. The file is no XML."
    assert told("a.xml: The file is empty.", it) == "a.xml: Il file è vuoto."


def test_what_the_sdi_says_of_a_code_is_told_in_english_by_its_code() -> None:
    text = "00404 Fattura duplicata\n00423 PrezzoTotale non calcolato"
    assert told(text, it) == text
    assert told(text, en).startswith("00404 An invoice with the same number")
    assert "\n00423 The row's total" in told(text, en)


def test_a_check_says_in_each_language_why_a_file_cannot_be_read() -> None:
    [found] = check_file(b"PK\x03\x04no")
    assert "L’archivio non si può aprire: non è un file ZIP" in found.message_it
    assert "The archive cannot be opened" in found.message_en
