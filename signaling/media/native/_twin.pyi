"""See core.h and module.c; the meaning is that of forward.py, numbers.py and outbox.py."""

from signaling.media.forward import forward as forward
from signaling.media.numbers import Numbers as Numbers
from signaling.media.outbox import Outbox as Outbox
from signaling.media.outbox import Outlet as Outlet
