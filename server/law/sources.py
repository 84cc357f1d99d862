"""The statutes behind the abbreviations in `cites`. Read in a copy of April 2025: what is newer needs a recheck."""

import re

STATUTES = {
    "RMTJ": "中华人民共和国人民调解法",
    "CPL": "中华人民共和国民事诉讼法",
    "JS": "最高人民法院关于适用《中华人民共和国民事诉讼法》的解释",
    "ZXTJ": "人民法院在线调解规则",
    "TY16": "最高人民法院关于人民法院特邀调解的规定",
    "ESL": "中华人民共和国电子签名法",
    "CIV": "中华人民共和国民法典",
    "LD": "中华人民共和国劳动争议调解仲裁法",
    "LL": "中华人民共和国劳动法",
    "LCL": "中华人民共和国劳动合同法",
    "SIL": "中华人民共和国社会保险法",
    "LEND": "最高人民法院关于审理民间借贷案件适用法律若干问题的规定",
    "CC23": "最高人民法院关于适用《中华人民共和国民法典》合同编通则若干问题的解释",
    "GUAR": "最高人民法院关于适用《中华人民共和国民法典》有关担保制度的解释",
    "MED": "医疗纠纷预防和处理条例",
    "MIN": "中华人民共和国未成年人保护法",
    "DV": "中华人民共和国反家庭暴力法",
    "LAND": "中华人民共和国土地管理法",
    "MJ75": "人民调解工作若干规定",
    "NB15": "宁波市人民调解条例",
    "PD24": "上海市浦东新区促进商事调解若干规定",
}
CITE = re.compile(r"(?P<statute>[A-Z]+[0-9]*) (?P<articles>\d+(?:\(\d+\))*)")


def spelled(cite: str) -> str:
    """The first article of a citation in words: CPL 62 -> 《中华人民共和国民事诉讼法》第62条."""
    found = CITE.match(cite)
    if found is None or found["statute"] not in STATUTES:
        return cite
    number = re.match(r"\d+", found["articles"])
    return f"《{STATUTES[found['statute']]}》第{number[0] if number else ''}条"


def known(cite: str) -> bool:
    """Whether a citation begins with a statute of the table, HOUSE, or a form of the Ministry of Justice."""
    head = cite.split(";")[0].split("；")[0].strip()
    return head.split(" ")[0].split(":")[0].rstrip("：") in {*STATUTES, "HOUSE"}
