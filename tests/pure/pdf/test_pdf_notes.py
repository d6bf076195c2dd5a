"""Notes in HTML: the few tags that are followed, and everything else as text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro.pdf.markup import Node, read_html
from pure.pdf import examples

TAGS = {"text", "br", "p", "b", "i", "u", "a", "ul", "ol", "li"}


def outline(nodes: list[Node]) -> str:
    """The tree on one line: `p(Ciao b(mondo))`."""
    return "".join(
        node.text
        if node.tag == "text"
        else f"[{node.tag}{node.link and '=' + node.link}]"
        if not node.children
        else f"{node.tag}{node.link and '=' + node.link}({outline(node.children)})"
        for node in nodes
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Ciao <strong>mondo</strong></p>", "p(Ciao b(mondo))"),
        ("<p>uno</p>\n<p> due </p>", "p(uno)p(due )"),
        ("a<br>b<br/>c", "a[br]b[br]c"),
        ("<em>a</em> <u>b</u>", "i(a) u(b)"),
        ("<ul><li>a<li>b</ul>", "ul(li(a)li(b))"),
        ("<ul>a<li>b<ol><li>c</li></ol></li></ul>", "ul(li(a)li(bol(li(c))))"),
        ("<b>a<i>b</b>c", "b(ai(b))c"),
        ("<div>a</div><div>b</div>", "a[br]b"),
        ("<span style='x'>a</span>", "a"),
        ("a  \n  b<br>", "a b"),
        ("riga 1\nriga 2", "riga 1[br]riga 2"),
        ("3 < 5 & 6 > 4", "3 < 5 & 6 > 4"),
        ("&lt;b&gt; &euro; &amp;amp;", "<b> € &amp;"),
        ("<a href='https://x.it/a?b=1&amp;c=2'>qui</a>", "a=https://x.it/a?b=1&c=2(qui)"),
        ("<a href='mailto:a@b.it'>qui</a>", "a=mailto:a@b.it(qui)"),
        ("<a href='javascript:alert(1)'>qui</a>", "a(qui)"),
        ("<a href=' JaVaScRiPt:x'>qui</a><a>qua</a>", "a(qui)a(qua)"),
        ("<script>alert('#1')</script>", "<script>alert('#1')</script>"),
        ("<img src=x onerror=y>", "<img src=x onerror=y>"),
        ("Mario <mario@rossi.it> scrive", "Mario <mario@rossi.it> scrive"),
        ("", ""),
        ("<p></p> <br>", ""),
    ],
)
def test_notes_are_read(html: str, expected: str) -> None:
    assert outline(read_html(html)) == expected


@given(st.text(st.sampled_from("<>/abipulo lr=\"'&;!-[]"), max_size=200))
def test_any_note_is_read_into_known_pieces_of_bounded_depth(html: str) -> None:
    def check(nodes: list[Node], depth: int) -> None:
        assert depth < 40
        for node in nodes:
            assert node.tag in TAGS
            check(node.children, depth + 1)

    check(read_html(html), 0)


def test_ten_thousand_open_tags_do_no_harm(printed: Any) -> None:
    html = "<b><ul><li>" * 10_000 + "fondo"
    assert "fondo" in printed(examples.document(notes=html), examples.STUDIO)[-1]


def test_notes_are_printed(printed: Any) -> None:
    (page,) = printed(examples.quote(), examples.STUDIO)
    assert "Validità: 30 giorni." in page
    assert "• Acconto del 30%" in page
    assert "Vedi condizioni." in page
