"""The one spelling of what is appended to a file: every liberty of ISO 32000 in which readers differ is refused."""

import pytest

from documents.spelling import is_plain


@pytest.mark.parametrize(
    "body",
    [
        b"<< /Type /Page /Parent 7 0 R /MediaBox [ 0 0 595 842 ] /Contents 24 0 R >>",
        b"<</Type/Sig/M(D:20261120080002Z)/ByteRange[0     118060     126254        256]/Contents<3000>>>",
        b"<<\n/Names [ (agreement\\056json) 3 0 R ]\n/F 132\n/X -0.5\n/On true\n>>",
        b"[ 28 0 R 29 0 R ]",
        b" <feff> ",
    ],
)
def test_what_we_write_is_plain(body: bytes) -> None:
    assert is_plain(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<</Contents 24 0 R/Contents 27 0 R>>",
        b"<</A<</B 1/B 2>>>>",
        b"<</Cont#65nts 27 0 R>>",
        b"<</A 1%\r/B 2\n>>",
        b"<</A 1\r\n>>",
        b"<</A\x001>>",
        b"<</A\t1>>",
        b"<</A 1>><</A 2>>",
        b"<</A 1>>\n<</A 2>>",
        b"<</A 1",
        b"<</A 1]",
        b"[ 1 2 >>",
        b"<</A>>",
        b"<<1 2>>",
        b"<</A +1>>",
        b"<</A 01>>",
        b"<</A 1.>>",
        b"<</A 24 1 R>>",
        b"<</A <30f>>>",
        b"<</A <30 00>>>",
        b"<</A ((x))>>",
        b"<</A (\\\n)>>",
        b"<</A nul>>",
        b"<</A truefalse>>",
        b"[" * 40 + b"]" * 40,
        b"",
    ],
)
def test_what_readers_could_take_in_two_ways_is_not(body: bytes) -> None:
    assert not is_plain(body)
