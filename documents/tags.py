"""The structure tree of a file with tables: elements in elements, each with its content (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Sequence

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from documents.paging import Node


def add_tree(pdf: Pdf, elements: Sequence[str], nodes: Sequence[Node], marked: Sequence[Sequence[int]]) -> None:
    """Document > whatever hangs in it, in the order of the elements, which is the order of reading.

    `marked`: for each page, the element of each marked-content id. A cell tells how many columns it takes and a head
    what it is the head of (14.8.5.7; ISO 14289-1, 7.5).
    """
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, Lang=String("zh-CN")))
    made: list[Object] = []
    kids: list[list[Object]] = [[] for _ in elements]
    top: list[Object] = []
    for tag, node in zip(elements, nodes, strict=True):
        above = document if node.parent < 0 else made[node.parent]
        element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{tag}"), P=above))
        if node.span or node.scope:
            element.A = _of_cell(node)
        (top if node.parent < 0 else kids[node.parent]).append(element)
        made.append(element)
    numbers: list[Object | int] = []
    for index, (page, ids) in enumerate(zip(pdf.pages, marked, strict=True)):
        page.obj.StructParents = index
        page.obj.Tabs = Name.S
        for mcid, at in enumerate(ids):
            kids[at].append(Dictionary(Type=Name.MCR, Pg=page.obj, MCID=mcid))
        numbers += [index, pdf.make_indirect(Array([made[at] for at in ids]))]
    for owner, items in zip(made, kids, strict=True):
        owner.K = Array(items)
    document.K = Array(top)
    root.K = document
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
    root.ParentTreeNextKey = len(marked)
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _of_cell(node: Node) -> Object:
    span = {"/ColSpan": node.span} if node.span else {}
    scope = {"/Scope": Name(f"/{node.scope}")} if node.scope else {}
    return Dictionary({"/O": Name.Table, **span, **scope})
