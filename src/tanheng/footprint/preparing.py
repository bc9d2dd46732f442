"""A study before linking: its scenario chosen, its formulas turned into amounts, its credits and assemblies resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tanheng.errors import AssessmentError, Fault, TanhengError
from tanheng.footprint.allocating import expanded, product_share
from tanheng.footprint.assembling import Structure, check_depth, handed_down, structure
from tanheng.footprint.assessment import Gap, ParameterResult
from tanheng.footprint.parametrising import evaluated
from tanheng.footprint.study import Study


@dataclass(frozen=True, slots=True)
class Prepared:
    """A study that can be linked.

    Attributes:
        written: as a person wrote it, with the scenario that the result is for; the record keeps this one (C21).
        study: with the amounts that its formulas give, the credits of co-products behind its lines, and what an assembly is
            for on its parts (C12).
        formulas: by index of the line, how its amount came about.
        structure: how its lines are nested in assemblies.
    """

    written: Study
    study: Study
    parameters: tuple[ParameterResult, ...]
    formulas: Mapping[int, str]
    structure: Structure
    gaps: tuple[Gap, ...]

    def formula(self, index: int) -> str:
        """How the amount of a line in the product came about: its formula, then the amounts of its assemblies."""
        return "; ".join(filter(None, (self.formulas.get(index, ""), self.structure.steps(index))))


def check_study(study: Study) -> None:
    """Try all that can be wrong in a study before its links are followed: formulas under every scenario, assemblies, shares.

    Raises:
        AssessmentError: every fault at once; see :func:`prepare` and :func:`tanheng.footprint.allocating.product_share`.
    """
    faults: list[Fault] = []
    for scenario in ("", *(scenario.id for scenario in study.scenarios)):
        try:
            prepared = prepare(study, scenario)
        except TanhengError as error:
            faults.extend(fault for fault in error.faults if fault not in faults)
    if not faults and (study.allocation is not None or not study.co_products):
        product_share(prepared.study)  # where it names no basis, the regime has a say
    if faults:
        raise AssessmentError.of(faults)


def prepare(study: Study, scenario: str = "") -> Prepared:
    """The study ready to be linked.

    Args:
        scenario: id of a scenario, in place of the one that the study names.

    Raises:
        AssessmentError: all faults of formulas, or of assemblies, at once (see :mod:`tanheng.footprint.parametrising` and
            :mod:`tanheng.footprint.assembling`).
    """
    written = replace(study, scenario=scenario) if scenario else study
    found = evaluated(written)
    whole = expanded(found.study)
    nested = structure(whole)
    check_depth(nested)
    return Prepared(
        written, handed_down(whole, nested), found.parameters, found.formulas, nested, (*found.gaps, *nested.gaps)
    )
