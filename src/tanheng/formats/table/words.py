"""The words of the columns that take a choice, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeVar

from tanheng.formats.formulas import fold
from tanheng.inventory.model import AllocationMethod

T = TypeVar("T")


class Kind(Enum):
    """What a row says of its flow."""

    PRODUCT = ("product", "产品")
    BY_PRODUCT = ("by-product", "副产品")
    TREATED = ("treated waste", "被处理废物")
    INPUT = ("input", "投入")
    WASTE = ("waste", "废物")
    EMISSION = ("emission", "排放")
    RESOURCE = ("resource", "资源")
    AVOIDED = ("avoided", "避免的产品")

    @property
    def label(self) -> str:
        """As the template writes it."""
        return " ".join(self.value)

    @property
    def is_reference(self) -> bool:
        """Whether the row is what all others of its process refer to."""
        return self in (Kind.PRODUCT, Kind.TREATED)

    @property
    def is_made(self) -> bool:
        """Whether the process sells the flow, and shares its burdens out to it."""
        return self in (Kind.PRODUCT, Kind.BY_PRODUCT)

    @property
    def is_elementary(self) -> bool:
        """Whether the flow goes to nature or comes from it."""
        return self in (Kind.EMISSION, Kind.RESOURCE)

    @property
    def is_waste(self) -> bool:
        """Whether the flow is to be treated."""
        return self in (Kind.WASTE, Kind.TREATED)

    @property
    def is_input(self) -> bool:
        """Whether the flow enters the process; an avoided product is taken back from elsewhere."""
        return self in (Kind.INPUT, Kind.RESOURCE, Kind.TREATED, Kind.AVOIDED)


METHODS: Mapping[AllocationMethod, tuple[str, str]] = {
    AllocationMethod.PHYSICAL: ("physical", "物理"),
    AllocationMethod.ECONOMIC: ("economic", "经济"),
}

KIND_LABELS = tuple(kind.label for kind in Kind)
METHOD_LABELS = tuple(" ".join(words) for words in METHODS.values())


def _spelled(choices: Iterable[tuple[T, Iterable[str]]]) -> dict[str, T]:
    return {fold(spelling): found for found, spellings in choices for spelling in spellings}


KINDS: Mapping[str, Kind] = _spelled(
    (kind, (*kind.value, kind.label, *others))
    for kind, others in {
        Kind.PRODUCT: (
            "reference",
            "reference product",
            "reference flow",
            "main product",
            "主产品",
            "基准产品",
            "产出",
        ),
        Kind.BY_PRODUCT: ("byproduct", "co-product", "coproduct", "共生产品", "联产品", "共产品"),
        Kind.TREATED: ("treated", "waste treated", "treatment", "处理的废物", "处理废物"),
        Kind.INPUT: ("in", "material", "energy", "material input", "输入", "消耗", "原料", "原材料", "能源", "辅料"),
        Kind.WASTE: ("waste output", "waste to treatment", "废弃物", "固体废物", "固废"),
        Kind.EMISSION: ("emissions", "to nature", "排放物"),
        Kind.RESOURCE: ("natural resource", "from nature", "自然资源"),
        Kind.AVOIDED: ("avoided product", "credit", "substitution", "避免产品", "替代产品", "抵扣"),
    }.items()
)
ALLOCATIONS: Mapping[str, AllocationMethod] = _spelled(
    (method, (*words, " ".join(words), f"{words[1]}分配")) for method, words in METHODS.items()
)
# Compartments of emissions; what is not in the list stays as it is written.
_OUT = {"air": ("空气", "大气"), "water": ("水", "水体", "水体排放"), "soil": ("土壤",)}
# The same words say where a resource comes from.
_FROM = {
    "in air": ("air", "空气", "大气"),
    "in water": ("water", "水", "水体"),
    "in ground": ("ground", "soil", "地下", "土壤", "矿产"),
    "land": ("土地",),
}
EMITTED_TO: Mapping[str, str] = _spelled(
    (key, (key, *words, *(f"{key} {w}" for w in words))) for key, words in _OUT.items()
)
TAKEN_FROM: Mapping[str, str] = _spelled((key, (key, *words, f"{key} {words[-1]}")) for key, words in _FROM.items())
COMPARTMENTS = tuple(f"{key} {words[0]}" for key, words in _OUT.items())
_RESOURCE = ("resource", "resources", "natural resource", "natural resources", "资源", "自然资源")


def compartment(kind: Kind, outer: str, inner: str) -> tuple[str, ...]:
    """The category of an elementary flow.

    >>> compartment(Kind.EMISSION, "大气", "city"), compartment(Kind.RESOURCE, "air 空气", "")
    (('air', 'city'), ('resource', 'in air'))
    """
    if kind is Kind.EMISSION:
        return tuple(filter(None, (EMITTED_TO.get(fold(outer), outer), inner)))
    if fold(outer) in _RESOURCE:
        outer = ""
    # A drop-down for emissions offers “air 空气”, which means the same place here.
    plain = EMITTED_TO.get(fold(outer), outer)
    return ("resource", *filter(None, (TAKEN_FROM.get(fold(plain), plain), TAKEN_FROM.get(fold(inner), inner))))
