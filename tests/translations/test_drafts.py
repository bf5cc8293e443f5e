"""Who writes Quechua or Aymara is answered in it, in words that say of themselves that nobody has read them yet."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from channels.sms.segments import GSM7, measure
from channels.sms.words import MARK_OF_A_DRAFT, RECEIPTS, render, worst_case
from channels.talking.conversation import Talk, hear
from channels.typed import whole_message
from grievance.store import Store
from grievance.vocabulary import State, Step
from tests.deployment import keys  # noqa: F401  pytest finds the fixtures here
from tests.factories import a_case, again, an_officer, take
from tests.journeys.actors import CLAVE, World
from tests.journeys.conftest import small_world  # noqa: F401
from translations import catalogue, lists, phrase, review_of, review_said, say, tongue_of
from translations.notices import TEMPLATES, budget_of, is_draft, speaks
from workflows.criteria import accessible
from workflows.knowing.evidence import Evidence
from workflows.rulebook import Rulebook

DRAFTS = ("qu", "ay")
WRITTEN = ("es", "en")
IN_DRAFTS = [(key, language) for key in TEMPLATES for language in DRAFTS]
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
SEAL = 20
TWO_SEGMENTS = 2 * 153
KINDS: Mapping[str, str] = {
    "STATUS": "status", "REVIEW": "review", "REOPEN": "reopen", "STOP": "stop", "BAJA": "stop", "ALTA": "start",
    "PRIVATE": "own", "STOLEN": "stolen", "ERASE": "erase", "PANEL": "appeal", "BIND": "stay_out",
    "QUESTION": "request", "SURVEY": "survey_off",
}  # fmt: skip
"""The commands a message names in English, and what the conversation calls them."""
COMMAND = re.compile(r"\b[A-ZÑ']{3,}(?: [A-ZÑ']{3,})*\b")


def _words(key: str, language: str) -> str:
    msgid = TEMPLATES[key].words.msgid
    return msgid if language == "en" else catalogue(language)[msgid]


def _worst(key: str, language: str, **codes: str) -> str:
    filled = worst_case(TEMPLATES[key]) | codes
    return render(key, language, filled, text=filled.pop("text", None))


def _named(key: str, language: str) -> list[tuple[str, str]]:
    """Pair the commands a message names with what they are called, in the order of the English."""
    asked = [KINDS[word] for word in re.findall(r"\b[A-Z]{4,}\b", _words(key, "en")) if word in KINDS]
    return list(zip(asked, COMMAND.findall(_words(key, language)), strict=True))


NAMED = sorted(
    {(language, kind, word) for key, language in IN_DRAFTS for kind, word in _named(key, language)}
)


@pytest.mark.parametrize("language", ["es", "en", "qu", "ay", "quy", "quz"])
def test_every_message_we_may_owe_exists_in_every_language(language: str) -> None:
    assert [key for key in TEMPLATES if not speaks(key, language)] == []


def test_a_message_or_a_language_nobody_has_written_is_not_spoken() -> None:
    assert not speaks("made_up", "qu")
    assert not speaks("acknowledgement", "zz")


@pytest.mark.parametrize(("key", "language"), IN_DRAFTS)
def test_a_draft_has_the_blanks_of_the_english(key: str, language: str) -> None:
    drafted, english = _words(key, language), _words(key, "en")

    assert sorted(re.findall(r"{\w+}", drafted)) == sorted(re.findall(r"{\w+}", english))


@pytest.mark.parametrize(("key", "language"), IN_DRAFTS)
def test_a_draft_stays_in_the_cheap_alphabet_and_within_its_budget_mark_and_all(
    key: str, language: str
) -> None:
    said = _worst(key, language)

    assert GSM7.issuperset(said)
    assert measure(said).segments <= budget_of(TEMPLATES[key], language)
    assert budget_of(TEMPLATES[key], language) <= (4 if TEMPLATES[key].text else 2)


@pytest.mark.parametrize("language", DRAFTS)
@pytest.mark.parametrize("state", [state for state in State if state != State.NEW])
def test_where_a_case_stands_is_said_in_their_language_within_the_budget(state: State, language: str) -> None:
    said = _worst("status", language, status=state)

    assert str(state) not in said
    assert said != _worst("status", "es", status=state)
    assert measure(said).segments <= budget_of(TEMPLATES["status"], language)


@pytest.mark.parametrize("language", DRAFTS)
@pytest.mark.parametrize("key", sorted(RECEIPTS))
def test_a_receipt_in_a_draft_leaves_the_seal_its_room_in_the_second_segment(key: str, language: str) -> None:
    assert measure(_worst(key, language)).units <= TWO_SEGMENTS - SEAL


@pytest.mark.parametrize("language", WRITTEN)
def test_what_the_house_wrote_keeps_the_budget_it_had(language: str) -> None:
    assert [key for key, t in TEMPLATES.items() if budget_of(t, language) != t.segments] == []


@pytest.mark.parametrize(("language", "kind", "word"), NAMED)
def test_a_command_a_draft_names_is_in_the_list_of_its_language(language: str, kind: str, word: str) -> None:
    assert whole_message(word, getattr(lists.load(language), kind))


@pytest.mark.parametrize(("language", "kind", "word"), NAMED)
def test_somebody_who_sends_the_word_a_draft_names_is_understood(language: str, kind: str, word: str) -> None:
    talk = Talk(language=language, case="c1")
    coded = {
        "review": ("choice", "3"),
        "reopen": ("reopen", ""),
        "own": ("own", ""),
        "erase": ("erase", ""),
        "appeal": ("appeal", ""),
        "stay_out": ("stay_out", ""),
        "stolen": ("stolen", ""),
    }

    sent = hear(talk, word.lower(), now=NOW)
    with_code = hear(talk, f"4827 {word}", now=NOW)

    if kind in coded:
        assert [(act.kind, act.text) for act in with_code.acts] == [coded[kind]]
    elif kind == "request":
        asked = hear(talk, f"{word} ¿cuánta agua?", now=NOW)
        assert [(act.text, act.request) for act in asked.acts] == [("¿cuánta agua?", True)]
    else:
        assert [act.kind for act in sent.acts] == [kind]


@pytest.mark.parametrize("language", DRAFTS)
@pytest.mark.parametrize(
    ("key", "place", "understood"),
    [("proposal", "1", "1"), ("proposal", "2", "2"), ("done", "1", "1"), ("done", "2", "no")],
)
def test_somebody_who_answers_with_the_word_beside_the_number_is_understood(
    language: str, key: str, place: str, understood: str
) -> None:
    beside = dict(re.findall(r"\b([12]) (\w+)", _words(key, language)))

    turn = hear(Talk(language=language, case="c1"), f"4827 {beside[place]}", now=NOW)

    assert [(act.kind, act.text) for act in turn.acts] == [("choice", understood)]


@pytest.mark.parametrize(("key", "language"), IN_DRAFTS)
def test_a_draft_ends_with_its_mark_once(key: str, language: str) -> None:
    said = _worst(key, language)

    assert said.endswith(MARK_OF_A_DRAFT)
    assert said.count(MARK_OF_A_DRAFT.strip()) == 1


@pytest.mark.parametrize("language", [*WRITTEN, "pt"])
@pytest.mark.parametrize("key", TEMPLATES)
def test_what_is_no_draft_carries_no_mark_and_neither_does_what_stands_in(key: str, language: str) -> None:
    assert MARK_OF_A_DRAFT.strip() not in _worst(key, language)


@pytest.mark.parametrize(
    ("language", "review"), [("en", "source"), ("es", "source"), ("qu", "draft"), ("ay", "draft")]
)
def test_a_language_says_whether_somebody_has_read_it(language: str, review: str) -> None:
    assert review_of(language) == review


def test_a_language_without_catalogues_is_never_called_reviewed() -> None:
    assert review_of("zz") == "draft"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ('"Language: qu\\n"\n"X-Review: draft\\n"\n', "draft"),
        ('"X-Review: reviewed\\n"\n', "reviewed"),
        ('"Language: es\\n"\n', None),
    ],
)
def test_the_header_of_a_catalogue_says_whether_it_was_read(header: str, said: str | None) -> None:
    assert review_said(header) == said


@pytest.mark.parametrize("word", ["reviewd", "", "Draft", "reviewed by Rosa"])
def test_a_header_that_says_anything_else_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="X-Review"):
        review_said(f'"X-Review: {word}\\n"\n')


def test_a_sentence_is_said_in_the_first_language_that_has_it() -> None:
    drafted, only_spanish = TEMPLATES["receipt"].words.msgid, "Take it on"

    assert tongue_of(drafted, "qu") == "qu"
    assert tongue_of(only_spanish, "qu") == "es"
    assert tongue_of("Nobody has written this.", "ay") == "en"
    assert is_draft(TEMPLATES["receipt"], "ay")


@pytest.mark.parametrize("language", DRAFTS)
def test_the_officer_of_somebody_who_chose_a_draft_language_may_acknowledge(
    sqlite_store: Store, rules: Rulebook, language: str
) -> None:
    case = a_case(sqlite_store, rules, language=language)

    outcome = take(sqlite_store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules)

    assert outcome.refusals == ()
    assert again(sqlite_store, case).state == State.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("language", "template", "refused"),
    [("qu", "acknowledgement", False), ("qu", "made_up", True), ("zz", "acknowledgement", True)],
)
def test_a_message_that_is_missing_from_a_language_is_still_refused(
    language: str, template: str, *, refused: bool
) -> None:
    owed = Evidence.of_intake(facts={}, owed=(template,), language=language)

    answer = accessible.every_message_exists_in_their_language.ask(owed)

    assert (answer is not None) == refused


@pytest.mark.parametrize(
    ("first", "language"),
    [
        ("Mayu unu qhilli kachkan, mana allinchu, Huaylluray", "qu"),
        ("Jawira uma janiw walikiti, uka uma Huaylluray", "ay"),
    ],
)
def test_somebody_who_writes_in_their_language_is_answered_in_it_and_heard_in_it(
    small_world: World,  # noqa: F811
    first: str,
    language: str,
) -> None:
    resident, officer = small_world.resident(), small_world.officer()

    resident.texts(first)
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    resident.waits_for(_begins("acknowledgement", language))
    resident.texts(dict(_named("receipt", language))["status"])

    assert CLAVE.search(resident.inbox()[0])
    assert say(phrase("a person has it"), language) in resident.reads()
    assert [text for text in resident.inbox() if not text.endswith(MARK_OF_A_DRAFT)] == []
    assert {measure(text).encoding for text in resident.inbox()} == {"GSM-7"}
    assert max(measure(text).segments for text in resident.inbox()) <= 2


def _begins(key: str, language: str) -> str:
    """Give the first words of a message after its number."""
    return _words(key, language).split("{number}: ")[1].split(".")[0]
