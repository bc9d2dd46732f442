"""Looks of a study's workbook: few colours, wide columns, room to write."""

from __future__ import annotations

from typing import Any

_INK, _QUIET, _LINE = "#1F2D2A", "#6B7B77", "#D5DEDB"
_HEADER, _SECTION, _INPUT, _CLOSED = "#1F4E45", "#E6EFEC", "#FFFFFF", "#F4F6F5"


class Styles:
    """Cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "vcenter"}
        boxed = {**base, "border": 1, "border_color": _LINE}

        def add(**looks: Any) -> Any:
            return book.add_format({**base, **looks})

        self.title = add(font_size=16, bold=True, font_color=_HEADER)
        self.header = add(
            bold=True,
            font_color="#FFFFFF",
            bg_color=_HEADER,
            text_wrap=True,
            align="left",
            border=1,
            border_color="#FFFFFF",
        )
        self.section = add(bold=True, font_color=_HEADER, bg_color=_SECTION)
        self.label = add()
        self.help = add(font_color=_QUIET, font_size=9, text_wrap=True)
        self.wrapped = add(text_wrap=True, valign="top")
        self.cell = add()
        self.text = add(num_format="@")
        self.percent = add(num_format="0.######%")
        self.text_input = book.add_format({**boxed, "bg_color": _INPUT, "num_format": "@", "text_wrap": True})
        self.percent_input = book.add_format({**boxed, "bg_color": _INPUT, "num_format": "0.######%"})
        self.closed = book.add_format({**base, "bg_color": _CLOSED})
