"""An officer opens a case of the other kind beside one: what the person wrote, as the desk may read it, sealed anew."""

from sqlalchemy import Connection

from channels import jobs
from channels.house import House
from channels.incoming import sealing
from channels.web.pages.access import Person
from channels.web.staff import caseviews
from grievance import case as cases
from grievance import vault
from workflows import recast
from workflows.casework import NoSuchStep, Outcome
from workflows.knowing.reading import publics_for
from workflows.texts import Said  # noqa: TC001  as everywhere: annotations are read


def take(house: House, person: Person, case_id: str, *, key: vault.Key | None) -> Outcome:
    """Open it. What was covered stays covered: the original is review's alone, in the older case.

    Raises:
        Unknown, NoSuchStep: as `recast.recast`.
    """

    def look(conn: Connection) -> tuple[list[str], dict[str, bytes]]:
        case = cases.get(conn, case_id)
        if case is None:
            raise NoSuchStep("no such case")
        told = [one for one in caseviews.conversation(conn, case_id, key) if one.said_by == "complainant"]
        return [one.text for one in told if one.text], publics_for(conn, case, house.ring.publics)

    texts, readers = house.store.read(look)
    said: tuple[Said, ...] = tuple(
        sealing.said(
            text, by="complainant", purpose="message" if n else "narrative", readers=readers, keep=True
        )
        for n, text in enumerate(texts)
    )
    at = house.moment()
    outcome = house.store.transact(
        lambda conn: recast.recast(conn, case_id, said, actor=person.actor, rules=house.rules, at=at)
    )
    jobs.wake(house, outcome.notices)
    return outcome
