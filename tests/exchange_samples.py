"""What a certificate tells, for tests of its credential."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tanheng.days import begin_of, end_of, zone_of
from tanheng.exchange.credentials import statuslist
from tanheng.exchange.credentials.conformity import Conformity, Party, Standard
from tanheng.exchange.credentials.statuslist import Purpose

ZONE = zone_of("Asia/Shanghai")
DID = "did:web:tanheng.example.org"
METHOD = f"{DID}#k1"
ROWS = {purpose: f"https://tanheng.example.org/status/{purpose}" for purpose in Purpose}
BODY = Party("https://body.example.org", "Example Body")
FACTS = Conformity(
    address="https://tanheng.example.org/credentials/T-2026-000001",
    number="T-2026-000001",
    issuer=replace(BODY, id=DID),
    holder=Party("https://maker.example.org", "某铝业有限公司", "91530000000000000X"),
    product=Party("https://tanheng.example.org/products/1", "重熔用铝锭"),
    site=Party("https://tanheng.example.org/sites/1", "Yunnan plant"),
    scheme=Standard(
        id="https://tanheng.example.org/schemes/label",
        name="Footprint label",
        owner=BODY,
        description="Footprints of products",
        version="1.0.0",
        since=date(2025, 3, 1),
    ),
    rules=Standard(id="https://tanheng.example.org/rules/cn-electrolytic-aluminium", name="Aluminium", owner=BODY),
    value=12480.0,
    unit="kg CO2e/t",
    per="1 t",
    accuracy=0.06,
    grade="B",
    class_scheme="aluminium@1",
    valid_from=begin_of(date(2026, 1, 1), ZONE),
    valid_until=end_of(date(2027, 12, 31), ZONE),
    assessed=date(2025, 12, 20),
    boundary="cradle-to-gate",
    rule_pack="cn-electrolytic-aluminium@1.0.0",
    assessment="sha256:" + "0" * 64,
    assurance="reasonable",
    document=("https://tanheng.example.org/certificates/1.pdf", "1" * 64),
)
STATUS = [statuslist.entry(ROWS[purpose], purpose, 7) for purpose in Purpose]
