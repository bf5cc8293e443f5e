"""Words that nobody has signed for are never called reviewed, and who signs is a role, never a name."""

import pytest

from translations import chain, formatting, is_unread, phrase, say, tongue_of
from translations.standing import Standing, standing

TRANSLATED = '"X-Translated: native speaker, 2026-11-07\\n"\n'
REVIEWED = '"X-Reviewed: community committee, 2026-11-20\\n"\n'


@pytest.mark.parametrize(
    ("header", "state"),
    [
        ("", None),
        ('"X-Review: draft\\n"\n', "draft"),
        ('"X-Review: reviewed\\n"\n', "draft"),
        ('"X-Review: reviewed\\n"\n' + REVIEWED, "draft"),
        ('"X-Review: reviewed\\n"\n' + TRANSLATED, "translated"),
        ('"X-Review: translated\\n"\n' + TRANSLATED + REVIEWED, "translated"),
        ('"X-Review: reviewed\\n"\n' + TRANSLATED + REVIEWED, "reviewed"),
    ],
)
def test_a_catalogue_is_worth_what_is_signed_of_it(header: str, state: str | None) -> None:
    assert standing(header).state == state


def test_a_signature_names_a_role_and_a_day() -> None:
    read = standing(TRANSLATED)

    assert read.translated is not None
    assert (read.translated.role, read.translated.on.isoformat()) == ("native speaker", "2026-11-07")
    assert read == Standing(None, read.translated, None)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ('"X-Translated: Rosa Quispe, 2026-11-07\\n"\n', "must name a role"),
        ('"X-Reviewed: school\\n"\n', "must end with a day"),
        ('"X-Reviewed: school, 7 nov\\n"\n', "must end with a day"),
        (TRANSLATED + '"X-Reviewed: school, 2026-11-06\\n"\n', "earlier than"),
    ],
)
def test_a_name_or_a_day_that_cannot_be_is_refused(header: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        standing(header)


def test_a_variety_takes_from_its_language_what_it_does_not_say_itself() -> None:
    assert chain("quy") == ("quy", "qu", "es", "en")
    assert chain("ay") == ("ay", "es", "en")
    assert tongue_of("Back", "quy") == "qu"
    assert tongue_of("Take it on", "quz") == "es"


def test_each_variety_of_quechua_says_some_things_in_its_own_way() -> None:
    who = phrase("it is being looked into")

    assert len({say(who, language) for language in ("qu", "quz", "quy")}) == 3
    assert is_unread("quy")
    assert is_unread("quz")


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("ay", "BO", "es_BO"),
        ("ay", "PE", "es_PE"),
        ("ay", "", "es_BO"),
        ("quy", "", "es_PE"),
        ("es", "EC", "es_EC"),
        ("en", "PE", "en"),
        ("qu", "XX", "es_PE"),
        ("zz", "PE", "en"),
    ],
)
def test_figures_and_days_are_written_like_the_spanish_of_the_site(
    language: str, country: str, locale: str
) -> None:
    assert formatting(language, country=country) == locale
