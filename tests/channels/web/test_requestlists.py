"""How requests are shown in lists: signs that say what happened, and no praise for what was kept back."""

from datetime import date

import pytest

from channels.web.public import requests
from workflows.requests import ANSWERS, Line


@pytest.mark.parametrize("answer_type", ANSWERS)
def test_an_answer_that_gives_nothing_bears_no_sign_of_success(answer_type: str) -> None:
    line = Line(
        item="i", case="c", number="P1", state="answered", operator="qorimayu", site=None,
        received_on=date(2026, 3, 4), due_on=None, late=False, answer_type=answer_type,
        answered_on=date(2026, 3, 9), question="?", answer="!", redactions={}, changed_on=date(2026, 3, 9),
    )  # fmt: skip

    sign, _ = requests.badges(line)[0]

    assert (sign == "met") is (answer_type in {"full", "partial", "publicly_available"})
