"""What a supplier tells of a product: its footprint and how good it is, not how it is made (task B11)."""

from tanheng.suppliers.answer import Answer, Basis, Quality, check, from_assessment
from tanheng.suppliers.procedure import RequestParty, RequestState, Step, step_of
from tanheng.suppliers.recording import record_of

__all__ = [
    "Answer",
    "Basis",
    "Quality",
    "RequestParty",
    "RequestState",
    "Step",
    "check",
    "from_assessment",
    "record_of",
    "step_of",
]
