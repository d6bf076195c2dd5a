"""The verdict on an invoice before the SdI gives its own: structure first, then the rules, one code each."""

import datetime as dt

from mastro.fatturapa.findings import Finding
from mastro.fatturapa.rules import Case, findings
from mastro.fatturapa.structure import structure
from mastro.fatturapa.tree import Invoice

MOST_FORMAL = 50
"""Errors of format after which the SdI looks no further (00201)."""


def check(invoice: Invoice, *, today: dt.date | None = None) -> list[Finding]:
    """What the SdI would refuse (`severity` error) or somebody complain of (warning); empty when all is well.

    `today` is the day of reception in Rome, against which dates are held (00403); without it they are not. Never
    raises, whatever the tree holds.
    """
    formal = [*invoice.findings, *structure(invoice.tree, invoice.schema.block)]
    if len(formal) > MOST_FORMAL:
        return [*formal[:MOST_FORMAL], _too_many(len(formal))]
    return [*formal, *findings(Case(invoice, today))]


def _too_many(number: int) -> Finding:
    return Finding(
        "00201",
        "",
        str(number),
        f"≤ {MOST_FORMAL}",
        f"Più di {MOST_FORMAL} errori di formato: gli altri controlli sono stati tralasciati.",
        f"More than {MOST_FORMAL} errors of format: the other checks were left out.",
        "Correggere gli errori di formato e ripetere il controllo.",
        "Correct the errors of format and check again.",
    )
