"""The worked example of the template: invented figures, every type of row once, a footprint that can be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.formats.table.columns import EXCHANGES, FLOWS, PARAMETERS, PROCESSES
from tanheng.formats.table.words import METHODS, Kind
from tanheng.inventory.model import AllocationMethod

Example = Mapping[str, str | float]
_MINE, _PLANT, _MILL, _SHOP, _BURNING = (
    "Coal mining", "Power plant, coal", "Steel making", "Bracket production", "Waste incineration",
)  # fmt: skip
_COAL, _POWER, _STEEL = ("Hard coal", "硬煤"), ("Electricity", "电力"), ("Steel sheet", "钢板")
_WASTE, _CO2, _AIR = ("Mixed waste", "混合废物"), ("Carbon dioxide, fossil", "二氧化碳（化石源）"), "air 空气"
_ECONOMIC = " ".join(METHODS[AllocationMethod.ECONOMIC])


def _row(process: str, kind: Kind, flow: tuple[str, str], amount: float, unit: str, **more: str | float) -> Example:
    names = {"flow": flow[0], "flow_zh": flow[1]}
    return {"process": process, "type": kind.label, **names, "amount": amount, "unit": unit, "location": "CN", **more}


def _co2(process: str, amount: float, **more: str | float) -> Example:
    return _row(process, Kind.EMISSION, _CO2, amount, "kg", compartment=_AIR, cas="124-38-9", **more)


EXAMPLE: Mapping[str, tuple[Example, ...]] = {
    EXCHANGES: (
        _row(_MINE, Kind.PRODUCT, _COAL, 1, "t", comment="EXAMPLE 示例"),
        _row(_MINE, Kind.INPUT, _POWER, 20, "kWh", provider=_PLANT),
        _row(_MINE, Kind.RESOURCE, ("Coal, hard", "硬煤（原矿）"), 1.05, "t", compartment="ground"),
        _row(_MINE, Kind.EMISSION, ("Methane, fossil", "甲烷（化石源）"), 5, "kg", compartment=_AIR, cas="74-82-8", gsd2=1.5),
        _row(_PLANT, Kind.PRODUCT, _POWER, 1, "kWh", share="90 %", allocation=_ECONOMIC),
        _row(_PLANT, Kind.BY_PRODUCT, ("Heat", "热力"), 1, "MJ", share="10 %"),
        _row(_PLANT, Kind.INPUT, _COAL, 0.3, "kg", formula="coal_rate"),
        _co2(_PLANT, 0.8, gsd2=1.1),
        _row(_MILL, Kind.PRODUCT, _STEEL, 1, "kg"),
        _row(_MILL, Kind.INPUT, _COAL, 0.6, "kg"),
        _row(_MILL, Kind.INPUT, _POWER, 0.5, "kWh"),
        _co2(_MILL, 1.6),
        _row(_SHOP, Kind.PRODUCT, ("Steel bracket", "钢支架"), 1, "pcs", comment="EXAMPLE 示例: 1 kg"),
        _row(_SHOP, Kind.INPUT, _STEEL, 1.2, "kg", pedigree="(1;2;1;1;2)"),
        _row(_SHOP, Kind.INPUT, _POWER, 2, "kWh"),
        _row(_SHOP, Kind.WASTE, _WASTE, 0.2, "kg"),
        _row(_BURNING, Kind.TREATED, _WASTE, 1, "kg"),
        _co2(_BURNING, 0.9),
        _row(_BURNING, Kind.AVOIDED, _POWER, 0.3, "kWh"),
    ),
    PROCESSES: tuple(
        {"process": name, "process_zh": chinese, "category": category, "valid_from": "2024", "source": "EXAMPLE 示例"}
        for name, chinese, category in (
            (_MINE, "煤炭开采", "energy"), (_PLANT, "燃煤发电", "energy"), (_MILL, "炼钢", "materials"),
            (_SHOP, "支架生产", "products"), (_BURNING, "废物焚烧", "waste"),
        )
    ),
    FLOWS: (
        {"flow": _COAL[0], "flow_zh": _COAL[1], "unit": "kg", "energy": 26.0},
        {"flow": "Steel bracket", "flow_zh": "钢支架", "unit": "pcs", "mass": 1.0},
        {"flow": _CO2[0], "flow_zh": _CO2[1], "cas": "124-38-9", "chemical": "CO2", "synonyms": "carbon dioxide; CO2"},
    ),
    PARAMETERS: (
        {"name": "heat_rate", "value": 7.8, "comment": "MJ coal per kWh 每 kWh 耗煤热量"},
        {"name": "coal_rate", "formula": "heat_rate / 26", "comment": "kg coal per kWh 每 kWh 耗煤量"},
    ),
}  # fmt: skip
