from hypothesis import given
from hypothesis import strategies as st

from channels.talking.repairing import Heard, listen, repairs
from grievance.codes import is_case_number, make_case_number, make_clave

NUMBERS = st.integers(0, 999_999).map(lambda n: make_case_number(f"{n:06}"))


@given(NUMBERS, st.integers(0, 7), st.integers(1, 9))
def test_a_digit_that_was_heard_wrong_is_noticed_and_the_right_number_is_among_what_is_shown(
    number: str, at: int, by: int
) -> None:
    heard = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]

    verdict = listen(heard)

    assert verdict.heard is Heard.WRONG
    assert number in verdict.repairs


@given(NUMBERS, st.integers(0, 6))
def test_two_neighbours_that_were_swapped_are_put_back_only_by_asking(number: str, at: int) -> None:
    heard = number[:at] + number[at + 1] + number[at] + number[at + 2 :]

    verdict = listen(heard)

    assert (verdict.number == number) is (heard == number)
    assert heard == number or number in verdict.repairs


@given(st.text("0123456789", min_size=8, max_size=8))
def test_what_is_shown_holds_and_differs_in_one_place_or_by_one_swap(heard: str) -> None:
    for found in repairs(heard):
        apart = [at for at in range(8) if found[at] != heard[at]]
        assert is_case_number(found)
        assert len(apart) == 1 or (apart[1] == apart[0] + 1 and found[apart[0]] == heard[apart[1]])


@given(st.integers(0, 10**14 - 1), st.integers(0, 15))
def test_of_a_key_nothing_is_ever_shown_right_or_wrong(n: int, at: int) -> None:
    clave = make_clave(f"{n:014}")
    wrong = clave[:at] + str((int(clave[at]) + 1) % 10) + clave[at + 1 :]

    for typed in (clave, wrong, wrong[:12]):
        verdict = listen(typed)
        assert verdict.heard is Heard.A_CLAVE
        assert (verdict.number, verdict.repairs) == ("", ())
