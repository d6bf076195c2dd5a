"""The figures of a settlement of VAT, under the names of its communication."""

from decimal import Decimal

from mastro.model.base import Body


class VatFigures(Body):
    """Lines VP2 to VP14 of a month or quarter (*quadro VP*), in euro; what a line does not say is 0."""

    vp2: Decimal
    """Sales without VAT."""
    vp3: Decimal
    """Purchases without VAT."""
    vp4: Decimal
    """VAT that is owed."""
    vp5: Decimal
    """VAT that is deducted."""
    vp6_debit: Decimal
    vp6_credit: Decimal
    vp7: Decimal
    """Small debt of the period before."""
    vp8: Decimal
    """Credit of the period before."""
    vp9: Decimal
    """Credit of the year before."""
    vp10: Decimal
    """Paid on cars from the Union: not known here."""
    vp11: Decimal
    """Tax credits: not known here."""
    vp12: Decimal
    """Interest of a quarter by choice."""
    vp13: Decimal
    """Advance paid in December."""
    vp14_debit: Decimal
    vp14_credit: Decimal
