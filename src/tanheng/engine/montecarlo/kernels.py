"""Kernels that draw and solve samples: ``fast`` (numba, sixteen at a time) and ``plain`` (NumPy and SciPy, one at a time).

Both take a :class:`~tanheng.engine.montecarlo.plan.Plan`, draw the same numbers bit for bit, and agree to 10⁻⁹.
"""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

from tanheng.engine.arrays import Floats, Mask
from tanheng.engine.montecarlo.plan import Plan
from tanheng.errors import EngineError

KernelName: TypeAlias = Literal["auto", "fast", "plain"]
NAMES = ("auto", "fast", "plain")
Tuning: TypeAlias = tuple[float, int]
"""Relaxation, and sweeps before the first look: found once, so that every machine does the same."""


class Kernel(Protocol):
    """What a sampler asks of a kernel."""

    @property
    def name(self) -> str:
        """``fast`` or ``plain``."""

    @property
    def tuning(self) -> Tuning:
        """What it found out about the plan."""

    def run(self, group: int) -> tuple[Floats, Mask, int]:
        """Scores (k, r, 16) of one group of draws, which samples (16,) are settled, and how many sweeps that took."""


def resolved(name: KernelName) -> Literal["fast", "plain"]:
    """The kernel that a name stands for on this machine; ``auto`` is the fast one where numba is installed.

    Raises:
        EngineError: TH-ENG-022 an unknown name, TH-ENG-023 the fast kernel without numba.
    """
    if name not in NAMES:
        raise EngineError("TH-ENG-022", kernel=name, known=", ".join(NAMES))
    if name != "plain":
        try:
            import tanheng.engine.montecarlo.fast  # noqa: F401 - whether it can be loaded
        except ImportError as error:
            if name == "fast":
                raise EngineError("TH-ENG-023", reason=str(error)) from error
        else:
            return "fast"
    return "plain"


def kernel(plan: Plan, name: KernelName = "auto", tuning: Tuning | None = None) -> Kernel:
    """The kernel of that name for a plan (errors as of :func:`resolved`)."""
    if resolved(name) == "fast":
        from tanheng.engine.montecarlo.fast import Fast

        return Fast(plan, tuning)
    from tanheng.engine.montecarlo.plain import Plain

    return Plain(plan)
