"""The flows of a table: which rows mean the same one, in which unit it is kept, and what the sheet of flows adds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tanheng.formats.formulas import fold
from tanheng.formats.table.cells import Record
from tanheng.formats.table.lines import Line, flow_names, symbol
from tanheng.formats.values import UniqueIds, chemical_formula
from tanheng.inventory.model import Flow, FlowKind, FlowProperty

_PROPERTIES = (("mass", "kg"), ("energy", "MJ"), ("volume", "m3"))
_SEPARATORS = str.maketrans("；", ";")


class Names:
    """Knows which Chinese name goes with which English one."""

    def __init__(self) -> None:
        self._chinese: dict[str, str] = {}
        self._english: dict[str, dict[str, str]] = {}

    def learn(self, names: dict[str, str], record: Record) -> None:
        """Take a pair of names; an English name with a second Chinese one is a fault."""
        english, chinese = names.get("en"), names.get("zh")
        if not english or not chinese:
            return
        known = self._chinese.setdefault(fold(english), chinese)
        if fold(known) != fold(chinese):
            record.contradicts("flow_zh", known, of=english)
            return
        self._english.setdefault(fold(chinese), {})[fold(english)] = english

    def whole(self, names: dict[str, str], record: Record) -> dict[str, str]:
        """Both names where the other is known; a Chinese name of several flows is a fault."""
        english, chinese = names.get("en"), names.get("zh")
        if english:
            known = self._chinese.get(fold(english))
            return {"en": english, "zh": known} if known else names
        found = list(self._english.get(fold(chinese or ""), {}).values())
        if len(found) > 1:
            record.unknown("flow" if record.text("flow") else "flow_zh", found)
        return {"en": found[0], **names} if found else names


class FlowRegister:
    """The flows that rows mean, by their names, kind and category."""

    def __init__(self, lines: Sequence[Line], details: Sequence[Record]) -> None:
        self._names = Names()
        self._ids = UniqueIds()
        self._flows: dict[tuple[str, ...], Flow] = {}
        self._by_name: dict[str, list[tuple[str, ...]]] = {}
        for line in lines:
            self._names.learn(line.names, line.record)
        for record in details:
            self._names.learn(flow_names(record), record)
        # What is made says in which unit; the first row does of what is not.
        for line in sorted(lines, key=lambda line: not (line.kind.is_made or line.kind.is_reference)):
            self._add(line)
        self._detail(details)

    @property
    def flows(self) -> dict[str, Flow]:
        """All flows by id."""
        return {flow.id: flow for flow in self._flows.values()}

    def of(self, line: Line) -> Flow:
        """The flow that a line means."""
        return self._flows[self._key(line)]

    def _name(self, names: dict[str, str], record: Record) -> str:
        whole = self._names.whole(names, record)
        return fold(whole.get("en") or whole["zh"])

    def _key(self, line: Line) -> tuple[str, ...]:
        return (_flow_kind(line).value, *map(fold, line.category), self._name(line.names, line.record))

    def _add(self, line: Line) -> None:
        key = self._key(line)
        known = self._flows.get(key)
        if known is not None:
            if line.cas and known.cas and line.cas != known.cas:
                line.record.contradicts("cas", known.cas, of=known.name)
            elif line.cas:
                self._flows[key] = replace(known, cas=line.cas)
            return
        kind = _flow_kind(line)
        names = self._names.whole(line.names, line.record)
        mark = " [waste]" if kind is FlowKind.WASTE else ""
        identifier, _ = self._ids.take("/".join((*line.category, names.get("en") or names["zh"])) + mark)
        self._flows[key] = Flow(identifier, kind, names, line.unit, line.category, line.cas)
        self._by_name.setdefault(key[-1], []).append(key)

    def _detail(self, details: Iterable[Record]) -> None:
        """What the sheet of flows says of each; a flow that no exchange names is a fault there."""
        seen: set[str] = set()
        for record in details:
            names = flow_names(record)
            column = "flow" if record.text("flow") else "flow_zh"
            if not names:
                record.empty(column)
                continue
            name = self._name(names, record)
            if name in seen:
                record.contradicts(column, record.text(column), of=name)
            elif name not in self._by_name:
                record.unknown(column, (word for flow in self._flows.values() for word in flow.names.values()))
            seen.add(name)
            for key in self._by_name.get(name, ()):
                self._flows[key] = _detailed(self._flows[key], record)


def _flow_kind(line: Line) -> FlowKind:
    if line.kind.is_elementary:
        return FlowKind.ELEMENTARY
    return FlowKind.WASTE if line.kind.is_waste else FlowKind.PRODUCT


def _detailed(flow: Flow, record: Record) -> Flow:
    amounts = {key: record.number(key, least=0.0, wanted="> 0") for key, _ in _PROPERTIES}
    given = {key: amount for key, amount in amounts.items() if not math.isnan(amount)}
    for key, amount in given.items():
        if amount == 0:
            record.wrong(key, "> 0")
    unit = flow.unit
    if record.text("unit"):
        unit = symbol(record)
    elif given:
        record.empty("unit")
    cas = record.cas()
    if cas and flow.cas and cas != flow.cas:
        record.contradicts("cas", flow.cas, of=flow.name)
    return replace(
        flow,
        unit=unit,
        cas=cas or flow.cas,
        formula=chemical_formula(record.text("chemical")),
        synonyms=tuple(filter(None, (s.strip() for s in record.text("synonyms").translate(_SEPARATORS).split(";")))),
        properties=tuple(FlowProperty(key, u, given[key]) for key, u in _PROPERTIES if given.get(key)),
    )
