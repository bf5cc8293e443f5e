"""One dialogue for every door, pure: `hear` a text, answer with acts. No store, no network, no clock.

The first text is never lost to a menu: three words, or one that names a theme, are a complaint at once.
Danger is looked for before anything else, then the code of our last message, then words that always work
(stop, erase, help, status ...), then what was asked last, then the complaint.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channels.talking import lookups
from channels.talking.answering import plainly
from channels.talking.subjects import Place, find_place, guess_theme, is_noise
from channels.talking.tongues import asked_for
from channels.typed import read_code, whole_message
from translations.folding import trim
from translations.lists import every_command, every_danger
from workflows.danger import flags

RECENT = timedelta(minutes=30)
ASKED = timedelta(hours=24)
ENOUGH_WORDS = 3
PLACE_WORDS = 6
COMMAND_WORDS = 8
OF_A_PHONE = ("stolen", "found")
"""Words about a phone that was stolen: only another one can say them, with the clave."""
WITH_A_CODE = (
    "erase", "withdraw", "reopen", "who", "shared", "own", "group", "wait", "stay_out", "come_back",
    "appeal", *OF_A_PHONE,
)  # fmt: skip
"""Words that touch a case, or tell of it, and so need the code of our last message there."""
WRONG = ""
"""Instead of the case that a clave opens, where it opens none."""
CODED = frozenset({"choice", "add_coded", "verdict", "join", *WITH_A_CODE})
"""Acts in a case that is there: by SMS only with its code, or where its clave was sent."""
DANGER_DIGITS = ("9", "99", "999")
"""What somebody sends who is in danger and has no words, or no time for any: a menu of one line."""
CODE_DIGITS = 4
PLACE, ANY_PLACE = "place", "any place"
"""What is expected of whoever was asked where it is; and of whoever answered with a place that nobody knows: they may name
another yet, and are not told again that it is unknown."""
REQUEST_WORDS = 3
CHOICES = {"1": "yes", "2": "talk", "3": "review"}
PRAISE = {"1": "good", "2": "partly", "3": "bad"}
"""What a digit says, and the words that say it, where somebody was asked what they think of an answer."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Where a conversation stands. `case` is the newest case of this phone, `opened_at` when it was.

    `shared`: others read this phone too, so that no message to it says what it is about. `in_hour`, `in_day`: so many
    replies went to it since then; `paused`: it was told that no more follow for a while. `proved`: the case whose clave
    it sent, `proved_at` when. `blocked`: the provider itself lets nothing of ours through, since a stop that it heard.
    """

    language: str
    case: str | None = None
    opened_at: datetime | None = None
    expects: str = ""
    asked_at: datetime | None = None
    kept: str | None = None
    shared: bool = False
    hour_from: datetime | None = None
    in_hour: int = 0
    day_from: datetime | None = None
    in_day: int = 0
    paused: bool = False
    proved: str | None = None
    proved_at: datetime | None = None
    blocked: bool = False

    def known_for(self, now: datetime) -> str | None:
        """Name the case whose clave came in this thread: what touches it needs no code."""
        fresh = self.proved_at is not None and timedelta() <= now - self.proved_at <= RECENT
        return self.proved if fresh else None


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do. What each kind carries is said at the function that makes it.

    `digit`: it was a digit and no word, or a word of praise or blame that says the same. `case`: the one that a clave
    proved; such an act carries no code.
    """

    kind: str
    text: str = ""
    code: str = ""
    theme: str | None = None
    flags: frozenset[str] = frozenset()
    place: Place | None = None
    language: str = ""
    request: bool = False
    digit: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What hearing changed: the talk, what to do, and which messages to say (template keys)."""

    talk: Talk
    acts: tuple[Act, ...] = ()
    say: tuple[str, ...] = ()


def hear(
    talk: Talk,
    text: str,
    *,
    now: datetime,
    places: Sequence[Place] = (),
    languages: Iterable[str] = ("es", "en"),
    media: int = 0,
    named: Sequence[str] = (),
    stopped: bool = False,
    proof: str | None = None,
    fits: Callable[[str], bool] = bool,
    awaited: bool = False,
) -> Turn:
    """Hear one text and say what follows from it; no danger is `named` after a place of the mechanism.

    `stopped`: the provider knew it for a stop, by its own words, and lets nothing of ours through from now on. `proof`:
    the case whose clave stood in the text, from which it was taken out; `WRONG` where it opens none. `fits`: whether
    four digits are a code of this phone. It is asked only where words follow them that answer nothing. `awaited`: a
    message of ours asked this phone for a digit, and the case still waits for it.
    """
    said = text.strip()
    if proof:
        talk = replace(talk, proved=proof, proved_at=now)
    alarm = _alarm(talk, said, now=now, named=named)
    if alarm is None and proof is None and awaited and not stopped and is_short_answer(said):
        alarm = _answers_bare(talk, said, now=now)
    if alarm is not None:
        return alarm
    if proof is not None and not media and (not said or (proof == WRONG and _touching(said) is not None)):
        return Turn(talk, (Act("proved", case=proof),)) if proof else Turn(talk, (), ("wrong_clave",))
    coded = None if proof or talk.case is None else read_code(said) or _code_behind(said, fits)
    if coded is not None and lookups.own(said) is not None:
        coded = None  # the first half of a case number is no code
    if proof:
        said = _without_code(said)
    turn = None if coded is None else _with_code(talk, *coded)
    if turn is None or _only_tells(turn.acts, fits):
        turn = _asks(talk, said, now=now, languages=tuple(languages), stopped=stopped) or _tells(
            talk, said, now=now, places=places, media=media
        )
    if talk.expects == turn.talk.expects == "stop" and "ask_stop" not in turn.say:
        turn = replace(turn, talk=replace(turn.talk, expects=""))  # a yes to whatever comes next mutes nobody
    return replace(turn, say=(*turn.say, "wrong_clave")) if proof == WRONG else turn


def _alarm(talk: Talk, said: str, *, now: datetime, named: Sequence[str]) -> Turn | None:
    """Look for danger before anything else: act `file` with its flags, or `alarm` for a digit or a cry."""
    danger = flags(said, every_danger(), places=named)
    if danger:
        return _file(talk, said, now=now, danger=danger)
    cry = _without_any_code(said)
    if cry in DANGER_DIGITS or whole_message(cry, every_command("alarm")):
        return Turn(replace(talk, expects="", kept=None), (Act("alarm", text=cry),))
    return None


def _without_any_code(said: str) -> str:
    """Leave out four digits before or behind: who is asked for a code and a digit may send it with the 9 too."""
    words = [trim(word) for word in said.split()]
    return " ".join(word for word in words if not (len(word) == CODE_DIGITS and word.isdecimal()))


def is_short_answer(text: str) -> bool:
    """Tell whether a text is a bare 1, 2 or 3, or a no: an answer, if somebody was asked."""
    said = plainly(text)
    return said in CHOICES or whole_message(said, every_command("no"))


def is_choice(text: str) -> bool:
    """Tell whether a text is a yes, a no, or the wish to talk, in words and without a code."""
    answer = _choice(text.strip())
    return answer is not None and answer.kind == "choice" and answer.text != "3"


def _answers_bare(talk: Talk, said: str, *, now: datetime) -> Turn | None:
    """Ask for the code before an answer that needs one; None where it answers what was asked in this thread."""
    if talk.known_for(now) or ((pressed := _pressed(talk, said, now=now)) is not None and pressed.acts):
        return None
    return Turn(replace(talk, expects="" if talk.expects == "stop" else talk.expects), (), ("code_first",))


def _asks(talk: Talk, said: str, *, now: datetime, languages: tuple[str, ...], stopped: bool) -> Turn | None:
    """Hear a question or a word that means something by itself; None for what somebody tells."""
    known = talk.known_for(now)
    return (
        _wants_to_know(talk, said, now=now)
        or (_proven(talk, said, known, now=now, stopped=stopped) if known else None)
        or _global(talk, said, now=now, languages=languages, stopped=stopped)
        or _asks_as_it_was_told(talk, said, now=now)
    )


def _tells(talk: Talk, said: str, *, now: datetime, places: Sequence[Place], media: int) -> Turn:
    """Hear what somebody tells: a place that was asked for, more of their case, or a complaint."""
    known = talk.known_for(now)
    recent = talk.case is not None and talk.opened_at is not None and now - talk.opened_at <= RECENT
    asked = talk.expects in (PLACE, ANY_PLACE) and talk.asked_at is not None and now - talk.asked_at <= ASKED
    # Hours later a whole sentence about something is no answer, though it names a place: it is another complaint.
    another = not recent and len(said.split()) > PLACE_WORDS and guess_theme(said) is not None
    if asked and not another:
        place = find_place(said, places)
        if place is not None:
            return Turn(replace(talk, expects=""), (Act("place", text=said, place=place),), ("place_noted",))
        if talk.expects == PLACE and said and not media and is_noise(said):
            return Turn(talk, (Act("add", text=said),))  # thanks are no place: it can still be said
        if talk.expects == PLACE and len(said.split()) <= PLACE_WORDS and guess_theme(said) is None:
            return Turn(replace(talk, expects=ANY_PLACE), (Act("add", text=said),), ("place_unknown",))
    if not said and media == 0:
        return Turn(talk, (), ("help",))
    if known and (media or not is_noise(said)):
        return Turn(talk, (Act("add_coded", text=said, case=known),))
    if recent:
        return Turn(talk, (Act("add", text=said),), ("added",))
    if is_noise(said) and not media and talk.kept is None:
        return Turn(talk, (), ("help",))
    if len(said.split()) >= ENOUGH_WORDS or guess_theme(said) is not None or media or talk.kept is not None:
        return _file(talk, said, now=now, danger=frozenset())
    return Turn(replace(talk, expects="more", asked_at=now), (Act("keep", text=said),), ("ask_words",))


def _file(talk: Talk, text: str, *, now: datetime, danger: frozenset[str]) -> Turn:
    """Act `file`: a complaint (text, theme, danger flags)."""
    act = Act("file", text=text, theme=guess_theme(text), flags=danger)
    return Turn(replace(talk, expects="", asked_at=now, kept=None), (act,))


def _pressed(talk: Talk, said: str, *, now: datetime) -> Turn | None:
    """Act `pressed`: a yes to whether somebody presses them to withdraw. Danger needs no code, a no does."""
    if talk.expects != "pressed" or talk.asked_at is None or now - talk.asked_at > ASKED:
        return None
    if said == "1" or whole_message(said, every_command("yes")):
        return Turn(replace(talk, expects=""), (Act("pressed", text=said),))
    if said == "2" or whole_message(said, every_command("no")):
        return Turn(talk, (), ("code_first",))
    return None


def asks_for(text: str) -> str | None:
    """Read what somebody wants to know after a word such as PREGUNTA; None where no such word leads the text."""
    words = text.replace(":", ": ", 1).split()
    for n in range(min(len(words), REQUEST_WORDS), 0, -1):
        if whole_message(" ".join(words[:n]), every_command("request")):
            return " ".join(words[n:])
    return _after_information(words)


def _after_information(words: Sequence[str]) -> str | None:
    """Read what follows INFORMATION where it is used as a word to us: in capitals, with a colon, or before a question.

    "Información falsa nos dan" is a complaint, and one that is taken for a request would lose its clocks.
    """
    if len(words) <= 1 or not whole_message(words[0], every_command("information")):
        return None
    rest = " ".join(words[1:])
    named = words[0].endswith(":") or (words[0].isupper() and not rest.isupper())
    asks = any(whole_message(" ".join(words[1:n]), every_command("asking")) for n in (2, 3))
    return rest if named or asks else None


def _wants_to_know(talk: Talk, said: str, *, now: datetime) -> Turn | None:
    """Acts `commitment` and `status_of`, whose text is a number and which need no code; or a request of its own."""
    if (commitment := lookups.commitment(said)) is not None:
        return Turn(talk, (Act("commitment", text=commitment),))
    if (number := lookups.own(said)) is not None:
        return Turn(talk, (Act("status_of", text=number),))
    asked = asks_for(said)
    return None if asked is None else _request(talk, asked, now=now)


def _asks_as_it_was_told(talk: Talk, said: str, *, now: datetime) -> Turn | None:
    """Hear a question without its word from somebody who was just told how to ask; a word to us is none."""
    told_how = talk.expects == "question" and talk.asked_at is not None and now - talk.asked_at <= RECENT
    if not told_how or len(said.split()) < ENOUGH_WORDS or is_noise(said):
        return None
    return _request(talk, said, now=now)


def _request(talk: Talk, asked: str, *, now: datetime) -> Turn:
    """Act `file` with `request`: a request of its own, whatever else this phone talks about."""
    if not any(sign.isalpha() for sign in asked):
        return Turn(replace(talk, expects="question", asked_at=now), (), ("request_help",))
    act = Act("file", text=asked, theme=guess_theme(asked), request=True)
    return Turn(replace(talk, expects="", asked_at=now), (act,))


def _with_code(talk: Talk, code: str, rest: str) -> Turn:
    """Acts that carry the 4-digit code: `choice` (its text is yes, talk or review), a step, `join`, or `add_coded`.

    `verdict` is an `add_coded` that may be what somebody thinks of an answer instead, if they were asked.
    """
    word = rest.strip()
    if not word:
        return Turn(talk, (Act("join", code=code),))
    return Turn(talk, (replace(_touching(word) or Act("add_coded", text=word), code=code),))


def _only_tells(acts: tuple[Act, ...], fits: Callable[[str], bool]) -> bool:
    """Tell whether somebody just tells something that begins with a number: "1500 soles nos deben de la tierra"."""
    return any(act.kind == "add_coded" and not fits(act.code) for act in acts)


def _code_behind(said: str, fits: Callable[[str], bool]) -> tuple[str, str] | None:
    """Read a code that stands behind an answer: "acepto 5417". Only one that fits, and behind nothing but an answer."""
    answer, _, last = said.rpartition(" ")
    code = trim(last)
    found = len(code) == CODE_DIGITS and code.isascii() and code.isdecimal() and _touching(answer) is not None
    return (code, answer) if found and fits(code) else None


def _without_code(said: str) -> str:
    """Leave out a code before an answer where the clave came too: the code may be an old one, and the clave says more."""
    coded = read_code(said)
    answer = coded[1].strip() if coded is not None else ""
    return answer if answer and _touching(answer) is not None else said


def _touching(word: str) -> Act | None:
    """Read a word that touches a case: a step, or a choice; None for whatever else may be said."""
    word = plainly(word)
    for kind in WITH_A_CODE:
        if whole_message(word, every_command(kind)):
            return Act(kind)
    return _choice(word)


def _proven(talk: Talk, said: str, known: str, *, now: datetime, stopped: bool) -> Turn | None:
    """Acts as with a code, in a case whose clave came in this thread. STOP and what it asks back come first."""
    pressed = _pressed(talk, said, now=now)
    if pressed is not None and pressed.acts:
        return pressed
    stop = _stop(talk, said, now=now, stopped=stopped)
    if stop is not None and stop.acts:
        return None
    asks = whole_message(said, every_command("status"))
    act = Act("status") if asks else _touching(said)
    return None if act is None else Turn(talk, (replace(act, case=known),))


def _choice(word: str) -> Act | None:
    word = plainly(word)
    if word in CHOICES:
        return Act("choice", text=word, digit=word)
    for choice, kind in CHOICES.items():
        if whole_message(word, every_command(kind)):
            return Act("choice", text=choice)
    if whole_message(word, every_command("no")):
        return Act("choice", text="no")
    for digit, kind in PRAISE.items():
        if whole_message(word, every_command(kind)):
            return Act("verdict", text=word, digit=digit)
    head, _, tail = word.replace(",", " ").partition(" ")
    if whole_message(
        head, every_command("no")
    ):  # "no, hablemos" says both; "no acepto" stood in the list above
        for choice in ("2", "3"):
            if whole_message(tail, every_command(CHOICES[choice])):
                return Act("choice", text=choice)
    return None


def _global(
    talk: Talk, said: str, *, now: datetime, languages: tuple[str, ...], stopped: bool
) -> Turn | None:
    """Words that always work; STOP before all others."""
    if len(said.split()) > COMMAND_WORDS:
        return None
    return (
        _pressed(talk, said, now=now)
        or _stop(talk, said, now=now, stopped=stopped)
        or _asked_for(talk, said, languages=languages)
    )


def _stop(talk: Talk, said: str, *, now: datetime, stopped: bool) -> Turn | None:
    """STOP needs no code and never touches a case; ambiguous words are asked back."""
    asked_stop = talk.expects == "stop" and talk.asked_at is not None and now - talk.asked_at <= RECENT
    if stopped or whole_message(said, every_command("stop")):
        muted = replace(talk, expects="", blocked=talk.blocked or stopped)
        return Turn(muted, (Act("stop"),), ("stopped",))
    if whole_message(said, every_command("start")):
        return Turn(replace(talk, expects="", blocked=False), (Act("start"),), ("started",))
    if asked_stop and whole_message(said, every_command("yes")):
        return Turn(replace(talk, expects=""), (Act("stop"),), ("stopped",))
    if talk.case is not None and whole_message(said, every_command("stop_unsure")):
        return Turn(replace(talk, expects="stop", asked_at=now), (), ("ask_stop",))
    return None


def _asked_for(talk: Talk, said: str, *, languages: tuple[str, ...]) -> Turn | None:
    """Help, a language, whether they want to be asked in surveys, or something about the case."""
    for kind in ("help", "tongues"):
        if whole_message(said, every_command(kind)):
            return Turn(talk, (), (kind,))
    language = asked_for(said, languages)
    if language is not None:
        return Turn(replace(talk, language=language), (Act("language", language=language),), ("language",))
    for kind in ("survey_off", "survey"):
        if whole_message(said, every_command(kind)):
            return Turn(talk, (Act(kind),))
    for kind in ("status", "new_clave", "repeat"):
        if whole_message(said, every_command(kind)):
            return Turn(talk, (Act(kind),)) if talk.case else Turn(talk, (), ("no_case",))
    for kind in (*WITH_A_CODE, "review"):
        if whole_message(said, every_command(kind)):
            how = "stolen_how" if kind in OF_A_PHONE else "code_first" if talk.case else "no_case"
            return Turn(talk, (), (how,))
    answer = _choice(said) if talk.case is not None else None
    if answer is not None and answer.kind == "choice" and not answer.digit:
        return Turn(talk, (), ("code_first",))
    return None
