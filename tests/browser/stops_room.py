"""Stops before and in the host's room: seats of special kinds, every dialog of the host, what the others see of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser import steps
from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.hosting import Hand, admitted, hosting, in_chamber, seated, set_start, staff
from tests.browser.meeting import Meeting, convene
from tests.browser.steps import LONG, button, press
from tests.running import Server

Stop = tuple[str, Page]


def special_doors(server: Server, people: People) -> Iterator[Stop]:
    """Days before, by telephone, with a camera that is held back, and at the centre's device."""
    case = server.case()
    link, other = case["links"]
    set_start(server, case["session_id"], datetime.now(UTC) + timedelta(days=3))
    page = people.page("applicant", PHONE)
    page.goto(link["url"])
    press(page, "seat.invite.go")
    page.locator("[data-ready]").wait_for()
    yield "seat-ready", page
    press(page, "seat.telephone.go")
    page.locator("[data-telephone]").wait_for()
    yield "seat-telephone", page
    press(page, "seat.telephone.ask")
    page.locator("[data-telephone][data-asked=yes]").wait_for()
    yield "seat-telephone-asked", page
    press(page, "seat.telephone.video")
    press(page, "seat.ready.try")
    page.locator("[data-device-preview][data-camera=live]").wait_for()
    page.locator("[data-network][data-word=trying]").wait_for(state="detached", timeout=LONG)
    yield "seat-trial", page
    press(page, "seat.devices.trial_done")
    page.locator("[data-ready][data-tried=yes]").wait_for()
    yield "seat-tried", page
    page.close()
    denied = people.page("respondent", PHONE, denied="NotAllowedError")
    denied.goto(other["url"])
    press(denied, "seat.invite.go")
    press(denied, "seat.ready.try")
    denied.locator("[data-blocked-guide]:not([data-level=''])").wait_for()
    yield "seat-blocked", denied
    denied.close()
    yield from _office(server, people)


def _office(server: Server, people: People) -> Iterator[Stop]:
    """Who must not meet, who leads beside, who comes as an expert; the centre's device for two."""
    case = server.case("hospital")
    page = people.page("mediator", DESKTOP)
    staff(page, case["login"], server)
    page.goto(f"/case/{case['case_id']}")
    for field, n in (("#apart-one", 1), ("#apart-other", 2)):
        page.locator(field).select_option(index=n)
    press(page, "case.cast.apart_add")
    page.locator("section[aria-labelledby=cast-title] li").wait_for()
    yield "case-apart", page
    page.get_by_role("button", name=steps.say("case.person_add")).click()
    page.locator("#person-part").select_option("expert")
    yield "case-expert", page
    kiosk = page.context.new_page()
    kiosk.goto(f"/kiosk/{case['session_id']}")
    kiosk.locator("[data-kiosk-side]").wait_for(timeout=LONG)
    yield "kiosk-side", kiosk
    kiosk.locator("[data-kiosk-side] button").first.click()
    kiosk.locator("[data-sit]").first.wait_for()
    yield "kiosk-sit", kiosk
    kiosk.close()
    page.close()
    yield from _waiting(server, people)


def _waiting(server: Server, people: People) -> Iterator[Stop]:
    """Somebody of one's own side is in already, and the mediator has said how long it takes."""
    case = server.case("hospital")
    links = {link["name"]: link for link in case["links"]}
    host, party, daughter = people.page("mediator", DESKTOP), people.page("applicant"), people.page("respondent")
    hosting(host, case, server)
    seated(daughter, links["李敏"], server)
    admitted(host, daughter, links["李敏"]["person"])
    seated(party, links["高淑芬"], server)
    host.locator("[data-wait-word] select").select_option("15")
    party.locator("[data-waiting]").get_by_text("李敏").wait_for(timeout=LONG)
    yield "lobby-told", party
    for page in (host, party, daughter):
        page.close()


def the_room(server: Server, people: People, _folder: Path) -> Iterator[Stop]:
    """Four people: the host's dialogs, one after another, and what the others see of each."""
    room = convene(people, server, 4)
    host, party, mouse = room.host, room.party, Hand("mouse")
    yield "host-room", host
    for control, name in (("floor", "host-floor"), ("stage", "host-stage"), ("pause", "host-pause"),
                          ("broadcast", "host-broadcast"), ("recording_ask", "host-recording"),
                          ("move", "host-move"), ("more", "host-more")):  # fmt: skip
        host.locator(f"[data-control={control}]").first.click()
        host.locator("dialog[open]").wait_for()
        yield name, host
        room.shut(mouse)
    room.menu(mouse, room.id("applicant"))
    yield "host-person", host
    room.shut(mouse)
    party.locator("[data-control=people]").click()
    yield "party-people", party
    party.locator("[data-control=people]").click()
    for started in (_floor, _words, _help, _recorded, _telephone, _held):
        yield from started(room, mouse)
    case = host.request.get("/api/day").json()["sessions"][0]
    desk = host.context.new_page()
    for name, path in (
        ("recordings", f"/case/{case['case_id']}/recordings"),
        ("isolation", f"/session/{case['id']}/isolation"),
    ):
        desk.goto(path)
        desk.locator("h1").first.wait_for()
        desk.wait_for_load_state("networkidle")
        yield name, desk
    desk.close()


def _do(host: Page, control: str, fill: Callable[[Locator], object] | None = None) -> None:
    """A control of the bar with its dialog."""
    host.locator(f"[data-control={control}]").first.click()
    if fill:
        fill(host.locator("dialog[open]"))
    host.locator(f"[data-control=confirm-{control}]").click()


def _floor(room: Meeting, _mouse: Hand) -> Iterator[Stop]:
    def both(dialog: Locator) -> None:
        for role in ("applicant", "respondent"):
            dialog.locator(f"[name=people][value='{room.id(role)}']").check()

    _do(room.host, "floor", both)
    room.party.locator("[data-floor]").wait_for()
    yield "host-floor-on", room.host
    yield "party-floor", room.party
    room.host.locator("[data-control=floor_end]").click()


def _words(room: Meeting, _mouse: Hand) -> Iterator[Stop]:
    _do(room.host, "broadcast", lambda dialog: dialog.locator("[name=text]").fill("请大家拿出协议第二页，我们逐条看。"))
    room.party.locator("[data-broadcast]").wait_for()
    yield "party-broadcast", room.party
    for page in room.guests():
        page.locator("[data-broadcast]").get_by_role("button").click()


def _help(room: Meeting, _mouse: Hand) -> Iterator[Stop]:
    room.party.locator("[data-control=hand]").click()
    room.party.locator("[data-control=distress]").click()
    room.host.locator("[data-distress=sent]").first.wait_for()
    yield "host-asked-for-help", room.host
    yield "party-asked-for-help", room.party
    room.party.locator("[data-control=distress-undo]").click()
    room.party.locator("[data-control=hand]").click()


def _recorded(room: Meeting, mouse: Hand) -> Iterator[Stop]:
    _do(room.host, "recording_ask")
    room.party.locator("[data-recording-ask] [data-control=recording_agree]").wait_for()
    yield "party-recording-asked", room.party
    for page in room.guests():
        page.locator("[data-recording-ask] [data-control=recording_agree]").click()
    room.party.locator("[data-recording=on] [data-control=recording]").wait_for(timeout=LONG)
    yield "party-recording-on", room.party
    room.party.locator("[data-recording=on] [data-control=recording]").click()
    yield "party-recording-who", room.party
    room.shut(mouse, room.party)
    room.host.locator("[data-control=recording_ask]").first.click()
    yield "host-recording-on", room.host
    room.host.locator("[data-control=recording_stop]").click()
    room.party.locator("[data-recording=stopped]").first.wait_for(state="attached")
    yield "party-recording-stopped", room.party


def _telephone(room: Meeting, mouse: Hand) -> Iterator[Stop]:
    expected = room.host.locator("[data-chamber=expected]")
    expected.locator("summary").click()
    yield "host-expected", room.host
    expected.locator(f"[data-person='{room.absent['person']}'] [data-control=phone_seat]").click()
    with room.people_of(mouse, room.party) as listed:
        listed.locator(f"[data-person='{room.absent['person']}']").wait_for()
        yield "party-people", room.party
    yield "host-telephone", room.host
    yield "party-telephone", room.party


def _held(room: Meeting, _mouse: Hand) -> Iterator[Stop]:
    """A break, then a side alone."""
    _do(room.host, "pause", lambda dialog: dialog.locator("[name=minutes][value='15']").check())
    room.party.locator("[data-holding=break]").wait_for()
    yield "party-break", room.party
    yield "host-break", room.host
    room.host.locator("[data-control=resume]").first.click()
    room.party.locator("[data-holding]").wait_for(state="detached")

    def alone(dialog: Locator) -> None:
        dialog.locator("[name=place][value=side_applicant]").check()
        dialog.locator(f"[name=people][value='{room.id('applicant')}']").check()

    _do(room.host, "move", alone)
    in_chamber(room.party, "side_applicant")
    yield "party-side", room.party
    yield "host-side", room.host
    room.host.locator("[data-recall]").click()
    in_chamber(room.party, "joint")
    button(room.party, "room.open_mic").click()
