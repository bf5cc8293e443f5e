"""A password costs a test next to nothing, as a clave does by its setting; what it costs a deployment is guarded apart."""

from argon2 import PasswordHasher

from channels import staffing

DEAR = (staffing._HASHER, staffing._NOBODYS)
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def passwords() -> None:
    """Let passwords cost little in this process; processes that tests start pay what a deployment pays."""
    staffing._HASHER = _CHEAP
    staffing._NOBODYS = DEAR[1].replace(_cost(DEAR[0]), _cost(_CHEAP))


def _cost(hasher: PasswordHasher) -> str:
    return f"$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}$"
