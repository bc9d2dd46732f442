"""Child data sets hold only what differs from their parents; here they take over the rest.

As the schema of children has it: a field that is left blank has the value of the parent, one that is filled in has its own;
``{{PARENTTEXT}}`` in a text stands for the text of the parent, ``PARENTVALUE`` in a formula for the parent's amount. What
refers to others is removed by a mark of its own (``activityLinkIdOverwrittenByChild``). Exchanges are the same by their ids.

Published data sets of children are often whole already, with ids of their own. So only a child that lacks what a whole
data set must have is completed, and an exchange whose id the parent does not know stands for the parent's of the same flow
and side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from tanheng.formats.ecospold2.dataset import RawDataset, RawExchange, RawParameter
from tanheng.formats.ecospold2.documentation import Meta
from tanheng.formats.ecospold2.uncertainty import Spread
from tanheng.formats.notebook import Notebook

_PARENT_TEXT = "{{PARENTTEXT}}"
_PARENT_VALUE = re.compile(r"\bPARENTVALUE\b", re.IGNORECASE)
_LONGEST_TEXT = 2**20
_LONGEST_FORMULA = 32000
# Where these are left out of a distribution, it is centred on the amount.
_CENTRES = ("meanValue", "mu")
_RELATIVE = ("lognormal", "normal")


def complete_children(datasets: Sequence[RawDataset], notes: Notebook, where: str) -> None:
    """Fill in what children of the undefined system model leave out, from their parents among ``datasets``.

    Parents may be children themselves. Children whose parent is not there stay as they are; both are counted in
    ``notes`` at ``where``.
    """
    parents: dict[str, RawDataset] = {}
    for dataset in datasets:
        if dataset.meta.is_undefined and dataset.meta.activity:
            parents.setdefault(dataset.meta.activity, dataset)
    for dataset in datasets:
        line: list[RawDataset] = []
        current: RawDataset | None = dataset
        while current is not None and wants_parent(current) and not any(current is known for known in line):
            line.append(current)
            current = parents.get(current.meta.parent)
        is_loop = current is not None and any(current is known for known in line)
        for child in reversed(line):  # the oldest first
            parent = None if is_loop else parents.get(child.meta.parent)
            if parent is not None:
                _complete(child, parent)
                notes.count("child-completed", where, f"{child.name}: {parent.name}")
            elif child is dataset:
                notes.count("parent-missing", where, f"{child.name}: {child.meta.parent}")


def families(datasets: Sequence[RawDataset]) -> frozenset[int]:
    """Positions of the children that :func:`complete_children` would complete, and of all that they take from.

    Completed without the others they become the same.
    """
    parents: dict[str, int] = {}
    for position, dataset in enumerate(datasets):
        if dataset.meta.is_undefined and dataset.meta.activity:
            parents.setdefault(dataset.meta.activity, position)
    found: set[int] = set()
    for position, dataset in enumerate(datasets):
        current: int | None = position if wants_parent(dataset) else None
        while current is not None and current not in found:
            found.add(current)
            one = datasets[current]
            current = parents.get(one.meta.parent) if wants_parent(one) else None
    return frozenset(found)


def wants_parent(dataset: RawDataset) -> bool:
    """Whether a data set leaves to its parent what it must have."""
    return dataset.is_lean and bool(dataset.meta.parent) and dataset.meta.is_undefined


def _complete(child: RawDataset, parent: RawDataset) -> None:
    child.meta = _meta(child.meta, parent.meta)
    child.exchanges = _exchanges(child.exchanges, parent.exchanges)
    child.parameters = _parameters(child.parameters, parent.parameters)
    child.is_lean = False


def _text(own: str, inherited: str) -> str:
    if not own:
        return inherited
    if _PARENT_TEXT in own and len(own) + own.count(_PARENT_TEXT) * len(inherited) <= _LONGEST_TEXT:
        return own.replace(_PARENT_TEXT, inherited).strip()
    return own


def _meta(own: Meta, parent: Meta) -> Meta:
    texts = {key: _text(own.texts.get(key, ""), parent.texts.get(key, "")) for key in (*parent.texts, *own.texts)}
    texts["parent activity"] = own.parent
    names = {code: _text(name, parent.names.get(code, "")) for code, name in own.names.items()}
    return replace(
        own,
        names={**parent.names, **names},
        location=own.location or parent.location,
        category=own.category or parent.category,
        system_model=own.system_model or parent.system_model,
        is_aggregated=own.is_aggregated or parent.is_aggregated,
        allocation_property=own.allocation_property or parent.allocation_property,
        valid_from=own.valid_from or parent.valid_from,
        valid_until=own.valid_until or parent.valid_until,
        comment=_text(own.comment, parent.comment),
        licence=own.licence or parent.licence,
        texts=texts,
        sources=own.sources or parent.sources,
    )


def _exchanges(own: Sequence[RawExchange], inherited: Sequence[RawExchange]) -> list[RawExchange]:
    """The parent's exchanges in their order, changed where the child says so, then those of the child alone."""
    found = list(inherited)
    by_id = {raw.id: position for position, raw in enumerate(inherited) if raw.id}
    same: dict[tuple[str, str], list[int]] = {}
    named = {raw.id for raw in own}
    for position, raw in enumerate(inherited):
        if raw.id not in named:
            same.setdefault((raw.flow, raw.group), []).append(position)
    for raw in own:
        place = by_id.get(raw.id) if raw.id else None
        if place is None and (alike := same.get((raw.flow, raw.group))):
            place = alike.pop(0)
        if place is None:
            found.append(raw)
        else:
            found[place] = _exchange(raw, inherited[place])
    return found


def _relation(own: str, parent: RawExchange | RawParameter) -> str:
    """The formula of a child with the parent's amount, or the formula behind it, in the place of its name."""
    if not _PARENT_VALUE.search(own):
        return own
    is_formula = parent.is_calculated and parent.relation
    value = f"({parent.relation})" if is_formula else "" if parent.amount is None else f"({parent.amount!r})"
    if not value or len(own) + len(_PARENT_VALUE.findall(own)) * len(value) > _LONGEST_FORMULA:
        return own
    return _PARENT_VALUE.sub(lambda _: value, own)


def _exchange(own: RawExchange, parent: RawExchange) -> RawExchange:
    is_changed = own.amount is not None or bool(own.relation)
    properties = {prop.id: prop for prop in (*parent.properties, *own.properties)}
    return replace(
        own,
        flow=own.flow or parent.flow,
        group=own.group or parent.group,
        amount=own.amount if is_changed else parent.amount,
        unit=own.unit or parent.unit,
        names={**parent.names, **own.names},
        link=own.link or ("" if "activityLinkId" in own.removed else parent.link),
        compartments=own.compartments or parent.compartments,
        cas=own.cas or parent.cas,
        formula=own.formula or parent.formula,
        synonyms=own.synonyms or parent.synonyms,
        spread=own.spread or (_centred(parent.spread) if is_changed else parent.spread),
        properties=tuple(properties.values()),
        classification={**parent.classification, **own.classification},
        production_volume=parent.production_volume if own.production_volume is None else own.production_volume,
        variable=own.variable or parent.variable,
        relation=_relation(own.relation, parent) if is_changed else parent.relation,
        is_calculated=_calculates(own) if is_changed else parent.is_calculated,
        volume_variable=own.volume_variable or parent.volume_variable,
        comment=_text(own.comment, parent.comment),
        source=own.source or parent.source,
        allocation_property=own.allocation_property
        or ("" if "specificAllocationPropertyId" in own.removed else parent.allocation_property),
        has_transfers=own.has_transfers or parent.has_transfers,
    )


def _calculates(own: RawExchange | RawParameter) -> bool:
    return own.is_calculated or (own.amount is None and bool(own.relation))


def _centred(spread: Spread | None) -> Spread | None:
    """The parent's distribution about another amount; bounds do not move along, so of these only the scores stay."""
    if spread is None:
        return None
    if spread.kind in _RELATIVE:
        return Spread(spread.kind, {k: v for k, v in spread.numbers.items() if k not in _CENTRES}, spread.pedigree)
    return Spread("", {}, spread.pedigree) if spread.pedigree else None


def _parameters(own: Sequence[RawParameter], inherited: Sequence[RawParameter]) -> list[RawParameter]:
    found = list(inherited)
    keys = {key: position for position, raw in enumerate(inherited) for key in _keys(raw)}
    for raw in own:
        place = next((keys[key] for key in _keys(raw) if key in keys), None)
        if place is None:
            found.append(raw)
        else:
            found[place] = _parameter(raw, inherited[place])
    return found


def _keys(raw: RawParameter) -> list[tuple[str, str]]:
    return [(kind, key) for kind, key in (("id", raw.id), ("variable", raw.variable)) if key]


def _parameter(own: RawParameter, parent: RawParameter) -> RawParameter:
    is_changed = own.amount is not None or bool(own.relation)
    return replace(
        own,
        variable=own.variable or parent.variable,
        name=own.name or parent.name,
        unit=own.unit or parent.unit,
        amount=own.amount if is_changed else parent.amount,
        relation=_relation(own.relation, parent) if is_changed else parent.relation,
        is_calculated=_calculates(own) if is_changed else parent.is_calculated,
        spread=own.spread or (_centred(parent.spread) if is_changed else parent.spread),
        comment=_text(own.comment, parent.comment),
    )
