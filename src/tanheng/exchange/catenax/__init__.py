"""Catena-X: product carbon footprints of the automotive industry's data space, aspect model ``Pcf`` 9.0.0, both ways.

Follows the published aspect model ``urn:samm:io.catenax.pcf:9.0.0#Pcf`` (eclipse-tractusx, CC BY 4.0), whose descriptions hold
the rules that its schema does not enforce. The numbers are those of PACT version 3, with which the Catena-X PCF Rulebook
version 4 is aligned. The connector of the data space is not part of this.
"""

from tanheng.exchange.catenax.reading import read
from tanheng.exchange.catenax.section import CatenaX
from tanheng.exchange.catenax.writing import write
from tanheng.exchange.protocols import Protocol

PROTOCOLS = (
    Protocol(
        id="catena-x",
        names={"en": "Catena-X PCF", "zh": "Catena-X 产品碳足迹"},
        standard={
            "en": "follows the Catena-X aspect model Pcf 9.0.0",
            "zh": "参照 Catena-X 语义模型 Pcf 9.0.0",
        },
        url="https://github.com/eclipse-tractusx/sldt-semantic-models/tree/main/io.catenax.pcf/9.0.0",
        media_type="application/json",
        suffix=".json",
        regimes=("pact3",),
        sections={"catena-x": CatenaX},
        write=write,
        read=read,
    ),
)
