"""What changed inside one process between two releases: emissions, amounts, suppliers, allocation (C12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tanheng.engine.attribution import ROUNDING
from tanheng.inventory.releases.aligning import Aligned
from tanheng.inventory.releases.pairing import Pairing
from tanheng.inventory.words import fold
from tanheng.quantities import GwpSet

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that changed in a process.

    Attributes:
        kind: ``emission``, ``amount`` (of an input on both sides), ``supplier`` (another one for the same flow), ``added`` and
            ``removed`` (an input on one side only), ``opened`` and ``closed`` (nobody serves it any longer, or before: C02), or
            ``allocation`` (another share of the whole process for this product).
        name: gas, supplier, or rule of allocation; ``to`` the new one, where it changed.
        before, after: amounts per unit of the product in ``unit``; shares for allocation.
        amount: kg CO2e that it contributes.
    """

    kind: str
    name: str
    before: float
    after: float
    unit: str
    amount: float
    to: str = ""


@dataclass(frozen=True)
class Itemiser:
    """Takes the changes of processes apart."""

    old: Snapshot
    new: Snapshot
    pairing: Pairing
    both: Aligned
    gwp: GwpSet

    def of(self, process: int, supply: float) -> tuple[Detail, ...]:
        """What changed in a process of the new release, times how much of it is needed; the largest contribution first."""
        rho = self._share(process)
        items = [*self._allocation(process, rho), *self._emissions(process, rho), *self._inputs(process, rho)]
        scaled = (replace(item, amount=item.amount * supply) for item in items)
        return tuple(sorted(scaled, key=lambda item: (-abs(item.amount), item.kind, item.name)))

    @cached_property
    def _prices(self) -> Any:
        return self.both.before.masses @ self.both.factors(self.gwp)

    def _share(self, j: int) -> float:
        """New share of the process ÷ old one, where it has several products in either release; else 1."""
        before, after = self._shared(j)
        return after / before if before and after and before != after else 1.0

    def _shared(self, j: int) -> tuple[float, float]:
        o = int(self.pairing.old[j])
        return (
            (float(self._products["old"]["share"][o]), float(self._products["new"]["share"][j]))
            if o >= 0
            else (1.0, 1.0)
        )

    def _allocation(self, j: int, rho: float) -> Iterator[Detail]:
        """The old column times ρ − 1: everything that the process takes and emits, carried in another share."""
        if rho == 1.0:
            return
        before, after = self._shared(j)
        rules = self._products["old"]["allocation"][int(self.pairing.old[j])], self._products["new"]["allocation"][j]
        whole = float(self.both.before.direct[j] @ self.both.factors(self.gwp))
        whole += sum(amount * float(self._prices[i]) for i, amount in self._taken("before", j).items())
        to = rules[1] if rules[1] != rules[0] else ""
        yield Detail("allocation", rules[0], before, after, "", (rho - 1.0) * whole, to)

    def _emissions(self, j: int, rho: float) -> Iterator[Detail]:
        first, second = self.both.before.direct[j], self.both.after.direct[j]
        for (gas, origin), a, b, factor in zip(
            self.both.roles, first, second, self.both.factors(self.gwp), strict=True
        ):
            if abs(b - rho * a) > ROUNDING * max(abs(b), abs(rho * a)):
                amount = float((b - rho * a) * factor)
                yield Detail("emission", f"{gas} {origin.value}", float(a), float(b), "kg", amount)

    def _inputs(self, j: int, rho: float) -> Iterator[Detail]:
        first, second = self._taken("before", j), self._taken("after", j)
        gone = [i for i in first if i not in second]
        come = [i for i in second if i not in first]
        for i in first:
            a, b = first[i], second.get(i, 0.0)
            if i in second and abs(b - rho * a) > ROUNDING * max(abs(b), abs(rho * a)):
                yield Detail("amount", self._name(i), a, b, self._unit(i), (b - rho * a) * float(self._prices[i]))
        pairs = self._exchanged({i: rho * first[i] for i in gone}, {k: second[k] for k in come})
        for i, k in pairs.items():
            amount = second[k] * float(self._prices[k]) - rho * first[i] * float(self._prices[i])
            yield Detail("supplier", self._name(i), first[i], second[k], self._unit(k), amount, self._name(k))
        lost, was_lost = self._open("new", j), self._open("old", int(self.pairing.old[j]))
        for i in (i for i in gone if i not in pairs):
            kind = "opened" if lost.pop(fold(self._name(i)), None) else "removed"
            yield Detail(kind, self._name(i), first[i], 0.0, self._unit(i), -rho * first[i] * float(self._prices[i]))
        for k in (k for k in come if k not in pairs.values()):
            kind = "closed" if was_lost.pop(fold(self._name(k)), None) else "added"
            yield Detail(kind, self._name(k), 0.0, second[k], self._unit(k), second[k] * float(self._prices[k]))
        for kind, here, there in (("opened", lost, was_lost), ("closed", was_lost, lost)):
            for key in here.keys() - there.keys():
                name, amount, unit = here[key]
                sides = (0.0, amount) if kind == "opened" else (amount, 0.0)
                yield Detail(kind, name, *sides, unit, 0.0)

    def _exchanged(self, gone: dict[int, float], come: dict[int, float]) -> dict[int, int]:
        """Suppliers that took the place of others, one for one: of the same flow, the same name, or the very same amount."""
        found: dict[int, int] = {}
        for key in (
            lambda i, _: self._of(i, "flow_id"),
            lambda i, _: fold(self._name(i)),
            lambda i, amount: (self._unit(i), f"{amount:.9g}"),
        ):
            here = {i: key(i, amount) for i, amount in gone.items() if i not in found}
            there = {k: key(k, amount) for k, amount in come.items() if k not in found.values()}
            once = [one for one, count in Counter(here.values()).items() if count == 1]
            for wanted in once:
                same = [k for k, one in there.items() if one == wanted]
                if len(same) == 1:
                    found[next(i for i, one in here.items() if one == wanted)] = same[0]
        return found

    def _taken(self, side: str, j: int) -> dict[int, float]:
        """Column j of Z by supplier."""
        Z = getattr(self.both, side).Z
        part = slice(int(Z.indptr[j]), int(Z.indptr[j + 1]))
        return {int(i): float(z) for i, z in zip(Z.indices[part], Z.data[part], strict=True) if z}

    def _open(self, release: str, j: int) -> dict[str, tuple[str, float, str]]:
        """Inputs of a process that nobody serves and that are not declared as cut off, by folded name."""
        if j < 0:
            return {}
        lost = getattr(self, release).open_inputs
        part = slice(int(lost.indptr[j]), int(lost.indptr[j + 1]))
        names, units, declared = self._open_flows[release]
        rows = zip(lost.indices[part].tolist(), lost.data[part].tolist(), strict=True)
        return {fold(names[row]): (names[row], amount, units[row]) for row, amount in rows if not declared[row]}

    @cached_property
    def _open_flows(self) -> dict[str, tuple[list[Any], ...]]:
        tables = {"old": self.old.table("open_flows"), "new": self.new.table("open_flows")}
        columns = ("name", "unit", "declared_cut_off")
        return {release: tuple(table[key].to_list() for key in columns) for release, table in tables.items()}

    @cached_property
    def _products(self) -> dict[str, dict[str, list[Any]]]:
        tables = {"old": self.old.products, "new": self.new.products}
        columns = ("name", "unit", "flow_id", "share", "allocation")
        return {release: {key: table[key].to_list() for key in columns} for release, table in tables.items()}

    def _of(self, i: int, name: str) -> str:
        """A column of the products table, of a product of either release."""
        if i < self.both.new:
            return str(self._products["new"][name][i])
        return str(self._products["old"][name][int(self.pairing.removed[i - self.both.new])])

    def _name(self, i: int) -> str:
        return self._of(i, "name")

    def _unit(self, i: int) -> str:
        return self._of(i, "unit")
