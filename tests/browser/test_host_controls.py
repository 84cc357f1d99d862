"""Every control of the host's room with 2, 4 and 8 people in real Chromium, by mouse, by touch and by keyboard. One
meeting for each number of people; each test leaves it as it found it. The others see on their pages what was done.
`make test` plays each number by one way and each way with one number, `make controls` all nine."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import People
from tests.browser.hosting import WAYS, Hand, in_chamber
from tests.browser.meeting import Meeting, convene
from tests.browser.steps import LONG, say
from tests.running import Server

SIZES = (2, 4, 8)
SHORT = {(2, "mouse"), (2, "keyboard"), (4, "touch")}
"""What `make test` plays of the nine; eight pages need more than two cores give, `make controls` plays them all."""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.parametrize(
        "meeting, hand",
        [
            pytest.param(size, way, marks=() if (size, way) in SHORT else pytest.mark.whole)
            for size in SIZES
            for way in WAYS
        ],
        indirect=True,
        scope="module",
    ),
]


@pytest.fixture(scope="module")
def meeting(request: pytest.FixtureRequest, chromium: Browser, server: Server) -> Iterator[Meeting]:
    people = People(chromium, server)
    yield convene(people, server, request.param)
    people.close()


@pytest.fixture
def hand(request: pytest.FixtureRequest) -> Hand:
    return Hand(request.param)


def test_lobby_back_and_forth(meeting: Meeting, hand: Hand) -> None:
    host, party, person = meeting.host, meeting.party, meeting.id("applicant")
    hand.use(meeting.menu(hand, person).locator("[data-control=back_to_lobby]"))
    hand.use(host.locator("[data-control=confirm-send-out]"))
    expect(party.locator("[data-lobby][data-state=waiting]")).to_be_visible(timeout=LONG)
    hand.use(host.locator(f"[data-admit='{person}']"))
    in_chamber(party, "joint")
    meeting.open_microphone(hand)


def test_lock(meeting: Meeting, hand: Hand) -> None:
    lock = meeting.host.locator("[data-control=lock]")
    for state in ("true", "false"):
        hand.use(lock)
        expect(lock).to_have_attribute("aria-pressed", state)


def test_microphone_and_camera_of_another(meeting: Meeting, hand: Hand) -> None:
    """Held by the host they say so to their owner; let go they stay closed until the owner opens them."""
    person = meeting.id("applicant")
    for kind, own, held in (("audio", "microphone", "mic_held"), ("video", "camera", "cam_held")):
        theirs = meeting.party.locator(f"[data-control={own}]")
        expect(theirs).to_have_attribute("aria-pressed", "true")
        hold = f"[data-control=host_mute][data-kind={kind}]"
        hand.use(meeting.menu(hand, person).locator(hold))
        expect(theirs).to_contain_text(say(f"room.{held}"))
        meeting.shut(hand)
        hand.use(meeting.menu(hand, person).locator(hold))
        expect(theirs).not_to_contain_text(say(f"room.{held}"))
        meeting.shut(hand)
        expect(theirs).to_have_attribute("aria-pressed", "false")
        hand.use(theirs)
        expect(theirs).to_have_attribute("aria-pressed", "true")


def test_mute_all(meeting: Meeting, hand: Hand) -> None:
    hand.use(meeting.host.locator("[data-control=mute_all]"))
    hand.use(meeting.host.locator("[data-control=confirm-mute_all]"))
    for page in meeting.speakers():
        expect(page.locator("[data-control=microphone]")).to_have_attribute("aria-pressed", "false")
    for page in meeting.speakers():
        hand.use(page.locator("[data-control=microphone]"))
        expect(page.locator("[data-control=microphone]")).to_have_attribute("aria-pressed", "true")


def test_rename_and_spotlight(meeting: Meeting, hand: Hand) -> None:
    person, name = meeting.id("applicant"), meeting.name("applicant")
    for new in ("郑先生", name):
        hand.use(meeting.menu(hand, person).locator("[data-control=rename]"))
        hand.write(meeting.host.locator("dialog[open] [name=name]"), new)
        hand.use(meeting.host.locator("[data-control=confirm-rename]"))
        meeting.shut(hand)
        for page in meeting.pages.values():
            with meeting.people_of(hand, page) as listed:  # one's own small picture says "me"
                expect(listed.locator(f"[data-person='{person}']").first).to_contain_text(new)
    for state in ("true", "false"):
        hand.use(meeting.menu(hand, person).locator("[data-control=spotlight]"))
        meeting.shut(hand)
        expect(meeting.menu(hand, person).locator("[data-control=spotlight]")).to_have_attribute("aria-pressed", state)
        meeting.shut(hand)


def test_raised_hands_in_order(meeting: Meeting, hand: Hand) -> None:
    hand.use(meeting.party.locator("[data-control=hand]"))
    order = meeting.host.locator("[data-hands]")
    expect(order).to_contain_text(meeting.name("applicant"))
    hand.use(order.locator("[data-control=lower_hand]").first)
    expect(meeting.party.locator("[data-control=hand]")).to_have_attribute("aria-pressed", "false")
    expect(meeting.host.locator("[data-hands] [data-control=lower_hand]")).to_have_count(0)


def test_speaking_order_with_its_timer(meeting: Meeting, hand: Hand) -> None:
    host, speaking = meeting.host, [role for role in meeting.pages if role in ("applicant", "respondent")]
    hand.use(host.locator("[data-control=floor]"))
    for role in speaking:
        hand.tick(host.locator(f"dialog[open] [name=people][value='{meeting.id(role)}']"))
    hand.use(host.locator("[data-control=confirm-floor]"))
    for page in meeting.pages.values():
        expect(page.locator(f"[data-floor='{meeting.id('applicant')}']")).to_be_visible()
    hand.use(host.locator("[data-control=floor_more]"))
    if len(speaking) > 1:
        hand.use(host.locator("[data-control=floor_next]"))
        for page in meeting.pages.values():
            expect(page.locator(f"[data-floor='{meeting.id('respondent')}']")).to_be_visible()
    hand.use(host.locator("[data-control=floor_end]"))
    for page in meeting.pages.values():
        expect(page.locator("[data-floor]")).to_have_count(0)


def test_words_to_all_and_to_one(meeting: Meeting, hand: Hand) -> None:
    host, text = meeting.host, f"请大家看第二页（{hand.way}）"
    hand.use(host.locator("[data-control=broadcast]"))
    hand.write(host.locator("dialog[open] [name=text]"), text)
    hand.use(host.locator("[data-control=confirm-broadcast]"))
    for page in meeting.guests():
        expect(page.locator("[data-broadcast]").filter(has_text=text)).to_be_visible()
        hand.use(page.locator("[data-broadcast]").filter(has_text=text).get_by_role("button"))
        expect(page.locator("[data-broadcast]").filter(has_text=text)).to_have_count(0)


def test_words_to_one_alone(meeting: Meeting, hand: Hand) -> None:
    """A host writes to one person; that one answers; nobody else reads either."""
    host, party, text = meeting.host, meeting.party, f"只有您看得到（{hand.way}）"
    hand.use(meeting.menu(hand, meeting.id("applicant")).locator("[data-control=write]"))
    hand.write(host.locator("[data-region=pane] [name=text]"), text)
    hand.use(host.locator("[data-control=confirm-write]"))
    hand.use(party.locator("[data-control=chat]"))
    hand.use(party.locator("[data-chat] [data-unread]"))  # words for oneself wait in a place of their own
    expect(party.locator("[data-private-lines]").filter(has_text=text)).to_be_visible()
    for role, page in meeting.pages.items():
        if role not in ("mediator", "applicant"):
            assert text not in page.content()
    hand.use(party.locator("[data-control=chat]"))
    hand.use(host.locator("[data-control=chat]"))


def test_stage(meeting: Meeting, hand: Hand) -> None:
    hand.use(meeting.host.locator("[data-control=stage]"))
    hand.use(meeting.host.locator("[data-stage=opening]"))
    for page in meeting.pages.values():
        expect(page.locator("[data-room]")).to_contain_text(say("room.course.opening"))
    meeting.shut(hand)


@pytest.mark.parametrize("minutes, holding", [("0", "pause"), ("5", "break")])
def test_pause_and_break(meeting: Meeting, hand: Hand, minutes: str, holding: str) -> None:
    host = meeting.host
    hand.use(host.locator("[data-control=pause]"))
    choose(hand, host.locator("dialog[open] [name=minutes]"), minutes)
    hand.use(host.locator("[data-control=confirm-pause]"))
    for page in meeting.pages.values():
        expect(page.locator(f"[data-holding={holding}]")).to_be_visible()
    hand.use(host.locator("[data-control=resume]").first)
    for page in meeting.pages.values():
        expect(page.locator("[data-holding]")).to_have_count(0)


def test_a_private_talk_and_back(meeting: Meeting, hand: Hand) -> None:
    host = meeting.host
    hand.use(host.locator("[data-caucus=applicant]"))
    hand.use(host.locator("[data-control=confirm-move]"))
    in_chamber(meeting.party, "caucus_applicant")
    in_chamber(host, "caucus_applicant")
    _recalled(meeting, hand)


def test_a_side_among_themselves(meeting: Meeting, hand: Hand) -> None:
    host = meeting.host
    hand.use(host.locator("[data-control=move]"))
    hand.tick(host.locator("[name=place][value=side_applicant]"))
    hand.tick(host.locator(f"[name=people][value='{meeting.id('applicant')}']"))
    hand.use(host.locator("[data-control=confirm-move]"))
    in_chamber(meeting.party, "side_applicant")
    in_chamber(host, "joint")
    _recalled(meeting, hand)


def _recalled(meeting: Meeting, hand: Hand) -> None:
    hand.use(meeting.host.locator("[data-recall]"))
    for page in (meeting.host, meeting.party):
        in_chamber(page, "joint")
    meeting.open_microphone(hand)


def test_a_seat_by_telephone(meeting: Meeting, hand: Hand) -> None:
    host, person, name = meeting.host, meeting.absent["person"], meeting.absent["name"]
    expected = host.locator("[data-chamber=expected]")
    if expected.get_attribute("open") is None:
        hand.use(expected.locator("summary"))
    hand.use(expected.locator(f"[data-person='{person}'] [data-control=phone_seat]"))
    for page in meeting.guests():
        with meeting.people_of(hand, page) as listed:
            expect(listed.locator(f"[data-person='{person}']").first).to_contain_text(name)
    hand.use(meeting.menu(hand, person).locator("[data-control=phone_seat]"))
    expect(host.locator(f"[data-chamber=expected] [data-person='{person}']")).to_be_attached()


def test_a_quiet_call_for_help(meeting: Meeting, hand: Hand) -> None:
    hand.use(meeting.party.locator("[data-control=distress]"))
    called = meeting.host.locator("[data-distress=sent]").first
    expect(called).to_be_visible()
    for role, page in meeting.pages.items():
        if role not in ("mediator", "co_mediator", "applicant"):
            expect(page.locator("[data-distress]")).to_have_count(0)
    hand.use(meeting.host.locator("[data-control=distress_seen]").first)
    expect(meeting.host.locator("[data-distress=sent]")).to_have_count(0)
    hand.use(meeting.party.locator("[data-control=distress]"))
    expect(meeting.party.locator("[data-control=distress]")).to_have_attribute("aria-pressed", "false")
    expect(meeting.host.locator("[data-distress]")).to_have_count(0)


def test_handing_over(meeting: Meeting, hand: Hand) -> None:
    """Only where somebody is there to take it."""
    host, other = meeting.host, meeting.pages.get("co_mediator")
    if other is None:
        expect(host.locator("[data-control=hand_over]")).to_have_count(0)
        return
    here, there = meeting.id("mediator"), meeting.id("co_mediator")
    hand.use(meeting.menu(hand, there).locator("[data-control=hand_over]"))
    expect(other.locator(f"[data-lead='{there}']").first).to_be_attached()
    meeting.shut(hand)
    hand.use(meeting.menu(hand, here, other).locator("[data-control=hand_over]"))
    expect(host.locator(f"[data-lead='{here}']").first).to_be_attached()
    meeting.shut(hand, other)


def test_recording_begins_when_all_agree_and_stops_when_one_takes_it_back(meeting: Meeting, hand: Hand) -> None:
    host = meeting.host
    hand.use(host.locator("[data-control=recording_ask]"))
    hand.use(host.locator("[data-control=confirm-recording_ask]"))
    for page in meeting.guests():
        if page in meeting.agreed:  # by the hand before this one: a yes holds until its owner takes it back
            continue
        expect(page.locator("[data-recording-ask] [data-control=recording_agree]")).to_be_visible()
        expect(host.locator("[data-recording=on]")).to_have_count(0)
        hand.use(page.locator("[data-recording-ask] [data-control=recording_agree]"))
    meeting.shut(hand)
    for page in meeting.pages.values():
        expect(page.locator("[data-recording=on]").first).to_be_visible()
    hand.use(meeting.party.locator("[data-recording=on] [data-control=recording]"))
    hand.use(meeting.party.locator("dialog[open] [data-control=recording_refuse]"))
    meeting.agreed = [page for page in meeting.guests() if page is not meeting.party]
    for page in meeting.pages.values():
        expect(page.locator("[data-recording=on]")).to_have_count(0)
    meeting.shut(hand, meeting.party)


def choose(hand: Hand, field: Locator, value: str) -> None:
    """One of several choices, whether they are drawn as a list or as circles."""
    if field.first.evaluate("one => one.tagName") == "SELECT":
        field.first.select_option(value)
    else:
        hand.tick(field.and_(field.page.locator(f"[value='{value}']")))
