"""The sources of the pages: nothing inline that the policy refuses, nothing from elsewhere, no file that is missing."""

import re
from pathlib import Path

import pytest

import mastro.web
from mastro.web.assets import FOLDER, has_static

TEMPLATES = sorted((Path(mastro.web.__file__).parent / "templates").rglob("*.html"))
SOURCES = [*TEMPLATES, *(path for path in FOLDER.glob("*") if path.suffix in {".css", ".js"})]

INLINE = re.compile(
    r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:|\shx-on|\shx-vals=.js:", re.IGNORECASE
)
ELSEWHERE = re.compile(
    r"""(?:(?:src|srcset|action|hx-[a-z]+)=|url\(|\b(?:from|import)\s*\(?|\bfetch\()\s*["'`]?(?:https?:)?//""",
    re.IGNORECASE,
)


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_holds_no_inline_style_and_no_inline_script(template: Path) -> None:
    assert INLINE.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_nothing_is_loaded_from_elsewhere(source: Path) -> None:
    assert ELSEWHERE.findall(source.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_every_static_file_that_a_template_names_is_there(template: Path) -> None:
    named = re.findall(r"""static_url\(["']([^"']+)["']\)""", template.read_text(encoding="utf-8"))
    assert [missing for missing in named if not has_static(missing)] == []


@pytest.mark.parametrize(
    "text",
    [
        "<p style='color: red'>",
        "<script>go()</script>",
        '<button onclick="go()">',
        "<style>p {}</style>",
        '<div hx-on:click="go()">',
    ],
)
def test_what_is_inline_is_seen(text: str) -> None:
    assert INLINE.search(text)


def test_what_is_not_inline_is_passed_over() -> None:
    assert not INLINE.search('<script src="/a.js" type="module"></script><link rel="stylesheet" href="/a.css">')


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://cdn.example/x.png">',
        "url(//cdn.example/font.woff2)",
        "@import '//cdn.example/x.css';",
        "import a from 'https://x/a.js'",
    ],
)
def test_what_comes_from_elsewhere_is_seen(text: str) -> None:
    assert ELSEWHERE.search(text)
