"""Words for people who are no party, and whether somebody named in a clause is one. Pure."""

import re
from collections.abc import Iterator

from server.agreements.checking.reading import Reading
from server.agreements.checking.speech import LABEL

KIN = (
    r"(?:父亲|母亲|父母|爸爸|妈妈|爷爷|奶奶|外公|外婆|儿子|女儿|子女|孩子|配偶|妻子|丈夫|爱人|前妻|前夫|"
    r"[大二三四五小老]?(?:哥哥?|弟弟?|姐姐?|妹妹?|叔叔?|伯父?|舅舅?|姑姑?|姨)|"
    r"兄弟|姐妹|兄长|胞[兄弟姐妹]|岳父|岳母|公公|婆婆|儿媳|女婿|弟媳|嫂子|亲属|亲戚|家属|家人|继承人|朋友|同事|"
    r"合伙人|股东|员工|雇主|老板|司机|债务人|债权人|担保人|表[兄弟姐妹哥]|堂[兄弟姐妹哥])"
)
BODY = (
    r"(?:公司|银行|医院|物业|物业服务企业|居委会|村里|厂里|队里|村集体|居民小组|村民小组|村委会|村民委员会|"
    r"居民委员会|业主委员会|业委会|街道办事处?|学校|幼儿园|养老院|单位|集团|合作社|企业|工厂|厂家|生产商|商场|"
    r"商家|平台|开发商|总包方|总包单位|发包方|发包人|建设单位|施工队|施工单位|供应商|"
    r"邻居|业主|住户|租户|租客|承租人|买受人|车主|驾驶员|村民|工会|中介|维修店|经销商|房东|户主)"
)
SURNAME = (
    "王李张刘陈杨赵周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋"
    "蔡贾丁魏薛叶阎潘杜戴钟汪田姜范姚谭廖邹熊陆郝孔崔康邱秦史顾侯邵孟雷尹黎武乔贺赖龚左裘"
)
"""Without those that begin everyday words (方, 高, 万, 任, 于, 钱 ...)."""
SOMEBODY = rf"(?:[{SURNAME}]某[某甲乙丙]?|(?<![\u4e00-\u9fff])[小老阿][{SURNAME}])"
NAME = rf"(?:{SOMEBODY}|[{SURNAME}][\u4e00-\u9fff]{{1,2}}?)"
RELATED = rf"(?:{LABEL}|其|双方|本人|男方|女方)(?:的|之)?(?:[^，。；应须由的]{{1,8}}的)?"
STRANGER = r"(?:案外人|第三人|第三方|他人|其他(?:债权人|继承人|共有人|股东|合伙人|业主|住户|村民))"
PERSON = re.compile(
    rf"(?P<who>{RELATED}{KIN}(?:{NAME})?|{STRANGER}(?:[^，。；应须由的]{{0,8}}?)|(?:[小老阿][{SURNAME}]|"
    rf"{NAME}))(?:（[^）]{{0,20}}）)?"
)
ENDS_IN_BODY = re.compile(rf"{BODY}(?:{NAME}家?)?(?:（[^）]{{0,20}}）)?")
FIRM = (
    r"(?:应当|应该|应(?![得收付交缴退补还])|须|必须|务必|负责|保证|承诺|自愿|愿意|同意|不得|不能|不可|有义务|"
    r"负有|放弃|无权|承担|负担)"
)
WEAK = (
    r"(?:支付|赔偿|赔付|补偿|偿还|归还|返还|退还|还清|付清|维修|修复|拆除|搬离|搬出|腾退|清偿|补足|过户|退出|"
    r"让出|赔礼道歉)"
)
OFFICIAL = re.compile(
    r"法院|仲裁|公安|派出所|交警|交管|检察|机构|登记|税务|公证|社保|人社|劳动监察|民政|房管|住建|政府|监管|城管|"
    r"审计|司法所|公积金|调解|见证人|部门|机关|代理人|监护人"
)
NOT_HEAD = re.compile(
    r"经|待|若|如|因|向|对|与|和|同|到|按|据|根据|依|通过|需|委托|聘请|请|邀请|至|给|将|把|被|为|以|凭|持|用|从|"
    r"自|收到|关于|有关|涉及|除|未|不|上述|该|任何|所有|本次|在|于|等|取得|办理|提供|符合"
)
TOOK = re.compile(r"已(?!到期)|曾|此前|原")
"""What has happened binds nobody."""


def named(start: str) -> Iterator[str]:
    """Whoever a phrase may begin with: a person, or words up to one for a body."""
    if person := PERSON.match(start):
        yield person.group()
    for body in ENDS_IN_BODY.finditer(start[:30]):
        if not re.search(rf"{FIRM}|{WEAK}|的|，", start[: body.start()]):
            yield start[: body.end()]


def at_table(who: str, reading: Reading) -> bool:
    """Whether the one named is a party or acts for one, holds an office, or is a role a party here has."""
    if OFFICIAL.search(who):
        return True
    if any(name in who or (len(who) > 1 and who in name) for name in reading.names if len(name) > 1):
        return True
    if re.match(rf"{RELATED}{KIN}", who):
        return False
    if re.match(rf"{LABEL}(?:所在|任职|工作|就职|单位|名下)(?:的)?{BODY}?", who):
        return False
    if reading.party.match(who) or re.fullmatch(
        r"(?:业主|住户|车主|房东|租客|租户|承租人|买受人|户主|驾驶员|村民)", who
    ):
        return True
    return len(who) <= 6 and any(_same(who, one.name) for one in reading.matter.people if one.organisation)


def _same(who: str, name: str) -> bool:
    """Whether a bare word (保险公司, 学校) may mean the organisation of that name."""
    kind = re.sub(r"^(?:本|该|贵|我)|公司|单位|方$", "", who)
    return not kind or kind in name or (kind in ("学校", "校") and name.endswith(("学", "校", "园", "院")))
