"""The compiled twin of the hot path where it was built, its Python where not: same names, same meaning, same tests.

The twin (the `.c` files here) is built at install where a compiler and OpenSSL's headers are. HEJIE_MEDIA_NATIVE=0
forces the Python. It decides nothing: who feeds whom, from which packet on and with which numbers stands in `leg.py`
and `publish.py`; a pipe that is thin, has no keys yet or uses no AES-GCM is served by the Python way.
"""

import os

from signaling.media import rtp

try:
    if os.environ.get("HEJIE_MEDIA_NATIVE") == "0":
        raise ImportError("not wanted")
    from ._twin import Inbox, Inlet, Numbers, Outbox, Outlet, forward, scan, shapes, vp8

    shapes(rtp.Layout, rtp.MALFORMED, rtp.Vp8, rtp.NO_VP8)
    COMPILED = True
except ImportError:
    from signaling.media.forward import forward
    from signaling.media.inbox import Inbox, Inlet
    from signaling.media.numbers import Numbers
    from signaling.media.outbox import Outbox, Outlet
    from signaling.media.rtp import scan, vp8

    COMPILED = False

__all__ = ["COMPILED", "Inbox", "Inlet", "Numbers", "Outbox", "Outlet", "forward", "scan", "vp8"]
