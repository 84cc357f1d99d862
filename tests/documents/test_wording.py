from datetime import timedelta

import msgspec
import pytest

from documents.report import BREAKS, ORDER, Issuer, Paper
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


def test_what_kind_of_authority_issued_the_certificates_is_always_said(sealed: Sealed) -> None:
    report = verify(sealed.pdf, sealed.trust, SOON)
    assert "not from a licensed one" in as_text(report, "en")
    licensed = msgspec.structs.replace(report, issuer=Issuer("licensed", "某电子认证有限公司"))
    assert "某电子认证有限公司" in as_text(licensed) and "电子认证服务许可" in as_text(licensed)
    assert "check that authority's licence" in as_text(licensed, "en")
    assert "not known" in as_text(msgspec.structs.replace(report, issuer=Issuer("unknown", "")), "en")


def test_a_signature_on_paper_or_for_somebody_says_so(sealed: Sealed) -> None:
    report = verify(sealed.pdf, sealed.trust, SOON)
    changed = msgspec.structs.replace(report.signatures[1], acts_for="禾达公司", paper=Paper("ab" * 32, "苏婉"))
    text = as_text(msgspec.structs.replace(report, signatures=(changed,)))
    assert "代禾达公司" in text and "纸上签名" in text and "苏婉" in text and "ab" * 32 in text


def test_the_indication_of_the_standard_stands_beside_what_is_not_proven(sealed: Sealed) -> None:
    text = as_text(verify(sealed.pdf, sealed.trust, SOON + timedelta(days=12 * 365)))
    assert "[INDETERMINATE NO_POE]" in text and "已无法证明" in text and "✓ 证书可信" not in text
