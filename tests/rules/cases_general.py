"""Where each check of the general rule fires, and where it does not (see conftest)."""

from __future__ import annotations

from tanheng.rules.model import Exclusion

PACK = "general"

ALUMINA, POWER, EMISSION, WASTE = range(4)


def line(index, **values):
    """Sets keys of a line; ``None`` takes a key away."""

    def change(study):
        for key, value in values.items():
            if value is None:
                study["lines"][index].pop(key, None)
            else:
                study["lines"][index][key] = value

    return change


def top(**values):
    """Sets keys of the document; ``None`` takes a key away."""

    def change(document):
        for key, value in values.items():
            if value is None:
                document.pop(key, None)
            else:
                document[key] = value

    return change


def add(**values):
    """Adds a line of the production stage."""

    def change(study):
        study["lines"].append({"stage": "production", "data": "primary", "evidence": ["extra.csv"], **values})

    return change


def all_of(*changes):
    def change(document):
        for one in changes:
            one(document)

    return change


NO_TRANSPORT = [
    {"study": line(ALUMINA, transport=None)},
    # A regime that does not count a leg of the line does not ask for one.
    {
        "study": line(ALUMINA, transport=None),
        "quiet": {
            "study": line(ALUMINA, transport=None),
            "regime": {"excludes": (Exclusion("transport", 'part.what == "transport"'),)},
        },
    },
    {
        "study": line(ALUMINA, transport=None),
        "quiet": {"study": line(ALUMINA, transport=None), "regime": {"stages": ("production",)}},
    },
]


def gap(code, *, blocks=False, **params):
    """Puts a gap into the assessment's document."""
    entry = {"code": code, "place": "lines[0]", "blocks": blocks, "params": params}
    return {"result": lambda result: result["gaps"].append(entry)}


def deep(path, value):
    """Sets what a dotted path leads to in a document."""

    def change(document):
        *keys, last = path.split(".")
        for key in keys:
            document = document[int(key)] if isinstance(document, list) else document[key]
        document[last] = value

    return change


def part(index, path, value):
    """Sets something of the first part of a line in the assessment's document."""
    return {"result": deep(f"lines.{index}.parts.0.{path}", value)}


def recycling(**values):
    return {"written": lambda study: study["lines"][ALUMINA].update(recycling=values)}


def leg(**values):
    return {"study": lambda study: study["lines"][ALUMINA]["transport"][0].update(values)}


def grave(study):
    """A whole life: use and end of life in plain lines."""
    study["boundary"] = "cradle-to-grave"
    study["unit_kind"] = "functional"
    study["unit_text"] = {"zh": "使用十年", "en": "ten years of service"}
    for stage in ("use", "end-of-life"):
        add(stage=stage, name=stage, emits={"CO2": "1 kg"})(study)


def waiver(**values):
    entry = {"code": "TH-GEN-409", "reason": "x", "person": "P", "day": "2025-01-01", **values}
    return {"study": top(waivers=[{key: value for key, value in entry.items() if value}])}


BOUGHT = {"co_products": [{"name": "By", "amount": "200 kg", "price": 1}]}
MASS = {**BOUGHT, "allocation": {"basis": "physical", "reason": "x", "price": 5}}
MONEY = {**BOUGHT, "allocation": {"basis": "economic", "reason": "x", "price": 5000}}
REPLACES = {"co_products": [{"name": "By", "amount": "200 kg", "avoided": "factor:cn-alumina-2017-calculated"}]}
EXPANDED = top(**REPLACES, allocation={"basis": "expansion", "reason": "x"})
"""A credit: a negative amount, a negative result, and all burdens on the product."""
SUBSTITUTED = all_of(
    grave,
    line(
        WASTE,
        recycling={
            "method": "substitution",
            "recycling_rate": 1,
            "recycling": "factor:gb-2023-waste-commercial-industrial-landfill",
            "avoided": "factor:cn-alumina-2017-calculated",
        },
    ),
)
BAND = {"en": "ours", "zh": "自定"}


def band(low, high):
    from tanheng.rules.model import Band

    return {"rules": {"band": Band(low, high, "t", BAND)}}


def process(*words):
    from tanheng.rules.model import MandatoryProcess

    one = MandatoryProcess("melting", {"zh": "熔炼", "en": "Melting"}, ("production",), (), words)
    return {"rules": {"processes": (one,)}}


def limits(**values):
    from tanheng.rules import rule_pack

    return {"rules": {"limits": {**rule_pack().limits, **values}}}


def status(word):
    from tanheng.rules.model import Status

    return {"rules": {"status": Status(word)}}


def own_power(**share):
    return line(POWER, electricity=[{**share, "share": "100 %"}])


CASES = {
    # --- gaps -------------------------------------------------------------------------------------------------------
    "TH-GEN-101": {"study": line(ALUMINA, amount=None)},
    "TH-GEN-102": [
        {"study": line(ALUMINA, **{"from": "factor:none-such"})},
        gap("gas-without-gwp", blocks=True, gas="XF9", set="AR6"),
    ],
    "TH-GEN-103": {
        "study": line(POWER, electricity=None, type="electricity", **{"from": "factor:cn-grid-co2-yunnan-2023"})
    },
    "TH-GEN-104": gap("open-input", count=3, flows="Ghost", process="P"),
    "TH-GEN-105": gap("assumed-provider", count=2, process="P"),
    "TH-GEN-106": {"study": own_power(grid="CN-53")},
    "TH-GEN-107": {"study": own_power(certificate="hydro"), "quiet": {"study": own_power(contract="hydro")}},
    "TH-GEN-108": gap("incomplete-product", blocks=True, product="P", count=1),
    "TH-GEN-109": gap("other-year", asked=2020, used=2023, factor="f"),
    "TH-GEN-110": gap("whole-life-product", product="P", boundary="cradle-to-grave"),
    "TH-GEN-111": gap("declared-cut-off", count=1, flows="Scrap", process="P"),
    "TH-GEN-112": {
        **gap("assembly-without-amount", blocks=True, id="frame"),
        "quiet": gap("missing-factor", blocks=True, link="x"),
    },
    "TH-GEN-113": {
        **gap("cooling-twice", mode="sea", cooling="20 %"),
        "quiet": gap("other-year", asked=1, used=2, factor="f"),
    },
    "TH-GEN-114": {**gap("happens-later", years=12), "quiet": gap("cooling-twice", mode="sea", cooling="20 %")},
    "TH-GEN-115": {"study": line(ALUMINA, amount=None)},
    "TH-GEN-116": {"result": lambda r: r["lines"][WASTE].update(total=None, parts=[], gaps=[])},
    "TH-GEN-117": {
        "study": add(name="Foil", type="material", amount="10 kg", **{"from": "factor:cn-copper-foil-proxy"}),
        "quiet": {"study": add(name="Foil", type="material", amount="1 g", **{"from": "factor:cn-copper-foil-proxy"})},
    },
    "TH-GEN-118": {
        "study": line(ALUMINA, amount=None),
        "quiet": {
            "study": all_of(line(ALUMINA, amount=None), top(cut_offs=[{"name": "a", "reason": "b", "share": 0.001}]))
        },
    },
    # --- boundary, unit, product rule -------------------------------------------------------------------------------
    "TH-GEN-201": {"study": line(ALUMINA, stage="production")},
    "TH-GEN-202": {"study": top(boundary="cradle-to-grave"), "quiet": {"study": grave}},
    "TH-GEN-203": {"study": lambda s: [entry.update(stage="raw-materials") for entry in s["lines"]]},
    "TH-GEN-204": {"study": line(WASTE, stage="end-of-life"), "quiet": {"study": grave}},
    "TH-GEN-205": {"study": top(boundary="cradle-to-grave"), "quiet": {"study": grave}},
    "TH-GEN-206": NO_TRANSPORT,
    "TH-GEN-207": {"rules": {"units": ("kWh",)}, "quiet": {"rules": {"units": ("kg",)}}},
    "TH-GEN-208": {"rules": {"unit_kind": "functional"}, "quiet": {"rules": {"unit_kind": "declared"}}},
    "TH-GEN-209": {
        "rules": {"boundaries": ("cradle-to-grave",)},
        "quiet": {"rules": {"boundaries": ("cradle-to-gate", "cradle-to-grave")}},
    },
    "TH-GEN-210": {
        "rules": {"stages": ("raw-materials", "distribution")},
        "quiet": {"rules": {"stages": ("raw-materials", "production")}},
    },
    "TH-GEN-211": {
        "rules": {"stages": ("production",)},
        "quiet": {"rules": {"stages": ("raw-materials", "production", "distribution")}},
    },
    "TH-GEN-212": {**process("melting", "熔炼"), "quiet": process("process emission")},
    "TH-GEN-213": {
        **process("process emission"),
        "study": line(EMISSION, emits={"CO2": "0 kg"}),
        "quiet": process("过程排放"),
    },
    "TH-GEN-214": {"rules": {"scope": {"hs": ("72",)}}, "quiet": {"rules": {"scope": {"hs": ("7601", "72")}}}},
    "TH-GEN-215": {**status("withdrawn"), "quiet": status("draft")},
    "TH-GEN-216": {"rules": {"superseded_by": "general@9.0.0"}},
    "TH-GEN-217": [
        {"rules": {"valid_from": "2025-01-01"}, "quiet": {"rules": {"valid_from": "2024-12-31"}}},
        {"regime": {"valid_until": "2024-12-30"}, "quiet": {"regime": {"valid_until": "2024-12-31"}}},
    ],
    "TH-GEN-218": {"study": all_of(grave, top(unit_text=None)), "quiet": {"study": grave}},
    "TH-GEN-219": {"study": top(unit_kind="functional", unit_text="x"), "quiet": {"study": grave}},
    "TH-GEN-220": {"study": all_of(grave, top(unit_text=None)), "quiet": {"study": grave}},
    "TH-GEN-221": {
        "study": all_of(grave, line(4, after=12)),
        "quiet": {"study": all_of(grave, line(4, after=12), line(5, after=12))},
    },
    "TH-GEN-222": {
        "study": top(
            parameters=[{"id": "p", "value": "1 kg"}],
            scenarios=[{"id": "more", "values": {"p": "2 kg"}}],
            scenario="more",
        )
    },
    "TH-GEN-223": {"result": top(excluded=12.0), "quiet": {"result": top(excluded=0.0)}},
    # --- cut-offs, allocation, balances, double counting -------------------------------------------------------------
    "TH-GEN-301": {
        "study": top(cut_offs=[{"name": "a", "reason": "b", "share": 0.02}]),
        "quiet": {"study": top(cut_offs=[{"name": "a", "reason": "b", "share": 0.01}])},
    },
    "TH-GEN-302": {
        "study": top(cut_offs=[{"name": f"a{i}", "reason": "b", "share": 0.01} for i in range(6)]),
        "quiet": {"study": top(cut_offs=[{"name": f"a{i}", "reason": "b", "share": 0.01} for i in range(4)])},
    },
    "TH-GEN-303": {
        "study": top(cut_offs=[{"name": "a", "reason": "b"}]),
        "quiet": {"study": top(cut_offs=[{"name": "a", "reason": "b", "share": 0.001}])},
    },
    "TH-GEN-304": {
        "study": top(**{**MASS, "allocation": {"basis": "physical"}}),
        "quiet": {"study": top(**MASS)},
    },
    "TH-GEN-305": {"study": top(**MONEY), "quiet": {"study": top(**MASS)}},
    "TH-GEN-306": {"study": top(**MONEY), "quiet": {"study": top(**MASS)}},
    "TH-GEN-307": [
        {
            "study": top(**{**MONEY, "allocation": {"basis": "economic", "reason": "x", "price": 0.001}}),
            "quiet": {"study": quiet},
        }
        for quiet in (top(**MONEY), EXPANDED)
    ],
    "TH-GEN-308": {"study": line(ALUMINA, amount="1 t"), "quiet": {"study": line(ALUMINA, amount="1.03 t")}},
    "TH-GEN-309": {"study": line(ALUMINA, amount="3 t"), "quiet": {"study": line(ALUMINA, amount="1.7 t")}},
    "TH-GEN-310": [
        {**limits(kwh_least=2000.0), "quiet": limits(kwh_least=900.0)},
        {**limits(kwh_most=500.0), "quiet": limits(kwh_most=1100.0)},
    ],
    "TH-GEN-311": {"study": lambda s: s["lines"].pop(POWER)},
    "TH-GEN-320": {
        "result": lambda r: r["lines"][WASTE].update(parent=ALUMINA, level=1),
        "quiet": {
            "result": all_of(
                lambda r: r["lines"][WASTE].update(parent=ALUMINA, level=1),
                lambda r: r["lines"][ALUMINA].update(parts=[]),
            )
        },
    },
    "TH-GEN-321": {
        "study": add(name="Again", amount="1000 kWh", electricity=[{"grid": "CN"}], evidence=["meter.csv"]),
        "quiet": add(name="Other", amount="900 kWh", electricity=[{"grid": "CN"}], evidence=["meter.csv"]),
    },
    "TH-GEN-322": {
        "result": all_of(
            lambda r: r["lines"][ALUMINA].update(type="energy"),
            deep("lines.0.parts.0.provenance.names", {"en": "Natural gas, combusted in boiler"}),
            deep("lines.0.parts.1.what", "emission"),
        ),
        "quiet": {"result": lambda r: r["lines"][ALUMINA].update(type="energy")},
    },
    "TH-GEN-323": {
        "study": add(
            name="Network",
            type="electricity",
            amount="10 kWh",
            **{"from": "factor:cn-electricity-footprint-td-incl-losses-2024"},
        ),
        "quiet": {"study": own_power(contract="hydro")},
    },
    "TH-GEN-324": {
        "written": deep("lines.1.electricity", [{"grid": "CN", "share": 1.0, "losses": 0.05}]),
        "quiet": {"written": deep("lines.1.electricity", [{"direct": "wind", "share": 1.0, "losses": 0.05}])},
    },
    "TH-GEN-325": {
        "study": own_power(direct="wind"),
        **part(POWER, "provenance.id", "wind-2024 + td-2024"),
        "quiet": {"study": own_power(contract="wind")},
    },
    "TH-GEN-326": {
        "written": deep("lines.1.electricity", [{"certificate": "wind", "share": 0.7}, {"grid": "CN", "share": 0.7}])
    },
    "TH-GEN-327": {
        "study": all_of(own_power(contract="wind"), line(POWER, evidence=None)),
        "quiet": {"study": own_power(contract="wind")},
    },
    "TH-GEN-328": {
        "study": all_of(
            own_power(own="coal"),
            add(name="Coal", type="energy", amount="1 kg", **{"from": "factor:ipcc-anthracite-combustion-kg"}),
        ),
        "quiet": {"study": own_power(own="coal")},
    },
    "TH-GEN-329": {
        **part(POWER, "provenance.geography", "GB"),
        "quiet": part(POWER, "provenance.geography", "CN-53"),
    },
    # --- data ---------------------------------------------------------------------------------------------------------
    "TH-GEN-401": {"study": top(period="2024-01-01/2024-06-30")},
    "TH-GEN-402": {"study": top(period="2038-01-01/2038-12-31")},
    "TH-GEN-403": {"study": line(ALUMINA, **{"from": "factor:us-alumina-uslci"})},
    "TH-GEN-404": {"study": line(EMISSION, data="secondary")},
    "TH-GEN-405": {"study": line(EMISSION, evidence=None)},
    "TH-GEN-406": {"study": line(EMISSION, evidence=["gone.csv"])},
    "TH-GEN-407": {"study": line(EMISSION, quality=None)},
    "TH-GEN-408": {
        "study": lambda s: [entry.update(quality={"te": 4, "ge": 4, "ti": 4, "pr": 4}) for entry in s["lines"]]
    },
    "TH-GEN-409": {"quiet": {"study": line(EMISSION, emits={"CO2": "6 t"})}},
    "TH-GEN-410": {
        "study": add(name={"zh": "过程排放", "en": "Process emission"}, emits={"CO2": "1 kg"}),
        "quiet": {
            "study": add(
                stage="raw-materials", name={"zh": "过程排放", "en": "Process emission"}, emits={"CO2": "1 kg"}
            )
        },
    },
    "TH-GEN-411": [
        {"study": line(EMISSION, emits={"CO2": {"amount": "1 kg", "origin": "removal"}}), "quiet": {"study": quiet}}
        for quiet in (EXPANDED, SUBSTITUTED)
    ],
    "TH-GEN-412": {"study": line(EMISSION, emits={"CO2": {"amount": "600 kg", "origin": "biogenic"}})},
    "TH-GEN-413": [
        {
            "study": add(name="Coal", type="energy", amount="1 kg", **{"from": "factor:ipcc-anthracite-combustion-kg"}),
            "quiet": {"study": quiet},
        }
        for quiet in (
            all_of(
                add(name="Gas", type="energy", amount="1 MJ", **{"from": "factor:ipcc-natural-gas-combustion-mj"}),
                add(name="Supply", type="energy", amount="1 MJ", **{"from": "factor:gb-2023-supply-natural-gas-mj"}),
            ),
            # Nobody supplies waste: it has no extraction.
            *(
                add(name="Waste", type="energy", amount="1 kg", **{"from": f"factor:ipcc-{fuel}-combustion-kg"})
                for fuel in ("municipal-waste-fossil", "municipal-waste-biomass", "waste-oil", "landfill-gas")
            ),
        )
    ],
    "TH-GEN-414": {"study": line(WASTE, amount="-1 kg"), "quiet": {"study": EXPANDED}},
    "TH-GEN-415": {"study": line(WASTE, amount="-90 t")},
    "TH-GEN-416": [
        {
            "study": line(WASTE, name="Purchased carbon offsets"),
            "quiet": {"study": line(WASTE, name="Offset printing")},
        },
        {"study": line(WASTE, name="购买碳信用"), "quiet": {"study": line(WASTE, name="碳纤维")}},
        {"study": line(WASTE, note="net of CCER")},
    ],
    "TH-GEN-417": {
        "result": deep("lines.2.parts.0.gsd2", None),
        "written": deep("lines.2.note", ""),
        "study": line(EMISSION, uncertainty=None, quality=None),
    },
    "TH-GEN-418": {**part(ALUMINA, "gsd2", 6.0), "quiet": part(ALUMINA, "gsd2", 5.0)},
    "TH-GEN-419": {
        "study": top(period="2017-01-01/2017-12-31"),
        "quiet": {"study": top(period="2019-01-01/2019-12-31")},
    },
    "TH-GEN-420": {
        "study": top(period="2021-01-01/2024-12-31"),
        "quiet": {"study": top(period="2022-01-01/2024-12-31")},
    },
    "TH-GEN-421": {**limits(primary_share_least=0.5), "quiet": limits(primary_share_least=0.4)},
    "TH-GEN-422": {**limits(rating_most=0.9), "quiet": limits(rating_most=1.0)},
    "TH-GEN-423": {"study": line(EMISSION, quality=None)},
    "TH-GEN-424": {
        "study": line(EMISSION, quality={"te": 5, "ge": 1, "ti": 1, "pr": 1}),
        "quiet": {"study": line(WASTE, quality={"te": 5, "ge": 1, "ti": 1, "pr": 1})},
    },
    "TH-GEN-425": {
        **part(ALUMINA, "provenance.geography", "GLO"),
        "quiet": part(WASTE, "provenance.geography", "GLO"),
    },
    "TH-GEN-426": {
        "study": line(EMISSION, emits={"CO2": "6 t"}, data="secondary"),
        "quiet": {"study": line(EMISSION, emits={"CO2": "6 t"})},
    },
    "TH-GEN-427": {
        "result": lambda r: r["lines"][ALUMINA].update(formula="a * b", unit="1"),
        "quiet": {"result": lambda r: r["lines"][ALUMINA].update(formula="a * b")},
    },
    "TH-GEN-430": {
        **recycling(recycling_rate=0.7, recovery_rate=0.4),
        "quiet": recycling(recycling_rate=0.6, recovery_rate=0.4),
    },
    "TH-GEN-431": {
        **recycling(method="circular-footprint", allocation=0.1),
        "quiet": recycling(method="circular-footprint", allocation=0.2),
    },
    "TH-GEN-432": {**recycling(quality_out=1.1), "quiet": recycling(quality_out=1.0)},
    "TH-GEN-433": {
        **recycling(recycled_content=0.3),
        "quiet": recycling(recycled_content=0.3, recycled="factor:x"),
    },
    "TH-GEN-434": {
        **recycling(heat_efficiency=0.7, power_efficiency=0.4),
        "quiet": recycling(heat_efficiency=0.6, power_efficiency=0.3),
    },
    "TH-GEN-440": {
        "result": top(stored_carbon=100.0),
        "quiet": {"result": top(stored_carbon=100.0), "written": deep("lines.0.biogenic", {"carbon": 0.5})},
    },
    "TH-GEN-441": {
        "study": grave,
        "result": top(stored_carbon=100.0),
        "quiet": {"study": grave, "result": top(stored_carbon=0.0)},
    },
    "TH-GEN-442": {
        "study": lambda s: s["product"].update(codes={"cpc": "01.11"}),
        "quiet": {"study": lambda s: s["product"].update(codes={"cpc": "23110"})},
    },
    # --- transport ------------------------------------------------------------------------------------------------------
    "TH-GEN-450": NO_TRANSPORT,
    "TH-GEN-451": {**leg(distance="26000 km"), "quiet": leg(distance="24000 km")},
    "TH-GEN-452": {**leg(distance="0 km"), "quiet": leg(distance="1 m")},
    "TH-GEN-453": {**leg(mode="air"), "quiet": leg(mode="sea")},
    "TH-GEN-454": {
        "written": lambda s: s["lines"][ALUMINA]["transport"][0].update(load=0.05),
        "quiet": {"written": lambda s: s["lines"][ALUMINA]["transport"][0].update(load=0.5)},
    },
    # --- report, plausibility, waivers ------------------------------------------------------------------------------------
    "TH-GEN-501": {"study": top(goal=None)},
    "TH-GEN-502": {"result": deep("uncertainty.coverage", 0.5)},
    "TH-GEN-503": {
        "rules": {"report_fields": ("audience", "author")},
        "quiet": {"rules": {"report_fields": ("author", "product.codes.hs", "lines.quality")}},
    },
    "TH-GEN-504": {
        "regime": {"required": ("product.codes.cn",)},
        "quiet": {"regime": {"required": ("product.codes.hs",)}},
    },
    "TH-GEN-601": {**band(100.0, 200.0), "quiet": band(1000.0, 5000.0)},
    "TH-GEN-602": {**band(2.0, 3.0), "quiet": band(100.0, 200.0)},
    "TH-GEN-603": {**band(700.0, 800.0), "quiet": band(2.0, 3.0)},
    "TH-GEN-901": {**waiver(code="TH-GEN-101"), "quiet": waiver()},
    "TH-GEN-902": {
        "study": all_of(line(ALUMINA, amount=None), waiver(code="TH-GEN-101", path="lines[0]")["study"]),
        "quiet": waiver(),
    },
    "TH-GEN-903": {**waiver(day=""), "quiet": waiver()},
}
