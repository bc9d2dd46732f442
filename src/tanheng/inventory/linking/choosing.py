"""Which product serves which input, and what stays open (C02, C13).

In order: what a person chose; the provider that the authors name; the only producer; then, among several, those nearest to
the consumer: its own place, then the places that it lies in up to the world. Among several of the same place: the only one;
the market; all of them by their production volumes; at last the one whose reference product it is, with the latest data.
The last is a guess of ours: it is recorded as ``assumed`` with all candidates, and travels with the result.

A market takes from those who make the product, not from itself or another market of its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tanheng.inventory.geography import WORLD, around, lies_in, place_of
from tanheng.inventory.linking.choices import Choices
from tanheng.inventory.linking.model import Column, LinkStatus, Supply, is_declared_cut_off
from tanheng.inventory.model import Exchange, Flow, Process

_MARKET = re.compile(r"\bmarket (group )?for\b|\b(consumption|supply) mix\b|市场|消费混合|供应组合", re.IGNORECASE)


def is_market(process: Process) -> bool:
    """Whether a process mixes what others make, as its name tells."""
    return any(_MARKET.search(name) for name in process.names.values())


class Chooser:
    """Finds who serves an input.

    Args:
        columns: all products.
        choices: what a person decided.
        aliases: flow that nobody makes → flow of the same name that somebody makes.
    """

    def __init__(self, columns: Iterable[Column], choices: Choices, aliases: Mapping[str, str]) -> None:
        self._producers: dict[str, list[Column]] = {}
        self._of_process: dict[str, list[Column]] = {}
        for column in columns:
            self._producers.setdefault(column.flow.id, []).append(column)
            self._of_process.setdefault(column.process.id, []).append(column)
        self._choices = choices
        self._aliases = aliases
        self._markets: dict[str, bool] = {}

    def supply(self, exchange: Exchange, flow: Flow, consumer: Process) -> Supply:
        """Who serves ``exchange`` of ``consumer``."""
        alias = self._aliases.get(flow.id, "")
        candidates = tuple(self._producers.get(flow.id, ()) or self._producers.get(alias, ()))
        chosen = self._choices.of(exchange, consumer, candidates, self._of_process)
        if chosen is not None:
            return chosen
        found = self._by_rule(exchange, flow, consumer, candidates)
        if alias and found.shares and found.status is not LinkStatus.ASSUMED:
            return Supply(LinkStatus.SAME_NAME, found.shares, found.candidates)
        return found

    def _by_rule(self, exchange: Exchange, flow: Flow, consumer: Process, candidates: tuple[Column, ...]) -> Supply:
        if exchange.provider is not None:
            for column in candidates:
                if column.process.id == exchange.provider:
                    return Supply(LinkStatus.DEFAULT_PROVIDER, ((column, 1.0),))
        if not candidates:
            return Supply(LinkStatus.DECLARED_CUT_OFF if is_declared_cut_off(flow) else LinkStatus.OPEN)
        # Another than the provider that the authors name is a guess of ours, however few there are.
        replaced = exchange.provider is not None
        if len(candidates) == 1:
            return _single(LinkStatus.ASSUMED if replaced else LinkStatus.ONLY_PRODUCER, candidates[0], ())
        found = self._among(consumer, candidates)
        return Supply(LinkStatus.ASSUMED, found.shares, candidates) if replaced else found

    def _among(self, consumer: Process, candidates: tuple[Column, ...]) -> Supply:
        others = tuple(c for c in candidates if c.process.id != consumer.id) or candidates
        if self._is_market(consumer):
            others = tuple(c for c in others if not self._is_market(c.process)) or others
        near, status = _nearest(consumer.location, others)
        if len(near) == 1:
            return _single(status, near[0], candidates)
        # The market of a part of the consumer's region speaks for that part alone.
        markets = [c for c in near if self._is_market(c.process) and _covers(c.process.location, consumer.location)]
        if len(markets) == 1:
            return _single(LinkStatus.MARKET, markets[0], candidates)
        volumes = [c.volume for c in near]
        if status is not LinkStatus.ASSUMED and all(v is not None and v > 0 for v in volumes):
            total = sum(v for v in volumes if v is not None)
            shares = tuple((c, (c.volume or 0.0) / total) for c in near)
            return Supply(LinkStatus.REGIONAL_SUPPLY, shares, candidates)
        best = min(near, key=lambda c: (not c.is_reference, _latest(c.process), c.process.name, c.process.id))
        return _single(LinkStatus.ASSUMED, best, candidates)

    def _is_market(self, process: Process) -> bool:
        known = self._markets.get(process.id)
        if known is None:
            known = self._markets[process.id] = is_market(process)
        return known


def _covers(market: str, consumer: str) -> bool:
    """Whether a consumer lies where a market is; one that names no place is for all."""
    return not place_of(market) or lies_in(consumer, market)


def _single(status: LinkStatus, column: Column, candidates: tuple[Column, ...]) -> Supply:
    return Supply(status, ((column, 1.0),), candidates)


def _nearest(location: str, candidates: Sequence[Column]) -> tuple[list[Column], LinkStatus]:
    """The candidates of the nearest place that has any, and what tells that it is near.

    For a consumer of a whole region or the world, those who make the product inside it are near, too. Where no place tells,
    all are, and one of them is a guess.
    """
    place = place_of(location)
    if place:
        own = [c for c in candidates if place_of(c.process.location) == place]
        if own:
            return own, LinkStatus.SAME_LOCATION
        inside = [c for c in candidates if c.process.location and lies_in(c.process.location, place)]
        if inside:
            return inside, LinkStatus.LARGER_LOCATION
        for larger in around(place)[1:]:
            found = [c for c in candidates if place_of(c.process.location) == larger]
            if found:
                return found, LinkStatus.LARGER_LOCATION
    else:
        worldwide = [c for c in candidates if place_of(c.process.location) == WORLD]
        if worldwide:
            return worldwide, LinkStatus.LARGER_LOCATION
    return list(candidates), LinkStatus.ASSUMED


def _latest(process: Process) -> tuple[int, ...]:
    date = process.valid_until or process.valid_from
    return tuple(-ord(ch) for ch in date[:10].ljust(10, "0"))
