"""How one case of the simulated world is going to be, before anybody lives it."""

from dataclasses import dataclass

from grievance.vocabulary import State


@dataclass(frozen=True, slots=True)
class Plan:
    """How one case is going to be. `stop`: it is left where it is once it gets there; `pace`: 1 is in good time."""

    operator: str
    site: str
    place: str
    theme: str
    course: str
    door: str = "phone"
    to: str = ""
    own: str = ""
    language: str = "es"
    pace: float = 1.0
    stop: State | None = None
    burst: bool = False
    severity: str = "medium"
    names_place: bool = True
