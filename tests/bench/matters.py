"""Matters as they come to a city's windows: invented people, places and disputes, always the same for the same seed."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from server.cases.model import Facts, Side
from server.ids import AccountId, MatterId, OrganisationId
from server.matters import index, store
from server.matters.model import Filer, Matter, MatterState, Needs, Source
from server.people.model import Organisation, OrganisationKind
from server.people.organisations import organisations
from server.people.store import accounts

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "秀珍国栋明华小雨建军丽娟志强海燕文博思远雪梅永福春生佳宁子涵浩然欣怡俊杰玉兰德胜"
KINDS = (
    ("楼上漏水", "楼上住户卫生间漏水，天花板和墙面渗水起皮", "物业说是水管老化", "修好并赔偿装修损失"),
    ("拖欠工资", "在工地干了三个月，工资一直没有结清", "包工头说上家没有付款", "付清拖欠的工资"),
    ("借款不还", "借出现金并写了借条，到期后多次催要没有归还", "对方说生意亏本", "归还本金和利息"),
    ("噪音扰民", "夜里音响和装修声音很大，全家无法休息", "双方为此吵过几次", "晚上十点以后停止"),
    ("交通事故", "电动自行车在路口相撞，右腿骨折住院", "交警认定对方主要责任", "赔偿医疗费和误工费"),
    ("离婚抚养", "分居两年，孩子由奶奶带着", "对探望的时间谈不拢", "确定抚养费和探望时间"),
    ("宅基地边界", "翻建房屋时围墙越过了老界线", "两家各拿出一份旧契", "按老界线恢复"),
    ("网购退款", "买的家电用了两周就坏了", "商家说人为损坏不肯退", "退货退款"),
)
STREETS = ("青禾路", "滨河街", "建设巷", "文昌路", "东湖大道", "新桥弄", "学院路", "春晖里")
STATES = {
    MatterState.received: 3, MatterState.accepted: 2, MatterState.routed: 4, MatterState.appointed: 2,
    MatterState.mediating: 9, MatterState.settled: 20, MatterState.failed: 6, MatterState.referred: 3,
    MatterState.declined: 2, MatterState.withdrawn: 3, MatterState.archived: 46,
}  # fmt: skip
"""In a hundred."""


def tree(towns: int = 20, villages: int = 8) -> list[Organisation]:
    """A district with its towns and their villages; parents first."""
    found = [_unit(None, OrganisationKind.district, "org_0")]
    for n in range(towns):
        town = _unit(found[0], OrganisationKind.town, f"org_{n:02}")
        found.append(town)
        found += [_unit(town, OrganisationKind.village, f"org_{n:02}{m:02}") for m in range(villages)]
    return found


def _unit(parent: Organisation | None, kind: OrganisationKind, own: str) -> Organisation:
    path = f"{parent.path if parent else ''}{own}/"
    return Organisation(OrganisationId(own), parent.id if parent else None, kind, own, path)


def generated(units: list[Organisation], start: int, end: int, people: int = 100) -> Iterator[Matter]:
    """The matters number `start` to `end` - 1; every one some minutes after the one before. A few organisations have
    most of them, and `people` accounts handle them."""
    for n in range(start, end):
        yield _one(units, n, people)


def _one(units: list[Organisation], n: int, people: int) -> Matter:
    dice = random.Random(n)
    title, what, why, claims = dice.choice(KINDS)
    names = [dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))) for _ in range(2)]
    street, door = dice.choice(STREETS), dice.randrange(1, 400)
    facts = Facts(f"{dice.randrange(1, 13)}月", f"{street}{door}号", f"{names[0]}与{names[1]}", what, why)
    state = dice.choices(list(STATES), list(STATES.values()))[0]
    at = FIRST + timedelta(minutes=8 * n, seconds=dice.randrange(480))
    handled = state not in {MatterState.received, MatterState.accepted, MatterState.routed, MatterState.declined}
    return Matter(
        MatterId(f"mat_{n:06}"), f"{at:%Y%m%d}-{n % 180 + 1:04}", state, dice.choice(list(Source)), "", "",
        units[min(int(dice.expovariate(1 / 30)), len(units) - 1)].id, f"{title}（{street}）", facts,
        f"{claims}，{dice.randrange(1, 90)}00元",
        (Filer(Side.applicant, names[0]), Filer(Side.respondent, names[1])), Needs(), at,
        mediator_id=AccountId(f"acc_{dice.randrange(people)}") if handled else None,
    )  # fmt: skip


def settle(connection: sa.Connection, units: list[Organisation], people: int) -> None:
    """The organisations and accounts they belong to."""
    rows = [
        {"id": one.id, "parent_id": one.parent_id, "kind": one.kind, "name": one.name, "path": one.path, "presence": ""}
        for one in units
    ]
    connection.execute(organisations.insert(), rows)
    own = {"name": "", "role": "mediator", "password": "", "rehearsal": False}
    names = [f"acc_{n}" for n in range(people)]
    connection.execute(accounts.insert(), [{"id": name, "username": name} | own for name in names])


def fill(connection: sa.Connection, units: list[Organisation], start: int, end: int, people: int) -> None:
    """What `store.add` of each would leave in the tables, but for the journal, at once."""
    paths = {one.id: one.path for one in units}
    rows, lines, places, words = [], [], [], []
    tallies = Counter[tuple[str, str]]()
    for one in generated(units, start, end, people):
        seq = (one.received_at - index.EPOCH) // index.MICROSECOND
        rows.append(store._row(one))
        lines.append({"seq": seq, "matter_id": one.id})
        held = [(holder, one.state.value) for holder in index.holders_of(one, paths[one.organisation_id])]
        places += [{"holder": holder, "seq": seq, "state": state} for holder, state in held]
        tallies.update(held)
        words += [(word, seq) for word in index.words_in(one)]
    connection.execute(store.matters.insert(), rows)
    connection.execute(index.lines.insert(), lines)
    connection.execute(index.places.insert(), places)
    for (holder, state), count in tallies.items():
        index._tally(connection, holder, state, count)
    cursor = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        with cursor.copy("COPY matter_words (word, seq) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in sorted(words):
                copy.write_row(row)
    else:
        cursor.executemany("INSERT INTO matter_words (word, seq) VALUES (?, ?)", sorted(words))
