"""A month on paper: a report on A4 and a poster on A3, made by typst as tagged PDF/UA-1, the same bytes every time.

typst is the extra `pdf`; a copy without it says so. What is printed comes as data and is never read as markup, the fonts
are those typst brings, and the date inside is the day of publishing: so the bytes hang on the month and the words alone.
"""

import json
from datetime import UTC, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from reports.formats import a4
from reports.formats import poster as wall
from reports.formats.sheets import published
from reports.shelf import Release

HERE: Final = Path(__file__).parent / "printed"


def can_print() -> bool:
    """Tell whether typst is installed."""
    return find_spec("typst") is not None


def report(release: Release, *, language: str) -> bytes:
    """Print the month on A4."""
    return _compiled("report.typ", a4.data(release, language), release)


def poster(release: Release, *, language: str, address: str = "") -> bytes:
    """Print the month on A3, for a wall; `address` is where the whole report is, as a QR code of 54 mm."""
    return _compiled("poster.typ", wall.data(release, language, address), release)


def _compiled(template: str, data: dict[str, Any], release: Release) -> bytes:
    import typst  # noqa: PLC0415  an extra, and large

    day = datetime.combine(published(release), time(), tzinfo=UTC)
    made: bytes = typst.compile(
        str(HERE / template),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(day.timestamp()),
    )
    return made
