"""A payment that hangs on what somebody else may or may not do, with no last day. Pure."""

import re
from collections.abc import Iterator

from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import Phrase
from server.agreements.checking.strangers import BODY, FIRM, KIN, NAME, RELATED, STRANGER, TOOK, WEAK, at_table

COMING = (
    r"(?:同意|批准|批复|审批|许可|点头|愿意|答应|出面|拨付|拨款|回款|付款|放款|放贷|打款|结算|结账|理赔|赔付|"
    r"到账|归还|还款|支付|下发|发放|到位|下来|下拨|认可|满意|签字|批了|回来|批下来|卖掉|卖出|出售|售出|变现|中标|"
    r"分红)"
)
MONEY_FROM = (
    r"(?:理赔款|保险款|保险赔款|保险金|拆迁款|征收款|补偿款|工程款|贷款|回款|货款|尾款|分红|年终奖|拨款|补贴|定金)"
)
HANGS = re.compile(
    rf"(?P<lead>待|等|俟|须经|需经|应经|在|于|自|以|视|经|若|如果?|只要|只有|一旦)?(?P<who>{RELATED}{KIN}{NAME}?|"
    rf"{STRANGER}|[\u4e00-\u9fff]{{0,10}}(?:{BODY}|领导|上级|财政|总公司|总部|总包|拆迁办|征收办|客户|"
    rf"保险)[\u4e00-\u9fff]{{0,3}}|{RELATED}?[^，。；]{{0,6}}?{MONEY_FROM})"
    rf"[^，。；]{{0,10}}?(?P<event>{COMING})[^，。；]{{0,8}}?(?P<end>后|之后|时|之日|以后|为准|为前提|为条件|再|"
    rf"方可|才|$)"
)
HANGS_TOO = re.compile(
    r"(?:待|等|俟)[^，。；]{0,14}(?:房|车|货|猪|牛|羊|粮|地|铺|机器|设备)[^，。；]{0,4}(?:卖掉|卖了|出售|卖出|"
    r"售出|变现|租出|脱手)[^，。；]{0,3}|取决于[^，。；]{2,20}|视[^，。；]{2,20}(?:而定|再定|决定)|"
    r"看[^，。；]{1,16}(?:态度|意见|脸色|意思)|"
    r"(?:赔|付|批|给)(?:了|下来)?多少[^，。；]{0,3}[，,]?[^，。；]{0,8}(?:给|付|赔|退)多少"
)
OWES = re.compile(rf"{WEAK}|付|还|赔|给|{FIRM}|再|补|修|开|拆|搬|办")
LATEST = re.compile(
    r"最迟|至迟|不(?:晚|迟)于|但不超过|无论|不论|不以|先行垫付|先垫付|未[^，。；]{0,12}的|拒[绝赔]|否则|不足部分"
)
OWN = re.compile(
    r"鉴定|验收|收到[^，。；]{0,4}(?:上述|前述|全部|首期|第)|(?:甲方|乙方|丙方)(?:收到|领取|支付|付清|付款)"
)
"""What the parties themselves, or an appraiser, will do."""


def check(reading: Reading) -> Iterator[Hit]:
    """At most one for a clause."""
    if LATEST.search(reading.text):
        return
    for one in reading.phrases:
        if word := _hanging(one, reading):
            yield "others_will", word
            return


def _hanging(one: Phrase, reading: Reading) -> str:
    """A payment of a party that waits for what an outsider may or may not do."""
    if word := HANGS_TOO.search(one.sentence):
        return word.group()
    match = HANGS.search(one.text)
    if match is None or TOOK.search(one.text) or not OWES.search(one.sentence):
        return ""
    if not match["end"] and match["lead"] in ("在", "于", "自", "经", None):
        return ""
    who = match["who"]
    if re.search(MONEY_FROM, who) is None and (at_table(who, reading) or reading.party.fullmatch(who)):
        return ""
    return "" if OWN.search(match.group()) else match.group()
