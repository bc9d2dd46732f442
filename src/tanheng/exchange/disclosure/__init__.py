"""What footprints of products tell corporate disclosure and public product reports.

``vsme`` and ``esrs-e1``: emissions of a volume bought or made, as facts of the taxonomies of EFRAG (Voluntary Standard for SMEs,
B3; ESRS E1-6) in xBRL-JSON 1.0 (Open Information Model). ``ghgp-product``: the items that the GHG Protocol Product Life Cycle
Accounting and Reporting Standard (WRI/WBCSD 2011, chapter 13) has a public report tell, as JSON of ours that names what is
missing.
"""

from functools import partial

from tanheng.exchange.disclosure import ghgp, xbrl
from tanheng.exchange.disclosure.section import Disclosure, Report
from tanheng.exchange.protocols import Protocol

_JSON = "application/json"

PROTOCOLS = (
    Protocol(
        id="vsme",
        names={"zh": "VSME 温室气体数据（xBRL-JSON）", "en": "VSME greenhouse gas figures (xBRL-JSON)"},
        standard={
            "zh": "参照 EFRAG 中小企业自愿可持续报告准则（VSME）B3 及其 XBRL 分类标准",
            "en": "follows the EFRAG Voluntary Sustainability Reporting Standard for SMEs (VSME), B3, and its XBRL taxonomy",
        },
        url="https://www.efrag.org/en/vsme-digital-template-and-xbrl-taxonomy",
        media_type=_JSON,
        suffix=".xbrl.json",
        sections={"disclosure": Disclosure},
        write=partial(xbrl.write, taxonomy=xbrl.VSME),
    ),
    Protocol(
        id="esrs-e1",
        names={"zh": "ESRS E1 温室气体数据（xBRL-JSON）", "en": "ESRS E1 greenhouse gas figures (xBRL-JSON)"},
        standard={
            "zh": "参照欧洲可持续报告准则 ESRS E1-6（(EU) 2023/2772）及 EFRAG XBRL 分类标准",
            "en": "follows ESRS E1-6 (Regulation (EU) 2023/2772) and the XBRL taxonomy of EFRAG",
        },
        url="https://xbrl.efrag.org/",
        media_type=_JSON,
        suffix=".xbrl.json",
        sections={"disclosure": Disclosure},
        write=partial(xbrl.write, taxonomy=xbrl.ESRS),
    ),
    Protocol(
        id="ghgp-product",
        names={"zh": "GHG Protocol 产品报告", "en": "GHG Protocol product report"},
        standard={
            "zh": "参照《温室气体核算体系 产品寿命周期核算与报告标准》第 13 章（WRI/WBCSD，2011）",
            "en": "follows the GHG Protocol Product Standard, chapter 13 (WRI/WBCSD, 2011)",
        },
        url="https://ghgprotocol.org/product-standard",
        media_type=_JSON,
        suffix=".ghgp.json",
        sections={"ghgp": Report},
        write=ghgp.write,
        read=ghgp.read,
    ),
)
