"""The one dialogue of lines with menus, pure: `step` an event, get the next state, effects and a screen.

No store, no network, no clock. Effects are the acts that text messages make too (`channels.talking.conversation`), so
that intake knows no difference. What is told is handed over the moment it is said, and what comes later is added:
a line may drop at any time. Danger comes before everything, then the words that always work, then the state.
"""

import json
from dataclasses import asdict, dataclass, field, replace

from channels.talking import menus
from channels.talking.conversation import ENOUGH_WORDS, Act, asks_for
from channels.talking.menus import STATES, Option, State
from channels.talking.subjects import Place, find_place, guess_theme, is_noise
from channels.talking.tongues import asked_for
from channels.typed import read_case_number, read_clave, whole_message
from translations import NAMES, Phrase, say
from translations.lists import every_command, every_danger
from workflows.danger import flags

SILENCES = 3
"""So many times in a row a voice asks somebody who says nothing."""
DEEPEST = 8
LOOK, NEWEST, NOTE, REPLY = "look", "newest", "note", "reply"
"""Effects that no text message has: look a code up, show this phone's newest case, take down a recording, and what
somebody replies whose clave was keyed in: its `text` is the value of the option."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a dialogue stands on: the site's languages and places, and what the line is.

    `certain`: whoever answers for the place is known. `unreachable`: no text message can follow, so that the key is
    said in the call. `reads`: the line brings again what was typed before, and so the clave with every page, which nobody
    keeps. `written_in`: the language of what is added for the office to read.
    """

    languages: tuple[str, ...]
    places: tuple[Place, ...] = ()
    certain: bool = True
    voice: bool = False
    unreachable: bool = False
    reads: bool = False
    written_in: str = "es"
    named: tuple[str, ...] = ()
    """What people call the places of the mechanism: their names are no danger."""


@dataclass(frozen=True, slots=True)
class At:
    """Where a dialogue stands: nothing in it was said by anybody."""

    state: str = menus.START
    language: str = "es"
    page: int = 0
    trail: tuple[str, ...] = ()
    silences: int = 0
    filed: bool = False
    placed: bool = False
    themed: bool = False
    held: str = ""
    note: str = ""
    """What became of the entry before, where the screen does not show it: a key of `menus.NOTES`."""
    noted: str = ""
    """What was noted last: the value of an option."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Somebody dialled. `dialled`: digits behind the code. `held`: where an earlier session broke off."""

    language: str
    dialled: str = ""
    held: At | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something was typed; nothing at all, too."""

    text: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A voice was recorded."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of looking a case up. `asks`: the state that a clave opens there; a number alone opens none."""

    found: bool
    asks: str = ""
    asked: bool = True
    """It was asked for by a number or a key, and not as this phone's newest."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What somebody replied is not to be noted."""


Event = Begin | Entry | Recorded | Found | Refusal


@dataclass(frozen=True, slots=True)
class Screen:
    """What is shown or said, before it is put into anybody's words. `end`: the line closes after it."""

    state: str
    prompt: str
    spoken: tuple[str, ...]
    options: tuple[Option, ...] = ()
    kind: str = "choice"
    end: bool = False
    note: str = ""
    back: bool = False
    tongues: tuple[tuple[str, str], ...] = ()
    """Keys that lead straight into another language, and the language."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an event led to."""

    at: At
    effects: tuple[Act, ...] = ()
    screen: Screen = field(default_factory=lambda: Screen(menus.BYE, "bye", ("v.bye",)))


def step(at: At, event: Event, ground: Ground) -> Step:
    """Walk one step: the same state and event always give the same."""
    now, effects = _after(at, event, ground)
    now = _shut(now)
    return Step(now, effects, screen_of(now, ground))


def _after(at: At, event: Event, ground: Ground) -> "_Next":
    at = replace(at, note="")
    match event:
        case Begin():
            return _begin(event, ground)
        case Recorded():
            return _told(at, Act(NOTE), ground)
        case Found(found=found, asks=asks, asked=asked):
            missing = menus.UNKNOWN if asked else menus.NONE
            return _go(at, (asks or menus.STANDS) if found else missing), ()
        case Refusal():
            return _go(at, menus.REFUSED), ()
        case Entry(text=text):
            return _entry(at, text, ground)


def screen_of(at: At, ground: Ground) -> Screen:
    """Give the screen of a state: a repeated question is answered from here."""
    state = STATES[at.state]
    key = ("v.key", "{clave}", "v.again", "{clave}") if at.state == menus.SAFE and ground.unreachable else ()
    return Screen(
        state=state.id, prompt=state.prompt, spoken=(*state.spoken, *key), options=options_of(state, ground),
        kind=state.kind, end=state.kind == "end", note=at.note, back=state.kind != "end" and at.state != menus.START,
        tongues=tongues_of(at, ground),
    )  # fmt: skip


def tongues_of(at: At, ground: Ground) -> tuple[tuple[str, str], ...]:
    """Give the other languages of a call's first menu, by key: who does not understand it finds its way."""
    if not ground.voice or at.state != menus.START:
        return ()
    return tuple(
        zip(menus.TONGUE_KEYS, (one for one in ground.languages if one != at.language), strict=False)
    )


def options_of(state: State, ground: Ground) -> tuple[Option, ...]:
    """Give the options of a state; some are the site's own."""
    if ground.voice and state.kind == "code":
        return ()  # a caller's number can be forged: only the key opens anything in a call
    if state.rows == "languages":
        return tuple(
            Option(str(n), Phrase(NAMES.get(lang, lang)), menus.START, value=lang)
            for n, lang in enumerate(ground.languages[:8], 1)
        )
    # What is added is written: nobody takes down what a voice says of a case that is open.
    return tuple(one for one in state.options if not ground.voice or one.goto != menus.ADDING)


def show_at(at: At) -> str:
    """Write down where a dialogue stands."""
    return json.dumps(asdict(at), sort_keys=True)


def read_at(raw: str) -> At:
    """Read where a dialogue stood."""
    found = json.loads(raw)
    return At(**{**found, "trail": tuple(found["trail"])})


def can_go_on(at: At) -> bool:
    """Tell whether somebody who comes back has anything to go on with."""
    never = {menus.START, menus.RESUME, menus.HELP, *menus.WITH_CLAVE}
    return STATES[at.state].kind != "end" and at.state not in never


def lapsed(at: At) -> At:
    """Ask for the clave again: too much time went by since somebody keyed it in, and another may hold the phone."""
    return _shut(replace(at, state=menus.STATUS, page=0))


def unread(at: At) -> At:
    """Name the ways in which the words come, where the key that was typed does not open them."""
    return replace(at, state=menus.WORDS, page=0)


def _shut(at: At) -> At:
    """Let no way back lead to a case once it was left: whoever goes back there keys the clave in again."""
    if at.state in menus.WITH_CLAVE:
        return at
    return replace(at, trail=tuple(one for one in at.trail if one not in menus.WITH_CLAVE))


_Next = tuple[At, tuple[Act, ...]]


def _begin(event: Begin, ground: Ground) -> _Next:
    at = At(language=event.language)
    code = read_clave(event.dialled) or read_case_number(event.dialled)
    if code is not None:
        return _go(at, menus.STATUS), (Act(LOOK, code=code),)
    if event.held is not None and can_go_on(event.held):
        return replace(event.held, state=menus.RESUME, held=event.held.state, page=0, note=""), ()
    if event.dialled:
        return _entry(at, event.dialled, ground)
    return at, ()


def _entry(at: At, text: str, ground: Ground) -> _Next:
    said = text.strip()
    if not said:
        silences = min(at.silences + 1, SILENCES)
        if ground.voice and silences >= SILENCES:
            return _end(at, ground) if at.filed else _go(at, menus.BYE), ()
        return replace(at, silences=silences), ()
    at = replace(at, silences=0)
    danger = flags(said, every_danger(), places=ground.named)
    if danger:
        return _safe(at), (Act("file", text=said, theme=guess_theme(said), flags=danger),)
    if said == menus.DANGER_KEY or whole_message(said, every_command("alarm")):
        return _safe(at), (Act("alarm", text=said),)
    return (
        _walk(at, said, ground)
        or _word(at, said, ground)
        or _question(at, said, ground)
        or _in_state(at, said, ground)
    )


def _walk(at: At, said: str, ground: Ground) -> _Next | None:
    """The keys that always work: home, back, pages. In a voice the star leads home."""
    if said == menus.HOME_KEY or (ground.voice and said == "*"):
        return _home(at), ()
    if said == menus.BACK_KEY:
        if at.filed and not at.trail:
            return _end(at, ground), ()
        earlier = at.trail[-1] if at.trail else menus.START
        return replace(at, state=earlier, trail=at.trail[:-1], page=0, held=""), ()
    if said in (menus.MORE_KEY, menus.LESS_KEY):
        return replace(at, page=max(0, at.page + (1 if said == menus.MORE_KEY else -1))), ()
    return None


def _word(at: At, said: str, ground: Ground) -> _Next | None:
    """The words that always work: stop, help, a language. The whole entry, never a part of it."""
    if whole_message(said, every_command("stop")):
        return _go(at, menus.STOPPED), (Act("stop"),)
    if whole_message(said, every_command("help")):
        return _go(at, menus.HELP), ()
    language = asked_for(said, ground.languages)
    return (
        None if language is None else (replace(at, language=language), (Act("language", language=language),))
    )


def _question(at: At, said: str, ground: Ground) -> _Next | None:
    """A word that says that somebody asks and does not complain, as by text message; what they ask may come after it."""
    asked = asks_for(said)
    if asked is None and at.state == menus.ASK and not is_noise(said):
        asked = said
    if asked is None:
        return None
    if not any(sign.isalpha() for sign in asked):
        return _go(at, menus.ASK), ()
    return _told(at, Act("file", text=asked, theme=guess_theme(asked), request=True), ground)


def _in_state(at: At, said: str, ground: Ground) -> _Next:
    state = STATES[at.state]
    tongue = dict(tongues_of(at, ground)).get(said)
    if tongue is not None:
        return _home(replace(at, language=tongue)), (Act("language", language=tongue),)
    option = _chosen(options_of(state, ground), said)
    if option is not None:
        return _choose(at, option, ground)
    code = read_clave(said) or read_case_number(said)
    if code is not None and not at.filed:
        return (at if state.kind == "code" else _go(at, menus.STATUS)), (Act(LOOK, code=code),)
    if state.kind == "code" and (is_noise(said) or len(said.split()) < ENOUGH_WORDS):
        return _go(at, menus.UNKNOWN), ()
    if is_noise(said):
        return replace(at, note=menus.UNCLEAR), ()
    if state.id == menus.TELL:
        return _told(at, Act("file", text=said, theme=guess_theme(said)), ground)
    if state.id in menus.WITH_CLAVE and (state.id == menus.ADDING or _says_something(said)):
        return _added(at), (Act("add", text=said),)
    if state.id == menus.PLACE:
        place = find_place(said, ground.places)
        act = Act("add", text=said) if place is None else Act("place", text=said, place=place)
        return _onward(replace(at, placed=True), ground), (act,)
    if _says_something(said):
        if at.filed:
            return replace(at, note=menus.ADDED), (Act("add", text=said),)
        return _told(at, Act("file", text=said, theme=guess_theme(said)), ground)
    return replace(at, note=menus.UNCLEAR), ()


def _says_something(said: str) -> bool:
    return len(said.split()) >= ENOUGH_WORDS or guess_theme(said) is not None


def _added(at: At) -> At:
    """Go on where somebody stood who adds something to the case that their clave opened."""
    now = replace(at, note=menus.ADDED, page=0)
    if at.state != menus.ADDING:
        return now
    return replace(now, state=at.trail[-1] if at.trail else menus.KEPT, trail=at.trail[:-1])


def _choose(at: At, option: Option, ground: Ground) -> _Next:
    match at.state:
        case menus.LANGUAGE:
            chosen = replace(at, language=option.value)
            return _home(chosen), (Act("language", language=option.value),)
        case menus.THEME:
            about = Phrase(menus.ABOUT.msgid, {"theme": option.label})
            return _end(replace(at, themed=True), ground), (Act("add", text=say(about, ground.written_in)),)
        case menus.PLACE:
            return _onward(replace(at, placed=True), ground), ()
        case menus.RESUME if option.goto == menus.RESUME:
            return replace(at, state=at.held or menus.START, held="", page=0), ()
        case menus.RESUME:
            return At(language=at.language), ()
        case menus.STATUS | menus.UNKNOWN:
            return at, (Act(NEWEST),)
        case menus.ERASING | menus.WITHDRAWING if option.value == menus.PRESSED:
            return _safe(at), (Act(menus.PRESSED),)
        case _ if option.goto == menus.NOTED:
            return _go(replace(at, noted=option.value), menus.NOTED), (Act(REPLY, text=option.value),)
        case asks if option.goto == menus.WORDS and ground.reads and asks in menus.READING:
            return _go(at, menus.READING[asks]), ()
        case menus.STOPPING:
            return _go(at, menus.STOPPED), (Act("stop"),)
        case _:
            return _go(at, option.goto), ()


def _told(at: At, act: Act, ground: Ground) -> _Next:
    """What was told is handed over at once; a question may follow, and none must be answered. What is asked has no theme."""
    told = At(
        state=menus.TELL, language=at.language, filed=True,
        placed=ground.certain or ground.voice or find_place(act.text, ground.places) is not None,
        themed=act.theme is not None or act.request,
    )  # fmt: skip
    return _onward(told, ground), (act,)


def _onward(at: At, ground: Ground) -> At:
    if ground.unreachable:
        return _end(at, ground)
    if not at.placed:
        return replace(at, state=menus.PLACE, page=0)
    if not at.themed:
        return replace(at, state=menus.THEME, page=0)
    return _end(at, ground)


def _end(at: At, ground: Ground) -> At:
    return replace(at, state=menus.SAID if ground.unreachable else menus.FILED, page=0, trail=())


def _safe(at: At) -> At:
    return At(state=menus.SAFE, language=at.language, filed=True)


def _home(at: At) -> At:
    return At(language=at.language)


def _go(at: At, state: str) -> At:
    trail = at.trail if at.state == state else (*at.trail, at.state)[-DEEPEST:]
    return replace(at, state=state, trail=trail, page=0)


def _chosen(options: tuple[Option, ...], said: str) -> Option | None:
    for option in options:
        if said == option.key or any(whole_message(said, every_command(name)) for name in option.words):
            return option
    return None
