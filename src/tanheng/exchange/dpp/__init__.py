"""Digital Product Passport of the UN Transparency Protocol, 0.6.1, with an emissions scorecard.

Follows https://uncefact.github.io/spec-untp/ (Digital Product Passport). A passport is a credential (W3C Verifiable Credentials
2.0) of whoever makes the product: it is written unsigned, and signed by :mod:`tanheng.exchange.credentials` with the key of its
issuer. A conformity claim in it leads to the Digital Conformity Credential of a certificate. What the protocol has no field for
stands in an object of ours, ``tanheng``, which its schema allows.
"""

from tanheng.exchange.dpp import reading, writing
from tanheng.exchange.dpp.section import Untp
from tanheng.exchange.protocols import Protocol

PROTOCOLS = (
    Protocol(
        id="untp-dpp",
        names={"zh": "联合国透明度协议数字产品护照", "en": "UNTP Digital Product Passport"},
        standard={
            "zh": "参照联合国透明度协议（UNTP）数字产品护照 0.6.1",
            "en": "follows the UN Transparency Protocol, Digital Product Passport 0.6.1",
        },
        url="https://uncefact.github.io/spec-untp/",
        media_type="application/vc+json",
        suffix=".dpp.json",
        sections={"untp": Untp},
        write=writing.write,
        read=reading.read,
    ),
)
