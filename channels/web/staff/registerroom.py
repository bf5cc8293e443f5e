"""The page on which staff read and write what stands beside the cases: everything that its template asks for."""

from collections.abc import Sequence
from typing import Any

from channels.house import House
from channels.web.pages.access import Person
from channels.web.staff.caselists import Page
from channels.web.staff.login import frame
from translations import phrase


def room(
    house: House, face: str, person: Person, groups: Sequence[Any], *, beside_cases: bool = True
) -> Page:
    """Build the page empty; whoever shows something lays it over. `groups`: the lines that lead elsewhere.

    `beside_cases`: it is reached from the list of cases, and leads back there.
    """
    return frame(face, staff=person.login) | {
        "all": f"/{face}" if beside_cases else "",
        "all_words": phrase("All cases") if beside_cases else "",
        "view_groups": groups,
        "ready": (),
        "items": (),
        "step": None,
        "may_not": "",
        "refused": (),
        "said": "",
        "table": None,
        "empty": "",
        "more": "",
        "written_in": house.rules.current.default_language,
        "change": "",
        "change_words": "",
    }
