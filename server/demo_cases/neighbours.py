"""Case 2 of the corpus, a leak between floors; and two children on a court with their guardians and a witness."""

from server.cases.model import Authority, Facts, Part
from server.demo_cases.model import A, R, Role, Sample, do, free, on, pay, person, within

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
        pay("甲方", "乙方", 8500, "吊顶、墙面及家具损失", within(7), act="赔偿",
            account="户名陈国栋，账号6200********0002", breach="逾期未付的，乙方可以申请人民法院强制执行"),
        do("乙方", "配合入户查验", on("2026-12-01")),
        free("维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。"),
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
