"""Tanheng 碳衡: from a bill of materials to a footprint that a stranger can check.

>>> import tanheng as th
>>> result = th.assess("aluminium.yaml")            # doctest: +SKIP
>>> result.by_line()                                # doctest: +SKIP
>>> result.uncertainty(samples=10_000, seed=1)      # doctest: +SKIP
>>> greener = result.what_if(th.change("Power", share={"hydro": 1.0}))  # doctest: +SKIP
>>> th.compare(greener, result).probability_lower   # doctest: +SKIP
>>> uslci = th.import_database("uslci.zip", "uslci")  # doctest: +SKIP
>>> uslci.footprint("Steel, billets, at plant")     # doctest: +SKIP
2.048 kg CO2e / kg, AR6 GWP100
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanheng.errors import TanhengError
from tanheng.version import __version__

if TYPE_CHECKING:
    from tanheng.databases import Background, ProductFootprint, import_database, import_method, validate
    from tanheng.databases import open_database as open  # noqa: A004 - th.open reads well, and is only reached as such
    from tanheng.notebook import (
        Result,
        assess,
        assess_all,
        change,
        change_parameter,
        compare,
        portfolio,
        read_study,
        recompute,
        scenario,
    )

__all__ = [
    "Background",
    "ProductFootprint",
    "Result",
    "TanhengError",
    "__version__",
    "assess",
    "assess_all",
    "change",
    "change_parameter",
    "compare",
    "import_database",
    "import_method",
    "open",
    "portfolio",
    "read_study",
    "recompute",
    "scenario",
    "validate",
]

_OF_DATABASES = {"Background", "ProductFootprint", "import_database", "import_method", "open", "validate"}


def __getattr__(name: str) -> Any:
    # Loaded when first used: the command line must not pay for tables and solvers that it does not need.
    if name in __all__:
        from tanheng import databases, notebook

        return getattr(databases if name in _OF_DATABASES else notebook, "open_database" if name == "open" else name)
    raise AttributeError(f"module 'tanheng' has no attribute {name!r}")
