"""Files come from strangers: whatever is wrong in one is refused with a code or read around, and never breaks a reader."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress

import pytest
from lxml import etree

from broken import broken
from declaration_samples import declared
from epd_samples import made, with_section
from tanheng.errors import ExchangeError
from tanheng.exchange.protocols import Protocol
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import read
from tanheng.footprint.study import Stage
from tanheng.quantities import Origin

TOLD = made(
    (Stage.RAW_MATERIALS, "emission", Origin.REMOVAL, -3.0),
    (Stage.PRODUCTION, "activity", Origin.FOSSIL, 7.0),
    biogenic_carbon=1.0,
    fossil_carbon=2.0,
)
SHEET = with_section(service_life=3, owner="Other", scenarios=[{"module": "B1", "text": {"en": "Dry"}}])
CATENA = """
tanheng: exchange/1
company: {ids: ['urn:BPNL000000000DWF']}
product: {ids: ['urn:x:part:7'], valid_from: 2026-01-01, valid_until: 2027-12-31, fossil_carbon: 1 g}
catena-x: {ccs: false, packaging: {included: true, fossil: 1}, mass_balancing: false, waste_incineration: cut-off}
"""


def survives(sent: Protocol, content: bytes) -> bool:
    """Whether a file was read; what was read is told and written again."""
    assert sent.read is not None
    assert sent.write is not None
    try:
        found = sent.read(content)
    except ExchangeError as error:
        return not error.text("zh")
    for one in found:
        assert all(note.line("zh") for note in (*one.losses, *one.objections))
        with suppress(ExchangeError):
            sent.write(one.declaration, one.supplement)
    return True


@pytest.mark.parametrize("name", ["openepd", "catena-x"])
def test_json(name: str) -> None:
    sent = protocol(name)
    assert sent.write is not None
    more = SHEET if name == "openepd" else read(CATENA)
    told = TOLD if name == "openepd" else declared("aluminium", "pact3", more)
    document = json.loads(sent.write(told, more).content)
    read_ = [survives(sent, json.dumps(one).encode()) for one in broken(document)]
    assert 0.5 < sum(read_) / len(read_) < 1


def test_xml() -> None:
    sent = protocol("ilcd-epd")
    assert sent.write is not None
    with zipfile.ZipFile(io.BytesIO(sent.write(TOLD, SHEET).content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    read_ = []
    for name in (one for one in files if "/processes/" in one or "/flows/" in one):
        for number in range(1, sum(1 for _ in etree.fromstring(files[name]).iter())):
            root = etree.fromstring(files[name])
            element = list(root.iter())[number]
            if number % 3:
                element.getparent().remove(element)
            else:
                element.text = "x"
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w") as archive:
                for other, raw in files.items():
                    archive.writestr(other, etree.tostring(root) if other == name else raw)
            read_.append(survives(sent, target.getvalue()))
    assert 0.5 < sum(read_) / len(read_) < 1
