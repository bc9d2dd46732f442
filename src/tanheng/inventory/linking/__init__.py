"""Linking of inputs to those who serve them: by choice, by the authors, by place, market and volume (C02, C13)."""

from tanheng.inventory.linking.choices import LinkChoice
from tanheng.inventory.linking.model import Column, LinkStatus, Supply, is_declared_cut_off

__all__ = ["Column", "LinkChoice", "LinkStatus", "Supply", "is_declared_cut_off"]
