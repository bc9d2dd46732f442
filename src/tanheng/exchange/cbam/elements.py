"""Elements of a quarterly report that are the same in several places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tanheng.exchange.cbam.filling import Child, Filling, emissions, written
from tanheng.exchange.cbam.section import Actor, Address, CarbonPrice, Parameter, Site


def declarant(f: Filling, found: Actor) -> Child:
    """``Declarant``."""
    return f.element(
        "Declarant",
        f.text("IdentificationNumber", found.id, "cbam.declarant.id", length=17),
        f.text("Name", found.name, "cbam.declarant.name", length=70),
        f.text("Role", found.role, "cbam.declarant.role", length=5),
        f.element("ActorAddress", address(f, found.address, "cbam.declarant.address")),
    )


def actor(f: Filling, name: str, found: Actor | None) -> Child:
    """``Importer`` or ``Representative``; ``None`` where there is none."""
    if found is None:
        return None
    field = f"cbam.{name.lower()}"
    return f.element(
        name,
        f.text("IdentificationNumber", found.id, f"{field}.id", length=17),
        f.text("Name", found.name, f"{field}.name", length=70),
        f.element(f"{name}Address", address(f, found.address, f"{field}.address")),
    )


def address(f: Filling, place: Address, field: str) -> Iterator[Child]:
    """Parts of an address, which needs a country and a city."""
    yield f.text("Country", place.country, f"{field}.country", length=2)
    yield f.text("SubDivision", place.subdivision, length=35)
    yield f.text("City", place.city, f"{field}.city", length=35)
    yield from _street(f, place)


def _street(f: Filling, place: Address) -> Iterator[Child]:
    yield f.text("Street", place.street, length=70)
    yield f.text("StreetAdditionalLine", place.additional, length=70)
    yield f.text("Number", place.number, length=35)
    yield f.text("Postcode", place.postcode, length=17)
    yield f.text("POBox", place.box, length=70)


def site(f: Filling, place: Site) -> Iterator[Child]:
    """Parts of the address of an installation."""
    yield f.text("EstablishmentCountry", place.country, "cbam.installation.address.country", length=2)
    yield f.text("SubDivision", place.subdivision, length=35)
    yield f.text("City", place.city, length=35)
    yield from _street(f, place)
    yield f.text("PlotParcelNumber", place.parcel, length=15)
    yield f.text("UNLOCODE", place.unlocode, length=17)
    yield f.text("Latitude", place.latitude, length=17)
    yield f.text("Longitude", place.longitude, length=17)
    yield f.text("CoordinatesType", place.coordinates, length=5)


def parameters(f: Filling, name: str, found: Sequence[Parameter]) -> Iterator[Child]:
    """Qualifying parameters of a production method."""
    for number, one in enumerate(found, 1):
        yield f.element(
            name,
            f.text("SequenceNumber", number),
            f.text("DeterminationType", one.determination, f"cbam.process.{name}", length=5),
            f.text("ParameterId", one.id, f"cbam.process.{name}", length=5),
            f.text("ParameterName", one.name, f"cbam.process.{name}", length=256),
            f.text("Description", one.description, length=256),
            f.text("ParameterValueType", one.kind, f"cbam.process.{name}", length=256),
            f.text("ParameterValue", one.value, f"cbam.process.{name}", length=256),
            f.text("AdditionalInformation", one.remark, length=512),
        )


def price(f: Filling, number: int, found: CarbonPrice, unit: str) -> Child:
    """``CarbonPriceDue``; ``unit`` is the code of the unit of mass."""
    return f.element(
        "CarbonPriceDue",
        f.text("SequenceNumber", number),
        f.text("InstrumentType", found.instrument, "cbam.carbon_prices.instrument", length=5),
        f.text("LegalActDescription", found.act, "cbam.carbon_prices.act", length=512),
        f.text("Amount", written(emissions(found.amount))),
        f.text("Currency", found.currency, "cbam.carbon_prices.currency", length=3),
        f.text("ExchangeRate", found.rate, "cbam.carbon_prices.rate", length=5),
        f.text("EURO", written(emissions(found.euro))),
        f.text("Country", found.country, "cbam.carbon_prices.country", length=2),
        (
            f.element(
                "ProductsCovered",
                f.text("SequenceNumber", at),
                f.text("Type", one.type, "cbam.carbon_prices.covered.type", length=5),
                f.text("CN", one.cn, length=8),
                f.text("QuantityCovered", f"{one.mass:.5f}"),
                f.text("QuantityCoveredFreeAloc", f"{one.free:.5f}"),
                f.text("SupplementaryInformation", one.supplement, length=256),
                f.text("AdditionalInformation", one.remark, length=512),
                f.element("Measure", f.text("MeasurementUnit", unit, "cbam.units.mass", length=5)),
            )
            for at, one in enumerate(found.covered, 1)
        ),
    )
