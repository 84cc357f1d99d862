"""What is the court's to say, and what makes a court suspect a mediation that settles nothing. Pure."""

import re
from collections.abc import Iterator, Sequence

from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import MODAL, MONEY, WHEN, sentences
from server.agreements.composition import Worded
from server.agreements.model import Matter, Terms

NO_SUIT = re.compile(
    r"(?:不得|不准|不能(?!履行)|不再|不许|无权|放弃|不可(?!以)|永不|永远不|保证不|承诺不)(?:(?!可以?|有权|"
    r"应当)[^，。；]){0,24}?(?:起诉(?!状)|提起(?:任何)?(?:诉讼|仲裁)|诉讼(?!费|保全)|申请(?:劳动|商事)?仲裁|仲裁|"
    r"上访|信访|投诉|举报|诉权|上诉|申诉|申请(?:司法鉴定|强制执行|法院|司法确认|行政)|向法院|司法途径|法律途径|"
    r"维权|工伤认定|劳动能力鉴定|劳动监察)"
)
LAWFUL_END = re.compile(
    r"不再|不得再|不得另行|就(?:本|此|该|同一|上述)|因(?:本|此)|撤(?:回|诉|销)|履行(?:完毕)?[^，。；]{0,6}后|"
    r"付清[^，。；]{0,6}后|收到[^，。；]{0,20}后|领取[^，。；]{0,10}后|结清后|重复(?:起诉|主张)|不影响|不妨碍|"
    r"另行(?:起诉|主张)|就同一|可以?(?:依法)?(?:向|申请|起诉|提起)|有权|权利不受|不因"
)
HARD_NO = re.compile(
    r"即使|哪怕|(?:无论|不论|不管)[^，。；]{0,12}(?:履行|支付|付款|是否)|永(?:远|久)|诉权|诉讼权利?|仲裁权利?|"
    r"(?:申请)?(?:强制执行|司法确认)"
)
"""Even if nothing is performed, for ever, or the right itself: no mere end of one dispute."""
COURT = r"(?:最高|高级|中级|基层)?(?:人民)?法院"
JURISDICTION = re.compile(
    rf"(?:最高人民法院|高级人民法院|中级人民法院)(?!关于|规定|解释)[^，。；]{{0,8}}(?:管辖|起诉|裁决|审理|受理)|"
    rf"(?:任(?:意|何|一)|随便(?:哪)?|自由选择|自行选择)(?:的)?(?:一[家个]|"
    rf"选择)?(?:的)?{COURT}[^，。；]{{0,8}}(?:管辖|起诉|申请|确认|提起)?|"
    r"(?<!劳动)(?<!人事)仲裁委员会仲裁[^。；]{0,4}(?:也可|亦可|同时|或者?)[^，。；]{0,10}(?:起诉|诉讼|法院)|"
    r"(?:排除|不受|不适用|不归)[^，。；]{0,14}(?:法院|司法)[^，。；]{0,6}(?:管辖|审查|监督)|(?:境外|国外|香港|"
    r"澳门|新加坡|英国|美国)[^，。；]{0,8}(?:法院|仲裁)|"
    r"(?:不动产|房屋|土地|房产|继承|遗产|港口)[^。；]{0,24}由(?:甲方|乙方|原告|被告|合同签订地|"
    r"约定)[^，。；]{0,10}法院(?:专属)?管辖"
)
CONFIRM_WHERE = re.compile(
    rf"(?:司法确认|确认)[^。；]{{0,20}}(?:由|向|在)[^，。；]{{0,6}}(?:任意|任何|指定的|甲方指定|乙方指定|"
    rf"单方选择)[^，。；]{{0,8}}{COURT}|(?:甲方|乙方|任何一方|一方)(?:可|有权|可以)?(?:单独|单方|独自|"
    rf"自行)[^，。；]{{0,8}}(?:向[^，。；]{{1,14}})?申请司法确认"
)
SELF_EXECUTING = re.compile(
    r"(?:无需|无须|不需|不必|不经|未经|不用|免于)[^，。；]{0,12}(?:司法确认|法院|诉讼|裁定|判决|审理|起诉|审查|"
    r"任何(?:法律|司法)?程序)[^。；]{0,20}(?:强制执行|执行力|执行效力|查封|扣划|执行)|"
    r"(?:本协议|调解协议|协议书)[^。；]{0,24}(?:具有|即(?:具有|有|产生)|享有|等同|视同|"
    r"视为)[^，。；]{0,14}(?:强制执行(?:力|效力)|判决(?:书)?(?:的)?(?:同等)?(?:法律)?效力|生效(?:法律文书|判决)|"
    r"终审|裁判(?:文书)?效力|终局)|"
    r"(?:凭|持|依据?)本协议(?:书)?[^，。；]{0,10}(?:直接|即可|径行|径直|立即)[^，。；]{0,14}(?:强制执行|执行|"
    r"查封|扣划|冻结)|"
    r"(?:人民)?调解委员会[^，。；]{0,10}(?:强制执行|强制|查封|扣押|扣划|罚款|裁决|裁定|判决|仲裁)|(?:调解员|"
    r"调委会)[^，。；]{0,10}(?:作出|的)(?:最终)?(?:裁决|裁定|判决|决定)[^，。；]{0,10}(?:为准|终局|约束)?"
)
CONFIRMED = re.compile(
    r"经[^，。；]{0,16}(?:司法)?(?:确认|裁定)[^，。；]{0,10}(?:后|的|有效)|裁定[^，。；]{0,10}后|公证"
)
DONE = re.compile(
    r"(?:已经?|均已|业已|现已)[^。；]{0,34}?(?:付清|结清|履行完毕|履行完成|全部履行|支付完毕|赔付完毕|交付完毕|"
    r"交清|收讫|收到全部|全部收到|还清|退清|了结|两清)|(?:当场|当庭|当面|现场)[^，。；]{0,30}(?:付清|结清|"
    r"履行完毕|支付完毕|交付完毕|交清|即时履行|收讫|一次性付清|清结)|(?:即时|当场)履行(?!的)"
)
STILL = re.compile(r"(?:应|须|将|承诺|保证|负责|需|继续|于\d{4}年|尚欠|尚未|余款|剩余|之日起|如|若|逾期|之后|不得|后)")
CASH = re.compile(
    r"现金(?:交付|出借|支付|给付|借款|方式交付)|(?:没有|无|未留|未保存|不能提供|无法提供|未出具|未提供|缺少|丢失|"
    r"遗失|找不到)[^，。；]{0,14}(?:转账|借条|欠条|流水|凭证|凭据|收据|证据|记录|汇款)"
)
LOAN = re.compile(r"借款|出借|借给|借到|借条|欠款|本金|债务|借贷")
PROOF = re.compile(
    r"(?<!没有)(?<!无)(?:银行)?(?:转账|汇款|流水|转帐|微信转|支付宝|打款|收条|收据)(?:凭证|记录|回单|流水|明细|"
    r"方式|支付|交付|给|至)?|回单|银行账户|账户"
)
NO_PROOF = re.compile(
    r"(?:没有|无|未留|未保存|不能提供|无法提供|未出具|未提供|缺少|丢失|遗失|找不到)[^，。；]{0,14}(?:转账|借条|"
    r"欠条|流水|凭证|凭据|收据|证据|记录|汇款)"
)
KIN = re.compile(
    r"(?:甲乙)?(?:双方|甲方与乙方|甲方和乙方|甲方系乙方|乙方系甲方|甲乙(?:双方|两方)?|甲方是乙方|乙方是甲方|"
    r"出借人与借款人)[^，。；]{0,8}?(?:系|是|为|互为|同为|均(?:系|是|为)|均由|由)[^，。；]{0,12}?(?:夫妻|父子|"
    r"母子|父女|母女|兄弟|姐妹|姐弟|兄妹|亲属|亲戚|同一[^，。；]{0,6}(?:人|控制|法定代表人|股东|地址)|"
    r"关联(?:公司|企业|方|关系)|母子公司|总分公司|合伙人|实际控制|的(?:父亲|母亲|配偶|妻子|丈夫|儿子|女儿|股东|"
    r"控股股东|法定代表人|员工|控股|全资))|"
    r"(?:甲方|乙方)[^，。；]{0,10}(?:法定代表人|实际控制人|股东|负责人)[^，。；]{0,6}(?:均?为同一人|系同一人|"
    r"是同一人|均为|同时(?:是|为|担任))|法定代表人(?:为|系|是)同一人|关联公司"
)
NOTHING = re.compile(
    r"(?:双方|各方|甲乙双方)?(?:之间|对此|对上述|对该|就此|实际|原本|本来|本就|此前|事实上|"
    r"其实)[^，。；]{0,16}(?:并无|没有|不存在|无|从未(?:发生|有过|产生)(?:过)?)(?:任何|实质|真实|"
    r"实际)?(?:性)?(?:的)?(?:争议|纠纷|矛盾|分歧|借贷|债权债务|交易)(?!的(?:事实|部分|金额))|"
    r"(?:从未|未曾|没有)(?:发生|产生|有)(?:过)?(?:任何|实际|真实)?(?:的)?(?:争议|纠纷|矛盾)|(?:为了|为|仅为|"
    r"目的(?:是|在于)|用于)[^，。；]{0,10}(?:取得|获得|拿到|办理|出具|骗取|满足|通过|便于|"
    r"配合)[^，。；]{0,24}(?:司法确认(?:书|裁定)?|裁定书|确认书|法律文书|法院文书|落户|贷款|过户|上户|资质|避税|"
    r"免税|补偿|拆迁(?:款|补偿)|购房资格|上牌)[^，。；]{0,10}(?:而)?(?:签|订|达成|申请|需要|使用|签署|制作|$)|"
    r"(?:名义上|表面上|对外(?:称|宣称|声称))[^。；]{0,24}(?:实际|私下|另)|走账|过一下账|(?:未|没有)实际(?:支付|"
    r"交付|出借|发生|借款|履行)|应付[^，。；]{0,8}(?:检查|银行|法院|债主|审计)|"
    r"(?:配合|走(?:个)?(?:过场|形式|程序|流程)|做(?:个|一份)样子|仅供|仅作|只是形式|不实际履行|无需实际履行|"
    r"不作实际履行|实际(?:上)?(?:不|无需)(?:履行|支付|付款))"
)
ROUTINE = re.compile(
    r"再无|不再有|(?:无|没有)(?:其他|其它|任何其他|另外)|今后|以后|此后|履行(?:完毕)?后|付清后|结清后|了结|"
    r"全部(?:解决|处理)|至此|支付后|配合|到此"
)
FAMILY_MATTERS = re.compile(r"抚养|赡养|继承|离婚|家庭|分家|共有|同居|彩礼|遗产")


def check(reading: Reading) -> Iterator[Hit]:
    """Each code at most once for a clause."""
    text = reading.text
    yield from _suit(text)
    if (word := JURISDICTION.search(text) or CONFIRM_WHERE.search(text)) and not re.search(
        r"起诉[^，。；]{0,6}或者?[^，。；]{0,4}(?:申请)?执行", word.group()
    ):
        yield "jurisdiction_unfit", word.group()
    for one in sentences(text):
        if (word := SELF_EXECUTING.search(one)) and not CONFIRMED.search(one):
            yield "executes_itself", word.group()
            break
    if (word := DONE.search(text)) and not STILL.search(text.replace(word.group(), "")) and _nothing_left(reading):
        yield "already_performed", word.group()
    yield from _doubts(reading)


def _suit(text: str) -> Iterator[Hit]:
    for one in sentences(text):
        word = NO_SUIT.search(one)
        if (
            word
            and (HARD_NO.search(one) or not LAWFUL_END.search(one))
            and not re.search(r"(?:撤回|撤诉)[^。；]*$", word.group())
        ):
            yield "right_to_sue", word.group()
            return


def _nothing_left(reading: Reading) -> bool:
    return not re.search(rf"(?:{MODAL}|于)[^。；]{{0,40}}(?:付|还|赔|交|修|拆|搬|办|退)", reading.rest)


def _doubts(reading: Reading) -> Iterator[Hit]:
    text = reading.text
    story = text + reading.rest + reading.terms.dispute.facts
    if (
        LOAN.search(text)
        and (word := NO_PROOF.search(text) or CASH.search(text))
        and not (PROOF.search(story) and not NO_PROOF.search(text))
    ):
        yield "loan_unproven", word.group()
    if (word := KIN.search(text)) and not FAMILY_MATTERS.search(text) and (LOAN.search(text) or MONEY.search(text)):
        yield "related_parties", word.group()
    word = NOTHING.search(text)
    if word and not ROUTINE.search(text[max(0, word.start() - 12) : word.end() + 4]) and not WHEN.search(word.group()):
        yield "no_dispute", word.group()


def of_whole(terms: Terms, clauses: Sequence[Worded], matter: Matter) -> Iterator[Hit]:
    """A loan of which nothing in the text says how the money was handed over."""
    told = terms.dispute.facts + "".join(terms.minutes.paragraphs) + "".join(clause.text for clause in clauses)
    if (
        matter.kind == "loan"
        and clauses
        and not re.search(r"转账|转帐|汇款|流水|借条|欠条|收条|借据|凭证|回单|合同", told)
    ):
        yield "loan_unproven", ""
