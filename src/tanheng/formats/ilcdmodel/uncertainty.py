"""Distributions of amounts and parameters."""

from __future__ import annotations

from tanheng.formats.ilcdmodel.node import Node, number, text
from tanheng.formats.values import bounded, lognormal, normal, pedigree_in
from tanheng.inventory.model import Uncertainty

_SPREAD = "relativeStandardDeviation95In"


def kind_of(data: Node) -> str:
    """The distribution that is named, in lower case; empty for none and for ``undefined``."""
    kind = text(data, "uncertaintyDistributionType").casefold().replace(" ", "-")
    return "" if kind in ("undefined", "none") else kind


def uncertainty_of(
    data: Node, mean: float | None, *, low: str = "minimumAmount", high: str = "maximumAmount", comment: str = ""
) -> Uncertainty | None:
    """The distribution around ``mean``; ``None`` where there is none or its numbers make none.

    ``relativeStandardDeviation95In`` is GSD² of a lognormal and 2·SD of a normal (documentation of the field in
    ILCD_ProcessDataSet.xsd); without it the bounds are the 2.5 % and 97.5 % values. The mode of a triangular is openLCA's
    ``mostLikelyValue``, else 3·mean − minimum − maximum, which is the middle where the mean is, as the format has it.
    A spread without a named distribution says nothing and is left. Our own writer gives a spread that has more digits than
    the field once more, as what the model calls scale.
    """
    spread, exact = number(data, _SPREAD) or None, number(data, "@spread")
    minimum, maximum = number(data, low), number(data, high)
    pedigree = pedigree_in(comment)
    match kind_of(data):
        case "log-normal" | "lognormal" if exact is not None:
            return lognormal(mean, exact, pedigree)
        case "normal" if exact is not None:
            return normal(mean, exact, pedigree)
        case "log-normal" | "lognormal":
            if spread is None and minimum and maximum and maximum / minimum > 1.0:
                return lognormal(mean, (maximum / minimum) ** 0.25, pedigree)
            return lognormal(mean, spread if spread is None or spread <= 0 else spread**0.5, pedigree)
        case "normal":
            if spread is None and minimum is not None and maximum is not None:
                return normal(mean, abs(maximum - minimum) / 4.0, pedigree)
            return normal(mean, None if spread is None else spread / 2.0, pedigree)
        case "triangular" if mean is not None and minimum is not None and maximum is not None:
            mode = number(data, "@mostLikelyValue")
            return bounded(minimum, maximum, 3.0 * mean - minimum - maximum if mode is None else mode, pedigree)
        case "uniform":
            return bounded(minimum, maximum, pedigree=pedigree)
        case _:
            return lognormal(None, None, pedigree)
