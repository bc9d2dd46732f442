"""Ids of the reference data sets of ILCD+EPD that every declaration refers to.

Source: InData, reference data of the ILCD+EPD format (EN 15804+A2 indicators of EF 3.1 and EF 3.0, EN 15804+A1 indicators, flow
properties, common references), Apache-2.0, https://www.indata.network
"""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.exchange.epd.common import EF30, EF31
from tanheng.exchange.epd.results import Indicator

GWP_UNITS = ("1ebf3012-d0db-4de2-aefd-ef30cedb0be1", "kg CO2 eqv.")
"""Unit group and unit of all indicators of global warming."""
NAMES: Mapping[Indicator, str] = {
    Indicator.TOTAL: "Global Warming Potential - total (GWP-total)",
    Indicator.FOSSIL: "Global Warming Potential - fossil fuels (GWP-fossil)",
    Indicator.BIOGENIC: "Global Warming Potential - biogenic (GWP-biogenic)",
    Indicator.LULUC: "Global Warming Potential - land use and land use change (GWP-luluc)",
}
INDICATORS: Mapping[str, Mapping[Indicator, str]] = {
    EF31: {
        Indicator.TOTAL: "a7ea142a-9749-11ed-a8fc-0242ac120002",
        Indicator.FOSSIL: "a7ea19c0-9749-11ed-a8fc-0242ac120002",
        Indicator.BIOGENIC: "a7ea186c-9749-11ed-a8fc-0242ac120002",
        Indicator.LULUC: "a7ea1ae2-9749-11ed-a8fc-0242ac120002",
    },
    EF30: {
        Indicator.TOTAL: "6a37f984-a4b3-458a-a20a-64418c145fa2",
        Indicator.FOSSIL: "5f635281-343e-44fb-83df-1971b155e6b6",
        Indicator.BIOGENIC: "2356e1ab-0185-4db5-86e5-16de51c7485c",
        Indicator.LULUC: "4331bbdb-978a-490d-8707-eeb047f01a55",
    },
}
"""By impact assessment method."""
A1 = "77e416eb-a363-4258-a04e-171d843a6460"
"""Global warming potential of EN 15804+A1, which has no parts."""
STANDARDS: Mapping[str, str] = {
    "EN 15804+A1": "b00f9ec0-7874-11e3-981f-0800200c9a66",
    "EN 15804+A2 (EF 3.0)": "c0016b33-8cf7-415c-ac6e-deba0d21440d",
    "EN 15804+A2 (EF 3.1)": "d4aa3ec7-b1d7-4a4a-a6cb-37af88dcc902",
    "ISO 14025": "4f2eb655-6e44-4874-a95a-e28f5442cd4d",
    "ISO 21930": "9c1e8451-2321-4498-b459-b6568b6b6547",
}
FORMATS = {
    "ILCD Format": "a97a0155-0234-4b87-b4ce-a45da52f2a40",
    "EPD Data Format Extensions v1.2": "a29449fd-aa2f-4de8-b5d7-4b06b43c6fde",
}
CARBON = ("62e503ce-544a-4599-b2ad-bcea15a7bf20", "Carbon content (biogenic)")
PACKAGING_CARBON = ("262a541b-209e-44cc-a426-33bce30de7b1", "Carbon content (biogenic) - packaging")
