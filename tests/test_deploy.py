"""The set-up: what it says when something is missing, and that an interrupted stage resumes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def bare_path(folder: Path, *commands: str) -> dict[str, str]:
    """An environment whose PATH holds these commands only."""
    folder.mkdir()
    for command in ("bash", "id", "sort", *commands):
        # Not what PATH holds: that may be a shim that needs more commands.
        found = os.path.realpath(sys.executable) if command == "python3" else shutil.which(command)
        assert found, command
        (folder / command).symlink_to(found)
    return {"PATH": str(folder)}


def needs(what: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "deploy/needs.sh", what], env=env, capture_output=True, text=True)


def test_a_missing_command_is_named_with_what_mends_it_and_nothing_is_touched(tmp_path: Path) -> None:
    answer = needs("run", bare_path(tmp_path / "bin", "python3", "make"))
    assert answer.returncode == 1
    assert "missing: node (20 or newer)   mend: apt-get install nodejs" in answer.stderr
    assert "missing: npm   mend: apt-get install npm" in answer.stderr
    assert "Nothing was changed" in answer.stderr


def test_an_old_python_is_named(tmp_path: Path) -> None:
    env = bare_path(tmp_path / "bin", "make", "node", "npm")
    old = tmp_path / "bin" / "python3"
    old.write_text('#!/bin/bash\n[ "$1" = --version ] && { echo Python 3.9.2; exit 0; }\nexit 1\n')
    old.chmod(0o755)
    answer = needs("run", env)
    assert answer.returncode == 1
    assert "too old: Python 3.9.2, 3.11 or newer is needed" in answer.stderr


def test_nothing_is_said_when_nothing_is_missing(tmp_path: Path) -> None:
    answer = needs("run", bare_path(tmp_path / "bin", "python3", "make", "node", "npm"))
    assert (answer.returncode, answer.stderr) == (0, "")


def test_an_unknown_purpose_is_refused() -> None:
    answer = subprocess.run([ROOT / "deploy/needs.sh", "fly"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert "usage" in answer.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "input").write_text("one")
    return tmp_path


def stage(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    words = [str(ROOT / "deploy/stage.sh"), "step", "A step", "input", "--", "bash", "-c", command]
    return subprocess.run(words, cwd=project, capture_output=True, text=True)


def test_a_stage_runs_once_per_state_of_its_inputs(project: Path) -> None:
    command = "cat input >> log"
    assert "A step" in stage(project, command).stdout
    assert stage(project, command).stdout == ""
    (project / "input").write_text("two")
    assert "A step" in stage(project, command).stdout
    assert (project / "log").read_text() == "onetwo"


def test_an_interrupted_stage_runs_again(project: Path) -> None:
    command = "echo x >> log; [ -e mended ]"
    assert stage(project, command).returncode != 0
    (project / "mended").touch()
    assert stage(project, command).returncode == 0
    assert stage(project, command).returncode == 0
    assert (project / "log").read_text() == "x\nx\n"
