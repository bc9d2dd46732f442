"""Results as tables: what the tasks are called in both languages, and which lines the README shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
TASKS: Mapping[str, tuple[str, str]] = {
    "open.stored": ("open, first footprint", "打开数据库并得到第一个碳足迹"),
    "open.solved": ("open, first footprint, solved anew", "打开数据库并重新求解第一个碳足迹"),
    "next.stored": ("next product", "下一个产品"),
    "next.solved": ("next product, with supply vector and inventory", "下一个产品，含供给向量和清单"),
    "all1.stored": ("open, all products × 1 method, stored vectors", "打开数据库，全部产品 × 1 种方法，读取已存向量"),
    "all1.solved": ("open, all products × 1 method, solved anew", "打开数据库，全部产品 × 1 种方法，重新求解"),
    "all16.solved": ("open, all products × 16 methods, solved anew", "打开数据库，全部产品 × 16 种方法，重新求解"),
    "all1.again": ("all products × 1 method, database open", "全部产品 × 1 种方法，数据库已打开"),
    "all16.again": ("all products × 16 methods, database open", "全部产品 × 16 种方法，数据库已打开"),
    "mc.one": ("Monte Carlo, one product, per sample", "蒙特卡洛，单个产品，每个样本"),
    "mc.one.thread": (
        "Monte Carlo, one product, per sample, one thread each",
        "蒙特卡洛，单个产品，每个样本，双方各一个线程",
    ),
    "mc.all": (
        "Monte Carlo, all products × 1,000 samples; the peer: 100 samples of one product",
        "蒙特卡洛，全部产品 × 1000 个样本；对照：单个产品 100 个样本",
    ),
    "mc.whole": ("open, interval of one product from 1,000 samples", "打开数据库，由 1000 个样本得到单个产品的区间"),
    "whatif.all": ("what if: 5 inputs changed, all products, gas by gas", "假设分析：改 5 个输入，全部产品，逐种气体"),
    "whatif.bare": ("what if: 5 inputs changed, all products, 1 method", "假设分析：改 5 个输入，全部产品，1 种方法"),
    "whatif.one": ("what if: 5 inputs changed, one product", "假设分析：改 5 个输入，单个产品"),
    "import": ("import: from objects to the stored, linked database", "导入：从内存对象到已链接并存盘的数据库"),
    "growth.order": ("diagnosis and order, once for each import", "诊断与排序，每次导入做一次"),
    "register.first": (
        "register: diagnose, close loops, order, footprints of all",
        "登记库：诊断、闭合环、排序、全部碳足迹",
    ),
    "register.again": ("register: footprints of all, other factor values", "登记库：换一组因子值后的全部碳足迹"),
    "register.effect": ("register: effect of a release of 200 factors", "登记库：200 个因子更新的影响"),
    "register.effect.one": ("register: effect of a release of one rare factor", "登记库：一个少用因子更新的影响"),
    "portfolio.product": ("portfolio: bills times samples", "产品组合：物料清单乘以样本"),
    "portfolio.whole": (
        "portfolio: interval of every bill, each compared with the first",
        "产品组合：每份清单的区间，并逐一与第一份比较",
    ),
    "memory.open": ("peak memory: open, first footprint", "内存峰值：打开数据库并得到第一个碳足迹"),
    "memory.all1": ("peak memory: all products × 1 method", "内存峰值：全部产品 × 1 种方法"),
    "memory.all16": ("peak memory: all products × 16 methods", "内存峰值：全部产品 × 16 种方法"),
    "memory.mc.one": ("peak memory: Monte Carlo, one product", "内存峰值：蒙特卡洛，单个产品"),
    "memory.mc.all": (
        "peak memory: Monte Carlo, all products × 1,000 samples; the peer: one product",
        "内存峰值：蒙特卡洛，全部产品 × 1000 个样本；对照：单个产品",
    ),
    "memory.import": ("peak memory: import", "内存峰值：导入"),
}
SHOWN: tuple[tuple[str, str], ...] = (
    ("open.stored", "s23500"),
    ("all1.solved", "s23500"),
    ("all16.solved", "s23500"),
    ("mc.one", "s23500"),
    ("mc.all", "s23500"),
    ("whatif.all", "s23500"),
    ("import", "s23500"),
    ("memory.all1", "s23500"),
    ("memory.mc.all", "s23500"),
    ("all1.solved", "s100000"),
    ("portfolio.whole", "portfolio"),
    ("register.effect", "register"),
)
"""Lines of the README: task and case; of several peers, the quickest."""
THEMES: Mapping[str, tuple[str, ...]] = {
    "One product": ("open", "next"),
    "All products, and growth": ("all", "growth"),
    "Monte Carlo": ("mc",),
    "What if": ("whatif",),
    "Import": ("import",),
    "Portfolio, register, cluster": ("portfolio", "register", "cluster"),
    "Memory": ("memory",),
}
"""Headings of the full table, and the beginnings of their tasks."""
HEADS = {
    "en": ("Task", "Case", "Tanheng", "Peer", "Ratio", "Error", "The peer"),
    "zh": ("任务", "算例", "Tanheng", "对照", "倍数", "误差", "对照的做法"),
}
CHINESE = {
    "adjoint direction": "伴随方向",
    "matrix edited": "直接修改矩阵",
    "by hand": "手工",
    "factors kept": "保留分解",
    "no reference": "不用参考分解",
    "the series p ← q + Rᵀp": "级数 p ← q + Rᵀp",
}
"""Words of the peer's way."""
AGAINST = {
    "direct": ("", ""),
    "peer": (" to the peer", "（与对照相比）"),
    "residual": (" residual", "（残差）"),
}


def read(path: Path = RESULTS) -> dict[str, Any]:
    """The results of a run."""
    return json.loads(path.read_text(encoding="utf-8"))


def shown(results: Mapping[str, Any], lang: str) -> str:
    """The table of the README."""
    rows = []
    for task, case in SHOWN:
        found = [row for row in results["rows"] if (row["task"], row["case"]) == (task, case)]
        if found:
            rows.append(_cells(min(found, key=lambda row: row.get("peer", 0.0)), results["cases"], lang))
    return _table(HEADS[lang], rows) + "\n\n" + machine(results, lang)


def every(results: Mapping[str, Any]) -> str:
    """All lines by theme, with notes."""
    parts, known = [], {begin for begins in THEMES.values() for begin in begins}
    for title, begins in {**THEMES, "Others": {theme(row["task"]) for row in results["rows"]} - known}.items():
        found = [row for row in results["rows"] if theme(row["task"]) in begins]
        rows = [(*_cells(row, results["cases"], "en"), row.get("note", "")) for row in found]
        if rows:
            parts.append(f"### {title}\n\n{_table((*HEADS['en'], 'Note'), rows)}")
    return "\n\n".join([*parts, machine(results, "en")])


def theme(task: str) -> str:
    """``all`` of ``all16.solved``."""
    return re.split(r"[.:0-9]", task)[0]


def targets(results: Mapping[str, Any]) -> str:
    """What was aimed at, and what came out; "behind" where it was missed."""
    memory = [row for row in results["rows"] if row["task"].startswith("memory.") and "ratio" in row]
    worst = min(memory, key=lambda row: row["ratio"], default={})
    found = [
        ("open, all products × 1 method, solved anew: 20 × the peer", _value(results, "all1.solved", "ratio"), 20, "×"),
        ("Monte Carlo, one product, per sample: 100 × the peer", _value(results, "mc.one", "ratio"), 100, "×"),
        (
            "all products × 1,000 samples before the peer has 100 of one product",
            _value(results, "mc.all", "ratio"),
            1,
            "×",
        ),
        (
            "peak memory no higher than the peer's, in no task",
            worst.get("ratio"),
            1,
            f"× in the worst, {_where(worst)}",
        ),
        (
            "100,000 processes, all products: 0.2 s of solve",
            _value(results, "all1.again", "ours", "s100000"),
            -0.2,
            "s",
        ),
        ("the whole run: 20 minutes", results.get("minutes"), -20, "minutes"),
    ]
    rows = []
    for text, value, aim, unit in found:
        if value is not None:
            good = value >= aim if aim > 0 else value <= -aim
            rows.append((text, f"{value:.3g} {unit}", "reached" if good else "**behind**"))
    return _table(("Aim", "Measured", ""), rows) if rows else ""


def _value(results: Mapping[str, Any], task: str, key: str, case: str = "s23500") -> float | None:
    """Of the line with the quickest peer."""
    rows = [row for row in results["rows"] if (row["task"], row["case"]) == (task, case)]
    return min(rows, key=lambda row: row.get("peer", 0.0)).get(key) if rows else None


def _where(row: Mapping[str, Any]) -> str:
    return f"{TASKS[row['task']][0].partition(': ')[2]} ({row['case']})" if row else ""


def machine(results: Mapping[str, Any], lang: str) -> str:
    """What it was measured on, one sentence."""
    m = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    cores, threads, memory = m["cores"], m["threads"], m["memory_gb"]
    if lang == "zh":
        return f"{m['date']} 测于 {m['cpu']}，{cores} 核，内存 {memory} GB；双方各用 {threads} 个线程。{versions}。"
    return (
        f"Measured on {m['date']}, {m['cpu']}, {cores} cores, {memory} GB, {threads} threads for each side. {versions}."
    )


def line(row: Mapping[str, Any]) -> str:
    """A line for the screen."""
    task = TASKS.get(row["task"], (row["task"].replace(".", ": ", 1),))[0]
    cells = [_amount(row.get(side), row.get("unit", "s")) for side in ("ours", "peer")]
    return (
        f"  {row['case']:14} {task:62} {cells[0]:>9} {cells[1]:>9} {_ratio(row):>7} {_error(row, 'en'):>17}  "
        f"{row.get('peer_does', '')}"
    ).rstrip()


def _cells(row: Mapping[str, Any], cases: Mapping[str, Mapping[str, Any]], lang: str) -> tuple[str, ...]:
    side = ("en", "zh").index(lang)
    names = TASKS.get(row["task"]) or (row["task"].replace(".", ": ", 1),) * 2
    unit, does = row.get("unit", "s"), row.get("peer_does", "")
    if lang == "zh":
        for words, chinese in CHINESE.items():
            does = does.replace(words, chinese)
    return (
        names[side], case_name(row["case"], cases, lang), _amount(row.get("ours"), unit), _amount(row.get("peer"), unit),
        _ratio(row), _error(row, lang), does,
    )  # fmt: skip


def case_name(key: str, cases: Mapping[str, Mapping[str, Any]], lang: str) -> str:
    """``23,500 processes, 294 k``."""
    if key not in cases:
        return key
    if lang in cases[key]:
        return str(cases[key][lang])
    n, entries = cases[key]["processes"], cases[key]["entries_of_A"]
    size = f"{entries / 1e6:.1f} M" if entries >= 999_500 else f"{entries / 1e3:.0f} k"
    prefix = "USLCI, " if key == "uslci" else ""
    return f"{prefix}{n:,} 个过程，{size} 非零元" if lang == "zh" else f"{prefix}{n:,} processes, {size} non-zeros"


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit != "s":
        return f"{value:,.0f} {unit}"
    scale, name = next((s, n) for s, n in ((1.0, "s"), (1e3, "ms"), (1e6, "µs")) if value * s >= 1 or n == "µs")
    digits = max(0, 2 - len(f"{value * scale:.0f}") + 1)
    return f"{value * scale:,.{digits}f} {name}"


def _ratio(row: Mapping[str, Any]) -> str:
    ratio = row.get("ratio")
    return "–" if ratio is None else f"{ratio:,.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×"


def _error(row: Mapping[str, Any], lang: str) -> str:
    found = row.get("accuracy")
    if found is None or isinstance(found, str):
        return found or "–"
    number = f"{found:.0e}" if found else "0"
    return f"{number}{AGAINST.get(row.get('against', 'direct'), ('', ''))[('en', 'zh').index(lang)]}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
