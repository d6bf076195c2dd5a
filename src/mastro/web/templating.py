"""How templates are compiled, once for each language: what they say is put into them, and what they write is quick.

A list of fifty rows has a thousand values. As Jinja comes it asks for each text anew, tries each key of a row as an
attribute first, and wraps each value twice to escape it; that was half of the time of a page.
"""

from functools import lru_cache
from html import escape
from typing import Any

import markupsafe
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from mastro.web.icons import icon
from mastro.web.language import Locale

SHORT = 200
"""Characters of a text that is kept with its escaped form."""

_kept = lru_cache(maxsize=8192)(escape)


def escaped(text: str) -> str:
    """A text as HTML, in quotes too. Most of a page is names, days and amounts that the last page had as well."""
    return _kept(text) if len(text) <= SHORT else escape(text)


_OF_DICTS = frozenset(dir(dict))
"""What `row.items` and the like mean, whatever keys the row has."""


class _Said(NodeTransformer):
    """Puts what is known when a template is compiled in place of the calls that ask for it."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  (named by the visitor after the kind of node)
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name == "say" and node.args:  # as a filter it is called at once, and not through the context
            return nodes.Filter(node.args[0], name, node.args[1:], node.kwargs, None, None, lineno=node.lineno)
        text = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], nodes.Const) else None
        if name not in {"_", "icon"} or not isinstance(text, str) or node.dyn_kwargs is not None:
            return node
        if name == "icon":
            return nodes.Const(icon(text), lineno=node.lineno)
        said = Markup(self.locale.gettext(text))  # noqa: S704  (of our own catalogue; its values are escaped)
        if not node.kwargs:
            return nodes.Const(said % {}, lineno=node.lineno)
        values = nodes.Dict([nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs])
        return nodes.Mod(nodes.Const(said), values, lineno=node.lineno)


class _Writing(CodeGenerator):
    """Has values written by `Templates.written`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class Templates(Environment):
    """The templates in one language.

    `_("…")` and `icon("…")` become the text in this language and the drawing, as if they had been written there.
    """

    code_generator_class = _Writing

    def __init__(self, locale: Locale, **options: Any) -> None:
        super().__init__(**options)
        self._said = _Said(locale)

    def _generate(self, source: nodes.Template, *given: Any, **named: Any) -> str:
        """See `Environment`, where it is the place to change what is generated."""
        return super()._generate(self._said.visit(source), *given, **named)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """See `Environment`. A row has keys, and looking in vain for an attribute takes ten times as long as a key."""
        if type(obj) is dict and attribute in obj and attribute not in _OF_DICTS:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    @staticmethod
    def written(value: object) -> str:
        """A value as it stands in a page: escaped, unless it is HTML already."""
        kind = type(value)
        if kind is str:
            return escaped(value)  # type: ignore[arg-type]  # `kind` says what it is
        if kind is Markup:
            return value  # type: ignore[return-value]  # as above
        return str(value) if kind is int else markupsafe.escape(value)
