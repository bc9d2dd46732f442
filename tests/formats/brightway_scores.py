"""Climate scores of a database as we compute them, and the factors with which Brightway computes the same."""

from __future__ import annotations

import numpy as np

from tanheng.inventory import compile_database
from tanheng.inventory.climate import climate_role
from tanheng.inventory.model import Database, FlowKind
from tanheng.quantities import Origin, gwp_set


def gwp_of(given: Database) -> dict[str, float]:
    """kg CO2e of every elementary flow, as Brightway counts it: what is taken from nature positive."""
    values = gwp_set("AR6", "GWP100")
    found = {}
    for p in given.processes.values():
        for e in p.exchanges:
            flow = given.flows[e.flow]
            if flow.kind is FlowKind.ELEMENTARY:
                role = climate_role(flow, is_input=e.is_input)
                found["::".join([flow.name, *flow.category])] = (
                    0.0
                    if role is None
                    else values.factor(*role) * (-1.0 if e.is_input and role[1] is not Origin.REMOVAL else 1.0)
                )
    return found


def ours(given: Database) -> dict[str, float]:
    compiled = compile_database(given)
    values = gwp_set("AR6", "GWP100")
    factors = np.array([values.factor(gas, origin) for gas, origin in compiled.roles])
    scores = compiled.footprints @ factors
    return {f"{c.process.name}|{c.flow.name}": s for c, s in zip(compiled.columns, scores, strict=True)}
