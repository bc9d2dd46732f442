from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(?P<lang>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


def load_blocks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tanheng_docs_blocks", Path(__file__).with_name("blocks.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that take ``document`` run for each document, those that take ``fence`` for each block of code of a language."""
    documents = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    if "document" in metafunc.fixturenames:
        metafunc.parametrize("document", documents, ids=lambda path: str(path.relative_to(ROOT)))
    for lang in ("python", "bash", "yaml"):
        if f"{lang}_code" in metafunc.fixturenames:
            found = [
                pytest.param(match["body"], id=f"{path.relative_to(ROOT)}:{number}")
                for path in documents
                for number, match in enumerate(FENCE.finditer(path.read_text(encoding="utf-8")), start=1)
                if match["lang"] == lang
            ]
            metafunc.parametrize(f"{lang}_code", found)


@pytest.fixture(scope="session")
def blocks() -> ModuleType:
    return load_blocks()


@pytest.fixture(scope="session")
def uslci_home(tmp_path_factory: pytest.TempPathFactory, shared) -> Path:
    """A data directory that holds ``uslci``; skips where the shared data is absent."""
    import tanheng as th

    home = tmp_path_factory.mktemp("docs-home")
    th.import_database(shared("uslci", "uslci-olca-jsonld.zip"), "uslci", home=home)
    return home


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the project's root for a reader: the examples are there, and what is written goes nowhere else."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path
