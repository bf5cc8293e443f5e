"""The form of the answer to a request for information: its kind, its words, and why something is kept back."""

from typing import Any

from channels.web.pages import requestwords as words
from channels.web.staff.forms import (
    About,
    Brought,
    Form,
    asked,
    going_out,
    options_of,
    picked,
    stated,
    text_field,
)
from grievance.vocabulary import Kind
from translations import phrase
from workflows.requests import ANSWERS


def is_request(about: About) -> bool:
    """Tell whether the case is a request for information."""
    return about.case.kind == Kind.INFORMATION_REQUEST


def answer_fields(about: About) -> list[dict[str, Any]]:
    """Describe the fields of an answer."""
    bodies = tuple((route.key, route.name) for route in about.mechanism.outside_routes)
    others = tuple((o.key, o.name) for o in about.mechanism.operators if o.key != about.case.operator)
    none = (("", phrase("Not stated")),)
    return [
        text_field(phrase("The answer, in plain words")),
        asked(
            "answer_type",
            phrase("What kind of answer is it?"),
            "radio",
            options=options_of(ANSWERS),
            hint=phrase("Everybody can read it. The person can ask for a review of each."),
        ),
        asked(
            "legal_reason",
            phrase("If something is kept back: by which reason of the law?"),
            "select",
            options=(*none, *options_of(words.LEGAL)),
        ),
        asked(
            "body",
            phrase("If another body has to answer: which?"),
            "select",
            options=(*none, *others, *bodies),
            hint=phrase("Only within three working days of the request."),
        ),
    ]


def answer(form: Form, about: About) -> Brought:
    """Read an answer. It promises nothing, and answers every question that was listed."""
    bodies = [route.key for route in about.mechanism.outside_routes]
    operators = [operator.key for operator in about.mechanism.operators]
    facts = stated(
        answer_type=picked(form, "answer_type", ANSWERS),
        legal_reason=picked(form, "legal_reason", words.LEGAL),
        body=picked(form, "body", (*bodies, *operators)),
    )
    facts |= full(about)
    return going_out(
        Brought(facts=facts, text=form.get("text", "").strip(), purpose="proposal", outgoing=True)
    )


def full(about: About) -> dict[str, Any]:
    """Give what every answer says of itself."""
    return {
        "answered": list(range(1, about.questions + 1)),
        "evidence": ["document"],
        "explanation_only": True,
    }
