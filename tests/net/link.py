"""Hosts in network namespaces of their own, joined by emulated lines: the kernels at hand have no netem.

    with Network() as network:
        server, lin = network.host("server"), network.host("lin")
        lin.shape(down=Shape(loss=0.05, delay=0.05), seed=7)
        subprocess.Popen(lin.command("ping", server.address))

Needs root or unprivileged user namespaces, /dev/net/tun, and iproute2. IPv4 only.
"""

import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.net.pipe import Shape
from tests.net.router import TICK

ROOT = Path(__file__).parents[2]


@dataclass
class Host:
    """One namespace. "Up" is from it, "down" is to it."""

    network: "Network"
    name: str
    address: str
    _inside: list[str]

    def command(self, *words: str) -> list[str]:
        """The words that run a program in this namespace; it is killed when the process that starts it dies."""
        return [*self._inside, "setpriv", "--pdeathsig", "KILL", *words]

    def shape(self, *, up: Shape | None = None, down: Shape | None = None, seed: int | None = None) -> None:
        """From now on; None leaves a direction as it is. A seed begins its chances anew."""
        sides = {"up": up and asdict(up), "down": down and asdict(down)}
        self.network.ask("shape", name=self.name, seed=seed, **sides)

    def cut(self, cut: bool = True) -> None:
        """Nothing goes in or out, and nobody is told; what is under way still arrives at the other side."""
        self.network.ask("cut", name=self.name, cut=cut)

    def only_tcp(self, port: int | None) -> None:
        """A firewall that lets nothing pass but TCP to that port of anybody; None takes it away."""
        self.network.ask("only", name=self.name, port=port)

    def move(self) -> None:
        """Into another network: a new address of its own; the old one is gone from the host, which notices."""
        self.address = self.network.fresh()
        self.network.ask("move", name=self.name, address=self.address, inner=True)

    def rebind(self) -> None:
        """The NAT before it takes a new address: the host does not notice, the others see it at the new one."""
        self.network.ask("move", name=self.name, address=self.network.fresh(), inner=False)

    def drop(self) -> None:
        """End it; its programs should have ended."""
        del self.network.hosts[self.name]
        self.network.ask("drop", name=self.name)

    def open(self, kind: int) -> socket.socket:
        """A socket of this namespace in our process; `kind` as SOCK_DGRAM."""
        return socket.socket(fileno=self.network.ask("socket", name=self.name, kind=kind)["fd"])

    def connect(self, address: tuple[str, int], timeout: float | None = None, *_: Any) -> socket.socket:
        """A TCP connection from here, as `socket.create_connection`."""
        made = self.open(socket.SOCK_STREAM)
        made.settimeout(timeout if isinstance(timeout, int | float) else None)
        try:
            made.connect(address)
        except OSError:
            made.close()
            raise
        return made


class Network:
    """All hosts of one run and the process between them."""

    def __init__(self) -> None:
        self._used = 0
        self.hosts: dict[str, Host] = {}

    def __enter__(self) -> Self:
        self._control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        mapped = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
        words = [*mapped, sys.executable, "-m", "tests.net.router", str(far.fileno())]
        self.process = subprocess.Popen(words, cwd=ROOT, pass_fds=[far.fileno()])
        far.close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self._control.close()
        self.process.wait(10)

    def ask(self, do: str, **what: Any) -> dict[str, Any]:
        """One request to the process between the hosts; `fd` in the answer is a descriptor it sent."""
        self._control.send(json.dumps({"do": do, **what}).encode())
        data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 20, 1)
        if not data:
            raise OSError(
                "no namespaces here: root or unprivileged user namespaces, /dev/net/tun and iproute2 are needed"
            )
        answer: dict[str, Any] = json.loads(data)
        if "error" in answer:
            raise OSError(answer["error"])
        return answer | ({"fd": descriptors[0]} if descriptors else {})

    def fresh(self) -> str:
        """An address nobody has had."""
        self._used += 1
        return f"10.77.{self._used // 250}.{self._used % 250 + 1}"

    def host(self, name: str) -> Host:
        """A new namespace with a perfect line."""
        address = self.fresh()
        path = self.ask("host", name=name, address=address)["namespace"]
        mapped = [] if os.geteuid() == 0 else ["--preserve-credentials", f"--user=/proc/{path.split('/')[2]}/ns/user"]
        made = self.hosts[name] = Host(self, name, address, ["nsenter", *mapped, f"--net={path}"])
        return made

    def counts(self) -> dict[str, Any]:
        """What happened to packets: per host, and how late (ms) delayed ones left: p50, p99, max; CPU seconds used."""
        found = self.ask("counts")
        late = [(tick * TICK * 1000, count) for tick, count in found["late"]]
        total = sum(count for _, count in late)

        def at(share: float) -> float:
            seen = 0
            for value, count in late:
                seen += count
                if seen >= share * total:
                    return float(round(value, 1))
            return 0.0

        found["late"] = {"packets": total, "p50": at(0.5), "p99": at(0.99), "max": at(1.0)}
        return found
