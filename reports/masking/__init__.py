"""Certified masking: which figures may be printed, and the proof that nobody can be told from them (trust A4)."""

from reports.masking.certificate import Certificate, Finding, Known, certify
from reports.masking.closure import protect
from reports.masking.effort import Effort
from reports.masking.lattice import Cell, Lattice, Sum, Sums
from reports.masking.release import NotCertified, Published, publish

__all__ = [
    "Cell",
    "Certificate",
    "Effort",
    "Finding",
    "Known",
    "Lattice",
    "NotCertified",
    "Published",
    "Sum",
    "Sums",
    "certify",
    "protect",
    "publish",
]
