"""Fixtures that all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["platforms"]

settings.register_profile("tanheng", deadline=None)  # time is measured in benchmarks/, never in tests
settings.load_profile("tanheng")

WHOLE = ("tests/api/", "tests/contract/", "tests/jobs/")
"""Folders of tests that set up an installation each; they run after the unit tests."""


@pytest.hookimpl(tryfirst=True)  # before those that are not asked for are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(WHOLE):
            item.add_marker(pytest.mark.platform)


SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_path(*parts: str) -> Path:
    """A file of the shared data; skips the test with a clear message where it is absent."""
    path = SHARED.joinpath("data", *parts)
    if not path.exists():
        pytest.skip(f"shared data is not beside the project: {'/'.join(parts)}")
    return path


@pytest.fixture(scope="session")
def shared():
    """``shared("uslci", "uslci-olca-jsonld.zip")`` → path, or skip."""
    return shared_path


@pytest.fixture(autouse=True)
def _quiet_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the data directory of the person who runs it."""
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path_factory.getbasetemp() / "home"))
    monkeypatch.setenv("TANHENG_LANG", "en")


HEAD = """
tanheng: study/1
product: {name: {zh: 测试产品, en: Test product}, maker: Maker}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
goal: test
"""


@pytest.fixture
def study_file(tmp_path):
    """``study_file("lines: …", unit="1 t")`` → path of a study of these lines under a plain head."""

    def write(body: str, *, name: str = "study.yaml", **head: str) -> Path:
        text = HEAD
        for key, value in head.items():
            text = (
                "\n".join(line for line in text.splitlines() if not line.startswith(f"{key}:")) + f"\n{key}: {value}\n"
            )
        path = tmp_path / name
        path.write_text(text + body, encoding="utf-8")
        return path

    return write


@pytest.fixture
def assess_text(study_file):
    """Assess a study given as the YAML of its lines."""

    def run(body: str, *, options: dict | None = None, **head: str):
        from tanheng.footprint import assess, read_study

        return assess(read_study(study_file(body, **head)), **(options or {}))

    return run


@pytest.fixture
def assess_with_spread(assess_text):
    """``assess_with_spread("lines: …", one=1.5)``: assess with a factor ``one`` of 1 kg CO2 per kg that has this GSD²."""

    def run(body: str, *, head: dict | None = None, options: dict | None = None, **spreads: float):
        release = _release({name: {"gsd2": gsd2} for name, gsd2 in spreads.items()})
        return assess_text(body, options={"release": release, **(options or {})}, **(head or {}))

    return run


@pytest.fixture
def assess_with_share(assess_text):
    """``assess_with_share("lines: …", one=0.6)``: assess with a factor ``one`` of 1 kg CO2 per kg with this primary share."""

    def run(body: str, **shares: float | None):
        release = _release({name: {"primary_share": share} for name, share in shares.items()})
        return assess_text(body, options={"release": release})

    return run


def _release(told: dict[str, dict]):
    """Factors of 1 kg CO2 per kg."""
    from tanheng.factors import Factor, FactorKind, Release, Source
    from tanheng.quantities import Origin

    given = {"kind": FactorKind.FOOTPRINT, "per": "kg", "amounts": {("CO2", Origin.FOSSIL): 1.0}, "year": 2024}
    factors = {
        name: Factor(id=name, names={"en": name}, geography="CN", source=Source("test"), **given, **more)
        for name, more in told.items()
    }
    return Release("test", "1", factors, "sha256:" + "0" * 64)


@pytest.fixture
def mini_background(tmp_path):
    """A data directory with the database ``mini``: closed steel, steel with an open input, steel with a declared cut-off."""
    from tanheng.storage import Home
    from tanheng.testing import database, process

    home = Home.at(tmp_path / "home")
    home.add(
        database(
            "mini",
            process("Power", "1 kWh", emits={"CO2": "0.9 kg", "CH4 fossil": "1 g"}),
            process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}),
            process("Open steel", "1 kg", takes={"Steel": "1 kg", "Ghost": "3 kg"}),
            process("Cut steel", "1 kg", takes={"Steel": "1 kg", "CUTOFF Scrap": "3 kg"}),
        ),
        source="test",
    )
    return home


@pytest.fixture
def varied_background(tmp_path):
    """A data directory with the database ``varied``, whose exchanges have distributions.

    ``Steel`` emits 1 kg with GSD² 2 and takes nothing; ``Beam`` takes 2 kg of it, certain; ``Plate`` takes 2 ± kWh of certain
    power; ``Dust`` has a distribution in a hundredth of its footprint; ``Glass`` has none; ``Wood`` keeps carbon.
    """
    from tanheng.inventory.model import Distribution, Uncertainty
    from tanheng.storage import Home
    from tanheng.testing import database, process

    def spread(gsd2: float) -> Uncertainty:
        return Uncertainty(Distribution.LOGNORMAL, scale=gsd2**0.5)

    home = Home.at(tmp_path / "home")
    home.add(
        database(
            "varied",
            process("Steel", "1 kg", emits={"CO2": "1 kg"}, uncertainty={"CO2": spread(2.0)}),
            process("Beam", "1 kg", takes={"Steel": "2 kg"}),
            process("Power", "1 kWh", emits={"CO2": "0.9 kg", "CH4 fossil": "1 g"}),
            process("Plate", "1 kg", takes={"Power": "2 kWh"}, uncertainty={"Power": spread(1.5)}),
            process("Dust", "1 kg", takes={"Steel": "0.01 kg", "Glass": "0.99 kg"}),
            process("Glass", "1 kg", emits={"CO2": "1 kg"}),
            process(
                "Wood",
                "1 kg",
                takes={"Steel": "0.1 kg"},
                emits={"CO2 biogenic": "0.3 kg"},
                absorbs={"CO2": "1.8 kg"},
                uncertainty={"CO2": spread(1.3)},
            ),
        ),
        source="test",
    )
    return home
