"""Small readings that every format needs: uncertainties, CAS numbers, languages, allocation shares, unique ids."""

from __future__ import annotations

import math
import re

from tanheng.inventory.importing.allocation import TOLERANCE
from tanheng.inventory.model import Distribution, Uncertainty

_CAS = re.compile(r"^0*(\d{2,7}-\d{2}-\d)$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SCORE = r"(?:[1-5]|n\.?\s?a\.?)"
_PEDIGREE = re.compile(rf"^\s*(\(\s*{_SCORE}(?:\s*[;,]\s*(?:{_SCORE}|BU:[\d.]+)){{4,6}}\s*\))", re.IGNORECASE)
_NO_FORMULA = {"-", "nan", "n.a.", "0", "none"}


def complete_shares(shares: dict[str, float], reference: str) -> bool:
    """Give the reference product what the others leave, where the authors give no share of it; whether that was so."""
    rest = 1.0 - math.fsum(shares.values())
    if not reference or reference in shares or rest < -TOLERANCE:
        return False
    shares[reference] = max(rest, 0.0)
    return True


def cas_number(text: str) -> str:
    """A CAS number without leading zeros; empty where the text is none (``n.a.``)."""
    match = _CAS.match(text.strip())
    return match[1] if match else ""


def chemical_formula(text: str) -> str:
    """A chemical formula; empty where the text stands for none."""
    return "" if text.strip().casefold() in _NO_FORMULA else text.strip()


def named(text: str) -> dict[str, str]:
    """A name by language, where the format does not say which: Chinese if it has Chinese characters, else English."""
    return {"zh" if _HAN.search(text) else "en": text}


def pedigree_in(text: str) -> str:
    """Quality scores at the beginning of a comment, ``(2,3,1,1,1,5)``, as written; empty if there are none."""
    match = _PEDIGREE.match(text)
    return match[1] if match else ""


def lognormal(loc: float | None, scale: float | None, pedigree: str = "") -> Uncertainty | None:
    """A lognormal; ``None`` where the scale (GSD) is 1, that is no spread, or not given, and no scores stand behind it.

    A scale that makes no distribution gives way to scores; without them it is kept, so that linking can tell of it.
    """
    if scale is not None and scale != 1.0 and (scale > 1.0 or not pedigree):
        return Uncertainty(Distribution.LOGNORMAL, loc, scale, pedigree=pedigree)
    return Uncertainty(Distribution.LOGNORMAL, loc, None, pedigree=pedigree) if pedigree else None


def normal(loc: float | None, scale: float | None, pedigree: str = "") -> Uncertainty | None:
    """A normal distribution; ``None`` where it has no spread."""
    return Uncertainty(Distribution.NORMAL, loc, scale, pedigree=pedigree) if scale else None


def bounded(
    minimum: float | None, maximum: float | None, mode: float | None = None, pedigree: str = ""
) -> Uncertainty | None:
    """Triangular with ``mode``, else uniform; ``None`` where a bound is missing. Bounds may be wrong; linking tells."""
    if minimum is None or maximum is None:
        return None
    if mode is None:
        return Uncertainty(Distribution.UNIFORM, minimum=minimum, maximum=maximum, pedigree=pedigree)
    return Uncertainty(Distribution.TRIANGULAR, mode, minimum=minimum, maximum=maximum, pedigree=pedigree)


def scaled(uncertainty: Uncertainty | None, factor: float) -> Uncertainty | None:
    """The same uncertainty of an amount that is multiplied by a positive ``factor``."""
    if uncertainty is None:
        return None

    def times(value: float | None) -> float | None:
        return None if value is None else value * factor

    relative = uncertainty.kind is Distribution.LOGNORMAL
    return Uncertainty(
        uncertainty.kind,
        times(uncertainty.loc),
        uncertainty.scale if relative else times(uncertainty.scale),
        times(uncertainty.minimum),
        times(uncertainty.maximum),
        uncertainty.pedigree,
    )


class UniqueIds:
    """Makes the second of two equal ids ``id#2``."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def take(self, wanted: str) -> tuple[str, bool]:
        """The id to use, and whether it had to be changed."""
        count = self._seen.get(wanted, 0) + 1
        self._seen[wanted] = count
        if count == 1:
            return wanted, False
        made, _ = self.take(f"{wanted}#{count}")
        return made, True
