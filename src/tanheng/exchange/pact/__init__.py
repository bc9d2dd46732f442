"""Product carbon footprints as PACT exchanges them: data models 3.0 and 2.3 of the Partnership for Carbon Transparency (WBCSD).

Follows the published OpenAPI documents of the Technical Specifications, 3.0.4 and 2.3.3 (MIT licence), and the PACT Methodology,
version 3, as far as their text tells it. What the schema leaves to prose (sums, signs, periods, groups) is in
:mod:`~tanheng.exchange.pact.checking`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from tanheng.exchange.declaration import Declaration
from tanheng.exchange.pact.checking import objections
from tanheng.exchange.pact.converting import (
    downgrade_losses,
    downgraded,
    former_of,
    knows_mass,
    upgrade_losses,
    upgraded,
)
from tanheng.exchange.pact.former import FormerProduct
from tanheng.exchange.pact.model import Product, written
from tanheng.exchange.pact.reading import declaration_of, documents, lost, section_of, supplement_of
from tanheng.exchange.pact.section import Pact
from tanheng.exchange.pact.writing import losses_of, product_of
from tanheng.exchange.protocols import Protocol, Received, Written
from tanheng.exchange.supplement import Supplement

_JSON = "application/json"


def write(told: Declaration, supplement: Supplement) -> Written:
    """A ProductFootprint of version 3.0."""
    given = supplement.section("pact", Pact)
    made = product_of(told, given)
    return Written(_json(written(made)), f"pact-{made.id}.json", _JSON, tuple(losses_of(told, given)), objections(made))


def write_former(told: Declaration, supplement: Supplement) -> Written:
    """A ProductFootprint of version 2.3."""
    given = supplement.section("pact", Pact)
    needs_no_mass = given.former is not None and not given.former.mass_told
    made = product_of(replace(told, mass=0.0) if needs_no_mass and told.mass is None else told, given)
    old = downgraded(made, given.former)
    losses = (*losses_of(told, given), *downgrade_losses(made))
    return Written(_json(written(old)), f"pact-{made.id}-v2.json", _JSON, losses, objections(made))


def read(content: bytes) -> tuple[Received, ...]:
    """Footprints of version 3.0: one, a list, or an answer of ``GET /3/footprints``."""
    return tuple(received(one, given) for one, given in documents(content, Product, "PACT 3.0"))


def read_former(content: bytes) -> tuple[Received, ...]:
    """Footprints of version 2.3, by way of version 3.0."""
    return tuple(received_former(one, given) for one, given in documents(content, FormerProduct, "PACT 2.3"))


def received(product: Product, given: dict[str, Any]) -> Received:
    """A footprint of version 3.0, and ``given`` as it was sent."""
    return Received(
        str(product.id),
        declaration_of(product),
        tuple(lost(product, given)),
        objections(product),
        supplement_of(section_of(product)),
    )


def received_former(old: FormerProduct, given: dict[str, Any]) -> Received:
    """A footprint of version 2.3, and ``given`` as it was sent."""
    known = knows_mass(old)
    product = upgraded(old if known else _weightless(old))
    section = msgspec.structs.replace(section_of(product), former=former_of(old))
    return Received(
        str(old.id),
        declaration_of(product) if known else replace(declaration_of(product), mass=None),
        (*lost(old, given), *upgrade_losses(old)),
        objections(product),
        supplement_of(section),
    )


def _weightless(old: FormerProduct) -> FormerProduct:
    """Version 3 has to have a mass; where none is known, the declaration does not take it over."""
    return msgspec.structs.replace(old, pcf=msgspec.structs.replace(old.pcf, product_mass_per_declared_unit="0"))


def _json(value: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


PROTOCOLS = (
    Protocol(
        id="pact3",
        names={"en": "PACT 3.0", "zh": "PACT 3.0"},
        standard={
            "en": "follows the PACT Technical Specifications, data model 3.0",
            "zh": "参照 PACT 技术规范，数据模型 3.0",
        },
        url="https://docs.carbon-transparency.org",
        media_type=_JSON,
        suffix=".json",
        regimes=("pact3",),
        sections={"pact": Pact},
        write=write,
        read=read,
    ),
    Protocol(
        id="pact2",
        names={"en": "PACT 2.3", "zh": "PACT 2.3"},
        standard={
            "en": "follows the PACT Technical Specifications, data model 2.3",
            "zh": "参照 PACT 技术规范，数据模型 2.3",
        },
        url="https://docs.carbon-transparency.org",
        media_type=_JSON,
        suffix=".json",
        regimes=("pact3",),
        sections={"pact": Pact},
        write=write_former,
        read=read_former,
    ),
)
