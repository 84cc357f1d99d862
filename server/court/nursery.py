"""The process in which files of strangers are judged. It loads the verifier once and then forks for each file: loading
takes ten times as long as judging. It never reads a file itself; a child reads one, within its limits, and ends.

Run by path and not as a module, so that nothing of the server is in its memory."""

import argparse
import gc
import os
import resource
import signal
import socket
import sys
from typing import NoReturn

from documents import verify_arguments, verify_command

WORDS = 4096
"""Bytes of a child's arguments."""


def main(data: int, addresses: int, seconds: int) -> None:
    """Each message on the line at standard input is a child's arguments, with four files: its standard input, output
    and error, and a pipe on which it tells its number and at last its exit code."""
    line = socket.socket(fileno=os.dup(0))
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
    resource.setrlimit(resource.RLIMIT_DATA, (data, data))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()  # a collection in a child would copy every page it shares
    line.send(b"ready")
    while True:
        words, files, _, _ = socket.recv_fds(line, WORDS, 4)
        if not files:
            return
        if os.fork() == 0:
            line.close()
            _judge(words.decode().split("\0"), files, seconds)
        for each in files:
            os.close(each)


def _judge(words: list[str], files: list[int], seconds: int) -> NoReturn:
    """Limits first: what follows is bound before it has read a byte of the file."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        signal.setitimer(signal.ITIMER_REAL, seconds)  # should nobody be left to end it
        for standard, each in enumerate(files[:3]):
            os.dup2(each, standard)
        os.write(files[3], b"%d " % os.getpid())
        parser = argparse.ArgumentParser()
        verify_arguments(parser)
        code = verify_command(parser.parse_args(words))
        os.write(files[3], b"%d" % code)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
