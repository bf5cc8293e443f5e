"""A month in one text message: one segment in every language, the most needed kept, nothing hidden told."""

import pytest

from channels.sms.segments import measure, to_gsm7
from reports.aloud import brief
from reports.shelf import Release
from tests.reports.released import release
from tests.reports.test_bulletin import MONTHS

ADDRESS = "quejas.example/reports/2026-10"


def message(month: Release, language: str = "es", *, address: str = ADDRESS) -> str:
    return to_gsm7(
        brief.make(month, language, address=address, fits=lambda text: measure(to_gsm7(text)).segments == 1)
    )


@pytest.mark.parametrize("language", ["es", "qu", "ay", "en"])
@pytest.mark.parametrize("name", MONTHS)
@pytest.mark.parametrize(
    "address", [ADDRESS, "mecanismo-de-quejas.gobiernoregional.example.pe/reports/2026-10"]
)
def test_it_is_one_message_in_every_language(name: str, language: str, address: str) -> None:
    text = message(MONTHS[name], language, address=address)

    assert (measure(text).encoding, measure(text).segments) == ("GSM-7", 1)
    assert text.endswith(address)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "many",
            "Octubre: 47 quejas. Respuestas tarde: 9. A tiempo: 38. Siguen abiertas: 44. Tema principal: Agua.",
        ),
        ("none", "Octubre: no llego ninguna queja."),
        ("one", "Octubre: 1 queja. Respuestas tarde: 0. A tiempo: 1."),
        ("hidden", "Octubre: muy pocas personas para dar cifras. Informe:"),
        ("equal", "Siguen abiertas: 44. Informe:"),
    ],
)
def test_each_month_has_its_message(name: str, says: str) -> None:
    assert says in message(MONTHS[name])


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    text = message(release(), address="x" * 90)

    assert text.startswith("Octubre: 47 quejas.")
    assert "Tema principal" not in text


def test_a_subject_is_called_the_main_one_only_where_no_hidden_one_can_be_larger() -> None:
    dark = release(themes={"water": 9, "dust": 7, "jobs": None, "roads": None})

    assert "Agua: 9." in message(dark)
    assert "Tema principal" not in message(dark)
