"""More months than fit into a chart are drawn by quarter, then by year: whole ones only, and nothing that a month hides."""

from collections.abc import Sequence
from typing import Any

import pytest
from markupsafe import Markup

from channels.web.figures import report_folded
from channels.web.figures.report_words import Words
from reports.month import Month
from tests.reports.released import release

MONTH = Month(2026, 10)


def told(months: int, *, received: Sequence[int | None] | None = None) -> dict[str, Any]:
    """So many months until October 2026, ten received and nine ended in each."""
    return {
        "months": [str(MONTH.back(n)) for n in reversed(range(months))],
        "received": list(received or [10] * months),
        "closed": [9] * months,
    }


def test_as_long_as_a_chart_of_months_holds_them_all_nothing_is_folded() -> None:
    assert report_folded.fold(told(13)) is None
    assert report_folded.fold(told(14)) is not None


def test_whole_quarters_are_the_sums_of_their_months() -> None:
    folded = report_folded.fold(told(24))

    assert folded is not None
    assert [str(each[0]) for each in folded.months] == [
        "2025-01", "2025-04", "2025-07", "2025-10", "2026-01", "2026-04", "2026-07",
    ]  # fmt: skip
    assert set(folded.received) == {30}
    assert set(folded.closed) == {27}


def test_of_more_quarters_than_can_be_read_the_years_are_drawn() -> None:
    by_quarter, by_year = report_folded.fold(told(42)), report_folded.fold(told(46))

    assert by_quarter is not None
    assert by_year is not None
    assert {len(each) for each in by_quarter.months} == {3}
    assert [each[0].year for each in by_year.months] == [2023, 2024, 2025]
    assert by_year.received == (120, 120, 120)


def test_a_quarter_of_which_one_month_is_hidden_is_not_shown() -> None:
    folded = report_folded.fold(told(24, received=[10] * 10 + [None] + [10] * 13))

    assert folded is not None
    assert folded.received == (30, 30, None, 30, 30, 30, 30)


def drawn(since: dict[str, Any], language: str = "es") -> Any:
    made = release(
        more={"since_start": {**since, "met": since["closed"], "late": since["closed"], "total": {}}}
    )
    return report_folded.since_the_start(made, Words(language, "/reports/2026-10"))


def test_a_chart_says_which_quarter_it_speaks_of_and_has_its_table() -> None:
    chart = drawn(told(24))

    assert chart.title == "Llegaron más quejas de las que terminaron (julio a septiembre de 2026)"
    assert chart.table.rows[0] == ("julio a septiembre de 2026", "30", "27")
    assert len(chart.table.rows) == 7
    assert isinstance(chart.drawing, Markup)
    assert "ene–mar" in chart.drawing


def test_a_hidden_quarter_is_no_finding() -> None:
    chart = drawn(told(24, received=[10] * 22 + [10, 10]) | {"closed": [9] * 20 + [None] + [9] * 3})

    assert chart.title == "Quejas recibidas y casos terminados, por trimestre"
    assert chart.table.rows[0][2] == "no se muestra"


@pytest.mark.parametrize("months", [1, 13])
def test_a_short_life_has_no_second_chart(months: int) -> None:
    assert drawn(told(months)) is None
    assert report_folded.since_the_start(release(), Words("es", "/reports/2026-10")) is None
