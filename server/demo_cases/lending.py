"""Case 5 of the corpus: a loan between people, with a guarantor."""

from server.cases.model import Facts
from server.demo_cases.model import A, R, Role, Sample, free, part, pay, person

LOAN = Sample(
    title="民间借贷",
    kind="loan",
    facts=Facts(
        time="2025年6月至2026年10月",
        place="嘉南区",
        people="出借人马建国、借款人孙立与保证人孙强",
        event="借款到期后本金和利息未还，各方就还款期限和保证责任发生争议",
        cause="借款人经营的店铺停业",
    ),
    claims="甲方请求乙方偿还借款本金120000元及利息6000元，丙方承担保证责任。",
    cast=(
        Role("马建国", A, "甲方", person("男", "1969", "个体经营", "嘉南区禾兴路22号", "330402196909090033", 81)),
        Role("孙立", R, "乙方", person("男", "1987", "店主", "嘉南区商城路8号", "330402198703030016", 82)),
        Role("孙强", R, "丙方", person("男", "1984", "司机", "嘉南区商城路8号", "330402198405050015", 83)),
    ),
    dispute={
        "facts": "2025年6月3日，甲方经银行转账向乙方出借120000元，双方写有借条，丙方作为保证人签名。"
        "甲方提交了借条原件和银行转账记录，各方核对无误。",
        "issues": "尚欠本息的数额、还款期限和保证责任。",
        "responsibility": "乙方偿还借款本息，丙方承担连带保证责任。",
    },
    clauses=(
        free("乙方确认尚欠甲方借款本金120000元及利息6000元，共计人民币126000元（大写：壹拾贰万陆仟元整）。"),
        pay("乙方", "甲方", 126000, "上述借款本息", None, manner="转账", account="户名马建国，账号6200********0081",
            instalments=[part(30000, "2026-12-31"), *(part(12000, f"2027-{month:02}-25") for month in range(1, 9))],
            breach="任一期逾期超过10日的，全部未到期款项立即到期"),
        free("丙方对上述债务承担连带保证责任，保证期间为最后一期履行期限届满之日起三年。"),
    ),
)  # fmt: skip
