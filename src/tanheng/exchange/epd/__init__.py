"""Environmental product declarations: openEPD and ILCD+EPD, both ways, from modules and indicators that both share.

Modules, indicators and their rules follow EN 15804:2012+A2:2019 and ISO 21930:2017 (their body texts are not public; what is
taken from them is what public product category rules and the two data formats say of them). Only global warming is written:
total, fossil, biogenic, and land use and land-use change.

- ``openepd``: the openEPD format, JSON Schema of openEPD 0.1 (Building Transparency).
- ``ilcd-epd``: ILCD 1.1 with the EPD data format extensions 1.2 (InData), a zip of data sets.
"""

from tanheng.exchange.epd import ilcd_reading, ilcd_writing, openepd_reading, openepd_writing
from tanheng.exchange.epd.common import REGIMES
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.protocols import Protocol

PROTOCOLS = (
    Protocol(
        id="openepd",
        names={"en": "openEPD", "zh": "openEPD 环境产品声明"},
        standard={"en": "follows the openEPD format 0.1 and EN 15804+A2", "zh": "参照 openEPD 格式 0.1 与 EN 15804+A2"},
        url="https://www.buildingtransparency.org/programs/openepd/",
        media_type="application/json",
        suffix=".json",
        regimes=REGIMES,
        sections={SECTION: Epd},
        write=openepd_writing.write,
        read=openepd_reading.read,
    ),
    Protocol(
        id="ilcd-epd",
        names={"en": "ILCD+EPD", "zh": "ILCD+EPD 环境产品声明"},
        standard={
            "en": "follows ILCD+EPD 1.2 (InData) and EN 15804+A2",
            "zh": "参照 ILCD+EPD 1.2（InData）与 EN 15804+A2",
        },
        url="https://www.indata.network/resources",
        media_type="application/zip",
        suffix=".zip",
        regimes=REGIMES,
        sections={SECTION: Epd},
        write=ilcd_writing.write,
        read=ilcd_reading.read,
    ),
)
