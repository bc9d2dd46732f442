"""The quarterly report as XML, in the schema of the transitional period (QReport 17.03)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from lxml import etree

from tanheng.errors import ExchangeError
from tanheng.exchange.cbam import checking, elements
from tanheng.exchange.cbam.embedding import EmbeddedGood, embedded_good
from tanheng.exchange.cbam.filling import Child, Filling, emissions, mass, written
from tanheng.exchange.cbam.section import NAME, Cbam
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.protocols import Loss, Written
from tanheng.exchange.supplement import Amount, Supplement

MEDIA = "application/xml"
_LOST = ("allocation", "boundary", "cut_off", "quality", "primary_share", "gsd2", "sources", "limits", "verified")


def quarterly(items: Sequence[tuple[Declaration, Supplement]]) -> Written:
    """A report of goods, each with its supplement; what concerns the report as a whole comes from the first.

    Raises:
        ExchangeError: TH-EXC-010 every field that is needed, of all goods at once; TH-EXC-207 there are no goods; and as of
            :func:`~tanheng.exchange.cbam.embedding.embedded_good` and :class:`~tanheng.exchange.supplement.Supplement`.
    """
    if not items:
        raise ExchangeError("TH-EXC-207")
    filling = Filling(items[0][1].file)
    read = [(told, supplement.section(NAME, Cbam)) for told, supplement in items]
    goods = [_Good(filling, told, given) for told, given in read]
    root = _report(filling, goods)
    filling.done()
    if root is None:
        raise ExchangeError("TH-EXC-207")
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    head = read[0][1].report
    return Written(
        content=content,
        name=f"cbam-{head.year}-{head.quarter}.xml",
        media_type=MEDIA,
        losses=(*filling.losses, *_losses([told for told, _ in read])),
        objections=(*checking.check(root), *(found for one in goods for found in checking.secondary(one.good))),
    )


def write(declaration: Declaration, supplement: Supplement) -> Written:
    """A report of one good.

    Raises:
        ExchangeError: as of :func:`quarterly`.
    """
    return quarterly([(declaration, supplement)])


class _Good:
    """One good of the report with its figures as the schema rounds them, so that sums hold to the last digit."""

    def __init__(self, filling: Filling, told: Declaration, given: Cbam) -> None:
        self.filling, self.told, self.given = filling, told, given
        self.good: EmbeddedGood = embedded_good(told, given.inputs, origin=given.origin)
        self.direct, self.indirect = emissions(self.good.total.direct), emissions(self.good.indirect)
        self.mass = mass(self._amount(given.imported.mass, "t", "cbam.imported.mass"))
        self.total_direct = emissions(self.direct * self.mass)
        self.total_indirect = emissions(self.indirect * self.mass)

    @property
    def total(self) -> Decimal:
        """t CO2e of what was imported."""
        return self.total_direct + self.total_indirect

    def _amount(self, amount: Amount | None, unit: str, field: str) -> float:
        if amount is None:
            self.filling.need(field)
            return 0.0
        return amount.to(unit, field)

    def element(self, number: int) -> Child:
        """``ImportedGood``."""
        f, given = self.filling, self.given
        return f.element(
            "ImportedGood",
            f.text("ItemNumber", number),
            f.element(
                "CommodityCode",
                f.text("HsCode", self.good.cn[:6]),
                f.text("CnCode", self.good.cn[6:]),
                f.element("CommodityDetails", f.text("Description", self._description(), "product.name", length=512)),
            ),
            f.element("OriginCountry", f.text("Country", self.good.origin, "cbam.origin")),
            self._quantity(),
            f.element("MeasureImported", self._measure(self.mass)),
            f.element(
                "TotalEmissions",
                f.text("EmissionsPerUnit", written(self.direct + self.indirect)),
                *self._totals(),
            ),
            f.element("Remarks", f.text("AdditionalInformation", given.imported.remark, length=512)),
            self._emissions(),
        )

    def _description(self) -> str:
        names = self.told.names
        return names.get("en") or next(iter(names.values()), "")

    def _measure(self, amount: Decimal) -> tuple[Child, ...]:
        f = self.filling
        return (
            f.text("NetMass", written(amount)),
            f.text("MeasurementUnit", self.given.units.mass, "cbam.units.mass", length=5),
        )

    def _totals(self) -> tuple[Child, ...]:
        f = self.filling
        return (
            f.text("OverallEmissions", written(self.total)),
            f.text("TotalDirect", written(self.total_direct)),
            f.text("TotalIndirect", written(self.total_indirect)),
            f.text("MeasurementUnit", self.given.units.total, "cbam.units.total", length=5),
        )

    def _quantity(self) -> Child:
        f, imported = self.filling, self.given.imported
        return f.element(
            "ImportedQuantity",
            f.text("SequenceNumber", 1),
            f.element(
                "Procedure",
                f.text("RequestedProc", imported.procedure, "cbam.imported.procedure", length=2),
                f.text("PreviousProc", imported.previous, length=2),
            ),
            f.element("ImportArea", f.text("ImportArea", imported.area, "cbam.imported.area", length=5)),
            f.element(
                "MeasureProcedureImported",
                f.text("Indicator", imported.indicator, "cbam.imported.indicator", length=1),
                *self._measure(self.mass),
            ),
            f.element("SpecialReferences", f.text("AdditionalInformation", imported.reference, length=512)),
        )

    def _emissions(self) -> Child:
        f = self.filling
        return f.element(
            "GoodsEmissions",
            f.text("SequenceNumber", 1),
            f.text("ProductionCountry", self.told.geography[:2]),
            self._operator(),
            self._installation(),
            f.element("ProducedMeasure", self._measure(self.mass)),
            f.element("InstallationEmissions", *self._totals()),
            self._direct(),
            self._indirect(),
            self._process(),
            (
                elements.price(f, number, one, self.given.units.mass)
                for number, one in enumerate(self.given.carbon_prices, 1)
            ),
        )

    def _operator(self) -> Child:
        f, operator = self.filling, self.given.operator
        contacts = [
            f.element(
                "ContactDetails",
                f.text("Name", one.name, "cbam.operator.contacts.name", length=70),
                f.text("Phone", one.phone, "cbam.operator.contacts.phone", length=35),
                f.text("Email", one.email, "cbam.operator.contacts.email", length=256),
            )
            for one in operator.contacts
        ]
        if not contacts:
            f.need("cbam.operator.contacts")
        makers = self.told.maker.names
        return f.element(
            "InstallationOperator",
            f.text("OperatorId", operator.id, "cbam.operator.id", length=17),
            f.text(
                "OperatorName",
                operator.name or makers.get("en") or next(iter(makers.values()), ""),
                "cbam.operator.name",
                length=70,
            ),
            f.element("OperatorAddress", elements.address(f, operator.address, "cbam.operator.address")),
            contacts,
        )

    def _installation(self) -> Child:
        f, plant = self.filling, self.given.installation
        return f.element(
            "Installation",
            f.text("InstallationId", plant.id, "cbam.installation.id", length=17),
            f.text("InstallationName", plant.name, "cbam.installation.name", length=256),
            f.text("EconomicActivity", plant.activity, length=256),
            f.element("Address", elements.site(f, plant.address)),
        )

    def _direct(self) -> Child:
        f, process = self.filling, self.given.process
        return f.element(
            "DirectEmissions",
            f.text("DeterminationType", process.determination, "cbam.process.determination", length=5),
            f.text("ApplicableReportingTypeMethodology", process.methodology, "cbam.process.methodology", length=5),
            f.text("ApplicableReportingMethodology", process.methodology_text, length=256),
            f.text("SpecificEmbeddedEmissions", written(self.direct)),
            f.text("MeasurementUnit", self.given.units.specific, "cbam.units.specific", length=5),
            f.text("Justification", process.justification, length=512),
        )

    def _indirect(self) -> Child:
        f, power = self.filling, self.given.electricity
        consumed = power.consumed.to("MWh", "cbam.electricity.consumed") if power.consumed else self.good.electricity
        return f.element(
            "IndirectEmissions",
            f.text("DeterminationType", power.determination, "cbam.electricity.determination", length=5),
            f.text("EmissionFactorSource", power.factor_source, length=5),
            f.text("EmissionFactor", None if power.factor is None else f"{power.factor:.5f}"),
            f.text("SpecificEmbeddedEmissions", written(self.indirect)),
            f.text("MeasurementUnit", self.given.units.specific, "cbam.units.specific", length=5),
            f.text("ElectricityConsumed", None if consumed is None else f"{consumed:.2f}"),
            f.text("ElectricitySource", power.source, "cbam.electricity.source", length=5),
            f.text("OtherSourceIndication", power.other_source, length=256),
            f.text("EmissionFactorSourceValue", power.factor_text, length=512),
        )

    def _process(self) -> Child:
        f, process = self.filling, self.given.process
        return f.element(
            "ProdMethodQualifyingParams",
            f.text("SequenceNumber", 1),
            f.text("MethodId", process.method, "cbam.process.method", length=5),
            f.text("MethodName", process.name, "cbam.process.name", length=256),
            f.text("SteelMillNumber", process.mill, length=256),
            f.text("AdditionalInformation", process.remark, length=512),
            elements.parameters(f, "DirectQualifyingParameters", process.direct),
            elements.parameters(f, "IndirectQualifyingParameters", process.indirect),
        )


def _report(f: Filling, goods: Sequence[_Good]) -> Child:
    given = goods[0].given
    head, signed = given.report, given.signature
    return f.element(
        "QReport",
        f.text("SubmissionDate", head.submitted, "cbam.report.submitted"),
        f.text("DraftReportId", head.draft, "cbam.report.draft", length=22),
        f.text("ReportId", head.id, length=22),
        f.text("ReportingPeriod", head.quarter, "cbam.report.quarter"),
        f.text("Year", head.year, "cbam.report.year"),
        f.text("TotalImported", len(goods)),
        f.text("TotalEmissions", written(sum((one.total for one in goods), Decimal(0)))),
        elements.declarant(f, given.declarant),
        elements.actor(f, "Representative", given.representative),
        elements.actor(f, "Importer", given.importer),
        f.element(
            "NationalCompetentAuth", f.text("ReferenceNumber", head.authority, "cbam.report.authority", length=128)
        ),
        f.element(
            "Signatures",
            f.element(
                "ReportConfirmation",
                f.flag("GlobalDataConfirmation", signed.data, "cbam.signature.data"),
                f.flag("UseOfDataConfirmation", signed.use, "cbam.signature.use"),
                f.text("SignatureDate", signed.day and f"{signed.day:%Y%m%d}", "cbam.signature.day"),
                f.text("SignaturePlace", signed.place, "cbam.signature.place", length=128),
                f.text("Signature", signed.name, "cbam.signature.name", length=128),
                f.text("PositionOfPersonSending", signed.position, "cbam.signature.position", length=128),
            ),
            f.element(
                "ApplicableMethodologyConfirmation",
                None
                if head.other_methodology is None
                else f.text("OtherApplicableReportingMethodology", str(head.other_methodology).lower()),
            ),
        ),
        f.element("Remarks", f.text("AdditionalInformation", head.remarks, length=512)),
        (one.element(number) for number, one in enumerate(goods, 1)),
    )


def _losses(told: Sequence[Declaration]) -> Iterator[Loss]:
    for name in _LOST:
        if any(getattr(one, name) for one in told):
            yield Loss("no-field", name)
    if any(one.flows for one in told):
        yield Loss("origins", "flows")
    if any(len(one.names) > 1 for one in told):
        yield Loss("language", "names")
