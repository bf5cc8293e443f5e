import re
from pathlib import Path

import pytest

from channels.commands.sayings import channels
from translations import FALLBACK, checking, phrase, say, tongue_of
from translations.checking import Channel, check
from translations.lists import LANGUAGES, every_command, every_danger, load
from translations.respelling import RESPELLED, to_chanka
from workflows.danger import flags

STOP = re.compile(r"(?:ch|[kpqt])(?:['’ʼ]|h)", re.IGNORECASE)
"""Ejectives and aspirates, which Chanka has not."""
CHANNELS = channels()


@pytest.mark.parametrize(
    ("collao", "chanka"),
    [
        ("P'unchawninkama hunt'asqa", "Punchawninkama huntasqa"),
        ("Watiqmanta qhaway, QHAWAY nispa", "Watiqmanta qaway, QAWAY nispa"),
        ("Wisq'asqa phichqa chhayna", "Wichqasqa pichqa chayna"),
        ("Mayu unu ch'akisqa, unuta munayku", "Mayu yaku chakisqa, yakuta munayku"),
        ("Manam hayk’aqpas", "Manam haykaqpas"),
        ("{other_phone} {theme} https://x.example/th'?q'", "{other_phone} {theme} https://x.example/th'?q'"),
        ("Willakuy, ñuqa, SHA-256, chaki", "Willakuy, ñuqa, SHA-256, chaki"),
    ],
)
def test_collao_is_written_as_in_chanka_and_nothing_else_is_touched(collao: str, chanka: str) -> None:
    assert to_chanka(collao) == chanka
    assert to_chanka(chanka) == chanka


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_every_channel_says_everything_in_chanka_without_a_sound_chanka_has_not(channel: Channel) -> None:
    part = check(channel, "quy")
    said = [re.sub(r"\{[^{}]*\}", "", say(phrase(sentence), "quy")) for sentence in channel.sentences]

    assert [words for words in said if STOP.search(words)] == []
    assert (part.missing, part.faults, part.state) == ((), (), "draft")


def test_what_chanka_says_in_the_same_way_comes_from_collao_and_what_its_own_catalogue_says_comes_first() -> (
    None
):
    assert FALLBACK["quy"] == RESPELLED["quy"][0] == "qu"
    assert tongue_of("Back", "quy") == "qu"
    assert say(phrase("it is being looked into"), "quy") == "qawachkankum"
    assert say(phrase("Listen"), "quy") == say(phrase("Listen"), "qu")
    assert STOP.search(say(phrase("In 30 seconds everything on this screen is erased."), "quy")) is None


def test_what_is_only_respelled_is_a_draft_however_far_its_model_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qu").mkdir()
    signed = (
        "Review: reviewed",
        "Translated: native speaker, 2026-11-07",
        "Reviewed: community radio, 2026-11-20",
    )
    header = 'msgid ""\nmsgstr ""\n' + "".join(f'"X-{line}\\n"\n' for line in signed)
    told = '\nmsgid "Day"\nmsgstr "P\'unchaw"\n\nmsgid "Name"\nmsgstr "Suti"\n'
    (tmp_path / "qu" / "some.po").write_text(header + told, encoding="utf-8")
    monkeypatch.setattr(checking, "HERE", tmp_path)
    checking.entries.cache_clear()

    of_collao, of_chanka = checking.entries("qu"), checking.entries("quy")
    checking.entries.cache_clear()

    assert {entry.state for entry in of_collao.values()} == {"reviewed"}
    assert {english: (e.words, e.state) for english, e in of_chanka.items()} == {"Day": ("Punchaw", "draft")}


def test_whoever_writes_as_in_chanka_is_heard_like_everybody() -> None:
    lists = load("qu")

    assert "qaway" in every_command("review")
    assert flags("relavemi mayuman hicharun, relave hichakun", every_danger(), places=())
    for words in (*lists.danger.values(), *lists.themes.values(), lists.review, lists.who):
        assert {to_chanka(word) for word in words} <= set(words)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "qu"])
def test_no_other_language_is_respelled(language: str) -> None:
    told = [word for words in load(language).danger.values() for word in words]

    assert len(told) == len(set(told))
    assert language not in RESPELLED
