"""Case 3 of the corpus: a traffic accident with an insurer, and arithmetic to check."""

from server.cases.model import Facts, Part
from server.demo_cases.model import A, R, Role, Sample, company, free, made_of, on, pay, person, special, within

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
        free("各方确认乙方损失合计36480元，其中：医疗费21480元、营养费3000元、护理及误工费9800元、交通费1000元、"
             "车辆损失1200元。"),
        pay("丙方", "乙方", 30000, "损失", within(10, working=True, event="收到齐全理赔材料"), act="在交强险限额内赔付",
            items=made_of(医疗及营养费=18000, 护理误工交通费=10800, 车辆损失=1200),
            account="户名吴桂兰，账号6200********0022"),
        pay("甲方", "乙方", 1536, "", on("2026-12-10"), act="尚应支付", manner="付清",
            condition="超出部分6480元由甲方按70%承担4536元（大写：肆仟伍佰叁拾陆元整），扣除已垫付3000元",
            account="户名吴桂兰，账号6200********0022"),
        free("其余损失由乙方自行承担，本次事故赔偿一次性了结。"),
    ),
)  # fmt: skip
