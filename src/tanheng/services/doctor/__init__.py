"""Looking an installation over: what is wrong with it, and what to do about each."""

from tanheng.services.doctor.examining import examine
from tanheng.services.doctor.report import Finding, Report

__all__ = ["Finding", "Report", "examine"]
