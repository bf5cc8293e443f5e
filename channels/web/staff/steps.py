"""Which forms somebody is offered: what the procedure lists for their role and the state of the case."""

from channels.web.staff.correctforms import CORRECTING
from channels.web.staff.forms import About, Spec
from channels.web.staff.furtherforms import FURTHER
from channels.web.staff.officerforms import OFFICERS
from channels.web.staff.reviewforms import THIRD_PARTYS
from channels.web.staff.unmaskforms import UNMASKING
from workflows.knowing.withdrawals import may_go_on
from workflows.procedure import steps_open_to

SPECS: tuple[Spec, ...] = (*THIRD_PARTYS, *OFFICERS, *CORRECTING, *FURTHER, *UNMASKING)
"""Every form of desk and review room; the third party's own come first, since an officer is offered none."""


def offered(about: About) -> list[Spec]:
    """List the forms the procedure allows this person from here, what moves the case first.

    What was withdrawn and can be taken back stands still: of that only what may go on is offered.
    """
    legal = steps_open_to(about.role, about.case.state, at_review=about.at_review)
    forms = [spec for spec in SPECS if spec.step in legal and spec.when(about)]
    if about.withdrawn_until is None:
        return forms
    return [spec for spec in forms if may_go_on(spec.step, about.role, about.case.room)]


def find(about: About, key: str) -> Spec | None:
    """Find a form by its key, if it is offered."""
    return next((spec for spec in offered(about) if spec.key == key), None)
