"""Citations: abbreviations in data, names of statutes for people."""

from server.law import sources


def test_a_citation_is_spelled_with_the_statutes_name() -> None:
    assert sources.spelled("CPL 62(2)") == "《中华人民共和国民事诉讼法》第62条"
    assert sources.spelled("RMTJ 29(2); CPL 205").endswith("第29条")


def test_what_is_no_citation_stays_as_it_is() -> None:
    assert sources.spelled("HOUSE: ours") == "HOUSE: ours"
    assert sources.known("HOUSE: ours")
    assert not sources.known("somebody said so")
