"""Words that leave open what is owed or when, where they are the duty's only measure. Pure."""

import re
from collections.abc import Iterator

from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import DAY, DO, FIGURE, MODAL, MONEY, PAY, TERM, Phrase

DUTY = re.compile(rf"{MODAL}|{PAY}|{DO}|解决|处理|付|给|还|赔|结|退|补|出")
SOME_DAY = re.compile(
    r"尽快|尽早|抓紧|近期|近日|日后|适时|择日|择期|改天|合理(?:的)?(?:期限|时间)|方便(?:的)?时|"
    r"过(?:几|些|一阵|两)[天日子个月]?|到时候?|需要(?:的)?时候?|陆续|逐步|分批|慢慢|有(?:了)?钱(?:后|时|再|以后|"
    r"之后|的时候|就)|手头(?:宽裕|有钱)|(?:条件|经济|资金)(?:条件|状况)?(?:允许|好转|宽裕|许可|充裕)(?:时|后|"
    r"的)?|视(?:具体|实际)?情况|"
    r"(?<![\d年一二两三四五六七八九十半多每])(?:(?:再?下(?:一)?个?|本|这个?)月|年)(?:底|末)(?:之?前|以前)?|"
    r"(?:春节|过年|年关|元宵|清明|端午|中秋|国庆|元旦|秋收|麦收|农忙|农闲|开春|入冬|开学|发工资|卖了?粮|"
    r"收成)(?:前后|左右|之?后|以后|的时候)|"
    r"(?:时间|日期|期限|何时)[^，。；]{0,8}(?:以|由|听|按|看)[^，。；]{0,12}(?:通知|决定|安排|说了算|意见|情况|"
    r"指定)|一段时间|过段时间|稍后|早日|不久|适当(?:时候|的时候|时间|时机)|条件成熟"
)
PROMPTLY = re.compile(rf"及时(?:[^，]{{0,6}}?)(?:{PAY}|{DO}|解决|处理|付)")
FIXED = re.compile(
    rf"{DAY}|{TERM}|每(?:个?月|季度?|年|周)[^，]{{0,6}}\d{{1,2}}[日号]|不(?:晚|迟)于|至迟|最迟|"
    rf"\d{{4}}年(?:\d{{1,2}}月|年)?(?:底|末)"
)
"""A time anybody can find in a calendar."""
MEASURE = re.compile(
    r"(?:适当|酌情|一定|相应|合理|部分|若干|应有|必要)(?:的|地|数额的?|金额的?)?(?:给予|予以|进行)?(?:经济|金钱|"
    r"生活|营养|精神)?(?:上的)?"
    r"(?:补偿|赔偿|照顾|减免|帮助|补助|让步|优惠|返还|退还|费用|损失|款项|金额|数额|比例)|"
    r"(?:酌情|适当|看着|视情况|视情|酌量)(?:给予|予以|进行|再|多|少)?(?:补偿|赔偿|支付|返还|退还|减免|处理|解决|"
    r"给|承担|减少|增加|调整|补)|"
    r"尽(?:量|力|可能)(?:地)?|争取|力争|想(?:想)?办法|妥善(?:处理|解决|安置)(?!好?[^，。；]{0,6}(?:关系|矛盾|"
    r"邻里|争议|纠纷))|做好(?:善后|安抚|相关|后续)|尽到?(?:合理|应有|相应)|"
    r"(?:承担|负|担)(?:相应|应有|一定|部分|必要)(?:的)?(?:法律|赔偿|经济|违约)?责任|(?:承担|支付|赔偿|负担|出|付|"
    r"补|给)(?:其中)?(?:的)?(?:一部分|部分(?=[费医损款])|一些|一点|些许)|视[^，。；]{0,8}情况|按市场(?:价|行情)|"
    r"(?:适当|合适)(?:的)?(?:距离|位置|价格|方式|措施|时候)|"
    r"(?:各|互相?)让一步|给个说法|该[修赔补][^，。；]{0,3}[修赔补]|按规矩|(?:加强|改进|改善|规范)(?:日常|"
    r"内部)?(?:管理|服务)(?=$)|看着办|凭良心|量力而行|负责到底|满意为止|直[至到][^，。；]{0,6}满意|意思意思|"
    r"多的多出|该[怎咋]么办就[怎咋]么办|说得过去|差不多就|(?:合理|公平|适当|酌情|看情况)(?:地)?(?:分担|承担|分摊|"
    r"负担|解决)|"
    r"(?:予以|给予|提供|给)[^，。；]{0,6}(?:照顾|帮助|关照|支持|扶持|方便|优惠)(?!费|款)|(?:金额|数额|多少|标准|"
    r"比例)[^，。；]{0,8}(?:以|由|听|按|看)[^，。；]{0,10}(?:实际发生|通知|决定|安排|说了算|意见|情况|"
    r"另)[^，。；]{0,4}"
)
COSTS = re.compile(
    r"(?:有关|相关|其他|其它|相应|一切|所有|各种|一应|等|等等)(?:的)?(?:合理)?(?:的)?(?:费用|支出|开支|花费|开销|款项)"
)
NAMED_COSTS = re.compile(
    r"(?:登记|过户|鉴定|诉讼|评估|检测|公证|维修|修复|保险|快递|运输|安装|拆除|检查|挂号|律师|交通|保全|执行|"
    r"办理).{0,8}费"
)
TALKS = re.compile(
    r"(?:另行|再行|再|自行|继续|共同|友好|双方|各方|以后|届时|今后)?(?:协商|商量|商议|磋商|商定)(?:一致)?(?:解决|"
    r"确定|处理|决定|后再定|约定|支付|安排|为准)?|另(?:行)?(?:议|约定|商)|面议|再议|另定"
)
BOUND_TALKS = re.compile(
    r"经.{0,12}(?:协商|商量|调解)|协商(?:一致|不成|未果|无果|变更|延期)|(?:争议|纠纷|分歧|未尽事宜|未尽事项|异议|"
    r"变更|解除|延期).{0,16}(?:协商|商议|商定|另行|约定)|"
    r"协商.{0,10}(?:不成|未果|不一致|补充)|(?:协商|自愿|友好)(?:、|，)?(?:平等|自愿|互谅|达成)|"
    r"协商(?:后)?(?:达成|同意|签订|确认)|补充协议|(?:书面)?另行(?:书面)?通知"
)
ABOUT = re.compile(
    rf"(?:(?<![违合节预签履制公特条])约(?!定|束|谈|见|莫)|大约|大概|大致|将近|接近|左右约|至少|不(?:少|低)于|"
    rf"不(?:超过|高于)|最高不超过)(?:人民币)?\s*(?:{FIGURE}\s*(?:万|千)?|[一二两三四五六七八九十百千万]{{1,8}})元|"
    rf"{FIGURE}\s*(?:万|千)?元(?:人民币)?(?:左右|上下|以上|以下|以内|起|多(?!缴|付|退))|(?:几|数|上|若干)(?:百|千|"
    rf"万)+(?:多|余)?元|[一二两三四五六七八九十百千万]多元|"
    rf"{FIGURE}\s*(?:万|千)?元?\s*[-—~～至到]\s*{FIGURE}\s*(?:万|千)?元"
)
BEFORE = re.compile(rf"(?:{DAY}|每月\d{{1,2}}[日号])(?:之前|以前)(?!（?(?:含|包括|不含))")
INCLUSIVE = re.compile(r"(?:含|包括|不含)(?:当|本|该|届满|最后|到期)(?:日|天)|当日(?:包括)?在内")
DAY_ABOUT = re.compile(
    rf"(?:{DAY}|月[初中底末]|年[初中底末])(?:左右|前后|上下)|(?:\d{{1,2}}月|本月|下月|次月|月)[上中下]旬|"
    rf"{TERM}左右|大约.{{0,4}}(?:天|日|月)|[几数]个?(?:天|日|周|月|年)(?:之?内|后)"
)
FOREIGN = re.compile(
    rf"{FIGURE}\s*(?:万|千)?(?:美元|美金|港元|港币|港幣|欧元|日元|英镑|韩元|澳元|加元|瑞士法郎|卢布|泰铢|USD|HKD|"
    rf"EUR|JPY|GBP)|(?:USD|US\$|HK\$|EUR|€|£)\s*\d|(?:美元|美金|港元|港币|欧元|日元|英镑|韩元|澳元|"
    rf"加元)\s*{FIGURE}"
)
RATE = re.compile(r"汇率|折合|折算|中间价|牌价|等值|兑换|换算|结汇|外汇账户")


def check(reading: Reading) -> Iterator[Hit]:
    """All vague words of one clause, each once."""
    for one in reading.phrases:
        yield from _time(one, reading)
        yield from _measure(one)
        yield from _talks(one)
        yield from _sum(one)
    if (foreign := FOREIGN.search(reading.text)) and not RATE.search(reading.text):
        yield "currency_rate", foreign.group()


def _time(one: Phrase, reading: Reading) -> Iterator[Hit]:
    fixed = FIXED.search(one.sentence)
    if (word := SOME_DAY.search(one.text)) and not fixed and DUTY.search(one.text):
        yield "vague_due", word.group()
    elif (word := PROMPTLY.search(one.text)) and not fixed and not one.conditional and not _refers(one.text):
        yield "vague_due", word.group()
    elif word := DAY_ABOUT.search(one.text):
        yield "vague_due", word.group()
    before = BEFORE.search(one.text)
    if (
        before
        and not INCLUSIVE.search(reading.text)
        and not _past(one.text)
        and not one.text[before.end() :].startswith("的")
    ):
        yield "due_ambiguous", before.group()


def _refers(text: str) -> bool:
    """As agreed elsewhere, or a duty to tell rather than to do."""
    return bool(
        re.search(r"按(?:照)?(?:上述|前述|本协议|本条|约定|第.{1,3}[条项])|通知|告知|配合|协助|提醒|反馈", text)
    )


def _past(text: str) -> bool:
    return bool(re.search(r"已(?!经?到期)|曾|截至|截止", text))


def _measure(one: Phrase) -> Iterator[Hit]:
    if MONEY.search(bare_sentence(one)) or one.conditional:
        return
    if (word := MEASURE.search(one.text)) and not re.search(r"不再|无需|无须|免除|不承担", one.text):
        yield "vague_measure", word.group()
    elif (word := COSTS.search(one.text)) and re.search(r"承担|支付|负担|赔偿|报销|出", one.text):
        if not NAMED_COSTS.search(one.text[: word.end()]) and not re.search(r"自行承担|各自", one.text):
            yield "vague_costs", word.group()


def _talks(one: Phrase) -> Iterator[Hit]:
    word = TALKS.search(one.text)
    if word and not BOUND_TALKS.search(one.sentence) and not re.search(r"拒绝|不再", one.text):
        yield "left_to_talks", word.group()


def _sum(one: Phrase) -> Iterator[Hit]:
    if (word := ABOUT.search(one.text)) and re.search(rf"{PAY}|付|给|赔|还", one.text) and not _past(one.text):
        rest = one.text[: word.start()] + one.text[word.end() :]
        if not MONEY.search(rest):
            yield "sum_about", word.group()


def bare_sentence(one: Phrase) -> str:
    """The sentence as one string to look for a sum in."""
    return one.sentence
