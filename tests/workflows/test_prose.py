"""What is written beside the figures tells no small number of people, in no language, and may count everything else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translations.numbers import in_words
from workflows.anonymity import prose


@pytest.mark.parametrize(
    "text",
    [
        "Un caso quedó sin respuesta.",
        "Hubo una sola queja y llegó tarde.",
        "Es la única queja sobre ese tema.",
        "Fueron 2 quejas de Ichupata.",
        "Dos familias esperaron más de la cuenta.",
        "Ninguna queja fue por agua.",
        "En uno faltaban los plazos.",
        "Tres de ellas llegaron en feriado.",
        "Ambos casos eran del mismo sector.",
        "Llegaron tarde tres respuestas largas.",
        "Quejas: 4.",
        "Quejas: ４.",
        "9 de 10 casos estaban bien.",
        "Revisamos 20 casos y en 18 no faltaba nada.",
        "De las doce quejas, once eran por polvo.",
        "One complaint was lost.",
        "Two of them came on a Sunday.",
        "A single person waited.",
        "Uma queixa ficou sem resposta.",
        "Huk willakuy qhiparqa.",
        "Mä arsuwi qhipari.",
        "UNA QUEJA se perdió.",
        "Un nuevo caso se perdió.",
    ],
)
def test_a_small_count_of_people_or_complaints_is_refused(text: str) -> None:
    assert prose.refused(text) is prose.REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "La empresa respondió tarde porque nadie leía los mensajes en fin de semana.",
        "Habrá un turno de lectura los sábados y domingos.",
        "Se pone una guardia más y dos camiones cisterna.",
        "Antes del 3 de noviembre se contrata a quien interprete el aymara.",
        "Desde noviembre de 2026 se lee cada día.",
        "La carretera estuvo cerrada tres días y 4 horas.",
        "El plazo es de 20 días hábiles y 10 más.",
        "Se atiende de 8:30 a 16:00.",
        "Se harán 2 talleres en cada lugar.",
        "Llovió el doble de lo normal.",
        "Las quejas que llegan de noche se leen a la mañana siguiente.",
        "Revisamos 20 casos elegidos al azar y los plazos estaban bien contados.",
        "There will be one shift on Saturdays and two trainings.",
        "1) Leer a diario. 2) Contestar en el día.",
        "",
    ],
)
def test_days_money_things_and_large_counts_may_be_told(text: str) -> None:
    assert prose.refused(text) is None


@given(n=st.integers(0, 4), language=st.sampled_from(["es", "en"]), digits=st.booleans())
@settings(max_examples=20)
def test_no_number_below_five_passes_before_complaints(n: int, language: str, digits: bool) -> None:  # noqa: FBT001  drawn
    number = str(n) if digits else in_words(n, language)
    noun = {"es": "quejas", "en": "complaints"}[language]

    assert prose.refused(f"{number} {noun}.") is prose.REFUSED
