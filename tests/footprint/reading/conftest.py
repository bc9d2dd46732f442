"""Random studies that can be written."""

from __future__ import annotations

import math

import pytest
from hypothesis import strategies as st

from tanheng.footprint.reading.fields import vocabulary
from tanheng.footprint.reading.makers import SHARE_TOLERANCE
from tanheng.footprint.study import (
    Allocation,
    AllocationBasis,
    Boundary,
    CoProduct,
    CutOff,
    DataKind,
    ElectricityShare,
    Emission,
    Line,
    LineType,
    Product,
    Stage,
    Study,
    Supply,
    TransportLeg,
    UnitKind,
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
        source = draw(places if supply is Supply.GRID else texts())
        made.append(ElectricityShare(supply, source, weight / total, draw(EMPTY_OR_TEXT)))
    assert not made or abs(math.fsum(s.share for s in made) - 1) < SHARE_TOLERANCE
    return tuple(made)


def legs() -> st.SearchStrategy[TransportLeg]:
    return st.builds(
        TransportLeg,
        mode=st.sampled_from(tuple(vocabulary("transport_modes"))),
        distance=quantities("length", 0.0),
        mass=quantities("mass", 0.0),
        empty_return=st.just(0.0) | SHARES,
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


@st.composite
def lines(draw: st.DrawFn) -> Line:
    shares = draw(electricity())
    kinds = [kind for kind in LineType if not shares or kind is LineType.ELECTRICITY]
    kind = draw(st.sampled_from(kinds))
    low = 0.0 if kind in (LineType.TRANSPORT, LineType.EMISSION) else None
    amount = quantities("energy" if kind is LineType.ELECTRICITY else "", low)
    scores = optional(numbers(1.0, 5.0))
    return Line(
        place="",
        stage=draw(st.sampled_from(Stage)),
        type=kind,
        names=draw(names()),
        amount=draw(optional(amount)),
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


def studies() -> st.SearchStrategy[Study]:
    schemes = st.sampled_from(("hs", "cn", "cpc", "gbt4754", "unspsc", "x1"))
    return st.builds(
        Study,
        product=st.builds(
            Product, names(), EMPTY_OR_NAMES, st.dictionaries(schemes, texts(), max_size=3), EMPTY_OR_NAMES
        ),
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
            st.builds(CoProduct, names(), quantities(low=0.0), optional(numbers(0.0)), optional(SHARES)), max_size=2
        ).map(tuple),
        allocation=optional(
            st.builds(
                Allocation, st.sampled_from(AllocationBasis), EMPTY_OR_NAMES, optional(numbers(0.0)), optional(SHARES)
            )
        ),
        cut_offs=st.lists(st.builds(CutOff, names(), names(), optional(SHARES)), max_size=2).map(tuple),
        limits=st.lists(names(), max_size=3).map(tuple),
        sources=st.lists(texts(), max_size=3).map(tuple),
    )


@pytest.fixture(scope="session")
def random_studies() -> st.SearchStrategy[Study]:
    """Studies that hold everything that the formats can hold."""
    return studies()
