"""Methods and databases written by hand, for the tests of mapping and scoring."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from tanheng.inventory.methods.model import CharacterisationFactor, ImpactCategory, ImpactMethod
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Process


def flow(name, compartment="air", *, id="", cas="", unit="kg", synonyms=(), zh=""):  # noqa: A002
    names = {"en": name} | ({"zh": zh} if zh else {})
    path = tuple(filter(None, compartment.split("/")))
    return Flow(id, FlowKind.ELEMENTARY, names, unit, path, cas, synonyms=tuple(synonyms))


def factor(name, value, compartment="air", *, is_input=None, unit="kg", per="", location="", **more):
    given = flow(name, compartment, unit=unit, **more)
    return CharacterisationFactor(given, value, per or unit, is_input, location)


def method(*factors, local_units=None, **categories):
    """One category ``Climate`` of these factors, or several by keyword."""
    listed = categories or {"Climate": factors}
    made = tuple(ImpactCategory(name, {"en": name}, "kg CO2e", tuple(found)) for name, found in listed.items())
    return ImpactMethod("by hand", "testing", made, local_units or {})


def emitting(*flows, amounts=None, is_input=None, name="mini"):
    """A database of one product ``P`` that emits 1 (or ``amounts``) of each flow; resources are taken."""
    known = {f.id or f"f{n}": f if f.id else Flow(f"f{n}", f.kind, f.names, f.unit, f.category, f.cas, synonyms=f.synonyms)
             for n, f in enumerate(flows)}  # fmt: skip
    exchanges = [Exchange("0", "product", 1.0, "kg", is_input=False, is_reference=True)]
    for n, (key, one) in enumerate(known.items()):
        taken = one.category[:1] == ("resource",) if is_input is None else is_input
        amount = 1.0 if amounts is None else amounts[n]
        exchanges.append(Exchange(str(n + 1), key, amount, one.unit, is_input=taken))
    product = Flow("product", FlowKind.PRODUCT, {"en": "P"}, "kg")
    process = Process("p", {"en": "P"}, tuple(exchanges))
    return Database(name, "testing", {"product": product, **known}, {"p": process})


def environmental_footprint(folder: Path) -> ImpactMethod:
    """The climate change categories of EF 3.1 from its ILCD files, by a small reader of the tests' own."""
    categories = []
    for path in sorted(folder.glob("*.xml")):
        root = etree.parse(path).getroot()
        spaces = {"l": root.nsmap[None], "c": "http://lca.jrc.it/ILCD/Common"}
        factors = []
        for one in root.iterfind(".//l:factor", spaces):
            reference = one.find("l:referenceToFlowDataSet", spaces)
            text = reference.findtext("c:shortDescription", namespaces=spaces)
            name, compartment = re.fullmatch(r"(.*) \(Mass, kg, (.*)\)", text).groups()
            named = Flow(reference.get("refObjectId"), FlowKind.ELEMENTARY, {"en": name}, "kg", (compartment,))
            value = float(one.findtext("l:meanValue", namespaces=spaces))
            taken = one.findtext("l:exchangeDirection", namespaces=spaces) == "Input"
            factors.append(CharacterisationFactor(named, value, "kg", taken))
        name = root.findtext(".//c:name", namespaces=spaces)
        categories.append(ImpactCategory(path.stem, {"en": name}, "kg CO2e", tuple(factors)))
    return ImpactMethod("EF 3.1 climate change", "ilcd", tuple(categories), {})
