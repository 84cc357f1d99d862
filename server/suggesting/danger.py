"""Signs of danger in a text: violence, self-harm, a child at risk. Pure.

Rather once too often than once too seldom: a hint costs staff a glance. Idioms that only sound like it are taken out
first. Who may be harmed is called before anything is registered [RMTJ 25]."""

import re
from collections.abc import Mapping

from server.suggesting.model import Reason

IDIOMS = re.compile(
    r"气死|[热冷累吵烦忙急笑饿渴]得?要死|热死|累死|吵死|烦死|死活|死也不|死鱼|死不承认|全是死的|自然死亡|生老病死|死账|"
    r"人死账烂|打死结|死角|打闹|打麻将|打官司|打卡|打折|打印|打完|汽油味|打不通|打电话|打[针工井药球牌鸣样字包听扫赏车]|打招呼|打游戏|"
    r"农药打|打农药|打到[半深夜卡]|打欠条|打条子|打[了水]漂|刀片|刀具|杀鸡|宰杀|剪刀差|砍价|打桩|打地梁|打对折|打太极"
)
SIGNS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "violence": (
        re.compile(
            r"家暴|殴打|毒打|互殴|围着?打|[打抽踹扇捅砍揍](?:我|他|她|人|孩子|老|妈|爸|了我|伤|断|死|骂)|动[了过]?手(?!术|机)|"
            r"打[了过]?一架|打了?起来|打架|群架|推倒|被\S{0,8}(?:打|扇|踹|揍|揪)|皮带|耳光|掐\S{0,3}脖子|按在\S{0,3}墙|揪\S{0,4}头发|"
            r"泼(?:硫酸|汽油|了?汽油)|汽油|硫酸|砍|捅|菜刀|拿[着了]?刀|持刀|持锄|钢管|铁棍|枪|弄死|杀|放火|点火烧|烧死|"
            r"炸|开车撞|同归于尽|一起完|报复|卸\S{0,2}(?:腿|胳膊)|扬言|威胁|恐吓|跟踪|锁在家|关在家|不让出门|限制自由|"
            r"动我(?:小孩|孩子|家)|围着不让走|青一块紫一块|浑身是伤|验伤|抢救"
        ),
        "RMTJ 25",
    ),
    "self_harm": (
        re.compile(
            r"不想活|活着没意思|活不下去|一了百了|寻死|自杀|自尽|轻生|跳[楼河桥江水湖井]|往下跳|跳下[去来]|喝\S{0,2}农药|"
            r"上吊|找根?绳|割腕|手腕\S{0,6}(?:划|割|痕)|划痕|安眠药|烧炭|遗书|遗言|死了(?:就|算|干净|清净)|死在|去死|想死|"
            r"了结自己|结束生命|撞墙|架在\S{0,3}脖子|别找我|对不起，以后|不连累|不想连累|走了算了|不吃不喝"
        ),
        "RMTJ 25",
    ),
    "child": (
        re.compile(
            r"(?:孩子|小孩|女孩|男孩|娃|学生|儿子|女儿|孙子|孙女|岁|两个小的|继母|后妈|后爸|继父|幼儿园|教练|同学|老师)"
            r".{0,30}(?:被打|打小孩|淤青|烟头|烫的疤|摸我|摸她|猥亵|性侵|强奸|怀孕|裸照|不敢讲|不敢回家|锁在|没吃|不给饭|"
            r"跪在|针扎|扎孩子|吸毒|针头|联系不上|失踪|下落|欺凌|霸凌|扇耳光|打死他|绑|一直哭|没去上学|没人管|溺水|不敢上学)|"
            r"(?:打|锁|扇|踢|虐待|遗弃|欺负|猥亵)\S{0,3}(?:孩子|小孩|娃|女儿|小女孩)|(?:后爸|继父|后妈|继母)\S{0,14}(?:摸|打|骂|不给)|"
            r"两个小的锁|十[二三四五六七]岁?.{0,8}怀孕|把\S{0,8}(?:娃|孩子|女婴|女娃)\S{0,2}(?:抱给|卖|送)|收\S{0,5}保护费"
        ),
        "MIN 11",
    ),
}
"""Sign -> what tells it, and the article that asks staff to act."""


def signs(text: str) -> tuple[Reason, ...]:
    """The signs in a text, with the words that show each."""
    plain = IDIOMS.sub("，", text)
    found = []
    for code, (pattern, article) in SIGNS.items():
        hits = tuple(dict.fromkeys(one[0] for one in pattern.finditer(plain)))
        if hits:
            found.append(Reason(code, hits[:3], article))
    return tuple(found)
