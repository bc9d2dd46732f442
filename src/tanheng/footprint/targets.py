"""What a link leads to: kg of each gas per unit of an activity, with its provenance and what is missing behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.errors import AssessmentError, StudyError, TanhengError
from tanheng.factors import Factor, FactorKind, GasAmounts, Release
from tanheng.factors import get as get_factor
from tanheng.footprint import cbam
from tanheng.footprint.assessment import Assessment, Gap, Provenance
from tanheng.footprint.ports import Backgrounds
from tanheng.footprint.study import Boundary
from tanheng.inventory import Snapshot
from tanheng.inventory.footprinting import supply_gaps
from tanheng.inventory.quality import Quality
from tanheng.inventory.search import find_product, fold
from tanheng.quantities import CO2E, Origin
from tanheng.texts import LANGUAGES

_MOST_OPEN_INPUTS = 5
_DATABASE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*:\S")
"""What looks like ``DATABASE:product``."""


def is_bare_name(link: str) -> bool:
    """Whether a link is a name to look up, without a prefix that says where."""
    return bool(link.strip()) and not _DATABASE.match(link)


@dataclass(frozen=True, slots=True)
class Target:
    """Footprint of one ``per`` of an activity.

    Attributes:
        amounts: kg of each gas by origin for one ``per``.
        gaps: what is missing behind it (open inputs, no gas split …), without a place.
    """

    per: str
    amounts: GasAmounts
    provenance: Provenance
    quality: Quality = field(default_factory=Quality)
    gsd2: float | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a link leads nowhere: the code of its gap and the parameters of its sentence."""

    code: str
    params: Mapping[str, Any]


def of_factor(factor: Factor, release: Release, *, method: str) -> Target | NotFound:
    """A factor as a target. A generation CO2 factor is refused: it is not a footprint (C07)."""
    if factor.kind is FactorKind.GENERATION_CO2:
        return NotFound("generation-factor-misused", {"factor": factor.id})
    gaps = () if factor.is_split else (Gap("no-gas-split", "", False, {"factor": factor.id}),)
    return Target(
        per=factor.per,
        amounts=factor.amounts,
        provenance=Provenance(
            kind="factor",
            id=factor.id,
            names=factor.names,
            per=factor.per,
            release=release.reference_of(factor),
            geography=factor.geography,
            year=factor.year,
            source=", ".join(filter(None, (factor.source.title, factor.source.number, factor.source.date))),
            source_url=factor.source.url,
            licence=factor.source.licence,
            covers=factor.kind.value,
            method=method,
            primary_share=factor.primary_share,
        ),
        quality=factor.quality,
        gsd2=factor.gsd2,
        gaps=gaps,
    )


def of_process(snapshot: Snapshot, index: int, *, method: str) -> Target:
    """A product of a background database as a target, with the open inputs of its supply chain (C02, C13)."""
    product = snapshot.product(index)
    masses = np.asarray(snapshot.gas_footprints[index])
    amounts = {role: float(mass) for role, mass in zip(snapshot.roles, masses, strict=True) if mass}
    missing = supply_gaps(snapshot, index)
    gaps = []
    if missing.open:
        listed = "; ".join(f"{i.flow} {i.amount:.3g} {i.unit}" for i in missing.open[:_MOST_OPEN_INPUTS])
        gaps.append(Gap("open-input", "", True, {"count": len(missing.open), "flows": listed, "process": product.name}))
    if missing.declared:
        listed = "; ".join(i.flow for i in missing.declared[:_MOST_OPEN_INPUTS])
        gaps.append(
            Gap(
                "declared-cut-off",
                "",
                False,
                {"count": len(missing.declared), "flows": listed, "process": product.name},
            )
        )
    if missing.assumed_links:
        gaps.append(Gap("assumed-provider", "", False, {"count": missing.assumed_links, "process": product.name}))
    names = {"en": product.name, "zh": product.name_zh or product.name}
    return Target(
        per=product.unit,
        amounts=amounts,
        provenance=Provenance(
            kind="process",
            id=product.process_id,
            names=names,
            per=product.unit,
            release=f"{snapshot.name} {snapshot.digest}",
            geography=product.location,
            year=_year(product.valid_until or product.valid_from),
            source=f"{snapshot.name}: {product.process}",
            licence=str(snapshot.manifest.get("licence", "")),
            method=method,
        ),
        gaps=tuple(gaps),
    )


def of_assessment(assessment: Assessment, name: str, regime: str) -> Target:
    """The result of another study as a target: its gases per its unit; its gaps travel along (C02).

    Args:
        regime: the regime of the study that links it.
    """
    value, _, per = assessment.declared_unit.partition(" ")
    scale = 1.0 / float(value)
    return Target(
        per=per,
        amounts={(g.gas, g.origin): g.mass * scale for g in assessment.gases},
        provenance=Provenance(
            kind="assessment",
            id=name,
            names=assessment.product,
            per=per,
            release=assessment.digest,
            geography=assessment.site,
            year=_year(assessment.period[1]),
            source=f"{assessment.regime}, {assessment.rule_pack}",
            indirect=cbam.indirect_share(assessment),
            primary_share=assessment.quality.primary_share or None,
        ),
        gsd2=assessment.uncertainty.gsd2,
        gaps=tuple(_product_gaps(assessment, name, regime)),
    )


def of_default(link: str, year: int, regime: str) -> Target | NotFound:
    """A CBAM default value with its mark-up as a target per t (C22): ``CN@COUNTRY``, ``CN/ROUTE@COUNTRY``, ``…#direct``.

    Args:
        link: without the scheme; ``#direct`` leaves indirect emissions out, for goods of which only direct ones count.
        year: of the mark-up. regime: of the study.
    """
    text, _, only = link.partition("#")
    code, _, country = text.partition("@")
    cn, _, route = code.strip().partition("/")
    asked = {"link": f"cbam:{link}", "code": cn, "country": country.strip()}
    found = cbam.find_defaults(cn, country.strip(), route.strip())
    if not found or only not in ("", "direct"):
        return NotFound("missing-default", asked)
    if len(found) > 1:
        return NotFound("several-routes", {**asked, "routes": ", ".join(f"{cn}/{d.route}" for d in found)})
    value, share = found[0], cbam.markup(cn, year)
    counted = value.specific.direct if only else value.specific.total
    told = {**asked, "markup": f"{100 * share:g} %", "year": year, "used": value.country}
    gaps = [Gap("cbam-default", "", False, told)]
    if regime != cbam.REGIME:
        gaps.append(Gap("default-elsewhere", "", False, {**asked, "regime": regime}))
    return Target(
        per="t",
        amounts={(CO2E, Origin.UNSPLIT): 1000.0 * counted * (1.0 + share)},
        provenance=Provenance(
            kind="default",
            id=f"cbam:{link} {year}",
            names=value.names,
            per="t",
            release="cbam_defaults",
            geography=value.country,
            year=year,
            source=f"{value.source}; {100 * share:g} %",
            covers="embedded",
            indirect=(counted - value.specific.direct) / counted,
        ),
        gaps=tuple(gaps),
    )


def _product_gaps(assessment: Assessment, name: str, regime: str) -> Iterator[Gap]:
    blocking = sum(gap.blocks for gap in assessment.gaps)
    if blocking:
        yield Gap("incomplete-product", "", True, {"product": name, "count": blocking})
    noted = sorted({gap.code for gap in assessment.gaps if not gap.blocks})
    if noted:
        yield Gap("product-notes", "", False, {"product": name, "codes": ", ".join(noted)})
    if assessment.boundary == Boundary.GATE_TO_GATE:
        yield Gap("partial-product", "", True, {"product": name, "boundary": assessment.boundary})
    if assessment.boundary == Boundary.CRADLE_TO_GRAVE:
        yield Gap("whole-life-product", "", False, {"product": name, "boundary": assessment.boundary})
    if assessment.regime != regime:
        yield Gap("other-regime", "", False, {"product": name, "used": assessment.regime, "asked": regime})
        power = assessment.electricity
        if power is not None and power.certificates_counted and power.total != power.location_based:
            yield Gap("certificates-in-product", "", True, {"product": name, "used": assessment.regime})


def _year(date: str) -> int | None:
    return int(date[:4]) if date[:4].isdigit() else None


@dataclass(frozen=True, slots=True)
class Resolver:
    """Turns the text of a link into a target.

    Attributes:
        release: the factors.
        backgrounds: the databases; ``database`` is the one that names without a prefix are looked up in.
        regime: id of the regime that the study is assessed under.
        assess_study: assesses another study file (with protection against circles).
        folder: folder of the study, for linked files.
        year: of the study's period, for default values that change by the year.
    """

    release: Release
    backgrounds: Backgrounds
    database: str
    regime: str
    assess_study: Callable[[Path], Assessment]
    read_assessment: Callable[[Path], Assessment]
    folder: Path
    year: int = 0
    _named: dict[str, list[Factor]] = field(default_factory=dict, repr=False, compare=False)

    def resolve(self, link: str) -> Target | NotFound:
        """The target of ``factor:ID``, ``DATABASE:product``, ``study:FILE``, ``assessment:FILE``, ``cbam:CN@COUNTRY``, a name."""
        prefix, found, rest = link.partition(":")
        rest = rest.strip()
        try:
            if found and prefix == "factor":
                return of_factor(get_factor(self.release, rest), self.release, method="explicit")
            if found and prefix == "study":
                return of_assessment(self.assess_study(self.folder / rest), normpath(rest), self.regime)
            if found and prefix == "assessment":
                return of_assessment(self.read_assessment(self.folder / rest), normpath(rest), self.regime)
            if found and prefix == "cbam":
                return of_default(rest, self.year, self.regime)
            if found and (prefix == "db" or prefix in self.backgrounds.names()):
                return self._product(self.database if prefix == "db" else prefix, rest, "explicit")
            by_name = self._by_name(link.strip())
            if isinstance(by_name, NotFound) and by_name.code == "missing-factor" and _DATABASE.match(link):
                self.backgrounds.snapshot(prefix)  # says which databases there are
            return by_name
        except (AssessmentError, StudyError):
            raise  # a circle or a broken linked study is no gap of this line
        except TanhengError as error:
            fault = error.faults[0]
            told = {f"{part}_{lang}": getattr(fault, part)(lang) for part in ("message", "hint") for lang in LANGUAGES}
            return NotFound("unresolved-link", {"link": link, **told})

    def _by_name(self, name: str) -> Target | NotFound:
        matches = self._factors_named().get(fold(name), [])
        if len(matches) == 1:
            return of_factor(matches[0], self.release, method="by-name")
        if matches:
            return NotFound("ambiguous-link", {"link": name, "candidates": ", ".join(f.id for f in matches)})
        if self.database:
            return self._product(self.database, name, "by-name")
        return NotFound("missing-factor", {"link": name})

    def _factors_named(self) -> Mapping[str, list[Factor]]:
        """Factors by id and by folded name, in the order of the release; made once, since a bill may hold many names."""
        if not self._named:
            for factor in self.release.factors.values():
                for key in {factor.id, *map(fold, factor.names.values())}:
                    self._named.setdefault(key, []).append(factor)
        return self._named

    def _product(self, database: str, name: str, method: str) -> Target | NotFound:
        snapshot = self.backgrounds.snapshot(database)
        return of_process(snapshot, find_product(snapshot, name, exact=True), method=method)
