"""The texts parties agree to or are told, as data. The hash of what was shown is kept with each choice; change the
version with the text. The Chinese text binds; English is a reading aid. Sources: ZXTJ 4, 7, 16-18, 22; ESL 3, 13;
EV19 94; RMTJ 23-24; CPL 115."""

import hashlib
from datetime import datetime

from server.cases.model import Part
from server.sessions.model import Texts
from server.settings import Centre

VERSION = "2026-11-22"

ZH = Texts(
    version=VERSION,
    online=(
        "同意通过本平台以视频方式参加调解。调解员已经或将会说明：网上调解的方式、我的权利、法律后果和操作方法。"
        "网上调解与到场调解效力相同；我可以随时要求改为到现场，也可以随时退出，不会因此受到处罚。"
        "联席会谈只有在场的每个人都当场同意才录音录像，任何人可以随时撤回，撤回即停；单独会谈从不录制，内容不告诉另一方。"
        "未经许可，任何人不得自行录音录像、截屏或传播。"
        "平台为办理本案保存我的姓名、联系方式、进出会议的时间和我作出的选择，不使用人脸识别。"
    ),
    esign=(
        "各方同意使用电子签名签署本次调解相关文书；同意以实名认证后、由本人控制的签名密钥（一次性证书）、"
        "短信验证码及视频当场确认的方式签署，视为符合各方约定的可靠条件；"
        "同意由本平台按哈希校验、时间戳和操作日志的方式保存并可提取核验。本人可选择纸质签署。"
        "签名密钥只在我的浏览器里生成和使用，平台没有我的密钥；证书由本机构自建的认证服务签发，不是依法设立的电子认证服务。"
    ),
    warning=(
        "当事人恶意串通、伪造证据、捏造事实、虚构法律关系进行虚假调解的，人民法院不予确认，"
        "并可予以罚款、拘留；构成犯罪的，依法追究刑事责任。"
    ),
    rights=(
        "您有权：选择或者接受人民调解员；接受调解、拒绝调解或者要求终止调解；要求调解公开进行或者不公开进行；"
        "自主表达意愿、自愿达成调解协议；申请与案件有利害关系的调解员回避。"
        "您应当：如实陈述纠纷事实；遵守调解现场秩序，尊重调解员；尊重对方当事人行使权利。"
        "人民调解不收费。调解不成的，您仍可以依法通过仲裁、行政、司法等途径维护权利。"
    ),
    concessions="除共同确认的无争议事实外，为达成协议作出的让步不得在诉讼中作为对其不利的依据。",
)
EN = Texts(
    version=VERSION,
    online=(
        "I agree to take part by video on this platform. The mediator has explained, or will explain, how it "
        "works, my rights, the legal consequences and what to press. Mediation online has the same effect as "
        "in person; I may ask to come in person or leave at any time without penalty. A joint talk is recorded "
        "only when everybody present agrees there and then; anybody may take that back at any time, and it "
        "stops at once. A private talk is never recorded, nor told to the other side. Nobody may record, take "
        "screenshots or pass anything on without permission. To handle this case the platform keeps my name, "
        "contact, the times I come and go and the choices I make. It does not use face recognition."
    ),
    esign=(
        "All parties agree to sign the documents of this mediation electronically: after identification, with"
        " a signing key under the signer's own control (a one-time certificate), a code by text message and "
        "confirmation on video, which they accept as the conditions of reliability they have agreed; and that"
        " this platform keeps the documents with hashes, time-stamps and a journal that can be taken out and "
        "checked. I may choose to sign on paper. The key is made and used in my browser only, the platform "
        "does not have it; the certificate comes from the centre's own certification service, which is not a "
        "licensed one."
    ),
    warning=(
        "Where parties conspire, forge evidence, invent facts or legal relations to stage a mediation, the "
        "court will not confirm it and may fine or detain them; a crime is prosecuted."
    ),
    rights=(
        "You may: choose or accept the mediator; accept, refuse or end mediation; ask for it to be public or "
        "not; speak freely and agree of your own will; ask that a mediator with an interest in the case "
        "withdraw. You must: state the facts truthfully; keep order and respect the mediator; respect the "
        "other party's rights. Mediation is free. If it does not succeed, arbitration, administrative and "
        "court ways remain open."
    ),
    concessions=(
        "Except for undisputed facts confirmed jointly, concessions made to reach an agreement may not be "
        "used against the one who made them in a lawsuit."
    ),
)

GUEST_ZH = Texts(
    version=VERSION,
    online=(
        "我受邀以专家或旁听的身份参加这次网上调解，不是当事人，也不签协议；各方同意，我才参加。"
        "我对在调解中知道的一切保密，包括当事人是谁、说过的话和看到的材料：不告诉别人，不用在别处，法律另有规定的除外。"
        "我与案件或者当事人有利害关系的，现在就告诉调解员。未经许可，我不自行录音录像、截屏或传播。"
        "联席会谈只有在场的每个人都当场同意才录音录像，任何人可以随时撤回，撤回即停。我可以随时退出。"
        "平台为办理本案保存我的姓名、联系方式、进出会议的时间和我作出的选择，不使用人脸识别。"
    ),
)
GUEST_EN = Texts(
    version=VERSION,
    online=(
        "I am invited to this online mediation as an expert or to look on. I am no party to it and sign no "
        "agreement; I take part only if everybody agrees. I keep confidential all I learn in the mediation: who "
        "the parties are, what is said and what I am shown. I tell nobody and use it nowhere else, unless the law "
        "demands it. If I have an interest in the case or with a party, I tell the mediator now. I do not record, "
        "take screenshots or pass anything on without permission. A joint talk is recorded only when everybody "
        "present agrees there and then; anybody may take that back at any time, and it stops at once. I may leave "
        "at any time. To handle this case the platform keeps my name, contact, the times I come and go and the "
        "choices I make. It does not use face recognition."
    ),
)
COURT_ZH = Texts(
    version=VERSION,
    online=(
        "同意以视频方式参加人民法院对调解协议的核实。法官会和各方一起核对身份、协议内容和是否自愿；"
        "不愿意视频的，可以选不同意，由法院另行通知到场。我可以随时退出；没有正当理由不参加的，按撤回申请处理。"
        "这里只有大家都在的一个会谈室，没有单独会谈；调解员只有法院邀请才能进来。"
        "只有在场的每个人都当场同意才录音录像，任何人可以随时撤回，撤回即停。"
        "未经许可，任何人不得自行录音录像、截屏或传播。"
        "平台为办理本案保存我的姓名、联系方式、进出会议的时间和我作出的选择，不使用人脸识别。"
    ),
    warning=ZH.warning,
)
COURT_EN = Texts(
    version=VERSION,
    online=(
        "I agree to take part by video in the court's verification of the mediation agreement. With all parties "
        "together the judge checks who we are, what was agreed and that it was agreed freely. If I do not want video "
        "I may say no, and the court asks me to come. I may leave at any time; staying away without good reason counts "
        "as withdrawing the application. There is one room in which all are together and no private talk; the mediator "
        "comes in only if the court asks for it. It is recorded only when everybody present agrees there and then; "
        "anybody may take that back at any time, and it stops at once. Nobody may record, take screenshots or pass "
        "anything on without permission. To handle this case the platform keeps my name, contact, the times I come and "
        "go and the choices I make. It does not use face recognition."
    ),
    warning=EN.warning,
)
ENGLISH = (EN, GUEST_EN, COURT_EN)
GUEST_PARTS = {Part.expert: "专家", Part.observer: "旁听"}


def in_language(language: str, *, guest: bool = False, court: bool = False) -> Texts:
    """`en` or anything else (zh-CN). A guest reads their undertaking, not what parties choose and have [RMTJ 20];
    before a court nothing is signed [ZXSS 4]."""
    if language.lower().startswith("en"):
        return COURT_EN if court else GUEST_EN if guest else EN
    return COURT_ZH if court else GUEST_ZH if guest else ZH


def text_hash(text: str) -> str:
    """Hex SHA-256 of the UTF-8 text: which words somebody agreed to."""
    return hashlib.sha256(text.encode()).hexdigest()


def link_message(centre: str, phone: str, title: str, starts: str, url: str, part: Part, court: str = "") -> str:
    """The message with a join link. Says who, what, to a guest as what, and whom to call; asks for nothing. `court`:
    who verifies, where it is no mediation."""
    if court:
        return (
            f"【{centre}】{court}请您于{starts}参加“{title}”司法确认的视频核实，各方一起参加，不收费。点此进入：{url} "
            f"法院和我们都不会要钱或银行卡。咨询 {phone}"
        )
    role = f"以{GUEST_PARTS[part]}身份" if part in GUEST_PARTS else ""
    return (
        f"【{centre}】请您于{starts}{role}参加“{title}”网上调解，不收费。点此进入：{url} "
        f"我们不会要钱或银行卡。咨询 {phone}"
    )


def moment(local: datetime) -> str:
    """As people read it: 11月26日14:00."""
    return f"{local.month}月{local.day}日{local:%H:%M}"


def values(centre: Centre, starts: str) -> dict[str, str]:
    """What a template of the text gateway may name of a session."""
    return {"centre": centre.name, "phone": centre.phone, "starts": starts}


def reminder(centre: str, phone: str, starts: str, url: str, *, by_phone: bool) -> str:
    """The message before a session; who comes by ordinary telephone is called."""
    way = "届时我们打您留的电话。要改成视频，点此进入" if by_phone else "点此进入"
    return f"【{centre}】提醒：{starts}网上调解。{way}：{url} 不能来请打 {phone}"


def called_off(centre: str, phone: str, starts: str) -> str:
    """The message that a session is not held."""
    return f"【{centre}】原定{starts}的网上调解取消了，不用再进入。有问题请打 {phone}"


def code_message(centre: str, digits: str, minutes: int) -> str:
    """The message with a one-time code."""
    use = "用于进入调解会议。不要告诉别人，工作人员也不会问您要。"
    return f"【{centre}】您的验证码是 {digits}，{minutes}分钟内有效，{use}"
