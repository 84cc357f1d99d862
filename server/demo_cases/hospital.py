"""Case 8 of the corpus: a hospital and a deaf patient with her daughter and a sign language interpreter."""

from server.cases.model import Authority, Facts, Part
from server.demo_cases.model import A, R, Role, Sample, company, do, free, on, pay, person, special, within

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
        pay("乙方", "甲方", 68000, "医疗、护理、交通等各项费用", within(15, working=True), act="自愿一次性补偿",
            manner="转账", account="户名高淑芬，账号6200********0051"),
        do("乙方", "为甲方提供后续康复复诊三次，免收挂号费和检查费", on("2027-06-30")),
        free("甲方领取补偿款后，双方就本次诊疗行为不再以任何方式主张权利。"),
        free("双方对诊疗信息及本协议内容保密，法律另有规定的除外。"),
    ),
)  # fmt: skip
