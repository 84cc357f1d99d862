"""Case 1 of the corpus: unpaid wages."""

from server.cases.model import Facts, Part
from server.demo_cases.model import A, R, Role, Sample, company, free, legal, part, pay, person

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
        pay("乙方", "甲方", 38600, "上述劳动报酬", None, manner="转账",
            instalments=[part(20000, "2026-12-15"), part(18600, "2027-01-20")],
            account="户名周大勇，开户行嘉禾银行嘉南支行，账号6200********0001",
            breach="任何一期未按期足额支付的，甲方有权就全部未付款项一并申请强制执行，"
            "并自逾期之日起按同期一年期贷款市场报价利率计付逾期利息"),
        free("上述款项付清后，双方就本次劳动报酬再无其他争议。"),
    ),
)  # fmt: skip
