"""The command `hejie`."""

import runpy
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 well, 1 something is wrong (said on stderr), 2 misused."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["verify"]:  # its arguments are its own
        return judge(words[1:])
    from server.commands import obey  # seconds of reading: who judges a pile of files does not wait for a server

    return obey(words)


def judge(words: list[str]) -> int:
    """The same as `python -m documents verify`: the offline verifier needs none of our other packages."""
    before = sys.argv
    sys.argv = ["hejie", "verify", *words]
    try:
        runpy.run_module("documents", run_name="__main__")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0 if left.code is None else 2
    finally:
        sys.argv = before
    return 0


if __name__ == "__main__":
    sys.exit(main())
