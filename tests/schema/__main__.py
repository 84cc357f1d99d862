"""`python -m tests.schema --examples N`: N requests to each of the channels' doors and a tenth to every other; figures
to build/schema.json."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.running import Server, free_port
from tests.schema.campaign import all_doors, channel_doors


def main() -> int:
    """1 when there was a fault."""
    parser = argparse.ArgumentParser(prog="tests.schema")
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--only", choices=("channels", "all"))
    options = parser.parse_args()
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "var", free_port(), extra={"HEJIE_PROXIES": "1"})
        server.start()
        try:
            if options.only != "all":
                told["channels"] = channel_doors(server, options.examples)
            if options.only != "channels":
                told["all"] = all_doors(server, max(2, options.examples // 10))
        finally:
            server.stop()
    for name, tally in told.items():
        answers = dict(sorted(tally.answers.items()))
        print(
            f"{name}: {tally.examples} requests to {tally.doors} doors, answers {answers}, {len(tally.faults)} faults"
        )
        print(*tally.faults, sep="\n\n")
    figures = {name: {**vars(one), "answers": dict(one.answers)} for name, one in told.items()}
    Path("build").mkdir(exist_ok=True)
    Path("build/schema.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    return 1 if any(one.faults for one in told.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
