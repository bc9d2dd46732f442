"""Studies and supplements for tests of the carbon border adjustment mechanism."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import xmlschema

from declaration_samples import declared
from tanheng.exchange.cbam.section import NAME, Cbam
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.supplement import Supplement, read

STANDARDS = Path(__file__).resolve().parents[2] / "shared" / "standards"
EXAMPLES = Path(str(files("tanheng"))) / "data" / "exchange" / "examples"
STEEL = """
lines:
  - {stage: raw-materials, name: Pig iron, amount: 0.9 t, from: "cbam:7201@CN", codes: {cn: "72011011"}}
  - {stage: raw-materials, name: Scrap, amount: 0.25 t, from: "cbam:7201@CN", codes: {cn: "7204 49 90"}}
  - {stage: production, name: Converter, emits: {CO2: 80 kg}}
  - {stage: production, name: Power, amount: 500 kWh, electricity: [{grid: CN}]}
"""
"""Crude steel, 1 t: 80 + 0.9 × 1660 × 1.1 = 1723.4 kg CO2e; 500 kWh that do not count."""
CEMENT = """
lines:
  - {stage: raw-materials, name: Clinker, amount: 0.7 t, from: "cbam:25231000/A@CN", codes: {cn: "2523 10 00"}}
  - {stage: production, name: Power, amount: 50 kWh, electricity: [{grid: CN}]}
"""
PRODUCT = "{{name: {{zh: 产品, en: {name}}}, maker: M, codes: {{cn: '{cn}'}}}}"


def head(name: str, cn: str) -> dict[str, object]:
    """Head of a study for ``assess_text``."""
    return {
        "product": PRODUCT.format(name=name, cn=cn),
        "period": "2026-01-01/2026-12-31",
        "options": {"regime_id": "cbam"},
    }


def given(text: str) -> Cbam:
    """A section as YAML."""
    return supplement(text).section(NAME, Cbam)


def supplement(text: str) -> Supplement:
    """A supplement of a section as YAML."""
    return read(f"tanheng: exchange/1\ncbam: {text}", file="more.yaml")


@cache
def example() -> Supplement:
    """The supplement of the aluminium example that ships."""
    path = EXAMPLES / "aluminium.yaml"
    return read(path.read_bytes(), file=path.name)


@cache
def aluminium() -> Declaration:
    """The aluminium example as it is told."""
    return declared("aluminium", "cbam", example())


@cache
def schema() -> xmlschema.XMLSchema:
    """The public schema of the quarterly report; skips where it is absent."""
    path = STANDARDS / "cbam" / "QReport_17.03.xsd"
    if not path.exists():
        pytest.skip(f"the schema is not beside the project: {path.name}")
    return xmlschema.XMLSchema(path, allow="local")
