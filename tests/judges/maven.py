"""Judges that come from Maven: veraPDF for PDF/A-3b, EU DSS for PAdES, now and years later.

Where Maven or its registry cannot be reached they answer "unproven". Versions are in verapdf.xml and dss.xml."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.serialization import pkcs7

from tests.judges.answers import Answer, answer
from tests.judges.files import STAGES, State, signatures, soon
from tests.judges.java import lines

HERE = Path(__file__).parent
YEARS = (0, 1, 5, 10, 12, 20)
DECLARED = "6.6.4-3 "
"""veraPDF's rule that a file must declare the level it is judged by: ours declares B."""


class Unreachable(Exception):
    """The judge could not be had, and why."""


def classpath(name: str) -> str:
    """The jars of a judge, fetched by Maven into its own store. Raises Unreachable."""
    path = Path("build/judges") / f"{name}.classpath"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["mvn", "-q", "-B", "-f", str(HERE / f"{name}.xml"), "dependency:build-classpath"]
    try:
        done = subprocess.run(
            [*command, f"-Dmdep.outputFile={path.resolve()}"], capture_output=True, text=True, timeout=900
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreachable(f"no Maven: {error}") from error
    if done.returncode:
        first = next((line for line in done.stdout.splitlines() if "ERROR" in line), "Maven failed")
        raise Unreachable(first[:160])
    return path.read_text().strip()


def verapdf(states: Sequence[State]) -> Iterator[Answer]:
    """PDF/A-3b at every stage, level A of the finished files: they are tagged, though they claim no more than B."""
    try:
        jars = classpath("verapdf")
    except Unreachable as error:
        yield from (answer("veraPDF 3b", state, None, str(error)) for state in states)
        return
    finished = [state for state in states if state.stage in ("sealed", "form", "copy")]
    said = lines("VeraPdfJudge", jars, ["3b", *(str(state.path) for state in states)])
    said += lines("VeraPdfJudge", jars, ["3a", *(str(state.path) for state in finished)])
    for state in states:
        for flavour in ("3b", "3a") if state in finished else ("3b",):
            (found,) = [line for line in said if line[:2] == [str(state.path), flavour]]
            complaints = [each for each in found[4].split(" | ") if each]
            if flavour == "3a":
                complaints = [each for each in complaints if not each.startswith(DECLARED)]
            tail = "" if flavour == "3b" else ", but for the claim of level A"
            says = "; ".join(complaints) or f"compliant{tail}, {found[3]} checks"
            yield answer(f"veraPDF {flavour}", state, not complaints, says)


def dss(states: Sequence[State], years: Sequence[int] = YEARS) -> Iterator[Answer]:
    """The sealed file now and later, the renewed one from its renewal on, minutes only now; its own root trusted, no
    network."""
    judged = [state for state in states if state.stage in STAGES[3:]]
    try:
        jars = classpath("dss")
    except Unreachable as error:
        yield from (answer("EU DSS", state, None, str(error)) for state in judged)
        return
    asked = [
        (state, year, moment)
        for state in judged
        for year in (years[:1] if state.file == "minutes" else years)
        if (moment := later(state, year))
    ]
    with TemporaryDirectory() as place:
        jobs = Path(place) / "jobs"
        rows = [f"{state.path}\t{state.root}\t{moment:%Y-%m-%dT%H:%M:%SZ}\n" for state, _, moment in asked]
        jobs.write_text("".join(rows), encoding="utf-8")
        said = lines("DssJudge", jars, [str(jobs)])
    for state, year, moment in asked:
        key = [str(state.path), f"{moment:%Y-%m-%dT%H:%M:%SZ}"]
        yield _opinion(state, year, moment, [line for line in said if line[:2] == key])


def later(state: State, years: int) -> datetime | None:
    """A day and so many years after the file was sealed; none if the file did not exist yet in that form."""
    pdf = state.path.read_bytes()
    made = [each.at for each in signatures(pdf)]
    moment = made[0].astimezone(UTC) + timedelta(days=1 + round(365.25 * years))
    if years == 0 and state.stage == "sealed":
        return soon(pdf).astimezone(UTC)
    return moment if moment > max(made) else None


def _opinion(state: State, years: int, moment: datetime, found: list[list[str]]) -> Answer:
    """What DSS says of the signatures and document time-stamps of one file at one moment."""
    verdicts = Counter(" ".join(word for word in line[3:6] if word != "null") for line in found)
    remarks = [f"{line[2]}: {line[6]}" for line in found if line[6] and line[4].endswith("PASSED")]
    signed = [line for line in found if line[3] != "time-stamp"]
    passed = bool(signed) and all(line[3:5] == ["PAdES-BASELINE-LTA", "TOTAL_PASSED"] for line in signed)
    says = "; ".join([*(f"{count} x {word}" for word, count in verdicts.items()), *remarks])
    judge = f"EU DSS +{years} y" if years else "EU DSS"
    return answer(judge, state, passed, says, wanted=moment < _end(state))


def _end(state: State) -> datetime:
    """Until when the newest time-stamp can be judged: the end of its authority's certificate."""
    newest = max(signatures(state.path.read_bytes()), key=lambda each: each.at)
    return min(certificate.not_valid_after_utc for certificate in pkcs7.load_der_pkcs7_certificates(newest.token[0]))
