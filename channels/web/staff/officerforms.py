"""The forms of an officer's steps, in the order in which a case goes its way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from channels.web.pages import casewords as words
from channels.web.staff import requestforms
from channels.web.staff.forms import (
    About,
    Brought,
    Form,
    Spec,
    a_day,
    asked,
    going_out,
    letter,
    offer_fields,
    offering,
    open_commitments,
    options_of,
    picked,
    stated,
    text_field,
    truth,
)
from grievance.vocabulary import FLAGS, Clock, Kind, Role, Sense, State, Step
from translations import Phrase, chain, phrase
from translations.states import CLOCK_NAMES
from workflows.clocks import is_companys
from workflows.knowing import visits
from workflows.recast import OTHER

MOST_QUESTIONS = 9
EXTENSION = 10


def _assess_fields(about: About) -> list[dict[str, Any]]:
    flags = (("none", phrase("None of these")), *options_of(words.FLAGS))
    counts = (("", phrase("Choose")), *((str(n), str(n)) for n in range(1, MOST_QUESTIONS + 1)))
    return [
        asked(
            "flags",
            phrase("Is anybody in danger?"),
            "checkbox",
            options=flags,
            value=(),
            hint=phrase("Mark what applies, or that none does."),
        ),
        asked(
            "issues",
            phrase("How many questions does the person ask?"),
            "select",
            options=counts,
            hint=phrase("The answer has to answer each."),
        ),
        *([] if about.case.theme else [_theme_field(about)]),
        asked("severity", phrase("How serious is it?"), "radio", options=options_of(words.SEVERITIES)),
        asked(
            "text",
            phrase("Summary for the list"),
            "textarea",
            hint=phrase(
                "One sentence on what happened, without anybody's name or number. It stands in the list."
            ),
        ),
    ]


def _theme_field(about: About) -> dict[str, Any]:
    return asked(
        "theme",
        phrase("What is it about?"),
        "select",
        options=(("", phrase("It cannot be told")), *_themes(about)),
        hint=phrase("The person did not say. Whoever reads it says so here; that is no correction."),
    )


def _assess(form: Form, about: About) -> Brought:
    marked = form.getlist("flags")
    flags = {flag: flag in marked for flag in FLAGS} if marked else None
    issues = (
        int(form.get("issues", ""))
        if form.get("issues", "") in {str(n) for n in range(1, MOST_QUESTIONS + 1)}
        else None
    )
    severity = picked(form, "severity", words.SEVERITIES)
    errors = {}
    if issues is None:
        errors["issues"] = phrase("Say how many questions the person asks.")
    if severity is None:
        errors["severity"] = phrase("Say how serious it is.")
    theme = None if about.case.theme else picked(form, "theme", dict(_themes(about)))
    facts = stated(flags=flags, issues=issues, severity=severity, theme=theme)
    return Brought(facts=facts, text=form.get("text", "").strip(), purpose="summary", errors=errors)


def _propose_fields(about: About) -> list[dict[str, Any]]:
    if requestforms.is_request(about):
        return requestforms.answer_fields(about)
    questions = tuple((str(n), phrase("Question {n}", n=n)) for n in range(1, about.questions + 1))
    return [
        text_field(phrase("The answer, in plain words")),
        asked("answered", phrase("Which questions does it answer?"), "checkbox", options=questions, value=()),
        asked(
            "evidence",
            phrase("What does it rest on?"),
            "checkbox",
            options=options_of(words.EVIDENCE),
            value=(),
        ),
        *offer_fields(),
    ]


def _propose(form: Form, about: About) -> Brought:
    if requestforms.is_request(about):
        return requestforms.answer(form, about)
    answered = sorted(int(n) for n in form.getlist("answered") if n.isdecimal())
    evidence = [kind for kind in words.EVIDENCE if kind in form.getlist("evidence")]
    return offering(form, about, purpose="proposal", facts={"answered": answered, "evidence": evidence})


def _propose_full(about: About) -> dict[str, Any]:
    if requestforms.is_request(about):
        return requestforms.full(about) | {"answer_type": "full"}
    return {"answered": list(range(1, about.questions + 1)), "evidence": ["sample"]}


WENT: Mapping[str, Phrase] = {
    visits.SEEN: phrase("Somebody was there, on the day below"),
    visits.UNSEEN: phrase("Nobody goes, and below is why"),
}
_BEFORE_AN_ANSWER = (State.ASSESSED, State.INVESTIGATING, State.IN_DIALOGUE, State.UNDER_REVIEW)


def _visit_fields(about: About) -> list[dict[str, Any]]:
    return [
        asked("went", phrase("Did somebody go to see the place?"), "radio", options=options_of(WENT)),
        asked("visited_on", phrase("Day of the visit"), "date", value=about.today.isoformat()),
        text_field(phrase("What was seen there, or why nobody goes")),
    ]


def _visit(form: Form, _about: About) -> Brought:
    went, day = picked(form, "went", WENT), a_day(form.get("visited_on", ""))
    there = went == visits.SEEN
    text = form.get("text", "").strip()
    brought = going_out(
        Brought(
            facts=stated(purpose=went, visited_on=day.isoformat() if there and day else None),
            text=f"{day:%d/%m/%Y}: {text}" if there and day else text,
            purpose="visit",
            outgoing=True,
        )
    )
    wrong = {} if went else {"went": phrase("Say whether somebody was there.")}
    wrong |= {} if text else {"text": phrase("Write what was seen there, or why nobody goes.")}
    wrong |= {"visited_on": phrase("Say on which day somebody was there.")} if there and not day else {}
    return replace(brought, errors={**brought.errors, **wrong})


def _running(about: About) -> tuple[tuple[str, Phrase], ...]:
    mine = about.role == Role.REVIEWER and not about.at_review
    live = (
        c
        for c in about.clocks
        if c.ended_on is None
        and c.paused_on is None
        and (c.name == Clock.INDEPENDENT_REVIEW if mine else is_companys(c.name))
    )
    return tuple((c.name, CLOCK_NAMES[c.name]) for c in live)


def _extend_fields(about: About) -> list[dict[str, Any]]:
    days = tuple((str(n), str(n)) for n in range(1, EXTENSION + 1))
    return [
        asked("clock", phrase("Which date?"), "select", options=_running(about)),
        asked("days", phrase("Working days more"), "select", options=days, value="5"),
        asked("reason", phrase("Why does it take longer?"), "radio", options=options_of(words.EXTENDING)),
        text_field(phrase("The reason, to the person")),
    ]


def _extend(form: Form, about: About) -> Brought:
    days = form.get("days", "")
    reason = picked(form, "reason", words.EXTENDING)
    facts = stated(
        clock=picked(form, "clock", dict(_running(about))),
        days=int(days) if days.isdecimal() else None,
        reason=reason,
    )
    errors = {} if reason else {"reason": phrase("Choose why it takes longer.")}
    text = form.get("text", "").strip()
    brought = going_out(Brought(facts=facts, text=text, purpose="extension", outgoing=True))
    return replace(brought, errors={**brought.errors, **errors})


def _keep(form: Form, about: About) -> Brought:
    still = dict(open_commitments(about))
    which = picked(form, "commitment", still)
    errors = {} if which else {"commitment": phrase("Choose the commitment.")}
    proof = picked(form, "proof", words.PROOFS)
    if proof is None:
        errors["proof"] = phrase("Say how it can be seen that it was done.")
    last = bool(which) and len(still) == 1
    return Brought(
        facts=stated(commitment=which, proof=proof) | ({"last": True} if last else {}), errors=errors
    )


def _keep_fields(about: About) -> list[dict[str, Any]]:
    return [
        asked("commitment", phrase("Which commitment was done?"), "radio", options=open_commitments(about)),
        asked("proof", phrase("How can it be seen?"), "radio", options=options_of(words.PROOFS)),
    ]


def _learn_fields(_about: About) -> list[dict[str, Any]]:
    lesson = (
        ("written", phrase("The lesson is below")),
        ("none_because", phrase("There is none, and below is why")),
    )
    return [
        asked(
            "root_cause",
            phrase("What was the cause?"),
            "select",
            options=(("", phrase("Choose")), *options_of(words.CAUSES)),
        ),
        asked("contractor", phrase("Was it a contractor's work?"), "radio", options=options_of(words.YES_NO)),
        asked(
            "preventable", phrase("Could it have been avoided?"), "radio", options=options_of(words.YES_NO)
        ),
        asked("lesson", phrase("What did we learn?"), "radio", options=lesson),
        asked(
            "text",
            phrase("Lesson, or why there is none"),
            "textarea",
            hint=phrase("The person does not see it. The independent body does."),
        ),
    ]


def _learn(form: Form, _about: About) -> Brought:
    text = form.get("text", "").strip()
    facts = stated(
        root_cause=picked(form, "root_cause", words.CAUSES),
        contractor=truth(form, "contractor"),
        preventable=truth(form, "preventable"),
        lesson=picked(form, "lesson", ("written", "none_because")) if text else None,
    )
    return Brought(facts=facts, text=text, purpose="lesson")


def _ask_fields(_about: About) -> list[dict[str, Any]]:
    return [
        asked("reason", phrase("Why do you ask?"), "radio", options=options_of(words.ASKING)),
        text_field(phrase("The question")),
    ]


def _attempt_fields(_about: About) -> list[dict[str, Any]]:
    return [
        asked("way", phrase("How did you try?"), "select", options=options_of(words.WAYS)),
        asked(
            "announces",
            phrase("Did it say that the case will be closed without an answer?"),
            "radio",
            options=options_of(words.YES_NO),
        ),
    ]


def _themes(about: About) -> tuple[tuple[str, str], ...]:
    return tuple((theme.key, theme.name(*chain(about.language))) for theme in about.mechanism.themes)


KINDS: Mapping[Kind, Phrase] = {
    Kind.GRIEVANCE: phrase("A complaint"),
    Kind.INFORMATION_REQUEST: phrase("A request for information"),
}


def _other_kind(about: About) -> tuple[tuple[str, Phrase], ...]:
    kind = OTHER[Kind(about.case.kind)]
    return ((str(kind), KINDS[kind]),)


def _recast(form: Form, about: About) -> Brought:
    kind = picked(form, "kind", dict(_other_kind(about)))
    return Brought(
        facts=stated(kind=kind), errors={} if kind else {"kind": phrase("Say what kind of case it is.")}
    )


def _sense(about: About) -> dict[str, Any]:
    ended = Sense.RESOLVED_IMPLEMENTED if about.case.state == State.VERIFIED else Sense.EXPLAINED_ACCEPTED
    return {"sense": str(ended)}


def _none_of_danger(_about: About) -> dict[str, Any]:
    return {"flags": dict.fromkeys(FLAGS, False), "issues": 1, "severity": "medium"}


def flag_fields(_about: About) -> list[dict[str, Any]]:
    """Ask which danger somebody sees."""
    return [asked("flag", phrase("Which danger do you see?"), "radio", options=options_of(words.FLAGS))]


def flag(form: Form, _about: About) -> Brought:
    """Read which danger somebody sees."""
    why = picked(form, "flag", words.FLAGS)
    return Brought(
        facts=stated(flag=why), errors={} if why else {"flag": phrase("Say which danger you see.")}
    )


OFFICERS: tuple[Spec, ...] = (
    Spec(
        "acknowledge",
        Step.ACKNOWLEDGE,
        phrase("Acknowledge"),
        phrase(
            "The person is told that somebody reads it, by when they get an answer, and what their rights are."
        ),
    ),
    Spec("assess", Step.ASSESS, phrase("Assess"), None, _assess_fields, _assess, _none_of_danger),
    Spec("investigate", Step.INVESTIGATE, phrase("Open the investigation")),
    Spec(
        "hear",
        Step.HEAR,
        phrase("Offer to be heard"),
        phrase(
            "Before an answer, the person is asked to say how they want to be heard, with somebody at their side."
        ),
        when=lambda a: not requestforms.is_request(a),
    ),
    Spec(
        "visit",
        Step.UPDATE,
        phrase("Say whether the place was visited"),
        phrase("Before an answer. The person reads it, and may say that nobody came."),
        _visit_fields,
        _visit,
        lambda a: {"purpose": visits.SEEN, "visited_on": a.today.isoformat()},
        when=lambda a: (
            a.case.state in _BEFORE_AN_ANSWER and not a.visit_told and not requestforms.is_request(a)
        ),
    ),
    Spec(
        "propose",
        Step.PROPOSE,
        phrase("Propose an answer"),
        None,
        _propose_fields,
        _propose,
        _propose_full,
    ),
    Spec("carry_out", Step.CARRY_OUT, phrase("Begin carrying it out"), None, when=lambda a: not a.explained),
    Spec(
        "keep",
        Step.KEEP,
        phrase("Say that a commitment is done"),
        phrase("When all are done the person is asked whether it is true."),
        _keep_fields,
        _keep,
        when=lambda a: a.case.state == State.IMPLEMENTING and bool(open_commitments(a)),
    ),
    Spec(
        "learn",
        Step.LEARN,
        phrase("Record the cause and the lesson"),
        None,
        _learn_fields,
        _learn,
        when=lambda a: not requestforms.is_request(a),
    ),
    Spec(
        "closing_letter",
        Step.UPDATE,
        phrase("Send the closing letter"),
        phrase(
            "What was decided, what was done. How to open it again and where else to go is added by itself."
        ),
        lambda _a: [text_field(phrase("The letter"))],
        letter("closing_letter", lambda _form: {"purpose": "closing_letter"}),
        when=lambda a: a.case.state in (State.AGREED, State.IMPLEMENTING, State.VERIFIED),
    ),
    Spec(
        "close",
        Step.CLOSE,
        phrase("Close the case"),
        None,
        read=lambda _form, about: Brought(facts=_sense(about)),
        full=_sense,
        when=lambda a: a.case.state == State.VERIFIED or a.explained,
    ),
    Spec(
        "ask",
        Step.ASK,
        phrase("Ask the person something"),
        phrase("The clock stops when the question has reached the person, twice at most."),
        _ask_fields,
        letter("question", lambda form: stated(reason=picked(form, "reason", words.ASKING))),
        lambda _a: {"reason": "need_info"},
    ),
    Spec(
        "extend",
        Step.EXTEND,
        phrase("Extend a date"),
        phrase(
            "Once, by ten working days at most. It counts when the person has been told before the date has passed."
        ),
        _extend_fields,
        _extend,
        lambda a: {"clock": next(iter(dict(_running(a))), ""), "days": 1, "reason": "sample"},
    ),
    Spec(
        "update",
        Step.UPDATE,
        phrase("Write to the person"),
        None,
        lambda _a: [text_field(phrase("Message to the person"))],
        letter("update", lambda _form: {"purpose": "update"}),
    ),
    Spec(
        "correct",
        Step.CORRECT,
        phrase("Correct the theme"),
        None,
        lambda a: [
            asked("theme", phrase("Theme"), "select", options=_themes(a), value=a.case.theme or ""),
            asked("reason", phrase("Why is it corrected?"), "radio", options=options_of(words.CORRECTING)),
        ],
        lambda form, a: Brought(
            facts=stated(
                theme=picked(form, "theme", dict(_themes(a))), reason=picked(form, "reason", words.CORRECTING)
            )
        ),
        lambda _a: {"theme": "…"},
    ),
    Spec(
        "recast",
        Step.CORRECT,
        phrase("It is another kind of case"),
        phrase(
            "A second case is opened beside this one, with its dates from the day the person wrote. This one stays open."
        ),
        lambda a: [asked("kind", phrase("What is it?"), "radio", options=_other_kind(a))],
        _recast,
        lambda _a: {"kind": "…"},
        when=lambda a: (
            not a.at_review and not any('"kind":' in e.facts for e in a.entries if e.step == Step.CORRECT)
        ),
        tone="two",
    ),
    Spec(
        "assign",
        Step.ASSIGN,
        phrase("Take it on"),
        read=lambda _form, a: Brought(facts={"assigned": a.person}),
        full=lambda a: {"assigned": a.person},
        when=lambda a: a.case.assigned != a.person,
        tone="two",
    ),
    Spec(
        "attempt_contact",
        Step.ATTEMPT_CONTACT,
        phrase("Record a try to reach the person"),
        None,
        _attempt_fields,
        lambda form, _a: Brought(
            facts=stated(way=picked(form, "way", words.WAYS), announces=truth(form, "announces"))
        ),
        tone="two",
    ),
    Spec(
        "hand_to_focal",
        Step.HAND_TO_FOCAL,
        phrase("Hand to the protection focal point"),
        phrase(
            "When somebody may be in danger. You will no longer see the case; what you have read cannot be unread."
        ),
        flag_fields,
        flag,
        when=lambda a: a.role == Role.OFFICER,
        tone="warn",
    ),
    Spec(
        "recuse",
        Step.RECUSE,
        phrase("Step back from this case"),
        phrase(
            "If it is about you, your work or somebody close to you. You can take no step in it any more."
        ),
        read=lambda _form, a: Brought(facts={"recused": a.person}),
        full=lambda a: {"recused": a.person},
        tone="two",
    ),
)
