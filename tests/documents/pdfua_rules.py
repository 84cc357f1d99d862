"""The conditions of the Matterhorn Protocol 1.1 (PDF/UA-1, ISO 14289-1) that a program without eyes can check.

`check(pdf)` lists what is wrong, each with its checkpoint; an empty list is what the tests ask for. Widgets of no size
(the service's own field, document time-stamps) cover nothing of the page, so there is nothing to hear (7.18.1)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from tests.documents.pdfa_rules import NS, _all_fonts, _text

UA = NS | {"pdfuaid": "http://www.aiim.org/pdfua/ns/id/"}
STANDARD = frozenset(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl "
    "LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP "
    "Warichu WT WP Figure Formula Form".split()
)
PARENTS = {
    "LI": {"L"}, "Lbl": {"LI", "Note"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"},
    "TD": {"TR"}, "THead": {"Table"}, "TBody": {"Table"}, "TFoot": {"Table"}, "TOCI": {"TOC"},
}  # fmt: skip
"""Structure type -> what it must stand in (09-004 to 09-008)."""
PAINT = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh", "BI"}


def check(data: bytes) -> list[str]:
    """Everything found wrong in the file as it stands."""
    with Pdf.open(BytesIO(data)) as pdf:
        tree = Tree.of(pdf)
        wrong = [*_catalog(pdf), *_metadata(pdf), *tree.wrong, *_content(pdf, tree), *_headings(tree), *_tables(tree)]
        wrong += [*_alternates(tree), *_annotations(pdf, tree), *_files(pdf), *_fonts(pdf)]
    return wrong


@dataclass
class Node:
    """One structure element; `kids` are elements, MCIDs as (page, id), and objects."""

    kind: str
    element: Object
    parent: Node | None
    kids: list[Node] = field(default_factory=list)
    marked: list[tuple[tuple[int, int], int]] = field(default_factory=list)
    objects: list[tuple[int, int]] = field(default_factory=list)

    def above(self) -> Iterator[Node]:
        here = self.parent
        while here is not None:
            yield here
            here = here.parent


@dataclass
class Tree:
    """The structure in reading order, with what is wrong about its form."""

    nodes: list[Node] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, pdf: Pdf) -> Tree:
        tree = cls()
        root = pdf.Root.get("/StructTreeRoot")
        if root is None:
            tree.wrong.append("01-005 no structure")
            return tree
        tree.roles = {key[1:]: str(value)[1:] for key, value in root.get("/RoleMap", Dictionary()).items()}
        for name in STANDARD & tree.roles.keys():
            tree.wrong.append(f"02-004 standard type {name} is mapped")
        tops = root.K if isinstance(root.K, Array) else [root.K]
        for top in tops:
            tree._walk(top, None, root, None)
        return tree

    def _walk(self, element: Object, parent: Node | None, above: Object, page: Object | None) -> None:
        kind = str(element.get("/S", "/?"))[1:]
        seen = {kind}
        while kind not in STANDARD and kind in self.roles:
            kind = self.roles[kind]
            if kind in seen:
                self.wrong.append(f"02-003 circular mapping of {kind}")
                break
            seen.add(kind)
        if kind not in STANDARD:
            self.wrong.append(f"02-001 {kind} is mapped to no standard type")
        if element.get("/P") is None or element.P.objgen != above.objgen:
            self.wrong.append(f"01 {kind}: parent entry")
        node = Node(kind, element, parent)
        self.nodes.append(node)
        page = element.get("/Pg", page)
        kids = element.get("/K", Array())
        for kid in list(kids) if isinstance(kids, Array) else [kids]:
            self._kid(kid, node, element, page)
        if parent is not None:
            parent.kids.append(node)
        if kind in PARENTS and (parent is None or parent.kind not in PARENTS[kind]):
            self.wrong.append(f"09-004 {kind} in {parent.kind if parent else 'nothing'}")
        if kind != "TD" and not node.kids and not node.marked and not node.objects:  # a box to write in has no words
            self.wrong.append(f"09-001 {kind} is empty")

    def _kid(self, kid: Object | int, node: Node, element: Object, page: Object | None) -> None:
        if isinstance(kid, int):
            node.marked.append(((page.objgen if page is not None else (0, 0)), kid))
        elif kid.get("/Type") == Name.MCR:
            node.marked.append((kid.get("/Pg", page).objgen, int(kid.MCID)))
        elif kid.get("/Type") == Name.OBJR:
            node.objects.append(kid.Obj.objgen)
        else:
            self._walk(kid, node, element, page)


def _catalog(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "06 not marked as tagged"
    if root.get("/MarkInfo", Dictionary()).get("/Suspects", False):
        yield "05 suspects"
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "07-001 title not displayed"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(root.get("/Lang", ""))):
        yield "11-006 no language"
    if "/XFA" in root.get("/AcroForm", Dictionary()):
        yield "25-001 XFA"
    if pdf.is_encrypted and not pdf.allow.accessibility:
        yield "26-002 permissions"
    for config in (root.get("/OCProperties", Dictionary()).get("/D"),):
        if config is not None and "/Name" not in config:
            yield "20-001 unnamed layers"


def _metadata(pdf: Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "06-001 no metadata"
        return
    root = ET.fromstring(pdf.Root.Metadata.read_bytes().decode())  # noqa: S314 (our own file)

    def words(path: str) -> str:
        found = root.find(f".//{path}", UA)
        return (found.text or "") if found is not None else ""

    if words("pdfuaid:part") != "1":
        yield "06-002 does not say that it is PDF/UA-1"
    if not words("dc:title/rdf:Alt/rdf:li").strip():
        yield "06-003 no title"


def _content(pdf: Pdf, tree: Tree) -> Iterator[str]:
    """All that is painted is an artifact or belongs to exactly one element, which the parent tree knows."""
    owners: dict[tuple[tuple[int, int], int], Node] = {}
    for node in tree.nodes:
        for where in node.marked:
            if where in owners:
                yield f"01 {where} belongs to two elements"
            owners[where] = node
    rows = _parent_tree(pdf)
    for number, page in enumerate(pdf.pages, 1):
        row = rows.get(int(page.obj.get("/StructParents", -1)))
        open_marks: list[int | str] = []
        found = set()
        for operands, operator in pikepdf.parse_content_stream(page):
            word = str(operator)
            if word in ("BDC", "BMC"):
                mark = _mark(operands)
                if mark == "artifact" and any(isinstance(each, int) for each in open_marks):
                    yield f"01-001 page {number}: artifact inside of content"
                if isinstance(mark, int):
                    if "artifact" in open_marks:
                        yield f"01-002 page {number}: content inside of an artifact"
                    found.add(mark)
                open_marks.append(mark)
            elif word == "EMC":
                open_marks.pop()
            elif word in PAINT and not any(isinstance(each, int) or each == "artifact" for each in open_marks):
                yield f"01-003 page {number}: {word} is neither content nor artifact"
        for mcid in sorted(found):
            owner = owners.get((page.obj.objgen, mcid))
            if owner is None or row is None or row[mcid].objgen != owner.element.objgen:
                yield f"01-005 page {number}: content {mcid} is not in the structure"
        for where in [where for where in owners if where[0] == page.obj.objgen and where[1] not in found]:
            yield f"01 page {number}: element points to missing content {where[1]}"


def _mark(operands: list[Object]) -> int | str:
    if str(operands[0]) == "/Artifact":
        return "artifact"
    properties = operands[1] if len(operands) > 1 else None
    return int(properties.MCID) if isinstance(properties, Dictionary) and "/MCID" in properties else ""


def _parent_tree(pdf: Pdf) -> dict[int, Object]:
    root = pdf.Root.get("/StructTreeRoot", Dictionary())
    numbers = root.get("/ParentTree", Dictionary()).get("/Nums", Array())
    return {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}


def _headings(tree: Tree) -> Iterator[str]:
    kinds = [node.kind for node in tree.nodes]
    levels = [int(kind[1]) for kind in kinds if re.fullmatch("H[1-6]", kind)]
    if levels and levels[0] != 1:
        yield "14-002 the first heading is not H1"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"14-003 H{after} behind H{before}"
    if levels and "H" in kinds:
        yield "14-007 H and H1"
    if not levels:
        yield "14 no heading"


def _tables(tree: Tree) -> Iterator[str]:
    for table in (node for node in tree.nodes if node.kind == "Table"):
        rows = [node for node in tree.nodes if node.kind == "TR" and table in node.above()]
        heads = [cell for row in rows for cell in row.kids if cell.kind == "TH"]
        if not heads:
            yield "15-001 a table without header cells"
        for head in heads:
            kept = head.element.get("/A", Dictionary())
            if not any("/Scope" in each for each in (list(kept) if isinstance(kept, Array) else [kept])):
                yield "15-003 a header cell without scope"
        widths = {sum(_span(cell) for cell in row.kids) for row in rows}
        if len(widths) > 1:
            yield f"15-003 rows of {sorted(widths)} cells"


def _span(cell: Node) -> int:
    kept = cell.element.get("/A", Dictionary())
    return max(
        (int(each.get("/ColSpan", 1)) for each in (list(kept) if isinstance(kept, Array) else [kept])), default=1
    )


def _alternates(tree: Tree) -> Iterator[str]:
    for node in tree.nodes:
        if node.kind in ("Figure", "Formula") and not str(
            node.element.get("/Alt", node.element.get("/ActualText", ""))
        ):
            yield f"13-004 {node.kind} without alternative text"
    notes = [str(node.element.get("/ID", "")) for node in tree.nodes if node.kind == "Note"]
    if "" in notes or len(set(notes)) != len(notes):
        yield "19-003 notes without an identifier of their own"


def _annotations(pdf: Pdf, tree: Tree) -> Iterator[str]:
    owners = {number: node for node in tree.nodes for number in node.objects}
    rows = _parent_tree(pdf)
    for number, page in enumerate(pdf.pages, 1):
        listed = list(page.obj.get("/Annots", Array()))
        if listed and page.obj.get("/Tabs") != Name.S:
            yield f"28-015 page {number}: order of tabs"
        for each in listed:
            x0, y0, x1, y1 = (float(value) for value in each.Rect)
            if int(each.get("/F", 0)) & 2 or (x0 == x1 and y0 == y1):
                continue
            name, node = str(each.get("/T", each.Subtype)), owners.get(each.objgen)
            wanted = {"/Widget": "Form", "/Link": "Link"}.get(str(each.Subtype), "Annot")
            if node is None or node.kind != wanted:
                yield f"28-010 page {number}: {name} is not in {wanted}"
                continue
            parent = rows.get(int(each.get("/StructParent", -1)))
            if parent is None or parent.objgen != node.element.objgen:
                yield f"28 page {number}: {name} is not in the parent tree"
            spoken = [str(one.element.get("/Alt", "")) for one in (node, *node.above())]
            key = "/TU" if each.Subtype == Name.Widget else "/Contents"
            if not any((str(each.get(key, "")), *spoken)):
                yield f"28-005 page {number}: {name} has no words"


def _files(pdf: Pdf) -> Iterator[str]:
    named = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles", Dictionary()).get("/Names", Array())
    for at in range(1, len(named), 2):
        if "/F" not in named[at] or "/UF" not in named[at]:
            yield "21-001 a file without both names"


def _fonts(pdf: Pdf) -> Iterator[str]:
    """Embedded, and every shown code has a glyph and a character (31-001 to 31-030)."""
    for font in _all_fonts(pdf).values():
        if "/ToUnicode" not in font:
            yield f"31-027 {font.BaseFont} without characters"
        if "/FontDescriptor" not in font or not isinstance(font.FontDescriptor.get("/FontFile2"), Stream):
            yield f"31-009 {font.BaseFont} is not embedded"
            return
    yield from (f"31 {each}" for each in _text(pdf))
