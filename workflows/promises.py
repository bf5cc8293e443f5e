"""The ten promises, and for this deployment of each: enforced, kept by trust, or not kept here, and why (DESIGN 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from grievance.mechanism import Mechanism
from grievance.settings import Settings
from translations import Phrase, phrase

ENFORCED, BY_TRUST, NOT_KEPT = "enforced", "by_trust", "not_kept"


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: its number, a short name, and what it says to people."""

    number: int
    title: Phrase
    words: Phrase


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a promise is worth in this deployment."""

    number: int
    title: Phrase
    words: Phrase
    verdict: str
    why: Phrase


PROMISES: tuple[Promise, ...] = (
    Promise(
        1,
        phrase("One message is enough"),
        phrase(
            "Any text of any length in any language, without a name, is a complaint and has a case number. Nothing else is asked first."
        ),
    ),
    Promise(
        2,
        phrase("Nothing is lost"),
        phrase("Once you heard that we have it, it survives a crash of any of our machines."),
    ),
    Promise(
        3,
        phrase("Nothing we hold or show tells the company who complained"),
        phrase(
            "Not the desk, the database, the figures, the hour or the copies. Names, numbers and plates that we recognise are covered before an officer reads."
        ),
    ),
    Promise(
        4,
        phrase("The company cannot end a case against you"),
        phrase(
            "A case ends by your own word, by an independent decision, by documented silence, or by a referral you accept."
        ),
    ),
    Promise(
        5,
        phrase("Every deadline is known"),
        phrase("You know each date; when one is missed, you and an independent person learn of it."),
    ),
    Promise(
        6,
        phrase("Nobody can rewrite what was logged"),
        phrase("Not even the company or whoever runs the server, without an outsider noticing."),
    ),
    Promise(
        7,
        phrase("Every published figure can be recounted, and none can unmask anyone"),
        phrase("Anybody can add the figures again, and small numbers are never shown."),
    ),
    Promise(
        8,
        phrase("Whoever is in danger bypasses the company"),
        phrase(
            "Danger is looked for before the company can read anything. Of a spill the hazard is passed on at once, you and your words never."
        ),
    ),
    Promise(
        9,
        phrase("Every sentence exists in your language"),
        phrase(
            "In each language the place offers, fit for a text message, and marked when no native speaker has read it."
        ),
    ),
    Promise(
        10, phrase("It works on what is there"), phrase("Old phones, bad lines, no scripts, small screens.")
    ),
)


def judge(settings: Settings, mechanism: Mechanism, *, gateways: Sequence[str]) -> tuple[Verdict, ...]:
    """Judge each promise for this deployment, from its settings and its mechanism: nothing here is a wish."""
    apart = len(settings.processes) == 1
    host = mechanism.governance.host or "?"
    by_whom = phrase("Whoever runs the server could look: {host}.", host=host)
    verdicts: dict[int, tuple[str, Phrase]] = {
        1: (
            ENFORCED,
            phrase("A text of three words, or one that names a theme, is a case before anything is asked."),
        ),
        2: (ENFORCED, phrase("We answer after the text is on disk; the same message twice is one case.")),
        3: (
            BY_TRUST,
            phrase("Desk, web and sending run as processes with their own keys. {who}", who=by_whom),
        )
        if apart
        else (NOT_KEPT, phrase("Everything runs in one process here, so whoever runs it holds every key.")),
        4: (ENFORCED, phrase("The procedure and the database refuse any other ending.")),
        5: (ENFORCED, phrase("A missed date is recorded once, told to you, and listed at review.")),
        6: (
            BY_TRUST,
            phrase(
                "The database refuses changes, but the public log with outside witnesses is not built yet. {who}",
                who=by_whom,
            ),
        ),
        7: (
            BY_TRUST,
            phrase(
                "No month is published without a proof that its figures tell of nobody. "
                "Whoever knows what several people sent can still find out more."
            ),
        ),
        8: (
            BY_TRUST,
            phrase(
                "Word lists look for danger first; a text they do not understand can still reach the desk."
            ),
        )
        if apart
        else (
            NOT_KEPT,
            phrase("Danger is sealed to the independent reader, but the one process here holds every key."),
        ),
        9: (ENFORCED, phrase("A step whose message is missing in your language is refused.")),
        10: (ENFORCED, phrase("Pages work without scripts, and text messages fit old phones.")),
    }
    if set(gateways) == {"simulator"}:
        verdicts[10] = (BY_TRUST, phrase("Only simulated phones are connected here."))
    return tuple(Verdict(p.number, p.title, p.words, *verdicts[p.number]) for p in PROMISES)
