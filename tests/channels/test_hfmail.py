"""A complaint heard at a station far away comes by radio mail exactly as it was said, or not at all."""

import textwrap
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.radio import hfmail
from channels.radio.hfmail import MOST_BYTES, NotARelay, Relay, plain, read, write
from grievance import codes

ID = UUID("6f1ed002-ab5e-4c0b-9f63-2f2f6c1f8a90")
HEARD = Relay(
    id=ID, heard_on=date(2026, 11, 5), station="radio-wayra", language="qu", theme="water", place="Huaylluray",
    words="Mayu unu qhilli kachkan, challwakuna wañusqa. Llapan wasikunapi onqoy kachkan, manam pipas hamunchu.",
)  # fmt: skip
KEYS = st.from_regex(r"\A[a-z0-9]{1,8}(-[a-z0-9]{1,8})?\Z")
TEXTS = st.text(min_size=1, max_size=120).map(plain)
RELAYS = st.builds(
    Relay,
    id=st.uuids(),
    heard_on=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    station=KEYS,
    language=st.from_regex(r"\A[a-z]{2,3}\Z"),
    theme=KEYS,
    place=TEXTS.filter(lambda text: text != "-"),
    words=TEXTS.filter(bool),
    slip=st.just("") | st.from_regex(r"\A[0-9]{6}\Z").map(codes.make_case_number),
)


@given(relay=RELAYS)
@settings(max_examples=60)
def test_what_was_written_is_what_is_read(relay: Relay) -> None:
    sent = write(relay)

    assert read(sent) == relay
    assert sent.isascii()
    assert len(sent) <= MOST_BYTES


@given(data=st.data(), relay=RELAYS)
@settings(max_examples=60)
def test_one_changed_character_is_refused(data: st.DataObject, relay: Relay) -> None:
    sent = write(relay)
    at = data.draw(st.integers(0, len(sent) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda sign: sign != sent[at]))

    with pytest.raises(NotARelay):
        read(sent[:at] + other + sent[at + 1 :])


@given(data=st.data())
@settings(max_examples=60)
def test_a_lost_character_is_refused(data: st.DataObject) -> None:
    sent = write(HEARD)
    at = data.draw(st.integers(0, len(sent) - 1))

    with pytest.raises(NotARelay):
        read(sent[:at] + sent[at + 1 :])


@pytest.mark.parametrize(
    "bend",
    [
        lambda sent: sent.replace("\n", "\r\n") + "\r\n",
        lambda sent: sent.replace("\n", "  \n") + " \t",
        lambda sent: f"\n\n{sent}\n\n",
    ],
    ids=["line ends", "blanks behind a line", "empty lines around"],
)
def test_what_mail_does_to_lines_is_forgiven(bend: object) -> None:
    assert read(bend(write(HEARD))) == HEARD  # type: ignore[operator]


def test_the_example_in_the_manual_can_be_read() -> None:
    manual = textwrap.dedent((hfmail.__doc__ or "").split("before the words.")[1])

    assert read(manual).words == "Mayu unu qhilli kachkan, challwakuna wañusqa"


def test_a_complaint_without_a_place_can_be_sent() -> None:
    nowhere = Relay(ID, date(2026, 11, 5), "radio-wayra", "ay", "other", "", "Umax janiw walïkiti")

    assert "place: -" in write(nowhere)
    assert "wali~kiti" in write(nowhere)
    assert read(write(nowhere)) == nowhere


SLIP = codes.make_case_number("410732")


def test_the_number_on_a_slip_goes_along_and_a_form_without_one_is_as_it_was() -> None:
    given = replace(HEARD, slip=SLIP)

    assert write(given).split("\n")[8] == f"slip: {codes.show(SLIP)}"
    assert read(write(given)) == given
    assert "slip" not in write(HEARD)


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("¿El año pasado? Sí, más «turbia»…", 'El año pasado? Si, mas "turbia"...'),
        ("k’allku\n ~ pingüino\t", "k'allku - pingüino"),
        ("Ñandú 水", "Ñandu ?"),
        ("  ", ""),
    ],
)
def test_a_text_is_brought_to_what_the_radio_carries_and_keeps_its_words(said: str, sent: str) -> None:
    assert plain(said) == sent


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"station": "Radio Wayra"}, "small letters"),
        ({"theme": ""}, "small letters"),
        ({"language": "quechua"}, "two or three letters"),
        ({"place": "Año–Nuevo"}, "place has signs"),
        ({"place": "-"}, "place has signs"),
        ({"slip": "41073200"}, "No free slip"),
        ({"slip": "una"}, "No free slip"),
        ({"words": ""}, "no words"),
        ({"words": "dos\nlíneas"}, "words have signs"),
        ({"read_back": False}, "not read back"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_it_is_sent(change: dict[str, object], why: str) -> None:
    fields = {name: getattr(HEARD, name) for name in Relay.__slots__}

    with pytest.raises(NotARelay, match=why):
        Relay(**(fields | change))  # type: ignore[arg-type]


def test_what_is_too_long_for_the_radio_is_refused() -> None:
    long = Relay(ID, date(2026, 11, 5), "radio-wayra", "es", "water", "", "agua " * 400 + "agua")

    with pytest.raises(NotARelay, match="two parts"):
        write(long)
    with pytest.raises(NotARelay, match="longer than 2 kB"):
        read("x" * (MOST_BYTES + 1))


def signed(*lines: str) -> str:
    """Make a form whose checksum holds, whatever its lines say."""
    import zlib  # noqa: PLC0415  only here

    body = "\n".join(lines)
    return f"{body}\ncheck: {zlib.crc32(body.encode()):08x}"


LINES = write(HEARD).split("\n")[:-1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "title"),
        ("Hola\n" + "\n".join(LINES), "title"),
        (signed(*LINES[:4]), "Lines are missing"),
        (signed(*LINES[:3], "", *LINES[3:]), "empty line"),
        (signed(*LINES[:2], LINES[3], LINES[2], *LINES[4:]), "The line heard is missing"),
        (signed(*LINES[:8]) + "\n" + LINES[8], "Lines are missing|missing, empty"),
        (signed(LINES[0], "id: 6f1e", *LINES[2:]), "id of the relay"),
        (signed(LINES[0], "id: {6f1ed002-ab5e-4c0b-9f63-2f2f6c1f8a90}", *LINES[2:]), "not written as"),
        (signed(*LINES[:2], "heard: 5 nov", *LINES[3:]), "written like 2026"),
        (signed(*LINES[:7], "read-back: no", *LINES[8:]), "not read back"),
        (signed(*LINES[:8], "slip: 4107-3200", *LINES[8:]), "No free slip"),
        (signed(*LINES[:8], f"slip: {SLIP}", *LINES[8:]), "not written as"),
        (signed(*LINES[:8], "slip: ", *LINES[8:]), "slip is missing, empty"),
        (signed(*LINES[:8], f"slip: {codes.show(SLIP)}"), "Lines are missing"),
        (signed(*LINES, f"slip: {codes.show(SLIP)}"), "words is missing"),
        (signed(*LINES[:8], "words: agua~ sucia~ e~"), "tilde"),
        (signed(*LINES[:8], "words: agua  sucia"), "words have signs"),
        (signed(*LINES[:8], "words: agua", "words: sucia"), "not written as"),
        (write(HEARD).replace("Mayu", "Mayú"), "not plain ASCII"),
        (write(HEARD).replace("unu", "yaku"), "checksum"),
    ],
)
def test_each_wrong_thing_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(NotARelay, match=why):
        read(text)


def test_a_refusal_says_nothing_of_what_was_told() -> None:
    with pytest.raises(NotARelay) as refused:
        read(write(HEARD).replace("unu", "yaku"))

    assert "yaku" not in str(refused.value)
