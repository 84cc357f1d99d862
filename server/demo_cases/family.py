"""Case 7 of the corpus, property after a divorce, written as obligations; and an inheritance, which wants ink."""

from server.cases.model import Facts
from server.demo_cases.model import A, R, Role, Sample, do, free, on, pay, person, within

DIVORCE = Sample(
    title="离婚后财产",
    kind="divorce_property",
    facts=Facts(
        time="2025年11月",
        place="嘉南区青禾路88号3幢502室",
        people="沈静与罗凯",
        event="离婚后就房屋折价款、过户和车辆补偿发生争议",
        cause="离婚协议未写明折价款数额和过户时间",
    ),
    claims="甲方请求乙方协助办理房屋转移登记，并支付车辆补偿款15000元。",
    cast=(
        Role("沈静", A, "甲方", person("女", "1984", "职员", "嘉南区青禾路88号3幢502室", "330402198408080029", 101)),
        Role("罗凯", R, "乙方", person("男", "1982", "技师", "嘉南区学苑路15号", "330402198212120019", 102)),
    ),
    dispute={
        "facts": "双方已于2025年登记离婚，离婚协议约定嘉南区青禾路88号3幢502室由甲方居住并继续还贷，未写明折价款数额。"
        "双方提交了不动产登记证明和离婚证。",
        "issues": "房屋折价款数额、协助过户的时间和车辆补偿。",
        "responsibility": "甲方支付折价款，乙方协助办理转移登记并补偿车款。",
    },
    clauses=(
        pay("甲方", "乙方", 420000, "房屋折价款", on("2027-03-31"), account="户名罗凯，账号6200********0102"),
        do("乙方", "协助甲方办理嘉南区青禾路88号3幢502室的产权转移登记", within(15, event="收到全部折价款"),
           "税费由甲方承担，房屋剩余贷款由甲方继续偿还"),
        pay("乙方", "甲方", 15000, "", on("2027-03-31"), act="补偿", account="户名沈静，账号6200********0101",
            condition="车牌浙A·00000小型轿车由乙方继续使用并承担其费用",
            breach="该款可以在第一条的款项中抵扣；逾期未付也未抵扣的，甲方可以申请人民法院强制执行"),
        free("离婚协议中关于子女抚养的约定不变。"),
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
