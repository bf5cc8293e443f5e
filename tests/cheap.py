"""A password and a reviewer's passphrase cost a test next to nothing, as a clave does by its setting.

What they cost a deployment is guarded apart, with `DEAR` and `DEAR_LOG_N`.
"""

from argon2 import PasswordHasher

from channels import staffing
from grievance import reviewkeys

DEAR = (staffing._HASHER, staffing._NOBODYS)
DEAR_LOG_N = (
    reviewkeys.draw.__kwdefaults__["log_n"],
    reviewkeys.make.__kwdefaults__["log_n"],
    reviewkeys._NOBODY["log_n"],
)
_LOG_N = 10
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def passwords() -> None:
    """Let both cost little in this process; processes that tests start pay what a deployment pays."""
    staffing._HASHER = _CHEAP
    staffing._NOBODYS = DEAR[1].replace(_cost(DEAR[0]), _cost(_CHEAP))
    for work in (reviewkeys.draw, reviewkeys.make):
        work.__kwdefaults__["log_n"] = _LOG_N
    reviewkeys._NOBODY["log_n"] = _LOG_N


def _cost(hasher: PasswordHasher) -> str:
    return f"$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}$"
