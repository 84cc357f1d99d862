"""The emulator against patterns that are known: real sockets of real kernels in namespaces, joined by the process."""

import os
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from tests.net.link import ROOT, Host, Network
from tests.net.pipe import Pipe, Shape

HEADERS = 28
"""Bytes of IPv4 and UDP."""


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network() as network:
        yield network


@pytest.fixture
def pair(network: Network) -> tuple[Host, Host]:
    """Two hosts of this test's own."""
    number = len(network.hosts)
    return network.host(f"a{number}"), network.host(f"b{number}")


class Flow:
    """Numbered datagrams from one host to another: when each left and arrived (seconds)."""

    def __init__(self, source: Host, goal: Host, size: int = 200) -> None:
        self.size = size
        self.sent: dict[int, float] = {}
        self.came: dict[int, float] = {}
        self.order: list[int] = []
        self.out, self.into = source.open(socket.SOCK_DGRAM), goal.open(socket.SOCK_DGRAM)
        self.into.bind((goal.address, 7))
        self.goal = (goal.address, 7)
        self.into.settimeout(0.5)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = self.into.recv(2048)
            except TimeoutError:
                if self.done:
                    return
                continue
            (number,) = struct.unpack_from("!L", data)
            self.came[number] = time.monotonic()
            self.order.append(number)

    done = False

    def send(self, count: int, every: float) -> "Flow":
        """All of them, then wait until nothing comes any more."""
        start = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, start + number * every - time.monotonic()))
            self.sent[number] = time.monotonic()
            self.out.sendto(struct.pack("!L", number).ljust(self.size - HEADERS, b"\0"), self.goal)
        self.done = True
        self.reader.join()
        self.out.close()
        self.into.close()
        return self

    def delays(self) -> list[float]:
        return [self.came[number] - self.sent[number] for number in self.order]


def test_a_perfect_line_loses_nothing_and_keeps_the_order(pair: tuple[Host, Host]) -> None:
    flow = Flow(*pair).send(2000, 0.0003)
    assert flow.order == list(range(2000))


def test_exactly_the_packets_the_model_names_are_lost(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    up, down = Shape(loss=0.1, burst=3), Shape(loss=0.05)
    lin.shape(up=up, seed=11)
    chen.shape(down=down, seed=12)
    flow = Flow(lin, chen).send(2000, 0.0003)
    first, second = Pipe(up, "11/up"), Pipe(down, "12/down")
    left = [number for number in range(2000) if first.send(0, 200) is not None]
    assert flow.order == [number for number in left if second.send(0, 200) is not None]
    assert 200 < 2000 - len(flow.order) < 400, "about 14.5 in a hundred"


def test_delay_is_never_short_and_hardly_long(network: Network, pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    lin.shape(up=Shape(delay=0.03), seed=1)
    chen.shape(down=Shape(delay=0.02), seed=1)
    delays = Flow(lin, chen).send(400, 0.002).delays()
    assert len(delays) == 400 and min(delays) >= 0.05
    assert statistics.median(delays) < 0.055
    assert network.counts()["late"]["p50"] < 2, "milliseconds; how late it is at most depends on who else is busy"


def test_jitter_spreads_delays_as_the_model_does(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    lin.shape(up=Shape(delay=0.02, jitter=0.06), seed=2)
    flow = Flow(lin, chen).send(600, 0.003)
    delays = flow.delays()
    assert flow.order == list(range(600))
    assert min(delays) >= 0.02 and min(delays) < 0.03
    assert 0.042 < statistics.mean(delays) < 0.062, "middle of the range, and a little for the order's sake"
    assert statistics.stdev(delays) > 0.01


def test_rate_and_queue_hold_for_a_flood(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    lin.shape(up=Shape(rate=800_000, queue=20_000), seed=3)
    flow = Flow(lin, chen, size=1000).send(300, 0.005)  # 1.6 Mb/s for 1.5 s
    seconds = flow.came[flow.order[-1]] - flow.came[flow.order[0]]
    assert (len(flow.order) - 1) * 8000 / seconds == pytest.approx(800_000, rel=0.03)
    delays = flow.delays()
    full = delays[len(delays) // 2 :]
    assert 0.18 <= statistics.median(full) < 0.21, "twenty packets of 10 ms wait, or nineteen"
    assert abs(len(flow.order) - (150 + 20)) < 8


def serve_bytes(host: Host, port: int, count: int) -> threading.Thread:
    listening = host.open(socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host.address, port))
    listening.listen()

    def serve() -> None:
        with listening, listening.accept()[0] as connection:
            try:
                connection.sendall(bytes(count))
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def fetch(connection: socket.socket, count: int) -> int:
    got = 0
    with connection:
        while got < count and (piece := connection.recv(65536)):
            got += len(piece)
    return got


def test_tcp_finds_the_rate(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    lin.shape(up=Shape(delay=0.01), down=Shape(delay=0.01, rate=4_000_000, queue=64_000), seed=4)
    serve_bytes(chen, 80, 600_000)
    start = time.monotonic()
    assert fetch(lin.connect((chen.address, 80), 10), 600_000) == 600_000
    assert 0.8 < 600_000 * 8 / 4_000_000 / (time.monotonic() - start) <= 1


def test_a_cut_line_carries_nothing_and_tcp_goes_on_afterwards(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    lin.cut()
    assert Flow(chen, lin).send(20, 0.001).order == []
    lin.cut(False)
    assert Flow(chen, lin).send(20, 0.001).order == list(range(20))
    lin.shape(down=Shape(rate=4_000_000), seed=5)
    serve_bytes(chen, 80, 400_000)
    connection = lin.connect((chen.address, 80), 10)
    assert connection.recv(1000)
    lin.cut()
    time.sleep(0.5)
    lin.cut(False)
    assert fetch(connection, 399_000) >= 399_000


def test_a_firewall_for_one_port_of_tcp(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    lin.only_tcp(443)
    assert Flow(lin, chen).send(20, 0.001).order == []
    serve_bytes(chen, 443, 5000)
    assert fetch(lin.connect((chen.address, 443), 5), 5000) == 5000
    serve_bytes(chen, 80, 5000)
    with pytest.raises(TimeoutError):
        lin.connect((chen.address, 80), 0.5)
    lin.only_tcp(None)
    assert fetch(lin.connect((chen.address, 80), 5), 5000) == 5000


def echo(socket_: socket.socket) -> tuple[str, int]:
    data, address = socket_.recvfrom(100)
    socket_.sendto(data, address)
    found: tuple[str, int] = address
    return found


def test_a_nat_takes_another_address_behind_the_hosts_back(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    near, far = lin.open(socket.SOCK_DGRAM), chen.open(socket.SOCK_DGRAM)
    with near, far:
        near.settimeout(2)
        far.settimeout(2)
        far.bind((chen.address, 9))
        near.sendto(b"before", (chen.address, 9))
        address, port = echo(far)
        assert address == lin.address and near.recv(100) == b"before"
        serve_bytes(chen, 80, 5_000_000)
        lin.shape(down=Shape(rate=1_000_000), seed=6)
        connection = lin.connect((chen.address, 80), 5)
        lin.rebind()
        near.sendto(b"after", (chen.address, 9))
        seen = echo(far)
        assert seen[0] != address and seen[1] == port
        assert near.recv(100) == b"after", "checksums of both directions hold"
        far.sendto(b"lost", (address, port))
        far.sendto(b"found", seen)
        assert near.recv(100) == b"found"
        connection.send(b"who is this")
        with pytest.raises(ConnectionResetError), connection:
            while connection.recv(65536):
                pass


def test_a_move_is_noticed_by_the_host(pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    before = lin.address
    lin.move()
    words = subprocess.run(
        lin.command("ip", "-brief", "address", "show", "wlan0"), capture_output=True, text=True
    ).stdout
    assert lin.address in words and f"{before}/" not in words
    assert Flow(lin, chen).send(20, 0.001).order == list(range(20))


def test_a_dropped_host_is_gone_while_packets_are_under_way(network: Network, pair: tuple[Host, Host]) -> None:
    lin, chen = pair
    lin.shape(up=Shape(delay=0.05), seed=1)
    with lin.open(socket.SOCK_DGRAM) as out:
        for _ in range(20):
            out.sendto(b"late", (chen.address, 7))
    chen.drop()
    time.sleep(0.1)
    left = network.counts()["hosts"]
    assert chen.name not in left and left[lin.name]["sent"] >= 20


KILLED = """
import subprocess, sys, time
from tests.net.link import Network
with Network() as network:
    member = subprocess.Popen(network.host("a").command("sleep", "100"))
    while b"sleep" not in open(f"/proc/{member.pid}/cmdline", "rb").read().split(b"\\0")[0]:
        time.sleep(0.01)
    print(network.process.pid, member.pid, flush=True)
    time.sleep(100)
"""


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_outlives_a_killed_test() -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    pids = [int(pid) for pid in child.stdout.readline().split()]
    assert len(pids) == 2 and all(alive(pid) for pid in pids)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    end = time.monotonic() + 10
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.02)
