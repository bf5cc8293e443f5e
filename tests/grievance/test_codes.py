import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.codes import is_case_number, is_clave, make_case_number, make_clave, show


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


CODES = digits(6).map(make_case_number) | digits(14).map(make_clave)


def holds(code: str) -> bool:
    return is_case_number(code) or is_clave(code)


def test_the_check_digits_are_those_of_iso_7064() -> None:
    assert make_case_number("000794") == "00079444"


@given(CODES)
def test_a_code_we_made_holds_and_leaves_one_when_divided_by_97(code: str) -> None:
    assert holds(code)
    assert int(code) % 97 == 1


@given(CODES, st.data())
def test_one_wrong_digit_is_always_noticed(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != code[at]))

    assert not holds(code[:at] + wrong + code[at + 1 :])


@given(CODES, st.data())
def test_two_neighbours_swapped_are_always_noticed(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    assert holds(swapped) == (swapped == code)


@pytest.mark.parametrize(
    ("code", "twin"),
    [
        (make_case_number("000016"), "99"),
        (make_case_number("000033"), "00"),
        (make_case_number("000064"), "01"),
    ],
)
def test_check_digits_that_only_look_right_are_refused(code: str, twin: str) -> None:
    candidates = [f"{payload:06}{twin}" for payload in range(2000) if (payload * 100 + int(twin)) % 97 == 1]

    assert is_case_number(code)
    assert candidates
    assert not any(map(is_case_number, candidates))


@pytest.mark.parametrize(
    "payload", ["", "12345", "1234567", "12345a", " 12345", "12345²", "١٢٣٤٥٦", "-12345"]
)
def test_a_case_number_is_made_of_exactly_six_plain_digits(payload: str) -> None:
    with pytest.raises(ValueError, match="exactly 6 digits"):
        make_case_number(payload)


@pytest.mark.parametrize("code", ["", "0007944", "0007-9444", "٠٠٠٧٩٤٤٤", "0007944²", "000794440"])
def test_what_is_not_eight_plain_digits_is_no_case_number(code: str) -> None:
    assert not is_case_number(code)


def test_codes_are_shown_in_groups_of_four() -> None:
    assert show(make_case_number("410732")) == "4107-3293"
    assert show("4821093755127381") == "4821 0937 5512 7381"


def test_only_a_code_can_be_shown() -> None:
    with pytest.raises(ValueError, match="neither"):
        show("1234")
