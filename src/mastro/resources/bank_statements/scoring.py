"""How surely a movement of the bank pays what is open: values in, percent and reasons out.

What speaks for a payment adds points, in the order of weight: the amount to the cent, the number of the document in
the description, who pays (VAT number, tax code, IBAN, name), and the days between the movement and the due date. One
that another one equals loses some: an amount alone does not tell twins apart. 100 % is never reached: nobody but a
person can be that sure. See docs/decisions/0009.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Literal, NamedTuple

from mastro.database.columns import fold
from mastro.database.search import words_in
from mastro.money import ZERO

ReasonCode = Literal[
    "amount", "sum", "part", "number", "vat_number", "iban", "name", "part_of_name", "due", "near", "far", "before",
    "booked", "twins",
]  # fmt: skip

HIGHEST = 99
LOWEST = 25
"""Percent below which a proposal only distracts."""

MOST_PROPOSALS = 5

MOST_SUMMED = 12
"""Open payments of one party among which a sum is looked for: 2¹² combinations at most."""

MOST_IN_SUM = 6

AMOUNT, SUM, PART = 50, 42, 12
NUMBER, CODE, NAME, PART_OF_NAME = 30, 30, 25, 10
DUE, NEAR, FAR, BEFORE = 15, 8, -8, -15
BOOKED = 6
"""What is in the cashbook already is no coincidence."""
TWINS, ALIKE = -20, 2

_LEGAL = frozenset(
    {
        *("srl", "srls", "spa", "snc", "sas", "sapa", "soc", "societa", "coop", "cooperativa", "ltd", "gmbh", "inc"),
        *("di", "dei", "del", "della", "delle", "ed", "the", "and", "studio", "ditta", "impresa", "gruppo", "italia"),
    }
)
"""Words of a name that many others have too."""

_TOKEN = re.compile(r"[a-z0-9]+")
_DAY = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b")
_DOCUMENT = re.compile(
    r"\b(f|ft|fa|fatt|fattura|fatture|ftt|nr|n|num|numero|numeri|doc|inv|invoice|rif|nota|parcella|fpr|fe)"
    r"( (\d{1,7}|e|ed|n|nr|num))* ?$"
)
"""What stands before the number of a document, or before a list of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A movement that is to be explained."""

    id: int
    date: dt.date
    amount: Decimal
    """Below zero where money went out."""
    description: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that the movement may be."""

    kind: str
    """issued_document, received_document, tax: an open payment; entry: what is in the cashbook already."""
    id: int | str
    installment: int
    amount: Decimal
    """In euro, with the sign that its movement would have."""
    due: dt.date
    """Of an entry of the cashbook, its day."""
    date: dt.date
    """Of the document."""
    number: str = ""
    name: str = ""
    """Of who pays or is paid; of a form F24, what banks call it."""
    codes: tuple[str, ...] = ()
    """VAT number and tax code."""
    ibans: tuple[str, ...] = ()
    title: str = ""
    party: str = ""
    """Tells the parties apart; empty where there is none."""
    whole: bool = False
    """True for what cannot be paid in part: a form F24, an amount of another currency, an entry of the cashbook."""

    @property
    def key(self) -> tuple[str, int | str, int]:
        """Tells it from all others."""
        return (self.kind, self.id, self.installment)

    @property
    def payer(self) -> str:
        """Who pays or is paid; empty for a form F24, whose title says it."""
        return "" if self.kind == "tax" else self.name


class Reason(NamedTuple):
    """Why, as a code and what it speaks of."""

    code: ReasonCode
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a movement may be: one payment, or several that add up to it."""

    confidence: int
    """Percent."""
    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...]
    points: int = 0
    """What speaks for it, beyond what a percentage can say: by this the surest is found."""


class Text:
    """A description, taken apart once for all candidates."""

    def __init__(self, description: str) -> None:
        folded = fold(description)
        self.words = frozenset(words_in(description)) | frozenset(_TOKEN.findall(folded))
        self.joined = "".join(c for c in folded if c.isalnum())
        self.spaced = f" {' '.join(_TOKEN.findall(_DAY.sub(' ', folded)))} "

    def names_number(self, number: str, year: int) -> bool:
        """True where the number of a document stands in it: `12/A`, `12-2026`, `FT12`, `fattura n. 12`."""
        parts = _TOKEN.findall(fold(number))
        if not parts or not any(map(str.isdigit, "".join(parts))):
            return False
        bare = str(int(parts[0])) if parts[0].isdigit() and len(parts[0]) < 16 else parts[0]
        if bare not in self.joined:  # most are not: what follows is dear
            return False
        tail = "".join(rf" ?0*{re.escape(part.lstrip('0') or part)}" for part in parts[1:])
        pattern = re.compile(
            rf"(?P<first>\b{year} )?(?:\b|(?<=[a-z]))0*{re.escape(bare)}{tail}\b"
            rf"(?P<last> (?:{year}|{year % 100:02})\b)?"
        )
        return any(
            found["first"] or found["last"] or len(bare) >= 4 or tail or _DOCUMENT.search(self.spaced[: found.start()])
            for found in pattern.finditer(self.spaced)
        )

    def names(self, name: str) -> float:
        """Share of the words of a name that stand in it."""
        own = [word for word in dict.fromkeys(words_in(name)) if word not in _LEGAL]
        if not own:
            return 0
        letters = sum(map(len, own))
        return sum(len(word) for word in own if word in self.words) / letters

    def has_code(self, codes: Iterable[str]) -> str:
        """The code that stands in it, empty for none."""
        plain = ("".join(c for c in fold(code) if c.isalnum()) for code in codes)
        return next((code.upper() for code in plain if len(code) >= 8 and code in self.joined), "")


def reasons_of(line: Line, text: Text, candidate: Candidate) -> list[tuple[int, Reason]]:
    """What speaks for a candidate and against it besides the amount, each with its points."""
    found: list[tuple[int, Reason]] = []
    if candidate.number and text.names_number(candidate.number, candidate.date.year):
        found.append((NUMBER, Reason("number", candidate.number)))
    party = _party(text, candidate)
    if party:
        found.append(party)
    found += _days(line, candidate)
    return found


def _party(text: Text, candidate: Candidate) -> tuple[int, Reason] | None:
    code, iban = text.has_code(candidate.codes), text.has_code(candidate.ibans)
    share = text.names(candidate.name)
    if code:
        return CODE, Reason("vat_number", code)
    if iban:
        return CODE, Reason("iban", iban)
    if share >= 0.99:
        return NAME, Reason("name", candidate.name)
    if share >= 0.4:
        return PART_OF_NAME, Reason("part_of_name", candidate.name)
    return None


def _days(line: Line, candidate: Candidate) -> list[tuple[int, Reason]]:
    away = abs((line.date - candidate.due).days)
    if candidate.kind == "entry":
        points = {0: DUE, 1: DUE, 2: DUE, 3: DUE, 4: NEAR, 5: NEAR}.get(away, 0)
        return [(BOOKED, Reason("booked")), *([(points, Reason("near", str(away)))] if points else [])]
    if line.date < candidate.date:
        return [(BEFORE, Reason("before"))]
    if away <= 5:
        return [(DUE, Reason("due", str(away)))]
    if away <= 30:
        return [(NEAR, Reason("near", str(away)))]
    return [(FAR, Reason("far", str(away)))] if away > 120 else []


def score(line: Line, text: Text, candidate: Candidate) -> Proposal | None:
    """What one candidate is worth for a movement; None where it is not worth proposing."""
    others = reasons_of(line, text, candidate)
    named = any(reason.code in {"number", "vat_number", "iban", "name"} for _, reason in others)
    if candidate.amount == line.amount:
        others.insert(0, (AMOUNT, Reason("amount")))
    elif not candidate.whole and named and line.amount * candidate.amount > 0:
        if abs(line.amount) > abs(candidate.amount):
            return None
        others.insert(0, (PART, Reason("part")))
    else:
        return None
    return _proposal(others, (candidate,))


def _proposal(points: Sequence[tuple[int, Reason]], candidates: tuple[Candidate, ...]) -> Proposal | None:
    total = sum(each for each, _ in points)
    if total < LOWEST:
        return None
    return Proposal(min(HIGHEST, total), tuple(reason for _, reason in points), candidates, total)


def sums(line: Line, text: Text, candidates: Iterable[Candidate]) -> list[Proposal]:
    """Several payments of one party that come to the amount of a movement together, where the party is told in it.

    Those whose numbers stand in the description, then all that is open, then the fewest that do.
    """
    by_party: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.party and candidate.kind != "entry":
            by_party.setdefault(candidate.party, []).append(candidate)
    found = []
    for group in by_party.values():
        told = [reasons_of(line, text, each) for each in group]
        named = [each for each, why in zip(group, told, strict=True) if any(r.code == "number" for _, r in why)]
        party = _party(text, group[0])
        if len(group) < 2 or not (party or len(named) > 1):
            continue
        chosen = _adding_up(line.amount, named, group)
        if chosen:
            proposal = _sum_of(line, chosen, party, named)
            found += [proposal] if proposal else []
    return found


def _adding_up(amount: Decimal, named: list[Candidate], group: list[Candidate]) -> tuple[Candidate, ...]:
    """Payments that come to an amount; empty where none do."""
    for some in (named, group):
        if len(some) > 1 and sum((each.amount for each in some), ZERO) == amount:
            return tuple(some)
    near = sorted(group, key=lambda each: (each not in named, each.due))[:MOST_SUMMED]
    cents = [int(each.amount.scaleb(2)) for each in near]
    wanted = int(amount.scaleb(2))
    for size in range(2, min(MOST_IN_SUM, len(near)) + 1):
        for places in combinations(range(len(near)), size):
            if sum(cents[place] for place in places) == wanted:
                return tuple(near[place] for place in places)
    return ()


def _sum_of(
    line: Line,
    chosen: tuple[Candidate, ...],
    party: tuple[int, Reason] | None,
    named: Sequence[Candidate],
) -> Proposal | None:
    points: list[tuple[int, Reason]] = [(SUM, Reason("sum", str(len(chosen))))]
    told = [each.number for each in chosen if each in named]
    if told:
        points.append((NUMBER * len(told) // len(chosen), Reason("number", ", ".join(told))))
    if party:
        points.append(party)
    middle = sorted(chosen, key=lambda each: each.due)[len(chosen) // 2]
    return _proposal([*points, *_days(line, middle)], chosen)


def propose(line: Line, candidates: Sequence[Candidate]) -> list[Proposal]:
    """What a movement may be, the surest first."""
    text = Text(line.description)
    found = [proposal for each in candidates if (proposal := score(line, text, each))]
    found += sums(line, text, candidates)
    found.sort(key=lambda each: (-each.points, *_distance(line, each)))
    return _without_twins(found)[:MOST_PROPOSALS]


def _distance(line: Line, proposal: Proposal) -> tuple[int, str]:
    first = proposal.candidates[0]
    return abs((line.date - first.due).days), str(first.key)


def _without_twins(found: list[Proposal]) -> list[Proposal]:
    """The same, but where nothing tells the best from another, all are less sure."""
    alike = [each for each in found if found[0].points - each.points <= ALIKE]
    if len(alike) < 2:
        return found
    twins = Reason("twins", str(len(alike) - 1))
    return [
        replace(
            each,
            confidence=max(each.confidence + TWINS, LOWEST),
            reasons=(*each.reasons, twins) if each in alike else each.reasons,
        )
        for each in found
    ]


def assign(proposed: Mapping[int, Sequence[Proposal]]) -> dict[int, Proposal]:
    """One proposal for each movement, the surest first, so that no payment is proposed for two of them."""
    ranked = sorted(
        (
            (each.confidence, each.points, line, place)
            for line, some in proposed.items()
            for place, each in enumerate(some)
        ),
        key=lambda one: (-one[0], -one[1], one[3], one[2]),
    )
    taken: set[tuple[str, int | str, int]] = set()
    given: dict[int, Proposal] = {}
    for _, _, line, place in ranked:
        proposal = proposed[line][place]
        keys = {each.key for each in proposal.candidates}
        if line not in given and not keys & taken:
            given[line] = proposal
            taken |= keys
    return given
