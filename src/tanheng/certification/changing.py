"""When a certified footprint must be assessed anew: the product or its data changed by more than the scheme allows."""

from __future__ import annotations

from dataclasses import dataclass

from tanheng.certification.model import Scheme


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a footprint moved from what is certified.

    Attributes:
        share: ``(now − certified) / |certified|``; ``None`` where the certified value is 0 or one of them is missing.
        is_material: whether it must be assessed anew; also where that cannot be told.
    """

    certified: float | None
    now: float | None
    share: float | None
    is_material: bool


def drift(certified: float | None, now: float | None, scheme: Scheme) -> Drift:
    """How far a footprint moved, up or down; what is missing or cannot be compared counts as material (C02).

    >>> scheme = Scheme(id="label", version="1", names={}, change=0.1)
    >>> drift(100.0, 110.0, scheme).is_material, drift(100.0, 89.0, scheme).is_material
    (False, True)
    """
    if certified is None or now is None:
        return Drift(certified, now, None, True)
    if certified == now:
        return Drift(certified, now, 0.0, False)
    if certified == 0:
        return Drift(certified, now, None, True)
    share = (now - certified) / abs(certified)
    return Drift(certified, now, share, not abs(now - certified) <= scheme.change * abs(certified))
