"""Compiled templates say what templates of Jinja say, only sooner."""

import pytest
from jinja2 import DictLoader, Environment, select_autoescape
from markupsafe import Markup

from mastro.web.language import LOCALES, Code
from mastro.web.templating import Templates

HOSTILE = "<script>\"a\" & 'b'</script>"
SAFE = "&lt;script&gt;&quot;a&quot; &amp; &#x27;b&#x27;&lt;/script&gt;"


def written(source: str, code: Code = "it", **values: object) -> str:
    loader = DictLoader({"page.html": source, "parts.html": "{% macro icon(name) %}[{{ name }}]{% endmacro %}"})
    templates = Templates(
        LOCALES[code], loader=loader, autoescape=select_autoescape(), extensions=["jinja2.ext.i18n", "jinja2.ext.do"]
    )
    locale = LOCALES[code]
    templates.install_gettext_callables(locale.gettext, locale.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return templates.get_template("page.html").render(**values)


@pytest.mark.parametrize(("code", "said"), [("it", "Annulla"), ("en", "Cancel")])
def test_a_text_is_said_in_the_language_of_its_templates(code: Code, said: str) -> None:
    assert written("<b>{{ _('Annulla') }}</b>", code) == f"<b>{said}</b>"


def test_a_value_in_a_text_is_escaped_wherever_the_text_stands() -> None:
    text = "_('Cliente: %(name)s', name=name)"
    assert written(f"{{{{ {text} }}}}", name="<b>") == "Cliente: &lt;b&gt;"
    assert written(f'{{% set x = {text} %}}<a title="{{{{ x }}}}">', name='"') == '<a title="Cliente: &#34;">'


def test_a_percent_sign_of_a_text_is_written_twice_as_everywhere() -> None:
    assert written("{{ _('100 %%') }}") == "100 %"


def test_what_somebody_typed_is_escaped_and_html_of_ours_is_not() -> None:
    assert written("{{ text }}", text=HOSTILE) == SAFE
    assert written("{{ row.text }}{{ row['text'] }}", row={"text": HOSTILE}) == SAFE * 2
    assert written("{{ html }}", html=Markup("<b>")) == "<b>"
    assert written("{{ a }} {{ b }} {{ c }} {{ none }}{{ missing }}", a=1, b=1.5, c=True) == "1 1.5 True None"


def test_what_a_macro_gets_is_escaped_once() -> None:
    source = "{% macro cell(x) %}<td>{{ x }}{{ caller() }}</td>{% endmacro %}"
    assert written(source + "{% call cell(text) %}{{ text }}{% endcall %}", text="<") == "<td>&lt;&lt;</td>"


def test_a_drawing_stands_where_its_name_does() -> None:
    page = written("{% from 'parts.html' import icon %}{{ icon('plus') }}{{ icon(name) }}", name="minus")
    assert page.startswith("<svg ")
    assert page.endswith("</svg>[minus]")


def test_a_row_is_asked_for_its_keys_and_then_for_what_every_row_has() -> None:
    row = {"items": "ours", "name": "Anna"}
    plain = Environment(autoescape=True)
    for source in ("{{ row.name }}", "{{ row.other }}", "{% for key, value in row.items() %}{{ key }}{% endfor %}"):
        assert written(source, row=row) == plain.from_string(source).render(row=row)
