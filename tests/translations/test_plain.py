"""What is read on the radio can be read without stumbling, and takes the time it says."""

import pytest

from translations.plain import ease, faults, measure, numbers_in, syllables

PLAIN = "Llegaron cuarenta y siete quejas. El agua sale sucia. La empresa contesta tarde."


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("agua", 2), ("río", 2), ("queja", 2), ("guerra", 2), ("pingüino", 3), ("hay", 1), ("y", 1), ("muy", 1),
        ("construí", 2), ("decíais", 3), ("limpiáis", 2), ("poeta", 3), ("aéreo", 4), ("ciudad", 2), ("yacu", 2),
        ("comunidad", 4), ("aún", 2), ("buey", 1), ("caía", 3), ("sh", 1), ("reparación", 4),
    ],
)  # fmt: skip
def test_spanish_syllables_are_counted_as_people_say_them(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_text_takes_its_words_at_the_stations_own_pace() -> None:
    slow, usual = measure(PLAIN, "es", words_per_minute=100), measure(PLAIN, "es")

    assert (usual.words, usual.sentences, usual.longest_sentence) == (13, 3, 5)
    assert usual.seconds == pytest.approx(6.0)
    assert slow.seconds == pytest.approx(7.8)
    assert usual.mean_sentence == pytest.approx(13 / 3)


def test_the_ease_of_a_spanish_text_is_the_formula_of_szigriszt_pazos() -> None:
    assert ease("El agua sale sucia.") == pytest.approx(206.835 - 62.3 * 7 / 4 - 4)
    assert measure(PLAIN, "qu").ease is None


def test_a_text_without_words_has_no_ease() -> None:
    with pytest.raises(ValueError, match="without words"):
        ease("...")


def test_a_plain_text_has_no_fault() -> None:
    assert faults(PLAIN, "es") == ()


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("es", "Llegaron 47 quejas.", "Digits must be words: 47."),
        ("es", "La meta es ochenta %.", "Signs nobody says: %."),
        ("es", "La empresa (la mina) contesta.", "Signs nobody says: ( )."),
        ("es", "Mande un SMS.", "Shortened words must be said whole: SMS."),
        ("es", "Minera Illapa S.A. contesta tarde.", "Shortened words must be said whole: S.A.."),
        ("es", "El Sr. Quispe espera.", "Shortened words must be said whole: Sr.."),
        ("es", "Hay dos km hasta la mina.", "Shortened words must be said whole: km."),
        ("es", "Tres de doce llegaron tarde.", "More than one number in a sentence: Tres de doce llegaron tarde."),
        ("qu", "Kimsa willakuy, chunka p'unchaw.", "More than one number in a sentence: Kimsa willakuy chunka p'unchaw."),
        ("en", "word " * 21, "The longest sentence has 21 words, more than 20."),
        ("en", "word " * 11, "Sentences have 11.0 words on average, more than 10."),
        (
            "es",
            "Incumplimientos institucionales procedimentales.",
            "Its ease is -149, less than 65: shorter words are needed.",
        ),
        ("es", " ... ", "There is nothing to read."),
    ],
)  # fmt: skip
def test_a_reader_is_told_where_they_would_stumble(language: str, text: str, fault: str) -> None:
    assert fault in faults(text, language)


@pytest.mark.parametrize(
    ("language", "sentence", "count"),
    [
        ("es", "una queja llegó", 0),
        ("es", "cuarenta y siete quejas y un caso", 1),
        ("es", "el caso cuatro ocho dos uno cero", 1),
        ("es", "marque uno uno", 1),
        ("en", "forty-seven of sixty", 2),
        ("en", "one hundred and one cases", 1),
        ("ay", "mä arsuwi tunka mayani uru", 1),
        ("pt", "uma queixa e duas cartas", 1),
    ],
)
def test_a_number_is_counted_once_however_many_words_it_has(language: str, sentence: str, count: int) -> None:
    assert numbers_in(sentence.split(), language) == count
