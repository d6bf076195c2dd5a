"""A list page: its columns, its order and its page, all of them in the address, so that a link shows the same list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from mastro.web.icons import icon
from mastro.web.language import Locale
from mastro.web.operations import Rows, decode
from mastro.web.templating import escaped
from mastro.web.visit import Visit

Kind = Literal["text", "money", "number", "percent", "date", "moment"]
Row = Mapping[str, Any]

PER_PAGE = 50

KEPT = 200
"""Rows of one list that are kept as they were written."""


class Cell(NamedTuple):
    """What a cell shows: its text and its classes (`num`, `badge ok` …)."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list."""

    key: str
    """Dotted path in the row; the name of the column in the address."""
    label: str
    """Key of the catalogue."""
    kind: Kind = "text"
    sort: str = ""
    """Key that the operation sorts by; empty where it cannot."""
    shown: bool = True
    """Shown unless the reader chooses otherwise."""
    cell: Callable[[Row, Locale], Cell] | None = None
    """Makes the cell where the kind is not enough."""


@dataclass(slots=True)
class Line:
    """A row of the table as it is shown."""

    id: Any
    href: str
    row: Row


@dataclass
class Listing:
    """One list as its reader asked for it."""

    visit: Visit
    path: str
    """Of the page, after `/app/{company_id}`."""
    columns: Sequence[Column]
    default_sort: str = ""
    href: Callable[[Row], str] | None = None
    """Where a row leads to, after `/app/{company_id}`."""
    per_page: int = PER_PAGE
    lines: Sequence[Line] = ()
    total: int = 0
    page: int = 1
    last_page: int = 1
    sort: str = ""
    chosen: list[str] = field(default_factory=list)
    """Keys of the columns that the reader chose; empty for the usual ones."""
    _raw: Sequence[bytes] = ()

    def __post_init__(self) -> None:
        query = self.visit.query
        wanted = query.get("columns", "").split(",") if query.get("columns") else []
        known = [column.key for column in self.columns]
        self.chosen = [key for key in wanted if key in known]
        self.sort = query.get("sort", "")
        if self.sort.lstrip("-") not in {column.sort for column in self.columns if column.sort}:
            self.sort = self.default_sort
        text = query.get("page", "1")
        self.page = int(text) if text.isascii() and text.isdigit() and int(text[:7]) > 0 else 1

    @cached_property
    def shown(self) -> list[Column]:
        """The columns that are shown, the first one always."""
        if self.chosen:
            return [column for column in self.columns if column.key in self.chosen or column is self.columns[0]]
        return [column for column in self.columns if column.shown]

    @property
    def query(self) -> dict[str, object]:
        """What the list operation is asked besides its filter."""
        return {"sort": self.sort, "page": self.page, "per_page": self.per_page}

    def fill(self, answer: Mapping[str, Any] | Rows) -> None:
        """Take the answer of a list operation. `lines` are those of decoded rows; others are shown, and that is all."""
        if isinstance(answer, Rows):
            self.total, self.page, self.last_page = answer.total, answer.current_page, answer.last_page
            self._raw = [bytes(row) for row in answer.data]
            return
        self.total, self.last_page = int(answer["total"]), int(answer["last_page"])
        self.page = int(answer["current_page"])
        self.lines = [_line(row, self.visit.base, self.href) for row in answer["data"]]

    @property
    def empty(self) -> bool:
        """True where there is no row to show."""
        return not (self.lines or self._raw)

    def heads(self) -> Markup:
        """The heads of the columns as HTML; one that can be sorted by leads to its order, or the other way round."""
        return Markup("\n").join([self._head(column) for column in self.shown])

    def _head(self, column: Column) -> Markup:
        number = ' class="num"' if column.kind in {"money", "number", "percent"} else ""
        words = escaped(self.visit.say(column.label))
        ours = bool(column.sort) and self.sort.lstrip("-") == column.sort
        order, arrow = ("descending", "down") if self.sort.startswith("-") else ("ascending", "up")
        if column.sort:
            href = escaped(self.url(sort=f"-{column.sort}" if ours and order == "ascending" else column.sort))
            words = f'<a href="{href}">{words}{icon(arrow) if ours else ""}</a>'
        sorts = f' aria-sort="{order}"' if ours else ""
        return Markup(f'<th scope="col"{number}{sorts}>{words}</th>')  # noqa: S704  (went through `escaped`)

    def body(self, ticks: str = "") -> Markup:
        """The rows as HTML; `ticks` is the id of the form that takes the ticked ones as `ids`.

        Written here and not in the template, because a page has hundreds of cells and this takes a tenth of the time.
        """
        made_with = (tuple(self.shown), self.visit.say, ticks)
        if self._raw:
            rows = map(_kept_rows(*made_with, self.visit.base, self.href), self._raw)
        else:
            rows = map(_row_writer(*made_with), self.lines)
        return Markup("\n".join(rows))  # noqa: S704  (every text in it went through `escaped`)

    def url(self, **changes: object) -> str:
        """The address of this list with some keys changed; None leaves a key out. A change leads to page 1."""
        query: dict[str, object] = {**self.visit.query, "page": None, **changes}
        kept = {key: value for key, value in query.items() if value not in (None, "")}
        return f"{self.visit.base}{self.path}{'?' if kept else ''}{urlencode(kept)}"


def _line(row: Row, base: str, href: Callable[[Row], str] | None) -> Line:
    return Line(row.get("id"), base + href(row) if href else "", row)


@lru_cache(maxsize=32)
def _kept_rows(
    columns: tuple[Column, ...], say: Locale, ticks: str, base: str, href: Callable[[Row], str] | None
) -> Callable[[bytes], str]:
    """What writes the JSON of a row as HTML, and keeps it: readers come back to a list whose rows are mostly the same.

    A kept row is found by its whole JSON and by all that it was written with, so it cannot be out of date. Rows are
    kept from page to page only where `columns` and `href` are the same objects, and not made anew for each.
    """
    write = _row_writer(columns, say, ticks)
    return lru_cache(maxsize=KEPT)(lambda raw: write(_line(decode(raw), base, href)))


def _row_writer(columns: tuple[Column, ...], say: Locale, ticks: str) -> Callable[[Line], str]:
    """What writes a row; what does not change from row to row is worked out once."""
    first, *others = columns
    name = _text_of(first, say)
    writers = [_writer(column, say) for column in others]
    box, form = '<td class="tick"><input type="checkbox" name="ids" value="', escaped(ticks)

    def write(line: Line) -> str:
        row, called, tick = line.row, name(line.row), ""
        if ticks:
            tick = f'{box}{escaped(str(line.id))}" form="{form}" aria-label="{escaped(called.text)}"></td>'
        return f"<tr>{tick}{_first_cell(called, line.href)}{''.join([write(row) for write in writers])}</tr>"

    return write


def _first_cell(cell: Cell, href: str) -> str:
    """The cell that a row is called by, and that leads to what is behind it."""
    if not href:
        return _cell(cell, "")
    link = f'<a class="row-link" href="{escaped(href)}">{escaped(cell.text) or "—"}</a>'
    return f'<td class="{cell.kind}">{link}</td>' if cell.kind else f"<td>{link}</td>"


def _cell(cell: Cell, label: str) -> str:
    text, kind = cell
    if not kind:
        return f"<td{label}>{escaped(text)}</td>"
    if kind.startswith("badge"):
        return f'<td{label}><span class="{kind}">{escaped(text)}</span></td>' if text else f"<td{label}></td>"
    return f'<td{label} class="{kind}">{escaped(text)}</td>'


def _writer(column: Column, say: Locale) -> Callable[[Row], str]:
    """What writes a column's cell of a row as HTML."""
    label = f' data-label="{escaped(say(column.label))}"'
    if column.cell:
        make = column.cell
        return lambda row: _cell(make(row, say), label)
    write, kind = _kinds(say)[column.kind]
    value_of = _value_of(column.key)
    start = f'<td{label} class="{kind}">' if kind else f"<td{label}>"
    return lambda row: f"{start}{escaped(write(value_of(row)))}</td>"


def _text_of(column: Column, say: Locale) -> Callable[[Row], Cell]:
    if column.cell:
        make = column.cell
        return lambda row: make(row, say)
    write, kind = _kinds(say)[column.kind]
    value_of = _value_of(column.key)
    return lambda row: Cell(write(value_of(row)), kind)


def _kinds(say: Locale) -> Mapping[Kind, tuple[Callable[[Any], str], str]]:
    """How the kinds are written, and the class of their cells."""
    return {
        "text": (_plain, ""),
        "money": (say.money, "num"),
        "number": (say.number, "num"),
        "percent": (say.percent, "num"),
        "date": (say.date, "date"),
        "moment": (say.moment, "date"),
    }


def _value_of(path: str) -> Callable[[Row], Any]:
    """What finds the value of a dotted path in a row; None where there is none."""
    parent, _, name = path.rpartition(".")
    if not parent:
        return lambda row: row.get(name)
    parent_of = _value_of(parent)

    def value(row: Row) -> Any:
        inside = parent_of(row)
        return inside.get(name) if isinstance(inside, dict) else None

    return value


def _plain(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def quoted(text: str) -> str:
    """A text as a value of the filter language `q`."""
    return "'" + text.replace("'", "''") + "'"


def contains(keys: Sequence[str], text: str) -> str:
    """A filter for rows where one of the keys contains the text; "" for an empty text."""
    return " or ".join(f"{key} contains {quoted(text)}" for key in keys) if text else ""


def both(*filters: str) -> str:
    """A filter for rows that pass all of these."""
    kept = [text for text in filters if text]
    return " and ".join(f"({text})" for text in kept) if len(kept) > 1 else "".join(kept)
