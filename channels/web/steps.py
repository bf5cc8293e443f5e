"""The forms of the steps: what each asks for, and how what was typed becomes facts, texts and commitments.

A form only reads what was typed; whether it is enough is for the criteria to say, in casework. Two things
are refused here, because they concern the words and not the case: a text that is going out never carries a
link or anybody's number, and a date has to be a date.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from channels.web import casewords as words
from grievance.case import Case, CaseClock
from grievance.commitment import Commitment
from grievance.mechanism import Mechanism
from grievance.vocabulary import FLAGS, CommitmentState, Role, Sense, State, Step
from translations import Phrase, phrase
from translations.states import CLOCK_NAMES
from workflows.clocks import is_companys
from workflows.masking import mask
from workflows.procedure import steps_open_to

LONGEST = 480
OFFERS = 3
MOST_QUESTIONS = 9
EXTENSION = 10
_LINK = re.compile(
    r"https?:|www\.|\bwa\.me\b|\b[a-z0-9-]{2,}\.(?:com|org|net|info|app|io|me|ly|pe|bo|co|mx|cl|ec|gob|gov|edu)\b",
    re.IGNORECASE,
)


class Form(Protocol):
    """What was typed, as the web gives it."""

    def get(self, key: str, default: str, /) -> str:
        """Get one value."""

    def getlist(self, key: str, /) -> list[str]:
        """Get every value."""


@dataclass(frozen=True, slots=True)
class About:
    """What a form needs to know of the case it stands on."""

    case: Case
    role: Role
    person: str
    mechanism: Mechanism
    language: str
    today: date
    questions: int
    assessed: bool
    explained: bool
    clocks: Sequence[CaseClock]
    commitments: Sequence[tuple[Commitment, str | None]]

    @property
    def at_review(self) -> bool:
        """In protected, unrouted and unreleased cases the third party does the officer's steps."""
        return self.case.room == "review"


@dataclass(frozen=True, slots=True)
class Brought:
    """What was typed, read: facts of closed vocabulary, a text and what it is for, commitments, what could not be read."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    purpose: str = ""
    outgoing: bool = False
    offers: tuple[tuple[str, date], ...] = ()
    to: State | None = None
    errors: Mapping[str, Phrase] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The text that goes out, with what is offered in it: what is agreed to is what was read."""
        if not self.outgoing:
            return self.text
        lines = [f"{n}) {what}: {due:%d/%m/%Y}" for n, (what, due) in enumerate(self.offers, 1)]
        return "\n".join([self.text, *lines]).strip()


Fields = Callable[[About], list[dict[str, Any]]]
Read = Callable[[Form, About], Brought]


def _no_fields(_about: About) -> list[dict[str, Any]]:
    return []


def _nothing(_form: Form, _about: About) -> Brought:
    return Brought()


def _always(_about: About) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Spec:
    """One form: its key in the address, its step, its words, what it asks, how it is read.

    `full` is what a wholly filled form would bring: what is still refused then no typing can mend, so the
    page says it before anybody clicks.
    """

    key: str
    step: Step
    label: Phrase
    hint: Phrase | None = None
    fields: Fields = _no_fields
    read: Read = _nothing
    full: Callable[[About], Mapping[str, Any]] = lambda _about: {}
    when: Callable[[About], bool] = _always
    tone: str = ""


def offered(about: About) -> list[Spec]:
    """List the forms the procedure allows this person from here, what moves the case first."""
    legal = steps_open_to(about.role, about.case.state, at_review=about.at_review)
    return [spec for spec in SPECS if spec.step in legal and spec.when(about)]


def find(about: About, key: str) -> Spec | None:
    """Find a form by its key, if it is offered."""
    return next((spec for spec in offered(about) if spec.key == key), None)


def _one(name: str, label: Phrase, kind: str, *, options: Any = (), value: Any = "", hint: Phrase | str = "") -> dict[str, Any]:
    return {"name": name, "label": label, "kind": kind, "options": options, "value": value, "hint": hint, "error": ""}


def _pairs(names: Mapping[str, Phrase]) -> tuple[tuple[str, Phrase], ...]:
    return tuple(names.items())


def _picked(form: Form, name: str, among: Mapping[str, Any] | Sequence[str]) -> str | None:
    value = form.get(name, "")
    return value if value in among else None


def _truth(form: Form, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(form.get(name, ""))


def _clean(**facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


# --- texts that go out ------------------------------------------------------------------------------

PLAIN = phrase("Plain words, no links and no phone numbers. It leaves at a random moment of the working hours.")
NO_LINKS = phrase("Write it without links, phone or identity numbers: the person finds everything under their case number.")
TOO_LONG = phrase("Write it shorter: {most} letters at most with what you offer, this has {n}.")
NO_DATE = phrase("Give each commitment a date after today.")
NO_OFFER = phrase("Write at least one commitment with its date, or say that it is an explanation only.")


def _text_field(label: Phrase) -> dict[str, Any]:
    return _one("text", label, "textarea", hint=PLAIN)


def going_out(brought: Brought) -> Brought:
    """Look at a text that goes out: no links, nobody's numbers, short enough for a phone."""
    errors = dict(brought.errors)
    if _LINK.search(brought.words) or mask(brought.words).kinds:
        errors["text"] = NO_LINKS
    elif len(brought.words) > LONGEST:
        errors["text"] = Phrase(TOO_LONG.msgid, {"most": LONGEST, "n": len(brought.words)})
    return Brought(brought.facts, brought.text, brought.purpose, brought.outgoing, brought.offers, brought.to, errors)


def _letter(purpose: str, facts: Callable[[Form], Mapping[str, Any]] = lambda _form: {}) -> Read:
    def read(form: Form, _about: About) -> Brought:
        return going_out(Brought(facts=facts(form), text=form.get("text", "").strip(), purpose=purpose, outgoing=True))

    return read


def _offers(form: Form, about: About) -> tuple[tuple[tuple[str, date], ...], dict[str, Phrase]]:
    found: list[tuple[str, date]] = []
    errors: dict[str, Phrase] = {}
    for n in range(1, OFFERS + 1):
        what, due = form.get(f"commitment_{n}", "").strip(), _date(form.get(f"due_{n}", ""))
        if what and (due is None or due <= about.today):
            errors[f"due_{n}"] = NO_DATE
        elif what and due:
            found.append((what, due))
    if form.get("outcome", "") != "explanation" and not found and not errors:
        errors["commitment_1"] = NO_OFFER
    return tuple(found), errors


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _offer_fields() -> list[dict[str, Any]]:
    outcome = (
        ("commitments", phrase("It promises what is written below")),
        ("explanation", phrase("It is an explanation only, it promises nothing")),
    )
    fields = [_one("outcome", phrase("What does it offer?"), "radio", options=outcome)]
    for n in range(1, OFFERS + 1):
        fields.append(_one(f"commitment_{n}", phrase("Commitment {n}: what will be done", n=n), "text"))
        fields.append(_one(f"due_{n}", phrase("Commitment {n}: by when", n=n), "date"))
    return fields


def _offering(form: Form, about: About, *, purpose: str, facts: Mapping[str, Any]) -> Brought:
    offers, errors = _offers(form, about)
    explained = form.get("outcome", "") == "explanation"
    told = Brought(
        facts={**facts, "explanation_only": explained}, text=form.get("text", "").strip(), purpose=purpose, outgoing=True,
        offers=() if explained else offers, errors=errors,
    )  # fmt: skip
    return going_out(told)


# --- the officer's steps ----------------------------------------------------------------------------


def _assess_fields(_about: About) -> list[dict[str, Any]]:
    flags = (("none", phrase("None of these")), *_pairs(words.FLAGS))
    counts = (("", phrase("Choose")), *((str(n), str(n)) for n in range(1, MOST_QUESTIONS + 1)))
    return [
        _one("flags", phrase("Is anybody in danger?"), "checkbox", options=flags, value=(), hint=phrase("Mark what applies, or that none does.")),
        _one("issues", phrase("How many questions does the person ask?"), "select", options=counts, hint=phrase("The answer has to answer each.")),
        _one("severity", phrase("How serious is it?"), "radio", options=_pairs(words.SEVERITIES)),
        _one("text", phrase("Summary for the list"), "textarea", hint=phrase("One sentence on what happened, without anybody's name or number. It stands in the list.")),
    ]  # fmt: skip


def _assess(form: Form, _about: About) -> Brought:
    marked = form.getlist("flags")
    flags = {flag: flag in marked for flag in FLAGS} if marked else None
    issues = int(form.get("issues", "")) if form.get("issues", "") in {str(n) for n in range(1, MOST_QUESTIONS + 1)} else None
    severity = _picked(form, "severity", words.SEVERITIES)
    errors = {}
    if issues is None:
        errors["issues"] = phrase("Say how many questions the person asks.")
    if severity is None:
        errors["severity"] = phrase("Say how serious it is.")
    facts = _clean(flags=flags, issues=issues, severity=severity)
    return Brought(facts=facts, text=form.get("text", "").strip(), purpose="summary", errors=errors)


def _propose_fields(about: About) -> list[dict[str, Any]]:
    asked = tuple((str(n), phrase("Question {n}", n=n)) for n in range(1, about.questions + 1))
    return [
        _text_field(phrase("The answer, in plain words")),
        _one("answered", phrase("Which questions does it answer?"), "checkbox", options=asked, value=()),
        _one("evidence", phrase("What does it rest on?"), "checkbox", options=_pairs(words.EVIDENCE), value=()),
        *_offer_fields(),
    ]


def _propose(form: Form, about: About) -> Brought:
    answered = sorted(int(n) for n in form.getlist("answered") if n.isdecimal())
    evidence = [kind for kind in words.EVIDENCE if kind in form.getlist("evidence")]
    return _offering(form, about, purpose="proposal", facts={"answered": answered, "evidence": evidence})


def _running(about: About) -> tuple[tuple[str, Phrase], ...]:
    live = (c for c in about.clocks if c.ended_on is None and c.paused_on is None and is_companys(c.name))
    return tuple((c.name, CLOCK_NAMES[c.name]) for c in live)


def _extend_fields(about: About) -> list[dict[str, Any]]:
    days = tuple((str(n), str(n)) for n in range(1, EXTENSION + 1))
    return [
        _one("clock", phrase("Which date?"), "select", options=_running(about)),
        _one("days", phrase("Working days more"), "select", options=days, value="5"),
        _text_field(phrase("The reason, to the person")),
    ]


def _extend(form: Form, about: About) -> Brought:
    days = form.get("days", "")
    facts = _clean(clock=_picked(form, "clock", dict(_running(about))), days=int(days) if days.isdecimal() else None)
    return going_out(Brought(facts=facts, text=form.get("text", "").strip(), purpose="extension", outgoing=True))


def _open_commitments(about: About) -> tuple[tuple[str, str], ...]:
    waiting = (c for c in about.commitments if c[0].state == CommitmentState.AGREED)
    return tuple((row.id, f"{text or '…'} ({row.due_on:%d/%m/%Y})") for row, text in waiting)


def _keep(form: Form, about: About) -> Brought:
    still = dict(_open_commitments(about))
    which = _picked(form, "commitment", still)
    errors = {} if which else {"commitment": phrase("Choose the commitment.")}
    proof = _picked(form, "proof", words.PROOFS)
    if proof is None:
        errors["proof"] = phrase("Say how it can be seen that it was done.")
    last = bool(which) and len(still) == 1
    return Brought(facts=_clean(commitment=which, proof=proof) | ({"last": True} if last else {}), errors=errors)


def _keep_fields(about: About) -> list[dict[str, Any]]:
    return [
        _one("commitment", phrase("Which commitment was done?"), "radio", options=_open_commitments(about)),
        _one("proof", phrase("How can it be seen?"), "radio", options=_pairs(words.PROOFS)),
    ]


def _learn_fields(_about: About) -> list[dict[str, Any]]:
    lesson = (("written", phrase("The lesson is below")), ("none_because", phrase("There is none, and below is why")))
    return [
        _one("root_cause", phrase("What was the cause?"), "select", options=(("", phrase("Choose")), *_pairs(words.CAUSES))),
        _one("contractor", phrase("Was it a contractor's work?"), "radio", options=_pairs(words.YES_NO)),
        _one("preventable", phrase("Could it have been avoided?"), "radio", options=_pairs(words.YES_NO)),
        _one("lesson", phrase("What did we learn?"), "radio", options=lesson),
        _one("text", phrase("Lesson, or why there is none"), "textarea", hint=phrase("The person does not see it. The independent body does.")),
    ]  # fmt: skip


def _learn(form: Form, _about: About) -> Brought:
    text = form.get("text", "").strip()
    facts = _clean(
        root_cause=_picked(form, "root_cause", words.CAUSES), contractor=_truth(form, "contractor"), preventable=_truth(form, "preventable"),
        lesson=_picked(form, "lesson", ("written", "none_because")) if text else None,
    )  # fmt: skip
    return Brought(facts=facts, text=text, purpose="lesson")


def _ask_fields(_about: About) -> list[dict[str, Any]]:
    return [
        _one("reason", phrase("Why do you ask?"), "radio", options=_pairs(words.ASKING)),
        _text_field(phrase("The question")),
    ]


def _attempt_fields(_about: About) -> list[dict[str, Any]]:
    return [
        _one("way", phrase("How did you try?"), "select", options=_pairs(words.WAYS)),
        _one("announces", phrase("Did it say that the case will be closed without an answer?"), "radio", options=_pairs(words.YES_NO)),
    ]  # fmt: skip


def _themes(about: About) -> tuple[tuple[str, str], ...]:
    return tuple((theme.key, theme.name(about.language)) for theme in about.mechanism.themes)


def _sense(about: About) -> dict[str, Any]:
    ended = Sense.RESOLVED_IMPLEMENTED if about.case.state == State.VERIFIED else Sense.EXPLAINED_ACCEPTED
    return {"sense": str(ended)}


def _none_of_danger(_about: About) -> dict[str, Any]:
    return {"flags": dict.fromkeys(FLAGS, False), "issues": 1, "severity": "medium"}


# --- the third party's steps ------------------------------------------------------------------------


def _places(about: About) -> tuple[tuple[str, str], ...]:
    mechanism = about.mechanism
    return tuple(
        (f"{operator.key}/{site.key}", f"{operator.name}: {site.name}")
        for operator in mechanism.operators
        for site in mechanism.sites_of(operator.key)
    )


def _route(form: Form, about: About) -> Brought:
    where = _picked(form, "place", dict(_places(about)))
    if where is None:
        return Brought(errors={"place": phrase("Choose the operator and the site.")})
    operator, _, site = where.partition("/")
    return Brought(facts={"operator": operator, "site": site, "release": form.get("release", "") != "no"})


def _route_fields(about: About) -> list[dict[str, Any]]:
    fields = [_one("place", phrase("Operator and site"), "select", options=(("", phrase("Choose")), *_places(about)))]
    if not about.case.protected:
        fields.append(_one("release", phrase("May their desk read it from now on?"), "radio", options=_pairs(words.YES_NO), value="yes"))
    return fields


def _reason(names: Mapping[str, Phrase], label: Phrase) -> Fields:
    return lambda _about: [
        _one("reason", label, "radio", options=_pairs(names)),
        _text_field(phrase("The decision and its reasons, to the person")),
    ]


def _decided(purpose: str, names: Mapping[str, Phrase]) -> Read:
    return _letter(purpose, lambda form: _clean(reason=_picked(form, "reason", names)))


def _return(form: Form, about: About) -> Brought:
    why = _picked(form, "reason", words.RETURNING)
    to = State.INVESTIGATING if about.assessed else State.ACKNOWLEDGED
    return Brought(facts=_clean(reason=why), to=to, errors={} if why else {"reason": phrase("Say why.")})


def _bodies(about: About) -> tuple[tuple[str, str], ...]:
    return tuple((route.key, route.name) for route in about.mechanism.outside_routes)


def _hand_over(form: Form, about: About) -> Brought:
    body = _picked(form, "body", dict(_bodies(about)))
    return Brought(facts=_clean(body=body), errors={} if body else {"body": phrase("Choose the body that takes it.")})


def _miss(form: Form, about: About) -> Brought:
    which = _picked(form, "commitment", dict(_open_commitments(about)))
    return Brought(facts=_clean(commitment=which), errors={} if which else {"commitment": phrase("Choose the commitment.")})


def _flag(form: Form, _about: About) -> Brought:
    why = _picked(form, "flag", words.FLAGS)
    return Brought(facts=_clean(flag=why), errors={} if why else {"flag": phrase("Say which danger you see.")})


def _reads_words(_about: About) -> Mapping[str, Any]:
    return {}


SPECS: tuple[Spec, ...] = (
    Spec("acknowledge", Step.ACKNOWLEDGE, phrase("Acknowledge"),
         phrase("The person is told that somebody reads it, by when they get an answer, and what their rights are.")),
    Spec("route", Step.ROUTE, phrase("Route to an operator"), None, _route_fields, _route),
    Spec("release", Step.RELEASE, phrase("Release to the desk"),
         phrase("The company's desk can read it from now on. What was read cannot be unread."),
         when=lambda a: a.at_review and a.case.operator is not None),
    Spec("assess", Step.ASSESS, phrase("Assess"), None, _assess_fields, _assess, _none_of_danger),
    Spec("investigate", Step.INVESTIGATE, phrase("Open the investigation")),
    Spec("hear", Step.HEAR, phrase("Offer to be heard"),
         phrase("Before an answer, the person is asked to say how they want to be heard, with somebody at their side.")),
    Spec("propose", Step.PROPOSE, phrase("Propose an answer"), None, _propose_fields, _propose,
         lambda a: {"answered": list(range(1, a.questions + 1)), "evidence": ["visit"]}),
    Spec("confirm_answer", Step.CONFIRM_ANSWER, phrase("Confirm the company's answer"), phrase("This closes the case against the person."),
         _reason(words.CONFIRMING, phrase("Why?")), _decided("decision", words.CONFIRMING),
         lambda _a: {"reason": "evidence_supports"}, tone="warn"),
    Spec("order", Step.ORDER, phrase("Order a remedy"), None,
         lambda _a: [_text_field(phrase("The decision and its reasons, to the person")), *_offer_fields()],
         lambda form, about: _offering(form, about, purpose="order", facts={})),
    Spec("return", Step.RETURN, phrase("Send it back to the company"), None,
         lambda _a: [_one("reason", phrase("Why?"), "radio", options=_pairs(words.RETURNING))], _return),
    Spec("carry_out", Step.CARRY_OUT, phrase("Begin carrying it out"), None, when=lambda a: not a.explained),
    Spec("keep", Step.KEEP, phrase("Say that a commitment is done"),
         phrase("When all are done the person is asked whether it is true."), _keep_fields, _keep,
         when=lambda a: a.case.state == State.IMPLEMENTING and bool(_open_commitments(a))),
    Spec("confirm", Step.CONFIRM, phrase("Confirm that it was done"), phrase("Only when the person cannot say it."),
         when=lambda a: a.role == Role.REVIEWER),
    Spec("learn", Step.LEARN, phrase("Record the cause and the lesson"), None, _learn_fields, _learn),
    Spec("closing_letter", Step.UPDATE, phrase("Send the closing letter"),
         phrase("What was decided, what was done. How to open it again and where else to go is added by itself."),
         lambda _a: [_text_field(phrase("The letter"))], _letter("closing_letter", lambda _form: {"purpose": "closing_letter"}),
         when=lambda a: a.case.state in (State.AGREED, State.IMPLEMENTING, State.VERIFIED)),
    Spec("close", Step.CLOSE, phrase("Close the case"), None, read=lambda _form, about: Brought(facts=_sense(about)), full=_sense,
         when=lambda a: a.case.state == State.VERIFIED or a.explained),
    Spec("ask", Step.ASK, phrase("Ask the person something"), phrase("The clock stops when the question has reached the person, twice at most."),
         _ask_fields, _letter("question", lambda form: _clean(reason=_picked(form, "reason", words.ASKING))), lambda _a: {"reason": "need_info"}),
    Spec("extend", Step.EXTEND, phrase("Extend a date"), phrase("Once, before it has passed, by ten working days at most."), _extend_fields, _extend,
         lambda a: {"clock": next(iter(dict(_running(a))), ""), "days": 1}),
    Spec("update", Step.UPDATE, phrase("Write to the person"), None, lambda _a: [_text_field(phrase("Message to the person"))],
         _letter("update", lambda _form: {"purpose": "update"})),
    Spec("correct", Step.CORRECT, phrase("Correct the theme"), None,
         lambda a: [_one("theme", phrase("Theme"), "select", options=_themes(a), value=a.case.theme or "")],
         lambda form, a: Brought(facts=_clean(theme=_picked(form, "theme", dict(_themes(a)))))),
    Spec("assign", Step.ASSIGN, phrase("Take it on"), read=lambda _form, a: Brought(facts={"assigned": a.person}),
         full=lambda a: {"assigned": a.person}, when=lambda a: a.case.assigned != a.person, tone="two"),
    Spec("attempt_contact", Step.ATTEMPT_CONTACT, phrase("Record a try to reach the person"), None, _attempt_fields,
         lambda form, _a: Brought(facts=_clean(way=_picked(form, "way", words.WAYS), announces=_truth(form, "announces"))), tone="two"),
    Spec("hand_to_focal", Step.HAND_TO_FOCAL, phrase("Hand to the protection focal point"),
         phrase("When somebody may be in danger. You will no longer see the case; what you have read cannot be unread."),
         lambda _a: [_one("flag", phrase("Which danger do you see?"), "radio", options=_pairs(words.FLAGS))], _flag, tone="warn"),
    Spec("miss", Step.MISS, phrase("Record that a commitment was missed"), None,
         lambda a: [_one("commitment", phrase("Which commitment?"), "radio", options=_open_commitments(a))], _miss,
         when=lambda a: bool(_open_commitments(a)), tone="two"),
    Spec("hand_over", Step.HAND_OVER, phrase("Hand over to an outside body"), None,
         lambda a: [_one("body", phrase("To whom?"), "select", options=(("", phrase("Choose")), *_bodies(a)))], _hand_over,
         when=lambda a: a.case.protected, tone="warn"),
    Spec("rule_out_of_scope", Step.RULE_OUT_OF_SCOPE, phrase("Rule that it is not for this mechanism"), None,
         _reason(words.OUTSIDE, phrase("Why?")), _decided("out_of_scope", words.OUTSIDE), lambda _a: {"reason": "other_body"}, tone="warn"),
    Spec("close_no_contact", Step.CLOSE_NO_CONTACT, phrase("Close for no contact"), None,
         read=lambda _form, _a: Brought(facts={"reason": "no_contact"}), full=lambda _a: {"reason": "no_contact"}, tone="warn"),
    Spec("reopen", Step.REOPEN, phrase("Open the case again")),
    Spec("recuse", Step.RECUSE, phrase("Step back from this case"),
         phrase("If it is about you, your work or somebody close to you. You can take no step in it any more."),
         read=lambda _form, a: Brought(facts={"recused": a.person}), full=lambda a: {"recused": a.person}, tone="two"),
)  # fmt: skip
"""Every form of desk and review room. What a person is offered is what the procedure lists for their role and state."""
