"""Starts real `hejie serve` processes quickly: everything is imported once, then each server is a fork of this process.
Commands and answers are JSON lines on stdin and stdout."""

from __future__ import annotations

import atexit
import importlib
import json
import os
import sys
import traceback
from dataclasses import replace
from typing import Any

import server.cli
import server.commands
from server import settings
from tests.kill.faults import Fault, arm


def child(order: dict[str, Any]) -> int:
    """Become the server; with a fault, if one was ordered."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for name in [name for name in os.environ if name.startswith("HEJIE_")]:
        del os.environ[name]
    os.environ.update(order["env"])
    if order.get("prepare"):
        module, _, name = order["prepare"].partition(":")
        getattr(importlib.import_module(module), name)()
    if order["fault"] is not None:
        arm(Fault(**order["fault"]))
    read = server.commands.from_env

    def impatient(environ: Any) -> settings.Settings:
        """A code may be asked for again at once: the people of these stories do not wait a minute."""
        found = read(environ)
        return replace(found, login=replace(found.login, code_resend=0, attempts=1000))

    server.commands.from_env = impatient
    try:
        return server.cli.main(["serve"])
    finally:
        atexit._run_exitfuncs()


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer: object = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        elif pid := os.fork():
            answer = pid
        else:
            code = 70
            try:
                code = child(order)
            except BaseException:
                traceback.print_exc()  # into the server's log
            finally:
                os._exit(code)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
