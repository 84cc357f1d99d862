import pytest

from documents.report import BREAKS, ORDER
from documents.verify import verify
from documents.wording import REASONS, VERDICTS, as_text, grouped
from tests.documents.conftest import SOON, Sealed


def test_every_reason_and_verdict_has_words_in_both_languages() -> None:
    assert REASONS.keys() == BREAKS.keys()
    assert VERDICTS.keys() == {"valid", *ORDER}
    assert all(len(words) == 2 and all(words) for words in (*REASONS.values(), *VERDICTS.values()))


@pytest.mark.parametrize(("language", "first"), [("zh-CN", "结论：有效"), ("en", "Verdict: Valid")])
def test_a_valid_file_in_plain_words(sealed: Sealed, language: str, first: str) -> None:
    text = as_text(verify(sealed.pdf, sealed.trust, SOON), language)  # type: ignore[arg-type]
    assert text.splitlines()[0] == first
    assert "林秀珍" in text and "(2026)嘉南人调字第0102号" in text
    assert text.count("✓") == 5 + 6


def test_a_fingerprint_is_printed_for_an_unknown_root(sealed: Sealed) -> None:
    report = verify(sealed.pdf, (), SOON)
    assert report.root is not None
    text = as_text(report, "en")
    assert grouped(report.root.sha256) in text and "not trusted" in text
    assert "[no_trust]" in text


def test_groups_have_four_digits() -> None:
    assert grouped("0123456789abcdef") == "0123 4567 89AB CDEF"
