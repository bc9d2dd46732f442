from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHO = ("applicant", "verifier", "regulator", "integrator")
STORIES = {f"guide-{who}{ending}" for who in WHO for ending in (".md", ".zh-CN.md")}
"""Pages whose blocks go on from each other: ``test_guides.py`` runs them."""


def load(name: str) -> ModuleType:
    """A module of this folder, under its own name: scripts of this folder import each other by it."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


page_studies = load("page_studies")
page_files = load("page_files")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that take ``document`` run for each document, those that take ``fence`` for each block of code of a language."""
    documents = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "benchmarks" / "README.md"]
    if "document" in metafunc.fixturenames:
        metafunc.parametrize("document", documents, ids=lambda path: str(path.relative_to(ROOT)))
    for lang in ("python", "bash"):
        if f"{lang}_code" in metafunc.fixturenames:
            found = [
                pytest.param(match["body"], id=f"{path.relative_to(ROOT)}:{number}")
                for path in documents
                for number, match in enumerate(page_studies.FENCE.finditer(path.read_text(encoding="utf-8")), start=1)
                if match["lang"] == lang and path.name not in STORIES
            ]
            metafunc.parametrize(f"{lang}_code", found)
    if "page_study" in metafunc.fixturenames:
        studies = [
            pytest.param(study, id=f"{path.relative_to(ROOT)}:{number}")
            for path in documents
            for number, study in page_studies.page_studies(path)
        ]
        metafunc.parametrize("page_study", studies)


@pytest.fixture(scope="session")
def blocks() -> ModuleType:
    return load("blocks")


@pytest.fixture(scope="session")
def uslci_home(tmp_path_factory: pytest.TempPathFactory, shared) -> Path:
    """A data directory that holds ``uslci``; skips where the shared data is absent."""
    import tanheng as th

    home = tmp_path_factory.mktemp("docs-home")
    th.import_database(shared("uslci", "uslci-olca-jsonld.zip"), "uslci", home=home)
    return home


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a served installation with what ships; ``TANHENG_TOKEN`` is of an engineer of its one organisation."""
    from clients import machine, served
    from platforms import fresh_platform
    from study_samples import organisation
    from tanheng.storage.platform import utc_now

    with fresh_platform("sqlite", request, tmp_path / "platform", utc_now, furnished=True) as made, served(made) as url:
        monkeypatch.setenv("TANHENG_TOKEN", machine(made, organisation(made)))
        yield url


@pytest.fixture
def register(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """The address of an installation with a certificate, whose number is told, too; what its page gives is in the folder.

    ``TANHENG_TOKEN`` is of an engineer of the maker.
    """
    import httpx

    from clients import machine
    from platforms import fresh_platform
    from strangers import registered
    from tanheng.storage.platform import utc_now

    with fresh_platform("sqlite", request, tmp_path / "register", utc_now) as made, registered(made) as known:
        known.house.recognise("did:web:epd.example.org", schemes=["EPD"], geographies=["DE"])
        monkeypatch.setenv("TANHENG_TOKEN", machine(known.platform, known.house.maker))
        for name, part in (
            ("bundle.json", "bundle"),
            ("credential.json", "credential"),
            ("label.png", "label?format=png"),
        ):
            (tmp_path / name).write_bytes(httpx.get(known.address(part), timeout=60).content)
        yield known.url, known.certificate.number


@pytest.fixture
def graded_register(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an installation with certificates of aluminium and limits of classes that were signed.

    ``TANHENG_REGULATOR_TOKEN`` is of an owner of the regulator.
    """
    from certification_samples import House
    from class_samples import fill, in_force, makers
    from clients import person, served
    from platforms import fresh_platform
    from tanheng.accounts.model import Role
    from tanheng.storage.platform import utc_now

    with fresh_platform("sqlite", request, tmp_path / "platform", utc_now) as made, served(made) as url:
        house = House(made)
        like = {"category": "cn-electrolytic-aluminium@1", "unit": "kg CO2e/t"}
        fill(made, house.certified(), range(9_000, 17_000, 200), makers(made, 8), **like)
        in_force(house, page_files.page_files([ROOT / "docs" / "classes.md"])["classes.yaml"].encode())
        monkeypatch.setenv("TANHENG_REGULATOR_TOKEN", person(made, house.regulator, Role.OWNER))
        yield url


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the project's root for a reader: the examples are there, and what is written goes nowhere else.

    It holds the files of the pages, too; what commands remember goes to a data directory of its own.
    """
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    page_files.write_page_files(sorted((ROOT / "docs").glob("*.md")), tmp_path)
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path
