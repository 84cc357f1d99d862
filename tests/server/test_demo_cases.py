"""The sample cases: what the eight of the corpus say, that their figures agree, and that nobody in them is real."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.arithmetic import arithmetic
from server.agreements.composition import worded
from server.cases.rules import mask_id
from server.demo_cases import CORPUS, SAMPLES
from tests.profiles import case_of

PHRASES = {
    "wages": (
        "尚欠甲方2026年3月至8月劳动报酬共计人民币38600元（大写：叁万捌仟陆佰元整）",
        "于2026年12月15日前（含当日）支付20000元（大写：贰万元整），"
        "于2027年1月20日前（含当日）支付18600元（大写：壹万捌仟陆佰元整），均转账支付，转入甲方账户（户名周大勇",
        "任何一期未按期足额支付的，甲方有权就全部未付款项一并申请强制执行，"
        "并自逾期之日起按同期一年期贷款市场报价利率计付逾期利息。",
    ),
    "leak": (
        "甲方应于2026年12月5日前（含当日）完成502室卫生间防水维修",
        "人民币8500元（大写：捌仟伍佰元整），于本协议生效之日起7日内一次性转账支付",
        "乙方应于2026年12月1日前（含当日）配合入户查验。",
        "维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。",
    ),
    "traffic": (
        "损失合计36480元",
        "丙方在交强险限额内赔付乙方损失人民币30000元（大写：叁万元整），其中：医疗及营养费18000元、"
        "护理误工交通费10800元、车辆损失1200元；于收到齐全理赔材料之日起10个工作日内",
        "超出部分6480元由甲方按70%承担4536元（大写：肆仟伍佰叁拾陆元整），扣除已垫付3000元，"
        "甲方尚应支付乙方人民币1536元（大写：壹仟伍佰叁拾陆元整），于2026年12月10日前（含当日）付清",
        "其余损失由乙方自行承担，本次事故赔偿一次性了结。",
    ),
    "fitness": (
        "双方于本协议生效之日解除《会员服务合同》。",
        "4760元（大写：肆仟柒佰陆拾元整），于2026年12月8日前（含当日）原路退回",
        "每逾期一日按未退金额的万分之五支付违约金，直至付清。",
        "乙方应于本协议生效之日起5日内删除甲方人脸信息，并不得再使用。",
    ),
    "loan": (
        "借款本金120000元及利息6000元，共计人民币126000元（大写：壹拾贰万陆仟元整）",
        "于2026年12月31日前（含当日）支付30000元（大写：叁万元整），余款96000元（大写：玖万陆仟元整）"
        "自2027年1月起分8期，每月25日前（含当日）支付12000元（大写：壹万贰仟元整）",
        "丙方对上述债务承担连带保证责任，保证期间为最后一期履行期限届满之日起三年。",
        "任一期逾期超过10日的，全部未到期款项立即到期。",
    ),
    "fees": (
        "2024年1月至2026年9月物业费人民币6335元（大写：陆仟叁佰叁拾伍元整），于2026年12月20日前（含当日）一次性",
        "甲方放弃违约金",
        "甲方应于2026年12月31日前（含当日）修复单元门禁及三层楼道照明，由楼长方静签字验收。",
        "甲方未按期修复的，乙方下一年度物业费减收10%。",
    ),
    "divorce": (
        "于2027年3月31日前（含当日）一次性转账支付",
        "房屋折价款人民币420000元（大写：肆拾贰万元整）",
        "乙方应于收到全部折价款之日起15日内协助甲方办理嘉南区青禾路88号3幢502室的产权转移登记。税费由甲方承担",
        "补偿甲方人民币15000元（大写：壹万伍仟元整）",
        "可以在第一条的款项中抵扣",
        "离婚协议中关于子女抚养的约定不变。",
    ),
    "hospital": (
        "乙方自愿一次性补偿甲方医疗、护理、交通等各项费用人民币68000元（大写：陆万捌仟元整），"
        "于本协议生效之日起15个工作日内转账支付",
        "为甲方提供后续康复复诊三次，免收挂号费和检查费。",
        "双方对诊疗信息及本协议内容保密，法律另有规定的除外。",
    ),
}


@pytest.mark.parametrize("sample", CORPUS)
def test_a_corpus_case_says_what_it_should(sample: str) -> None:
    _, matter, terms, _ = case_of(sample)
    text = "\n".join(clause.text for clause in worded(terms, matter))
    for phrase in PHRASES[sample]:
        assert phrase in text


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_figures_of_every_sample_agree(sample: str) -> None:
    _, matter, terms, _ = case_of(sample)
    assert [found for clause in worded(terms, matter) for found in arithmetic(clause)] == []


def valid(id_no: str) -> bool:
    """Check digit of GB 11643 (ISO 7064, MOD 11-2), reckoned digit by digit instead of by weights."""
    rest = 0
    for sign in id_no[:17]:
        rest = (rest + int(sign)) * 2 % 11
    return "0123456789X".index(id_no[17]) == (12 - rest) % 11


def test_the_reference_knows_a_right_check_digit() -> None:
    assert valid("11010519491231002X") and not valid("110105194912310021")


@pytest.mark.parametrize("sample", SAMPLES)
def test_nobody_in_a_sample_is_real(sample: str) -> None:
    for role in SAMPLES[sample].cast:
        filed = role.filed
        assert not filed.id_no or (re.fullmatch(r"330402\d{12}", filed.id_no) and not valid(filed.id_no))
        assert not filed.phone or re.fullmatch(r"1990000\d{4}", filed.phone)
        assert not filed.code or re.fullmatch(r"(91|12)330402M[AB][0-9A]XXXX\d{3}", filed.code)


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_an_identity_number_is_shown_with_its_ends_alone(id_no: str) -> None:
    masked = mask_id(id_no)
    assert (len(masked), masked[:3], masked[-4:]) == (18, id_no[:3], id_no[-4:])
    assert set(masked[3:-4]) == {"*"}
