"""Factors as a life-cycle inventory: an aggregated process each, whose emissions are the gases of the factor."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from tanheng.factors.record import Record
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Process
from tanheng.quantities import CO2E, Origin
from tanheng.quantities.gases import gases

_SPACE = uuid.UUID("0d4bd9f2-6a0f-5d0e-9d0c-3b7d2c1f7a10")  # of identifiers that follow from ids of factors
_ORIGINS = {
    Origin.FOSSIL: ("fossil", "化石源"),
    Origin.BIOGENIC: ("biogenic", "生物源"),
    Origin.LUC: ("from land use change", "土地利用变化"),
    Origin.REMOVAL: ("in air", "空气中"),
}


def as_database(records: Iterable[Record], *, name: str, licence: str = "") -> Database:
    """The records as a database that writers of formats take.

    CO2e whose source gives no gases becomes a flow of its own, which no impact method knows: reading the file elsewhere
    needs a factor of 1 for it.
    """
    flows: dict[str, Flow] = {}
    processes: dict[str, Process] = {}
    for record in records:
        process = _process(record, name, flows)
        processes[process.id] = process
    return Database(name, "tanheng-release", flows, processes, licence=licence)


def identifier(release: str, factor: str) -> str:
    """The UUID of a factor of a collection; the same in every release."""
    return str(uuid.uuid5(_SPACE, f"{release}/{factor}"))


def _process(record: Record, name: str, flows: dict[str, Flow]) -> Process:
    factor = record.factor
    made = identifier(name, factor.id)
    product = str(uuid.uuid5(_SPACE, f"{name}/{factor.id} product"))
    flows[product] = Flow(product, FlowKind.PRODUCT, factor.names, factor.per, tuple(filter(None, (factor.category,))))
    exchanges = [Exchange("0", product, 1.0, factor.per, is_input=False, is_reference=True)]
    for number, ((gas, origin), mass) in enumerate(sorted(factor.amounts.items()), start=1):
        flow = _flow(gas, origin)
        flows.setdefault(flow.id, flow)
        exchanges.append(Exchange(str(number), flow.id, mass, "kg", is_input=origin is Origin.REMOVAL))
    texts: Mapping[str, str] = {
        key: str(value) for key, value in (("boundary", factor.boundary), *record.documentation.items()) if value
    }
    source = factor.source
    cited = ", ".join(filter(None, (source.title, source.number, source.date, source.url)))
    return Process(
        id=made,
        names=factor.names,
        exchanges=tuple(exchanges),
        location=factor.geography,
        category=tuple(filter(None, (factor.category,))),
        is_aggregated=True,
        valid_from=factor.valid_from or f"{factor.year}-01-01",
        valid_until=factor.valid_until,
        comment=factor.note,
        texts=texts,
        sources=(cited,) if cited else (),
        licence=source.licence,
    )


def _flow(gas: str, origin: Origin) -> Flow:
    made = str(uuid.uuid5(_SPACE, f"{gas} {origin.value}"))
    if gas == CO2E:
        names = {"en": "Greenhouse gases, CO2 equivalents, not split", "zh": "温室气体，二氧化碳当量，未分气体"}
        return Flow(made, FlowKind.ELEMENTARY, names, "kg", ("air",))
    known = gases()[gas]
    en, zh = _ORIGINS[origin]
    names = {"en": f"{known.name_en}, {en}", "zh": f"{known.name_zh}，{zh}"}
    category = ("resource", "in air") if origin is Origin.REMOVAL else ("air",)
    return Flow(made, FlowKind.ELEMENTARY, names, "kg", category, cas=known.cas, formula=known.formula)
