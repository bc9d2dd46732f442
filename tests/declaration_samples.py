"""Examples as they are told to the world, for tests of protocols."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from tanheng.exchange.declaration import Declaration
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.supplement import Supplement, read
from tanheng.footprint import Assessment, assess, read_study

EXAMPLES = Path(str(files("tanheng"))) / "data" / "examples"
FILES = {path.parent.name: path for path in sorted(EXAMPLES.glob("*/*.yaml"))}


@cache
def assessed(name: str, regime: str = "") -> Assessment:
    """An example that ships, assessed under a regime."""
    return assess(read_study(FILES[name]), regime_id=regime, folders=[FILES[name].parent])


def declared(name: str, regime: str = "", supplement: str | Supplement = "tanheng: exchange/1") -> Declaration:
    """What an example tells with a supplement (YAML)."""
    given = supplement if isinstance(supplement, Supplement) else read(supplement)
    return of_assessment(assessed(name, regime), given)
