"""Exchanges, with the signs of EcoSpold 2 (the other way round than :mod:`tanheng.formats.ecospold2.signs`)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lxml import etree

from tanheng.formats.ecospold2.dataset import BY_PRODUCT, FOR_TREATMENT, REFERENCE
from tanheng.formats.ecospold2.signs import turned
from tanheng.formats.ecospold2.uncertainty import negated
from tanheng.formats.ecospold2.writing.flows import Flows
from tanheng.formats.ecospold2.writing.identity import made_id
from tanheng.formats.ecospold2.writing.markup import Scribe, add
from tanheng.formats.ecospold2.writing.numbers import Numbers, is_calculated
from tanheng.formats.ecospold2.writing.plan import Piece, Plan, is_usable_reference
from tanheng.formats.losses import Losses
from tanheng.formats.parameters import Scope
from tanheng.formats.values import scaled
from tanheng.formats.writing.identity import UUID, Ids
from tanheng.formats.writing.numbers import formula_of
from tanheng.inventory.model import Exchange, Flow, FlowKind

_INPUT, _OUTPUT = "inputGroup", "outputGroup"
_TECHNOSPHERE, _NATURE = "5", "4"


@dataclass(frozen=True, slots=True)
class _Side:
    """Group of an exchange, and the sign of its amount."""

    group: str
    number: str
    sign: float = 1.0


class Exchanges:
    """Writes the exchanges of data sets; ``count`` is how many so far."""

    def __init__(
        self, plan: Plan, flows: Flows, *, process_ids: Ids, numbers: Numbers, scribe: Scribe, losses: Losses
    ) -> None:
        self._plan = plan
        self._flows = flows
        self._ids = process_ids
        self._numbers = numbers
        self._scribe = scribe
        self._losses = losses
        self.count = 0

    def write(self, parent: etree._Element, piece: Piece, scope: Scope) -> None:
        """All exchanges of a data set: those with others first, then those with nature."""
        place = piece.process.name
        known = list(self._plan.exchanges(piece))
        order = sorted(known, key=lambda pair: pair[1].kind is FlowKind.ELEMENTARY)
        if order != known:
            self._losses.count("exchanges-reordered", place)
        has_reference = False
        for exchange, flow in order:
            is_reference = is_usable_reference(exchange, flow) and not has_reference
            if exchange.is_reference and has_reference:
                self._losses.count("several-references", place)
            elif exchange.is_reference and not is_reference:
                self._losses.count("reference-unusable", place)
            has_reference |= is_reference
            share = 1.0 if is_reference else piece.share_of(exchange)
            if share == 0.0:
                continue
            self._exchange(parent, exchange, flow, piece, scope, share=share, is_reference=is_reference)
        if not has_reference:
            self._losses.count("reference-missing", place)

    def _exchange(
        self,
        parent: etree._Element,
        exchange: Exchange,
        flow: Flow,
        piece: Piece,
        scope: Scope,
        *,
        share: float,
        is_reference: bool,
    ) -> None:
        process = piece.process
        here = f"{process.name}: {flow.name}"
        is_elementary = flow.kind is FlowKind.ELEMENTARY
        unit, factor = self._measured(exchange, flow, here)
        factor *= share
        side = self._nature(exchange) if is_elementary else self._side(exchange, flow, here, is_reference=is_reference)
        amount = side.sign * exchange.amount * factor
        if math.isinf(amount):
            self._losses.count("amount-infinite", here)
        formula = formula_of(exchange, factor, scope, self._losses, here)
        if side.sign < 0:
            formula = turned(formula)
        formula = self._scribe.fitting(formula, 32000, here)
        calculated = is_calculated(formula, scope) if formula else None
        link, volume = None, exchange.production_volume
        if not is_elementary and not is_reference and (exchange.is_avoided or self._is_demand(exchange, flow)):
            provider = self._plan.provider(exchange, flow, process)
            link = self._ids.of(provider) if provider else None
        elif exchange.provider:
            self._losses.count("provider-dropped", here)
        attributes: dict[str, str | float | bool | None] = {
            "id": self._id(exchange, piece),
            "unitId": made_id("Unit", unit),
            "amount": amount,
            "mathematicalRelation": formula or None,
            "isCalculatedAmount": calculated,
            **self._flows.attributes(flow),
            "activityLinkId": link,
        }
        if is_elementary and volume is not None:
            self._losses.count("volume-of-nature", here)
        elif volume is not None:
            attributes["productionVolumeAmount"] = side.sign * volume * factor
        element = add(parent, "elementaryExchange" if is_elementary else "intermediateExchange", **attributes)
        self._flows.names(element, flow, unit)
        self._scribe.text(element, "comment", exchange.comment, here)
        uncertainty = scaled(exchange.uncertainty, abs(factor))
        if side.sign * factor < 0:
            uncertainty = negated(uncertainty)
        self._numbers.uncertainty(element, uncertainty, amount, here)
        self._flows.synonyms(element, flow)
        if is_elementary:
            self._flows.compartment(element, flow)
        else:
            makes = side.group == _OUTPUT and side.number in (REFERENCE, BY_PRODUCT)
            self._flows.properties(element, flow, makes=makes)
            self._flows.classes(element, flow)
        add(element, side.group).text = side.number
        self.count += 1

    def _id(self, exchange: Exchange, piece: Piece) -> str:
        if UUID.fullmatch(exchange.id) and not piece.is_shared:
            return exchange.id
        self._losses.count("exchange-id-made", f"{piece.process.name}: {exchange.id}")
        return made_id("Exchange", piece.process.id, str(piece.position), exchange.id)

    def _measured(self, exchange: Exchange, flow: Flow, here: str) -> tuple[str, float]:
        """The unit to write, and what the amount times to be in it: a flow has one unit."""
        if not exchange.unit:
            self._losses.count("exchange-without-unit", here)
            return "", 1.0
        if exchange.unit == flow.unit:
            return flow.unit, 1.0
        factor = self._plan.converter.to_reference(exchange, flow)
        if factor is None:
            self._losses.count("exchange-unit-other", here)
            return exchange.unit, 1.0
        self._losses.count("exchange-in-flow-unit", here)
        return flow.unit, factor

    def _is_demand(self, exchange: Exchange, flow: Flow) -> bool:
        return exchange.is_input is (flow.kind is FlowKind.PRODUCT)

    def _nature(self, exchange: Exchange) -> _Side:
        return _Side(_INPUT if exchange.is_input else _OUTPUT, _NATURE)

    def _side(self, exchange: Exchange, flow: Flow, here: str, *, is_reference: bool) -> _Side:
        is_negative = exchange.amount < 0
        if is_reference:
            if is_negative:
                self._losses.count("reference-negative", here)
            return _Side(_OUTPUT, REFERENCE, -1.0 if exchange.is_input else 1.0)
        if flow.kind is FlowKind.PRODUCT:
            return self._product(exchange, here, is_negative=is_negative)
        if is_negative or exchange.is_avoided:
            self._losses.count("waste-credit", here)
        if exchange.is_input and not exchange.is_avoided:
            return _Side(_INPUT, _TECHNOSPHERE)
        sign = -1.0 if exchange.is_avoided else 1.0
        if flow.id in self._plan.treated and not math.isnan(exchange.amount):
            return _Side(_INPUT, _TECHNOSPHERE, -sign)
        return _Side(_OUTPUT, FOR_TREATMENT, sign)

    def _product(self, exchange: Exchange, here: str, *, is_negative: bool) -> _Side:
        if exchange.is_avoided:
            if not exchange.is_input:
                self._losses.count("avoided-direction", here)
            if not exchange.amount > 0:
                self._losses.count("sign-read-otherwise", here)
            return _Side(_INPUT, _TECHNOSPHERE, -1.0)
        if exchange.is_input:
            if is_negative:
                self._losses.count("sign-read-otherwise", here)
            return _Side(_INPUT, _TECHNOSPHERE)
        if is_negative:
            self._losses.count("output-taken-back", here)
        elif exchange.amount == 0:
            self._losses.count("output-zero", here)
        return _Side(_OUTPUT, BY_PRODUCT)
