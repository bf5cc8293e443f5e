"""Is a PDF made as PDF/UA-1 (ISO 14289-1) asks? Run by a Python that has pikepdf: a line a fault, none where all is well.

What a program can see: tagged, a language, a title that is shown, every piece of content in the tree or an artifact, no
figure without words, no heading that skips a level, rows and cells where a table is, fonts within and readable.
Whether the words beside a picture say what it shows, a person has to judge.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

pikepdf: Any = import_module("pikepdf")
PAINTS = ("Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh")
GROUPS = ("THead", "TBody", "TFoot")


def faults(pdf: Any) -> Iterator[str]:
    """Name what is missing or wrong."""
    root = pdf.Root
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
        yield "it is not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "it names no language"
    if not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        yield "its title is not shown"
    with pdf.open_metadata() as about:
        if not str(about.get("dc:title", "")):
            yield "it has no title"
        if str(about.get("pdfuaid:part", "")) != "1":
            yield "it does not say that it is PDF/UA-1"
    for number, page in enumerate(pdf.pages, 1):
        if page.obj.get("/Tabs") != pikepdf.Name.S:
            yield f"page {number}: the order of tabs is not that of the tree"
        yield from _painted(page, number)
    for font in (each for each in pdf.objects if _is(each, "/Font")):
        yield from _font(font)
    yield from _tree(root)


def _is(thing: Any, kind: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and str(thing.get("/Type", "")) == kind


def _painted(page: Any, number: int) -> Iterator[str]:
    """Everything that is painted stands in the tree, or is said to be decoration."""
    depth: list[bool] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            marked = str(operands[0]) == "/Artifact" or (name == "BDC" and "/MCID" in operands[1])
            depth.append(marked)
        elif name == "EMC":
            depth.pop()
        elif name in PAINTS and not any(depth):
            yield f"page {number}: {name} paints what is neither in the tree nor an artifact"
            return


def _font(font: Any) -> Iterator[str]:
    kind, name = str(font.get("/Subtype", "")), str(font.get("/BaseFont", ""))
    if kind == "/Type3" or kind.startswith("/CIDFont"):
        described = font.get("/FontDescriptor", {})
        if kind != "/Type3" and not any(f"/FontFile{n}" in described for n in ("", "2", "3")):
            yield f"{name}: the font is not within"
    elif "/ToUnicode" not in font:
        yield f"{name}: its signs cannot be read as letters"


def _tree(root: Any) -> Iterator[str]:
    roles = root.StructTreeRoot.get("/RoleMap", {})
    level = 0
    for inside, tag, element in _elements(root.StructTreeRoot, roles, ""):
        if tag == "Figure" and not str(element.get("/Alt", element.get("/ActualText", ""))):
            yield "a figure has no words"
        if len(tag) == 2 and tag[0] == "H" and tag[1].isdigit():
            if int(tag[1]) > level + 1:
                yield f"a heading skips from {level} to {tag}"
            level = int(tag[1])
        if tag == "TR" and inside not in ("Table", *GROUPS):
            yield f"a row stands in {inside}"
        if tag in ("TH", "TD") and inside != "TR":
            yield f"a cell stands in {inside}"
        if tag == "LI" and inside != "L":
            yield f"an item of a list stands in {inside}"
    if level == 0:
        yield "it has no heading"


def _elements(parent: Any, roles: Any, inside: str) -> Iterator[tuple[str, str, Any]]:
    kids = parent.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            name = str(roles.get(str(kid.S), kid.S)).lstrip("/")
            yield inside, name, kid
            yield from _elements(kid, roles, name)


if __name__ == "__main__":
    for file in sys.argv[1:]:
        with pikepdf.open(file) as opened:
            for fault in faults(opened):
                print(f"{file}: {fault}")  # noqa: T201  what it found
