"""Organisations, people, and what they may do."""

from tanheng.accounts.actors import ANONYMOUS, Actor, Membership, system
from tanheng.accounts.deciding import Decision, Thing, decide

__all__ = ["ANONYMOUS", "Actor", "Decision", "Membership", "Thing", "decide", "system"]
