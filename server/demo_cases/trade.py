"""Case 4 of the corpus, a fitness club's refund, sent by a court; and two companies about goods."""

from server.cases.model import Facts, Part
from server.demo_cases.model import A, R, Role, Sample, company, do, free, legal, on, part, pay, person, special, within

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
        pay("乙方", "甲方", 4760, "未消费余额", on("2026-12-08"), act="退还",
            manner="原路退回，原路无法退回的转入甲方指定账户",
            breach="逾期未退的，每逾期一日按未退金额的万分之五支付违约金，直至付清"),
        do("乙方", "删除甲方人脸信息，并不得再使用", within(5)),
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
        pay("乙方", "甲方", 210000, "上述货款", None, manner="转账", account="甲方对公账户，账号6200********0041",
            instalments=[part(110000, "2026-12-20"), part(100000, "2027-02-28")],
            breach="任一期逾期的，未到期款项立即到期，并自逾期之日起按同期一年期贷款市场报价利率的1.3倍计付利息"),
        free("双方继续履行原供货协议，验收以双方签字的磅单为准。"),
    ),
)  # fmt: skip
