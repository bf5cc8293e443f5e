"""Every sentence that is said to people exists in Spanish, with the same blanks, and once."""

import ast
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment

ROOT = Path(__file__).parents[2]
PACKAGES = ("grievance", "workflows", "reports", "channels", "translations")


def sentences() -> Iterator[tuple[str, str]]:
    """Find every msgid of the house, with the file it stands in."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _called(node) in {"phrase", "_"} and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value, str(file.relative_to(ROOT))
        for file in sorted((ROOT / package).rglob("*.html")):
            environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
            source = file.read_text(encoding="utf-8")
            for _, _, message in environment.extract_translations(source, ("_",)):  # type: ignore[attr-defined]
                if isinstance(message, str):
                    yield message, str(file.relative_to(ROOT))


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def catalogues(language: str) -> Iterator[tuple[str, str, str]]:
    """Read every translation: file, msgid, msgstr."""
    for file in sorted((ROOT / "translations" / language).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream):
                if message.id and isinstance(message.id, str):
                    yield file.name, message.id, str(message.string)


def languages() -> list[str]:
    return sorted({file.parent.name for file in (ROOT / "translations").glob("*/*.po")})


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_exists_in_spanish() -> None:
    known = {msgid for _, msgid, msgstr in catalogues("es") if msgstr}

    missing: dict[str, str] = {msgid: where for msgid, where in sentences() if msgid not in known}

    by_file: Mapping[str, list[str]] = {
        where: [m for m, w in missing.items() if w == where] for where in sorted(set(missing.values()))
    }
    listed = "\n".join(
        f"{where}\n" + "\n".join(f"  {m!r}" for m in found) for where, found in by_file.items()
    )
    assert not missing, f"write these {len(missing)} sentences in a file of translations/es/:\n{listed}"


def test_a_translation_has_the_blanks_of_its_sentence() -> None:
    wrong = [
        f"{language}/{file}: {msgid!r} has {sorted(blanks(msgid))}, its translation {sorted(blanks(msgstr))}"
        for language in languages()
        for file, msgid, msgstr in catalogues(language)
        if msgstr and blanks(msgid) != blanks(msgstr)
    ]

    assert wrong == []


def test_one_sentence_has_one_translation() -> None:
    for language in languages():
        seen: dict[str, tuple[str, str]] = {}
        for file, msgid, msgstr in catalogues(language):
            first = seen.setdefault(msgid, (file, msgstr))
            assert first[1] == msgstr, f"{msgid!r} is said in two ways in {language}: {first[0]} and {file}"
