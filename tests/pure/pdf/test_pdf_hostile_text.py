"""Texts of users are printed as they are: they neither run as code, nor break the page."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mastro.model.company import Company
from mastro.model.entity import Entity
from mastro.pdf import render
from mastro.pdf.text import breakable, one_line, printable
from pure.pdf import examples
from pure.pdf.reading import fragments_of

WIDTH, HEIGHT = 595.3, 841.9
"""A4 in points."""


@pytest.mark.parametrize("kind", ["document", "delivery_note", "accompanying_invoice"])
def test_typst_code_is_printed_not_run(printed: Any, kind: str) -> None:
    text = " ".join("".join(printed(examples.hostile(), examples.STUDIO, kind=kind)).split())
    assert '#panic("x") #sys.inputs $ \\ *bold*' in text
    assert "{y} #{1/0}" in text
    assert "<script>alert(1)" in text


def test_overlong_words_are_whole_and_within_the_page() -> None:
    pages = fragments_of(render(examples.hostile(), examples.STUDIO))
    for each in (fragment for page in pages for fragment in page):
        assert each.x > 0
        assert each.x + each.least_width < WIDTH
        assert 20 < each.y < HEIGHT
    assert examples.LONG_WORD in "".join(each.text for page in pages for each in page).replace("\u200b", "").replace(
        "\n", ""
    )


def test_a_row_of_many_lines_goes_on_over_the_pages(printed: Any) -> None:
    text = "\n".join(f"riga {number}." for number in range(200))
    pages = printed(examples.document(items_list=[examples.item("Capitolato", description=text)]), examples.STUDIO)
    assert len(pages) > 2
    assert all(f"riga {number}." in "".join(pages) for number in (0, 77, 199))


def test_braces_in_a_name_are_only_braces(printed: Any) -> None:
    entity = Entity(name="{amount} {0} {labels.code} %s", contact_person="{name!r}")
    company = Company(name="{page} di {pages}")
    (page,) = printed(examples.document(entity=entity), company)
    assert "{amount} {0} {labels.code} %s" in page
    assert "C.a. {name!r}" in page
    assert "{page} di {pages}" in page


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(st.sampled_from("#$\\*_`<>@=-+/[]{}()\"'~^&% \n"), max_size=80))
def test_any_text_prints_anywhere(anything: str, signs: str) -> None:
    document = examples.goods(
        entity=Entity(name=anything, address_street=signs, country_iso=signs[:2]),
        items_list=[examples.item(signs, code=anything, measure=signs, description=anything)],
        visible_subject=signs,
        notes=anything + signs,
        dn_ai_notes=anything,
        numeration=signs,
    )
    pdf = render(document, Company(name=signs, website=anything), kind="accompanying_invoice", sample=True)
    assert pdf.startswith(b"%PDF")


@given(st.text())
def test_breaking_a_word_adds_nothing_but_invisible_spaces(text: str) -> None:
    assert breakable(text, 5).replace("\u200b", "") == printable(text).replace("\u200b", "")


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in one_line(text)


def test_controls_and_turned_text_are_taken_out() -> None:
    assert printable("a\x00b\x07c\u202edef\ud800g\r\nh\ti") == "abcdefg\nh i"
    assert printable("שלום 👩\u200d👧") == "שלום 👩\u200d👧"
