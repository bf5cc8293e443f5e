"""The forms that correct what was said of a case: how serious it is, where it happened, which danger it speaks of.

Each is an entry with the old value, the new one and a reason. No deadline depends on any of them.
"""

from typing import Any

from channels.web.pages import casewords as words
from channels.web.staff.forms import About, Brought, Form, Spec, asked, options_of, picked, stated
from grievance.vocabulary import CORRECTIONS, FLAGS, Step
from translations import phrase
from workflows.knowing.evidence import past


def _with_reason(*fields: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        *fields,
        asked("reason", phrase("Why is it corrected?"), "radio", options=options_of(words.CORRECTING)),
    ]


def _reason(form: Form) -> str | None:
    return picked(form, "reason", CORRECTIONS)


def _zones(about: About) -> tuple[tuple[str, str], ...]:
    mechanism = about.mechanism
    here = next((site.zones for site in mechanism.sites if site.key == about.case.site), ())
    return tuple((zone.key, zone.name) for zone in mechanism.zones if zone.key in here)


def _marked(about: About) -> tuple[str, ...]:
    said = [past(entry) for entry in reversed(about.entries) if not entry.refused]
    flags = [e.facts["flags"] for e in said if e.step in (Step.ASSESS, Step.CORRECT) and "flags" in e.facts]
    return tuple(flag for flag, yes in flags[-1].items() if yes) if flags else ()


def _flags(form: Form, _about: About) -> Brought:
    marked = form.getlist("flags")
    flags = {flag: flag in marked for flag in FLAGS} if marked else None
    return Brought(facts=stated(flags=flags, reason=_reason(form)) | ({} if flags else {"flags": None}))


CORRECTING: tuple[Spec, ...] = (
    Spec(
        "correct_severity",
        Step.CORRECT,
        phrase("Correct how serious it is"),
        phrase("To make it less serious than high, a second person agrees first. The person is told when it becomes high."),
        lambda a: _with_reason(
            asked("severity", phrase("How serious is it?"), "radio", options=options_of(words.SEVERITIES),
                  value=a.case.severity or "")
        ),
        lambda form, _a: Brought(facts=stated(severity=picked(form, "severity", words.SEVERITIES), reason=_reason(form))),
        lambda _a: {"severity": "high", "reason": CORRECTIONS[0]},
        when=lambda a: a.case.severity is not None,
        tone="two",
    ),
    Spec(
        "correct_zone",
        Step.CORRECT,
        phrase("Correct where it happened"),
        None,
        lambda a: _with_reason(
            asked("zone", phrase("Where?"), "select", options=(("", phrase("Choose")), *_zones(a)), value=a.case.zone or "")
        ),
        lambda form, a: Brought(facts=stated(zone=picked(form, "zone", dict(_zones(a))), reason=_reason(form))),
        lambda _a: {"zone": "…", "reason": CORRECTIONS[0]},
        when=lambda a: bool(_zones(a)),
        tone="two",
    ),
    Spec(
        "correct_flags",
        Step.CORRECT,
        phrase("Correct the marks of danger"),
        phrase("To take a mark away, a second person agrees first."),
        lambda a: _with_reason(
            asked("flags", phrase("Is anybody in danger?"), "checkbox",
                  options=(("none", phrase("None of these")), *options_of(words.FLAGS)), value=_marked(a))
        ),
        _flags,
        lambda a: {"flags": dict.fromkeys(FLAGS, False) | dict.fromkeys(_marked(a), True), "reason": CORRECTIONS[0]},
        when=lambda a: a.case.protected and a.assessed,
        tone="two",
    ),
)  # fmt: skip
