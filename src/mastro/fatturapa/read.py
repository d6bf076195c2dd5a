"""From bytes to a tree: a reader that takes what is met in the wild and notes what is wrong with it.

Signed files are opened, encodings that were declared wrongly are guessed, broken XML is mended where it can be. Only
what cannot be an invoice at all is refused. Nothing outside the file is ever fetched, and a document type is refused
because nothing but an attack brings one.
"""

import re
from functools import cache
from typing import Any

from lxml import etree

from mastro.fatturapa import p7m
from mastro.fatturapa.findings import Finding
from mastro.fatturapa.schema import ORDINARY, SIMPLIFIED, Block, Schema
from mastro.fatturapa.structure import formal
from mastro.fatturapa.tree import Invoice, Tree

LARGEST = 30_000_000
"""Bytes that are read: the largest message of the SdI by PEC; a single invoice is 5 MB at most."""

DEEPEST = 16
"""Levels of elements; the format has eight."""

MOST_FINDINGS = 200

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_HARMLESS = frozenset({f"{_INSTANCE}schemaLocation", f"{_INSTANCE}noNamespaceSchemaLocation"})
_DECLARATION = re.compile(rb"^<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"^<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_XML_BLANKS = " \t\r\n"


class UnreadableError(ValueError):
    """The file is no electronic invoice: empty, cut off, of another kind, or an attack (SdI code 00106)."""


def read(data: bytes) -> Invoice:
    """The invoice, or the several of a *lotto*, in an XML file or in a signed one. Raises UnreadableError."""
    schema, tree, attributes, findings = read_tree(data, (ORDINARY, SIMPLIFIED))
    return Invoice(tree, attributes.get("versione", ""), schema, attributes.get("SistemaEmittente", ""), findings)


def read_tree(data: bytes, schemas: tuple[Schema, ...]) -> tuple[Schema, Tree, dict[str, str], tuple[Finding, ...]]:
    """Any document of these formats: its format, tree, attributes of the root, and what a tree cannot hold."""
    schema, root, findings = parse(data, schemas)
    noted = _Reader(findings)
    tree = _plain_tree(root, schema)
    if tree is None:
        tree = noted.block(root, schema.block, "")
    noted.attributes_of_root(root, schema)
    return schema, tree, {str(name): str(value) for name, value in root.attrib.items()}, tuple(noted.findings)


def parse(data: bytes, schemas: tuple[Schema, ...]) -> tuple[Schema, etree._Element, list[Finding]]:
    """Open and parse a file; the schema is the one whose root it has. Raises UnreadableError."""
    if len(data) > LARGEST:
        raise UnreadableError(f"The file has {len(data)} bytes, more than {LARGEST}.")
    try:
        data = p7m.content(data)
    except p7m.BrokenEnvelopeError as error:
        raise UnreadableError(f"The signed file cannot be opened: {error}.") from error
    findings: list[Finding] = []
    root = _root(data, findings)
    namespace, name = _split(str(root.tag))
    named = [schema for schema in schemas if schema.root == name]
    if not named:
        raise UnreadableError(f"The file is no {schemas[0].name}: its root is {name!r}.")
    schema = next((each for each in named if each.namespace == namespace), named[0])
    if schema.namespace != namespace:
        findings.append(formal("namespace", schema.root, value=namespace, expected=schema.namespace))
    return schema, root, findings


def _split(tag: str) -> tuple[str, str]:
    """Namespace and name; a prefix that was declared nowhere counts as a namespace of its own."""
    if tag.startswith("{"):
        namespace, _, name = tag[1:].rpartition("}")
        return namespace, name
    prefix, _, name = tag.rpartition(":")
    return prefix, name


def _root(data: bytes, findings: list[Finding]) -> etree._Element:
    if not data.strip():
        raise UnreadableError("The file is empty.")
    try:
        return parse_xml(data)
    except etree.XMLSyntaxError as error:
        findings.append(formal("malformed", "", value=str(error).split(", line")[0]))
    try:
        return parse_xml(_mended(data), recover=True)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"The file is no XML: {error}.") from error


def parse_xml(data: bytes, *, recover: bool = False) -> etree._Element:
    """The root of any XML; nothing outside of it is fetched. Raises XMLSyntaxError, UnreadableError."""
    if _has_document_type(data):
        raise UnreadableError("The file declares a document type: refused, no invoice needs one.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    root = etree.fromstring(data, parser)
    if root is None:
        raise UnreadableError("The file is no XML.")
    if root.getroottree().docinfo.doctype:
        raise UnreadableError("The file declares a document type: refused, no invoice needs one.")
    return root


def _has_document_type(data: bytes) -> bool:
    """Whether `<!DOCTYPE` comes before the root; looked for before any parser may expand its entities."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data[:2] in {b"<\0", b"\0<"}:
        return b"DOCTYPE" in data.replace(b"\0", b"")
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while True:
        while data[at : at + 1] and data[at : at + 1] in b" \t\r\n":
            at += 1
        if data.startswith(b"<?", at):
            closed = data.find(b"?>", at)
            at = closed + 2
        elif data.startswith(b"<!--", at):
            closed = data.find(b"-->", at)
            at = closed + 3
        else:
            return data[at : at + 9].upper() == b"<!DOCTYPE"
        if closed < 0:
            return False


def _mended(data: bytes) -> bytes:
    """Without what stands before the XML, and in UTF-8 where it says so but is windows-1252."""
    start = data.find(b"<")
    data = data[max(start, 0) :]
    declared = _ENCODING.match(data)
    if declared is None or declared[1].lower().replace(b"_", b"-") in {b"utf-8", b"utf8"}:
        try:
            data.decode()
        except UnicodeDecodeError:
            text = _DECLARATION.sub(b"", data).decode("cp1252", errors="replace")
            return b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode()
    return data


# The quick way: a file in which nothing is to be noted is most files, and its tree is read without looking for it.

_Plan = dict[str, tuple[int, bool, "_Plan | None"]]
"""By name: rank in the block, whether it may be repeated, and what is inside where it holds elements."""

# the attributes and texts stand in a predicate: sets of nodes that come from many elements are merged in quadratic time
_HAS_ATTRIBUTES = etree.XPath("boolean(/*/descendant::*[@*])")
_HAS_STRAY_TEXT = etree.XPath("boolean(/descendant::*[*][text()[normalize-space()]])")


class _OddError(Exception):
    """Something is to be noted."""


def _plain_tree(root: etree._Element, schema: Schema) -> Tree | None:
    """The tree of a file without anything to note below its root; None for any other."""
    if _HAS_ATTRIBUTES(root) or _HAS_STRAY_TEXT(root):
        return None
    try:
        return _plain_block(root, _plan(schema.block))
    except _OddError:
        return None


@cache
def _plan(block: Block) -> _Plan:
    return {
        name: (
            block.order[name],
            element.many,
            _plan(element.content) if isinstance(element.content, Block) else None,
        )
        for name, element in block.elements.items()
        if not (isinstance(element.content, Block) and element.content.fixed)  # whose attributes are to be looked at
    }


def _plain_block(element: etree._Element, plan: _Plan) -> Tree:
    tree: Tree = {}
    last = -1
    for child in element:
        name: Any = child.tag
        place = plan.get(name)
        if place is None:
            raise _OddError
        rank, many, inner = place
        if inner is not None:
            value: Tree | str = _plain_block(child, inner)
        elif len(child):
            raise _OddError
        else:
            value = child.text or ""
        if rank > last:
            tree[name] = [value] if many else value
        elif rank == last and many:
            tree[name].append(value)
        else:
            raise _OddError
        last = rank
    return tree


class _Reader:
    """Turns elements into trees and keeps what trees cannot hold."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self._foreign: set[str] = set()

    def note(self, kind: str, path: str, *, value: str = "", expected: str = "") -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(formal(kind, path, value=value, expected=expected))

    def attributes_of_root(self, root: etree._Element, schema: Schema) -> None:
        """`versione` and the few others that the root may have."""
        allowed = dict(schema.attributes)
        for name, value in root.attrib.items():
            kind = allowed.get(str(name))
            if name == "versione":
                if value not in schema.formats:
                    self.note(
                        "attribute", f"{schema.root}/versione", value=str(value), expected=" ".join(schema.formats)
                    )
            elif name not in _HARMLESS and (kind is None or not kind.accepts(str(value))):
                self.note(
                    "attribute", f"{schema.root}/{name}", value=str(value), expected=kind.expected if kind else ""
                )
        if "versione" not in root.attrib:
            self.note("attribute", f"{schema.root}/versione", expected=" ".join(schema.formats))

    def block(self, element: etree._Element, block: Block | None, path: str, depth: int = 0) -> Tree:
        """An element of elements; of one that the schema does not know, whatever it has."""
        tree: Tree = {}
        last = -1
        signed = False
        self._stray(element.text, path)
        for child in element:
            self._stray(child.tail, path)
            if child.tag == SIGNATURE and block is not None and block.signed and not signed:
                signed = True
                continue
            name = self._name(child, path)
            where = f"{path}/{name}" if path else name
            declared = block.elements.get(name) if block is not None else None
            rank = block.order.get(name, last) if block is not None else last
            if signed or rank < last:
                self.note("order", where)
            last = max(last, rank)
            value = self._value(child, declared.content if declared is not None else None, where, depth)
            self._keep(tree, name, value, many=declared is not None and declared.many)
        return tree

    def _value(self, child: etree._Element, content: Any, path: str, depth: int) -> Tree | str:
        if depth >= DEEPEST:
            raise UnreadableError(f"The file has elements deeper than {DEEPEST} levels.")
        self._attributes(child, path, dict(content.fixed) if isinstance(content, Block) else {})
        if isinstance(content, Block) or (content is None and len(child)):
            return self.block(child, content if isinstance(content, Block) else None, path, depth + 1)
        if not len(child):
            return child.text or ""
        self.note("elements", path)
        return "".join(str(part) for part in child.itertext())

    def _keep(self, tree: Tree, name: str, value: Tree | str, *, many: bool) -> None:
        if name not in tree:
            tree[name] = [value] if many else value
        elif isinstance(tree[name], list):
            tree[name].append(value)
        else:
            tree[name] = [tree[name], value]

    def _name(self, element: etree._Element, path: str) -> str:
        if not isinstance(element.tag, str):
            raise UnreadableError("The file has entities that are declared nowhere.")
        namespace, name = _split(element.tag)
        if namespace and namespace not in self._foreign:
            self._foreign.add(namespace)  # once for each namespace: usually the whole file has it
            self.note("namespace", f"{path}/{name}" if path else name, value=namespace)
        return name

    def _attributes(self, element: etree._Element, path: str, fixed: dict[str, str]) -> None:
        for name, value in element.attrib.items():
            if name not in _HARMLESS and fixed.get(str(name)) != value:
                self.note("attribute", f"{path}/@{name}", value=str(value))
        for name, wanted in fixed.items():
            if name not in element.attrib:
                self.note("attribute", f"{path}/@{name}", expected=wanted)

    def _stray(self, text: str | None, path: str) -> None:
        if text and text.strip(_XML_BLANKS):
            self.note("text", path or "FatturaElettronica", value=text.strip(_XML_BLANKS))
