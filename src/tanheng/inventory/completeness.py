"""Behind which products something is missing (C02, C13), from the pattern of the system alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.patterns import dependants
from tanheng.quantities import GwpSet, Origin

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot


def complete_products(
    A: Any,
    *,
    lost: Any,
    declared: npt.NDArray[np.bool_],
    direct: npt.NDArray[np.float64],
    roles: Sequence[tuple[str, Origin]],
    gwp: GwpSet,
) -> npt.NDArray[np.bool_]:
    """Products whose chain has no open input that its authors did not declare, and no gas without a value (n).

    Args:
        A: n × n. lost: open inputs, k × n. declared: which of these flows the authors cut off (k).
        direct: kg of each gas from the process itself (n × g). roles: gas and origin of its columns.
    """
    missing = np.asarray(abs(lost[np.flatnonzero(~declared)]).sum(axis=0)).ravel()
    unknown = [k for k, (gas, _) in enumerate(roles) if not gwp.knows(gas)]
    return ~dependants(A, missing + np.abs(direct[:, unknown]).sum(axis=1) > 0)


def complete_in(snapshot: Snapshot, gwp: GwpSet) -> npt.NDArray[np.bool_]:
    """The same for a snapshot as it is."""
    return complete_products(
        snapshot.A,
        lost=snapshot.open_inputs,
        declared=declared_flows(snapshot),
        direct=np.asarray(snapshot.direct),
        roles=snapshot.roles,
        gwp=gwp,
    )


def declared_flows(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """Which open flows their authors declared as cut off (k)."""
    return np.asarray(snapshot.table("open_flows")["declared_cut_off"].to_numpy(), dtype=np.bool_)
