"""What a party takes to a court desk when instalments are overdue: who gets it, what stands in it, to the day."""

import io
import re
import subprocess
import zipfile
from hashlib import sha256

import documents
from server.settings import LoginOptions
from tests.conftest import Cast, Hands, MakeOffice
from tests.server.agreements.test_by_hand import PDF
from tests.server.confirmation.test_performance import on, owing
from tests.server.confirmation.test_routes import COURT, did


def words_of(pdf: bytes) -> str:
    """All that is printed, without blanks."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", done.stdout.decode())


LONG = LoginOptions(staff_idle=10**7, staff_absolute=10**7, seat_idle=10**7, seat_absolute=10**7)


async def confirmed(cast: Cast, door: str) -> str:
    """A court has confirmed the agreement; returns the door of enforcement."""
    base = door.removesuffix("/performance")
    assert (await did(cast, base, "submit", court=COURT)).status == 200
    assert (await did(cast, base, "docket", case_no="(2026)嘉0402诉前调确1号")).status == 200
    assert (await did(cast, base, "confirm")).status == 200
    ruling = f"{base}/application/ruling?case_no=甲1&on=2026-11-26"
    assert (await cast.mediator.post(ruling, data=PDF, kind="application/pdf")).status == 200
    return f"{base}/enforcement"


async def test_the_files_for_a_court_desk(make_office: MakeOffice, clock: Hands) -> None:
    cast, door, clause = await owing(await make_office(login=LONG))
    payer, payee = cast.seats["applicant"], cast.seats["respondent"]
    base = door.removesuffix("performance") + "enforcement"
    entitled = cast.person("respondent")
    paid = {"clause": clause, "part": 0, "on": "2026-11-26", "amount_fen": 50050}
    entry = (await payer.post(f"{door}/said", paid)).json["rows"][0]["entries"][0]["id"]
    assert (await payer.post(f"{door}/{entry}/proof", data=PDF, kind="application/pdf")).status == 200
    assert (await payee.post(f"{door}/{entry}/answer", {"received": True})).status == 200
    await on(cast, clock, 1)
    assert await confirmed(cast, door) == base
    assert (await payee.get(base)).json["claims"] == [], "nothing is overdue yet"
    assert (await payee.get(f"{base}/{entitled}")).status == 404
    await on(cast, clock, 8)
    (claim,) = (await payee.get(base)).json["claims"]
    assert claim == {
        "party": entitled, "label": "乙方", "debtors": ["甲方"], "rest_fen": 249950, "count": 1, "until": "2028-12-05",
        "days": 728,
    }  # fmt: skip
    assert (await payer.get(base)).json["claims"] == []
    assert (await payer.get(f"{base}/{entitled}")).status == 404, "only who is entitled, and staff"
    answer = await payee.get(f"{base}/{entitled}")
    assert answer.status == 200 and answer.body == (await cast.mediator.get(f"{base}/{entitled}")).body
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert [*files] == [
        "00_材料清单.pdf", "01_强制执行申请书.pdf", "02_民事裁定书.pdf", "03_调解协议书.pdf",
        "04_履行情况和欠款计算表.pdf", "05_履行凭证/01_2026-11-26.pdf",
    ]  # fmt: skip
    told = {path: words_of(content) for path, content in files.items() if path[:2] in ("00", "01", "04")}
    for path, content in files.items():
        assert path.startswith("00") or sha256(content).hexdigest() in told["00_材料清单.pdf"]
    for words in ("2499.50元", "强制执行申请书", "第264条", COURT, "（甲方）", "签名"):
        assert words in told["01_强制执行申请书.pdf"]
    for words in ("2026-12-05", "3000元", "500.50元", "2499.50元", "2028-12-05", "2026年12月8日"):
        assert words in told["04_履行情况和欠款计算表.pdf"]
    assert "第460条" in told["00_材料清单.pdf"] and "2028年12月5日" in told["00_材料清单.pdf"]
    assert documents.verify_packet(answer.body).reasons[0].code == "not_a_packet", "it claims no seal"
