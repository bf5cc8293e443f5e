"""The dialogue's states as data: what is asked, what may be chosen, where it leads. `channels.talking.dialogue` walks it.

One dialogue for every line with menus. Change a state and raise `VERSION`: a session of another version begins
anew, and nothing is lost by it, because what was told is a case by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from translations import Phrase, phrase

VERSION = 7
Kind = Literal["choice", "text", "code", "info", "end"]
START, TELL, ASK, PLACE, THEME, STATUS, UNKNOWN, NONE, STANDS, LANGUAGE, HELP, RESUME = (
    "start", "tell", "ask", "place", "theme", "status", "unknown", "none", "stands", "language", "help", "resume",
)  # fmt: skip
ANSWER, TALKING, DONE, REFERRAL, REFERRED, OPEN, KEPT, SURE, ERASING, WITHDRAWING, NOTED, REFUSED, WORDS = (
    "answer", "talking", "done", "referral", "referred", "open", "kept", "sure", "erasing", "withdrawing", "noted",
    "refused", "words",
)  # fmt: skip
ADDING = "adding"
READING: Mapping[str, str] = {ANSWER: "answer.read", TALKING: "talking.read", REFERRAL: "referral.read"}
"""Where the words of an answer, or what another body would get, are read page by page, by the state that asks of it."""
WITH_CLAVE = frozenset(
    {
        *READING.values(),
        ANSWER,
        TALKING,
        DONE,
        REFERRAL,
        REFERRED,
        OPEN,
        KEPT,
        SURE,
        ERASING,
        WITHDRAWING,
        REFUSED,
        WORDS,
        ADDING,
    }
)
"""Where nobody stands who did not key in the clave of the case in this very session, a moment ago."""
PRESSED = "pressed"
"""What somebody says who is pressed to withdraw or erase: a word of danger, and no answer."""
FILED, SAFE, SAID, STOPPING, STOPPED, BYE = "filed", "safe", "said", "stopping", "stopped", "bye"
DANGER_KEY, BACK_KEY, HOME_KEY, MORE_KEY, LESS_KEY = "9", "0", "00", "99", "98"
HIDDEN, BLOCKED = ".hidden", ".blocked"
"""What stands behind a screen's name where no text message follows: a hidden number, or a provider that heard a stop."""
FOREIGN = ".foreign"
"""What stands behind a screen's name where its words were written by somebody of another language, maybe in it."""
CARED = ".cared"
"""What stands behind a screen's name where somebody cares for people after violence."""
OVER = ".over"
"""What stands behind a screen's name where nothing comes next, and no date is to be said."""
TONGUE_KEYS = ("6", "7", "8")
"""On a call's first menu: straight into another language, said in that language before everything else."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: the key that is pressed, what it is called, where it leads, and the word lists that name it too."""

    key: str
    label: Phrase
    goto: str
    value: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """One state. `spoken` is what a voice says: keys of prompts, and blanks in braces.

    `rows` says that its options are the site's own (its languages), and so not written here.
    """

    id: str
    kind: Kind
    prompt: str
    spoken: tuple[str, ...]
    options: tuple[Option, ...] = ()
    rows: str = ""


PROMPTS: Mapping[str, Phrase] = {
    "start": phrase("Complaints. Free, and without your name."),
    "tell": phrase("Write what happens, where, and since when. Not your name."),
    "ask": phrase("Write what you want to know."),
    "place": phrase("We have it. Case {number}. Where is it? Write the place or the mine."),
    "theme": phrase("Case {number}. What is it about?"),
    "filed": phrase(
        "Case {number}. It is with us. Your secret key comes by text message. First answer by {date}."
    ),
    "filed.hidden": phrase(
        "Case {number}. It is with us. Your number is hidden: no key and no answer can come. To get them show your number "
        "and tell it again."
    ),
    "filed.blocked": phrase(
        "Case {number}. It is with us. You stopped our messages: send ALTA and your secret key comes. "
        "First answer by {date}."
    ),
    "safe": phrase(
        "Case {number}. Only an independent person reads it, not the company. Danger now? Call {emergency}."
    ),
    "safe.cared": phrase(
        "Case {number}. Only an independent person reads it, not the company. Danger now? Call {emergency}. "
        "Are you hurt? Call {services}."
    ),
    "said": phrase("Case {number}. It is with us."),
    "status": phrase("Write your case number (8 digits) or your key (16 digits)."),
    "unknown": phrase("We cannot find that. Look at each number and write it again."),
    "none": phrase("This phone shows no case here. Write your case number or your key."),
    "stands": phrase("Case {number}: {status}. Next date {date}."),
    "stands.over": phrase("Case {number}: {status}."),
    "answer": phrase("Case {number}: there is an answer."),
    "words": phrase("Its words: by text message, at the office, by radio, or on the web with your key."),
    "read": phrase("What they wrote to you:"),
    "read.foreign": phrase("What they wrote to you. It may be in {language}:"),
    "done": phrase("Case {number}: the company says it is done. Is it?"),
    "referral": phrase(
        "Case {number}: may another body get your case? Press 5 for what it would get. Not before you say yes."
    ),
    "referred": phrase("Case {number}: they have it now, as you said. Does it end here, or go on here too?"),
    "adding": phrase("Write what you want to add to case {number}. Not your name."),
    "sure": phrase("You say yes to the answer. Is that right?"),
    "pressed": phrase("Is somebody pressing you to do this? The company does not see your answer."),
    "noted": phrase("Noted: {noted}. It is passed on in the next round."),
    "refused": phrase("That cannot be noted now. {why}"),
    "language": phrase("Choose your language."),
    "help": phrase(
        "Tell what happened: that is your complaint. Free, no name. The company never sees your number. In danger: 9."
    ),
    "resume": phrase("You were here before. Nothing of it was lost."),
    "stopping": phrase("We would write to you no more, not even the answer. Is that what you want?"),
    "stopped": phrase("Done. We send you nothing more. Your case goes on. Send ALTA to hear from us again."),
    "bye": phrase("Thank you. You can come back at any time."),
}
"""What a screen says, by key."""

SPOKEN: Mapping[str, Phrase] = {
    "v.start": phrase("This is the complaints line. It is free, and you need not say your name."),
    "v.tongue": phrase("For this language, press:"),
    "v.tell": phrase(
        "After the tone say what happens, where, and since when. Not your name. At the end press the hash key."
    ),
    "v.tell.private": phrase(
        "Only an independent person hears your voice. They write it down, and then it is erased."
    ),
    "v.theme": phrase("We have it. What is it about?"),
    "v.case": phrase("Your case number is:"),
    "v.by_text": phrase("Your secret key comes to you by text message."),
    "v.answer_by": phrase("The first answer comes by:"),
    "v.safe": phrase(
        "Only an independent person knows of it, not the company. If you are in danger now, call:"
    ),
    "v.care": phrase("If somebody hurt you, you are cared for free of charge. Call:"),
    "v.key": phrase("This is your secret key. It is said only now. Write it down and tell nobody:"),
    "v.again": phrase("Once more:"),
    "v.status": phrase(
        "Type your secret key of sixteen digits, and then the hash key. To go back press zero, and then the hash key."
    ),
    "v.unknown": phrase(
        "We cannot find that key. It is not the case number: it has sixteen digits. Type it again, and then the hash key. "
        "To go back press zero, and then the hash key."
    ),
    "v.next": phrase("The next date is:"),
    "v.offer": phrase("These are the words that were written to you. A machine reads them:"),
    "v.ways": phrase(
        "Its words come to you by text message. Who does not read has them read at the office, by radio, "
        "or by somebody they trust."
    ),
    "v.done": phrase("The company says it is done. Is it?"),
    "v.referral": phrase("May another body get your case? Not before you say yes."),
    "v.referred": phrase("Another body has your case now, as you said. Does it end here, or go on here too?"),
    "v.sure": phrase("You say yes to the answer. Is that right?"),
    "v.pressed": phrase("Is somebody pressing you to do this? The company does not see your answer."),
    "v.noted": phrase("This is noted, and passed on in the next round:"),
    "v.refused": phrase("That cannot be noted now."),
    "v.language": phrase("Choose your language."),
    "v.help": phrase(
        "You tell us what happened: that is your complaint. It is free, without a name. "
        "The company never learns your number. Whoever is in danger presses nine."
    ),
    "v.stopping": phrase("We would write to you no more, not even the answer. Is that what you want?"),
    "v.stopped": phrase("Done. We send you nothing more. Your case goes on."),
    "v.bye": phrase("Thank you. You can call again at any time."),
    "v.press": phrase("Press"),
    "v.draft": phrase("A machine speaks here. Nobody who speaks this language has listened to it yet."),
    "v.dead": phrase("That key does nothing here."),
    "v.untold": phrase("Nobody speaks this in your language here yet. You hear it in Spanish."),
}
"""What a voice says, by key: an audio file of each language may stand for it."""

LABELS: Mapping[str, Phrase] = {
    "tell": phrase("Tell what happens"),
    "status": phrase("My case"),
    "language": phrase("Language"),
    "stop": phrase("No more messages"),
    "stop_sure": phrase("Yes, no more messages"),
    "help": phrase("Help"),
    "danger": phrase("I am in danger"),
    "accept": phrase("I accept"),
    "talk": phrase("I want to talk about it"),
    "review": phrase("Let an independent body see it"),
    "confirm": phrase("Yes, it was done"),
    "dispute": phrase("No, it was not done"),
    "yes": phrase("Yes, they may get it"),
    "no": phrase("No, do not pass it on"),
    "ends": phrase("Yes, it ends here"),
    "goes_on": phrase("No, it goes on here too"),
    "besides": phrase("Something else about my case"),
    "words": phrase("Read or hear its words"),
    "reply": phrase("Say what I think of it"),
    "that_is_all": phrase("That is all"),
    "add": phrase("Add something"),
    "erase": phrase("Erase what I wrote"),
    "withdraw": phrase("Withdraw my complaint"),
    "pressed": phrase("Yes, somebody presses me"),
    "unpressed_erase": phrase("Nobody presses me: erase it"),
    "unpressed_withdraw": phrase("Nobody presses me: withdraw it"),
    "skip": phrase("Go on without it"),
    "newest": phrase("The newest case of this phone"),
    "home": phrase("To the beginning"),
    "back": phrase("Back"),
    "go_on": phrase("Go on"),
    "new": phrase("Begin anew"),
    "water": phrase("Water"),
    "dust": phrase("Dust or noise"),
    "roads": phrase("Roads"),
    "land": phrase("Houses or land"),
    "work": phrase("Work"),
    "other": phrase("Something else"),
}
MORE, LESS, BACK = phrase("More"), phrase("Before"), LABELS["back"]
READ = "read"
"""The name of the screen on which words follow that the house did not write."""
UNCLEAR, ADDED = "unclear", "added"
NOTES: Mapping[str, Phrase] = {
    UNCLEAR: phrase("We did not understand."),
    ADDED: phrase("We added what you wrote to case {number}."),
}
"""What a menu says before a screen, by what became of the entry."""
CARE = "v.care"
"""What a voice says before the number of those who care for people after violence."""
DEAD_KEY = "v.dead"
"""What a voice says instead of what a menu did not understand: there it was a key."""
ABOUT = phrase("It is about: {theme}")
"""What is added to a case whose theme was chosen from the menu."""


def _option(key: str, label: str, goto: str, *words: str, value: str = "") -> Option:
    return Option(key, LABELS[label], goto, value=value, words=words)


_BESIDES = _option("4", "besides", OPEN)
_AGAIN = _option("5", "words", WORDS)
_ALL = _option("1", "that_is_all", BYE)
_ADD = _option("4", "add", ADDING)
_OFFERED = ("v.case", "{number}", "{status}", "v.next", "{date}", "{offer}")
_STANDING = ("v.case", "{number}", "{status}", "v.next", "{date}")
_THEMES = ("water", "dust", "roads", "land", "work", "other")
_LIST = (
    State(START, "choice", "start", ("v.start",), (
        _option("1", "tell", TELL), _option("2", "status", STATUS, "status"),
        _option("3", "language", LANGUAGE), _option("4", "stop", STOPPING, "stop"),
        _option("5", "help", HELP, "help"),
    )),
    State(TELL, "text", "tell", ("v.tell.private", "v.tell")),
    State(ASK, "text", "ask", ("v.tell.private", "v.tell")),
    State(PLACE, "text", "place", (), (_option("1", "skip", THEME),)),
    State(THEME, "choice", "theme", ("v.case", "{number}", "v.theme"), tuple(
        _option(str(n), theme, FILED, value=theme) for n, theme in enumerate(_THEMES, 1)
    )),
    State(STATUS, "code", "status", ("v.status",), (_option("1", "newest", STANDS, value="newest"),)),
    State(UNKNOWN, "code", "unknown", ("v.unknown",), (_option("1", "newest", STANDS, value="newest"),)),
    State(NONE, "code", "none", ("v.unknown",)),
    State(LANGUAGE, "choice", "language", ("v.language",), rows="languages"),
    State(HELP, "info", "help", ("v.help",), (_option("1", "home", START),)),
    State(RESUME, "choice", "resume", (), (
        _option("1", "go_on", RESUME, "yes"), _option("2", "new", START, "no"),
    )),
    State(ANSWER, "choice", "answer", _OFFERED, (
        _option("1", "accept", SURE, "yes"), _option("2", "talk", NOTED, "talk", value="talk"),
        _option("3", "review", NOTED, "review", value="review"), _BESIDES, _AGAIN,
    )),
    State(TALKING, "choice", "answer", _OFFERED, (
        _option("1", "accept", SURE, "yes"), _option("3", "review", NOTED, "review", value="review"), _BESIDES, _AGAIN,
    )),
    *(State(read, "choice", "read", _OFFERED, (_option("1", "reply", asks),)) for asks, read in READING.items()),
    State(WORDS, "code", "words", ("v.status",)),
    State(SURE, "choice", "sure", ("v.sure",), (_option("1", "accept", NOTED, "yes", value="accept"),)),
    State(DONE, "choice", "done", ("v.case", "{number}", "v.done"), (
        _option("1", "confirm", NOTED, "yes", value="confirm"), _option("2", "dispute", NOTED, "no", value="dispute"),
        _BESIDES,
    )),
    State(REFERRAL, "choice", "referral", ("v.case", "{number}", "{offer}", "v.referral"), (
        _option("1", "yes", NOTED, "yes", value="yes"), _option("2", "no", NOTED, "no", value="no"), _BESIDES, _AGAIN,
    )),
    State(REFERRED, "choice", "referred", ("v.case", "{number}", "v.referred"), (
        _option("1", "ends", NOTED, "yes", value="ends"), _option("2", "goes_on", NOTED, "no", value="goes_on"),
        _BESIDES,
    )),
    State(OPEN, "choice", "stands", _STANDING, (
        _ALL, _option("2", "withdraw", WITHDRAWING, "withdraw"), _option("3", "erase", ERASING, "erase"), _ADD,
    )),
    State(KEPT, "choice", "stands", _STANDING, (_ALL, _option("3", "erase", ERASING, "erase"), _ADD)),
    State(ADDING, "text", "adding", ()),
    State(WITHDRAWING, "choice", "pressed", ("v.pressed",), (
        _option("1", "pressed", SAFE, "yes", value=PRESSED),
        _option("2", "unpressed_withdraw", NOTED, "no", value="withdraw"),
    )),
    State(ERASING, "choice", "pressed", ("v.pressed",), (
        _option("1", "pressed", SAFE, "yes", value=PRESSED), _option("2", "unpressed_erase", NOTED, "no", value="erase"),
    )),
    State(NOTED, "end", "noted", ("v.noted", "{noted}")),
    State(REFUSED, "info", "refused", ("v.refused", "{why}"), (_option("1", "home", START),)),
    State(STANDS, "end", "stands", ("v.case", "{number}", "{status}", "v.next", "{date}")),
    State(FILED, "end", "filed", ("v.case", "{number}", "v.again", "{number}", "v.by_text", "v.answer_by", "{date}")),
    State(SAFE, "end", "safe", (
        "v.case", "{number}", "v.safe", "{emergency}", "v.again", "{emergency}", "v.care", "{services}",
    )),
    State(SAID, "end", "said",
          ("v.case", "{number}", "v.key", "{clave}", "v.again", "{clave}", "v.again", "v.case", "{number}")),
    State(STOPPING, "choice", "stopping", ("v.stopping",), (_option("1", "stop_sure", STOPPED, "yes"),)),
    State(STOPPED, "end", "stopped", ("v.stopped",)),
    State(BYE, "end", "bye", ("v.bye",)),
)  # fmt: skip
STATES: Mapping[str, State] = {state.id: state for state in _LIST}
"""Every state of the dialogue, by its id."""
