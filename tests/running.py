"""A real `hejie serve` process for stories told through the front door."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass
class Server:
    """`hejie serve` in demo mode on a free port, with data of its own that survives a restart."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    extra: dict[str, str] = field(default_factory=dict)
    module: str = "server.cli"
    """What is run; told `serve`."""
    host: str = "127.0.0.1"
    inside: Callable[..., list[str]] = lambda *words: list(words)
    """Wraps the command line: into another network namespace."""
    urlopen: Callable[..., Any] = urllib.request.urlopen

    @property
    def pid(self) -> int:
        if self.process is None:
            raise RuntimeError("not started")
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith("HEJIE_")}
        env |= {"HEJIE_DEMO": "1", "HEJIE_HOST": self.host, "HEJIE_PORT": str(self.port), "HEJIE_DATA": str(self.data)}
        with (self.data.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.inside(sys.executable, "-m", self.module, "serve"),
                cwd=ROOT,
                env=env | self.extra,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + 60
        while True:
            try:
                with self.urlopen(self.url + "/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.data.parent / "server.log").read_text()[-4000:]) from None
                time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)

    def get_bytes(self, path: str) -> bytes:
        with self.urlopen(self.url + path, timeout=10) as answer:
            content: bytes = answer.read()
            return content

    def get(self, path: str) -> Any:
        return json.loads(self.get_bytes(path))

    def post(self, path: str, body: object) -> Any:
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Origin": self.url},
        )
        with self.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def case(self, story: str = "leak") -> dict[str, Any]:
        """A fresh case of the demo centre: ids, login, one link per party."""
        answer: dict[str, Any] = self.post("/api/demo/cases", {"case": story})
        return answer

    def code(self, person: str) -> str:
        """The newest one-time code delivered to this person."""
        codes = [m["code"] for m in self.get("/api/demo")["outbox"] if m.get("person") == person and m.get("code")]
        return str(codes[-1])

    def link(self, person: str) -> str:
        """The newest join link delivered to this person."""
        links = [m["url"] for m in self.get("/api/demo")["outbox"] if m.get("person") == person and m.get("url")]
        return str(links[-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
