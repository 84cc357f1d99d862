"""Files of records: a table as Excel saves it, or JSON lines; read as data and nothing else. Pure.

A table names its columns in the first line, in Chinese or English. What a cell begins with has no meaning: `=1+1` is
the text it is."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from server.channels.model import Item
from server.channels.reading import item_of
from server.errors import Invalid

LIMIT = 8 * 1024 * 1024
LINES = 5000
COLUMNS: Mapping[str, str] = {
    "编号": "ref", "版本": "version", "标题": "title", "经过": "event", "时间": "time", "地点": "place",
    "关系": "relation", "起因": "cause", "请求": "claims", "申请人": "applicant", "申请人电话": "applicant_phone",
    "申请人证件号": "applicant_id_no", "申请人地址": "applicant_address", "对方": "respondent",
    "对方电话": "respondent_phone", "对方证件号": "respondent_id_no", "对方地址": "respondent_address",
}  # fmt: skip
"""Chinese head of a column -> its English one; both may be used."""
NAMES = frozenset(COLUMNS.values())
TEXTS = frozenset({"ref", "title", "event", "time", "place", "relation", "cause", "claims"})
SIDES = ("applicant", "respondent")


def read(data: bytes) -> list[tuple[int, Item | Invalid]]:
    """Line number (from 1) and record, or what is wrong with it, of each line that is not empty. Raises Invalid for a
    file that is none, and for one of too many lines."""
    text = text_of(data)
    found = list(_json_lines(text) if text.lstrip()[:1] == "{" else _table(text))
    if len(found) > LINES:
        raise Invalid({"": f"too_many:{LINES}"})
    return found


def text_of(data: bytes) -> str:
    """UTF-8 with or without Excel's mark, else GB18030; raises Invalid."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid({"": "encoding"})


def _json_lines(text: str) -> Iterator[tuple[int, Item | Invalid]]:
    for n, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                value = msgspec.json.decode(line.strip())
            except (msgspec.DecodeError, RecursionError):
                yield n, Invalid({"": "json"})
            else:
                yield n, item_of({"version": 1} | value if isinstance(value, dict) else value)


def _table(text: str) -> Iterator[tuple[int, Item | Invalid]]:
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        names = [COLUMNS.get(cell.strip(), cell.strip().lower()) for cell in next(rows, [])]
        if not {"ref", "event"} <= set(names) or not {*SIDES} & set(names):
            raise Invalid({"": "columns"})
        if strange := [name for name in names if name and name not in NAMES]:
            raise Invalid({strange[0][:40]: "unknown"})
        if len({*names} - {""}) != len([name for name in names if name]):
            raise Invalid({"": "repeated"})
        before = rows.line_num
        for row in rows:
            start, before = before + 1, rows.line_num
            if any(cell.strip() for cell in row):
                yield start, _item(dict(zip(names, row, strict=False)), extra=len(row) > len(names))
    except csv.Error:
        raise Invalid({"": "columns"}) from None


def _item(cells: Mapping[str, str], *, extra: bool) -> Item | Invalid:
    """A line of a table. Cells are given as text; only the version is a number."""
    if extra:
        return Invalid({"": "unknown"})
    people: list[dict[str, Any]] = []
    for side in SIDES:
        kept = {name: cells.get(f"{side}_{name}", "").strip() for name in ("phone", "id_no", "address")}
        if cells.get(side, "").strip() or any(kept.values()):
            people.append({"side": side, "name": cells.get(side, ""), **kept})
    version = cells.get("version", "").strip() or "1"
    values: dict[str, Any] = {name: cells[name] for name in cells if name in TEXTS}
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 12 else version
    return item_of({**values, "version": number, "people": people})
