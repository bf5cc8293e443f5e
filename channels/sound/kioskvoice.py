"""What a kiosk says aloud: a file for each language and screen, spoken by a person, or by a machine as a marked draft.

One of them, how all this works, is for the web (`/listen`): no kiosk keeps it at hand.

What neither spoke is not offered, and `grievance kiosk recordings` lists it. Nothing plays by itself, and no clave is
ever spoken here: others may stand behind whoever listens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from channels.sms.words import STANDS
from channels.sound import voicedrafts
from channels.sound.recorded import TYPES, Shelf
from grievance.mechanism import Mechanism
from grievance.settings import Settings
from translations import Phrase, chain, phrase, say

SETTING = "KIOSK_RECORDINGS"
"""A folder with `<language>/<screen>.mp3` (or ogg, m4a, wav)."""
PREFIX: Final = "kiosk."
STATUS: Final = "status."
HOW: Final = "how"
LISTEN, BY_MACHINE = phrase("Listen"), phrase("A machine speaks this. Nobody has reviewed it.")
_SAID: Final[Mapping[str, tuple[Phrase, ...]]] = {
    "language": (
        phrase("This is the complaints kiosk. It is free, and you need not say your name."),
        phrase("To go on in this language, touch its name."),
    ),
    "home": (
        phrase("What do you want to do?"), phrase("Make a complaint"), phrase("3 questions. Without giving your name."),
        phrase("See my case"), phrase("With your secret clave"),
        phrase(
            "If nobody touches the screen for 60 seconds, we ask whether you are still there. Then everything is erased."
        ),
    ),
    "about": (phrase("What is your complaint about?"),),
    "words": (
        phrase("What happened?"), phrase("Say what happened, where and since when. Do not write your name."),
        phrase("If writing is hard, somebody of the office may write it for you. They read it to you before it is sent."),
    ),
    "where": (phrase("Where did it happen?"), phrase("Another place (optional)")),
    "sent": (
        phrase("We keep your complaint"), phrase("With this clave you see your answer."),
        phrase("Tell it to nobody. If you lose it, we cannot get it back for you."),
        phrase("You can go to court or to the ombudsman at any time. It is free."),
    ),
    "waits": (
        phrase("We keep your complaint"),
        phrase(
            "There is no network, and this kiosk has no claves left. Your complaint goes out by itself later, but you get "
            "no clave: you cannot see the answer. If you want one, come back when there is a network and complain again."
        ),
    ),
    "kept": (
        phrase("We keep what you wrote"),
        phrase("It goes out by itself as soon as there is a network. You need not do anything more."),
        phrase("Later you can see it in your case, with your clave."),
    ),
    "cut": (
        phrase(
            "There is no network now. Your case can be seen here later, or by text message: "
            "send your clave, and then the word STATUS."
        ),
    ),
    "case": (
        phrase("See my case"),
        phrase("Touch the sixteen digits of your clave, one after the other. Then touch the button below them."),
    ),
    "empty": (phrase("Tell us what happened. A few words are enough."),),
    "long": (phrase("That is too long. Please send it in parts."),),
    "unknown": (phrase("We cannot find a case with that clave. Look at each number and try again."),),
    "over": (phrase("This page was open for more than 15 minutes. Write your clave again."),),
    "already": (
        phrase("We already have it"), phrase("This complaint arrived before. Its clave was shown then; we do not keep it."),
    ),
    "wrong": (
        phrase("This did not work. It is not your fault."),
        phrase("Touch the button to begin again. If it goes on like this, tell somebody of the office."),
    ),
    "request": (
        phrase("Your request"),
        phrase("To hear all of it, touch Listen to everything. Use the earphones: others can hear it."),
    ),
    HOW: (
        phrase("Does the mine harm you or your community? Here you can complain."),
        phrase("One message in any words is enough. It is free, and nobody asks your name."),
        phrase("You get a secret clave of sixteen digits. Write it down."), phrase("With this clave you see your answer."),
        phrase("Tell it to nobody. If you lose it, we cannot get it back for you."),
        phrase("We tell you until which day you get an answer."),
        phrase("Before anything is decided, somebody talks with you."),
        phrase("The company does not see your number. An independent body reviews the cases."),
        phrase("If you do not agree, the independent body looks at it again."), phrase("Nobody may punish you for it."),
        phrase("You can go to court or to the ombudsman at any time. It is free."),
    ),
    "still": (phrase("Are you still there?"), phrase("In 30 seconds everything on this screen is erased.")),
}  # fmt: skip
SCREENS: Final = tuple(_SAID)
SENTENCES: Final = tuple(one for screen in _SAID.values() for one in screen)
"""Everything a kiosk says aloud, besides the names of its themes."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What can be listened to: its address, in which language, what the button is called, and a mark for a draft.

    `size` is in kilobytes (of 1000 bytes): who listens may have to pay for them.
    """

    address: str
    language: str
    name: str
    mark: str = ""
    size: int = 0


def script(mechanism: Mechanism, language: str) -> Mapping[str, str]:
    """Write what each screen says in a language, as one text to read aloud."""
    return {screen: _aloud(words(mechanism, screen, language)) for screen in SCREENS}


def words(mechanism: Mechanism, screen: str, language: str) -> list[str]:
    """List the sentences of a screen in a language, as they are spoken."""
    said = [say(one, language) for one in _SAID[screen]]
    return said + [theme.name(*chain(language)) for theme in mechanism.themes] if screen == "about" else said


def file_of(settings: Settings, language: str, screen: str) -> Path | None:
    """Find the recording of a screen, or else its draft; a name that is none of ours finds nothing."""
    if not _is_ours(screen) or not language.isalpha():
        return None
    return _recorded(settings, language, screen) or voicedrafts.find(
        voicedrafts.folder_of(settings), _key(screen), language
    )


def sound_of(settings: Settings, language: str, screen: str) -> Sound | None:
    """Say what can be listened to at a screen; its address changes with the file, so that caches may keep it."""
    file = file_of(settings, language, screen)
    if file is None:
        return None
    mark = say(BY_MACHINE, language) if file.name.endswith(voicedrafts.ENDING) else ""
    found = file.stat()
    address = f"/kiosk/sound/{language}/{screen}?v={found.st_mtime_ns:x}"
    return Sound(address, language, say(LISTEN, language), mark, -(-found.st_size // 1000))


def missing(settings: Settings, languages: tuple[str, ...]) -> list[str]:
    """List what nobody has recorded yet: `qu/words` and so on."""
    return [
        f"{lang}/{screen}"
        for lang in languages
        for screen in SCREENS
        if not _recorded(settings, lang, screen)
    ]


def _recorded(settings: Settings, language: str, screen: str) -> Path | None:
    if screen.startswith(STATUS):  # the calls say the same
        return Shelf(settings.home / "prompts").find(screen, language)
    folder = settings.extra.get(SETTING, "")
    files = (Path(folder) / language / f"{screen}{ending}" for ending in TYPES) if folder else ()
    return next((file for file in files if file.is_file()), None)


def _is_ours(screen: str) -> bool:
    return screen in SCREENS or screen.removeprefix(STATUS) in STANDS


def _key(screen: str) -> str:
    return screen if screen.startswith(STATUS) else f"{PREFIX}{screen}"


def _aloud(sentences: list[str]) -> str:
    """Join sentences; one that ends without a sign would run into the next."""
    return " ".join(one if one[-1] in ".?!:" else f"{one}." for one in sentences)
