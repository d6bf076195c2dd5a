"""Notes in HTML read into a small tree that the templates print: a known few tags, everything else as text.

Nothing of it is ever source code for Typst: the tree travels as data, and the templates print its strings as strings.
"""

from html.parser import HTMLParser

import msgspec

from mastro.pdf.text import breakable, printable

BLOCKS = frozenset({"p", "ul", "ol", "li"})
LISTS = frozenset({"ul", "ol"})
INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "a": "a"}
TRANSPARENT = frozenset({"span", "font", "small", "big", "sub", "sup", "s", "tt", "code", "body", "html", "tbody"})
"""Tags of editors that are dropped and whose text stays."""
LINES = frozenset({"div", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "pre"})
"""Tags that are dropped and whose text stands on a line of its own."""
CELLS = frozenset({"td", "th"})

SAFE_LINKS = ("http://", "https://", "mailto:", "tel:")
DEEPEST = 12
"""Levels of nesting that are followed; what lies deeper is printed flat."""


class Node(msgspec.Struct, omit_defaults=True):
    """A piece of a note: `text`, `br`, or a tag (`p`, `b`, `i`, `u`, `a`, `ul`, `ol`, `li`) around others."""

    tag: str
    text: str = ""
    link: str = ""
    children: list["Node"] = msgspec.field(default_factory=list)


class Reader(HTMLParser):
    """Builds the tree while the parser walks the text; closes what the text leaves open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag, or print it as text where it is no tag of a note."""
        if tag == "br":
            self.add(Node("br"))
        elif tag in INLINE or tag in BLOCKS:
            self.enter(tag, dict(attrs))
        elif tag in LINES:
            self.start_line()
        elif tag in CELLS:
            self.add(Node("text", text=" "))
        elif tag not in TRANSPARENT:
            self.add_text(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself: `<br/>`."""
        self.handle_starttag(tag, attrs)
        if tag in INLINE or tag in BLOCKS:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, or print it as text where it is no tag of a note."""
        if tag in INLINE or tag in BLOCKS:
            self.leave(INLINE.get(tag, tag))
        elif tag in LINES:
            self.start_line()
        elif tag not in TRANSPARENT and tag not in CELLS and tag != "br":
            self.add_text(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.add_text(data)

    def unknown_decl(self, data: str) -> None:
        """`<![CDATA[…]]>` and its like are text to the reader of a note."""
        self.add_text(f"<![{data}]>")

    def enter(self, tag: str, attrs: dict[str, str | None]) -> None:
        """Open a tag, closing first the ones that HTML closes by itself."""
        if tag == "p":
            self.leave("p")
        elif tag == "li" and any(node.tag == "li" for node in self.open):
            self.leave_item()
        if len(self.open) > DEEPEST:
            return
        node = Node(INLINE.get(tag, tag))
        if tag == "a":
            target = printable(attrs.get("href") or "")
            node.link = target if target.lower().startswith(SAFE_LINKS) else ""
        self.add(node)
        self.open.append(node)

    def leave(self, tag: str) -> None:
        """Close the innermost open tag of that name and all inside it; a name that is not open is nothing."""
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def leave_item(self) -> None:
        """Close an open list item, unless a list of its own stands between."""
        for node in reversed(self.open):
            if node.tag in LISTS:
                return
            if node.tag == "li":
                self.leave("li")
                return

    def start_line(self) -> None:
        """Break the line, unless it has not begun."""
        siblings = self.open[-1].children
        if siblings and siblings[-1].tag not in {"br", "p", "ul", "ol"}:
            self.add(Node("br"))

    def add_text(self, data: str) -> None:
        """White space runs together, as in every HTML."""
        lead = " " if data[:1].isspace() else ""
        trail = " " if data[-1:].isspace() and data.strip() else ""
        words = " ".join(data.split())
        if words or lead:
            self.add(Node("text", text=lead + breakable(words) + trail))

    def add(self, node: Node) -> None:
        """Put a piece at the end of the innermost open tag."""
        self.open[-1].children.append(node)


def read_html(source: str) -> list[Node]:
    """Pieces of a note. Text without any tag keeps its line ends, which HTML would run together."""
    if not source.strip():
        return []
    if "<" not in source:
        source = source.strip().replace("\r\n", "\n").replace("\n", "<br>")
    reader = Reader()
    reader.feed(source)
    reader.close()
    return tidy(reader.root.children)


def tidy(nodes: list[Node]) -> list[Node]:
    """Pieces of a block without what prints nothing: white space beside other blocks, empty lines at either end."""
    for node in nodes:
        if node.tag in BLOCKS:
            node.children = tidy(node.children)
        if node.tag in LISTS:
            node.children = [child if child.tag == "li" else Node("li", children=[child]) for child in node.children]
    kept = [node for place, node in enumerate(nodes) if not (is_space(node) and beside_block(nodes, place))]
    start, end = 0, len(kept)
    while start < end and is_blank(kept[start]):
        start += 1
    while end > start and is_blank(kept[end - 1]):
        end -= 1
    kept = kept[start:end]
    if kept:
        kept[0].text = kept[0].text.lstrip()
    return kept


def is_space(node: Node) -> bool:
    """Whether a piece is white space only."""
    return node.tag == "text" and not node.text.strip()


def beside_block(nodes: list[Node], place: int) -> bool:
    """Whether the piece before or after that place is a block."""
    return any(node.tag in BLOCKS for node in nodes[max(place - 1, 0) : place + 2])


def is_blank(node: Node) -> bool:
    """Whether a piece prints nothing."""
    return node.tag == "br" or (not node.text.strip() and all(is_blank(child) for child in node.children))
