"""The form by which review releases a passage that had been covered: a few words, why, and nobody's number.

The passage is compared with what the person wrote: nobody puts words into their mouth.
"""

from collections.abc import Mapping

from channels.web.staff.caseviews import RELEASED
from channels.web.staff.forms import LONGEST, About, Brought, Form, Spec, asked, options_of, picked, stated
from grievance.vocabulary import Step
from translations import Phrase, phrase

REASONS: Mapping[str, Phrase] = {
    "nobodys_name": phrase("What was covered is nobody's name: a place, a firm, a machine"),
    "their_own_wish": phrase("The person who complained asks that the company reads it"),
    "they_agreed": phrase("It names somebody else, who agreed"),
    "acts_for_company": phrase(
        "It names somebody who acts for the company, and nobody can look into it without"
    ),
}
NOT_THEIRS = phrase("These words do not stand in what the person wrote. Copy them from the original.")


def _fields(_about: About) -> list[dict[str, object]]:
    return [
        asked("reason", phrase("Why may the company read it?"), "radio", options=options_of(REASONS)),
        asked(
            "text",
            phrase("The passage, copied from the original"),
            "textarea",
            hint=phrase("As few words as are needed. Never a phone or identity number."),
        ),
    ]


def _read(form: Form, about: About) -> Brought:
    passage = " ".join(form.get("text", "").split())
    errors: dict[str, Phrase] = {}
    if not passage:
        errors["text"] = phrase("Copy the passage that the company may read.")
    elif len(passage) > LONGEST:
        errors["text"] = phrase("Release fewer words.")
    elif not any(passage in " ".join(one.split()) for one in about.originals):
        errors["text"] = NOT_THEIRS
    return Brought(
        facts=stated(reason=picked(form, "reason", REASONS)), text=passage, purpose=RELEASED, exact=True, errors=errors
    )  # fmt: skip


UNMASKING: tuple[Spec, ...] = (
    Spec(
        "unmask",
        Step.UNMASK,
        phrase("Release a covered passage"),
        phrase("The company's desk can read these words from now on, and the person sees that it can."),
        _fields,
        _read,
        lambda _about: {"reason": "nobodys_name"},
        when=lambda about: bool(about.originals),
        tone="two",
    ),
)
