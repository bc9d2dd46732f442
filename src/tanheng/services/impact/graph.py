"""From the snapshot of the register to the engine's graph, and from an effect on it back to certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng.engine.register import Register, RegisterGraph
from tanheng.services.impact.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Certificates whose footprint is another one, in the order of the snapshot.

    Attributes:
        places: in the snapshot. before, after: the value on the label, rounded as it says. change: of the total, kg CO2e.
    """

    places: Indices
    before: Floats
    after: Floats
    change: Floats

    @classmethod
    def none(cls) -> Moved:
        """No certificate."""
        nothing = np.empty(0)
        return cls(np.empty(0, np.intp), nothing, nothing, nothing)


def graph_of(snapshot: Snapshot) -> tuple[RegisterGraph, Floats]:
    """The register as a graph, and the values of its factors as they were counted.

    A reference to a result that is certified here, counted in the same way, follows it; any other stays what it was, in ``own``.
    A reference has the amount that brings what it brought: with the values as they were, every total is what it was.
    """
    n = snapshot.certificates
    supplier = _suppliers(snapshot)
    held = supplier >= 0
    buyer = np.asarray(snapshot.buyer)
    held[held] &= snapshot.measure[supplier[held]] == snapshot.measure[buyer[held]]
    held[held] &= snapshot.total[supplier[held]] != 0.0
    amounts = snapshot.part[held] / snapshot.total[supplier[held]]
    references = sparse.csc_array((amounts, (supplier[held], buyer[held])), shape=(n, n))
    uses = sparse.csc_array((snapshot.amount, (snapshot.node, snapshot.user)), shape=(len(snapshot.nodes), n))
    own = np.array(snapshot.own)
    np.add.at(own, buyer[~held], snapshot.part[~held])
    values = np.array([node[4] for node in snapshot.nodes], dtype=np.float64)
    return RegisterGraph(references=references, uses=uses, own=own), values


def effect_of(snapshot: Snapshot, new: Mapping[int, float]) -> Moved:
    """What other values of some factors do to all certificates, also to those that refer to others.

    Args:
        new: values by place in ``nodes``.
    """
    graph, values = graph_of(snapshot)
    register = Register(graph)
    before = register.verified(snapshot.total, values)
    other = values.copy()
    for place, value in new.items():
        other[place] = value
    found = register.effect(before, other)
    places, change = found.products, found.change[:, 0]
    scale, digits, total = (getattr(snapshot, name)[places] for name in ("scale", "digits", "total"))
    return Moved(places, rounded(total * scale, digits), rounded((total + change) * scale, digits), change)


def rounded(values: Floats, digits: npt.NDArray[np.int16]) -> Floats:
    """Values as labels print them: to significant digits, or to ``−1 − digits`` decimals, half to even; 0 leaves them.

    >>> rounded(np.array([1234.5, 0.0325, 3.14159]), np.array([3, -4, 0], np.int16)).tolist()
    [1230.0, 0.032, 3.14159]
    """
    made = np.array(values, dtype=np.float64)
    size = np.abs(made)
    with np.errstate(divide="ignore"):
        magnitude = np.where(size > 0, np.floor(np.log10(np.where(size > 0, size, 1.0))), 0.0)
    decimals = np.where(digits < 0, -1 - digits, digits - 1 - magnitude).astype(np.int64)
    for places in np.unique(decimals[digits != 0]):
        chosen = (decimals == places) & (digits != 0)
        made[chosen] = np.round(made[chosen], int(places))
    return made


def _suppliers(snapshot: Snapshot) -> Indices:
    """(r,) place of the certificate that a reference leads to, the newest of its assessment; −1 for none."""
    if not len(snapshot.bought):
        return np.empty(0, dtype=np.intp)
    order = np.argsort(snapshot.digests, kind="stable")
    known = snapshot.digests[order]
    at = np.searchsorted(known, snapshot.bought, side="right") - 1
    found = np.where(at >= 0, order[np.maximum(at, 0)], -1)
    found[(at < 0) | (snapshot.digests[found] != snapshot.bought)] = -1
    return found
