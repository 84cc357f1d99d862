"""Texts to print: case 2 of the sample corpus (a leak between neighbours), a long one, minutes. All names fictional."""

from pathlib import Path

from documents import ClauseText, DocumentText, Fonts, PartyText, Section, Signatory

FONTS = Fonts.in_directory(Path(__file__).parents[2] / "build" / "fonts")

VERIFY_URL = "https://hejie.example.cn/verify"
COMMITTEE = "嘉南区青禾街道人民调解委员会"


def case_two(**changes: object) -> DocumentText:
    values: dict[str, object] = {
        "kind": "agreement",
        "number": "(2026)嘉南人调字第0102号",
        "title": "人民调解协议书",
        "committee": COMMITTEE,
        "place": "嘉南区青禾街道人民调解委员会（网络视频调解）",
        "parties": (
            PartyText("甲方", "林秀珍，女，1971年生，汉族，退休，住嘉南区青禾路88号2幢502室，电话19900000201"),
            PartyText("乙方", "陈国栋，男，1985年生，汉族，工程师，住嘉南区青禾路88号2幢402室，电话19900000202"),
        ),
        "before": (
            Section(
                "纠纷主要事实、争议事项",
                (
                    "2026年9月起，嘉南区青禾路88号2幢502室卫生间防水层老化，致402室吊顶、墙面、衣柜受损，"
                    "双方就维修责任和赔偿数额发生争议。",
                ),
            ),
            Section("各方责任", ("甲方承担渗漏维修及赔偿责任。",)),
        ),
        "clauses": (
            ClauseText(
                1, "甲方于2026年12月5日前（含当日）完成502室卫生间防水维修，并由双方及物业共同做闭水试验48小时验收。"
            ),
            ClauseText(
                2,
                "甲方赔偿乙方吊顶、墙面及家具损失人民币8500元（大写：捌仟伍佰元整），于本协议生效之日起7日内"
                "一次性转账支付至乙方账户（户名陈国栋，开户行××银行嘉南支行，账号6200********0001）。",
            ),
            ClauseText(3, "乙方应于2026年12月1日前（含当日）配合入户查验。"),
            ClauseText(4, "维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。"),
        ),
        "after": (
            Section("履行方式、地点、期限", ("按上述各条约定的方式和期限履行；维修和验收在502室、402室现场进行。",)),
            Section(
                "协议的生效",
                (
                    "本协议一式三份，双方各执一份，人民调解委员会留存一份；自各方签名、调解员签名并加盖印章之日起生效；"
                    "双方可自生效之日起三十日内共同申请司法确认。",
                ),
            ),
            Section(
                "电子签名约定",
                (
                    "双方同意使用电子签名。各方的签名密钥只保存在本人使用的设备中，由本人控制；"
                    "可靠的电子签名与手写签名或者盖章具有同等的法律效力。",
                ),
            ),
        ),
        "closing": ("记录人：苏婉",),
        "signatories": (
            Signatory("party-1", "林秀珍", "applicant", "甲方（签名）", 1, "person"),
            Signatory("party-2", "陈国栋", "respondent", "乙方（签名）", 1, "person"),
            Signatory("mediator", "顾明华", "mediator", "调解员（签名）", 3, "person"),
            Signatory("seal", COMMITTEE, "committee", "人民调解委员会（印章）", 9, "seal"),
        ),
        "verify_url": VERIFY_URL,
        "demo": True,
        "journal_head": "00" * 32,
        "frozen_at": "2026-11-26T08:30:00Z",
    }
    return DocumentText(**(values | changes))  # type: ignore[arg-type]


LABELS = "甲乙丙丁戊己庚辛"
LONG_NAMES = (
    "嘉南市滨禾区青禾街道安澜物业服务有限公司嘉南中心分公司",
    "司马欧阳·阿卜杜热西提·买买提江",
    "林秀珍",
    "Zhang Wei-Ming International Trading (Jianan) Co., Ltd.",
    "安和财产保险股份有限公司嘉南中心支公司",
    "陈国栋",
    "马建国",
    "嘉南市禾达建筑劳务有限公司（法定代表人钱立新）",
)
CLAUSES = (
    "各方确认损失合计36480元，其中医疗费21480元、营养费3000元、护理及误工费9800元、交通费1000元、车损1200元。",
    "丙方在交强险限额内赔付30000元（大写：叁万元整：医疗及营养18000元、护理误工交通10800元、车损1200元），"
    "于收到齐全理赔材料之日起10个工作日内支付至乙方账户（账号6200 1234 5678 9012 345）。",
    "乙方任何一期未按期足额支付的，甲方有权就全部未付款项一并申请强制执行，"
    "并自逾期之日起按同期一年期贷款市场报价利率（LPR）计付逾期利息。",
    "乙方于2026年12月20日前一次性支付2024年1月至2026年9月物业费6,335.00元（大写：陆仟叁佰叁拾伍元整），"
    "即118.5㎡×1.8元×33个月=7038.90元，减免10%并抹零；相关文件见https://hejie.example.cn/files/2026/0127/annex-a.pdf。",
    "甲方于2027年3月31日前向乙方支付房屋折价款420000元（大写：肆拾贰万元整）；“青禾路88号3幢502室”的产权转移登记，"
    "由乙方在收到全部折价款之日起15日内协助办理，税费由甲方承担……逾期的，每逾期一日按万分之五支付违约金。",
)


def long_case(parties: int = 8, clauses: int = 30) -> DocumentText:
    people = [
        PartyText(
            f"{LABELS[at]}方（{'申请人' if at % 2 == 0 else '被申请人'}）",
            f"{LONG_NAMES[at]}，住嘉南区青禾路{88 + at}号{at + 1}幢502室，电话1990000020{at}，"
            f"身份证号33990019710101000{at}",
        )
        for at in range(parties)
    ]
    signers = [
        Signatory(f"party-{at + 1}", LONG_NAMES[at], "applicant", f"{LABELS[at]}方（签名）", 1, "person")
        for at in range(parties)
    ]
    return case_two(
        parties=tuple(people),
        clauses=tuple(ClauseText(at + 1, CLAUSES[at % len(CLAUSES)]) for at in range(clauses)),
        signatories=(*signers, *case_two().signatories[2:]),
    )


def minutes() -> DocumentText:
    return case_two(
        kind="minutes",
        title="调解笔录",
        before=(
            Section("时间", ("2026年11月26日14时30分至16时10分",)),
            Section("参加人", ("调解员顾明华，记录人苏婉，申请人林秀珍，被申请人陈国栋。",)),
            Section("权利义务告知", ("调解员向各方告知了自愿、不收费、可随时退出等权利和义务，各方表示清楚。",)),
            Section("调解过程", tuple(CLAUSES)),
        ),
        clauses=(),
        after=(),
        closing=("以上笔录已向各方宣读，各方确认无误。",),
        signatories=case_two().signatories[:3],
    )
