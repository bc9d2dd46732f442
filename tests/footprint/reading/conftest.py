"""Random studies that can be written."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from tanheng.footprint.reading.fields import vocabulary
from tanheng.footprint.reading.makers import SHARE_TOLERANCE
from tanheng.footprint.study import (
    Allocation,
    AllocationBasis,
    BiogenicCarbon,
    Boundary,
    Carbonate,
    CarbonBalance,
    CarbonFlow,
    CoProduct,
    CutOff,
    DataKind,
    ElectricityShare,
    Emission,
    EndOfLifeMethod,
    LandUseChange,
    Line,
    LineType,
    Parameter,
    Product,
    Recycling,
    Scenario,
    Stage,
    Study,
    Supply,
    TransportLeg,
    UnitKind,
    Waiver,
)
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.quality import Quality
from tanheng.quantities import CO2E, Origin, Quantity, gases, units

AWKWARD = (
    "null yes No ~ true 1 1e5 0x1F 2024-01-01 =1+1 #note - a: b {x} [y] 'q' \"q\" a;b a,b from empty return & * ! % @ ` | > ? "
    "own:hydro _x0041_ 12:30:00 1_000 氧化铝 ; " + '"'
).split()


def texts() -> st.SearchStrategy[str]:
    free = st.text(
        st.characters(
            exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff\ufffe\uffff", include_characters="\n\t"
        ),
        min_size=1,
        max_size=25,
    )
    words = st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=4).map(" ".join)
    return (free | words).map(str.strip).filter(bool).filter(lambda t: not t.startswith(("#REF!", "#N/A")))


def names() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(("zh", "en")), texts(), min_size=1)


def numbers(low: float | None = None, high: float | None = None) -> st.SearchStrategy[float]:
    floats = st.floats(low, high, allow_nan=False, allow_infinity=False)
    return (floats | st.integers(1, 10_000).map(float)).filter(
        lambda x: (low is None or x >= low) and (high is None or x <= high)
    )


def quantities(dimension: str = "", low: float | None = None) -> st.SearchStrategy[Quantity]:
    symbols = [u.symbol for u in units() if not dimension or u.dimension == dimension]
    return st.builds(Quantity, numbers(low), st.sampled_from(symbols))


def optional(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


SHARES = numbers(0.0, 1.0)
EMPTY_OR_TEXT = st.just("") | texts()
EMPTY_OR_NAMES = st.just({}) | names()


@st.composite
def electricity(draw: st.DrawFn) -> tuple[ElectricityShare, ...]:
    weights = draw(st.lists(st.floats(0.01, 1.0), max_size=4))
    total = math.fsum(weights)
    made = []
    for weight in weights:
        supply = draw(st.sampled_from(Supply))
        places = st.sampled_from(("", *vocabulary("geographies")))
        source = draw(places if supply in (Supply.GRID, Supply.RESIDUAL) else texts())
        share = weight / total
        made.append(ElectricityShare(supply, source, share, draw(EMPTY_OR_TEXT), draw(optional(SHARES))))
    assert not made or abs(math.fsum(s.share for s in made) - 1) < SHARE_TOLERANCE
    return tuple(made)


def legs() -> st.SearchStrategy[TransportLeg]:
    return st.builds(
        TransportLeg,
        mode=st.sampled_from(tuple(vocabulary("transport_modes"))),
        distance=quantities("length", 0.0),
        mass=quantities("mass", 0.0),
        empty_return=st.just(0.0) | SHARES,
        load=optional(SHARES),
        cooling=st.just(0.0) | SHARES,
        link=EMPTY_OR_TEXT,
    )


def emissions() -> st.SearchStrategy[Emission]:
    split = st.sampled_from([origin for origin in Origin if origin is not Origin.UNSPLIT])
    of_gas = st.builds(Emission, st.sampled_from(tuple(gases())), quantities("mass", 0.0), split)
    return of_gas | st.builds(Emission, st.just(CO2E), quantities("mass", 0.0), st.just(Origin.UNSPLIT))


def uncertainties() -> st.SearchStrategy[Uncertainty]:
    bounds = st.lists(numbers(-1e9, 1e9), min_size=3, max_size=3, unique=True).map(sorted)
    return st.one_of(
        st.builds(Uncertainty, st.just(Distribution.LOGNORMAL), scale=numbers(1.0, 100.0).map(math.sqrt)),
        st.builds(Uncertainty, st.just(Distribution.NORMAL), scale=numbers(1e-9, 1e9)),
        bounds.map(lambda b: Uncertainty(Distribution.UNIFORM, minimum=b[0], maximum=b[2])),
        bounds.map(lambda b: Uncertainty(Distribution.TRIANGULAR, b[1], None, b[0], b[2])),
    )


def recyclings() -> st.SearchStrategy[Recycling]:
    links = dict.fromkeys(("recycled", "recycling", "avoided", "disposal", "recovery", "heat", "power"), EMPTY_OR_TEXT)
    shares = {
        key: st.just(0.0) | SHARES
        for key in ("recycling_rate", "recovery_rate", "energy_allocation", "heat_efficiency", "power_efficiency")
    }
    return st.builds(
        Recycling,
        SHARES,
        optional(st.sampled_from(EndOfLifeMethod)),
        allocation=optional(SHARES),
        quality_in=st.just(1.0) | numbers(0.0),
        quality_out=st.just(1.0) | numbers(0.0),
        heating_value=optional(numbers(0.0)),
        **shares,
        **links,
    )


def balances() -> st.SearchStrategy[CarbonBalance]:
    flow = st.builds(CarbonFlow, names(), quantities("mass", 0.0), SHARES, st.just(0.0) | SHARES)
    flows = st.lists(flow, min_size=1, max_size=3).map(tuple)
    return st.builds(CarbonBalance, flows, st.just(()) | flows)


def carbonates() -> st.SearchStrategy[tuple[Carbonate, ...]]:
    one = st.builds(Carbonate, st.sampled_from(("CaCO3", "MgCO3")), quantities("mass", 0.0), st.just(1.0) | SHARES)
    return st.lists(one, max_size=2).map(tuple)


def land() -> st.SearchStrategy[LandUseChange]:
    years = st.just(20.0) | numbers(0.5, 100.0)
    area = quantities("area", 0.0)
    return st.builds(LandUseChange, area, numbers(0.0), numbers(0.0), optional(st.integers(1900, 2100)), years)


def biogenic() -> st.SearchStrategy[BiogenicCarbon]:
    return st.builds(BiogenicCarbon, SHARES, st.just(0.0) | SHARES, st.just(0.0) | SHARES, optional(numbers(0.0)))


def identifiers() -> st.SearchStrategy[str]:
    return st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)


def holding(spread: Uncertainty | None, value: Quantity | None) -> Uncertainty | None:
    """The distribution with bounds moved so that they hold the value, which is then one of them."""
    if spread is None or value is None or spread.holds(value.value):
        return spread
    return replace(spread, minimum=min(spread.minimum, value.value), maximum=max(spread.maximum, value.value))


def parameters() -> st.SearchStrategy[Parameter]:
    by_value = st.builds(
        Parameter, identifiers(), quantities(), st.just(""), EMPTY_OR_NAMES, optional(uncertainties())
    ).map(lambda p: replace(p, uncertainty=holding(p.uncertainty, p.value)))
    return by_value | st.builds(Parameter, identifiers(), st.none(), texts(), EMPTY_OR_NAMES, source=EMPTY_OR_TEXT)


def codes() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(("hs", "cn", "cpc", "gbt4754", "unspsc", "x1")), texts(), max_size=3)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    shares = draw(electricity())
    kinds = [kind for kind in LineType if not shares or kind is LineType.ELECTRICITY]
    kind = draw(st.sampled_from(kinds))
    low = 0.0 if kind in (LineType.TRANSPORT, LineType.EMISSION) else None
    amount = quantities("energy" if kind is LineType.ELECTRICITY else "", low)
    scores = optional(numbers(1.0, 5.0))
    formula = draw(st.just("") | texts())
    made = Line(
        place="",
        stage=draw(st.sampled_from(Stage)),
        type=kind,
        names=draw(names()),
        id=draw(EMPTY_OR_TEXT),
        parent=draw(EMPTY_OR_TEXT),
        amount=None if formula else draw(optional(amount)),
        formula=formula,
        codes=draw(codes()),
        recycling=draw(optional(recyclings())),
        carbon_balance=draw(optional(balances())),
        carbonates=draw(carbonates()),
        land=draw(optional(land())),
        biogenic=draw(optional(biogenic())),
        serves=draw(EMPTY_OR_TEXT),
        after=draw(optional(numbers(0.0))),
        link=draw(EMPTY_OR_TEXT),
        electricity=shares,
        transport=tuple(draw(st.lists(legs(), max_size=3))),
        emits=tuple(draw(st.lists(emissions(), max_size=4))),
        data=draw(optional(st.sampled_from(DataKind))),
        quality=draw(st.builds(Quality, scores, scores, scores, scores)),
        uncertainty=draw(optional(uncertainties())),
        allocate=draw(st.booleans()),
        location=draw(st.sampled_from(("", "CN-15", "GLO"))),
        source=draw(EMPTY_OR_TEXT),
        evidence=tuple(draw(st.lists(texts(), max_size=3))),
        note=draw(EMPTY_OR_TEXT),
    )
    return replace(made, uncertainty=holding(made.uncertainty, made.spread_over))


def studies() -> st.SearchStrategy[Study]:
    return st.builds(
        Study,
        product=st.builds(Product, names(), EMPTY_OR_NAMES, codes(), EMPTY_OR_NAMES),
        unit=quantities(low=5e-324),
        boundary=st.sampled_from(Boundary),
        period=st.lists(st.dates().map(str), min_size=2, max_size=2).map(lambda p: tuple(sorted(p))),
        site=st.sampled_from(tuple(vocabulary("geographies"))),
        lines=st.lists(lines(), min_size=1, max_size=5).map(tuple),
        unit_kind=st.sampled_from(UnitKind),
        unit_text=EMPTY_OR_NAMES,
        basis=optional(quantities(low=5e-324)),
        rules=EMPTY_OR_TEXT,
        regime=EMPTY_OR_TEXT,
        goal=EMPTY_OR_NAMES,
        audience=EMPTY_OR_NAMES,
        author=EMPTY_OR_TEXT,
        co_products=st.lists(
            st.builds(
                CoProduct,
                names(),
                quantities(low=0.0),
                optional(numbers(0.0)),
                optional(SHARES),
                optional(quantities(low=0.0)),
                EMPTY_OR_TEXT,
            ),
            max_size=2,
        ).map(tuple),
        allocation=optional(
            st.builds(
                Allocation,
                st.sampled_from(AllocationBasis),
                EMPTY_OR_NAMES,
                optional(numbers(0.0)),
                optional(SHARES),
                optional(quantities(low=0.0)),
            )
        ),
        cut_offs=st.lists(st.builds(CutOff, names(), names(), optional(SHARES)), max_size=2).map(tuple),
        parameters=st.lists(parameters(), max_size=2).map(tuple),
        scenarios=st.lists(
            st.builds(
                Scenario, texts(), st.dictionaries(identifiers(), texts(), min_size=1, max_size=3), EMPTY_OR_NAMES
            ),
            max_size=2,
        ).map(tuple),
        scenario=EMPTY_OR_TEXT,
        waivers=st.lists(
            st.builds(Waiver, texts(), names(), texts(), EMPTY_OR_TEXT, st.just("") | st.dates().map(str)), max_size=2
        ).map(tuple),
        limits=st.lists(names(), max_size=3).map(tuple),
        sources=st.lists(texts(), max_size=3).map(tuple),
    )


@pytest.fixture(scope="session")
def random_studies() -> st.SearchStrategy[Study]:
    """Studies that hold everything that the formats can hold."""
    return studies()
