"""Every sentence we may say to anybody has its Spanish, with the same blanks, said one way only."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from translations.pofile import read_sentences

HOUSE = Path(__file__).parents[2]
FLOORS = ("grievance", "translations", "workflows", "reports", "channels")
CATALOGUES = sorted((HOUSE / "translations" / "es").glob("*.po"))


def named(source: str) -> Iterator[str]:
    """List the sentences a module names with `phrase` or `_`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="phrase" | "_"), args=[ast.Constant(value=str(words)), *_]):
                yield words
            case _:
                pass


def shown(source: str) -> Iterator[str]:
    """List the sentences a template shows with `_`."""
    environment = Environment(autoescape=True)
    for call in environment.parse(source).find_all(nodes.Call):
        match call:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(words)), *_]):
                yield words
            case _:
                pass


def said() -> dict[str, list[str]]:
    """Every sentence of the five floors, and the files that say it."""
    files: dict[str, list[str]] = defaultdict(list)
    for floor in FLOORS:
        for ending, find in (("*.py", named), ("*.html", shown)):
            for file in sorted((HOUSE / floor).rglob(ending)):
                for words in find(file.read_text(encoding="utf-8")):
                    files[words].append(str(file.relative_to(HOUSE)))
    return files


def blanks(words: str) -> set[str]:
    """Name the blanks of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def spanish(file: Path) -> dict[str, str]:
    """Read one catalogue."""
    with file.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream, abort_invalid=True) if m.id and m.string}


def test_a_sentence_is_found_in_a_module_and_in_a_template() -> None:
    module, template = "x = phrase('One {n}', n=1)", "{% if a %}{{ _('Two') }}{% endif %}"

    found = [*named(module), *shown(template)]

    assert found == ["One {n}", "Two"]


def test_nobody_is_spoken_to_in_english_who_reads_spanish() -> None:
    ours = {words for file in CATALOGUES for words in spanish(file)}

    missing = [f"{files[0]}: {words}" for words, files in said().items() if words not in ours]

    assert not missing, f"{len(missing)} sentences have no Spanish:\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_the_spanish_fills_the_same_blanks(file: Path) -> None:
    entries = spanish(file)

    wrong = [words for words, translated in entries.items() if blanks(words) != blanks(translated)]

    assert not wrong


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_is_whole_and_sure_of_itself(file: Path) -> None:
    with file.open("rb") as stream:
        read = read_po(stream, abort_invalid=True)

    unsure = [str(m.id) for m in read if m.id and (m.fuzzy or not m.string)]

    assert str(read.locale) == "es"
    assert read.charset.casefold() == "utf-8"
    assert not unsure
    assert dict(read_sentences(file.read_text(encoding="utf-8"))) == {
        str(m.id): m.string for m in read if m.id
    }


def test_one_sentence_is_said_one_way() -> None:
    ways: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file in CATALOGUES:
        for words, translated in spanish(file).items():
            ways[words][translated].append(file.name)

    torn = {words: dict(found) for words, found in ways.items() if len(found) > 1}

    assert not torn


def test_a_sentence_is_read_over_its_lines_and_one_nobody_is_sure_of_is_not() -> None:
    text = (
        'msgid ""\nmsgstr "Language: es\\n"\n\n#, python-brace-format\n'
        'msgid "One "\n"{n}\\n"\nmsgstr ""\n"Uno \\"{n}\\""\n\n'
        '#, fuzzy\nmsgid "Two"\nmsgstr "Dos"\n\n#~ msgid "Three"\n#~ msgstr "Tres"\n\nmsgid "Four"\nmsgstr ""\n\n'
        'msgid "Five\u2028"\nmsgstr "Cinco"'
    )

    assert dict(read_sentences(text)) == {"One {n}\n": 'Uno "{n}"', "Five\u2028": "Cinco"}


@pytest.mark.parametrize("keyword", ["msgctxt", "msgid_plural"])
def test_a_sentence_with_a_context_or_a_plural_is_refused(keyword: str) -> None:
    with pytest.raises(ValueError, match=keyword):
        list(read_sentences(f'msgid "One"\n{keyword} "x"\nmsgstr "Uno"\n'))
