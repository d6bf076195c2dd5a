"""The totals of an issued document as one pipeline, in the order in which a bookkeeper reads them.

The rules, formula by formula with examples, are in `docs/algorithms/totals.md`. Everything is computed in an exact
context and rounded where a rule says so, hence no input within the wire's bounds can raise or lose a cent.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from mastro.model.issued_document import IssuedDocument
from mastro.money import EXACT, HUNDRED, HUNDREDTH, ZERO, percentage, plain, round2, share_out
from mastro.totals.payments import payments_sum
from mastro.totals.rows import NO_VAT, Bucket, sort_into_buckets, without_vat
from mastro.totals.shapes import NOT_APPLICABLE, Contribution, FeeKind, Totals, VatAmounts, VatBucket

BARE_TYPES = frozenset({"delivery_note", "supplier_order"})
"""Types without contributions, withholdings, stamp duty and rows outside VAT; what a body says of them is ignored."""

ENASARCO = "RT04"
"""*TipoRitenuta* of the contribution of commercial agents."""


@dataclass(slots=True)
class Calculation:
    """A document worked through once: its totals, and what the VAT summary and the pension fund blocks need."""

    totals: Totals
    buckets: list[Bucket]
    contributions: list[Contribution]

    @property
    def vat_summary(self) -> list[VatBucket]:
        """One line per rate and natura, in the order of the rows; see `vat_summary`."""
        return [
            VatBucket(
                rate=bucket.rate,
                ei_type=bucket.ei_type,
                vat_id=bucket.vat.id,
                description=bucket.vat.description,
                ei_description=bucket.vat.ei_description,
                notes=bucket.vat.notes,
                taxable=bucket.net + bucket.added,
                vat=bucket.tax,
                not_taxable=bucket.not_taxable,
            )
            for bucket in self.buckets
        ]


@dataclass(slots=True)
class Withholdings:
    """Both withholdings with their bases; `NOT_APPLICABLE` where the document has none."""

    taxable: Decimal = NOT_APPLICABLE
    amount: Decimal = NOT_APPLICABLE
    other_taxable: Decimal = NOT_APPLICABLE
    other_amount: Decimal = NOT_APPLICABLE
    enasarco_taxable: Decimal = NOT_APPLICABLE
    maximal_exceeded: bool | None = None


@dataclass(slots=True)
class Fees:
    """Rivalsa and pension funds on top of the rows; `NOT_APPLICABLE` where the document has none."""

    subject: Decimal
    """Net of the rows that contributions and withholdings apply to."""
    rivalsa: Decimal = NOT_APPLICABLE
    global_taxable: Decimal = NOT_APPLICABLE
    cassa: Decimal = NOT_APPLICABLE
    cassa2: Decimal = NOT_APPLICABLE


def calculate(document: IssuedDocument) -> Totals:
    """Totals of a document as the vendor's totals operation answers them."""
    return compute(document).totals


def vat_summary(document: IssuedDocument) -> list[VatBucket]:
    """Lines of the VAT summary (*DatiRiepilogo*, the VAT table of a PDF), with rivalsa and cassa in their line.

    Taxed rates are one line per rate; rows without VAT one per natura and VAT type. Summed over the lines, `vat` is
    the document's VAT, `taxable` its taxable amount (lines outside VAT: its not taxable amount).
    """
    return compute(document).vat_summary


def contributions(document: IssuedDocument) -> list[Contribution]:
    """Rivalsa and pension funds as charged, with base and VAT line, in the order rivalsa, cassa, cassa 2."""
    return compute(document).contributions


def compute(document: IssuedDocument) -> Calculation:
    """Everything at once, for whoever needs more than one of `calculate`, `vat_summary` and `contributions`."""
    bare = document.type in BARE_TYPES
    gross = bool(document.use_gross_prices)
    with localcontext(EXACT):
        buckets = sort_into_buckets(document.items_list or (), gross=gross, bare=bare)
        rates = taxed_by_rate(buckets)
        subject = take_net(buckets, rates, gross=gross)
        fees, charged = (Fees(subject), []) if bare else charge_fees(document, buckets, rates, subject)
        charge_vat(rates, gross=gross)
        withheld = Withholdings() if bare else withhold(document, fees)
        totals = add_up(document, buckets, rates, fees, withheld)
    return Calculation(totals, buckets, charged)


def taxed_by_rate(buckets: list[Bucket]) -> dict[Decimal, list[Bucket]]:
    """Buckets that VAT is computed on, by rate."""
    rates: dict[Decimal, list[Bucket]] = {}
    for bucket in buckets:
        if not bucket.not_taxable:
            rates.setdefault(bucket.rate, []).append(bucket)
    return rates


def take_net(buckets: list[Bucket], rates: dict[Decimal, list[Bucket]], *, gross: bool) -> Decimal:
    """Set the net of each bucket and return the net of the rows that contributions apply to.

    Gross prices: net = gross ÷ (1 + rate) once per rate, so that the gross amounts agreed with the customer stay.
    """
    for bucket in buckets:
        bucket.net = bucket.rows
    if not gross:
        return sum((bucket.subject for bucket in buckets), ZERO)
    subject = ZERO
    for rate, group in rates.items():
        rows = sum((bucket.rows for bucket in group), ZERO)
        part = sum((bucket.subject for bucket in group), ZERO)
        net = without_vat(rows, rate)
        subject += net if part == rows else without_vat(part, rate)
        if len(group) == 1:
            group[0].net = net
        elif rate:  # two naturas on one taxed rate: TD16 allows it
            divisor = HUNDRED + rate or HUNDRED
            exact = [bucket.rows * HUNDRED / divisor for bucket in group]
            for bucket, share in zip(group, share_out(net, exact), strict=True):
                bucket.net = share
    return subject


def charge_fees(
    document: IssuedDocument, buckets: list[Bucket], rates: dict[Decimal, list[Bucket]], subject: Decimal
) -> tuple[Fees, list[Contribution]]:
    """Rivalsa INPS, then both pension funds, added to the bucket of the highest rate that they apply to."""
    fees, charged = Fees(subject), list[Contribution]()
    if not (document.rivalsa or document.cassa or document.cassa2):
        return fees, charged
    home = home_of_fees(buckets, rates)
    if document.rivalsa:
        base = given(document.amount_rivalsa_taxable, subject)
        fees.rivalsa = percentage(base, document.rivalsa)
        charged.append(contribution("rivalsa", document.rivalsa, base, fees.rivalsa, home))
    if document.cassa or document.cassa2:
        base = fees.global_taxable = share_of(
            subject + fees.rivalsa, document.global_cassa_taxable, document.amount_global_cassa_taxable
        )
        if document.cassa:
            part = share_of(base, document.cassa_taxable, document.amount_cassa_taxable)
            fees.cassa = percentage(part, document.cassa)
            charged.append(contribution("cassa", document.cassa, part, fees.cassa, home))
        if document.cassa2:
            part = share_of(base, document.cassa2_taxable, document.amount_cassa2_taxable)
            fees.cassa2 = percentage(part, document.cassa2)
            charged.append(contribution("cassa2", document.cassa2, part, fees.cassa2, home))
    home.added = fees.rivalsa + fees.cassa + fees.cassa2
    return fees, charged


def home_of_fees(buckets: list[Bucket], rates: dict[Decimal, list[Bucket]]) -> Bucket:
    """Bucket that bears rivalsa and cassa: highest rate among the rows they apply to, the first of equals.

    Bases given in euro may come without such rows: then the highest rate of the document, or a line at 0 %.
    """
    taxed = [bucket for bucket in buckets if not bucket.not_taxable]
    candidates = [bucket for bucket in taxed if bucket.has_subject] or taxed
    if candidates:
        return max(candidates, key=lambda bucket: bucket.rate)
    bucket = Bucket(ZERO, "", NO_VAT, not_taxable=False)
    buckets.append(bucket)
    rates[ZERO] = [bucket]
    return bucket


def contribution(kind: FeeKind, percent: Decimal, taxable: Decimal, amount: Decimal, home: Bucket) -> Contribution:
    """What the electronic invoice declares of a rivalsa or fund."""
    return Contribution(
        kind=kind,
        percent=percent,
        taxable=taxable,
        amount=amount,
        vat_rate=home.rate,
        ei_type=home.ei_type,
    )


def share_of(base: Decimal, percent: Decimal | None, amount: Decimal | None) -> Decimal:
    """Taxable part of a base: a percentage of it, or an amount, which counts only without percentage, or all of it."""
    return given(amount, base) if percent is None else percentage(base, percent)


def given(amount: Decimal | None, otherwise: Decimal) -> Decimal:
    """An amount of the body to the cent, or what stands in where it is not set."""
    return otherwise if amount is None else round2(amount)


def charge_vat(rates: dict[Decimal, list[Bucket]], *, gross: bool) -> None:
    """VAT once per rate on the summed base; with gross prices what is left of the gross, plus VAT on the fees."""
    for rate, group in rates.items():
        if not rate:
            continue
        if gross:
            for bucket in group:
                bucket.tax = bucket.rows - bucket.net
                if bucket.added:
                    bucket.tax += percentage(bucket.added, rate)
        elif len(group) == 1:
            group[0].tax = percentage(group[0].net + group[0].added, rate)
        else:
            bases = [bucket.net + bucket.added for bucket in group]
            exact = [base * rate * HUNDREDTH for base in bases]
            shares = share_out(percentage(sum(bases, ZERO), rate), exact)
            for bucket, share in zip(group, shares, strict=True):
                bucket.tax = share


def withhold(document: IssuedDocument, fees: Fees) -> Withholdings:
    """Ritenuta on rows and rivalsa (never on the cassa); other ritenuta, Enasarco among them, on the rows alone."""
    held = Withholdings()
    if document.withholding_tax:
        held.taxable = share_of(
            fees.subject + fees.rivalsa, document.withholding_tax_taxable, document.amount_withholding_tax_taxable
        )
        held.amount = percentage(held.taxable, document.withholding_tax)
    if document.other_withholding_tax:
        base = given(document.amount_other_withholding_tax_taxable, fees.subject)
        if is_enasarco(document):
            # A smaller base is how an agent declares that the yearly cap of commissions has been reached.
            base = held.enasarco_taxable = given(document.amount_enasarco_taxable, base)
            held.maximal_exceeded = base < fees.subject
        held.other_taxable = base
        held.other_amount = percentage(base, document.other_withholding_tax)
    return held


def is_enasarco(document: IssuedDocument) -> bool:
    """Whether the other withholding is Enasarco: its type says so, or nothing but an Enasarco base does."""
    kind = document.ei_other_withholding_tax_type
    return kind == ENASARCO or (not kind and bool(document.amount_enasarco_taxable))


def is_split_payment(document: IssuedDocument) -> bool:
    """Whether the customer pays the VAT to the state (art. 17-ter DPR 633/1972), not to the issuer."""
    declared = document.e_invoice and document.ei_data is not None and document.ei_data.vat_kind == "S"
    return bool(document.use_split_payment or declared) and document.type not in BARE_TYPES


def add_up(
    document: IssuedDocument,
    buckets: list[Bucket],
    rates: dict[Decimal, list[Bucket]],
    fees: Fees,
    held: Withholdings,
) -> Totals:
    """Sum the buckets into the answer."""
    vat_list = sum_by_rate(rates)
    taxable = sum((line.amount_net for line in vat_list.values()), ZERO)
    vat = sum((line.amount_vat for line in vat_list.values()), ZERO)
    outside = [bucket.net for bucket in buckets if bucket.not_taxable]
    not_taxable = sum(outside, ZERO) if outside else NOT_APPLICABLE
    net = taxable + not_taxable - fees.rivalsa - fees.cassa - fees.cassa2
    total = taxable + vat + not_taxable - held.amount - held.other_amount
    stamp = stamp_of(document)
    discount = given(document.amount_due_discount, ZERO)
    return Totals(
        amount_net=net,
        amount_rivalsa=fees.rivalsa,
        amount_net_with_rivalsa=NOT_APPLICABLE if fees.rivalsa is NOT_APPLICABLE else net + fees.rivalsa,
        amount_global_cassa_taxable=fees.global_taxable,
        amount_cassa=fees.cassa,
        amount_cassa2=fees.cassa2,
        taxable_amount=taxable,
        not_taxable_amount=not_taxable,
        vat_list=vat_list,
        amount_vat=vat,
        taxable_amount_withholding_tax=held.taxable,
        amount_withholding_tax=held.amount,
        taxable_amount_other_withholding_tax=held.other_taxable,
        amount_other_withholding_tax=held.other_amount,
        amount_enasarco_taxable=held.enasarco_taxable,
        is_enasarco_maximal_exceeded=held.maximal_exceeded,
        amount_gross=total,
        stamp_duty=stamp,
        amount_due=amount_due(document, total, vat, stamp) - discount,
        amount_due_discount=discount,
        payments_sum=payments_sum(document.payments_list),
    )


def sum_by_rate(rates: dict[Decimal, list[Bucket]]) -> dict[str, VatAmounts]:
    """Taxable amount and VAT of each rate."""
    return {
        plain(rate): VatAmounts(
            amount_net=sum((bucket.net + bucket.added for bucket in group), ZERO),
            amount_vat=sum((bucket.tax for bucket in group), ZERO),
        )
        for rate, group in rates.items()
    }


def stamp_of(document: IssuedDocument) -> Decimal:
    """Stamp duty that the document declares."""
    if not document.stamp_duty or document.type in BARE_TYPES:
        return NOT_APPLICABLE
    return round2(document.stamp_duty)


def amount_due(document: IssuedDocument, total: Decimal, vat: Decimal, stamp: Decimal) -> Decimal:
    """What the customer pays before any agreed discount.

    The stamp duty of an electronic invoice is only declared, its issuer bears it: to charge it, he adds a row.
    """
    due = total if document.e_invoice else total + stamp
    return due - vat if is_split_payment(document) else due
