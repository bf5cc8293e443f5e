"""The screens are light, need no script, and say every sentence in Spanish."""

import gzip
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import channels.web
import translations

WEB = Path(channels.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
SHEETS = sorted((WEB / "static").glob("*.css"))
STAFF = {
    "_desk.html", "desk_base.html", "desk_case.html", "desk_list.html", "login.html", "login_again.html",
    "registers_room.html", "request_desk.html",
    *(file.name for file in TEMPLATES if file.name.startswith(("radio", "review_"))),
}  # fmt: skip
PUBLIC = [file for file in TEMPLATES if file.name not in STAFF]
SCRIPTS = {
    "kiosk_base.html": '<script src="/kiosk/app.js" defer></script>',
    "radio.html": '<script src="/static/radio.js" defer></script>',
}
"""Kiosk and station work without theirs, but not through a network cut."""
SCRIPT_BUDGET = 8 * 1024
PUBLIC_BUDGET = 7 * 1024


def sentences(file: Path) -> set[str]:
    with file.open("rb") as stream:
        found = [message for _, _, message, _ in babel_extract(stream, ("_",), [], {})]
    return {str(message[0]) if isinstance(message, tuple) else str(message) for message in found}


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_page_needs_no_script_and_no_inline_style(file: Path) -> None:
    text = file.read_text().replace(SCRIPTS.get(file.name, "<script>"), "")

    assert "<script" not in text
    assert not re.search(r"\s(style|on\w+)=", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_staff_form_that_posts_carries_its_token_and_no_public_one_does(file: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", file.read_text(), re.DOTALL)
    posting = [form for form in forms if 'method="post"' in form]

    assert all(("csrf()" in form) is (file.name in STAFF) for form in posting)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_sentence_of_a_screen_has_its_spanish(file: Path) -> None:
    spanish: dict[str, str] = {}
    for catalogue in sorted((Path(translations.__file__).parent / "es").glob("*.po")):
        with catalogue.open("rb") as stream:
            spanish |= {str(message.id): str(message.string) for message in read_po(stream)}

    for sentence in sentences(file):
        assert spanish.get(sentence)
        assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", spanish[sentence]))


@pytest.mark.parametrize(
    "file", [file for file in TEMPLATES if file.name not in STAFF], ids=lambda file: file.name
)
def test_a_public_form_keeps_the_language_that_was_chosen_without_a_cookie(file: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", file.read_text(), re.DOTALL)

    assert all("ui.lang()" in form or "ui.lang(true)" in form for form in forms)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_stylesheet_holds_plain_values_an_old_browser_can_read(sheet: Path) -> None:
    text = sheet.read_text()

    assert "var(" not in text
    assert "@import" not in text
    assert "@font-face" not in text
    assert not re.search(r"url\(\"?(?!\"?data:)", text)
    assert text.count("{") == text.count("}")


def test_only_kiosk_and_station_have_a_script_and_each_is_one_light_file_of_our_own() -> None:
    scripts = sorted((WEB / "static").glob("*.js"))

    assert all(line in (WEB / "templates" / name).read_text() for name, line in SCRIPTS.items())
    assert [script.name for script in scripts] == ["kiosk.js", "radio.js"]
    for script in scripts:
        assert len(gzip.compress(script.read_bytes(), 9)) <= SCRIPT_BUDGET
        assert "://" not in script.read_text()


def test_the_public_stylesheet_is_light() -> None:
    sheet = (WEB / "static" / "public.css").read_bytes()

    assert len(gzip.compress(sheet, 9)) <= PUBLIC_BUDGET
