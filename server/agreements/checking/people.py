"""Who acts for whom: authority to settle, guardians, representatives, seals; of the case and in the text. Pure."""

import re
from collections.abc import Iterator, Sequence

from server.agreements.checking.reading import Hit, Reading
from server.agreements.model import Matter
from server.law.profiles import Profile
from server.law.roles import lacks

KNOWN = {
    "authority_only_full": "authority_only_full",
    "authority_missing": "authority_not_special",
    "authority_not_special": "authority_not_special",
    "guardian_missing": "guardian_missing",
    "representative_missing": "representative_missing",
    "seal_missing": "seal_missing",
}
"""What the rules of signing find lacking, by the code of advice."""
FULL = re.compile(r"全权(?:代理|委托|代表|处理|负责|授权|决定|办理)")
GENERAL = re.compile(
    r"一般(?:授权|代理)|代理权限(?:为|是|：|:)?一般|(?:未|没有?|无)(?:取得|得到|获得|"
    r"经)?[^，。；]{0,12}(?:特别授权|书面授权|授权委托书|委托书)|"
    r"(?:口头|电话|微信)(?:委托|授权)|(?:委托书|授权)(?:手续)?(?:稍后|日后|事后|另行|以后)?(?:补|后补|另补)|"
    r"(?:事后|以后|日后|稍后|另行|再)补[^，。；]{0,6}(?:委托|授权)"
)
SPECIAL = re.compile(
    r"(?<!未取得)(?<!没有)(?<!未经)(?<!无)特别授权|代为(?:承认|和解|调解)|(?:承认|变更|放弃).{0,8}(?:请求|和解)|"
    r"签(?:订|署)调解协议(?:的权限)?"
)
MINOR = re.compile(
    r"未成年(?:人)?|(?<!\d)(?:[1-9]|1[0-7])(?:周)?岁|无民事行为能力|限制民事行为能力|精神(?:病|残疾)|在校(?:初中|"
    r"小学|高中)生|(?:小学|初中|高中)生"
)
GUARDED = re.compile(r"监护人|法定代理人|父亲?母|其(?:父|母)|父亲|母亲|家长|代理")
SELF = re.compile(
    r"(?:本人|自己|自行|独自|单独|亲自)[^，。；]{0,10}(?:签|承担|支付|履行|决定|领取|同意|赔偿|处分)|无(?:需|"
    r"须)[^，。；]{0,10}(?:监护人|法定代理人|父母|家长)"
)
ALONE = re.compile(
    r"(?:无(?:需|须)|不(?:需|用|必|经)|未经)[^，。；]{0,10}(?:监护人|法定代理人|父母|家长)[^，。；]{0,8}(?:同意|"
    r"签|到场|追认|参加|知)?|(?:监护人|法定代理人|父母|家长)[^，。；]{0,6}(?:不知|未到|没[来有到]|不在|未签|"
    r"未参加|缺席|反对|不同意|均?未)"
)
SEALLESS = re.compile(
    r"(?:无(?:需|须)|不(?:需|用|必|再|另)|未|没有?|免)(?:要)?(?:再)?(?:加?盖)(?:公司|单位|企业|医院|合同专用|"
    r"任何)?(?:公章|印章|章)|"
    r"(?:公章|印章)[^，。；]{0,10}(?:后补|补盖|另补|无需|未盖|以后再盖|不再加盖)|(?:项目经理|业务员|店长|经理|"
    r"员工|职员|财务|会计|门店负责人|部门负责人|销售)[^，。；]{0,10}(?:签字|签名|"
    r"签署)(?:后)?即(?:对[^，。；]{0,10})?(?:可|生效|视为|产生|有|发生|代表)|"
    r"(?:部门章|财务专用章|财务章|项目章|项目部章|项目部印章|科室章|发票专用章)"
)


def of_case(matter: Matter, profile: Profile) -> Iterator[Hit]:
    """What the people of the case lack, with their names."""
    names = {one.id: one.name for one in matter.people}
    for lack in lacks(matter.people, profile, matter.day):
        if lack.code in KNOWN:
            yield KNOWN[lack.code], names.get(lack.person, "")


def check(reading: Reading) -> Iterator[Hit]:
    """What the text itself says about authority, age and seals."""
    for one in _sentences(reading):
        if not SPECIAL.search(one):
            if word := FULL.search(one):
                yield "authority_only_full", word.group()
            elif word := GENERAL.search(one):
                yield "authority_not_special", word.group()
        if word := MINOR.search(one):
            if ALONE.search(one) or (SELF.search(one) and not GUARDED.search(one)):
                yield "guardian_missing", word.group()
        if word := SEALLESS.search(one):
            yield "seal_missing", word.group()


def _sentences(reading: Reading) -> Sequence[str]:
    return tuple(dict.fromkeys(one.sentence for one in reading.phrases))
