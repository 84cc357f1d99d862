"""See core.h and module.c; the meaning is that of forward.py, numbers.py, inbox.py and outbox.py."""

from signaling.media.forward import forward as forward
from signaling.media.inbox import Inbox as Inbox
from signaling.media.inbox import Inlet as Inlet
from signaling.media.numbers import Numbers as Numbers
from signaling.media.outbox import Outbox as Outbox
from signaling.media.outbox import Outlet as Outlet
from signaling.media.rtp import Layout, Vp8
from signaling.media.rtp import scan as scan
from signaling.media.rtp import vp8 as vp8

def shapes(layout: type[Layout], malformed: Layout, vp8: type[Vp8], none: Vp8) -> None: ...
