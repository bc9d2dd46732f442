"""Assessments made by hand, so that the report is tested from the contract alone."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import pytest

from tanheng.footprint.assessment import (
    AllocationResult,
    Assessment,
    ElectricityResult,
    FindingResult,
    Gap,
    GasResult,
    LineResult,
    MonteCarloResult,
    ParameterResult,
    Part,
    Provenance,
    QualityResult,
    StageResult,
    UncertaintyResult,
)
from tanheng.footprint.study import DataKind, LineType, Stage
from tanheng.quantities import Origin, gwp_set

GWP = gwp_set()
RELEASE = "cn-official@2026.1 sha256:" + hashlib.sha256(b"factors").hexdigest()
DIGEST = "sha256:" + hashlib.sha256(b"result").hexdigest()


def names(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def gas(key: str, mass: float, origin: Origin = Origin.FOSSIL) -> GasResult:
    return GasResult(key, origin, mass, mass * GWP.factor(key, origin), True)


def part(
    what: str,
    label: dict[str, str],
    amount: float,
    unit: str,
    per_unit: dict[str, float],
    *,
    origin: dict[str, Origin] | None = None,
    source: str = "生态环境部 公告 2024 年第 33 号",
    geography: str = "CN",
    year: int | None = 2023,
    method: str = "explicit",
    kind: str = "factor",
    location_based: float | None = None,
    gsd2: float | None = 1.3,
    stage: Stage = Stage.RAW_MATERIALS,
    excluded: str = "",
) -> Part:
    gases = tuple(gas(key, mass * amount, (origin or {}).get(key, Origin.FOSSIL)) for key, mass in per_unit.items())
    if "CO2e" in per_unit:
        gases = (GasResult("CO2e", Origin.UNSPLIT, amount * per_unit["CO2e"], amount * per_unit["CO2e"], True),)
    total = math.fsum(g.co2e for g in gases)
    factor = total / amount
    identity = next(iter(per_unit)) if kind == "direct" else f"cn-{label['en'].lower().replace(' ', '-')}-{year}"
    return Part(
        what=what,
        names=label,
        amount=amount,
        unit=unit,
        per_unit=factor,
        total=total,
        formula=f"{amount:.6g} {unit} × 1; {amount:.6g} {unit} × {factor:.6g} kg CO2e/{unit} = {total:.6g} kg CO2e",
        provenance=Provenance(
            kind=kind,
            id=identity,
            names=names(identity, identity) if kind == "direct" else label,
            per=unit,
            release="" if kind == "direct" else RELEASE,
            geography="" if kind == "direct" else geography,
            year=None if kind == "direct" else year,
            source="" if kind == "direct" else source,
            source_url="" if kind == "direct" else "https://example.org/factors/33",
            licence="" if kind == "direct" else "公开",
            method="direct" if kind == "direct" else method,
        ),
        gases=gases,
        stage=stage,
        excluded=excluded,
        location_based=location_based,
        gsd2=None if kind == "direct" else gsd2,
    )


def line(
    index: int,
    stage: Stage,
    kind: LineType,
    label: dict[str, str],
    amount: float | None,
    unit: str,
    *parts: Part,
    data: DataKind | None = DataKind.SECONDARY,
    scores: tuple[float, ...] = (2, 2, 1, 2),
    gaps: tuple[Gap, ...] = (),
    evidence: tuple[str, ...] = (),
    source: str = "",
    level: int = 0,
    parent: int | None = None,
    formula: str = "",
) -> LineResult:
    # Steps are in the stage of their line, but for those of end of life.
    parts = tuple(p if p.stage is Stage.END_OF_LIFE else replace(p, stage=stage) for p in parts)
    counted = [p.total for p in parts if not p.excluded]
    quality = dict(zip(("te", "ge", "ti", "pr"), scores, strict=False))
    return LineResult(
        index=index,
        place=f"lines[{index}]",
        stage=stage,
        type=kind,
        names=label,
        amount=amount,
        unit=unit,
        total=math.fsum(counted) if parts else None,
        share=None,
        data=data,
        quality=quality,
        rating=math.fsum(scores) / len(scores) if scores else None,
        parts=parts,
        gaps=gaps,
        evidence=dict.fromkeys(evidence),
        source=source,
        level=level,
        parent=parent,
        formula=formula,
    )


def assembled(lines: list[LineResult], **changes: Any) -> Assessment:
    """An assessment whose sums are the sums of its lines."""
    total = math.fsum(x.total or 0.0 for x in lines)
    lines = [replace(x, share=x.total / total if x.total is not None and total else None) for x in lines]
    sums: dict[tuple[str, Origin], list[float]] = {}
    for x in lines:
        for p in (p for p in x.parts if not p.excluded):
            for g in p.gases:
                entry = sums.setdefault((g.gas, g.origin), [0.0, 0.0])
                entry[0] += g.mass
                entry[1] += g.co2e
    gases = tuple(
        sorted((GasResult(k, o, m, c, True) for (k, o), (m, c) in sums.items()), key=lambda g: (-abs(g.co2e), g.gas))
    )
    stages = []
    for stage in Stage:
        members = [p.total for x in lines for p in x.parts if p.stage is stage and not p.excluded]
        if members or any(x.stage is stage for x in lines):
            amount = math.fsum(members)
            stages.append(StageResult(stage, amount, amount / total if total else None))
    weights = [abs(x.total or 0.0) for x in lines]
    whole = math.fsum(weights) or 1.0
    rated = [(x, w) for x, w in zip(lines, weights, strict=True) if x.rating is not None and w]
    covered = math.fsum(w for _, w in rated)
    quality = QualityResult(
        rating=math.fsum((x.rating or 0) * w for x, w in rated) / covered if covered else None,
        coverage=covered / whole,
        scores={
            key: math.fsum(x.quality[key] * w for x, w in rated) / covered
            for key in ("te", "ge", "ti", "pr")
            if covered
        },
        primary_share=math.fsum(w for x, w in zip(lines, weights, strict=True) if x.data is DataKind.PRIMARY) / whole,
    )
    gaps = tuple(g for x in lines for g in x.gaps)
    ranked = sorted((x for x in lines if x.total), key=lambda x: -abs(x.total or 0.0))
    made = Assessment(
        digest=DIGEST,
        product=names("重熔用铝锭", "Remelt aluminium ingot"),
        maker=names("某铝业有限公司", "Example Aluminium Co., Ltd."),
        codes={"hs": "7601.10", "cpc": "41431"},
        declared_unit="1 t",
        unit_kind="declared",
        unit_text=names("出厂的 1 t 重熔用铝锭（Al99.70）", "1 t of remelt ingot (Al99.70) at the gate"),
        unit="kg CO2e/t",
        boundary="cradle-to-gate",
        period=("2024-01-01", "2024-12-31"),
        site="CN-53",
        regime="gbt24067",
        regime_names=names(
            "参照 GB/T 24067-2024《温室气体 产品碳足迹 量化要求和指南》（修改采用 ISO 14067:2018）",
            "follows GB/T 24067-2024, Greenhouse gases — Carbon footprint of products — Requirements and guidelines for "
            "quantification (ISO 14067:2018, MOD)",
        ),
        method="AR6 GWP100",
        rule_pack="general@1",
        rule_pack_names=names("通则", "General rule"),
        total=total,
        complete=not any(g.blocks for g in gaps),
        stages=tuple(stages),
        lines=tuple(lines),
        gases=gases,
        origins={o.value: math.fsum(g.co2e for g in gases if g.origin is o) for o in Origin},
        stored_carbon=0.0,
        quality=quality,
        uncertainty=UncertaintyResult(1.28, total / 1.28, total * 1.28, 0.93)
        if total > 0
        else UncertaintyResult(None, None, None, 0.0),
        electricity=None,
        allocation=AllocationResult(1.0, "none", "1"),
        gaps=gaps,
        findings=(),
        hot_spots=tuple(x.index for x in ranked[:5]),
        excluded=math.fsum(p.total for x in lines for p in x.parts if p.excluded),
        inputs={
            "study": {"product": {"name": names("重熔用铝锭", "Remelt aluminium ingot")}},
            "study_digest": "sha256:" + hashlib.sha256(b"study").hexdigest(),
            "factors": {"name": "cn-official", "version": "2026.1", "digest": RELEASE.split()[1]},
            "regime": {"id": "gbt24067", "digest": "sha256:" + hashlib.sha256(b"regime").hexdigest()},
            "rule_pack": {"id": "general", "version": "1", "digest": "sha256:" + hashlib.sha256(b"pack").hexdigest()},
            "engine": "1",
        },
    )
    return replace(made, **changes)


def aluminium_lines() -> list[LineResult]:
    coal = {"CO2": 0.85, "CH4": 0.002, "N2O": 1.4e-5}
    grid_kwh, hydro_kwh = 8_680.0, 4_670.0
    located = hydro_kwh * 0.61
    sequestered = {"CO2": Origin.REMOVAL}
    return [
        line(
            0,
            Stage.RAW_MATERIALS,
            LineType.MATERIAL,
            names("氧化铝", "Alumina"),
            1.925,
            "t",
            part(
                "activity",
                names("氧化铝（拜耳法）", "Alumina, Bayer process"),
                1925.0,
                "kg",
                {"CO2": 1.39, "CH4": 0.004, "N2O": 3.1e-5},
            ),
        ),
        line(
            1,
            Stage.RAW_MATERIALS,
            LineType.MATERIAL,
            names("预焙阳极", "Prebaked anode"),
            412.0,
            "kg",
            part(
                "activity",
                names("Carbon anode, prebaked, at plant/US", "Carbon anode, prebaked, at plant/US"),
                412.0,
                "kg",
                {"CO2": 1.25, "CH4": 0.0021},
                source="uslci: Carbon anode, prebaked, at plant",
                geography="US",
                year=2010,
                method="by-name",
                kind="process",
            ),
        ),
        line(
            2,
            Stage.RAW_MATERIALS,
            LineType.MATERIAL,
            names("氟化铝", "Aluminium fluoride"),
            18.4,
            "kg",
            part(
                "activity", names("氟化铝", "Aluminium fluoride"), 18.4, "kg", {"CO2e": 2.73}, geography="CN", year=2021
            ),
            gaps=(Gap("no-gas-split", "lines[2]", False, {"factor": "cn-aluminium-fluoride-2021"}),),
        ),
        line(
            3,
            Stage.PRODUCTION,
            LineType.ELECTRICITY,
            names("交流电", "Alternating current"),
            13_350.0,
            "kWh",
            part(
                "electricity",
                names("云南电网电力组合", "Grid mix, Yunnan"),
                grid_kwh,
                "kWh",
                {k: v * 0.72 for k, v in coal.items()},
                geography="CN-53",
                method="by-source",
            ),
            part(
                "electricity",
                names("水力发电 + 电网输配", "Hydropower plus network"),
                hydro_kwh,
                "kWh",
                {"CO2": 0.0143},
                geography="CN",
                method="parent-geography",
                location_based=located,
            ),
            data=DataKind.PRIMARY,
            scores=(1, 1, 1, 1),
            evidence=("meter-2024.pdf", "ppa-hydro.pdf"),
            source="电表抄表记录",
            gaps=(Gap("parent-geography", "lines[3]", False, {"asked": "CN-53", "used": "CN"}),),
        ),
        line(
            4,
            Stage.PRODUCTION,
            LineType.EMISSION,
            names("阳极效应", "Anode effects"),
            None,
            "",
            part("emission", names("阳极效应", "Anode effects"), 0.022, "kg", {"CF4": 1.0}, kind="direct"),
            part("emission", names("阳极效应", "Anode effects"), 0.0024, "kg", {"C2F6": 1.0}, kind="direct"),
            data=DataKind.PRIMARY,
            scores=(1, 1, 1, 2),
        ),
        line(
            5,
            Stage.PRODUCTION,
            LineType.EMISSION,
            names("阳极消耗", "Anode consumption"),
            None,
            "",
            part("emission", names("阳极消耗", "Anode consumption"), 1_520.0, "kg", {"CO2": 1.0}, kind="direct"),
            data=DataKind.PRIMARY,
            scores=(1, 1, 1, 1),
        ),
        line(
            6,
            Stage.PRODUCTION,
            LineType.MATERIAL,
            names("生物质燃料（秸秆）", "Biomass fuel (straw)"),
            42.0,
            "kg",
            part(
                "activity",
                names("秸秆种植吸收", "Straw, uptake while growing"),
                42.0,
                "kg",
                {"CO2": 1.44},
                origin=sequestered,
            ),
            part(
                "activity",
                names("秸秆燃烧", "Straw, combustion"),
                42.0,
                "kg",
                {"CO2": 1.44, "CH4": 0.0003},
                origin={"CO2": Origin.BIOGENIC, "CH4": Origin.BIOGENIC},
            ),
        ),
        line(
            7,
            Stage.PRODUCTION,
            LineType.WASTE,
            names("大修渣处置", "Spent pot lining, treatment"),
            24.0,
            "kg",
            part(
                "activity", names("危险废物填埋", "Hazardous waste, landfill"), 24.0, "kg", {"CO2": 0.31, "CH4": 0.0011}
            ),
            scores=(3, 3, 4, 3),
        ),
        line(
            8,
            Stage.DISTRIBUTION,
            LineType.TRANSPORT,
            names("铁路至客户", "Rail to the customer"),
            None,
            "",
            part(
                "transport",
                names("铁路货运（电力机车）", "Rail freight, electric"),
                1450.0,
                "t*km",
                {"CO2e": 0.0069},
                method="by-mode",
            ),
            scores=(2, 2, 3, 3),
            gaps=(Gap("no-gas-split", "lines[8]", False, {"factor": "cn-rail-freight-2023"}),),
        ),
    ]


def findings() -> tuple[FindingResult, ...]:
    return (
        FindingResult(
            "GEN-064",
            "error",
            names("第 6.4.9.4 条", "clause 6.4.9.4"),
            "lines[3]",
            "share 0.35, supply contract",
            names("合同电力没有可追溯证明", "Contracted electricity has no evidence of tracking"),
            names(
                "请提供合同及结算凭证；该份额是否已从电网组合中剔除？",
                "Which document proves the contract, and is this share taken out of the residual mix?",
            ),
        ),
        FindingResult(
            "GEN-031",
            "warning",
            names("第 6.3.6 条", "clause 6.3.6"),
            "lines[1]",
            "year 2010, period 2024-01-01/2024-12-31",
            names("因子年份早于数据时段 14 年", "The factor is 14 years older than the period of the data"),
            names("是否有更近年份的预焙阳极数据？", "Is there more recent data for prebaked anodes?"),
        ),
        FindingResult(
            "GEN-090",
            "info",
            names("第 7.3 条", "clause 7.3"),
            "goal",
            "—",
            names("未说明结果是否用于对外比较", "It is not said whether the result is meant for a public comparison"),
            names("结果会用于对外比较吗？", "Will the result be used for a public comparison?"),
        ),
    )


@pytest.fixture(scope="session")
def aluminium() -> Assessment:
    """Complete: electricity of two sources, co-products, cut-offs, findings, biogenic carbon, direct emissions."""
    lines = aluminium_lines()
    power = [p for x in lines for p in x.parts if p.what == "electricity"]
    total = math.fsum(p.amount for p in power)
    made = assembled(lines)
    return replace(
        made,
        stored_carbon=12.4,
        electricity=ElectricityResult(
            total,
            math.fsum(p.total for p in power),
            math.fsum(p.total if p.location_based is None else p.location_based for p in power),
            False,
            tuple((p.provenance.id, p.amount / total, p.provenance.names["zh"]) for p in power),
        ),
        allocation=AllocationResult(
            0.972,
            "economic",
            "18900 / (18900 + 544.4)",
            names("两种产品用途不同，价格关系稳定", "The two products have different uses and stable relative prices"),
        ),
        uncertainty=UncertaintyResult(
            1.21,
            made.total / 1.21,
            made.total * 1.21,
            0.97,
            (
                (power[0].provenance.id, 0.61),
                ("lines[0]", 0.17),
                ("cn-alumina,-bayer-process-2023", 0.12),
                ("lines[5]", 0.06),
            ),
        ),
        findings=findings(),
        goal=names(
            "向客户和认证机构提供产品部分碳足迹，并识别减排重点。",
            "To give customers and certification bodies the partial carbon footprint of the product, and to find "
            "where to reduce it.",
        ),
        audience=names("客户、认证机构、内部管理层", "Customers, certification bodies, management"),
        cut_offs=(
            {
                "names": names("办公和食堂用能", "Energy of offices and canteen"),
                "reason": names("与产品无直接关系，占比小", "Not linked to the product, and small"),
                "share": 0.004,
            },
            {
                "names": names("设备和厂房建设", "Machines and buildings"),
                "reason": names("寿命长，单位产品分摊量小", "Long life, little per unit of product"),
                "share": 0.007,
            },
        ),
        limits=(
            names(
                "阳极数据来自美国数据库，年份较早。",
                "Data of the anodes are from a database of the United States and old.",
            ),
        ),
        sources=("生产统计年报 2024", "电费结算单 2024", "Supplier statement on alumina, 2024-05-14"),
        author="能源与碳管理部 王工",
        inputs={
            **made.inputs,
            "study": {
                "product": {"description": names("Al99.70，20 kg 锭", "Al99.70, ingots of 20 kg")},
                "basis": "500000 t",
                "co_products": [{"name": names("铝灰渣", "Aluminium dross"), "amount": "9000 t"}],
            },
        },
    )


@pytest.fixture(scope="session")
def incomplete() -> Assessment:
    """Missing amounts and factors, an empty stage, no quality, no uncertainty, a credit, long names."""
    long = names(
        "高强度轻量化汽车用 6 系铝合金热轧板材（含表面钝化处理及预涂润滑膜，适用于覆盖件冲压成形，厚度 0.8–1.2 mm）",
        "High-strength lightweight hot-rolled 6-series aluminium alloy sheet for automotive outer panels, with surface "
        "passivation and pre-applied dry-film lubricant, thickness 0.8–1.2 mm",
    )
    lines = [
        line(
            0,
            Stage.RAW_MATERIALS,
            LineType.MATERIAL,
            long,
            1.08,
            "kg",
            part("activity", names("铝板", "Aluminium sheet"), 1.08, "kg", {"CO2": 6.2, "CH4": 0.012}),
            scores=(),
        ),
        line(
            1,
            Stage.RAW_MATERIALS,
            LineType.MATERIAL,
            names("润滑剂", "Lubricant"),
            None,
            "",
            scores=(),
            data=None,
            gaps=(Gap("missing-amount", "lines[1]", True, {"link": "uslci:Lubricant"}),),
        ),
        line(
            2,
            Stage.RAW_MATERIALS,
            LineType.MATERIAL,
            names("钝化液 A-2000", "Passivation agent A-2000"),
            0.02,
            "kg",
            scores=(),
            data=None,
            gaps=(Gap("missing-factor", "lines[2]", True, {"link": ""}),),
        ),
        line(
            3,
            Stage.PRODUCTION,
            LineType.MATERIAL,
            names("废铝回收抵扣", "Credit for recycled scrap"),
            0.08,
            "kg",
            part("activity", names("再生铝", "Secondary aluminium"), -0.08, "kg", {"CO2": 5.9}),
            scores=(),
        ),
        line(
            4,
            Stage.PRODUCTION,
            LineType.MATERIAL,
            names(
                "包装箱 https://example.org/a/very/long/path/to/a/specification_of_the_box_v2.pdf",
                "Box SPEC_0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
            ),
            0.05,
            "kg",
            scores=(),
            data=None,
            gaps=(
                Gap(
                    "unresolved-link",
                    "lines[4]",
                    True,
                    {
                        "link": "uslci:Box",
                        "message_en": "database “uslci” is not installed",
                        "message_zh": "未安装数据库“uslci”",
                    },
                ),
            ),
        ),
    ]
    made = assembled(lines)
    return replace(
        made,
        product=long,
        declared_unit="1 kg",
        unit="kg CO2e/kg",
        unit_text={},
        boundary="cradle-to-grave",
        uncertainty=UncertaintyResult(None, None, None, 0.0),
        codes={},
        rule_pack_names={},
        author="",
    )


def quantiles(low: float, high: float) -> tuple[tuple[float, float], ...]:
    """Quantiles of a lognormal whose 95 % interval is low to high."""
    normal = NormalDist(math.log(low * high) / 2, math.log(high / low) / 2 / 1.959964)
    return tuple((i / 200, math.exp(normal.inv_cdf(i / 200))) for i in range(1, 200))


def deep_result() -> Assessment:
    """All that a study can tell: assemblies, formulas, parameters, a scenario, steps at end of life, steps that the regime

    does not count, a waiver, and a Monte Carlo view.
    """
    fabric = part("activity", names("涤纶长丝", "Polyester filament yarn"), 0.21, "kg", {"CO2": 3.2, "CH4": 0.011})
    recycling = part(
        "recycling",
        names("涤纶回收", "Recycling of polyester"),
        0.042,
        "kg",
        {"CO2": 0.9},
        stage=Stage.END_OF_LIFE,
    )
    credit = part(
        "avoided",
        names("替代原生涤纶", "Virgin polyester avoided"),
        -0.04,
        "kg",
        {"CO2": 2.1},
        stage=Stage.END_OF_LIFE,
        excluded="avoided",
    )
    steel = part("activity", names("冷轧钢", "Cold-rolled steel"), 0.012, "kg", {"CO2": 2.2})
    brass = part("activity", names("黄铜", "Brass"), 0.004, "kg", {"CO2e": 4.4})
    wash = part("electricity", names("全国电网", "National grid"), 8.5, "kWh", {"CO2": 0.55, "CH4": 0.001})
    flight = part("transport", names("航空货运", "Air freight"), 2.1, "t*km", {"CO2": 0.8}, excluded="transport")
    lines = [
        line(0, Stage.RAW_MATERIALS, LineType.MATERIAL, names("面料", "Fabric"), 0.21, "kg", fabric, recycling, credit,
             formula="0.2 kg × (1 + loss) = 0.21 kg"),
        line(1, Stage.RAW_MATERIALS, LineType.MATERIAL, names("拉链组件", "Zip assembly"), 1, "piece", data=None, scores=()),
        line(2, Stage.RAW_MATERIALS, LineType.MATERIAL, names("拉头组件", "Slider assembly"), 1, "piece", level=1, parent=1,
             data=None, scores=()),
        line(3, Stage.RAW_MATERIALS, LineType.MATERIAL, names("钢片", "Steel plate"), 12, "g", steel, level=2, parent=2),
        line(4, Stage.RAW_MATERIALS, LineType.MATERIAL, names("黄铜齿", "Brass teeth"), 4, "g", brass, level=1, parent=1),
        line(5, Stage.DISTRIBUTION, LineType.TRANSPORT, names("空运", "Air freight"), None, "", flight),
        line(6, Stage.USE, LineType.ELECTRICITY, names("洗涤用电", "Electricity for washing"), 8.5, "kWh", wash),
    ]  # fmt: skip
    made = assembled(lines)
    waiver = {
        "reason": names("供应商 2026 年起提供", "The supplier delivers it from 2026"),
        "person": "李工",
        "day": "2026-11-02",
    }
    first, second, third = findings()
    return replace(
        made,
        product=names("涤纶 T 恤", "Polyester T-shirt"),
        declared_unit="1 piece",
        unit="kg CO2e/piece",
        unit_kind="functional",
        boundary="cradle-to-grave",
        scenario="cold",
        parameters=(
            ParameterResult("loss", names("裁剪损耗", "Cutting loss"), 0.05, ""),
            ParameterResult("washes", names("洗涤次数", "Washes"), 50.0, ""),
            ParameterResult("power", names("每次用电", "Power of a wash"), 0.17, "kWh", "0.34 kWh × 0.5"),
        ),
        uncertainty=UncertaintyResult(
            1.3, made.total / 1.3, made.total * 1.3, 0.95, (("lines[6]", 0.7), (fabric.provenance.id, 0.2), ("lines[0]", 0.1))
        ),
        monte_carlo=MonteCarloResult(
            10_000, 7, made.total * 1.01, made.total, made.total * 0.13, made.total / 1.31, made.total * 1.32,
            quantiles(made.total / 1.31, made.total * 1.32), 0.95,
            (("lines[6]", 0.68), (fabric.provenance.id, 0.22), ("parameter:washes", 0.1)),
        ),
        findings=(first, replace(second, waiver=waiver), third),
        inputs={
            **made.inputs,
            "study": {"scenarios": [{"id": "cold", "name": names("冷水洗涤", "Cold wash")}]},
        },
    )  # fmt: skip


@pytest.fixture(scope="session")
def deep() -> Assessment:
    return deep_result()


@pytest.fixture(scope="session")
def others(deep: Assessment) -> tuple[Assessment, ...]:
    """The deep result in another scenario and under another regime."""
    base = replace(deep, scenario="", total=deep.total * 1.25, complete=False)
    pact = replace(deep, regime="pact3", regime_names=names("PACT 方法学第 3 版", "PACT Methodology, version 3"),
                   boundary="cradle-to-gate", total=0.9, stages=deep.stages[:1], excluded=3.4)  # fmt: skip
    return base, pact


def many_lines(count: int) -> Assessment:
    lines = []
    for i in range(count):
        stage = list(Stage)[i % 3]
        label = names(
            f"第 {i + 1} 号零部件：铸造铝合金支架（左前门铰链加强件）",
            f"Component {i + 1}: cast aluminium bracket (left front door hinge reinforcement)",
        )
        first = part(
            "activity",
            names("铝合金铸件", "Aluminium casting"),
            0.37 * (i + 1),
            "kg",
            {"CO2": 4.1 / (i + 1), "CH4": 0.003 / (i + 1)},
        )
        second = part("transport", names("公路货运", "Road freight"), 1.7, "t*km", {"CO2e": 0.11}, method="by-mode")
        lines.append(
            line(i, stage, LineType.MATERIAL, label, 0.37 * (i + 1), "kg", *((first, second) if i % 2 else (first,)))
        )
    return assembled(lines)


@pytest.fixture(scope="session")
def with_lines() -> Callable[[int], Assessment]:
    return many_lines
