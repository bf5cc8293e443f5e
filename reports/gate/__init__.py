"""The gate: what was measured goes in, what may be printed comes out, with the proof that it tells of nobody.

Every release goes through here, over all that was ever published (trust A4): accounts by rows of ten people, figures
about people by certified masking, days where there are enough of them. Where the proof cannot be had with all that is
offered, the gate falls to the coarser level, and the release says so. Without a proof there is no release.
"""

from reports.gate.history import Told
from reports.gate.outcome import Gate, Level, NotCertified, Passed, pass_through
from reports.gate.reading import pass_month

__all__ = ["Gate", "Level", "NotCertified", "Passed", "Told", "pass_month", "pass_through"]
