"""The checks of the SdI, one function per code, in the order in which a reader of the file meets what they look at.

Left out are the checks that only the SdI can make: against the tax registry, the register of public offices, other
files that were sent, and lists of certificates (00002, 00101, 00104, 00107, 00311, 00312, 00320-00327, 00398, 00399,
00404).
"""

from collections.abc import Iterator

from mastro.fatturapa.findings import Finding
from mastro.fatturapa.rules import advice, document, lines, parties, summary, transmission
from mastro.fatturapa.rules.base import Case, Rule

RULES: tuple[Rule, ...] = (
    *transmission.RULES,
    *parties.RULES,
    *document.RULES,
    *lines.RULES,
    *summary.RULES,
    *advice.RULES,
)
"""Every rule, errors before advice."""


def findings(case: Case) -> Iterator[Finding]:
    """What all rules have to say."""
    for rule in RULES:
        yield from rule.findings(case)


__all__ = ["RULES", "Case", "Rule", "findings"]
