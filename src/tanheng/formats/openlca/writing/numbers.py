"""Uncertainties and parameters with their formulas."""

from __future__ import annotations

import math

from tanheng.formats.losses import Losses
from tanheng.formats.openlca.writing.identity import Made, made_id, without_empty
from tanheng.formats.writing.numbers import finite
from tanheng.inventory.model import Distribution, Parameter, Uncertainty


def uncertainty(given: Uncertainty | None, losses: Losses, place: str) -> Made | None:
    """A distribution; ``None`` where there is none. Scores are a field of the exchange, not of this."""
    if given is None:
        return None
    numbers = (given.loc, given.scale, given.minimum, given.maximum)
    if any(n is not None and not math.isfinite(n) for n in numbers):
        losses.count("uncertainty-unusable", place)
        return None
    bounds = {"minimum": given.minimum, "maximum": given.maximum}
    match given.kind:
        case Distribution.LOGNORMAL:
            if given.loc is None and given.scale is None:
                made: Made = {}
            else:
                # A GSD of 1 says that there is no spread: the mean of one whose scores alone are known stays so.
                scale = 1.0 if given.scale is None else given.scale
                made = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": given.loc, "geomSd": scale}
        case Distribution.NORMAL:
            made = {"distributionType": "NORMAL_DISTRIBUTION", "mean": given.loc, "sd": given.scale}
        case Distribution.TRIANGULAR:
            made = {"distributionType": "TRIANGLE_DISTRIBUTION", "mode": given.loc, **bounds}
        case Distribution.UNIFORM:
            made = {"distributionType": "UNIFORM_DISTRIBUTION", **bounds}
    if given.kind in (Distribution.LOGNORMAL, Distribution.NORMAL) and any(v is not None for v in bounds.values()):
        losses.count("uncertainty-bounds", place)
    told = {key: value for key, value in made.items() if value is not None}
    return {"@type": "Uncertainty", **told} if told else None


def parameter(
    original: Parameter, kept: Parameter, scope: str, losses: Losses, place: str, owner: str, position: int
) -> Made:
    """A parameter; ``kept`` is ``original``, perhaps without its formula."""
    here = f"{place}: {original.name}"
    if kept.formula != original.formula:
        losses.count("formula-differs", here)
    if finite(kept.value) is None:
        losses.count("parameter-value-missing", here)
    if original.uncertainty is not None and original.uncertainty.pedigree:
        losses.count("parameter-scores", here)
    return without_empty(
        {
            "@type": "Parameter",
            "@id": made_id("Parameter", owner, original.name, str(position)),
            "name": original.name,
            "description": original.comment,
            "parameterScope": scope,
            "isInputParameter": not kept.formula,
            "formula": kept.formula,
            "value": finite(kept.value),
            "uncertainty": uncertainty(original.uncertainty, losses, here),
        }
    )
