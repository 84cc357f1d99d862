"""The plan of the house, read from the imports: who may know whom, and who alone may touch a library."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("server", "signaling", "documents")

# Library -> the only places that may import it (file or folder, from the root).
SOLE_IMPORTERS = {
    "reportlab": ("documents/layout", "documents/linebreak", "documents/fonts"),
    "pyhanko": (),
    "pyhanko_certvalidator": (),
    "pikepdf": ("documents/",),
    "socketio": ("signaling/namespace.py", "signaling/frames.py", "server/app.py", "server/rehearse/"),
    "aiortc": ("signaling/media/client.py", "signaling/media/synthetic.py"),
    "OpenSSL": ("signaling/media/dtls.py",),
    "pylibsrtp": ("signaling/media/",),
    "aioice": ("signaling/media/",),
    "av": ("signaling/media/",),
    "aiosmtplib": ("server/messages/smtp.py",),
    "icalendar": ("server/sessions/calendar.py",),
    "alembic": ("server/store/",),
}
# Feature of server/ -> features it may import besides itself, law, store and web.
FEATURES = {
    "people": set(),
    "cases": {"people"},
    "matters": {"people", "cases"},
    "channels": {"people", "cases", "matters"},
    "limits": {"people", "cases", "matters"},
    "filing": {"people", "cases", "matters"},
    "suggesting": set(),
    "sessions": {"people", "cases"},
    "messages": {"people", "cases"},
    "table": {"people", "cases", "sessions"},
    "agreements": {"people", "cases", "sessions", "table"},
    "forms": {"people", "cases", "sessions", "agreements"},
    "court": {"people", "cases", "agreements"},
    "confirmation": {"people", "cases", "agreements"},
    "docket": {"people", "cases", "sessions", "agreements", "confirmation", "court", "packets"},
    "keeping": {"people", "cases", "agreements"},
    "recordings": {"people", "cases", "sessions"},
    "journal": {"people", "cases", "agreements", "keeping"},
    "packets": {"people", "cases", "agreements", "confirmation", "journal"},
}
LEAVES = {"law": set(), "store": set(), "web": {"store"}}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def imports(path: Path) -> set[str]:
    """Dotted names a file imports, relative ones resolved from the root."""
    found: set[str] = set()
    here = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: len(here) - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            found.update({module, *(f"{module}.{name.name}" for name in node.names)})
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("leaf", ["signaling", "documents"])
def test_a_leaf_package_imports_neither_its_sibling_nor_the_server(leaf: str) -> None:
    others = set(PACKAGES) - {leaf}
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in (ROOT / leaf).rglob("*.py")
        for name in imports(path)
        if name.split(".")[0] in others
    ]
    assert wrong == []


def test_the_server_uses_only_the_front_doors_of_the_leaves() -> None:
    doors = {
        "signaling", "documents", "signaling.media", "signaling.media.client", "signaling.media.recording",
        "signaling.tasks",
    }  # fmt: skip
    wrong = []
    for path in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                if node.module.split(".")[0] in ("signaling", "documents") and node.module not in doors:
                    wrong.append(f"{name_of(path)} imports {node.module}")
    assert wrong == []


@pytest.mark.parametrize("library", sorted(SOLE_IMPORTERS))
def test_a_library_has_its_sole_importers(library: str) -> None:
    wrong = [
        name_of(path)
        for path in sources()
        if any(name.split(".")[0] == library for name in imports(path))
        and not name_of(path).startswith(SOLE_IMPORTERS[library])
    ]
    assert wrong == []


def test_features_of_the_server_import_only_their_neighbours() -> None:
    """`court` never sees `table`, `cases` knows no other feature: the import rule is the confidentiality rule."""
    allowed = FEATURES | LEAVES
    wrong = []
    for path in (ROOT / "server").rglob("*.py"):
        parts = path.relative_to(ROOT).parts
        if len(parts) < 3 or parts[1] not in allowed:
            continue
        free = allowed[parts[1]] | {parts[1]} | (set(LEAVES) if parts[1] in FEATURES else set())
        for name in imports(path):
            words = name.split(".")
            if words[0] == "server" and len(words) > 1 and words[1] in allowed and words[1] not in free:
                wrong.append(f"{name_of(path)} imports {name}")
    assert wrong == []


def test_what_lies_on_the_mediators_table_goes_nowhere_else() -> None:
    """Notes, offers and blind answers must not reach the court [ZXTJ 18]. A draft may start from what all accepted, and
    for that `agreements.settled` knows the words of `table.model`, no more; everybody else nothing."""
    allowed = {"server/app.py": "server.table", "server/agreements/settled.py": "server.table.model"}
    wrong = []
    for path in (ROOT / "server").rglob("*.py"):
        name = name_of(path)
        if name.startswith(("server/table/", "server/store/migrations/")):
            continue
        for module in imports(path):
            free = name in allowed and (module == allowed[name] or module.startswith(f"{allowed[name]}."))
            if module.startswith("server.table") and not free:
                wrong.append(f"{name} imports {module}")
    assert wrong == []


def test_every_source_file_says_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in sources()
        if path.name != "__init__.py" and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_no_file_is_past_eight_hundred_lines() -> None:
    long = [name_of(path) for path in sources() if len(path.read_text(encoding="utf-8").splitlines()) > 800]
    assert long == []


def test_no_class_is_called_service_manager_or_helper() -> None:
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith(("Service", "Manager", "Helper", "Impl", "Utils")):
                wrong.append(f"{name_of(path)}: {node.name}")
    assert wrong == []
