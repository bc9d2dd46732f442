"""Parts of the documents that come from the code and the data: ``python tests/docs/blocks.py`` writes them.

A part stands between ``<!-- begin NAME -->`` and ``<!-- end -->``; the name picks a function below, what follows its
colon are the arguments. The tests make every part again and compare. Parts that need the shared data are left as
they are where it is absent.
"""

from __future__ import annotations

import ast
import csv
import importlib.util
import io
import re
import shlex
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import typer
from page_files import write_page_files
from page_studies import page_studies

from tanheng import texts
from tanheng.cli import main
from tanheng.cli.show import allocation_told
from tanheng.exchange.shelf import protocols
from tanheng.footprint import assess, read_study
from tanheng.footprint.assessment import Assessment, FindingResult, LineResult
from tanheng.footprint.reading.fields import CHOICES, fields
from tanheng.footprint.recycling import Term, end_of_life, inputs
from tanheng.footprint.study import EndOfLifeMethod, Recycling, Study
from tanheng.formats import read_database
from tanheng.inventory.climate import climate_role
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.model import FlowKind
from tanheng.inventory.search import find_product
from tanheng.quantities import gwp_set
from tanheng.rules import GENERAL_RULE, known_packs, regime, rule_pack
from tanheng.rules.expressions import ITEM
from tanheng.storage import Home

ROOT = Path(__file__).resolve().parents[2]
USLCI = ROOT.parent / "shared" / "data" / "uslci"
RELEASES = {"uslci": "uslci-olca-jsonld.zip", "uslci21": "uslci-fy21q3-ecospold1.zip"}
BLOCK = re.compile(r"<!-- begin (?P<name>[^>]+?) -->\n(?P<body>.*?)<!-- end -->", re.DOTALL)
CLOSE = 0.05

Make = Callable[..., str]
PARTS: dict[str, Make] = {}
NEEDS_DATA = frozenset(
    {
        "known-good",
        "links",
        "agreement",
        "unknown-gases",
        "screen-footprint",
        "screen-import",
        "screen-whatif",
        "screen-releases",
        "screen-uncertainty",
    }
)


def part(make: Make) -> Make:
    PARTS[make.__name__.replace("_", "-")] = make
    return make


def documents() -> list[Path]:
    """Every document that may have parts."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "benchmarks" / "README.md"]


def made(name: str) -> str:
    """The body of a part."""
    kind, _, rest = name.partition(":")
    body = PARTS[kind](*(word.strip() for word in rest.split(",") if word.strip()))
    return "\n".join(line.rstrip() for line in body.strip("\n").splitlines()) + "\n"


def has_data(name: str) -> bool:
    """Whether the data that a part needs is at hand."""
    return name.partition(":")[0] not in NEEDS_DATA or all((USLCI / file).exists() for file in RELEASES.values())


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines.append(["---"] * len(lines[0]))
    lines += [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def rows_of(name: str) -> list[dict[str, str]]:
    text = files("tanheng").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


# Certification

_STEP_HEADS = {
    "en": ("State", "Step", "Leads to", "Taken by", "Needs", ""),
    "zh": ("状态", "步骤", "进入", "执行人", "条件", "说明"),
}
_PARTIES = {
    "applicant": "申请人",
    "holder": "证书持有人",
    "officer": "机构认证人员",
    "reviewer": "文件评审",
    "inspector": "现场核查",
    "verifier": "核查",
    "signatory": "核查或决定",
    "decider": "决定",
    "regulator": "监管部门",
    "clock": "时钟",
}


@part
def procedure(machine: str, lang: str) -> str:
    rows = [row for row in rows_of("certification/procedure.csv") if row["machine"] == machine]
    by = lambda row: row["by"] if lang == "en" else _PARTIES[row["by"]]  # noqa: E731
    before = {"en": "the state before", "zh": "原状态"}[lang]
    return table(
        _STEP_HEADS[lang],
        (
            (
                f"`{row['state']}`",
                f"`{row['step']}`",
                before if row["to"] == "(before)" else f"`{row['to']}`",
                by(row),
                " ".join(f"`{word}`" for word in row["needs"].split()),
                row[f"text_{lang}"],
            )
            for row in rows
        ),
    )


_PROTOCOL_HEADS = {
    "en": ("Protocol", "", "Standard", "Ways", "Takes results under"),
    "zh": ("协议", "名称", "标准", "方向", "接受的规则体系"),
}
_WAYS = {"en": ("written", "read", "any"), "zh": ("导出", "导入", "任一")}


@part
def exchange_protocols(lang: str) -> str:
    out, into, any_ = _WAYS[lang]
    return table(
        _PROTOCOL_HEADS[lang],
        (
            (
                f"`{one.id}`",
                one.names[lang],
                f"[{one.standard[lang]}]({one.url})",
                ", ".join(way for way, there in ((out, one.write), (into, one.read)) if there is not None),
                " ".join(f"`{regime}`" for regime in one.regimes) or any_,
            )
            for one in protocols().values()
        ),
    )


_REPORT_HEADS = {
    "en": ("Report", "Added by", "In the state", "Amended in", ""),
    "zh": ("报告", "添加人", "状态", "可补充的状态", "说明"),
}


@part
def reports(lang: str) -> str:
    def those(words: str) -> str:
        return " ".join(f"`{word}`" for word in words.split())

    return table(
        _REPORT_HEADS[lang],
        (
            (
                f"`{row['kind']}`",
                ", ".join(row["by"].split()) if lang == "en" else "、".join(_PARTIES[one] for one in row["by"].split()),
                those(row["states"]),
                those(row["amended"]),
                row[f"text_{lang}"],
            )
            for row in rows_of("certification/reports.csv")
        ),
    )


# The study format

_HEADS = {
    "en": ("Key", "Name", "Meaning", "Value", "Needed or default"),
    "zh": ("键", "名称", "含义", "取值", "必填或默认"),
}
_KINDS: Mapping[str, tuple[str, str]] = {
    "schema": ("`study/1`", "`study/1`"),
    "text": ("text", "文字"),
    "names": ("text, or `{zh: …, en: …}`", "文字，或 `{zh: …, en: …}`"),
    "texts": ("text, or a list of them", "文字，或文字列表"),
    "names_list": ("list of texts", "文字列表"),
    "codes": ("mapping of scheme to code in quotes", "体系到代码的映射，代码加引号"),
    "number": ("number", "数字"),
    "share": ("`35 %` or `0.35`", "`35 %` 或 `0.35`"),
    "quantity": ("number with unit", "带单位的数"),
    "flag": ("yes, no", "yes、no"),
    "period": ("dates", "日期"),
    "geography": ("geography code", "地理代码"),
    "mode": ("mode of transport", "运输方式"),
    "gas": ("gas, or `CO2e`", "气体，或 `CO2e`"),
    "supply": ("text", "文字"),
    "settings": ("mapping of parameter to value in quotes", "参数到取值的映射，取值加引号"),
    "day": ("date", "日期"),
    "year": ("year", "年份"),
    "emits": ("`{GAS: amount}`, or a list", "`{气体: 质量}`，或列表"),
    "record": ("mapping, see below", "映射，见下文"),
    "records": ("list, see below", "列表，见下文"),
}


@part
def fields_of(record: str, lang: str) -> str:
    """The fields of a record of the study format."""
    side = ("en", "zh").index(lang)
    rows = []
    for field in fields(record).values():
        value = _KINDS[field.kind][side] if field.kind != "choice" else ""
        if field.kind == "choice":
            value = ", ".join(f"`{member.value}`" for member in CHOICES[field.refers])
        if field.range:
            value += f" ({field.range.replace('..', ' – ')})"
        needed = ("**needed**", "**必填**")[side] if field.needed else f"`{field.default}`" if field.default else ""
        rows.append((f"`{field.key}`", field.names[lang], field.texts[lang], value, needed))
    return table(_HEADS[lang], rows)


@part
def transport_modes(lang: str) -> str:
    """Modes of transport with their factors."""
    head = {"en": ("Mode", "What", "Factor"), "zh": ("方式", "说明", "因子")}[lang]
    rows = rows_of("transport_modes.csv")
    return table(head, ((f"`{r['mode']}`", r[f"name_{lang}"], f"`{r['factor']}`") for r in rows))


@part
def duties(lang: str) -> str:
    """Duties of products with their days, standing of the law, and its number."""
    head = {
        "en": ("Market", "Duty", "From", "Until", "Law", "State"),
        "zh": ("市场", "义务", "自", "至", "法律依据", "状态"),
    }[lang]
    words = {
        "in-force": {"en": "in force", "zh": "已生效"},
        "adopted": {"en": "adopted", "zh": "已通过"},
        "planned": {"en": "planned", "zh": "计划中"},
        "mandatory": {"en": "", "zh": ""},
        "voluntary": {"en": ", voluntary", "zh": "，自愿"},
    }
    return table(
        head,
        (
            (
                row["market"],
                row[f"title_{lang}"],
                row["first"],
                row["last"],
                f"[{row['number'] or row['date']}]({row['url']})",
                words[row["state"]][lang] + words[row["binding"]][lang],
            )
            for row in rows_of("duties.csv")
        ),
    )


@part
def electricity_sources(lang: str) -> str:
    """Sources of electricity that can be named, with their factor series."""
    head = {"en": ("Place", "Source", "What", "Factor series"), "zh": ("地区", "来源", "说明", "因子系列")}[lang]
    rows = rows_of("electricity_sources.csv")
    return table(
        head, ((f"`{r['geography']}`", f"`{r['source']}`", r[f"name_{lang}"], f"`{r['factor_series']}`") for r in rows)
    )


@part
def checks(lang: str) -> str:
    """The checks of the general rule."""
    head = {"en": ("Code", "Severity", "Clause", "Finding"), "zh": ("编号", "级别", "条款", "发现")}[lang]
    severity = {"error": "错误", "warning": "警告", "info": "提示"} if lang == "zh" else {}
    return table(
        head,
        (
            (
                f"`{check.code}`",
                severity.get(check.severity.value, check.severity.value),
                check.clause[lang],
                check.message[lang].replace("{quote}", "…").replace("{name}", "…"),
            )
            for check in rule_pack(GENERAL_RULE).checks
        ),
    )


@part
def limits() -> str:
    """The limits of the general rule."""
    return table(("Limit", "Value"), ((f"`{k}`", f"{v:g}") for k, v in rule_pack(GENERAL_RULE).limits.items()))


# Commands and their screens


def said(words: Sequence[str], folder: Path, home: Path | str, lang: str) -> tuple[object, str, str]:
    """How a command ends, and what it says on either stream, run in a folder."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code: object = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["tanheng", *words])
        for key, value in {"TANHENG_HOME": str(home), "TANHENG_LANG": lang, "COLUMNS": "80"}.items():
            patch.setenv(key, value)
        patch.chdir(folder)
        try:
            main.run()
        except SystemExit as stop:
            code = stop.code or 0
    return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()


def run(*words: str, home: Path | None = None) -> str:
    """What a command prints, run from the project's root."""
    code, printed, told = said(words, ROOT, home or "/nonexistent", "en")
    assert code == 0, told
    return printed


@part
def screen(example: str, lang: str) -> str:
    """The screen of an example, with the command above it."""
    words = ("assess", f"examples/{example}", "--lang", lang)
    return f"```text\n$ tanheng {' '.join(words)}\n{run(*words)}```"


@part
def screen_footprint(lang: str, *words: str) -> str:
    """The screen of a product of USLCI."""
    return f"```text\n{run('db', 'footprint', 'uslci', ', '.join(words), '--lang', lang, home=releases().path)}```"


@part
def screen_import(lang: str) -> str:
    """What an import says: the same summary that ``db show`` begins with."""
    shown = run("db", "show", "uslci", "--lang", lang, home=releases().path)
    return f"```text\n{shown.partition('  ' + texts.text('cli', 'notes', lang))[0]}```"


@part
def screen_whatif(lang: str) -> str:
    """What another share of coal moves, the first products."""
    change = "Electricity, at Grid, US, 2010 <- Electricity, bituminous coal, at power plant = 5 %"
    words = ("db", "whatif", "uslci", "--change", change, "--limit", "4", "--lang", lang)
    return f"```text\n{run(*words, home=releases().path)}```"


@part
def screen_releases(lang: str) -> str:
    """Why one product differs between the two releases of USLCI."""
    words = (
        "db",
        "diff",
        "uslci",
        "uslci21",
        "--product",
        "Portland cement, at plant",
        "--causes",
        "3",
        "--lang",
        lang,
    )
    return f"```text\n{run(*words, home=releases().path)}```"


@part
def screen_uncertainty(lang: str) -> str:
    """Two products of USLCI by common samples, and what their distributions do not cover."""
    products = ("Scanner, i1150 desktop and i1190 desktop", "--compare", "Scanner, i1190E desktop")
    words = ("db", "uncertainty", "uslci", *products, "--lang", lang)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("databases", "snapshots"):
            (Path(folder) / name).symlink_to(releases().path / name)  # runs of an earlier time would be told
        return f"```text\n{run(*words, home=Path(folder))}```"


@part
def options(*path: str) -> str:
    """Arguments and options of a command."""
    command = main.command()
    for name in path[0].split() if path else ():
        command = command.commands[name]
    context = typer.Context(command)
    rows = []
    for param in command.get_params(context):
        if param.name == "help" or getattr(param, "hidden", False):
            continue
        shown = ", ".join(f"`{opt}`" for opt in param.opts) if param.param_type_name == "option" else f"`{param.name}`"
        told = str(getattr(param, "help", "") or "")
        fallback = param.default if param.default not in (None, "", False) and not callable(param.default) else ""
        rows.append((shown, told, "needed" if param.required else f"`{fallback}`" if fallback else ""))
    return table(("Argument or option", "Meaning", "Needed or default"), rows)


# Modelling


@part
def arithmetic(name: str, lang: str, *options: str) -> str:
    """What the study of this name on a page gives: its printed formulas, and its total.

    Options: ``regime=pef31``, ``scenario=long``; ``total`` for the last line alone; ``parameters`` and ``reason`` (of the
    allocation) for these, too; codes of gaps and findings to print.
    """
    given = dict(option.split("=") for option in options if "=" in option)
    result = _assessed(name, lang, given.get("regime"), given.get("scenario", ""))
    shown: list[str] = []
    if "total" not in options:
        if result.allocation.basis != "none":
            shown.append(allocation_told(result.allocation, lang))
            shown += [f"    {result.allocation.reason.get(lang)}"] if "reason" in options else []
        shown += (f"{p.id}: {p.formula}" for p in result.parameters if p.formula and "parameters" in options)
        for line in result.lines:
            shown += _steps(line, lang, options)
        shown += [_told(finding, lang) for finding in result.findings if finding.code in options]
        if result.electricity is not None and result.electricity.location_based != result.electricity.total:
            kwh, total = f"{result.electricity.amount_kwh:.6g}", f"{result.electricity.total:.6g}"
            located = f"{result.electricity.location_based:.6g}"
            shown.append(texts.text("cli", "electricity", lang, kwh=kwh, total=total, located=located))
        if result.stored_carbon:
            shown.append(f"{texts.text('terms', 'stored_carbon', lang)}: {result.stored_carbon:.6g} kg CO2")
    label = {"en": "total", "zh": "合计"}[lang]
    how = ", ".join(given.values())
    shown.append(f"{label} = {result.total:.6g} {result.unit}{f'  ({how})' if how else ''}")
    return "```text\n" + "\n".join(shown) + "\n```"


def _steps(line: LineResult, lang: str, options: Iterable[str]) -> Iterable[str]:
    """A line with its formulas and the notes that were asked for."""
    gaps = [gap for gap in line.gaps if gap.code in options]
    if not (line.parts or line.formula or gaps):
        return
    yield line.names.get(lang) or next(iter(line.names.values()))
    if line.formula:
        yield f"    {line.formula}"
    for found in line.parts:
        own = found.names == line.names
        yield "    " + ("" if own else f"{found.names.get(lang)}: ") + found.formula
    for gap in gaps:
        yield f"    ! {texts.text('gaps', gap.code, lang, **gap.params)}"


def _told(finding: FindingResult, lang: str) -> str:
    """A finding, with who answers for it."""
    told = f"{finding.code} {finding.path}: {finding.message[lang]}"
    waiver = finding.waiver
    if waiver is None:
        return told
    reason = waiver["reason"].get(lang) or next(iter(waiver["reason"].values()))
    return f"{told}\n    {reason} ({waiver['person']}, {waiver['day']})"


@cache
def _assessed(name: str, lang: str, regime_id: str | None, scenario: str) -> Assessment:
    """The result of a study on a page."""
    return assess(_study_of(name, lang), regime_id=regime_id, scenario=scenario)


def _study_of(name: str, lang: str) -> Study:
    """The study that a page of this language names ``# name`` in its first line."""
    pages = [page for page in documents() if page.name.endswith(".zh-CN.md") == (lang == "zh")]
    study = next(found for page in pages for _, found in page_studies(page) if found.name == name)
    with tempfile.TemporaryDirectory(prefix="tanheng-docs-") as folder:
        return read_study(study.write(Path(folder)))


_TERMS = {"virgin": "Ev", "recycled": "Erecycled", "carried": "Ev", "recycling": "ErecyclingEoL", "credit": "E*v"}


@part
def end_of_life_methods(name: str, lang: str) -> str:
    """The methods of recycling and end of life, what differs between them, and what the study of this name gives."""
    head = {"en": ("Method", "Name", "Material in", "Material out", "The example")}
    head["zh"] = ("方法", "名称", "投入材料", "再生产出", "本例结果")
    study = _study_of(name, lang)
    shares = Recycling(0.5, recycling_rate=0.25, allocation=0.5)
    rows = []
    for method in EndOfLifeMethod:
        out = [term for term in end_of_life("", shares, method, 0.5) if term.key in ("recycling", "credit")]
        lines = (replace(line, recycling=replace(line.recycling, method=method)) for line in study.lines)
        result = assess(replace(study, lines=tuple(lines)))
        told = texts.text("terms", f"end_of_life.{method.value}", lang)
        into = _sum(inputs("", shares, method, 0.5))
        rows.append((f"`{method.value}`", told, into, _sum(out), f"{result.total:.5g} {result.unit}"))
    return table(head[lang], rows)


def _sum(terms: Iterable[Term]) -> str:
    """Terms of a formula by their symbols."""
    signed = [
        (" − " if term.sign < 0 else " + ") + " × ".join((*(f.symbol for f in term.factors), _TERMS[term.key]))
        for term in terms
    ]
    return "".join(signed).removeprefix(" + ").replace("*", "\\*") or "–"


@part
def regime_choices(lang: str) -> str:
    """What each regime decides where the study does not."""
    head = {"en": ("Regime", "Allocation, in this order", "End of life", "Certificates count", "Residual mix")}
    head["zh"] = ("规则体系", "分配依据（依次）", "生命末期", "计入绿证", "剩余电力组合")
    yes, no = {"en": ("yes", "no"), "zh": ("是", "否")}[lang]
    rows = []
    for name in sorted(path.stem for path in (ROOT / "src/tanheng/data/regimes").glob("*.yaml")):
        method = regime(name).method
        order = ", ".join(f"`{basis}`" for basis in method.allocation)
        flags = (yes if flag else no for flag in (method.counts_certificates, method.uses_residual_mix))
        rows.append((f"`{name}`", order, f"`{method.end_of_life}`", *flags))
    return table(head[lang], rows)


@part
def carbonates(lang: str) -> str:
    """Carbonates with their CO2."""
    head = {"en": ("Carbonate", "What", "kg CO2/kg", "Source"), "zh": ("碳酸盐", "名称", "kg CO2/kg", "出处")}[lang]
    rows = rows_of("carbonates.csv")
    return table(head, ((f"`{r['formula']}`", r[f"name_{lang}"], r["factor"], r["source"]) for r in rows))


# Screens of any command, and the tables of rules


@part
def shell(*words: str) -> str:
    """A command and what it prints, in a folder that holds the examples and the files of the pages."""
    return _shell(",".join(words))


@part
def shell_top(count: str, *words: str) -> str:
    """The first lines of what a command prints."""
    return _shell(",".join(words), int(count))


def _shell(line: str, count: int | None = None) -> str:
    command, _, lang = line.rpartition(" --lang ")
    shown = _printed(command, lang).rstrip("\n").splitlines()
    if count is not None and len(shown) > count:
        shown = [*shown[:count], "…"]
    return "\n".join(("```text", f"$ tanheng {command}", *shown, "```"))


@cache
def _printed(command: str, lang: str) -> str:
    """What a command says on either stream: a refusal is an answer, too."""
    with tempfile.TemporaryDirectory(prefix="tanheng-docs-") as folder:
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        write_page_files(sorted((ROOT / "docs").glob("*.md")), Path(folder))
        _, printed, told = said(shlex.split(command), Path(folder), f"{folder}/home", lang)
    return printed or told


@part
def pedigree(lang: str) -> str:
    """Factors of the quality scores."""
    rows = {(r["indicator"], r["score"]): r["factor"] for r in rows_of("pedigree.csv")}
    head = {"en": "Score", "zh": "评分"}[lang]
    scores = [f"{n}" for n in range(1, 6)]
    return table(
        (head, *scores), ((f"`{key}`", *(rows[key, score] for score in scores)) for key in ("te", "ge", "ti", "pr"))
    )


@part
def regimes(lang: str) -> str:
    """What each regime counts, and by which method."""
    head = {
        "en": ("Regime", "Follows", "GWP set", "Counts", "Kept carbon", "Stages", "Leaves out", "Cut-off"),
        "zh": ("规则体系", "参照", "GWP", "计入", "储存碳", "阶段", "不计入", "取舍"),
    }[lang]
    netted = {"en": ("apart", "lowers the total"), "zh": ("单独列示", "冲减合计")}[lang]
    rows = []
    for path in sorted(files("tanheng").joinpath("data/regimes").iterdir(), key=lambda one: one.name):
        found = regime(path.name.removesuffix(".yaml"))
        counted = ", ".join(sorted(found.counted)) + "".join(f" − {entry}" for entry in found.ignores)
        counted += f" ({', '.join(found.gases)})" if found.gases else ""
        left_out = ", ".join(f"`{one.reason}`" for one in found.excludes) or "–"
        pair = (found.method.cut_off_single, found.method.cut_off_total)
        limits = " / ".join("–" if limit is None else f"{100 * limit:g} %" for limit in pair)
        names = f"{found.names[lang]}: {found.standard[lang]}"
        stages = ", ".join(found.stages)
        kept = netted[found.nets_stored_carbon]
        rows.append((f"`{found.id}`", names, found.gwp.name, counted, kept, stages, left_out, limits))
    return table(head, rows)


@part
def packs(lang: str) -> str:
    """The rule packs that ship, each in its highest version."""
    head = {
        "en": ("Pack", "For", "Status", "Codes", "Unit", "Boundary", "Band, kg CO2e", "Checks, own"),
        "zh": ("规则包", "产品", "地位", "代码", "单位", "边界", "已知范围 kg CO2e", "检查项（自有）"),
    }[lang]
    rows = []
    for pack_id in known_packs():
        found = rule_pack(pack_id)
        scope = "; ".join(f"{scheme} {', '.join(codes)}" for scheme, codes in found.scope.items()) or "–"
        band = f"{found.band.low:g} – {found.band.high:g} / {found.band.per}" if found.band else "–"
        inherited = {check.code: check for check in rule_pack(found.extends).checks} if found.extends else {}
        own = sum(inherited.get(check.code) != check for check in found.checks)
        boundaries = ", ".join(found.boundaries) or "–"
        units = ", ".join(found.units) or "–"
        counted = f"{len(found.checks)} ({own})"
        reference = f"`{found.reference}`"
        rows.append((reference, found.names[lang], found.status.value, scope, units, boundaries, band, counted))
    return table(head, rows)


@part
def check_names(lang: str) -> str:
    """What the checks of each scope see beside ``facts``, ``limits``, ``pack`` and ``regime``."""
    head = {"en": ("Scope", "Runs over", "Keys of `item`"), "zh": ("范围", "检查对象", "`item` 的键")}[lang]
    over = {
        "en": ("lines", "steps of lines", "gaps", "declared cut-offs", "mandatory processes of the pack", "waivers"),
        "zh": ("清单项", "计算步骤", "缺口", "声明的取舍", "规则包的必备过程", "豁免"),
    }[lang]
    rows = [
        (f"`{scope.value}`", told, " ".join(f"`{key}`" for key in sorted(keys)))
        for (scope, keys), told in zip(ITEM.items(), over, strict=True)
    ]
    return table(head, rows)


def _example(row: Mapping[str, str]) -> str:
    return f"`{row['example']}`" if row["example"] else ""


@part
def rule_fields(record: str, lang: str) -> str:
    """The fields of a rule pack's or regime's record."""
    head = {"en": ("Key", "Meaning", "Example"), "zh": ("键", "含义", "示例")}[lang]
    needed = {"en": " **needed**", "zh": " **必填**"}[lang]
    rows = [row for row in rows_of("rule_fields.csv") if row["record"] == record]
    return table(
        head,
        ((f"`{r['key']}`", r[f"text_{lang}"] + (needed if r["needed"] == "yes" else ""), _example(r)) for r in rows),
    )


# Benchmarks


@part
def performance(lang: str, *which: str) -> str:
    """What ``benchmarks/results.json`` holds: the lines that the README shows, ``all`` with their notes, or the ``targets``."""
    spec = importlib.util.spec_from_file_location("benchmark_tables", ROOT / "benchmarks" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    results = tables.read()
    if "targets" in which:
        return tables.targets(results)
    return tables.every(results) if "all" in which else tables.shown(results, lang)


# The convention


@part
def clauses() -> str:
    """Tests of every clause."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests" / "convention").glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (match := re.match(r"test_(c\d\d)_", node.name)):
                found.setdefault(match[1].upper(), []).append(f"`{node.name}`")
    return table(("Clause", "Tests"), ((clause, "<br>".join(names)) for clause, names in sorted(found.items())))


# USLCI

_KNOWN = (
    ("uslci", "Electricity, at Grid, US, 2010", "0.67"),
    ("uslci", "Electricity, bituminous coal, at power plant", "1.09"),
    ("uslci", "Steel, billets, at plant", "2.05"),
    ("uslci", "Polyethylene, high density, resin, at plant, CTR", "1.97"),
    ("uslci", "Portland cement, at plant", "1.37"),
    ("uslci", "Transport, combination truck, diesel powered", "0.081"),
    ("uslci", "Aluminum, primary, ingot, at plant", "8.9 – 13.1"),
    ("uslci", "Aluminum, primary, smelt, at plant", "8.9 – 13.1"),
    ("uslci", "Aluminum, primary, ingot, at plant, 1998", "8.9 – 13.1"),
    ("uslci21", "Polyethylene, high density, HDPE, virgin resin, at plant", "2.28"),
)
"""Release, product, and the value that was computed independently (kg CO2e, AR6 GWP100)."""


@cache
def releases() -> Home:
    """A data directory with both releases of USLCI."""
    home = Home.at(Path(tempfile.mkdtemp(prefix="tanheng-docs-")))
    for name, file in RELEASES.items():
        home.add(read_database(USLCI / file, name=name), source=file)
    return home


@part
def known_good(lang: str) -> str:
    """Independent values against ours."""
    head = {"en": ("Product", "Database", "Independent", "Tanheng", "Unit", "Difference")}
    head["zh"] = ("产品", "数据库", "独立值", "碳衡", "单位", "差异")
    inside = {"en": "in the range", "zh": "在范围内"}[lang]
    rows = []
    for name, product, known in _KNOWN:
        snapshot = releases().snapshot(name)
        found = footprint(snapshot, find_product(snapshot, product))
        bounds = [float(value) for value in known.split(" – ")]
        nearest = min(max(found.total, bounds[0]), bounds[-1])
        away = found.total / nearest - 1.0
        unit = f"kg CO2e/{found.product.unit}"
        rows.append((product, f"`{name}`", known, f"{found.total:.4g}", unit, f"{away:+.1%}" if away else inside))
    return table(head[lang], rows)


@part
def links(lang: str) -> str:
    """Link statuses of both releases."""
    counts = [releases().snapshot(name).counts for name in RELEASES]
    found = {key for count in counts for key in count if key.startswith("links_")}
    keys = sorted(found, key=lambda key: (-counts[0].get(key, 0), key))
    rows = [(f"`{key.removeprefix('links_')}`", *(f"{count.get(key, 0):,}" for count in counts)) for key in keys]
    return table(({"en": "Status", "zh": "状态"}[lang], *(f"`{name}`" for name in RELEASES)), rows)


_MANUAL = (
    "IEA/OECD/Eurostat, Energy Statistics Manual (2005), table A3.8, ",
    "国际能源署等《能源统计手册》（2005），表 A3.8，",
)
_FUELS = {
    "diesel": ("柴油", "瓦斯油/柴油"),
    "gasoline": ("汽油", "车用汽油"),
    "kerosene": ("煤油", "航空涡轮燃料和其他煤油"),
    "residual fuel oil": ("残渣燃料油", "低硫（0.925）与高硫（0.963）燃料油的平均值"),
    "liquefied petroleum gas": ("液化石油气", "LPG"),
    "naphtha": ("石脑油", "石脑油"),
    "refinery gas": ("炼厂气", "本软件：取 0.8 kg/m3 时，USLCI 炼油数据集的质量平衡闭合（1 kg 原油）"),
}
"""Fuels of ``densities.csv`` with what their source says, in Chinese; where that is the manual, the line of its table."""


@part
def densities(lang: str) -> str:
    """Standard densities of fuels."""
    head = {"en": ("Fuel", "kg/l", "Source"), "zh": ("燃料", "kg/l", "出处")}[lang]
    rows = []
    for r in rows_of("densities.csv"):
        name, source = (r["fuel"], r["source"]) if lang == "en" else _FUELS[r["fuel"]]
        manual = _MANUAL[1] if lang == "zh" and r["source"].startswith(_MANUAL[0]) else ""
        rows.append((name, r["kg_per_litre"], manual + source))
    return table(head, rows)


_GAS_LIKE = re.compile(
    r"\b(hfcs?|hcfcs?|cfcs?|pfcs?|fc-|hcc-|r-40|halon)|fluorocarbon|(methane|ethane|propane), .*fluor|"
    r"^(carbon dioxide|methane\b(?!,? (di|mono|tri|tetra)?(bromo|chloro)-?$)|nitrous oxide|dinitrogen monoxide)",
    re.IGNORECASE,
)


@part
def unknown_gases(lang: str) -> str:
    """Emissions to air that look like greenhouse gases and are not known."""
    head = {"en": ("Flow", "Database", "Emitted by"), "zh": ("流", "数据库", "排放它的过程")}[lang]
    rows = []
    for name, file in RELEASES.items():
        database = read_database(USLCI / file, name=name)
        emitted = Counter(e.flow for p in database.processes.values() for e in p.exchanges if not e.is_input)
        for flow in database.flows.values():
            to_air = not re.search(r"water|soil|ground", "/".join(flow.category))
            alike = flow.kind is FlowKind.ELEMENTARY and to_air and emitted[flow.id] and _GAS_LIKE.search(flow.name)
            if alike and climate_role(flow, is_input=False) is None:
                rows.append((flow.name, f"`{name}`", str(emitted[flow.id])))
    return table(head, sorted(rows, key=lambda row: (row[1], row[0])))


_REASONS = ("close", "shared", "own", "inherited", "inputs")
_REASON_TEXTS = {
    "en": {
        "close": "within 5 %",
        "shared": "burdens shared out differently among co-products",
        "own": "own emissions of the process differ",
        "inherited": "same recipe; the difference comes from its suppliers",
        "inputs": "other inputs, other amounts, or an input that is open in one release",
        "all": "all products with the same name and unit",
    },
    "zh": {
        "close": "相差不超过 5 %",
        "shared": "负荷在共生产品之间的分摊不同",
        "own": "过程自身的排放不同",
        "inherited": "配方相同，差异来自供应商",
        "inputs": "投入不同，数量不同，或有投入在一个版本中未链接",
        "all": "名称和单位相同的全部产品",
    },
}


@part
def agreement(lang: str) -> str:
    """How products of one name compare between the two releases, by the first reason that fits."""
    head = {"en": ("Finding", "Products", "Share", "Example"), "zh": ("对照结果", "产品数", "占比", "示例")}[lang]
    told = _REASON_TEXTS[lang]
    found: dict[str, list[tuple[float, str]]] = {}
    for name, reason, away in compare():
        found.setdefault(reason, []).append((away, name))
    total = sum(map(len, found.values()))
    rows = []
    for reason in _REASONS:
        members = sorted(found.get(reason, []))
        middle = members[len(members) // 2][1] if members else "–"
        rows.append((told[reason], str(len(members)), f"{len(members) / total:.0%}", middle))
    rows.append((f"**{told['all']}**", str(total), "", ""))
    return table(head, rows)


@cache
def compare() -> tuple[tuple[str, str, float], ...]:
    """Name, reason and relative difference of every product whose name and unit occur once in each release."""
    left, right = (_release(name) for name in RELEASES)
    common = [n for n in left.places if n in right.places and left.units[n] == right.units[n]]
    # The second release's recipes with the first one's footprints of their suppliers: what is left is their own.
    mixed = right.scores.copy()
    for name in common:
        mixed[right.places[name]] = left.scores[left.places[name]]
    recipes = right.direct + right.inputs.T @ mixed
    rows = []
    for name in common:
        i, j = left.places[name], right.places[name]
        one, other = left.scores[i], right.scores[j]
        away = _apart(one, other)
        if away <= CLOSE:
            reason = "close"
        elif left.shares[i] != right.shares[j]:
            reason = "shared"
        elif abs(left.direct[i] - right.direct[j]) > CLOSE * max(abs(one), abs(other)):
            reason = "own"
        else:
            reason = "inherited" if _apart(one, recipes[j]) <= CLOSE else "inputs"
        rows.append((name, reason, away))
    return tuple(rows)


def _apart(one: float, other: float) -> float:
    largest = max(abs(one), abs(other))
    return abs(one - other) / largest if largest else 0.0


class _release:  # noqa: N801 - reads as the noun it is
    """One release: footprints, direct scores and inputs, by product names that occur once."""

    def __init__(self, name: str) -> None:
        snapshot = releases().snapshot(name)
        products = snapshot.products
        names = [text.strip().casefold() for text in products["name"]]
        self.places = {n: i for i, n in enumerate(names) if names.count(n) == 1}
        self.units = {n: products["unit"][i] for n, i in self.places.items()}
        self.shares = list(zip(products["allocation"], np.round(products["share"].to_numpy(), 3), strict=True))
        self.scores = np.array(snapshot.footprints(gwp_set()))
        self.direct = np.asarray(snapshot.direct @ snapshot.characterise(gwp_set()))
        self.inputs = -snapshot.A.tolil()
        self.inputs.setdiag(1.0 - snapshot.A.diagonal())
        self.inputs = self.inputs.tocsc()


def write() -> None:
    """Write all parts anew."""
    for path in documents():
        old = path.read_text(encoding="utf-8")

        def fill(found: re.Match[str]) -> str:
            name = found["name"]
            body = made(name) if has_data(name) else found["body"]
            return f"<!-- begin {name} -->\n{body}<!-- end -->"

        new = BLOCK.sub(fill, old)
        if new != old:
            path.write_text(new, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    write()
