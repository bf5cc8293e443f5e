"""What is wrong with a translation is found before anybody is spoken to in it."""

from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from translations.checking import Channel, blanks, check, forbidden, offered, sheet

ENTIRE = Channel("web", ("Yes", "No"))
LACKING = Channel("web", ("Yes", "Nobody has written this."))


def test_a_channel_that_has_all_its_sentences_is_whole_and_no_better_than_its_worst() -> None:
    drafted, ours = check(ENTIRE, "qu"), check(ENTIRE, "es")

    assert (drafted.whole, drafted.state, drafted.draft) == (True, "draft", 2)
    assert (ours.whole, ours.state, ours.source) == (True, "source", 2)


def test_a_channel_that_lacks_a_sentence_is_not_whole() -> None:
    part = check(LACKING, "qu")

    assert part.missing == ("Nobody has written this.",)
    assert (part.whole, part.state) == (False, "draft")
    assert offered(LACKING, ("qu", "es", "en")) == ("en",)
    assert offered(ENTIRE, ("qu", "quy", "pt")) == ("qu", "quy")


def test_what_a_channel_cannot_carry_is_a_fault() -> None:
    loud = Channel(
        "sms", ("Yes",), lambda _english, _language, words: ("too loud",) if words == "Jïsa" else ()
    )

    assert check(loud, "ay").faults == ("'Jïsa': too loud",)
    assert check(loud, "qu").faults == ()


def test_a_variety_speaks_with_the_sentences_of_its_language() -> None:
    part = check(Channel("web", ("it is being looked into", "Yes")), "quy")

    assert (part.strings, part.draft, part.missing) == (2, 2, ())


@pytest.mark.parametrize(("sentence", "names"), [("No", []), ("{a} of {b}, {a}", ["a", "a", "b"])])
def test_blanks_are_counted(sentence: str, names: list[str]) -> None:
    assert blanks(sentence) == names


def test_a_word_the_glossary_does_not_say_is_a_fault() -> None:
    told = check(Channel("web", ("The victims were heard.", "Yes")), "en")

    assert [fault.split(":")[0] for fault in told.faults] == ["'The victims were heard.' says 'victim*'"]


def test_a_variety_does_not_say_what_its_language_does_not() -> None:
    assert "denuncia*" in forbidden("quy")
    assert "víctima*" not in forbidden("quy")


def test_a_translator_gets_all_of_a_channel_with_a_note_on_each_sentence() -> None:
    channel = Channel(
        "sms", ("Yes", 'Say "yes"\nor no', "Case {number}"), note=lambda words: f"{len(words)} letters"
    )

    read = read_po(BytesIO(sheet(channel, "ay").encode()))

    assert [(m.id, m.string) for m in read if m.id] == [
        ("Yes", "Jïsa"),
        ('Say "yes"\nor no', ""),
        ("Case {number}", "Arsuwi {number}"),
    ]
    assert [m.auto_comments for m in read if m.id] == [
        ["3 letters", "desk.po, draft"],
        ["15 letters", "missing"],
        ["13 letters", "screens.po, draft"],
    ]
