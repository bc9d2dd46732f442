"""Background databases whose exchanges vary."""

from __future__ import annotations

import pytest

from tanheng.compute.here import Here
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.testing import database, process


def lognormal(gsd: float) -> Uncertainty:
    return Uncertainty(Distribution.LOGNORMAL, scale=gsd)


@pytest.fixture
def varying(tmp_path):
    """Power (certain), steel on 2 ± kWh of it, screws on steel; a scrap of two processes that need each other; sand alone.

    ``Ring`` and ``Band`` are productive as stated (0.8), and in most samples.
    """
    spread = {"Power": lognormal(1.2)}
    return freeze(
        compile_database(
            database(
                "varying",
                process("Power", "1 kWh", emits={"CO2": "0.9 kg"}),
                process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}, uncertainty=spread),
                process("Alloy", "1 kg", takes={"Power": "2.2 kWh"}, emits={"CO2": "1 kg"}, uncertainty=spread),
                process("Screws", "1 kg", takes={"Steel": "1.1 kg"}),
                process("Coated screws", "1 kg", takes={"Screws": "1 kg", "Ghost": "1 kg"}),
                process("Ring", "1 kg", takes={"Band": "1 kg"}, emits={"CO2": "1 kg"}),
                process("Band", "1 kg", takes={"Ring": "0.8 kg"}, uncertainty={"Ring": lognormal(1.2)}),
                process("Chain", "1 kg", takes={"Ring": "2 kg", "Steel": "1 kg"}),
                process("Sand", "1 kg", emits={"CO2": "0.01 kg"}, uncertainty={"CO2": lognormal(1.5)}),
            )
        ),
        tmp_path / "snapshots",
    )


@pytest.fixture
def here():
    return Here(2)
