"""The columns of the table, and how its heads are found."""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.formats.heads import Column, Heads, Layout
from tanheng.formats.sheets import Row

COLUMNS = (
    Column("category", "impact category", "影响类别", ("category", "indicator", "类别", "影响评价类别")),
    Column("category_unit", "category unit", "类别单位", ("impact category unit", "indicator unit", "影响类别单位")),
    Column("name", "flow name", "流名称", ("flow", "name", "substance", "elementary flow", "名称", "物质", "基本流")),
    Column("name_zh", "chinese name", "中文名称", ("flow name zh", "name zh", "中文名", "流名称中文")),
    Column("compartment", "compartment", "环境介质", ("medium", "介质")),
    Column("subcompartment", "subcompartment", "子介质", ("sub compartment", "次级介质")),
    Column("cas", "CAS number", "CAS号", ("cas", "cas no", "casrn", "CAS编号", "CAS登记号")),
    Column("flow_id", "flow id", "流ID", ("flow uuid", "uuid", "流UUID", "流编号")),
    Column("unit", "flow unit", "流单位", ("unit", "单位")),
    Column(
        "factor", "factor", "特征化因子", ("characterisation factor", "characterization factor", "cf", "value", "因子")
    ),
    Column("direction", "direction", "方向"),
    Column("location", "location", "地点", ("region", "geography", "地区", "区域")),
)
LAYOUT = Layout(COLUMNS)
_MARKS = frozenset(("category", "factor"))
_NEEDED = ("category", "category_unit", "unit", "factor")
_NAMING = ("name", "name_zh", "flow_id")


def head_of(key: str) -> str:
    """The head of a column as the template writes it."""
    return LAYOUT.head_of(key)


def find_heads(rows: Sequence[Row]) -> Heads | None:
    """The row of heads: that with a category and a factor."""
    return LAYOUT.find(rows, _MARKS)


def missing_in(heads: Heads | None) -> tuple[str, ...]:
    """Heads of the columns that a table needs and lacks; that of the name where nothing names the flow."""
    at = heads.at if heads is not None else {}
    naming = () if any(key in at for key in _NAMING) else ("name",)
    return tuple(head_of(key) for key in (*_NEEDED, *naming) if key not in at)
