"""反馈: tells whoever filed a matter how it goes on, through the centre's delivery."""

import logging

from aiohttp import web

from server.cases.model import Side
from server.errors import Unavailable
from server.matters import news, remarks, store
from server.matters.model import MatterAct, MatterState
from server.people import organisations
from server.people.model import DELIVERY, Message
from server.web import keys
from server.web.rounds import every

log = logging.getLogger(__name__)
S = MatterState
WORDS = {
    S.accepted: "已经受理，正在安排由谁来调解。",
    S.routed: "已经交给{place}办理。",
    S.mediating: "已经有调解员接手，会联系您约时间。",
    S.settled: "已经达成调解协议。您可以评价这次调解。",
    S.failed: "没有谈成。您还可以申请仲裁，或者到法院起诉。",
    S.referred: "已经转给{target}，请等他们联系您。",
    S.declined: "不能由我们调解。原因：{reason}",
    S.withdrawn: "已经撤回。需要时可以再来。",
}


async def tell(app: web.Application) -> int:
    """Tell whatever is due; returns how many messages were handed over."""
    db, now, centre, sent = app[keys.DB], app[keys.CLOCK](), app[keys.SETTINGS].centre.name, 0
    async with db.reading() as tx:
        due = await news.due(tx)
    for matter_id, state in due:
        async with db.transaction() as tx:
            if not await news.take(tx, matter_id, state, now):
                continue
            matter = await store.load(tx, matter_id)
            place = (await organisations.load(tx, matter.organisation_id)).name
            act = {S.declined: MatterAct.decline, S.referred: MatterAct.refer}.get(state)
            why = await remarks.last(tx, matter_id, act) if act else None
            told = {"place": place, "reason": why.words if why else "", "target": why.target if why else ""}
            text = f"【{centre}】您反映的事（受理号{matter.number}）{WORDS[state].format_map(told)}"
            phones = dict.fromkeys(one.phone for one in matter.of(Side.applicant) if one.phone)
        for phone in phones:
            try:
                await app[DELIVERY].send(Message(matter.id, phone, "link", text, now, rehearsal=matter.rehearsal))
                sent += 1
            except Unavailable:
                log.warning("matter.not_told", extra={"matter": matter.id})
    return sent


lifetime = every(60.0, "matters.telling", tell)
