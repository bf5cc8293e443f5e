"""All published months as a catalogue of data for open data portals: DCAT-AP 3 in JSON-LD."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from reports.formats import csv, words
from reports.saying import sentences
from reports.saying.sentences import MADE_UP
from reports.shelf import Release
from translations import Phrase, phrase, say

LANGUAGES = ("es", "en")
_VOCABULARY = "http://publications.europa.eu/resource/authority"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TITLE = phrase("Complaints from the community, month by month")
_TYPES = {"csv": "text/csv", "json": "application/json"}


def write(releases: Iterable[Release], *, base: str, publisher: str) -> bytes:
    """Write the catalogue of these releases; `base` is the public address of this deployment."""
    base = base.rstrip("/")
    catalogue = {
        "@context": _CONTEXT,
        "@id": f"{base}/reports/catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _said(_TITLE),
        "dct:description": _said(_TITLE),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:license": {"@id": words.LICENCE},
        "foaf:homepage": {"@id": f"{base}/reports"},
        "dcat:dataset": [_dataset(release, base) for release in releases],
    }
    return (json.dumps(catalogue, ensure_ascii=False, indent=1) + "\n").encode()


def _dataset(release: Release, base: str) -> dict[str, Any]:
    here = f"{base}/reports/{release.month}"
    title = phrase("Complaints from the community in {month}", month=sentences.month_name(release.month))
    names = dict.fromkeys(table.name for table in release.tables)
    return {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": f"complaints-{release.month}",
        "dct:title": _said(title),
        "dct:description": _said(MADE_UP if release.made_up else title),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": release.document["mechanism"]["name"]},
        "dct:issued": _day(release.document["published_on"]),
        "dct:language": [{"@id": f"{_VOCABULARY}/language/{code}"} for code in ("SPA", "ENG")],
        "dct:accrualPeriodicity": {"@id": f"{_VOCABULARY}/frequency/MONTHLY"},
        "dcat:theme": {"@id": f"{_VOCABULARY}/data-theme/SOCI"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(release.month.first_day.isoformat()),
            "dcat:endDate": _day(release.month.last_day.isoformat()),
        },
        "dcat:version": str(release.version),
        "dcat:landingPage": {"@id": here},
        "dcat:distribution": [
            _file(f"{here}.json", here, "json", release.digest),
            _file(f"{here}/cells.csv", here, "csv", csv.digest(csv.everything(release))),
            *(
                (_file(f"{here}/indicators.csv", here, "csv", csv.digest(csv.indicators(release))),)
                if release.document.get("indicators")
                else ()
            ),
            *(
                (_file(f"{here}/indicators_of.csv", here, "csv", csv.digest(csv.indicators_of(release))),)
                if release.document.get("indicators_of")
                else ()
            ),
            *(
                _file(f"{here}/tables/{name}.csv", here, "csv", csv.digest(csv.write(release, name)))
                for name in names
            ),
        ],
    }


def _file(address: str, page: str, form: str, digest: str) -> dict[str, Any]:
    return {
        "@id": f"{address}#file",
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": page},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{_TYPES[form]}"},
        "dct:format": {"@id": f"{_VOCABULARY}/file-type/{form.upper()}"},
        "dct:license": {"@id": words.LICENCE},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": digest,
        },
    }


def _day(written: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": date.fromisoformat(written).isoformat()}


def _said(title: Phrase) -> list[dict[str, str]]:
    return [{"@language": code, "@value": say(title, code)} for code in LANGUAGES]
