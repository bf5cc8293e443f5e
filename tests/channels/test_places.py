"""A place that somebody names in passing is found, whatever sign stands beside it."""

import pytest

from channels.incoming import routing
from channels.talking.subjects import find_place, guess_theme
from workflows.rulebook import Rulebook


@pytest.mark.parametrize(
    "text",
    ["El agua sale turbia en Huaylluray. Llamen pronto", "Huaylluray, mi casa tiembla", "(Huaylluray) polvo"],
)
def test_a_place_with_a_sign_beside_it_is_found(rules: Rulebook, text: str) -> None:
    found = find_place(text, routing.places(rules.current, "qorimayu"))

    assert found is not None
    assert found.zone == "huaylluray"


def test_no_place_is_found_where_none_is_named(rules: Rulebook) -> None:
    assert (
        find_place("El agua sale turbia, desde el lunes.", routing.places(rules.current, "qorimayu")) is None
    )


def test_a_theme_with_a_sign_beside_it_is_guessed() -> None:
    assert guess_theme("Polvo, polvo y polvo.") == "dust"
    assert guess_theme("Buenos días.") is None
