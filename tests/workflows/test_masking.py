import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.anonymity.masking import mask, mask_numbers

NUMBERS = st.one_of(
    st.from_regex(r"\A9[0-9]{8}\Z"),
    st.from_regex(r"\A[67][0-9]{7}\Z"),
    st.from_regex(r"\A3[0-9]{9}\Z"),
    st.from_regex(r"\A09[0-9]{8}\Z"),
    st.from_regex(r"\A[3-9][0-9]{7}\Z"),
    st.from_regex(r"\A(10|20)[0-9]{9}\Z"),
    st.from_regex(r"\A4[0-9]{15}\Z"),
)
PREFIXES = [
    "",
    "+51 ",
    "+591",
    "0051",
    "(+56) ",
    "cel:",
    "DNI ",
    "C.I. N° ",
    "mi numero es ",
    "llámame al ",
    "<",
    "12/03/2026 ",
]
SUFFIXES = ["", ".", ", gracias", " LP", "!!", ")", " y 3 casas", "\nJuan", " soles"]
SEPARATORS = ["", " ", "-", ".", "/", " - ", "  ", "\n", "\u00a0", "–", "·", "_", ") (", ",", "\u200b"]


@st.composite
def laid_out(draw: st.DrawFn, number: str) -> str:
    sep = draw(st.sampled_from(SEPARATORS))
    size = draw(st.integers(1, 5))
    grouped = sep.join(number[at : at + size] for at in range(0, len(number), size))
    zero = draw(st.sampled_from(["0", "O", "٠", "０"]))
    return draw(st.sampled_from(PREFIXES)) + grouped.replace("0", zero) + draw(st.sampled_from(SUFFIXES))


@settings(max_examples=500)
@given(st.data(), NUMBERS)
def test_no_number_survives_in_any_layout(data: st.DataObject, number: str) -> None:
    text = data.draw(laid_out(number))

    masked = mask(text).text.replace("+51 ", "").replace("12/03/2026", "").replace("3 casas", "")

    assert not any(map(str.isdigit, masked))


@given(st.text() | st.text("0123456789 -./+()OoKabcABC@:,[]", max_size=80))
def test_masking_what_is_masked_changes_nothing(text: str) -> None:
    once = mask(text)

    again = mask(once.text)

    assert again.text == once.text
    assert again.kinds == frozenset()


@given(st.text("0123456789 -.+()", max_size=60))
def test_seven_digits_in_a_row_never_survive(text: str) -> None:
    masked = mask(text).text

    assert not any(masked[at : at + 8].isdigit() for at in range(len(masked) - 7))


@pytest.mark.parametrize(
    ("text", "masked", "kind"),
    [
        ("llame ya, 987654321", "llame ya, [teléfono]", "phone"),
        ("llame al +51 987-654-321 por favor", "llame al [teléfono] por favor", "phone"),
        ("+59171234567", "[teléfono]", "phone"),
        ("mi fono (01) 234-5678", "mi fono [teléfono]", "phone"),
        ("054-234567", "[teléfono]", "phone"),
        ("fijo 234567", "fijo [teléfono]", "phone"),
        ("9O8 7O4 321", "[teléfono]", "phone"),
        ("cel:987654321x", "cel:[teléfono]x", "phone"),
        ("mi DNI es 45678912", "mi DNI es [documento]", "document"),
        ("RUT 12.345.678-5", "RUT [documento]", "document"),
        ("rut 12345678-K.", "rut [documento].", "document"),
        ("CI 4567890-1B LP", "CI [documento]", "document"),
        ("carnet 456789 CB", "carnet [documento]", "document"),
        ("cédula 1712345678", "cédula [documento]", "document"),
        ("RUC 20123456789", "RUC [documento]", "document"),
        ("a juan.perez@gmail.com ya", "a [correo] ya", "email"),
        ("juan @ gmail . com", "[correo]", "email"),
        ("juan arroba gmail punto com", "[correo]", "email"),
        ("juan punto perez arroba empresa punto com punto pe", "[correo]", "email"),
        ("el carro ABC-123 iba rápido", "el carro [placa] iba rápido", "plate"),
        ("volquete 1234-ABC", "volquete [placa]", "plate"),
        ("la A1B-234", "la [placa]", "plate"),
        ("placa abc 123", "placa [placa]", "plate"),
        ("tarjeta 4557 8801 2345 6789", "tarjeta [número]", "number"),
        ("nueve ocho siete seis cinco cuatro tres dos uno", "[número]", "number"),
    ],
)
def test_what_points_at_a_person_is_replaced_by_its_kind(text: str, masked: str, kind: str) -> None:
    found = mask(text)

    assert found.text == masked
    assert found.kinds == {kind}


def test_a_code_of_ours_is_not_for_the_desk_either() -> None:
    assert mask("mi clave es 4821 0937 5512 7381").text == "mi clave es [número]"


HARMLESS = [
    "El agua sale turbia desde el lunes",
    "Pasó el 15 de marzo de 2026 a las 15:30",
    "Fue el 15/03/2026 cerca de las 8:00",
    "Desde 2024-01-15 no hay agua",
    "El 3.4.26 hubo una voladura",
    "Me deben 2000 soles desde hace 3 semanas",
    "Me deben S/ 2,500.50",
    "Ofrecieron S/. 150000 por el terreno",
    "Pedimos 1.500.000 pesos por la cosecha",
    "Son US$ 12,000 de deuda",
    "Perdimos 120000 bolivianos",
    "En el km 14 de la carretera",
    "Cerca del km 14+500 hay un derrumbe",
    "Murieron 25 ovejas y 3 vacas",
    "Somos 350 familias",
    "Entre 2019 y 2026 prometieron la obra",
    "El convenio 2019-2026 no se cumple",
    "Años 2023, 2024, 2025 sin pago",
    "Los días 12, 13, 14 y 15 hubo polvo",
    "La laguna está a 4200 msnm",
    "Usan 150000 litros de agua al día",
    "Perdí 12.5 hectáreas de pasto",
    "Turno de 8:00-17:30 sin descanso",
    "Trabajamos 14x7 sin pago extra",
    "Casa 12, manzana 4, barrio San José",
    "Av. Grau 1234, frente a la posta",
    "La comunidad tiene 1200 habitantes",
    "Todos y todas, tod@s l@s vecin@s",
    "Vendimos 20 arrobas de papa",
    "Pagan 50 soles por arroba",
    "La ley 28611 dice otra cosa",
    "El D.S. 024-2016 no se cumple",
    "COVID-19 cerró la posta",
    "El ruido llega a 85 decibeles",
    "Hay 3 o 4 camiones cada 10 minutos",
    "Del 1 al 5 de abril no hubo agua",
    "El pozo tiene 30 m de hondo",
    "Uno de los dos volquetes chocó",
    "4 vacas, 12 llamas, 30 ovejas",
    "Prometieron 15 puestos y dieron 2",
    "Ñuqayku 40 wasi kayku",
    "No hay agua (15/04/2026)",
    "Hubo humo (2026-04-15, 8:30)",
    "The river has been brown for 3 weeks",
    "SON 300 CASAS CON RAJADURAS",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_dates_sums_and_places_stay(text: str) -> None:
    found = mask(text)

    assert found.text == text
    assert found.kinds == frozenset()


def test_who_says_their_name_and_number_is_masked_twice() -> None:
    found = mask("soy Ana Quispe, 987654321, de Huaylluray", places=["Huaylluray"])

    assert found.text == "soy [nombre], [teléfono], de Huaylluray"
    assert found.kinds == {"name", "phone"}


def test_a_letter_keeps_the_name_it_is_signed_with() -> None:
    found = mask_numbers("Atentamente, Rosa Mamani, 987654321")

    assert found.text == "Atentamente, Rosa Mamani, [teléfono]"
    assert found.kinds == {"phone"}


def test_a_bracket_hides_neither_a_date_nor_a_phone_beside_it() -> None:
    assert mask("(15/04/2026 987654321)").text == "(15/04/2026 [teléfono])"
    assert mask("(01) 234-5678").text == "[teléfono]"


@pytest.mark.parametrize(
    "text",
    [
        "987 654 321 personas",
        "987654321 soles",
        "98.12.34.56.7",
        "+591 2 2012 3456",
        "ley 987654321",
        "[987][654][321]",
    ],
)
def test_a_phone_is_not_saved_by_looking_like_something_else(text: str) -> None:
    assert not any(map(str.isdigit, mask(text).text))
