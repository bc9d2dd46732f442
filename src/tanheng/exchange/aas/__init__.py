"""Asset Administration Shell: the submodel Carbon Footprint, and what battery passports tell of it.

Follows the public templates of the Industrial Digital Twin Association, CC BY 4.0: IDTA 02023-1-0-1 (Carbon Footprint) and IDTA
02035-3 (Digital Battery Passport, part 3), in the metamodel IDTA 01001 (V3); and the data model of the Battery Pass consortium,
``io.BatteryPass.CarbonFootprint:1.2.0``. Files are JSON, or packages (AASX: a zip by the Open Packaging Conventions, IDTA
01005) that the Eclipse BaSyx library reads and writes.
"""

from tanheng.exchange.aas import batterypass, reading, writing
from tanheng.exchange.aas.section import Passport, Shell
from tanheng.exchange.aas.writing import REGIME
from tanheng.exchange.lifetime import Battery
from tanheng.exchange.protocols import Protocol

_IDTA = "https://industrialdigitaltwin.org/en/content-hub/submodels"
_SUBMODEL = {
    "zh": "参照 IDTA 02023-1-0-1 碳足迹子模型（资产管理壳 V3）",
    "en": "follows IDTA 02023-1-0-1, submodel Carbon Footprint (Asset Administration Shell V3)",
}
_JSON = "application/json"
_AASX = "application/asset-administration-shell-package"

PROTOCOLS = (
    Protocol(
        id="aas",
        names={"zh": "资产管理壳碳足迹子模型（JSON）", "en": "Asset Administration Shell, Carbon Footprint (JSON)"},
        standard=_SUBMODEL,
        url=_IDTA,
        media_type=_JSON,
        suffix=".aas.json",
        sections={"aas": Shell},
        write=writing.as_json,
        read=reading.from_json,
    ),
    Protocol(
        id="aasx",
        names={"zh": "资产管理壳碳足迹子模型（AASX 包）", "en": "Asset Administration Shell, Carbon Footprint (AASX)"},
        standard=_SUBMODEL,
        url=_IDTA,
        media_type=_AASX,
        suffix=".aasx",
        sections={"aas": Shell},
        write=writing.as_package,
        read=reading.from_package,
    ),
    Protocol(
        id="aas-battery",
        names={"zh": "电池护照碳足迹子模型（AASX 包）", "en": "Battery passport, Carbon Footprint submodel (AASX)"},
        standard={
            "zh": "参照 IDTA 02035-3 数字电池护照第 3 部分：产品碳足迹",
            "en": "follows IDTA 02035-3, Digital Battery Passport, part 3: Product Carbon Footprint",
        },
        url=_IDTA,
        media_type=_AASX,
        suffix=".aasx",
        regimes=(REGIME,),
        sections={"aas": Shell, "battery": Battery, "passport": Passport},
        write=writing.as_battery,
        read=reading.from_package,
    ),
    Protocol(
        id="battery-pass",
        names={"zh": "电池护照数据模型（Battery Pass）", "en": "Battery Pass data model"},
        standard={
            "zh": "参照 Battery Pass 数据模型 io.BatteryPass.CarbonFootprint 1.2.0",
            "en": "follows the Battery Pass data model io.BatteryPass.CarbonFootprint 1.2.0",
        },
        url="https://thebatterypass.eu/resources/",
        media_type=_JSON,
        suffix=".batterypass.json",
        regimes=(REGIME,),
        sections={"battery": Battery, "passport": Passport},
        write=batterypass.write,
        read=batterypass.read,
    ),
)
