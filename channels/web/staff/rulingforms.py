"""The forms of an independent review: one for whatever is decided, and those for what goes before and comes after it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from channels.web.pages import casewords as words
from channels.web.staff.forms import (
    NO_ORDER,
    About,
    Brought,
    Form,
    Spec,
    a_day,
    asked,
    going_out,
    letter,
    offering,
    options_of,
    order_fields,
    picked,
    stated,
    text_field,
)
from grievance.vocabulary import Role, State, Step
from translations import Phrase, phrase
from workflows.knowing import rulings
from workflows.knowing.evidence import past

TO_COMPLETE = timedelta(days=10)
"""How long the form suggests to give somebody who is asked to complete what they wrote."""


def _review(about: About) -> rulings.Review | None:
    return rulings.under_way(past(entry) for entry in reversed(about.entries))


def _possible(about: About) -> dict[str, Phrase]:
    """List what can be decided of this review: an answer is judged only where there is one, and late is what was late."""
    answered = any(entry.step == Step.PROPOSE and not entry.refused for entry in about.entries)
    review = _review(about)
    gone = {"order_answer"} if answered else {*words.CONFIRMING, "modify", "revoke"}
    gone |= set() if review and review.late else {"late"}
    return {key: said for key, said in words.DECIDING.items() if key not in gone}


def _fields(about: About) -> list[dict[str, Any]]:
    review = _review(about)
    fields = [asked("decision", phrase("What do you decide?"), "radio", options=options_of(_possible(about)))]
    if review is not None and review.late:
        fields.append(
            asked("why_late", phrase("It was asked for after its days. Why?"), "radio",
                  options=options_of(words.LATENESS), hint=phrase("Nobody has to prove it."))
        )  # fmt: skip
    if review is not None and review.heard:
        fields.append(
            asked(
                "held_on", phrase("On which day was the person heard? Empty if they did not want to."), "date"
            )
        )
    return [*fields, text_field(phrase("The decision and its reasons, to the person")), *order_fields()]


def _read(form: Form, about: About) -> Brought:
    """Read a decision: one value, whose step, ruling, reason and admission belong together."""
    key = picked(form, "decision", _possible(about))
    if key is None:
        return Brought(
            text=form.get("text", "").strip(), errors={"decision": phrase("Choose what you decide.")}
        )
    decision = rulings.DECISIONS[key]
    held = a_day(form.get("held_on", ""))
    facts = decision.facts() | stated(
        why_late=picked(form, "why_late", words.LATENESS), held_on=held.isoformat() if held else None
    )
    if decision.step == Step.ORDER:
        return replace(offering(form, about, purpose="order", facts=facts, missing=NO_ORDER), step=Step.ORDER)
    text = form.get("text", "").strip()
    reasoned = facts | {"reasoned": True} if decision.step == Step.RETURN else facts
    brought = going_out(Brought(facts=reasoned, text=text, purpose="decision", outgoing=True))
    errors = {**brought.errors} | ({} if text else {"text": phrase("Write the decision and its reasons.")})
    back = State.INVESTIGATING if about.assessed else State.ACKNOWLEDGED
    to = back if decision.step == Step.RETURN else None
    return replace(brought, to=to, errors=errors, step=decision.step)


def _complete(form: Form, about: About) -> Brought:
    until = a_day(form.get("until", ""))
    asked_for = letter("to_complete", lambda _form: stated(until=until.isoformat() if until else None))
    brought = asked_for(form, about)
    facts = {**brought.facts, "admission": "asked_to_complete"}
    errors = {**brought.errors} | ({} if until else {"until": phrase("Say until when.")})
    return replace(brought, facts=facts, errors=errors)


def _complete_fields(about: About) -> list[dict[str, Any]]:
    until = (about.today + TO_COMPLETE).isoformat()
    return [
        text_field(phrase("What is missing, to the person")),
        asked("until", phrase("Until when may they answer?"), "date", value=until),
    ]


DECIDING: tuple[Spec, ...] = (
    Spec(
        "decide",
        Step.ORDER,
        phrase("Decide the review"),
        phrase("What confirms the answer closes the case against the person."),
        _fields,
        _read,
        tone="warn",
    ),
    Spec(
        "ask_to_complete",
        Step.ASK_TO_COMPLETE,
        phrase("Ask the person to complete it"),
        phrase("Once. If they do not answer, you decide on what is there."),
        _complete_fields,
        _complete,
        lambda about: {"until": (about.today + TO_COMPLETE).isoformat()},
        tone="two",
    ),
    Spec(
        "dissent",
        Step.DISSENT,
        phrase("Say that you see it otherwise"),
        phrase(
            "Another reviewer decided. The decision stands; the person and the company read how you see it."
        ),
        lambda _about: [text_field(phrase("How you see it, to the person"))],
        letter("dissent"),
        when=lambda about: (
            about.role == Role.REVIEWER
            and (last := rulings.decided_by(past(entry) for entry in reversed(about.entries))) is not None
            and last.by != about.person
        ),
        tone="two",
    ),
)
