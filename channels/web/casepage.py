"""The page of one case: clocks, next steps with what is missing, conversation, what closing needs, history."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from channels.house import House
from channels.web import caseviews, steps
from channels.web import casewords as words
from channels.web.access import Person
from channels.web.caseviews import Row, Scope, Spoken, Told
from channels.web.steps import About, Spec
from grievance import case as cases
from grievance import codes, vault
from grievance.case import Case
from grievance.errors import Unknown
from grievance.mechanism import Mechanism
from grievance.record import Entry
from grievance.vocabulary import Role, State, Step
from translations import Phrase, phrase
from translations.states import CHANNELS, CLOCK_NAMES, NAMES_OF_STATES, SENSES
from workflows import casework, criteria
from workflows.evidence import past

Page = dict[str, Any]
INTERNAL = frozenset({"summary", "lesson"})
NOT_READ = phrase("Not yet read")
_CRITERIA = {criterion.key: criterion.name for criterion in criteria.CRITERIA}


def about(conn: Connection, house: House, scope: Scope, person: Person, case: Case, *, key: vault.Key | None, language: str) -> About:
    """Gather what the forms need to know of a case."""
    entries = [past(entry) for entry in reversed(caseviews.history(conn, case.id))]
    taken = [entry for entry in entries if not entry.refused]
    assessed = [entry for entry in taken if entry.step == Step.ASSESS]
    answers = [entry for entry in taken if entry.step in (Step.PROPOSE, Step.ORDER)]
    return About(
        case=case, role=person.role, person=person.id, mechanism=house.rules.of(case.procedure_version), language=language,
        today=scope.today, questions=int(assessed[-1].facts.get("issues", 0)) if assessed else 0, assessed=bool(assessed),
        explained=bool(answers and answers[-1].facts.get("explanation_only")),
        clocks=cases.clocks_of(conn, case.id), commitments=caseviews.commitments(conn, case.id, key),
    )  # fmt: skip


def build(
    conn: Connection, house: House, scope: Scope, person: Person, known: About, *, key: vault.Key | None,
    typed: tuple[str, Any, Mapping[str, Phrase]] | None = None, refused: Sequence[Phrase] = (), said: Phrase | str = "",
) -> Page:  # fmt: skip
    """Build the page. `typed` is a form that came back: its key, its values, what could not be read of it."""
    case = known.case
    review = scope.face == "review"
    talk = caseviews.conversation(conn, case.id, key, originals=review)
    entries = caseviews.history(conn, case.id)
    forms = [_form(conn, house, person, known, spec, scope, typed) for spec in steps.offered(known)]
    _open_one(forms, typed)
    guards = _closing(conn, house, person, known, entries)
    summaries = [one.text for one in talk if one.purpose == "summary" and one.text]
    return {
        "number": codes.show(case.number), "received": phrase("received on {date}", date=case.received_on),
        "summary": summaries[-1] if summaries else NOT_READ,
        "tags": _tags(known, person), "clocks": [words.clock_card(clock, scope.today) for clock in _latest(known)],
        "steps": forms, "refused": list(refused), "said": said, "messages": _bubbles(talk, caseviews.told(conn, case.id), case),
        "composer": None, "note": None,
        "masked": phrase("Numbers and addresses were taken out. Only the independent body can read the original.")
        if any(one.masked for one in talk) and not review else "",
        "commitments": [_commitment(row, text) for row, text in known.commitments],
        "history": [_line(entry) for entry in entries],
        "case_facts": _facts(conn, known, review=review),
        "close_title": phrase("To be able to close"), "guards": guards if case.state != State.CLOSED else (),
        "close_met": sum(one["verdict"] == "ok" for one in guards), "close_all": len(guards), "door": None,
    }  # fmt: skip


def row_of(row: Row, scope: Scope, mechanism: Mechanism, language: str, *, current: str = "") -> Page:
    """Build a line of a list."""
    facts = [theme(mechanism, row.theme, language), zone(mechanism, row.zone), CHANNELS.get(row.channel, row.channel)]
    tone, due = words.due_words(row.due_on, scope.today)
    tags: list[tuple[Phrase, str]] = []
    if scope.face == "review":
        tags += [(phrase("Protected"), "late")] if row.protected else []
        tags += [(phrase("Unrouted"), "soon")] if row.operator is None else []
        tags += [(phrase("Withheld"), "soon")] if row.withheld else []
        tags += [(phrase("Independent review"), "")] if row.state == State.UNDER_INDEPENDENT_REVIEW else []
    return {
        "id": row.number, "number": codes.show(row.number), "summary": row.summary or NOT_READ,
        "open": f"/{scope.face}/cases/{row.number}/open", "facts": joined([fact for fact in facts if fact]),
        "state": NAMES_OF_STATES[row.state], "clock": (tone, due),
        "next": phrase("{state} · {clock}", state=NAMES_OF_STATES[row.state], clock=CLOCK_NAMES[row.clock]) if row.clock else NAMES_OF_STATES[row.state],
        "tags": tags, "current": row.number == current,
    }  # fmt: skip


def grouped(rows: Sequence[Row], scope: Scope, mechanism: Mechanism, language: str, *, current: str = "") -> list[Page]:
    """Put a page of a list into groups by how near its date is."""
    groups: dict[str, Page] = {
        "late": {"name": phrase("Overdue"), "tone": "late", "cases": []},
        "today": {"name": phrase("Due today"), "tone": "soon", "cases": []},
        "week": {"name": phrase("This week"), "tone": "", "cases": []},
        "later": {"name": phrase("Later"), "tone": "", "cases": []},
        "waits": {"name": phrase("Waits for the person"), "tone": "", "cases": []},
    }
    for row in rows:
        if row.due_on is None:
            where = "waits"
        else:
            days = (row.due_on - scope.today).days
            where = "late" if days < 0 else "today" if days == 0 else "week" if days <= 7 else "later"  # noqa: PLR2004  a week
        groups[where]["cases"].append(row_of(row, scope, mechanism, language, current=current))
    return [group for group in groups.values() if group["cases"]]


def theme(mechanism: Mechanism, key: str | None, language: str) -> str | Phrase:
    """Name a theme; a case may have none yet."""
    try:
        return mechanism.theme(key).name(language) if key else phrase("Theme not stated")
    except Unknown:
        return str(key)


def zone(mechanism: Mechanism, key: str | None) -> str:
    """Name a zone, if the case has one."""
    try:
        return mechanism.zone(key).name if key else ""
    except Unknown:
        return str(key)


def joined(parts: Sequence[str | Phrase]) -> Phrase:
    """Write parts one after another with a dot between."""
    names = {f"p{n}": part for n, part in enumerate(parts)}
    return Phrase(" · ".join(f"{{{name}}}" for name in names), names)


def _form(
    conn: Connection, house: House, person: Person, known: About, spec: Spec, scope: Scope, typed: tuple[str, Any, Mapping[str, Phrase]] | None,
) -> Page:  # fmt: skip
    missing = casework.refusals(
        conn, known.case, spec.step, actor=person.actor, rules=house.rules, on=scope.today, facts=spec.full(known), words="…"
    )
    fields = spec.fields(known)
    if typed is not None and typed[0] == spec.key:
        fields = [_filled(one, typed[1], typed[2]) for one in fields]
    return {
        "key": spec.key, "label": spec.label, "hint": spec.hint or "", "tone": spec.tone,
        "action": f"/{scope.face}/cases/{known.case.number}/steps/{spec.key}", "blocked": [one.reason for one in missing],
        "open": False, "fields": fields,
    }  # fmt: skip


def _filled(one: Page, form: Any, errors: Mapping[str, Phrase]) -> Page:
    value = form.getlist(one["name"]) if one["kind"] == "checkbox" else form.get(one["name"], "")
    return {**one, "value": value, "error": errors.get(one["name"], "")}


def _open_one(forms: list[Page], typed: tuple[str, Any, Mapping[str, Phrase]] | None) -> None:
    """The form that came back stands open, else the first that can be taken: what is owed."""
    wanted = typed[0] if typed else next((form["key"] for form in forms if not form["blocked"]), "")
    for form in forms:
        form["open"] = form["key"] == wanted


def _latest(known: About) -> list[Any]:
    newest = {clock.name: clock for clock in sorted(known.clocks, key=lambda one: one.round)}
    return sorted(newest.values(), key=lambda one: (one.started_on, one.due_on, one.name))


def _tags(known: About, person: Person) -> list[tuple[Any, str]]:
    case = known.case
    tags: list[tuple[Any, str]] = [(NAMES_OF_STATES[case.state], "")]
    if case.sense:
        tags.append((SENSES.get(case.sense, case.sense), ""))
    if case.severity:
        tags.append((phrase("Severity: {how}", how=words.SEVERITIES[case.severity]), "late" if case.severity == "high" else ""))
    tags += [(fact, "") for fact in (theme(known.mechanism, case.theme, known.language), zone(known.mechanism, case.zone)) if fact]
    tags.append((CHANNELS.get(case.channel, case.channel), ""))
    if case.assigned == person.id:
        tags.append((phrase("Taken on by me"), ""))
    if person.role != Role.OFFICER and case.protected:
        tags.append((phrase("Protected"), "late"))
    return tags


def _bubbles(talk: Sequence[Spoken], told: Sequence[Told], case: Case) -> list[Page]:
    closed = phrase("This text is not for you to read.")
    lines: list[tuple[Any, int, Page]] = []
    for one in talk:
        by = "internal" if one.purpose in INTERNAL else "person" if one.said_by == "complainant" else "office"
        who = phrase("The person, by {channel}", channel=CHANNELS.get(case.channel, case.channel)) if by == "person" else words.WHO.get(one.said_by, one.said_by)
        shown = one.original or one.text or closed
        lines.append((one.said_on, 0, {"by": by, "text": shown, "who": who, "when": one.said_on, "shown": one.text if one.original else ""}))
    for message in told:
        reached = phrase("reached the person on {date}", date=message.reached_on) if message.reached_on else phrase("has not reached the person yet")
        what = words.NOTICES.get(message.template, message.template)
        lines.append((message.owed_on, 1, {"by": "automatic", "text": what, "who": reached, "when": message.owed_on, "shown": ""}))
    return [line for _, _, line in sorted(lines, key=lambda line: (line[0], line[1]))]


def _commitment(row: Any, text: str | None) -> tuple[str, Phrase]:
    return text or "…", phrase("by {date}: {state}", date=row.due_on, state=words.COMMITMENT_STATES[row.state])


def _line(entry: Entry) -> Page:
    what: Phrase = words.DONE.get(entry.step, phrase("A step was taken"))
    if entry.refused:
        what = phrase("Tried and refused: {what}", what=what)
    return {
        "what": what, "when": entry.recorded_on, "who": words.WHO.get(entry.role, entry.role), "seal": entry.leaf_hash.hex()[:6],
        "tone": "late" if entry.refused or entry.step in (Step.OVERDUE, Step.ESCALATE, Step.MISS) else "",
    }  # fmt: skip


def _facts(conn: Connection, known: About, *, review: bool) -> list[tuple[Any, Any]]:
    case, mechanism = known.case, known.mechanism
    facts: list[tuple[Any, Any]] = [(phrase("Language"), case.language), (phrase("Questions listed"), known.questions)]
    if case.site:
        facts.append((phrase("Site"), mechanism.site(case.site).name))
    if review:
        facts.append((phrase("Operator"), mechanism.operator(case.operator).name if case.operator else phrase("not routed")))
        facts += [(codes.show(number), words.ROOMS_WHY.get(why, why)) for number, why in caseviews.links(conn, case.id)]
    return facts


def _closing(conn: Connection, house: House, person: Person, known: About, entries: Sequence[Entry]) -> list[Page]:
    """List what closing needs, of the whole way there: done, missing now, or not yet due."""
    case = known.case
    taken = [entry.step for entry in entries if not entry.refused]
    newest = {step: at for at, step in reversed(list(enumerate(taken)))}
    answered = min((newest[step] for step in (Step.PROPOSE, Step.ORDER) if step in newest), default=None)
    agreed = any(step in newest and answered is not None and newest[step] <= answered for step in (Step.ACCEPT, Step.ORDER))
    specs = {spec.key: spec for spec in steps.SPECS}

    def refused(key: str) -> dict[str, Any]:
        spec = specs[key]
        missing = casework.refusals(
            conn, case, spec.step, actor=person.actor, rules=house.rules, on=known.today, facts=spec.full(known), words="…"
        )
        return {one.guard: one for one in missing}

    assess, propose, close = refused("assess"), refused("propose"), refused("close")
    lines = [
        (phrase("The person knows that it arrived, the date and their rights"), "predictable", "G11" not in assess, State.ACKNOWLEDGED),
        (phrase("The questions about danger are answered"), "rights_compatible", Step.ASSESS in newest, State.ACKNOWLEDGED),
        (phrase("The person was offered to be heard, or spoke"), "equitable", "G17" not in propose, State.INVESTIGATING),
        (phrase("Every question is answered, and it says what the answer rests on"), "predictable", answered is not None, State.INVESTIGATING),
        (phrase("The person said yes to the last proposal, or a reviewer ordered it"), "dialogue", agreed, State.PROPOSED),
    ]  # fmt: skip
    if not known.explained:
        lines.append((phrase("What was agreed is done, and the person or a reviewer confirmed it"), "predictable",
                      case.state in (State.VERIFIED, State.CLOSED), State.IMPLEMENTING))  # fmt: skip
    lines += [
        (phrase("Cause and lesson are recorded"), "learning", "G30" not in close, State.VERIFIED),
        (phrase("The closing letter reached the person"), "transparent", "G22" not in close, State.VERIFIED),
    ]
    here = _far(case.state)
    guards = [
        {"words": what, "criterion": _CRITERIA[key], "verdict": "ok" if met else "missing" if here >= _far(since) else "waiting"}
        for what, key, met, since in lines
    ]
    other = [one for guard, one in close.items() if guard not in ("G22", "G30")]
    guards += [{"words": one.reason, "criterion": _CRITERIA[one.criterion], "verdict": "missing"} for one in other]
    return guards


_WAY = (
    State.RECEIVED, State.REOPENED, State.ACKNOWLEDGED, State.ASSESSED, State.INVESTIGATING, State.PROPOSED, State.IN_DIALOGUE,
    State.UNDER_REVIEW, State.UNDER_INDEPENDENT_REVIEW, State.AGREED, State.IMPLEMENTING, State.VERIFIED, State.CLOSED,
)  # fmt: skip


def _far(state: str) -> int:
    return _WAY.index(State(state))
