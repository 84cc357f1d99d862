"""python -m documents verify FILE: the offline verifier of a PDF or a packet. The server judges in the same way."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from documents.command import verify_arguments, verify_command
from documents.limits import bound_process


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m documents", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="verify")
    verify_arguments(commands.add_parser("verify", help="judge a signed PDF or a court packet"))
    return verify_command(parser.parse_args(arguments))


if __name__ == "__main__":
    bound_process()
    sys.exit(main())
