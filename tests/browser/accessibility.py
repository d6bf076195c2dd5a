"""Barriers of a page for people with a disability, as far as a program can find them: axe-core, WCAG 2.2 AA."""

import json
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Sets of rules, as axe-core names them."""

CONTRAST = ("color-contrast",)
"""The rules that depend on the theme."""

FAILING = {"serious", "critical"}


class Axe:
    """Runs axe-core in a page."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __call__(self, page: Page, *, within: str = "", ignore: Sequence[str] = ()) -> None:
        """Fail with the findings that are serious or critical. `within` is a selector, `ignore` names rules."""
        found = [line for line in self.findings(page, within=within) if line.split(" ", 1)[0] not in ignore]
        assert not found, f"{len(found)} barriers at {page.url}:\n" + "\n".join(found)

    def findings(self, page: Page, *, within: str = "", rules: Sequence[str] = ()) -> list[str]:
        """One text per finding: the rule, what is wrong, and up to five places. `rules` names the only ones to try."""
        if not page.evaluate("() => Boolean(window.axe)"):
            page.evaluate(self.source)  # not by a script element, which the page's policy rightly refuses
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
        options = {"runOnly": only, "resultTypes": ["violations"]}
        where = json.dumps(within) if within else "document"
        answer: Any = page.evaluate(f"() => axe.run({where}, {json.dumps(options)})")
        return [_told(finding) for finding in answer["violations"] if finding["impact"] in FAILING]


def _told(finding: dict[str, Any]) -> str:
    places = [
        f"    {' '.join(map(str, node['target']))}: {_reason(node)}\n      {node['html'][:160]}"
        for node in finding["nodes"][:5]
    ]
    more = len(finding["nodes"]) - len(places)
    head = f"{finding['id']} ({finding['impact']}): {finding['help']}"
    return "\n".join([head, *places, *([f"    and {more} more"] if more else [])])


def _reason(node: dict[str, Any]) -> str:
    return next((check["message"] for kind in ("any", "all", "none") for check in node[kind]), "")
