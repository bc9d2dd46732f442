"""Files that others send, in the form of a protocol that ships."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from declaration_samples import declared
from tanheng.exchange.declaration import Party
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import read
from tanheng.services.exchange import receiving

SHEET = read(
    """
tanheng: exchange/1
company: {ids: ['urn:BPNL000000000DWF']}
product: {ids: ['urn:example.com:part:7'], valid_from: 2026-01-01, valid_until: 2099-12-31}
catena-x: {ccs: false, packaging: {included: true}, mass_balancing: false, waste_incineration: cut-off}
"""
)


@cache
def catena_x(word="Casting"):
    """A Catena-X file of a footprint.

    Args:
        word: name of its product and of its maker.
    """
    told = declared("aluminium", "pact3", SHEET)
    told = replace(
        told, names={"en": word}, description={"en": word}, maker=Party(names={"en": word}, ids=told.maker.ids)
    )
    return protocol("catena-x").write(told, SHEET).content


def taken_in(platform, actor, organisation, folder, word="Casting"):
    """A footprint that came in, as a file: its id."""
    path = folder / "footprint.json"
    path.write_bytes(catena_x(word))
    given = {"protocol": "catena-x", "name": f"{word}.json"}
    return receiving.receive(platform, actor, organisation, path, **given)[0].id
