"""From the signs of EcoSpold 2 to ours: amounts are positive, and what they mean stands beside them (C09).

====================================  =====================================  ===============================
EcoSpold 2                            means                                  here
====================================  =====================================  ===============================
waste, output 0, −1                   the activity treats 1 of it            input +1, the reference
waste, input, −1                      the activity gives 1 of it away        output +1: demand for treatment
waste, output 2 or 3, +1              the same, before linking               output +1: demand for treatment
waste, output 2, −1                   it treats that too                     input +1
waste, input, +1                      it takes 1 in, free of burdens; where  input +1
                                      it makes nothing, it treats it
product, input, −1                    production elsewhere is avoided        avoided input +1
product, output 2 or 3, −1            it takes 1 of it                       input +1
product that is treated, output 3     a service is taken                     input +1
product, output 0, −1                 (a mix of both under one id)           output −1, as it is
====================================  =====================================  ===============================

What goes to nature or comes from it keeps its sign: a negative emission is one.
"""

from __future__ import annotations

from dataclasses import dataclass

from tanheng.formats.ecospold2.dataset import FOR_TREATMENT, RawExchange
from tanheng.inventory.model import FlowKind


@dataclass(frozen=True, slots=True)
class Side:
    """Where an exchange stands.

    Attributes:
        is_turned: its amount changes sign.
        is_service: a waste output that somebody's product treats.
        is_avoided: its production elsewhere is avoided.
    """

    is_input: bool
    is_turned: bool = False
    is_avoided: bool = False
    is_service: bool = False

    def is_demand(self, kind: FlowKind) -> bool:
        """Whether somebody else serves it: a product that comes in, a waste that goes out."""
        return self.is_input if kind is FlowKind.PRODUCT else kind is FlowKind.WASTE and not self.is_input


def side_of(raw: RawExchange, amount: float | None, kind: FlowKind, *, is_reference: bool, is_made: bool) -> Side:
    """The side of an exchange in our convention.

    Args:
        raw: the exchange.
        amount: of it, ``None`` where there is none.
        kind: of its flow.
        is_reference: whether it is the reference of its process.
        is_made: whether some data set has the flow as its positive reference product.
    """
    is_negative = amount is not None and amount < 0
    if kind is FlowKind.ELEMENTARY:
        return Side(raw.is_input)
    if kind is FlowKind.WASTE:
        return Side(raw.is_input is not is_negative, is_turned=is_negative)
    if raw.is_input:
        return Side(is_input=True, is_turned=is_negative, is_avoided=is_negative)
    if is_reference:
        return Side(is_input=False)
    if is_negative:
        return Side(is_input=True, is_turned=True)
    is_service = raw.group == FOR_TREATMENT and is_made
    return Side(is_input=is_service, is_service=is_service)


def turned(formula: str) -> str:
    """A formula whose value has the other sign; what was turned before is turned back, without a trace.

    >>> turned("a+b"), turned("-(a+b)"), turned("-(a)+(b)")
    ('-(a+b)', 'a+b', '-(-(a)+(b))')
    """
    if not formula:
        return ""
    if formula.startswith("-(") and formula.endswith(")"):
        depth = 0
        inner = formula[2:-1]
        for mark in inner:
            depth += (mark == "(") - (mark == ")")
            if depth < 0:
                break
        else:
            return inner
    return f"-({formula})"
