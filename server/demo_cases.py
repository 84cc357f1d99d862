"""Sample cases of the demo centre and of rehearsals, one per rule type at least. Everybody and everything is invented:
identity numbers have a wrong check digit, phones are of a range given to nobody. Plain data, in Chinese only."""

from dataclasses import dataclass, field
from typing import Any

from server.cases.model import Authority, Facts, Filed, Part, Side

A, R = Side.applicant, Side.respondent
NO_AUTHORITY = Authority()


@dataclass(frozen=True)
class Role:
    """Somebody of a sample case; `acts_for` names a label or a name of the same cast."""

    name: str
    side: Side
    label: str
    filed: Filed
    part: Part = Part.party
    organisation: bool = False
    acts_for: str = ""
    authority: Authority = NO_AUTHORITY
    absent: bool = False
    """Not sent a link: a small child, or somebody who is wholly represented."""


@dataclass(frozen=True)
class Sample:
    """A case ready to be made, and the terms its people agree on; labels (甲方) stand for parties."""

    title: str
    kind: str
    facts: Facts
    claims: str
    cast: tuple[Role, ...]
    dispute: dict[str, str]
    clauses: tuple[dict[str, Any], ...]
    minutes: tuple[str, ...] = field(
        default=("调解员告知各方权利义务，各方均无回避申请。", "各方陈述后，经调解自愿达成一致。")
    )


def person(sex: str, born: str, work: str, lives: str, id_no: str, phone: int, **more: str) -> Filed:
    """A natural person; the phone's last four digits."""
    return Filed(sex, born, "汉族", work, lives, id_no, f"1990000{phone:04d}", **more)


def company(code: str, head: str, position: str, address: str) -> Filed:
    """An organisation with a seal drawn from its name."""
    return Filed("", "", "", "", address, "", "", code=code, head=head, position=position, seal="plain")


def pay(who: str, whom: str, yuan: int, what: str, due: dict[str, Any], **more: str) -> dict[str, Any]:
    """A clause of payment."""
    fields = {"obligor": who, "obligee": whom, "amount_fen": yuan * 100, "text": what, "due": due}
    breach = {"breach": "逾期未付的，收款方可以就未付款项申请人民法院强制执行"}
    return {"kind": "payment", "fields": fields | {"manner": "一次性转账"} | breach | more}


def do(who: str, act: str, due: dict[str, Any] | None = None, text: str = "") -> dict[str, Any]:
    """A clause of an act."""
    return {"kind": "act", "fields": {"obligor": who, "act": act, "due": due, "text": text}}


def free(text: str) -> dict[str, Any]:
    """A clause in free words."""
    return {"kind": "free", "fields": {"text": text}}


def on(day: str) -> dict[str, Any]:
    """Due on a day."""
    return {"by": "date", "date": day}


def within(days: int) -> dict[str, Any]:
    """Due so many days after effect."""
    return {"by": "days_after_effective", "days": days}


def legal(position: str) -> Authority:
    """法定代表人."""
    return Authority("legal_representative", "", position, "法定代表人身份证明书")


def special(relation: str) -> Authority:
    """委托代理人 with special authority [CPL 62(2)]."""
    return Authority("attorney", "special", relation, "2026年11月18日授权委托书")


LEAK = Sample(
    title="漏水赔偿",
    kind="neighbour",
    facts=Facts(
        time="2026年9月起",
        place="嘉南区青禾路88号2幢",
        people="502室林秀珍与402室陈国栋",
        event="402室吊顶、墙面、衣柜受损，双方就维修责任和赔偿数额发生争议",
        cause="502室卫生间防水层老化",
    ),
    claims="乙方请求甲方维修渗漏部位，并赔偿吊顶、墙面及家具损失8500元。",
    cast=(
        Role("林秀珍", A, "甲方", person("女", "1971", "退休", "嘉南区青禾路88号2幢502室", "330402197103150020", 2)),
        Role("陈国栋", R, "乙方", person("男", "1985", "工程师", "嘉南区青禾路88号2幢402室", "330402198507220010", 3)),
    ),
    dispute={
        "facts": "2026年9月起，嘉南区青禾路88号2幢502室卫生间防水层老化，致402室吊顶、墙面、衣柜受损。",
        "issues": "双方就维修责任和赔偿数额发生争议。",
        "responsibility": "甲方承担渗漏维修及赔偿责任。",
    },
    clauses=(
        do("甲方", "完成502室卫生间防水维修，并由双方及物业共同做闭水试验48小时验收", on("2026-12-05")),
        pay("甲方", "乙方", 8500, "", within(7), account="户名陈国栋，账号6200********0002",
            breach="逾期未付的，乙方可以申请人民法院强制执行"),
        free("维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。"),
    ),
)  # fmt: skip
WAGES = Sample(
    title="拖欠劳动报酬",
    kind="labour",
    facts=Facts(
        time="2026年3月至8月",
        place="嘉南区滨河安置房工地",
        people="务工人员周大勇与禾达建筑劳务有限公司",
        event="尚有劳动报酬38600元未付，双方就支付时间发生争议",
        cause="用人单位未按月足额发放工资",
    ),
    claims="甲方请求乙方支付2026年3月至8月劳动报酬38600元。",
    cast=(
        Role("周大勇", A, "甲方", person("男", "1979", "务工", "嘉南区滨河路12号工地宿舍", "330402197908120035", 11)),
        Role("禾达建筑劳务有限公司", R, "乙方",
             company("91330402MA2XXXX011", "钱立新", "经理", "嘉南区建设路18号"), organisation=True),
        Role("钱立新", R, "乙方法定代表人", person("男", "1970", "经理", "", "330402197001010050", 12),
             Part.representative, acts_for="乙方", authority=legal("经理")),
    ),
    dispute={
        "facts": "甲方于2026年3月至8月在乙方承建的滨河安置房工地从事木工，乙方尚欠劳动报酬38600元。",
        "issues": "所欠劳动报酬的数额和支付时间。",
        "responsibility": "乙方应当足额支付劳动报酬。",
    },
    clauses=(
        free("乙方确认尚欠甲方2026年3月至8月劳动报酬共计人民币38600元（大写：叁万捌仟陆佰元整）。"),
        pay("乙方", "甲方", 20000, "第一期劳动报酬", on("2026-12-15"), account="户名周大勇，账号6200********0001"),
        pay("乙方", "甲方", 18600, "第二期劳动报酬", on("2027-01-20"), account="户名周大勇，账号6200********0001",
            breach="任何一期未按期足额支付的，甲方有权就全部未付款项一并申请强制执行"),
        free("上述款项付清后，双方就本次劳动报酬再无其他争议。"),
    ),
)  # fmt: skip
TRAFFIC = Sample(
    title="交通事故损害赔偿",
    kind="traffic",
    facts=Facts(
        time="2026年10月9日",
        place="嘉南区禾兴路与青禾路交叉口",
        people="郑海波、吴桂兰与安和财产保险股份有限公司嘉南中心支公司",
        event="小型客车与行人相撞致吴桂兰受伤，各方就赔偿数额和分担发生争议",
        cause="郑海波未按规定让行，负主要责任",
    ),
    claims="乙方请求甲方、丙方赔偿医疗费、护理费等损失共计36480元。",
    cast=(
        Role("郑海波", A, "甲方", person("男", "1988", "职员", "嘉南区禾兴路5号", "330402198804040019", 21)),
        Role("吴桂兰", R, "乙方", person("女", "1959", "退休", "嘉南区青禾路6号", "330402195902020047", 22),
             absent=True),
        Role("吴晓琳", R, "乙方代理人", person("女", "1986", "教师", "嘉南区青禾路6号", "330402198606060025", 23),
             Part.representative, acts_for="乙方", authority=special("女儿")),
        Role("安和财产保险股份有限公司嘉南中心支公司", R, "丙方",
             company("91330402MA2XXXX023", "邵文", "总经理", "嘉南区金融街2号"), organisation=True),
        Role("孟磊", R, "丙方代理人", person("男", "1990", "理赔主管", "", "330402199011110012", 24),
             Part.representative, acts_for="丙方", authority=special("员工")),
    ),
    dispute={
        "facts": "2026年10月9日，甲方驾车与行人乙方相撞，交警认定甲方负主要责任（70%）。",
        "issues": "各项损失数额及分担。",
        "responsibility": "丙方在交强险限额内赔付，超出部分由甲方承担70%。",
    },
    clauses=(
        free("各方确认损失合计医疗费21480+营养费3000+护理及误工费9800+交通费1000+车损1200=36480元。"),
        pay("丙方", "乙方", 30000, "交强险赔款", within(14), account="户名吴桂兰，账号6200********0022"),
        pay("甲方", "乙方", 1536, "超出部分（扣除已垫付3000元）", on("2026-12-10"),
            account="户名吴桂兰，账号6200********0022"),
        free("其余损失由乙方自行承担，本次事故赔偿一次性了结。"),
    ),
)  # fmt: skip
FITNESS = Sample(
    title="健身年卡退费",
    kind="court_referred",
    facts=Facts(
        time="2026年8月",
        place="嘉南区银泰路悦跃健身馆",
        people="何雨晴与悦跃健身服务有限公司",
        event="甲方要求解除合同并退还预付款，双方就退款数额发生争议",
        cause="门店迁址",
    ),
    claims="甲方请求解除《会员服务合同》并退还未消费余额4760元。",
    cast=(
        Role("何雨晴", A, "甲方", person("女", "1996", "设计师", "嘉南区银泰路9号", "330402199603030028", 31)),
        Role("悦跃健身服务有限公司", R, "乙方",
             company("91330402MA2XXXX031", "冯涛", "执行董事", "嘉南区银泰路1号"), organisation=True),
        Role("冯涛", R, "乙方法定代表人", person("男", "1983", "执行董事", "", "330402198309090015", 32),
             Part.representative, acts_for="乙方", authority=legal("执行董事")),
    ),
    dispute={
        "facts": "甲方于2026年5月预付5980元办理年卡，8月门店迁址后要求退费。",
        "issues": "合同解除和退款数额。",
        "responsibility": "乙方应退还未消费余额。",
    },
    clauses=(
        free("双方于本协议生效之日解除《会员服务合同》。"),
        pay("乙方", "甲方", 4760, "未消费余额", on("2026-12-08"), act="退还", manner="原路退回",
            breach="逾期未退的，每逾期一日按未退金额的万分之五支付违约金，直至付清"),
        do("乙方", "删除甲方人脸信息", within(5)),
    ),
)  # fmt: skip
SUPPLY = Sample(
    title="买卖合同货款",
    kind="commercial",
    facts=Facts(
        time="2026年4月至7月",
        place="嘉南区",
        people="嘉禾食品有限公司与青越商贸有限公司",
        event="部分货款未付，双方就质量扣款发生争议",
        cause="两批货物验收标准约定不明",
    ),
    claims="甲方请求乙方支付货款216000元及逾期利息。",
    cast=(
        Role("嘉禾食品有限公司", A, "甲方",
             company("91330402MA2XXXX041", "唐振", "董事长", "嘉南区工业园3号"), organisation=True),
        Role("唐振", A, "甲方法定代表人", person("男", "1968", "董事长", "", "330402196805050031", 41),
             Part.representative, acts_for="甲方", authority=legal("董事长")),
        Role("青越商贸有限公司", R, "乙方",
             company("91330402MA2XXXX052", "倪佳", "总经理", "嘉南区商城路66号"), organisation=True),
        Role("白蕙", R, "乙方代理人", person("女", "1987", "律师", "", "330402198712120046", 42),
             Part.representative, acts_for="乙方", authority=special("律师")),
    ),
    dispute={
        "facts": "2026年4月至7月甲方向乙方供应食品，双方对账确认货款216000元，乙方主张两批货物短重。",
        "issues": "质量扣款数额和付款期限。",
        "responsibility": "甲方同意扣减6000元，乙方分两期付清余款。",
    },
    clauses=(
        free("双方确认扣减6000元后，乙方应付货款210000元（大写：贰拾壹万元整）。"),
        pay("乙方", "甲方", 110000, "第一期货款", on("2026-12-20"), account="甲方对公账户，账号6200********0041"),
        pay("乙方", "甲方", 100000, "第二期货款", on("2027-02-28"), account="甲方对公账户，账号6200********0041",
            breach="任一期逾期的，未到期款项立即到期，并自逾期之日起按同期一年期贷款市场报价利率的1.3倍计付利息"),
        free("双方继续履行原供货协议，验收以双方签字的磅单为准。"),
    ),
)  # fmt: skip
HOSPITAL = Sample(
    title="术后损害补偿",
    kind="medical",
    facts=Facts(
        time="2026年6月",
        place="滨禾区第二人民医院",
        people="高淑芬与滨禾区第二人民医院",
        event="髋关节置换术后康复不佳，双方就责任和补偿发生争议",
        cause="术后并发症",
    ),
    claims="甲方请求乙方补偿医疗、护理等费用。",
    cast=(
        Role("高淑芬", A, "甲方", person("女", "1955", "退休", "滨禾区柳岸路20号", "330402195510100042", 51)),
        Role("李敏", A, "甲方代理人", person("女", "1982", "会计", "滨禾区柳岸路20号", "330402198201010063", 52),
             Part.representative, acts_for="甲方", authority=special("女儿")),
        Role("滨禾区第二人民医院", R, "乙方",
             company("12330402MB0XXXX051", "傅仁", "院长", "滨禾区康宁路1号"), organisation=True),
        Role("何建平", R, "乙方代理人", person("男", "1975", "医务科科长", "", "330402197503030058", 53),
             Part.representative, acts_for="乙方", authority=special("员工")),
        Role("韩悦", A, "翻译", person("女", "1991", "手语翻译", "", "330402199107070021", 54),
             Part.interpreter, acts_for="甲方", authority=Authority(document="国家通用手语")),
    ),
    dispute={
        "facts": "甲方于2026年6月在乙方行髋关节置换术，术后康复不佳。甲方为听障人士，全程由手语翻译韩悦翻译。",
        "issues": "诊疗行为有无过错和补偿数额。",
        "responsibility": "双方不再追究诊疗责任，由乙方自愿补偿。",
    },
    clauses=(
        pay("乙方", "甲方", 68000, "医疗、护理、交通等各项费用", within(21), act="补偿",
            account="户名高淑芬，账号6200********0051"),
        do("乙方", "为甲方提供后续康复复诊三次，免收挂号费和检查费", on("2027-06-30")),
        free("甲方领取补偿款后，双方就本次诊疗行为不再以任何方式主张权利。"),
        free("双方对诊疗信息及本协议内容保密，法律另有规定的除外。"),
    ),
)  # fmt: skip
SCHOOLYARD = Sample(
    title="学生伤害赔偿",
    kind="neighbour",
    facts=Facts(
        time="2026年10月20日",
        place="青禾社区球场",
        people="罗小满与丁晨",
        event="打球时相撞致罗小满门牙受损，双方就治疗费用发生争议",
        cause="未注意安全",
    ),
    claims="甲方请求乙方承担治疗费用6000元。",
    cast=(
        Role("罗小满", A, "甲方",
             person("男", "2012", "学生", "嘉南区青禾路88号3幢", "", 61, born_on="2012-05-20")),
        Role("沈静", A, "甲方法定代理人", person("女", "1984", "职员", "嘉南区青禾路88号3幢", "330402198408080029", 62),
             Part.guardian, acts_for="甲方", authority=Authority(relation="母亲", document="户口簿")),
        Role("丁晨", R, "乙方",
             person("男", "2020", "", "嘉南区青禾路90号", "", 63, born_on="2020-02-11"), absent=True),
        Role("丁海", R, "乙方法定代理人", person("男", "1986", "司机", "嘉南区青禾路90号", "330402198606160013", 64),
             Part.guardian, acts_for="乙方", authority=Authority(relation="父亲", document="户口簿")),
        Role("方静", A, "见证人", person("女", "1966", "楼长", "嘉南区青禾路88号", "330402196606260021", 65),
             Part.witness),
    ),
    dispute={
        "facts": "2026年10月20日，甲方与乙方在青禾社区球场玩耍时相撞，甲方门牙受损。",
        "issues": "治疗费用的承担。",
        "responsibility": "乙方承担主要责任，由其监护人赔偿。",
    },
    clauses=(
        pay("乙方", "甲方", 4200, "治疗费用（由其法定代理人丁海支付）", within(10), act="赔偿",
            account="户名沈静，账号6200********0062"),
        free("今后因同一伤情需要修复的，凭发票由双方各承担一半。"),
    ),
)  # fmt: skip
ESTATE = Sample(
    title="遗产分割",
    kind="inheritance",
    facts=Facts(
        time="2026年5月",
        place="嘉南区青禾路30号",
        people="宋远与宋宁",
        event="兄妹就父亲遗留的存款和家具分割发生争议",
        cause="父亲去世未留遗嘱",
    ),
    claims="甲方请求平均分割存款。",
    cast=(
        Role("宋远", A, "甲方", person("男", "1976", "职员", "嘉南区青禾路30号", "330402197604040017", 71)),
        Role("宋宁", R, "乙方", person("女", "1980", "护士", "嘉南区学苑路8号", "330402198001190024", 72)),
    ),
    dispute={
        "facts": "双方父亲于2026年5月去世，遗留银行存款80000元及家具。",
        "issues": "遗产分割。",
        "responsibility": "双方同为第一顺序继承人。",
    },
    clauses=(
        pay("甲方", "乙方", 40000, "遗产分割款", within(15), account="户名宋宁，账号6200********0072"),
        free("家具归甲方使用。"),
    ),
)  # fmt: skip
SAMPLES = {
    "leak": LEAK,
    "wages": WAGES,
    "traffic": TRAFFIC,
    "fitness": FITNESS,
    "supply": SUPPLY,
    "hospital": HOSPITAL,
    "schoolyard": SCHOOLYARD,
    "estate": ESTATE,
}
