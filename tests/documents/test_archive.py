import io
import random
import zipfile

import pytest

from documents import archive
from documents.archive import Refused, read, write

MEMBERS = {"00_清单.pdf": b"%PDF", "02_协议.pdf": b"x" * 70_000, "04_身份/甲.jpg": b"", "manifest.json": b"{}"}
WHOLE = write(MEMBERS)


def contents(data: bytes) -> dict[str, bytes]:
    return {member.path: member.content() for member in read(data).members}


def packed_anew(prefix: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for path in reversed(list(MEMBERS)):
            made.writestr(prefix + path, MEMBERS[path])
    return out.getvalue()


def test_the_same_members_are_the_same_bytes_for_everybody() -> None:
    assert write(dict(reversed(MEMBERS.items()))) == WHOLE
    found = read(WHOLE)
    assert not found.repacked and contents(WHOLE) == MEMBERS
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as other:
        assert other.namelist() == sorted(MEMBERS) and other.testzip() is None
        assert {name: other.read(name) for name in other.namelist()} == MEMBERS


@pytest.mark.parametrize("prefix", ["", "材料/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_packed_anew_it_holds_the_same(prefix: str, method: int) -> None:
    data = packed_anew(prefix, method)
    assert read(data).repacked and contents(data) == MEMBERS


def test_names_in_the_code_page_of_a_chinese_windows_are_understood() -> None:
    name = "02_协议.pdf".encode("gb18030")
    data = (
        write({"a" * len(name): b"x"}).replace(b"a" * len(name), name).replace(b"\x14\x00\x00\x08", b"\x14\x00\x00\x00")
    )
    assert contents(data) == {"02_协议.pdf": b"x"} and read(data).repacked


def test_sizes_behind_the_data_are_understood() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in MEMBERS.items():
            made.writestr(path, content)
    assert contents(out.getvalue()) == MEMBERS


def test_every_changed_byte_is_refused_seen_or_changes_nothing_that_is_read() -> None:
    chance = random.Random(7)
    small = write({"02_a.pdf": b"agreement", "manifest.json": b"{}"})
    for at in range(len(small)):
        spoilt = bytearray(small)
        spoilt[at] ^= 1 << chance.randrange(8)
        try:
            found = read(bytes(spoilt))
            assert found.repacked or any(broken(member) for member in found.members), at
        except Refused:
            pass


def broken(member: archive.Member) -> bool:
    try:
        return not member.content()
    except ValueError:
        return True


def test_every_cut_is_refused() -> None:
    for at in (*range(0, 200), *range(len(WHOLE) - 400, len(WHOLE))):
        with pytest.raises(Refused):
            read(WHOLE[:at])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "a//b",
        "../a",
        "a/..",
        ".",
        "a\\b",
        "c:a",
        "a\0b",
        "a\u202eb",
        "a\nb",
        "e\u0301",
        "a.",
        "a ",
        "x" * 500,
    ],
)
def test_no_path_that_leads_elsewhere_or_deceives_is_written(path: str) -> None:
    with pytest.raises(ValueError):
        write({path: b""})


def test_paths_that_are_one_on_some_disks_are_not_written() -> None:
    with pytest.raises(ValueError):
        write({"A.pdf": b"", "a.pdf": b""})


def test_a_packet_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError):
        write({f"{number}": b"" for number in range(archive.MAX_MEMBERS + 1)})
    monkeypatch.setattr(archive, "MAX_MEMBER", 60_000)
    with pytest.raises(ValueError):
        write(MEMBERS)
    with pytest.raises(Refused, match="packet_limits"):
        read(WHOLE)
