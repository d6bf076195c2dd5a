"""The filter language: every line of the vendor's grammar, every refusal, and two properties."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro import filters
from mastro.filters import And, Comparison, Expression, IsNull, Or, Pattern, QuerySyntaxError, parse

A, B, C, D = (Comparison(name, "=", 1) for name in "abcd")


def refusal(text: str) -> QuerySyntaxError:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize("op", ["=", ">", ">=", "<", "<=", "<>"])
def test_each_operator_compares_a_field_with_a_value(op: str) -> None:
    assert parse(f"amount_net {op} 10") == Comparison("amount_net", op, 10)  # type: ignore[arg-type]


def test_the_two_ways_to_write_different_are_one() -> None:
    assert parse("a != 1") == parse("a <> 1") == Comparison("a", "<>", 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("0", 0),
        ("007", 7),
        ("5123.2555", Decimal("5123.2555")),
        ("0.10", Decimal("0.10")),
        ("5 . 3", Decimal("5.3")),
        ("999999999999999999", 999999999999999999),
        ("'2026-01-01'", "2026-01-01"),
        ("'2026-01-01 10:00:00'", "2026-01-01 10:00:00"),
        ("''", ""),
        ("''''", "'"),
        ("'L''Aquila'", "L'Aquila"),
        ("'''a'''", "'a'"),
        ("'a \" b'", 'a " b'),
        ("'true'", "true"),
        ("'null'", "null"),
        ("'(a = 1) or'", "(a = 1) or"),
        ("'perché €'", "perché €"),
        ("'two\nlines'", "two\nlines"),
    ],
)
def test_a_value_is_a_boolean_text_an_integer_or_a_decimal(text: str, value: filters.Value) -> None:
    comparison = parse(f"field = {text}")
    assert isinstance(comparison, Comparison)
    assert (type(comparison.value), comparison.value) == (type(value), value)


@pytest.mark.parametrize(
    "field", ["x", "id", "name", "entity.vat_number", "a__b..c", "startswithx", "orders", "is.null", "nulls", "trueish"]
)
def test_a_field_is_lower_case_with_dots_and_underscores_inside(field: str) -> None:
    assert parse(f"{field} = 1") == Comparison(field, "=", 1)


@pytest.mark.parametrize("text", ["a is null", "a IS NULL", "a is NULL", "a = null", "a=NULL"])
def test_null_is_asked_for_with_is_or_with_equals(text: str) -> None:
    assert parse(text) == IsNull("a")


@pytest.mark.parametrize("text", ["a is not null", "a IS NOT NULL", "a IS not NULL", "a <> null", "a != NULL"])
def test_not_null_is_asked_for_with_is_not_or_with_different(text: str) -> None:
    assert parse(text) == IsNull("a", negated=True)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("a like '%x%'", Pattern("a", "like", "%x%")),
        ("a LIKE '%x%'", Pattern("a", "like", "%x%")),
        ("a not like 'x_'", Pattern("a", "like", "x_", negated=True)),
        ("a NOT like 'x'", Pattern("a", "like", "x", negated=True)),
        ("a contains 'x'", Pattern("a", "contains", "x")),
        ("a CONTAINS ''", Pattern("a", "contains", "")),
        ("a NOT CONTAINS 'it''s'", Pattern("a", "contains", "it's", negated=True)),
        ("a starts with 'x'", Pattern("a", "starts with", "x")),
        ("a starts    with 'x'", Pattern("a", "starts with", "x")),
        ("a startswith 'x'", Pattern("a", "starts with", "x")),
        ("a STARTS with 'x'", Pattern("a", "starts with", "x")),
        ("a STARTSWITH 'x'", Pattern("a", "starts with", "x")),
        ("a ends with 'x'", Pattern("a", "ends with", "x")),
        ("a ENDS WITH'x'", Pattern("a", "ends with", "x")),
    ],
)
def test_patterns_search_inside_text(text: str, pattern: Pattern) -> None:
    assert parse(text) == pattern


def test_and_binds_tighter_than_or() -> None:
    assert parse("a = 1 or b = 1 and c = 1") == Or((A, And((B, C))))
    assert parse("a = 1 AND b = 1 OR c = 1 and d = 1") == Or((And((A, B)), And((C, D))))


def test_parentheses_group() -> None:
    assert parse("(a = 1 or b = 1) and c = 1") == And((Or((A, B)), C))
    assert parse("a = 1 and (b = 1 and c = 1)") == And((A, And((B, C))))


def test_parentheses_that_group_nothing_leave_no_trace() -> None:
    assert parse("((a = 1))") == A


def test_a_chain_is_one_node_whatever_its_length() -> None:
    assert parse("a = 1 or b = 1 or c = 1 or d = 1") == Or((A, B, C, D))


def test_blanks_may_stand_anywhere_between_tokens_or_nowhere() -> None:
    assert parse("\t(\r\n a = 1\n)and   b=1 ") == And((A, B))
    assert parse("a='x'and b=1or c=1") == Or((And((Comparison("a", "=", "x"), B)), C))
    assert parse("nameIS NULL") == IsNull("name")


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "expected a field or '(', found the end"),
        ("   ", 3, "expected a field or '(', found the end"),
        ("acme", 4, "expected an operator such as =, <, is, like, contains, found the end"),
        ("acme srl", 5, "expected an operator such as =, <, is, like, contains, found 'srl'"),
        ("= true", 0, "expected a field or '(', found '='"),
        ("like 'x'", 0, "expected a field or '(', found 'like'"),
        ("or = 1", 0, "expected a field or '(', found 'or'"),
        ("a = ", 4, "expected a value: text in single quotes, a number, true or false, found the end"),
        ("a = cooper", 4, "expected a value: text in single quotes, a number, true or false, found 'cooper'"),
        ("a < null", 4, "expected a value: text in single quotes, a number, true or false, found 'null'"),
        ("a = .4", 4, "expected a value: text in single quotes, a number, true or false, found '.'"),
        ("a = 54.", 7, "expected digits after the decimal point, found the end"),
        ("a = 6..4", 6, "expected digits after the decimal point, found '.'"),
        ("a = 1.2.3", 7, "expected 'and', 'or' or the end, found '.'"),
        ("a is 1", 5, "expected 'null' or 'not null', found '1'"),
        ("a is not 'x'", 9, "expected 'null', found ''x''"),
        ("a like 5", 7, "expected text in single quotes, found '5'"),
        ("a not starts with 'x'", 6, "expected 'like' or 'contains', found 'startswith'"),
        ("a not = 1", 6, "expected 'like' or 'contains', found '='"),
        ("a starts 'x'", 2, "expected an operator such as =, <, is, like, contains, found 'starts'"),
        ("a starts\twith 'x'", 2, "expected an operator such as =, <, is, like, contains, found 'starts'"),
        ("a in (1, 2)", 2, "expected an operator such as =, <, is, like, contains, found 'in'"),
        ("a between 1 and 2", 2, "expected an operator such as =, <, is, like, contains, found 'between'"),
        ("not (a = 1)", 0, "expected a field or '(', found 'not'"),
        ("(a = 1", 6, "expected ')', 'and' or 'or', found the end"),
        ("a = 1)", 5, "expected 'and', 'or' or the end, found ')'"),
        ("a = 1 b = 2", 6, "expected 'and', 'or' or the end, found 'b'"),
        ("a = 1 and", 9, "expected a field or '(', found the end"),
        ("()", 1, "expected a field or '(', found ')'"),
        ('a = "x"', 4, "text stands in single quotes, not in double ones"),
        ("a = 'x", 4, "the text that starts here has no closing quote"),
        ("a = 'x''", 7, "the text that starts here has no closing quote"),
        ("a = -5", 4, "numbers have no sign"),
        ("a = 1e5", 5, "expected 'and', 'or' or the end, found 'e'"),
        ("a = TRUE", 4, "fields are lower case, keywords all lower or all upper case"),
        ("a = 1 And b = 1", 6, "fields are lower case, keywords all lower or all upper case"),
        ("a_ = 1", 1, "unexpected '_'"),
        ("s.cooper@x.it = 1", 8, "unexpected '@'"),
        ("a2 = 1", 1, "expected an operator such as =, <, is, like, contains, found '2'"),
        ("a = 1; drop", 5, "unexpected ';'"),
        ("a = 'x\0'", 6, "the character NUL is not allowed"),
        ("a = '\ud800'", 5, "half of a surrogate pair"),
        ("a = 1234567890123456789", 4, "a number of more than 18 digits"),
        ("a = 1.12345678901", 6, "more than 10 decimals"),
    ],
)
def test_a_refusal_says_where_and_why(text: str, position: int, reason: str) -> None:
    error = refusal(text)
    assert (error.position, error.reason) == (position, reason)
    assert str(error) == f"Invalid query syntax at character {position + 1}: {reason}"


def test_a_long_token_is_cut_in_the_message() -> None:
    assert refusal("a = " + "b" * 5000).reason.endswith(f"found '{'b' * 30}…'")


def test_the_length_is_bounded() -> None:
    fits = f"a = '{'x' * (filters.MAX_LENGTH - 6)}'"
    assert parse(fits) == Comparison("a", "=", "x" * (filters.MAX_LENGTH - 6))
    assert refusal(f"{fits} ").reason == "longer than 8000 characters"


def test_the_nesting_is_bounded() -> None:
    assert parse("(" * 50 + "a = 1" + ")" * 50) == A
    assert refusal("(" * 51 + "a = 1" + ")" * 51).position == 50
    assert refusal("(" * 8000).position == 50


def test_parentheses_beside_one_another_do_not_count_as_nesting() -> None:
    assert parse(" and ".join(["(a = 1)"] * 60)) == And((A,) * 60)


def test_the_conditions_are_bounded_so_that_sqlite_takes_them() -> None:
    assert parse(" or ".join(["a=1"] * 200)) == Or((A,) * 200)
    assert refusal(" or ".join(["a=1"] * 201)).reason == "more than 200 conditions"


@pytest.mark.parametrize(
    "piece", ["'", "''", "'a", "a", "a.", "a_", "starts ", "starts" + " " * 50, "(", "9", "a=1 or "]
)
def test_no_repeated_piece_takes_long(piece: str) -> None:
    text = (piece * 8000)[: filters.MAX_LENGTH]
    start = time.perf_counter()
    with pytest.raises(QuerySyntaxError):
        parse(text)
    assert time.perf_counter() - start < 0.5  # quadratic work on 8000 characters takes seconds


def test_a_tree_is_written_with_the_fewest_parentheses() -> None:
    assert filters.format(Or((And((A, B)), C))) == "a = 1 and b = 1 or c = 1"
    assert filters.format(And((Or((A, B)), C))) == "(a = 1 or b = 1) and c = 1"


@pytest.mark.parametrize(
    "text",
    [
        "entity.name contains 'L''Aquila' and date >= '2026-01-01'",
        "a is not null or b not like '%x' or c starts with 'y'",
        "paid = true and (number > 3 or amount_gross <> 10.50)",
    ],
)
def test_canonical_text_survives_reading_and_writing(text: str) -> None:
    assert filters.format(parse(text)) == text


@pytest.mark.parametrize(
    "tree",
    [
        Comparison("a", "=", -1),
        Comparison("a", "=", Decimal("-0.5")),
        Comparison("a", "=", Decimal("NaN")),
        Comparison("A", "=", 1),
        Comparison("a_", "=", 1),
        IsNull("null"),
        IsNull("startswith"),
        Pattern("a", "starts with", "x", negated=True),
        And((A,)),
        Or(()),
    ],
)
def test_a_tree_that_the_language_cannot_say_is_refused(tree: Expression) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        filters.format(tree)


FIELDS = st.from_regex(r"[a-z]([a-z_.]{0,8}[a-z])?", fullmatch=True).filter(lambda name: name not in filters.RESERVED)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(0, 10**18 - 1) | st.decimals(0, 10**9, allow_nan=False, places=2)
COMPARISONS = st.builds(
    Comparison, FIELDS, st.sampled_from(["=", ">", ">=", "<", "<=", "<>"]), st.booleans() | TEXTS | NUMBERS
)
PATTERNS = st.builds(Pattern, FIELDS, st.sampled_from(["like", "contains"]), TEXTS, st.booleans()) | st.builds(
    Pattern, FIELDS, st.sampled_from(["starts with", "ends with"]), TEXTS
)
TREES = st.recursive(
    COMPARISONS | PATTERNS | st.builds(IsNull, FIELDS, st.booleans()),
    lambda inner: st.builds(
        lambda node, operands: node(tuple(operands)),
        st.sampled_from([And, Or]),
        st.lists(inner, min_size=2, max_size=4),
    ),
    max_leaves=12,
)


def kinds(tree: Expression) -> list[type]:
    if isinstance(tree, And | Or):
        return [kind for operand in tree.operands for kind in kinds(operand)]
    return [type(tree.value)] if isinstance(tree, Comparison) else []


@given(TREES)
def test_what_is_written_is_read_back_as_it_was(tree: Expression) -> None:
    again = parse(filters.format(tree))
    assert again == tree
    assert kinds(again) == kinds(tree)  # 1 == True == Decimal(1) in Python


PIECES = ["a", "b.c", " ", "=", "<>", "(", ")", "'", "''", "'x'", "1", ".", "and", "OR", "is", "not", "null", "like"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_a_filter_or_a_syntax_error(text: str) -> None:
    try:
        tree = parse(text)
    except QuerySyntaxError as error:
        position = error.position
    else:
        position = 0
        assert parse(filters.format(tree)) == tree
    assert 0 <= position <= len(text)
