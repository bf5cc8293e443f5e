"""The page of one case: clocks, next steps with what is missing, conversation, what closing needs, history."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from channels.house import House
from channels.incoming.attached import photos
from channels.web.follow import more
from channels.web.pages import casewords as words
from channels.web.pages.access import Person
from channels.web.pages.requestwords import HISTORY
from channels.web.staff import caselists, caseviews, requestforms, steps
from channels.web.staff.caselists import REQUEST, Page, theme, title, zone
from channels.web.staff.caseviews import RELEASED, Scope, Spoken, Told
from channels.web.staff.forms import About, Spec
from channels.web.staff.missing import Missing, closing
from grievance import case as cases
from grievance import codes, vault
from grievance.case import Case
from grievance.record import Entry
from grievance.vocabulary import Kind, Role, State, Step
from translations import NAMES, Phrase, phrase
from translations.states import CHANNELS, NAMES_OF_STATES, SENSES
from workflows import recast, texts
from workflows.clockwork import checkins
from workflows.criteria.rights_compatible import WAIT
from workflows.criterion import Refusal
from workflows.knowing import conflicts, groups, visits
from workflows.knowing.evidence import past
from workflows.protection import survivors
from workflows.registry import compliance, findings

INTERNAL = frozenset({"summary", "lesson", *texts.APART})
_COVERED_WHOLE = frozenset({photos.PURPOSE, *texts.APART})
"""What a desk may not read is not covered word by word: it stands apart as a whole, and says so itself."""
A_PHOTO = phrase("A photo")


def about(
    conn: Connection,
    house: House,
    scope: Scope,
    person: Person,
    case: Case,
    *,
    key: vault.Key | None,
    language: str,
) -> About:
    """Gather what the forms need to know of a case."""
    entries = caseviews.history(conn, case.id, by=person.onlooker)
    taken = [past(entry) for entry in reversed(entries) if not entry.refused]
    assessed = [entry for entry in taken if entry.step == Step.ASSESS]
    answers = [entry for entry in taken if entry.step in (Step.PROPOSE, Step.ORDER)]
    return About(
        case=case,
        role=person.role,
        person=person.id,
        mechanism=house.rules.of(case.procedure_version),
        language=language,
        today=scope.today,
        questions=int(assessed[-1].facts.get("issues", 0)) if assessed else 0,
        assessed=bool(assessed),
        explained=bool(answers and answers[-1].facts.get("explanation_only")),
        clocks=cases.clocks_of(conn, case.id),
        commitments=caseviews.commitments(conn, case.id, key),
        entries=entries,
        originals=_originals(conn, case, key) if scope.face == "review" else (),
        colleagues=conflicts.colleagues(conn, person.id, case.operator)
        if person.role == Role.REVIEWER
        else (),
        visit_told=bool(visits.letters(taken)),
    )


def _originals(conn: Connection, case: Case, key: vault.Key | None) -> tuple[str, ...]:
    """Read what the person wrote before it was covered, for the desk to be given a passage of it."""
    if case.room != "desk" or case.protected:
        return ()
    talk = caseviews.conversation(conn, case.id, key, originals=True)
    theirs = (one.original for one in talk if one.purpose not in texts.APART)
    return tuple(words for words in theirs if words and not photos.shown(words))


def build(
    conn: Connection,
    house: House,
    scope: Scope,
    person: Person,
    known: About,
    *,
    key: vault.Key | None,
    typed: tuple[str, Any, Mapping[str, Phrase]] | None = None,
    refused: Sequence[Phrase] = (),
    said: Phrase | str = "",
) -> Page:
    """Build the page. `typed` is a form that came back: its key, its values, what could not be read of it."""
    case = known.case
    review = scope.face == "review"
    talk = caseviews.conversation(conn, case.id, key, originals=review)
    missing = Missing(conn, house, person, known)
    forms = [_form(missing.of(spec), known, spec, scope.face, typed) for spec in steps.offered(known)]
    _open_one(forms, known, typed)
    guards = closing(missing, known)
    summaries = [one.text for one in talk if one.purpose == "summary" and one.text]
    return {
        "number": codes.show(case.number),
        "received": phrase("received on {date}", date=case.received_on),
        "summary": title(summaries[-1] if summaries else None, case.state),
        "tags": _tags(known, person),
        "clocks": [
            words.clock_card(clock, scope.today, caselists.warned(clock, house.rules, case, scope.today))
            for clock in _latest(known)
        ],
        "steps": forms,
        "refused": list(refused),
        "lost": typed is not None and typed[0] not in {form["key"] for form in forms},
        "said": said,
        "still": phrase(
            "The person withdrew this case. Until {date} they can take that back, and until then it stands still.",
            date=known.withdrawn_until,
        )
        if known.withdrawn_until
        else "",
        "messages": _bubbles(talk, caseviews.told(conn, case.id, by=person.onlooker), case, person),
        "composer": None,
        "note": None,
        "masked": phrase(
            "Names, numbers and addresses were taken out. Only the independent body can read the original."
        )
        if any(one.masked and one.purpose not in _COVERED_WHOLE for one in talk) and not review
        else "",
        "commitments": _commitments(conn, known),
        "history": [_line(entry) for entry in known.entries if review or not _is_apart(entry)],
        "case_facts": [
            *_facts(conn, known, review=review),
            *_linked(conn, scope, case),
            *_outside_the_group(conn, scope, known),
            *(_checkins(conn, case.id, key) if review else []),
        ],
        "close_title": phrase("To be able to close"),
        # Who withdrew it closes it, and nobody at a desk does.
        "guards": guards if case.state != State.CLOSED and not known.withdrawn_until else (),
        "close_met": sum(one["verdict"] == "ok" for one in guards),
        "close_all": len(guards),
        "door": None,
        "findings": _findings(conn, case, person, scope.face),
        "archive": f"/{scope.face}/requests/{case.number}" if requestforms.is_request(known) else "",
    }


def _form(
    missing: tuple[Refusal, ...],
    known: About,
    spec: Spec,
    face: str,
    typed: tuple[str, Any, Mapping[str, Phrase]] | None,
) -> Page:
    fields = spec.fields(known)
    if typed is not None and typed[0] == spec.key:
        fields = [_filled(one, typed[1], typed[2]) for one in fields]
    return {
        "key": spec.key,
        "label": spec.label,
        "hint": spec.hint or "",
        "tone": spec.tone,
        "action": f"/{face}/cases/{known.case.number}/steps/{spec.key}",
        "blocked": [one.reason for one in missing],
        "open": False,
        "after": len(caseviews.taken_by(known.entries, known.person)),
        "fields": fields,
    }


def _filled(one: Page, form: Any, errors: Mapping[str, Phrase]) -> Page:
    if one["kind"] == "hidden":  # says how the case stands, not what somebody typed
        return one
    value = form.getlist(one["name"]) if one["kind"] == "checkbox" else form.get(one["name"], "")
    return {**one, "value": value, "error": errors.get(one["name"], "")}


def _open_one(forms: list[Page], known: About, typed: tuple[str, Any, Mapping[str, Phrase]] | None) -> None:
    """The form that came back stands open, else the first that can be taken and was not yet: what is owed.

    What ends a case, decides it or begins it anew never stands open by itself, so that nothing is suggested; nor does
    where it goes, once a desk has it.
    """
    passed = {entry.step for entry in known.entries if not entry.refused} & {Step.HEAR, Step.LEARN}
    passed.add(Step.REOPEN)
    if known.case.room == "desk":
        passed |= {Step.ROUTE, Step.RELEASE}
    if known.case.protected or known.case.state == State.UNDER_INDEPENDENT_REVIEW:
        passed |= {Step.ROUTE, Step.RELEASE, Step.ORDER, Step.RETURN}
    free = [form["key"] for form in forms if not (form["blocked"] or form["tone"] or form["key"] in passed)]
    wanted = typed[0] if typed else "" if known.withdrawn_until else next(iter(free), "")
    for form in forms:
        form["open"] = form["key"] == wanted


def _latest(known: About) -> list[Any]:
    newest = {clock.name: clock for clock in sorted(known.clocks, key=lambda one: one.round)}
    return sorted(newest.values(), key=lambda one: (one.started_on, one.due_on, one.name))


def _tags(known: About, person: Person) -> list[tuple[Any, str]]:
    case = known.case
    tags: list[tuple[Any, str]] = [(NAMES_OF_STATES[case.state], "")]
    if requestforms.is_request(known):
        tags.insert(0, (REQUEST, ""))
    if case.sense:
        tags.append((SENSES.get(case.sense, case.sense), ""))
    if case.severity:
        tags.append(
            (
                phrase("Severity: {how}", how=words.SEVERITIES[case.severity]),
                "late" if case.severity == "high" else "",
            )
        )
    tags += [
        (fact, "")
        for fact in (theme(known.mechanism, case.theme, known.language), zone(known.mechanism, case.zone))
        if fact
    ]
    tags.append((CHANNELS.get(case.channel, case.channel), ""))
    if case.assigned == person.id:
        tags.append((phrase("Taken on by me"), ""))
    if person.role != Role.OFFICER and case.protected:
        tags.append((phrase("Protected"), "late"))
    return tags


def _bubbles(talk: Sequence[Spoken], told: Sequence[Told], case: Case, person: Person) -> list[Page]:
    closed = phrase("This text is not for you to read.")
    lines: list[tuple[Any, int, Page]] = []
    for one in talk:
        by = "internal" if one.purpose in INTERNAL else "person" if one.said_by == "complainant" else "office"
        who = (
            phrase("The person, by {channel}", channel=CHANNELS.get(case.channel, case.channel))
            if by == "person"
            else words.WHO.get(one.said_by, one.said_by)
        )
        if one.purpose == RELEASED:
            by, who = (
                "person",
                phrase("Part of what the person wrote, released by review on {date}", date=one.said_on),
            )
        shown = one.original or one.text or closed
        picture = photos.shown(one.original) or photos.shown(one.text)
        apart = texts.INSTEAD.get(one.purpose)
        lines.append(
            (
                one.said_on,
                0,
                {
                    "by": by,
                    "picture": picture,
                    "text": A_PHOTO if picture else one.original or apart or shown,
                    "who": who,
                    "when": one.said_on,
                    "shown": (apart or one.text) if one.original else "",
                },
            )
        )
    for message in told:
        reached = (
            phrase("reached the person on {date}", date=message.reached_on)
            if message.reached_on
            else _not_known(person)
        )
        what = words.NOTICES.get(message.template, message.template)
        lines.append(
            (
                message.owed_on,
                1,
                {
                    "by": "automatic",
                    "picture": "",
                    "text": what,
                    "who": reached,
                    "when": message.owed_on,
                    "shown": "",
                },
            )
        )
    return [line for _, _, line in sorted(lines, key=lambda line: (line[0], line[1]))]


def _not_known(person: Person) -> Phrase:
    """Say that a message has not arrived, or that nobody at this desk knows of it on the day."""
    if person.knows_before is None:
        return phrase("has not reached the person yet")
    return phrase("once it reaches the person, that stands here from the next day on")


def _commitments(conn: Connection, known: About) -> list[tuple[str, Phrase]]:
    """List what was promised or ordered, and where a reviewer looked at it, what they said."""
    measures = compliance.measures(conn, case=known.case.id) if known.commitments else ()
    said = {one.ordered.commitment: one.verdict for one in measures}
    lines = []
    for row, text in known.commitments:
        state = phrase("by {date}: {state}", date=row.due_on, state=words.COMMITMENT_STATES[row.state])
        if verdict := said.get(row.id):
            judged = phrase("the reviewer: {verdict}", verdict=compliance.VERDICTS[verdict.verdict])
            state = caselists.joined([state, judged])
        lines.append((text or "…", state))
    return lines


def _linked(conn: Connection, scope: Scope, case: Case) -> list[tuple[Any, Any]]:
    """Name the cases that are about the same thing: what was found and answered there may be said here, never by whom."""
    return [
        (codes.show(number), phrase("about the same thing: one answer may serve both, each ends by itself"))
        for number in caseviews.linked(conn, scope, case.id)
    ]


def _outside_the_group(conn: Connection, scope: Scope, known: About) -> list[tuple[Any, Any]]:
    """Say of a group's case that somebody stays out, and never in which of its cases they said so."""
    told = groups.is_a_groups([past(entry) for entry in reversed(known.entries)])
    if not told or not caseviews.somebody_stays_out(conn, scope, known.case.id):
        return []
    return [(phrase("Group"), phrase("somebody stays out of what it agrees to: it does not bind them"))]


def _is_apart(entry: Entry) -> bool:
    """Tell whether a desk does not learn of an entry: that its colleague was taken off, and so why; who left a group."""
    if entry.step == Step.CONSENT:
        return groups.is_of_a_group(entry.step, past(entry).facts)
    return entry.step == Step.RECUSE and entry.role != Role.OFFICER


def _line(entry: Entry) -> Page:
    what: Phrase = words.DONE.get(entry.step, phrase("A step was taken"))
    if entry.step == Step.ADD:
        facts = past(entry).facts
        what = next((w for (mark, yes), w in words.MARKED.items() if facts.get(mark) is yes), what)
    if entry.step == Step.CONSENT and past(entry).facts.get("what") == WAIT:
        what = words.ASKED_TO_WAIT
    if groups.is_of_a_group(entry.step, facts := past(entry).facts):
        what = words.STAYS_OUT if facts["what"] == groups.STAYS_OUT else words.COMES_BACK
    if entry.step == Step.UPDATE and (went := past(entry).facts.get("purpose")) in visits.PURPOSES:
        what = words.WENT[str(went)]
    if entry.step == Step.INTERIM and "likelihood" in (facts := past(entry).facts):
        likely, bad = facts["likelihood"], facts["harm"]
        what = phrase(
            "Decided what cannot wait; risk to the person {likely} of 5, harm {bad} of 5",
            likely=likely,
            bad=bad,
        )
    if entry.step == Step.RECEIVE and entry.kind == Kind.INFORMATION_REQUEST:
        what = HISTORY[Step.RECEIVE]
    if entry.refused:
        what = phrase("Tried and refused: {what}", what=what)
    return {
        "what": what,
        "when": entry.recorded_on,
        "who": words.WHO.get(entry.role, entry.role),
        "seal": entry.leaf_hash.hex()[:6],
        "tone": "late" if entry.refused or entry.step in (Step.OVERDUE, Step.ESCALATE, Step.MISS) else "",
    }


def _findings(conn: Connection, case: Case, person: Person, face: str) -> list[tuple[Phrase, str]]:
    """Lead to what reviewers found about this case, and a reviewer to where the next finding is written."""
    found: list[tuple[Phrase, str]] = [
        (phrase("Finding of {date}: {state}", date=one.recorded_on, state=findings.STATES[one.state]),
         f"/{face}/findings?item={one.id}")
        for one in findings.about_case(conn, case, by=person.actor)
    ]  # fmt: skip
    if person.role == Role.REVIEWER and not case.protected:
        found.append(
            (phrase("Write a finding about this case"), f"/{face}/findings?case={codes.show(case.number)}")
        )
    return found


def _checkins(conn: Connection, case_id: str, key: vault.Key | None) -> list[tuple[Any, Any]]:
    """What people answered thirty and ninety days after the end: sealed to review, and shown nowhere else."""
    asked = checkins.answers(conn, case_id)
    opened = caseviews.open_texts(conn, [text for _, text in asked if text], key)
    return [
        (
            phrase("Asked on {date} how it went since", date=on),
            words.CHECKIN.get(opened.get(text, "").strip(), phrase("no answer yet")),
        )
        for on, text in asked
    ]


def _facts(conn: Connection, known: About, *, review: bool) -> list[tuple[Any, Any]]:
    case, mechanism = known.case, known.mechanism
    facts: list[tuple[Any, Any]] = [
        (phrase("Language"), NAMES.get(case.language, case.language)),
        (phrase("Questions listed"), known.questions),
    ]
    if review and case.protected and (wish := survivors.wish(past(e) for e in reversed(known.entries))):
        facts.append((phrase("Wants to be attended by"), more.ATTENDING[wish]))
    if case.site:
        facts.append((phrase("Site"), mechanism.site(case.site).name))
    if review:
        facts.append(
            (
                phrase("Operator"),
                mechanism.operator(case.operator).name if case.operator else phrase("not routed"),
            )
        )
    facts += [
        (codes.show(number), words.ROOMS_WHY.get(why, why))
        for number, why in caseviews.links(conn, case.id)
        if review or why == recast.WHY
    ]
    return facts
