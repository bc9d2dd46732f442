"""Flows, the other way round than :mod:`tanheng.formats.openlca.flows` reads them."""

from __future__ import annotations

from tanheng.formats.losses import Losses
from tanheng.formats.openlca.writing.identity import Made, Places, category, without_empty
from tanheng.formats.openlca.writing.quantities import Quantities
from tanheng.formats.writing.identity import Ids
from tanheng.inventory.model import Flow, FlowKind

KINDS = {
    FlowKind.ELEMENTARY: "ELEMENTARY_FLOW",
    FlowKind.PRODUCT: "PRODUCT_FLOW",
    FlowKind.WASTE: "WASTE_FLOW",
}


def flow_of(flow: Flow, ids: Ids, quantities: Quantities, places: Places, losses: Losses) -> Made:
    """A flow; its names in other languages become synonyms, as the format has one name."""
    others = [name for name in flow.names.values() if name != flow.name]
    if others:
        losses.count("flow-names", flow.name)
    synonyms = list(dict.fromkeys((*flow.synonyms, *others)))
    if any(";" in synonym for synonym in synonyms):
        losses.count("synonym-semicolon", flow.name)
    properties: list[Made] = []
    if flow.unit:
        properties.append(
            {
                "@type": "FlowPropertyFactor",
                "flowProperty": quantities.property_ref(quantities.reference(flow)),
                "conversionFactor": 1.0,
                "isRefFlowProperty": True,
            }
        )
    else:
        losses.count("flow-without-unit", flow.name)
    further = list(quantities.further(flow))
    if len(further) < len(flow.properties):
        losses.count("flow-property-unusable", flow.name)
    properties += (
        {
            "@type": "FlowPropertyFactor",
            "flowProperty": quantities.property_ref((prop.name, prop.unit)),
            "conversionFactor": prop.amount,
        }
        for prop in further
    )
    return without_empty(
        {
            "@type": "Flow",
            "@id": ids.of(flow.id),
            "name": flow.name,
            "category": category(flow.category, losses),
            "flowType": KINDS[flow.kind],
            "cas": flow.cas,
            "formula": flow.formula,
            "location": places.ref(flow.location) if flow.location else None,
            "synonyms": ";".join(synonym.replace(";", ",") for synonym in synonyms),
            "flowProperties": properties,
        }
    )
