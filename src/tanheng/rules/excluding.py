"""What a regime leaves out: one part of a result against its exclusions (C20).

An expression (CEL) sees ``part`` (``what``, ``stage``, ``covers``, ``kind``, ``unit``), ``line`` (``type``, ``stage``,
``codes``, ``credit``: whether it is what a co-product replaces), ``product`` (``codes``) and ``lists``, and has the functions
of checks, ``listed(codes, list)`` among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cel

from tanheng.errors import RuleError
from tanheng.rules.expressions import FUNCTIONS, program
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
    context = cel.Context(variables=variables)
    for name, function in FUNCTIONS.items():
        context.add_function(name, function)
    for exclusion in regime.excludes:
        if _holds(exclusion.when, context, regime.id):
            return exclusion.reason
    return ""


def _holds(expression: str, context: Any, regime: str) -> bool:
    try:
        return bool(program(expression).execute(context))
    except Exception as error:  # the evaluator raises many kinds; each is the regime's fault
        raise RuleError("TH-RUL-005", place=regime, expression=expression, reason=str(error)) from error
