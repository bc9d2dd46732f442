"""Distributions as ``stats_arrays`` numbers them, in both directions (C18).

=====  ============  ======================================================================
id     means         here
=====  ============  ======================================================================
0, 1   no spread     none
2      lognormal     ``loc`` is ln of the median, ``scale`` ln of the GSD; ``negative`` its sign
3      normal        mean, standard deviation
4      uniform       minimum, maximum
5      triangular    ``loc`` is the mode; minimum, maximum
=====  ============  ======================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable

from tanheng.formats.brightway.blocks import Record
from tanheng.formats.values import bounded, lognormal, normal
from tanheng.inventory.model import Distribution, Uncertainty

_NONE = {"", "0", "1"}
_NAMES = {"undefined": "0", "no uncertainty": "1", "lognormal": "2", "normal": "3", "uniform": "4", "triangular": "5"}
_LARGEST_EXPONENT = 700.0

Numbers = dict[str, float | bool]


def spread_of(record: Record, amount: float, unusable: Callable[[], None]) -> Uncertainty | None:
    """The distribution of an amount; ``None`` where it has none. ``unusable`` is called where one is given but cannot be used."""
    kind = record.text("uncertainty type").casefold()
    kind = _NAMES.get(kind, kind)
    scores = record.text("pedigree")
    pedigree = scores if scores.startswith("(") else ""
    if kind in _NONE:
        return lognormal(None, None, pedigree)
    loc, scale = record.number("loc"), record.number("scale")
    minimum, maximum = record.number("minimum"), record.number("maximum")
    made: Uncertainty | None = None
    match kind:
        case "2" if scale is not None and abs(scale) < _LARGEST_EXPONENT and abs(loc or 0.0) < _LARGEST_EXPONENT:
            sign = -1.0 if amount < 0 or record.text("negative").casefold() in ("true", "1") else 1.0
            made = lognormal(None if loc is None else sign * math.exp(loc), math.exp(scale), pedigree)
            if made is None:
                return None  # ln 1 = 0: no spread, said on purpose
        case "3":
            made = normal(amount if loc is None else loc, scale, pedigree)
            if scale == 0:
                return None
        case "4":
            made = bounded(minimum, maximum, pedigree=pedigree)
        case "5":
            made = bounded(minimum, maximum, amount if loc is None else loc, pedigree)
    if made is None:
        unusable()
    return made


def turned(uncertainty: Uncertainty | None) -> Uncertainty | None:
    """The distribution of the amount with the other sign."""
    if uncertainty is None:
        return None

    def minus(value: float | None) -> float | None:
        return None if value is None else -value

    relative = uncertainty.kind is Distribution.LOGNORMAL
    return Uncertainty(
        uncertainty.kind,
        minus(uncertainty.loc),
        uncertainty.scale,
        uncertainty.minimum if relative and uncertainty.minimum is None else minus(uncertainty.maximum),
        uncertainty.maximum if relative and uncertainty.maximum is None else minus(uncertainty.minimum),
        uncertainty.pedigree,
    )


def numbers_of(uncertainty: Uncertainty | None, amount: float, factor: float) -> Numbers | None:
    """The columns of a distribution of an amount that was multiplied by ``factor``.

    Args:
        amount: as written, ``factor`` included.

    Returns:
        ``{}`` where there is no spread, ``None`` where there is one that the columns cannot hold.
    """
    if uncertainty is None or (uncertainty.scale is None and uncertainty.minimum is None):
        return {}
    given = (uncertainty.loc, uncertainty.scale, uncertainty.minimum, uncertainty.maximum)
    if any(value is not None and not math.isfinite(value) for value in given):
        return None
    loc = amount if uncertainty.loc is None else uncertainty.loc * factor
    bounds = [value * factor for value in (uncertainty.minimum, uncertainty.maximum) if value is not None]
    low, high = (min(bounds), max(bounds)) if len(bounds) == 2 else (None, None)
    match uncertainty.kind:
        case Distribution.LOGNORMAL:
            if not uncertainty.scale or uncertainty.scale < 1 or loc == 0 or (loc < 0) != (amount < 0):
                return None
            made: Numbers = {"uncertainty type": 2.0, "loc": math.log(abs(loc)), "scale": math.log(uncertainty.scale)}
            return made | ({"negative": True} if loc < 0 else {})
        case Distribution.NORMAL:
            if not uncertainty.scale or uncertainty.scale < 0:
                return None
            return {"uncertainty type": 3.0, "loc": loc, "scale": uncertainty.scale * abs(factor)}
        case Distribution.UNIFORM if low is not None and high is not None and low < high:
            return {"uncertainty type": 4.0, "minimum": low, "maximum": high}
        case Distribution.TRIANGULAR if low is not None and high is not None and low <= loc <= high and low < high:
            return {"uncertainty type": 5.0, "loc": loc, "minimum": low, "maximum": high}
        case _:
            return None
