import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.typed import (
    CLAVE_STOOD_HERE,
    TakenOut,
    _words,
    digits_at_most,
    fold,
    made_of,
    read_case_number,
    read_clave,
    read_code,
    take_out_clave,
    whole_message,
    without_claves,
)
from grievance.codes import make_case_number, make_clave, show
from translations.folding import shorten, trim

CLAVE = make_clave("48210937551273")
CASE = make_case_number("410732")
IN_WORDS = {
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "pt": ["zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"],
    "qu": ["ch'usaq", "huk", "iskay", "kimsa", "tawa", "pichqa", "suqta", "qanchis", "pusaq", "isqun"],
    "ay": [
        "ch’usa",
        "maya",
        "paya",
        "kimsa",
        "pusi",
        "phisqa",
        "suxta",
        "paqallqu",
        "kimsaqallqu",
        "llätunka",
    ],
}
LOOK_ALIKES = {"0": "0Oo", "1": "1Il|"}


@st.composite
def noisily_typed(draw: st.DrawFn, code: str) -> str:
    typed = draw(st.sampled_from(["", "clave ", "Mi clave es: ", "CASO N° ", "caso no. ", "  ", "code: "]))
    script = draw(st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
    for digit in code:
        signs = LOOK_ALIKES.get(digit, digit)
        typed += draw(st.sampled_from([*signs, script[int(digit)]]))
        typed += draw(st.sampled_from(["", "", "", " ", "-", ".", "\n", " - ", "\u00a0", "\u200b"]))
    return typed + draw(st.sampled_from(["", ".", "\n", " gracias"]))


@given(st.data(), st.text("0123456789", min_size=14, max_size=14))
def test_a_clave_is_read_however_it_is_typed(data: st.DataObject, payload: str) -> None:
    clave = make_clave(payload)

    assert read_clave(data.draw(noisily_typed(clave))) == clave


@given(st.data(), st.text("0123456789", min_size=6, max_size=6))
def test_a_case_number_is_read_however_it_is_typed(data: st.DataObject, payload: str) -> None:
    case = make_case_number(payload)

    assert read_case_number(data.draw(noisily_typed(case))) == case


@given(st.data(), st.text("0123456789", min_size=14, max_size=14))
def test_a_clave_is_read_when_it_is_said_in_any_mix_of_languages(data: st.DataObject, payload: str) -> None:
    clave = make_clave(payload)
    languages = data.draw(st.lists(st.sampled_from(sorted(IN_WORDS)), min_size=16, max_size=16))
    said = " ".join(IN_WORDS[lang][int(digit)] for lang, digit in zip(languages, clave, strict=True))

    assert read_clave(said.upper() if data.draw(st.booleans()) else said) == clave


@given(st.data())
def test_a_clave_with_one_wrong_digit_is_not_corrected(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 15))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != CLAVE[at]))

    assert read_clave(CLAVE[:at] + wrong + CLAVE[at + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "clave",
        "no tengo",
        CLAVE[:-1],
        CLAVE + "0",
        f"{CLAVE} {CASE}",
        CLAVE.replace("8", "⁸", 1),
        CLAVE.replace("2", "²", 1),
        f"{CLAVE} y no hay agua",
        f"no hay agua {CLAVE}",
        "cuarenta y ocho veintiuno cero nueve",
        "9" * 100_000,
    ],
)
def test_what_is_not_a_clave_is_not_read_as_one(text: str) -> None:
    assert read_clave(text) is None


def test_a_clave_is_no_case_number_and_a_case_number_no_clave() -> None:
    assert read_case_number(show(CLAVE)) is None
    assert read_clave(show(CASE)) is None


@given(st.text())
def test_any_text_can_be_read_without_harm(text: str) -> None:
    for found in (read_clave(text), read_case_number(text)):
        assert found is None or (found.isascii() and found.isdigit())
    code = read_code(text)
    assert code is None or (len(code[0]) == 4 and code[0].isascii() and code[0].isdigit())


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("4827 si acepto", "4827", "si acepto"),
        ("4827", "4827", ""),
        (" 4827, Sí, acepto. ", "4827", "Sí, acepto."),
        ("código 4827: no", "4827", "no"),
        ("48-27 no", "4827", "no"),
        ("4 8 2 7 no", "4827", "no"),
        ("4827si", "4827", "si"),
        ("4827\nsigue el agua turbia", "4827", "sigue el agua turbia"),
        ("٤٨٢٧ si", "4827", "si"),
        ("cuatro ocho dos siete si acepto", "4827", "si acepto"),
        ("4O2l BORRAR", "4021", "BORRAR"),
        ("4827 1", "4827", "1"),
    ],
)
def test_the_code_that_leads_a_text_is_read_apart(text: str, code: str, rest: str) -> None:
    assert read_code(text) == (code, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "si acepto",
        "si acepto 4827",
        "482",
        "48271",
        "482 71",
        show(CLAVE),
        show(CASE),
        "4821 0937 5512 7380",
        "lo lo que pasa",
        "48²7 si",
        "no 4827",
    ],
)
def test_a_text_without_a_leading_code_has_none(text: str) -> None:
    assert read_code(text) is None


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  ¡SÍ,   señor! ", "si, senor"),
        ("Yanapt’a", "yanapt'a"),
        ("yanaptʼa", "yanapt'a"),
        ("man\u0303ana", "manana"),
        ("ＢＡＪＡ", "baja"),
        ("١", "1"),
        ("²", "²"),
        ("???", "?"),
        ("", ""),
    ],
)
def test_spellings_are_folded_into_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text",
    [
        "BAJA",
        "baja.",
        "¡Baja!",
        "baja por favor",
        "Por favor, baja",
        "ya baja",
        "bajaaaa",
        "dar de baja",
        "Dar  de baja ya",
    ],
)
def test_a_whole_message_is_recognised_however_it_is_spelled(text: str) -> None:
    assert whole_message(text, ["baja", "dar de baja"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "por favor",
        "el agua baja turbia",
        "baja el agua",
        "no baja el polvo por favor",
        "baja baja",
        "trabaja",
        "dar de baja a mi primo por favor ya",
    ],
)
def test_a_word_inside_a_sentence_is_no_command(text: str) -> None:
    assert not whole_message(text, ["baja", "dar de baja"])


def test_signs_and_digits_can_be_whole_messages_too() -> None:
    assert whole_message("??", ["?"])
    assert whole_message("１", ["1"])
    assert not whole_message("11", ["1"])
    assert not whole_message("²", ["2"])


@given(st.data(), st.text("0123456789", min_size=14, max_size=14))
def test_a_clave_is_taken_out_however_it_is_typed(data: st.DataObject, payload: str) -> None:
    clave = make_clave(payload)

    assert take_out_clave(data.draw(noisily_typed(clave))) == TakenOut("", clave)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"{show(CLAVE)} acepto", "acepto"),
        (f"mi clave es {show(CLAVE)} y acepto", "acepto"),
        (f"1 {CLAVE}", "1"),
        (f"My key: {show(CLAVE)} 3", "3"),
        (f"El canal sigue sucio, mi clave es {show(CLAVE)}", "El canal sigue sucio"),
        (f"clave {show(CLAVE)}. El canal sigue sucio", "El canal sigue sucio"),
        (f"caso {show(CASE)}, clave {show(CLAVE)}: el canal sigue sucio", f"caso {show(CASE)} el canal sigue sucio"),
        (f"{show(CASE)} {show(CLAVE)}", ""),
        (f"{show(CLAVE)} gracias", ""),
        (" ".join(IN_WORDS["qu"][int(digit)] for digit in CLAVE) + " hinaspa arí", "arí"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_clave_is_left(text: str, rest: str) -> None:
    assert take_out_clave(text) == TakenOut(rest, CLAVE)


MISTYPED = f"{int(CLAVE) + 1:016}"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (show(MISTYPED), ""),
        (f"mi clave es {show(MISTYPED)}, acepto", "acepto"),
        (f"el canal sigue sucio clave {MISTYPED}", "el canal sigue sucio"),
        (f"clave {CLAVE[:12]}", ""),
    ],
)
def test_a_mistyped_clave_is_taken_out_too_and_is_none(text: str, rest: str) -> None:
    assert take_out_clave(text) == TakenOut(rest, None, wrong=True)


@pytest.mark.parametrize(
    "text",
    [
        "El agua sale turbia desde el lunes",
        "4827 acepto",
        "mi numero es 0051 987 654 321",
        "987 654 321",
        f"Me cobraron de la tarjeta {show(MISTYPED)} en la oficina",
        show(CASE),
        "la clave del candado la cambiaron en 2025 y 2026",
    ],
)
def test_a_text_without_a_clave_is_left_as_it_is(text: str) -> None:
    assert take_out_clave(text) == TakenOut(text)
    assert without_claves(text) == text


def test_every_clave_is_blanked_in_words_that_are_kept() -> None:
    said = without_claves(f"Mi clave es {show(CLAVE)}, la de mi tía {CLAVE} y la otra clave: {MISTYPED}")

    assert said.count(CLAVE_STOOD_HERE) == 3
    assert not any(sign.isdecimal() for sign in said)


def test_digits_in_words_that_fall_short_of_a_clave_are_a_mistyped_one() -> None:
    said = "uno dos tres cuatro cinco seis siete ocho nueve cero uno dos"

    assert take_out_clave(f"mi clave es {said}") == TakenOut("", wrong=True)
    assert take_out_clave(said.partition(" ")[2]).clave is None
    assert not take_out_clave(f"conte asi: {said}, y ya no vino nadie").wrong


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from([*"0Ool|I7", "uno", "Dos", "CH'USAQ", "séis", "la", "٣", "2do", "\u200b", ",", "agua"]))
        .map(" ".join),
    )
)  # fmt: skip
def test_at_a_glance_no_digit_is_overlooked(text: str) -> None:
    assert digits_at_most(text) >= sum(len(read.digits) for read in _words(text))


def test_at_a_glance_a_complaint_without_numbers_has_none() -> None:
    assert digits_at_most("El agua sale turbia desde el lunes. ¿Está sucia? Lo olió mi tía.") == 0


PIECES = (
    "por",
    "favor",
    "ya",
    "porfa",
    "si",
    "SÍ",
    "siii",
    "acepto",
    "no",
    "gracias",
    "buenos",
    "días",
    "¡",
    "...",
    "agua",
)


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from((" ", "  ", ", ")))
def test_a_long_text_is_no_whole_message_and_short_ones_are_heard_as_before(
    pieces: list[str], between: str
) -> None:
    text, known = between.join(pieces), ("si", "si acepto", "gracias", "buenos dias")
    words = [word for word in map(trim, fold(text).split()) if word]
    bare = " ".join(words).replace("por favor", "porfavor").split()
    while len(bare) <= 4 and bare and bare[0] in ("porfavor", "porfa", "ya"):
        bare = bare[1:]
    while len(bare) <= 4 and bare and bare[-1] in ("porfavor", "porfa", "ya"):
        bare = bare[:-1]
    asked_kindly = "" if len(bare) > 4 else " ".join(bare)
    heard = {shorten(form) for form in (" ".join(words), asked_kindly) if form}
    assert whole_message(text, known) is bool(heard & set(known))


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_made_of_is_every_way_to_part_it_in_phrases(pieces: list[str]) -> None:
    known = {"si", "gracias", "buenos dias", "por favor"}
    words = [word for word in map(trim, fold(" ".join(pieces)).split()) if word]

    def parts(at: int) -> bool:
        return at == len(words) or any(
            " ".join(words[at:end]) in known and parts(end) for end in range(at + 1, len(words) + 1)
        )

    assert made_of(" ".join(pieces), sorted(known)) is (bool(words) and parts(0))
