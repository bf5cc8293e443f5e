"""The parts of the forms of desk and review room: what a form knows, what it brings, how its fields are read.

A form only reads what was typed; whether it is enough is for the criteria to say, in casework. Two things
are refused here, because they concern the words and not the case: a text that is going out never carries a
link or anybody's number, and a date has to be a date.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from grievance.case import Case, CaseClock
from grievance.commitment import Commitment
from grievance.mechanism import Mechanism
from grievance.record import Entry
from grievance.vocabulary import Clock, CommitmentState, Role, State, Step
from translations import Phrase, phrase
from workflows.anonymity.masking import mask_numbers

LONGEST = 480
OFFERS = 3
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
    entries: Sequence[Entry]
    originals: Sequence[str] = ()
    colleagues: Sequence[tuple[str, str]] = ()
    visit_told: bool = False

    @property
    def withdrawn_until(self) -> date | None:
        """The last day on which the person can take back that they withdrew it."""
        running = (c for c in self.clocks if c.name == Clock.REGRET and c.ended_on is None)
        return next((c.due_on for c in running), None)

    @property
    def at_review(self) -> bool:
        """In protected, unrouted and unreleased cases the third party does the officer's steps."""
        return self.case.room == "review"


@dataclass(frozen=True, slots=True)
class Brought:
    """What was typed, read: facts of closed vocabulary, a text and what it is for, commitments, what could not be read.

    `exact`: the text is kept as it is and owed to nobody; else what does not go out is masked. `step`: which of its steps
    a form means, where it has several. `apart`: texts that review alone opens, each with what it is for. `unaware`: the
    page showed no protected case, so that none is opened to a desk by it.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    purpose: str = ""
    outgoing: bool = False
    offers: tuple[tuple[str, date], ...] = ()
    to: State | None = None
    errors: Mapping[str, Phrase] = field(default_factory=dict)
    exact: bool = False
    step: Step | None = None
    apart: tuple[tuple[str, str], ...] = ()
    unaware: bool = False

    @property
    def words(self) -> str:
        """The text that goes out, with what is offered in it: what is agreed to is what was read."""
        if not self.outgoing:
            return self.text
        lines = [
            f"- {what}: {due:%d/%m/%Y}" for what, due in self.offers
        ]  # no figures: they are what people answer with
        return "\n".join([self.text, *lines]).strip()


Fields = Callable[[About], list[dict[str, Any]]]
Read = Callable[[Form, About], Brought]


def no_fields(_about: About) -> list[dict[str, Any]]:
    """Ask nothing."""
    return []


def nothing(_form: Form, _about: About) -> Brought:
    """Read nothing."""
    return Brought()


def always(_about: About) -> bool:
    """Offer it wherever the procedure does."""
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
    fields: Fields = no_fields
    read: Read = nothing
    full: Callable[[About], Mapping[str, Any]] = lambda _about: {}
    when: Callable[[About], bool] = always
    tone: str = ""


def asked(
    name: str, label: Phrase, kind: str, *, options: Any = (), value: Any = "", hint: Phrase | str = ""
) -> dict[str, Any]:
    """Describe one field of a form."""
    return {
        "name": name,
        "label": label,
        "kind": kind,
        "options": options,
        "value": value,
        "hint": hint,
        "error": "",
    }


def options_of(names: Mapping[str, Phrase]) -> tuple[tuple[str, Phrase], ...]:
    """List a closed vocabulary as options."""
    return tuple(names.items())


def picked(form: Form, name: str, among: Mapping[str, Any] | Sequence[str]) -> str | None:
    """Read one choice; anything that was not offered is none."""
    value = form.get(name, "")
    return value if value in among else None


def truth(form: Form, name: str) -> bool | None:
    """Read a yes or a no."""
    return {"yes": True, "no": False}.get(form.get(name, ""))


def stated(**facts: Any) -> dict[str, Any]:
    """Keep the facts that were really said."""
    return {name: value for name, value in facts.items() if value is not None}


PLAIN = phrase(
    "Plain words, no links and no phone numbers. It leaves at a random moment of the working hours."
)
NO_LINKS = phrase(
    "Write it without links, phone or identity numbers: the person finds everything under their case number."
)
TOO_LONG = phrase("Write it shorter: {most} letters at most with what you offer, this has {n}.")
NO_DATE = phrase("Give each commitment a date after today.")
NO_OFFER = phrase("Write at least one commitment with its date, or say that it is an explanation only.")
NO_ORDER = phrase("Write at least one order with its date, or say that an explanation is enough.")


def text_field(label: Phrase) -> dict[str, Any]:
    """Describe the field of a text that goes out."""
    return asked("text", label, "textarea", hint=PLAIN)


def going_out(brought: Brought) -> Brought:
    """Look at a text that goes out: no links, nobody's numbers, short enough for a phone."""
    errors = dict(brought.errors)
    if _LINK.search(brought.words) or mask_numbers(brought.words).kinds:
        errors["text"] = NO_LINKS
    elif len(brought.words) > LONGEST:
        errors["text"] = Phrase(TOO_LONG.msgid, {"most": LONGEST, "n": len(brought.words)})
    return Brought(
        brought.facts, brought.text, brought.purpose, brought.outgoing, brought.offers, brought.to, errors
    )


def letter(purpose: str, facts: Callable[[Form], Mapping[str, Any]] = lambda _form: {}) -> Read:
    """Make a reader of a form whose text goes out."""

    def read(form: Form, _about: About) -> Brought:
        return going_out(
            Brought(facts=facts(form), text=form.get("text", "").strip(), purpose=purpose, outgoing=True)
        )

    return read


def _offers(
    form: Form, about: About, missing: Phrase
) -> tuple[tuple[tuple[str, date], ...], dict[str, Phrase]]:
    found: list[tuple[str, date]] = []
    errors: dict[str, Phrase] = {}
    for n in range(1, OFFERS + 1):
        what, due = form.get(f"commitment_{n}", "").strip(), a_day(form.get(f"due_{n}", ""))
        if what and (due is None or due <= about.today):
            errors[f"due_{n}"] = NO_DATE
        elif what and due:
            found.append((what, due))
    if form.get("outcome", "") != "explanation" and not found and not errors:
        errors["commitment_1"] = missing
    return tuple(found), errors


def a_day(text: str) -> date | None:
    """Read a day as a browser writes it; anything else is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def offer_fields() -> list[dict[str, Any]]:
    """Describe the fields of what is offered."""
    outcome = (
        ("commitments", phrase("It promises what is written below")),
        ("explanation", phrase("It is an explanation only, it promises nothing")),
    )
    fields = [asked("outcome", phrase("What does it offer?"), "radio", options=outcome)]
    for n in range(1, OFFERS + 1):
        fields.append(asked(f"commitment_{n}", phrase("Commitment {n}: what will be done", n=n), "text"))
        fields.append(asked(f"due_{n}", phrase("Commitment {n}: by when", n=n), "date"))
    return fields


def order_fields() -> list[dict[str, Any]]:
    """Describe the same fields of what a reviewer orders: nobody promises anything there."""
    outcome = (
        ("commitments", phrase("What is written below has to be done")),
        ("explanation", phrase("An explanation is enough, nothing has to be done")),
    )
    only = phrase("Only where you order something.")
    fields = [asked("outcome", phrase("What do you order?"), "radio", options=outcome, hint=only)]
    for n in range(1, OFFERS + 1):
        fields.append(asked(f"commitment_{n}", phrase("Order {n}: what has to be done", n=n), "text"))
        fields.append(asked(f"due_{n}", phrase("Order {n}: by when", n=n), "date"))
    return fields


def offering(
    form: Form, about: About, *, purpose: str, facts: Mapping[str, Any], missing: Phrase = NO_OFFER
) -> Brought:
    """Read a text that offers or orders commitments, or an explanation only; `missing`: what is said where it is neither."""
    offers, errors = _offers(form, about, missing)
    explained = form.get("outcome", "") == "explanation"
    told = Brought(
        facts={**facts, "explanation_only": explained},
        text=form.get("text", "").strip(),
        purpose=purpose,
        outgoing=True,
        offers=() if explained else offers,
        errors=errors,
    )
    return going_out(told)


def open_commitments(about: About) -> tuple[tuple[str, str], ...]:
    """List the commitments that still have to be done; one that was missed can be done all the same."""
    return _commitments(about, CommitmentState.AGREED, CommitmentState.MISSED)


def awaited_commitments(about: About) -> tuple[tuple[str, str], ...]:
    """List the commitments that nobody has said to be missed or done."""
    return _commitments(about, CommitmentState.AGREED)


def _commitments(about: About, *states: CommitmentState) -> tuple[tuple[str, str], ...]:
    waiting = (c for c in about.commitments if c[0].state in states)
    return tuple((row.id, f"{text or '…'} ({row.due_on:%d/%m/%Y})") for row, text in waiting)
