"""The data sets that a declaration refers to: contacts, sources, its product, properties and units.

An archive holds all of them, but for the impact assessment methods, which are published once for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Party
from tanheng.exchange.epd.ilcd_ids import CARBON, GWP_UNITS, PACKAGING_CARBON
from tanheng.exchange.epd.ilcd_xml import DataSet
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.wording import named
from tanheng.footprint.study import Names
from tanheng.formats.ilcdmodel.quantities import STANDARD_GROUPS, STANDARD_PROPERTIES
from tanheng.formats.ilcdmodel.writing.identity import Kind, made_id
from tanheng.formats.ilcdmodel.writing.tree import Made, cut, names
from tanheng.quantities import Quantity

VERSION = "01.00.000"
REFERENCE_UNITS: Mapping[str, str] = {
    "kg": "Mass",
    "pcs": "Number of items",
    "m": "Length",
    "m2": "Area",
    "m3": "Volume",
    "MJ": "Net calorific value",
    "t*km": "Goods transport (mass*distance)",
}
"""Our units that a property of the format is measured in."""
SPELLED = {"pcs": "Item(s)"}
_BY_DIMENSION = {Quantity(1.0, unit).dimension: unit for unit in REFERENCE_UNITS}
_PROPERTIES = {name: identifier for identifier, (name, _) in STANDARD_PROPERTIES.items()}
_GROUPS = {unit: (identifier, name) for identifier, (name, unit) in STANDARD_GROUPS.items()}


@dataclass(slots=True)
class Sets:
    """Data sets, collected while they are referred to."""

    made: dict[tuple[Kind, str], tuple[str, Made]] = field(default_factory=dict)

    def add(self, kind: Kind, identifier: str, tree: Made, called: Names, version: str = VERSION) -> Made:
        """Keep a data set; a reference to it."""
        self.made.setdefault((kind, identifier), (version, tree))
        return reference(kind.said, identifier, called, version, f"../{kind.folder}/{identifier}_{version}.xml")

    def all(self) -> Iterator[DataSet]:
        """In order of kind and id."""
        for (kind, identifier), (version, tree) in sorted(self.made.items(), key=lambda one: one[0]):
            yield kind, identifier, version, tree

    def contact(self, called: Names, party: Party | None = None, *, website: str = "") -> Made:
        """Reference to a company or person."""
        identifier = made_id(Kind.CONTACT, *(called[lang] for lang in sorted(called)))
        information: Made = {
            "common:UUID": identifier,
            "common:shortName": names(called),
            "common:name": names(called),
            "classificationInformation": {
                "common:classification": {"common:class": {"@level": "0", "#text": "Organisations"}}
            },
        }
        if party is None:
            information["WWWAddress"] = website
        if party is not None:
            lines = ", ".join(filter(None, (party.street, party.postcode, party.city, party.region, party.country)))
            information |= {
                "contactAddress": names(named(lines)),
                "telephone": party.phone,
                "email": party.email,
                "WWWAddress": party.website,
                "centralContactPoint": names(named(party.contact)),
                "contactDescriptionOrComment": names(named("\n".join(party.ids))),
            }
        tree = {
            "@version": "1.1",
            "contactInformation": {"dataSetInformation": information},
            "administrativeInformation": published(),
        }
        return self.add(Kind.CONTACT, identifier, tree, called)

    def source(self, name: str, *, identifier: str = "", citation: str = "", issuer: str = "") -> Made:
        """Reference to a document, standard or database."""
        known = identifier or made_id(Kind.SOURCE, name)
        short = named(cut(name, 500))
        information = {
            "common:UUID": known,
            "common:shortName": names(short),
            "sourceCitation": cut(citation, 1000) or (cut(name, 1000) if len(name) > 500 else ""),
            "referenceToContact": self.contact(named(issuer)) if issuer else {},
        }
        tree = {
            "@version": "1.1",
            "sourceInformation": {"dataSetInformation": information},
            "administrativeInformation": published(),
        }
        return self.add(Kind.SOURCE, known, tree, short)

    def unit_group(self, identifier: str, name: str, unit: str) -> Made:
        """Reference to a group with one unit."""
        tree = {
            "@version": "1.1",
            "unitGroupInformation": {
                "dataSetInformation": {"common:UUID": identifier, "common:name": names({"en": name})},
                "quantitativeReference": {"referenceToReferenceUnit": "0"},
            },
            "administrativeInformation": published(),
            "units": {"unit": {"@dataSetInternalID": "0", "name": unit, "meanValue": "1.0"}},
        }
        return self.add(Kind.UNIT_GROUP, identifier, tree, {"en": name})

    def gwp_units(self) -> Made:
        """Reference to the units of global warming."""
        return self.unit_group(GWP_UNITS[0], GWP_UNITS[1], GWP_UNITS[1])

    def flow_property(self, identifier: str, name: str, unit: str) -> Made:
        """Reference to a property with its unit group."""
        group, called = _GROUPS[unit]
        tree = {
            "@version": "1.1",
            "flowPropertiesInformation": {
                "dataSetInformation": {"common:UUID": identifier, "common:name": names({"en": name})},
                "quantitativeReference": {"referenceToReferenceUnitGroup": self.unit_group(group, called, unit)},
            },
            "administrativeInformation": published(),
        }
        return self.add(Kind.FLOW_PROPERTY, identifier, tree, {"en": name})

    def product(self, told: Declaration, more: Epd, identifier: str) -> tuple[Made, float]:
        """Reference to the product, and the amount of it that is declared, in its reference unit.

        Raises:
            ExchangeError: TH-EXC-013 a unit without a property.
        """
        amount, unit = declared(told.unit)
        spelled, called = SPELLED.get(unit, unit), REFERENCE_UNITS[unit]
        rows = [(self.flow_property(_PROPERTIES[called], called, spelled), 1.0)]
        if told.mass is not None and unit != "kg":
            rows.append((self.flow_property(_PROPERTIES["Mass"], "Mass", "kg"), told.mass / amount))
        packaging = more.packaging_biogenic_carbon
        carbon = packaging.to("kg", f"{SECTION}.packaging_biogenic_carbon") if packaging is not None else None
        for (known, name), kg in ((CARBON, told.biogenic_carbon), (PACKAGING_CARBON, carbon)):
            if kg is not None:
                rows.append((self.flow_property(known, name, "kg"), kg / amount))
        known = made_id(Kind.FLOW, identifier)
        information = {
            "common:UUID": known,
            "name": {"baseName": names(told.names)},
        }
        tree = {
            "@version": "1.1",
            "flowInformation": {
                "dataSetInformation": information,
                "quantitativeReference": {"referenceToReferenceFlowProperty": "0"},
            },
            "modellingAndValidation": {"LCIMethod": {"typeOfDataSet": "Product flow"}},
            "administrativeInformation": published(),
            "flowProperties": {
                "flowProperty": [
                    {
                        "@dataSetInternalID": str(number),
                        "referenceToFlowPropertyDataSet": property_,
                        "meanValue": repr(value),
                    }
                    for number, (property_, value) in enumerate(rows)
                ]
            },
        }
        return self.add(Kind.FLOW, known, tree, told.names), amount


def declared(unit: Quantity) -> tuple[float, str]:
    """The declared unit in the unit that its property is measured in.

    Raises:
        ExchangeError: TH-EXC-013.
    """
    ours = _BY_DIMENSION.get(unit.dimension)
    if ours is None:
        raise ExchangeError("TH-EXC-013", unit=unit.unit, known=", ".join(REFERENCE_UNITS))
    return unit.to(ours).value, ours


def reference(said: str, identifier: str, called: Names, version: str, uri: str) -> Made:
    """A reference to a data set."""
    return {
        "@type": said,
        "@refObjectId": identifier,
        "@version": version,
        "@uri": uri,
        "common:shortDescription": names(called),
    }


def published(version: str = VERSION) -> Made:
    """The administration of a data set that nobody says more of than its version."""
    return {"publicationAndOwnership": {"common:dataSetVersion": version}}
