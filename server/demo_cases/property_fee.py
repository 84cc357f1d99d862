"""Case 6 of the corpus: property fees, and repairs in return."""

from server.cases.model import Facts, Part
from server.demo_cases.model import A, R, Role, Sample, company, do, free, legal, on, pay, person

FEES = Sample(
    title="拖欠物业费",
    kind="property_fee",
    facts=Facts(
        time="2024年1月至2026年9月",
        place="嘉南区安澜小区",
        people="安澜物业服务有限公司与业主黄志明",
        event="物业费未交，双方就数额和服务质量发生争议",
        cause="单元门禁和楼道照明长期未修",
    ),
    claims="甲方请求乙方支付2024年1月至2026年9月物业费7038.90元。",
    cast=(
        Role("安澜物业服务有限公司", A, "甲方",
             company("91330402MA2XXXX091", "安立群", "经理", "嘉南区安澜小区物业楼"), organisation=True),
        Role("安立群", A, "甲方法定代表人", person("男", "1972", "经理", "", "330402197202020014", 91),
             Part.representative, acts_for="甲方", authority=legal("经理")),
        Role("黄志明", R, "乙方", person("男", "1978", "教师", "嘉南区安澜小区6幢301室", "330402197811110018", 92)),
    ),
    dispute={
        "facts": "乙方房屋建筑面积118.5㎡，物业费每月每平方米1.8元，33个月未交，118.5㎡×1.8元×33个月=7038.90元。"
        "单元门禁和三层楼道照明损坏未修。",
        "issues": "应付物业费的数额和设施修复。",
        "responsibility": "甲方同意减免10%并抹零，按6335元结清，并修复设施。",
    },
    clauses=(
        pay("乙方", "甲方", 6335, "2024年1月至2026年9月物业费", on("2026-12-20"),
            account="户名安澜物业服务有限公司，账号6200********0091",
            breach="乙方按期付清的，甲方放弃违约金；逾期未付的，甲方可以申请人民法院强制执行"),
        do("甲方", "修复单元门禁及三层楼道照明，由楼长方静签字验收", on("2026-12-31")),
        free("甲方未按期修复的，乙方下一年度物业费减收10%。"),
    ),
)  # fmt: skip
