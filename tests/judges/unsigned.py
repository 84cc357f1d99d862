"""Files nobody signs in: every form of the volume, and the filing copy of every sealed file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from documents import filing_copy, lay_out_form
from server.forms import sample
from server.forms.filling import fill
from server.forms.shelf import shelf
from server.settings import Centre
from tests.judges.files import State
from tests.profiles import FONTS


def forms(directory: Path) -> Iterator[State]:
    """Filled in as a centre sees them when it looks at its templates."""
    centre, directory = Centre(), directory / "forms"
    directory.mkdir(parents=True, exist_ok=True)
    for template in shelf(None).templates:
        if not template.blocks:
            continue
        known, typed = sample.sample(centre), sample.typed(template)
        text = fill(template, known, typed, day=sample.DAY, centre=centre.name, demo=True).text
        path = directory / f"{template.id}.pdf"
        path.write_bytes(lay_out_form(text, FONTS)[0])
        yield State("form", template.id, "form", path, path, path, path)


def copies(states: Sequence[State]) -> Iterator[State]:
    """Of the sealed ones."""
    for state in states:
        if state.stage == "sealed":
            path = state.path.with_name(f"{state.file}-copy.pdf")
            path.write_bytes(filing_copy(state.path.read_bytes(), FONTS))
            yield replace(state, stage="copy", path=path)
