"""The forms of what stands beside a case's way: what cannot wait, a second person's word, documents, links, groups."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from channels.web.pages.casewords import YES_NO
from channels.web.staff.forms import (
    About,
    Brought,
    Form,
    Spec,
    asked,
    going_out,
    letter,
    options_of,
    picked,
    stated,
    text_field,
    truth,
)
from grievance.vocabulary import Role, State, Step
from translations import Phrase, phrase
from workflows.knowing import marks
from workflows.knowing.evidence import past
from workflows.knowing.referrals import PREVIEW
from workflows.texts import MINUTES, SPEAKER

LONGEST_APART = 4000
FOLLOW_UP = 28
"""Days after a referral on which we ask how it went: four weeks, within the thirty of the rule."""
MEASURES: Mapping[str, Phrase] = {
    "none": phrase("Nothing has to be done at once"),
    "stop_work": phrase("Stop the work"),
    "clean_water": phrase("Bring clean water"),
    "relocate_guard": phrase("Move a guard elsewhere"),
    "road_closed": phrase("Close a road"),
    "shelter": phrase("Shelter for somebody"),
    "other": phrase("Something else"),
}
SECONDED: Mapping[str, Phrase] = {
    "severity": phrase("It is less serious than its words"),
    "document_withheld": phrase("A document may be withheld"),
    "no_waiver": phrase("This offer of money asks nobody to give up a right"),
    "disclosure": phrase("A body may get it without the person's yes: a life is in danger, or a child"),
}
VEXING: Mapping[str, Phrase] = {
    "same_facts_decided": phrase("The same facts were decided before"),
    "automatic_messages": phrase("A machine writes it"),
    "abuse_only": phrase("It holds nothing but abuse"),
}


LIKELY: Mapping[str, Phrase] = {
    "1": phrase("1: hardly"), "2": phrase("2: less likely"), "3": phrase("3: possible"), "4": phrase("4: likely"),
    "5": phrase("5: almost certain"),
}  # fmt: skip
BAD: Mapping[str, Phrase] = {
    "1": phrase("1: a nuisance"), "2": phrase("2: a loss"), "3": phrase("3: work or home lost"),
    "4": phrase("4: a wound"), "5": phrase("5: a life"),
}  # fmt: skip


def _interim_fields(about: About) -> list[dict[str, Any]]:
    fields = [asked("measure", phrase("What is done at once?"), "radio", options=options_of(MEASURES))]
    if about.case.protected:
        again = phrase("For whoever may be punished for complaining, again before every step.")
        fields += [
            asked("likelihood", phrase("How likely is it that somebody harms them?"), "radio",
                  options=options_of(LIKELY), hint=again),
            asked("harm", phrase("How bad would it be?"), "radio", options=options_of(BAD)),
        ]  # fmt: skip
    return fields


def _interim(form: Form, _about: About) -> Brought:
    measure = picked(form, "measure", MEASURES)
    likely, bad = picked(form, "likelihood", LIKELY), picked(form, "harm", BAD)
    facts = stated(
        measure=measure, likelihood=int(likely) if likely else None, harm=int(bad) if bad else None
    )
    return Brought(facts=facts, errors={} if measure else {"measure": phrase("Choose one of these.")})


def _second(form: Form, _about: About) -> Brought:
    what = picked(form, "what", SECONDED)
    return Brought(facts=stated(what=what), errors={} if what else {"what": phrase("Choose one of these.")})


def _link(form: Form, _about: About) -> Brought:
    digits = "".join(sign for sign in form.get("other", "") if sign in "0123456789")
    return Brought(facts={"other": digits})


def _mandate(form: Form, _about: About) -> Brought:
    def number(name: str) -> int | None:
        typed = form.get(name, "").strip()
        return int(typed) if typed.isdecimal() else None

    held = form.get("held_on", "").strip()
    facts = stated(
        held_on=_day(held),
        until=_day(form.get("until", "").strip()),
        people=number("people"),
        women=number("women"),
        opt_out=truth(form, "opt_out"),
    )
    errors: dict[str, Phrase] = {}
    apart = [(purpose, form.get(purpose, "").strip()) for purpose in (SPEAKER, MINUTES)]
    for purpose, words in apart:
        if len(words) > LONGEST_APART:
            errors[purpose] = phrase(
                "Write it shorter: {most} letters at most, this has {n}.", most=LONGEST_APART, n=len(words)
            )
    return Brought(facts=facts, errors=errors, apart=tuple((p, words) for p, words in apart if words))


def _day(typed: str) -> str | None:
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return None


def _places(about: About) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{operator.key}/{site.key}", f"{operator.name}: {site.name}")
        for operator in about.mechanism.operators
        for site in about.mechanism.sites_of(operator.key)
    )


def _transfer(form: Form, about: About) -> Brought:
    where = picked(form, "place", dict(_places(about)))
    if where is None:
        return Brought(errors={"place": phrase("Choose the operator and the site.")})
    operator, _, site = where.partition("/")
    return Brought(facts={"operator": operator, "site": site})


def _bodies(about: About) -> tuple[tuple[str, str], ...]:
    return tuple((route.key, route.name) for route in about.mechanism.outside_routes)


def _refer(form: Form, about: About) -> Brought:
    body = picked(form, "body", dict(_bodies(about)))
    facts = stated(body=body) | {"follow_on": _in_four_weeks(about)}
    return Brought(facts=facts, errors={} if body else {"body": phrase("Choose the body that takes it.")})


def _offer_referral(form: Form, about: About) -> Brought:
    """Read what another body would get; its name goes out with the words, so that the person's yes is to both."""
    names = dict(_bodies(about))
    body, text = picked(form, "body", names), form.get("text", "").strip()
    brought = going_out(
        Brought(
            facts=stated(body=body) | {"purpose": PREVIEW},
            text=f"{names[body]}: {text}" if body else text,
            purpose="update",
            outgoing=True,
        )
    )
    wrong = {} if body else {"body": phrase("Choose the body that takes it.")}
    wrong |= {} if text else {"text": phrase("Write what they would get.")}
    return replace(brought, errors={**brought.errors, **wrong})


def _in_four_weeks(about: About) -> str:
    return (about.today + timedelta(days=FOLLOW_UP)).isoformat()


def _agreed_to(about: About) -> str:
    """Name the body the person said yes to last; any other would still be refused."""
    said = [json.loads(e.facts) for e in about.entries if e.step == Step.CONSENT and not e.refused]
    return next((str(f["body"]) for f in reversed(said) if f.get("what") == "referral"), "…")


PANEL_RULED: Mapping[str, Phrase] = {
    marks.LIFTED: phrase("The mark is gone"),
    marks.STAYS: phrase("The mark stays"),
}


def _appealed(about: About) -> bool:
    return marks.appeal([past(entry) for entry in reversed(about.entries)]) is not None


def _serious(about: About) -> bool:
    return (about.case.severity == "high" or about.case.protected) and about.case.state != State.CLOSED


def _body_field(about: About) -> dict[str, Any]:
    return asked("body", phrase("To whom?"), "select", options=(("", phrase("Choose")), *_bodies(about)))


FURTHER: tuple[Spec, ...] = (
    Spec(
        "interim",
        Step.INTERIM,
        phrase("Decide what cannot wait"),
        phrase("Within 48 hours when it is serious, even if nothing has to be done."),
        _interim_fields,
        _interim,
        lambda _a: {"measure": "none", "likelihood": 1, "harm": 1},
        when=_serious,
        tone="two",
    ),
    Spec(
        "share",
        Step.UPDATE,
        phrase("Share what a document says"),
        phrase("An answer may rest on a document only after the person was told what it says."),
        lambda _a: [text_field(phrase("What the document says"))],
        letter("update", lambda _form: {"purpose": "documents"}),
        tone="two",
    ),
    Spec(
        "second",
        Step.SECOND,
        phrase("Agree as a second person"),
        phrase("You looked at it yourself, and you are not who assessed it."),
        lambda _a: [asked("what", phrase("What do you agree to?"), "radio", options=options_of(SECONDED))],
        _second,
        when=lambda a: a.role != Role.OFFICER,
        tone="two",
    ),
    Spec(
        "link",
        Step.LINK,
        phrase("Link to another case"),
        phrase("Both stay open. Each ends by its own person's word."),
        lambda _a: [asked("other", phrase("Number of the other case"), "text")],
        _link,
        tone="two",
    ),
    Spec(
        "mandate",
        Step.MANDATE,
        phrase("Record a group's mandate"),
        phrase("Who may say yes for a group, as its assembly decided."),
        lambda _a: [
            asked("held_on", phrase("Day of the assembly"), "date"),
            asked("until", phrase("Until when does the mandate hold?"), "date"),
            asked("people", phrase("People who were there"), "number"),
            asked("women", phrase("Of them women"), "number"),
            asked(
                "opt_out",
                phrase("May everybody stay out of the agreement?"),
                "radio",
                options=options_of(YES_NO),
                hint=phrase(
                    "Tell them how: our code and the words DOES NOT BIND ME by text message, or on their own page."
                ),
            ),
            asked(
                SPEAKER,
                phrase("Who speaks for the group?"),
                "text",
                hint=phrase("Name or office, and how to find them. Only the independent body reads it."),
            ),
            asked(
                MINUTES,
                phrase("What the assembly decided, as its minutes say it"),
                "textarea",
                hint=phrase("Only the independent body reads it: no company, and not whoever wrote to us."),
            ),
        ],
        _mandate,
        lambda a: {
            "held_on": a.today.isoformat(),
            "until": a.today.isoformat(),
            "people": 1,
            "women": 0,
            "opt_out": True,
        },
        tone="two",
    ),
    Spec(
        "referral_preview",
        Step.UPDATE,
        phrase("Offer to refer it to another body"),
        phrase(
            "The person is asked, with what the body would get. Nothing is passed on before they say yes."
        ),
        lambda a: [_body_field(a), text_field(phrase("What the other body would get"))],
        _offer_referral,
        tone="two",
    ),
    Spec(
        "refer",
        Step.REFER,
        phrase("Refer to another body"),
        phrase("After the person's yes. They are asked whether it ends here, and in four weeks how it went."),
        lambda a: [_body_field(a)],
        _refer,
        lambda a: {"body": _agreed_to(a), "follow_on": _in_four_weeks(a)},
        tone="two",
    ),
    Spec(
        "transfer",
        Step.TRANSFER,
        phrase("Transfer to another site or operator"),
        phrase("The desk that has it can read it no more. The next one reads nothing until you release it."),
        lambda a: [
            asked(
                "place", phrase("Operator and site"), "select", options=(("", phrase("Choose")), *_places(a))
            )
        ],
        _transfer,
        tone="warn",
    ),
    Spec(
        "vexatious",
        Step.MARK_VEXATIOUS,
        phrase("Mark as vexatious"),
        phrase("It is counted publicly. The case goes on, and the person may take it to the panel."),
        lambda _a: [
            asked("reason", phrase("Why?"), "radio", options=options_of(VEXING)),
            text_field(phrase("The reasons, for the person")),
        ],
        letter("marked", lambda form: stated(reason=picked(form, "reason", VEXING))),
        lambda _a: {"reason": "abuse_only"},
        tone="warn",
    ),
    Spec(
        "panel",
        Step.PANEL,
        phrase("Write down what the panel ruled"),
        phrase(
            "The meeting stands in the panel's register first, with the number of this case. The person is told."
        ),
        lambda _a: [asked("ruling", phrase("What did it rule?"), "radio", options=options_of(PANEL_RULED))],
        lambda form, _a: Brought(facts=stated(ruling=picked(form, "ruling", PANEL_RULED))),
        lambda _a: {"ruling": marks.STAYS},
        when=_appealed,
        tone="two",
    ),
)
