"""The sheets of a table, their columns, and how they are recognised in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanheng.formats.formulas import fold
from tanheng.formats.heads import Column, Heads, Layout
from tanheng.formats.sheets import Row

EXCHANGES, PROCESSES, FLOWS, PARAMETERS = "exchanges", "processes", "flows", "parameters"

_PROCESS = Column("process", "process", "过程", ("process name", "activity", "过程名称", "工序", "工艺"))
_LOCATION = Column("location", "location", "地点", ("region", "geography", "地区", "区域"))
_FLOW = Column("flow", "flow", "流", ("flow name", "name", "item", "流名称", "名称", "物料", "项目"))
_FLOW_ZH = Column(
    "flow_zh", "flow in Chinese", "流中文名称", ("chinese name", "name zh", "flow zh", "中文名称", "中文名")
)
_CAS = Column("cas", "CAS number", "CAS号", ("cas", "cas no", "casrn", "CAS编号"))
_UNIT = Column("unit", "unit", "单位")
_ALLOCATION = Column("allocation", "allocation", "分配方法", ("allocation method", "分配"))
_COMMENT = Column("comment", "comment", "备注", ("remark", "note", "说明", "注释"))
_FORMULA = Column("formula", "formula", "公式")

LAYOUTS: Mapping[str, Layout] = {
    EXCHANGES: Layout((
        _PROCESS, _LOCATION,
        Column("type", "type", "类型", ("direction", "exchange type", "方向", "交换类型")),
        _FLOW, _FLOW_ZH,
        Column("compartment", "compartment", "环境介质", ("medium", "介质", "排放介质")),
        Column("subcompartment", "sub-compartment", "子介质", ("次级介质",)),
        _CAS,
        Column("amount", "amount", "数量", ("quantity", "value", "用量", "数值")),
        _UNIT, _FORMULA,
        Column("provider", "provider", "供应过程", ("supplier", "供应商", "提供过程")),
        Column("share", "share", "分配份额", ("allocation share", "份额", "分配比例")),
        _ALLOCATION,
        Column("gsd2", "GSD²", "几何标准差平方", ("gsd2", "gsd^2", "几何标准偏差平方")),
        Column("pedigree", "data quality", "数据质量", ("pedigree", "谱系评分", "质量评分")),
        _COMMENT,
    )),
    PROCESSES: Layout((
        _PROCESS,
        Column("process_zh", "process in Chinese", "过程中文名称", ("chinese name", "name zh", "中文名称", "中文名")),
        _LOCATION,
        Column("category", "category", "类别", ("分类",)),
        Column("valid_from", "valid from", "有效期起", ("from", "开始日期")),
        Column("valid_until", "valid until", "有效期止", ("until", "结束日期")),
        _ALLOCATION,
        Column("source", "source", "来源", ("sources", "数据来源")),
        Column("licence", "licence", "许可", ("license", "许可证")),
        _COMMENT,
    )),
    FLOWS: Layout((
        _FLOW, _FLOW_ZH, _UNIT,
        Column("mass", "mass per unit (kg)", "单位质量（kg）", ("mass", "mass kg", "质量")),
        Column("energy", "energy per unit (MJ)", "单位能量（MJ）", ("energy", "energy mj", "热值", "能量")),
        Column("volume", "volume per unit (m3)", "单位体积（m3）", ("volume", "volume m3", "体积")),
        _CAS,
        Column("chemical", "chemical formula", "化学式", ("formula", "分子式")),
        Column("synonyms", "synonyms", "同义词", ("synonym", "别名")),
    )),
    PARAMETERS: Layout((
        Column("name", "name", "名称", ("parameter", "参数", "参数名")),
        Column("value", "value", "数值", ("amount", "值")),
        _FORMULA, _PROCESS, _COMMENT,
    )),
}  # fmt: skip
TITLES: Mapping[str, tuple[str, str]] = {
    EXCHANGES: ("Exchanges", "清单"),
    PROCESSES: ("Processes", "过程"),
    FLOWS: ("Flows", "流"),
    PARAMETERS: ("Parameters", "参数"),
}
_SPELLED = {
    fold(spelling): sheet
    for sheet, (en, zh) in TITLES.items()
    for spelling in (en, zh, f"{en} {zh}", sheet.removesuffix("s"), f"{zh}表")
} | {"交换": EXCHANGES, "inventory": EXCHANGES}
_CORE = frozenset(("process", "type", "flow", "flow_zh", "amount", "unit"))
_NEEDED: Mapping[str, tuple[str, ...]] = {
    EXCHANGES: ("process", "type", "amount", "unit"),
    PROCESSES: ("process",),
    FLOWS: (),
    PARAMETERS: ("name",),
}
_NAMING = ("flow", "flow_zh")


def title_of(sheet: str) -> str:
    """The title of a sheet as the template writes it."""
    return " ".join(TITLES[sheet])


def sheet_of(title: str) -> str | None:
    """Which sheet has this title; ``None`` for one of a person's own."""
    return _SPELLED.get(fold(title))


def is_exchanges(heads: Heads) -> bool:
    """Whether a row can only be meant as the heads of exchanges, even if it lacks some."""
    return "process" in heads.at and len(heads.at.keys() & _CORE) > 3


def exchange_heads(rows: Sequence[Row]) -> Heads | None:
    """The heads of exchanges; ``None`` for another table."""
    heads = LAYOUTS[EXCHANGES].best(rows)
    return heads if heads is not None and is_exchanges(heads) else None


def missing_in(sheet: str, heads: Heads | None) -> tuple[str, ...]:
    """Heads of the columns that a sheet needs and lacks."""
    at = heads.at if heads is not None else {}
    needed = [key for key in _NEEDED[sheet] if key not in at]
    if sheet in (EXCHANGES, FLOWS) and not any(key in at for key in _NAMING):
        needed.append(_NAMING[0])
    return tuple(LAYOUTS[sheet].head_of(key) for key in needed)
