"""What a regime leaves out: one part of a result against its exclusions (C20).

An expression (CEL) sees ``part`` (``what``, ``stage``, ``covers``, ``kind``, ``unit``), ``line`` (``type``, ``stage``,
``codes``, ``credit``: whether it is what a co-product replaces), ``product`` (``codes``) and ``lists``, and has the functions
of checks, ``listed(codes, list)`` among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.rules.expressions import context_of, evaluate
from tanheng.rules.model import Regime

STAGE = "stage"
"""Reason of a part whose stage the regime does not count: key of ``data/texts/excluded.yaml``."""


def reason_to_exclude(
    regime: Regime, *, part: Mapping[str, str], line: Mapping[str, Any], codes: Mapping[str, str]
) -> str:
    """Key of the reason why the regime does not count a part; empty where it does.

    Args:
        part: ``what``, ``stage``, ``covers``, ``kind``, ``unit``; what is not known of it is empty.
        line: ``type``, ``stage``, ``codes``, ``credit``.
        codes: of the product.

    Raises:
        RuleError: TH-RUL-005 where an expression fails.
    """
    if part["stage"] not in regime.stages:
        return STAGE
    if not regime.excludes:
        return ""
    lists = {name: list(listed) for name, listed in regime.lists.items()}
    variables = {"part": dict(part), "line": dict(line), "product": {"codes": dict(codes)}, "lists": lists}
    context = context_of(variables)
    for exclusion in regime.excludes:
        if evaluate(exclusion.when, context, regime.id):
            return exclusion.reason
    return ""
