"""The process between the namespaces: a TUN device in each, and every packet goes through the pipes of two lines.

Started by `tests.net.link.Network`, asked over a socket of packets: one JSON request `{"do": ..}`, one JSON answer, at
most one file descriptor with it. Namespaces have no names: they live as long as this process and their members, so that
nothing is left behind however the tests end. It ends when the other side of the socket is closed.
"""

import asyncio
import ctypes
import fcntl
import gc
import heapq
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
from collections import Counter
from typing import Any

from tests.net import packet
from tests.net.pipe import Pipe, Shape

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
DEVICE = "wlan0"  # Chromium takes no notice of devices called tun*
READS = 64
"""Packets taken from one device before the others get their turn."""
TICK = 0.0001
"""Seconds of one step of the counted lateness."""


def enter(namespace: int) -> None:
    if LIBC.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Host:
    """One namespace with its device and line. `inner` is its own address, `outer` the one the others see."""

    def __init__(self, name: str, address: str, home: int) -> None:
        self.name = name
        self.inner = self.outer = socket.inet_aton(address)
        self.up, self.down = Pipe(Shape(), f"{name}/up"), Pipe(Shape(), f"{name}/down")
        self.cut = False
        self.only: int | None = None
        self.counts: Counter[str] = Counter()
        if LIBC.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        try:
            self.namespace = os.open("/proc/self/ns/net", os.O_RDONLY)
            self.device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(self.device, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
            ip("link", "set", "lo", "up")
            ip("link", "set", DEVICE, "up", "txqueuelen", "5000")  # bursts are lost by our model alone
            self._settle(address)
        finally:
            enter(home)

    def _settle(self, address: str) -> None:
        ip("address", "add", f"{address}/32", "dev", DEVICE)
        ip("route", "replace", "default", "dev", DEVICE, "src", address)

    def move(self, address: str, home: int) -> None:
        """Another address, as by another network: what was bound to the old one is cut off."""
        enter(self.namespace)
        try:
            ip("address", "flush", "dev", DEVICE)
            self._settle(address)
        finally:
            enter(home)
        self.inner = self.outer = socket.inet_aton(address)

    def passes(self, data: bytes, place: int) -> bool:
        """Whether the line takes the packet; `place`: which of the two TCP ports is the far one, 0 source, 1 target."""
        if self.cut:
            self.counts["cut"] += 1
            return False
        if self.only is not None:
            ports = packet.tcp_ports(data)
            if ports is None or ports[place] != self.only:
                self.counts["filtered"] += 1
                return False
        return True


class Router:
    """All hosts and every packet under way."""

    def __init__(self, loop: asyncio.AbstractEventLoop, control: socket.socket) -> None:
        self.loop, self.control = loop, control
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.hosts: dict[str, Host] = {}
        self.routes: dict[bytes, Host] = {}
        self.late: Counter[int] = Counter()
        self._way: list[tuple[float, int, Host, bytes]] = []
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None
        loop.add_reader(control, self._asked)

    # --- packets ----------------------------------------------------------------------------------------------------

    def _read(self, host: Host) -> None:
        for _ in range(READS):
            try:
                data = os.read(host.device, 65535)
            except BlockingIOError:
                return
            if data[0] >> 4 == 4:  # the kernel speaks IPv6 on its own
                self._route(host, data)

    def _route(self, host: Host, data: bytes) -> None:
        host.counts["sent"] += 1
        if not host.passes(data, 1) or packet.source(data) != host.inner:
            return
        goal = self.routes.get(packet.target(data))
        if goal is None:
            host.counts["unrouted"] += 1
            return
        if host.inner != host.outer:
            data = packet.readdress(data, 12, host.outer)
        now = self.loop.time()
        middle = host.up.send(now, len(data))
        if middle is None:
            return
        # The far line sees the packet only when it comes out of the near one.
        if middle > now:
            self._later(middle, host, data)
        else:
            self._down(goal, data, now)

    def _down(self, goal: Host, data: bytes, now: float) -> None:
        if not goal.passes(data, 0):
            return
        due = goal.down.send(now, len(data))
        if due is None:
            return
        if due > now:
            self._later(due, goal, data, arrived=True)
        else:
            self._deliver(goal, data)

    def _deliver(self, goal: Host, data: bytes) -> None:
        if packet.target(data) != goal.outer:
            return  # it has moved meanwhile
        if goal.inner != goal.outer:
            data = packet.readdress(data, 16, goal.inner)
        try:
            os.write(goal.device, data)
            goal.counts["received"] += 1
        except OSError:
            goal.counts["refused"] += 1

    def _later(self, due: float, host: Host, data: bytes, *, arrived: bool = False) -> None:
        """`arrived`: at the end of the second line, where `host` is the goal."""
        self._number += 2
        heapq.heappush(self._way, (due, self._number + arrived, host, data))
        if self._timer is None or due < self._timer.when():
            self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_at(self._way[0][0], self._flush) if self._way else None

    def _flush(self) -> None:
        self._timer = None
        now = self.loop.time()
        while self._way and self._way[0][0] <= now:
            due, number, host, data = heapq.heappop(self._way)
            self.late[int((now - due) / TICK)] += 1
            if number & 1:
                self._deliver(host, data)
            elif goal := self.routes.get(packet.target(data)):
                self._down(goal, data, now)
            now = self.loop.time()
        self._arm()

    # --- requests ---------------------------------------------------------------------------------------------------

    def _asked(self) -> None:
        data = self.control.recv(65536)
        if not data:
            self.loop.stop()
            return
        request = json.loads(data)
        act = getattr(self, f"do_{request.pop('do')}")
        try:
            answer, descriptors = act(**request)
        except (OSError, subprocess.CalledProcessError) as error:
            answer, descriptors = {"error": f"{error} {getattr(error, 'stderr', b'') or ''!r}"}, []
        socket.send_fds(self.control, [json.dumps(answer).encode()], descriptors)
        for one in descriptors:
            os.close(one)

    def do_host(self, name: str, address: str) -> tuple[Any, list[int]]:
        host = self.hosts[name] = Host(name, address, self.home)
        self.routes[host.outer] = host
        self.loop.add_reader(host.device, self._read, host)
        return {"namespace": f"/proc/{os.getpid()}/fd/{host.namespace}"}, []

    def do_drop(self, name: str) -> tuple[Any, list[int]]:
        """The host is gone: namespace and device end with their last member."""
        host = self.hosts.pop(name)
        del self.routes[host.outer]
        self.loop.remove_reader(host.device)
        host.outer = b""  # what is still under way finds nobody
        os.close(host.device)
        os.close(host.namespace)
        return {}, []

    def do_shape(self, name: str, seed: int | None, **sides: dict[str, float] | None) -> tuple[Any, list[int]]:
        host = self.hosts[name]
        for side, shape in sides.items():
            if shape is None:
                continue
            if seed is not None:
                setattr(host, side, Pipe(Shape(), f"{seed}/{side}"))
            getattr(host, side).shape = Shape(**shape)  # type: ignore[arg-type]
        return {}, []

    def do_cut(self, name: str, cut: bool) -> tuple[Any, list[int]]:
        self.hosts[name].cut = cut
        return {}, []

    def do_only(self, name: str, port: int | None) -> tuple[Any, list[int]]:
        self.hosts[name].only = port
        return {}, []

    def do_move(self, name: str, address: str, inner: bool) -> tuple[Any, list[int]]:
        host = self.hosts[name]
        del self.routes[host.outer]
        if inner:
            host.move(address, self.home)
        host.outer = socket.inet_aton(address)
        self.routes[host.outer] = host
        return {}, []

    def do_socket(self, name: str, kind: int) -> tuple[Any, list[int]]:
        enter(self.hosts[name].namespace)
        try:
            return {}, [socket.socket(socket.AF_INET, kind).detach()]
        finally:
            enter(self.home)

    def do_counts(self) -> tuple[Any, list[int]]:
        """Per host what happened to packets; `late` in steps of TICK; seconds of processor time."""
        hosts = {
            name: dict(host.counts)
            | {
                f"{side}_{what}": getattr(getattr(host, side), what)
                for side in ("up", "down")
                for what in ("lost", "dropped")
            }
            for name, host in self.hosts.items()
        }
        return {"hosts": hosts, "late": sorted(self.late.items()), "cpu": sum(os.times()[:2])}, []


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    try:  # in time although browsers keep all cores busy
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        pass
    gc.disable()  # nothing here makes circles
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())  # epoll would wake on whole milliseconds
    Router(loop, control)
    loop.run_forever()


if __name__ == "__main__":
    main()
