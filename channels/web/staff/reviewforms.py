"""The forms of the third party's steps: where a case belongs, and what an independent person decides."""

import json
from collections.abc import Mapping
from typing import Any

from channels.web.pages import casewords as words
from channels.web.staff.forms import (
    About,
    Brought,
    Fields,
    Form,
    Read,
    Spec,
    asked,
    awaited_commitments,
    letter,
    options_of,
    picked,
    stated,
    text_field,
)
from channels.web.staff.officerforms import flag, flag_fields
from channels.web.staff.rulingforms import DECIDING
from grievance.vocabulary import Role, Step
from translations import Phrase, phrase


def _places(about: About) -> tuple[tuple[str, str], ...]:
    mechanism = about.mechanism
    return tuple(
        (f"{operator.key}/{site.key}", f"{operator.name}: {site.name}")
        for operator in mechanism.operators
        for site in mechanism.sites_of(operator.key)
    )


def _recuse_fields(about: About) -> list[dict[str, Any]]:
    return [
        asked("recused", phrase("Whom?"), "select", options=(("", phrase("Choose")), *about.colleagues)),
        asked("line", phrase("Is the case about them?"), "radio", options=options_of(words.YES_NO), value="no",
              hint=phrase("Then everybody of their reporting line is off this case too.")),
    ]  # fmt: skip


def _recuse(form: Form, about: About) -> Brought:
    who = picked(form, "recused", dict(about.colleagues))
    if who is None:
        return Brought(errors={"recused": phrase("Choose whom.")})
    return Brought(facts={"recused": who, "line": form.get("line", "") == "yes"})


def _release_fields(about: About) -> list[dict[str, Any]]:
    return [asked("shown", phrase("Protected"), "hidden", value="protected" if about.case.protected else "")]


def _release(form: Form, _about: About) -> Brought:
    return Brought(unaware=form.get("shown", "") != "protected")


def _route(form: Form, about: About) -> Brought:
    where = picked(form, "place", dict(_places(about)))
    if where is None:
        return Brought(errors={"place": phrase("Choose the operator and the site.")})
    operator, _, site = where.partition("/")
    return Brought(facts={"operator": operator, "site": site, "release": form.get("release", "") != "no"})


def _route_fields(about: About) -> list[dict[str, Any]]:
    fields = [
        asked(
            "place", phrase("Operator and site"), "select", options=(("", phrase("Choose")), *_places(about))
        )
    ]
    if not about.case.protected:
        fields.append(
            asked(
                "release",
                phrase("May their desk read it from now on?"),
                "radio",
                options=options_of(words.YES_NO),
                value="yes",
            )
        )
    return fields


def _reason(names: Mapping[str, Phrase], label: Phrase) -> Fields:
    return lambda _about: [
        asked("reason", label, "radio", options=options_of(names)),
        text_field(phrase("The decision and its reasons, to the person")),
    ]


def _decided(purpose: str, names: Mapping[str, Phrase]) -> Read:
    return letter(purpose, lambda form: stated(reason=picked(form, "reason", names)))


def _bodies(about: About) -> tuple[tuple[str, str], ...]:
    return tuple((route.key, route.name) for route in about.mechanism.outside_routes)


UNASKED: Mapping[str, Phrase] = {
    "consent": phrase("The person said yes to this body"),
    "life": phrase("A life is in danger now"),
    "child": phrase("The law says that harm to a child is reported"),
}


def _hand_over(form: Form, about: About) -> Brought:
    body, why = picked(form, "body", dict(_bodies(about))), picked(form, "reason", UNASKED)
    errors = {} if body else {"body": phrase("Choose the body that takes it.")}
    errors |= {} if why else {"reason": phrase("Say why.")}
    return Brought(facts=stated(body=body, reason=why), errors=errors)


def _hand_over_fields(about: About) -> list[dict[str, Any]]:
    return [
        asked("body", phrase("To whom?"), "select", options=(("", phrase("Choose")), *_bodies(about))),
        asked("reason", phrase("Why?"), "radio", options=options_of(UNASKED)),
    ]


def _hand_over_full(about: About) -> dict[str, Any]:
    """Name the body the person said yes to last; without one, what a second person has agreed to."""
    said = [json.loads(e.facts) for e in about.entries if e.step == Step.CONSENT and not e.refused]
    agreed = [f for f in said if f.get("what") == "referral" and f.get("answer") != "no"]
    return {"body": str(agreed[-1]["body"]) if agreed else "…", "reason": "consent" if agreed else "life"}


def _miss(form: Form, about: About) -> Brought:
    which = picked(form, "commitment", dict(awaited_commitments(about)))
    return Brought(
        facts=stated(commitment=which),
        errors={} if which else {"commitment": phrase("Choose the commitment.")},
    )


THIRD_PARTYS: tuple[Spec, ...] = (
    Spec(
        "route",
        Step.ROUTE,
        phrase("Route to an operator"),
        None,
        _route_fields,
        _route,
        when=lambda a: a.at_review,
    ),
    Spec(
        "release",
        Step.RELEASE,
        phrase("Release to the desk"),
        phrase("The company's desk can read it from now on. What was read cannot be unread."),
        _release_fields,
        _release,
        when=lambda a: a.at_review and a.case.operator is not None,
    ),
    Spec(
        "protect",
        Step.HAND_TO_FOCAL,
        phrase("Protect this case"),
        phrase(
            "Somebody may be in danger: no desk reads it any more. The person is told, and that what was read stays read."
        ),
        flag_fields,
        flag,
        when=lambda a: a.role != Role.OFFICER and not a.case.protected,
        tone="warn",
    ),
    *DECIDING,
    Spec(
        "confirm",
        Step.CONFIRM,
        phrase("Confirm that it was done"),
        phrase("Only when the person cannot say it."),
        when=lambda a: a.role == Role.REVIEWER,
    ),
    Spec(
        "miss",
        Step.MISS,
        phrase("Record that a commitment was missed"),
        None,
        lambda a: [asked("commitment", phrase("Which commitment?"), "radio", options=awaited_commitments(a))],
        _miss,
        when=lambda a: bool(awaited_commitments(a)),
        tone="two",
    ),
    Spec(
        "hand_over",
        Step.HAND_OVER,
        phrase("Hand over to an outside body"),
        phrase(
            "With the person's yes, asked for by an offer to refer it; without it two of you have to agree."
        ),
        _hand_over_fields,
        _hand_over,
        _hand_over_full,
        when=lambda a: a.case.protected,
        tone="warn",
    ),
    Spec(
        "rule_out_of_scope",
        Step.RULE_OUT_OF_SCOPE,
        phrase("Rule that it is not for this mechanism"),
        None,
        _reason(words.OUTSIDE, phrase("Why?")),
        _decided("out_of_scope", words.OUTSIDE),
        lambda _a: {"reason": "other_body"},
        tone="warn",
    ),
    Spec(
        "close_no_contact",
        Step.CLOSE_NO_CONTACT,
        phrase("Close for no contact"),
        None,
        read=lambda _form, _a: Brought(facts={"reason": "no_contact"}),
        full=lambda _a: {"reason": "no_contact"},
        tone="warn",
    ),
    Spec(
        "recuse_other",
        Step.RECUSE,
        phrase("Take somebody off this case"),
        phrase("They can neither read it nor take a step in it any more."),
        _recuse_fields,
        _recuse,
        lambda _a: {"recused": "somebody", "line": False},
        when=lambda a: a.role == Role.REVIEWER and bool(a.colleagues),
        tone="two",
    ),
    Spec("reopen", Step.REOPEN, phrase("Open the case again")),
)
