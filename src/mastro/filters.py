"""The filter language of the `q` parameter: text to tree and back. Pure.

The grammar is the vendor's (repository `fattureincloud/api-filter`, version of API 2.6.1):

    filter   := either
    either   := both (OR both)*
    both     := operand (AND operand)*
    operand  := '(' either ')' | FIELD test
    test     := op value | ('=' | IS) NULL | ('<>' | '!=' | IS NOT) NULL | pattern STRING
    op       := '=' | '>' | '>=' | '<' | '<=' | '<>' | '!='
    value    := 'true' | 'false' | STRING | INT | INT '.' INT
    pattern  := LIKE | NOT LIKE | CONTAINS | NOT CONTAINS | STARTS WITH | ENDS WITH

Keywords are all lower or all upper case; `starts with` may be written with any number of blanks, also none. A field
is `[a-z]`, with `_` and `.` inside. Text stands in single quotes, a quote inside it is doubled. There are no negative
numbers, no exponents, no `in`, no `between`, no `not (…)`. Dates are text.

One thing is stricter than at the vendor: a character that starts no token is refused here, where the vendor's
tokenizer drops it (there `-5` silently means 5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple, NoReturn, TypeAlias, cast

MAX_LENGTH = 8000
"""Characters of a filter: as long as a request line may be in practice."""

MAX_NESTING = 50
"""Parentheses inside one another."""

MAX_CONDITIONS = 200
"""SQLite refuses expressions deeper than 1000, and a chain of AND is as deep as it is long."""

MAX_INTEGER_DIGITS = 18
MAX_FRACTION_DIGITS = 10
"""What a 64-bit column can be compared with; Python itself refuses to read integers beyond 4300 digits."""

Value: TypeAlias = bool | str | int | Decimal
Operator = Literal["=", ">", ">=", "<", "<=", "<>"]
PatternKind = Literal["like", "contains", "starts with", "ends with"]


class QuerySyntaxError(ValueError):
    """The text is not a filter; `position` counts characters from 0. The message starts with the vendor's words."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"Invalid query syntax at character {position + 1}: {reason}")
        self.position = position
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field op value`. The operator `!=` is read as its twin `<>`."""

    field: str
    op: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class IsNull:
    """`field is null`, negated `field is not null`."""

    field: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """`field contains 'text'` and its kin. `%` and `_` are wildcards in `like` alone; no negated `starts with`."""

    field: str
    kind: PatternKind
    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more operands."""

    operands: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more operands."""

    operands: "tuple[Expression, ...]"


Expression: TypeAlias = Comparison | IsNull | Pattern | And | Or

TokenKind = Literal["field", "string", "integer", "operator", "word", "(", ")", ".", "end"]


class Token(NamedTuple):
    """A piece of the text; `text` is the source's, but for words, which are lower case with their blanks removed."""

    kind: TokenKind
    text: str
    position: int


WORDS = ("like", "contains", "starts", "ends", "with", "and", "or", "is", "null", "not")
TWO_WORDS = re.compile(r"(?:starts|STARTS|ends|ENDS) *(?:with|WITH)")
UPPER_WORD = re.compile("|".join(word.upper() for word in sorted(WORDS, key=len, reverse=True)))
NAME = re.compile(r"[a-z](?:[a-z_.]*[a-z])?")
RESERVED = frozenset(WORDS) | {"startswith", "endswith", "true", "false"}
OTHER = re.compile(r"(?P<string>'[^']*(?:''[^']*)*')|(?P<integer>[0-9]+)|(?P<operator><>|!=|>=|<=|[=<>])")
BLANKS = re.compile(r"[ \t\r\n]*")


def parse(text: str) -> Expression:
    """Read a filter, or raise `QuerySyntaxError`. Linear in the length of the text."""
    _check_text(text)
    return _Parser(_tokens(text)).whole()


def format(expression: Expression) -> str:
    """Write a filter as text that `parse` reads back as an equal tree.

    Raises ValueError for a tree that the language cannot say: a negative number, a reserved word as a field.
    """
    match expression:
        case And(operands) | Or(operands):
            word = " and " if isinstance(expression, And) else " or "
            if len(operands) < 2:
                raise ValueError("and, or need two operands")
            return word.join(_format_operand(operand, expression) for operand in operands)
        case Comparison(field, op, value):
            return f"{_format_field(field)} {op} {_format_value(value)}"
        case IsNull(field, negated):
            return f"{_format_field(field)} is {'not ' if negated else ''}null"
        case Pattern(field, kind, text, negated):
            if negated and kind not in {"like", "contains"}:
                raise ValueError(f"{kind} has no negated form")
            return f"{_format_field(field)} {'not ' if negated else ''}{kind} {_quote(text)}"


def _format_operand(operand: Expression, parent: And | Or) -> str:
    binds_tighter = isinstance(operand, And) and isinstance(parent, Or)
    if isinstance(operand, And | Or) and not binds_tighter:
        return f"({format(operand)})"
    return format(operand)


def _format_field(field: str) -> str:
    if NAME.fullmatch(field) is None or field in RESERVED:
        raise ValueError(f"not a field name: {field!r}")
    return field


def _format_value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, int):
        text = str(value)
    else:
        text = f"{value:f}" if value.is_finite() else ""
        text = text if "." in text else f"{text}.0"
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) is None:
        raise ValueError(f"the filter language has no number {value}")
    return text


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _check_text(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError(MAX_LENGTH, f"longer than {MAX_LENGTH} characters")
    if "\0" in text:  # no database takes it
        raise QuerySyntaxError(text.index("\0"), "the character NUL is not allowed")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QuerySyntaxError(error.start, "half of a surrogate pair") from None


def _tokens(text: str) -> Iterator[Token]:
    """Cut the longest token at each place; the keyword where a keyword and a field are equally long."""
    position = _skip_blanks(text, 0)
    while position < len(text):
        token, end = _token(text, position)
        yield token
        position = _skip_blanks(text, end)
    yield Token("end", "", position)


def _skip_blanks(text: str, position: int) -> int:
    match = BLANKS.match(text, position)
    return match.end() if match else position


def _token(text: str, position: int) -> tuple[Token, int]:
    name = NAME.match(text, position)
    two = TWO_WORDS.match(text, position)
    if two and (name is None or two.end() >= name.end()):
        return Token("word", two[0].replace(" ", "").lower(), position), two.end()
    if name:
        return Token("word" if name[0] in RESERVED else "field", name[0], position), name.end()
    if upper := UPPER_WORD.match(text, position):
        return Token("word", upper[0].lower(), position), upper.end()
    if other := OTHER.match(text, position):
        return Token(cast("TokenKind", other.lastgroup), other[0], position), other.end()
    character = text[position]
    if character in "().":
        return Token(cast("TokenKind", character), character, position), position + 1
    raise QuerySyntaxError(position, _stray(character))


def _stray(character: str) -> str:
    match character:
        case "'":
            return "the text that starts here has no closing quote"
        case '"':
            return "text stands in single quotes, not in double ones"
        case "-" | "+":
            return "numbers have no sign"
    if character.isascii() and character.isupper():
        return "fields are lower case, keywords all lower or all upper case"
    return f"unexpected {character!r}"


class _Parser:
    """Recursive descent, one token ahead; recursion only at a parenthesis, so its depth is bounded."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        self.tokens = tokens
        self.token = next(tokens)
        self.depth = 0
        self.conditions = 0

    def whole(self) -> Expression:
        expression = self.either()
        if self.token.kind != "end":
            self.fail("'and', 'or' or the end")
        return expression

    def either(self) -> Expression:
        operands = [self.both()]
        while self.take_word("or"):
            operands.append(self.both())
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def both(self) -> Expression:
        operands = [self.operand()]
        while self.take_word("and"):
            operands.append(self.operand())
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def operand(self) -> Expression:
        opening = self.take("(")
        if opening is None:
            return self.condition()
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise QuerySyntaxError(opening.position, f"more than {MAX_NESTING} parentheses inside one another")
        expression = self.either()
        self.depth -= 1
        if not self.take(")"):
            self.fail("')', 'and' or 'or'")
        return expression

    def condition(self) -> Expression:
        field = self.take("field") or self.fail("a field or '('")
        self.conditions += 1
        if self.conditions > MAX_CONDITIONS:
            raise QuerySyntaxError(field.position, f"more than {MAX_CONDITIONS} conditions")
        if operator := self.take("operator"):
            return self.comparison(field.text, "<>" if operator.text == "!=" else cast("Operator", operator.text))
        if self.take_word("is"):
            negated = self.take_word("not")
            if not self.take_word("null"):
                self.fail("'null'" if negated else "'null' or 'not null'")
            return IsNull(field.text, negated)
        return self.pattern(field.text)

    def comparison(self, field: str, op: Operator) -> Expression:
        if op in {"=", "<>"} and self.take_word("null"):
            return IsNull(field, op == "<>")
        return Comparison(field, op, self.value())

    def pattern(self, field: str) -> Pattern:
        negated = self.take_word("not")
        kinds: dict[str, PatternKind] = {"like": "like", "contains": "contains"}
        if not negated:
            kinds |= {"startswith": "starts with", "endswith": "ends with"}
        for word, kind in kinds.items():
            if self.take_word(word):
                text = self.take("string") or self.fail("text in single quotes")
                return Pattern(field, kind, _unquote(text.text), negated)
        return self.fail("'like' or 'contains'" if negated else "an operator such as =, <, is, like, contains")

    def value(self) -> Value:
        if self.take_word("true"):
            return True
        if self.take_word("false"):
            return False
        if string := self.take("string"):
            return _unquote(string.text)
        if integer := self.take("integer"):
            if len(integer.text) > MAX_INTEGER_DIGITS:
                raise QuerySyntaxError(integer.position, f"a number of more than {MAX_INTEGER_DIGITS} digits")
            return self.fraction(integer.text) if self.take(".") else int(integer.text)
        return self.fail("a value: text in single quotes, a number, true or false")

    def fraction(self, integer: str) -> Decimal:
        digits = self.take("integer") or self.fail("digits after the decimal point")
        if len(digits.text) > MAX_FRACTION_DIGITS:
            raise QuerySyntaxError(digits.position, f"more than {MAX_FRACTION_DIGITS} decimals")
        return Decimal(f"{integer}.{digits.text}")

    def take(self, kind: TokenKind) -> Token | None:
        token = self.token
        if token.kind != kind:
            return None
        self.token = next(self.tokens)
        return token

    def take_word(self, word: str) -> bool:
        if self.token.kind != "word" or self.token.text != word:
            return False
        self.token = next(self.tokens)
        return True

    def fail(self, expected: str) -> NoReturn:
        token = self.token
        found = "the end" if token.kind == "end" else f"'{_shorten(token.text)}'"
        raise QuerySyntaxError(token.position, f"expected {expected}, found {found}")


def _unquote(literal: str) -> str:
    return literal[1:-1].replace("''", "'")


def _shorten(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
