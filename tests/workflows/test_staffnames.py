"""Whom of the staff a text names."""

import pytest

from workflows.anonymity.staffnames import named

CALLED = {
    "rosa": ("Rosa Quispe Mamani", "relacionista comunitaria"),
    "mario": ("Mario Ccori",),
}


@pytest.mark.parametrize(
    "text",
    [
        "La ingeniera Rosa Quispe no quiso recibir mi queja",
        "la sra. Quispe me dijo que me calle",
        "ROSA QUISPE MAMANI me gritó delante de todos",
        "Rosa Mamani nos botó de la oficina",
        "la Relacionista Comunitaria nunca viene",
        "Rosa Quispeqa manam uyariwanchu",
        "me llamo Ana y Rosa Quíspe me insultó",
    ],
)
def test_whoever_is_named_by_name_part_of_it_or_office_is_found(text: str) -> None:
    assert named(text, CALLED) == ("rosa",)


@pytest.mark.parametrize(
    "text",
    [
        "El agua sale turbia desde el lunes",
        "Rosa Huanca, mi vecina, vio el derrame",
        "Juan Quispe y Pedro Mamani son testigos",
        "la comunitaria no es relacionista",
        "",
    ],
)
def test_whoever_is_somebody_else_is_not(text: str) -> None:
    assert named(text, CALLED) == ()


def test_several_are_found_in_order_and_nobody_where_nobody_is_known() -> None:
    said = "Mario Ccori y la señora Rosa Quispe se burlaron"

    assert named(said, CALLED) == ("mario", "rosa")
    assert named(said, {}) == ()


def test_the_name_of_a_place_is_nobodys() -> None:
    assert named("En el anexo Rosa Mamani falta agua", CALLED, places=("Rosa Mamani",)) == ()
