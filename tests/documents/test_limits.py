import io
import subprocess
import sys
from pathlib import Path

import pytest

from documents import limits

ROOT = Path(__file__).parents[2]


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(11))
    assert limits.read_bounded(tmp_path / "file", 11) == bytes(11)
    for source in (tmp_path / "file", io.BytesIO(bytes(11))):
        with pytest.raises(limits.TooLarge, match="more than 10 bytes"):
            limits.read_bounded(source, 10)


@pytest.mark.parametrize(
    ("doing", "expected"),
    [("bytearray(3 * 1024**3)", "MemoryError"), ("[None for _ in iter(int, 1)]", "OutOfTime")],
)
def test_a_process_is_bound_in_memory_and_time(doing: str, expected: str) -> None:
    program = f"from documents import limits\nlimits.CPU = 2\nlimits.bound_process()\n{doing}\n"
    if expected == "OutOfTime":
        program = program.replace(doing, "while True: pass")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 1 and expected in done.stderr.decode()


def test_a_limit_set_from_outside_is_never_raised() -> None:
    program = (
        "import resource as r\nr.setrlimit(r.RLIMIT_CPU, (7, 7))\n"
        "from documents import limits\nlimits.bound_process()\nprint(r.getrlimit(r.RLIMIT_CPU))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout == "(7, 7)\n"
