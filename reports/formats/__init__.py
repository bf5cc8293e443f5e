"""The forms in which a release leaves the house; all of them are made from the one frozen value.

Where a form stands below `/reports` and what it is, is said once, here: the website answers from the same list that
`grievance release --out` writes to a folder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reports.formats import atom, csv, csvw, dcat, json, package, paper, radio, sums
from reports.shelf import Release

__all__ = [
    "CSV",
    "JSON",
    "PDF",
    "PLAIN",
    "Form",
    "atom",
    "csv",
    "dcat",
    "forms",
    "json",
    "paper",
    "radio",
    "write",
]

CSV, JSON = "text/csv; charset=utf-8; header=present", "application/json"
SIGNATURE = "application/octet-stream"
PLAIN, PDF = "text/plain; charset=utf-8", "application/pdf"


@dataclass(frozen=True, slots=True)
class Form:
    """One file of a release: its media type, and how it is made; `saved` where a browser keeps rather than shows it."""

    media: str
    make: Callable[[], bytes]
    saved: bool = False


def forms(release: Release, *, language: str = "", base: str = "") -> Mapping[str, Form]:
    """List the files of a release by their path below `/reports`, not yet made.

    Args:
        release: the month.
        language: the language of what is in one language; without it the first of the mechanism.
        base: the public address, for the QR code of the poster; without it there is none.
    """
    spoken = language or release.document["languages"][0]
    data = _data(release, spoken)
    month = str(release.month)
    made = {
        **data,
        f"{month}.sha256": Form(PLAIN, partial(_sums, release, data)),
        f"{month}.txt": Form(PLAIN, partial(radio.write, release)),
    }
    if release.signature is not None:
        made[f"{month}/signature"] = Form(SIGNATURE, partial(bytes, release.signature), saved=True)
    if paper.can_print():
        address = f"{base.rstrip('/')}/reports/{month}" if base else ""
        made[f"{month}.pdf"] = Form(PDF, partial(paper.report, release, language=spoken))
        made[f"{month}/poster.pdf"] = Form(
            PDF, partial(paper.poster, release, language=spoken, address=address)
        )
    return made


def write(release: Release, folder: Path, *, base: str = "") -> tuple[Path, ...]:
    """Write a release as files, as it is served: `YYYY-MM.json` and `YYYY-MM/…` under the folder.

    Returns:
        The files.
    """
    files = []
    for path, form in forms(release, base=base).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(form.make())
        files.append(file)
    return tuple(files)


def _data(release: Release, language: str) -> dict[str, Form]:
    """List what holds the figures; of those that hang on nothing but the frozen document there are sums."""
    month = str(release.month)
    made = {
        f"{month}.json": Form(JSON, partial(json.write, release)),
        f"{month}/cells.csv": Form(CSV, partial(csv.everything, release), saved=True),
        f"{month}/datapackage.json": Form(JSON, partial(package.write, release, language=language)),
    }
    if release.document.get("indicators"):
        made[f"{month}/indicators.csv"] = Form(CSV, partial(csv.indicators, release), saved=True)
    if release.document.get("indicators_of"):
        at = f"{month}/indicators_of.csv"
        made[at] = Form(CSV, partial(csv.indicators_of, release), saved=True)
        made[f"{at}-metadata.json"] = Form("application/csvm+json", partial(csvw.of_each, release))
    for name in dict.fromkeys(table.name for table in release.tables):
        at = f"{month}/tables/{name}.csv"
        made[at] = Form(CSV, partial(csv.write, release, name), saved=True)
        made[f"{at}-metadata.json"] = Form("application/csvm+json", partial(csvw.write, release, name))
    return made


def _sums(release: Release, data: Mapping[str, Form]) -> bytes:
    """Sum the frozen document and the CSV files; what describes them is in words, and words may be bettered."""
    summed = (f"{release.month}.json", *(path for path in data if path.endswith(".csv")))
    return sums.write({path: data[path].make() for path in summed})
