"""The messages of refusals: the texts that operations hand to an error, with samples of what they fill in."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src/mastro"
ERRORS = {
    *("invalid", "Invalid", "Conflict", "Forbidden", "NotFound", "BadRequest", "TooLarge", "Busy"),
    "UnreadableSheetError",
}
SAMPLE = "1"
CALLED = {"_range": ["", " between 1 and 2"]}
"""What functions put into a message that is not a value of it."""

Texts = dict[str, list[str]]


def refusals() -> set[str]:
    """All messages, as a person may read them."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _modules()}
    constants: Texts = {}
    for tree in trees.values():
        for name, texts in _assigned(tree.body).items():
            constants.setdefault(name, []).extend(texts)
    found: set[str] = set()
    for tree in trees.values():
        for scope in ast.walk(tree):
            if isinstance(scope, ast.FunctionDef):
                found.update(_of_function(scope, constants))
    return {text for text in found if " " in text.strip()}


def _modules() -> Iterator[Path]:
    for folder in ("resources", "api", "sheets"):
        yield from (SOURCE / folder).rglob("*.py")
    yield from (SOURCE / "numeration.py", SOURCE / "database/filtering.py")


def _of_function(scope: ast.FunctionDef, constants: Texts) -> Iterator[str]:
    known = {**constants, **_assigned([node for node in ast.walk(scope) if isinstance(node, ast.stmt)])}
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and _name(node.func) in ERRORS:
            skipped = 1 if _name(node.func) == "invalid" else 0  # the key that is wrong
            for argument in node.args[skipped:]:
                yield from _texts(argument, known)
            for keyword in node.keywords:
                if keyword.arg == "validation":
                    yield from _texts(keyword.value, known)
        elif isinstance(node, ast.Call) and _name(node.func) == "_fail" and len(node.args) == 3:
            yield from (f"The {SAMPLE} {text}" for text in _texts(node.args[2], known))
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Subscript)
            and isinstance(node.value, ast.List)
        ):
            yield from _texts(node.value, known)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _assigned(body: list[ast.stmt]) -> Texts:
    """Texts by the name that they are given."""
    found: Texts = {}
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            texts = list(_texts(node.value, {}))
            if texts:
                found.setdefault(node.targets[0].id, []).extend(texts)
    return found


def _texts(node: ast.expr, known: Texts) -> Iterator[str]:
    """What an expression may say."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from _joined(node, known)
    elif isinstance(node, ast.Name | ast.Attribute):
        yield from known.get(_name(node), [])
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, known)
        yield from _texts(node.orelse, known)
    elif isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from _texts(each, known)
    elif isinstance(node, ast.Dict):
        for each in node.values:
            yield from _texts(each, known)


def _joined(node: ast.JoinedStr, known: Texts) -> Iterator[str]:
    """A text with values in it; a value that is a text itself is told in each of its forms."""
    forms = [""]
    for part in node.values:
        if isinstance(part, ast.Constant):
            forms = [form + str(part.value) for form in forms]
            continue
        assert isinstance(part, ast.FormattedValue)
        called = CALLED.get(_name(part.value.func), []) if isinstance(part.value, ast.Call) else []
        inner = called or list(_texts(part.value, known)) or [SAMPLE]
        forms = [form + text for form in forms for text in inner]
    yield from forms
