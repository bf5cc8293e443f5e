"""31(b) Accessible: one message in any words is enough, and every answer is in the person's language."""

from grievance.vocabulary import Step
from translations import Phrase, phrase
from translations.lists import LANGUAGES, THEMES, every_danger, load
from workflows import danger
from workflows.criterion import ANYTHING, OUTGOING, Criterion, Indicator, Move, guard

_CATEGORIES = dict(every_danger()) | {
    theme: tuple(word for language in LANGUAGES for word in load(language).themes[theme])
    for theme in THEMES
    if theme != "other"
}


@guard("G06", steps=(Step.RECEIVE,), reads=("facts",))
def some_content_is_all_we_ask(move: Move) -> Phrase | None:
    """G06: no field is mandatory except some content: a text, a recording, or a choice from a menu."""
    if move.facts.get("texts") or move.facts.get("theme") or move.facts.get("recording"):
        return None
    return phrase("Tell us what happened. A few words are enough.")


@guard("G07", gate="open_channel", reads=("cost_to_user",))
def no_door_costs_anything(move: Move) -> Phrase | None:
    """G07: a door that costs the person something is no door of the mechanism."""
    if move.cost_to_user == 0:
        return None
    return phrase("This way of complaining costs the person money. Find one that is free, or pay for it.")


@guard("G08", steps=ANYTHING - {Step.RECEIVE}, reads=("owed", "speaks"))
def every_message_exists_in_their_language(move: Move) -> Phrase | None:
    """G08: a step that owes a message needs it in the language the person chose.

    Receiving is never refused for it: one message is enough in any language (promise 1); the receipt is then
    said in the language that stands in for it.
    """
    missing = [template for template in move.owed if not move.speaks(template)]
    if missing:
        return phrase("The message that this step sends does not exist in the person's language yet.")
    return None


@guard("G09", steps=OUTGOING, reads=("case", "entries", "words"))
def whoever_else_holds_the_phone_learns_nothing(move: Move) -> Phrase | None:
    """G09: a message to a protected person, or to a phone that others use, has no word of what it is about."""
    marks = [e.facts["shared_phone"] for e in move.entries if "shared_phone" in e.facts and not e.refused]
    shared = bool(marks) and marks[-1]
    if (move.case.protected or shared) and danger.flags(str(move.words), _CATEGORIES, by_sound=False):
        return phrase("Others may read this phone. Write it without saying what the case is about.")
    return None


@guard("G10", steps=(Step.RULE_OUT_OF_SCOPE, Step.CLOSE_NO_CONTACT, Step.CONFIRM_ANSWER), reads=("facts",))
def nothing_is_too_old(move: Move) -> Phrase | None:
    """G10: old facts may be looked at later, but they are never a reason to refuse."""
    if move.facts.get("reason") in (None, "", "too_old"):
        return phrase(
            "Say why, and not because it happened long ago: old facts are never a reason to refuse."
        )
    return None


CRITERION = Criterion(
    key="accessible",
    principle="31(b)",
    name=phrase("Accessible"),
    promise=phrase("One message in any words is enough. It is free, and nobody asks your name."),
    guards=(
        some_content_is_all_we_ask,
        no_door_costs_anything,
        every_message_exists_in_their_language,
        whoever_else_holds_the_phone_learns_nothing,
        nothing_is_too_old,
    ),
    indicator=Indicator(
        id="I-06",
        words=phrase("Places in which people were told about it in the last ninety days"),
        target_percent=100,
    ),
)
