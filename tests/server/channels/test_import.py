"""Files of a channel: what each line would do is said first, and the same file twice makes nothing twice."""

import pytest

from server.channels import files
from server.errors import Invalid
from tests.conftest import Office
from tests.server.channels.test_doors import channel, count

HEAD = "编号,经过,地点,申请人,申请人电话,对方"
TABLE = (
    f"{HEAD}\r\nA-1,楼上漏水,青禾路88号,林秀珍,19900000001,陈国栋\r\n"
    'A-2,"=HYPERLINK(""http://x"")\n两行",,@王芳,,\r\n\r\nA-3,,,李雷,,\r\nA-1,楼上漏水,青禾路88号,林秀珍,19900000001,陈国栋\r\n'
)
JSON = '{"ref": "A-1", "event": "楼上漏水", "people": [{"side": "applicant", "name": "林秀珍"}]}\n\nnot json\n7\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_table_is_told_line_by_line_and_then_imported_once(office: Office, encoding: str) -> None:
    _, own, _ = await channel(office)
    clerk = await office.browser()
    await clerk.login("qian", "hejie-demo")
    path, data = f"/api/channels/{own}/imports", TABLE.encode(encoding)
    dry = (await clerk.post(f"{path}?dry=1", data=data, kind="text/csv")).json
    told = [(one["n"], one["outcome"]) for one in dry["answers"]]
    assert told == [(2, "created"), (3, "created"), (6, "refused"), (7, "created")] and await count(office) == 0
    assert dry["answers"][2]["explained"] == [
        {"field": "event", "reason": "required", "zh": "必须填写", "en": "must be given"}
    ]
    done = (await clerk.post(path, data=data, kind="text/csv")).json
    assert done["counts"] == {"created": 2, "refused": 1, "same": 1} and await count(office) == 2
    again = (await clerk.post(path, data=data, kind="text/csv")).json
    assert again["counts"] == {"same": 3, "refused": 1} and await count(office) == 2
    [*_, second] = [item for _, item in files.read(data) if getattr(item, "ref", "") == "A-2"]
    assert (second.event, second.people[0].name) == ('=HYPERLINK("http://x")\n两行', "@王芳")
    administrator = await office.browser()
    await administrator.login("he", "hejie-demo")
    assert (await administrator.post(path, data=data, kind="text/csv")).code == "not_permitted"
    assert (await clerk.post("/api/channels/chn_x/imports", data=data, kind="text/csv")).code == "not_found"


async def test_what_is_no_file_of_records_is_refused_with_the_reason(office: Office) -> None:
    _, own, _ = await channel(office)
    clerk = await office.browser()
    await clerk.login("qian", "hejie-demo")
    path = f"/api/channels/{own}/imports"
    for data, reason in (
        (b"\xff\xff\xff", "encoding"), (b"a,b\n1,2", "columns"), (b"", "columns"),
        (HEAD.encode() + b",wages\n", "unknown"), (HEAD.encode() + b"\n" + b"x,y,,z,,\n" * 5001, "too_many"),
    ):  # fmt: skip
        answer = await clerk.post(path, data=data, kind="text/csv")
        assert answer.status == 422 and answer.data["explained"][0]["reason"] == reason, reason


def test_json_lines_and_tables_of_other_separators_are_read_too() -> None:
    read = files.read(JSON.encode())
    assert [(n, isinstance(item, Invalid)) for n, item in read] == [(1, False), (3, True), (4, True)]
    [(line, item)] = files.read(b"ref;event;applicant\n1;x;y")
    assert line == 2 and not isinstance(item, Invalid) and item.version == 1
