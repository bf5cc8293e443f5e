import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.sms.segments import Segments, from_septets, measure, to_gsm7

ONE = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWO = set("\f^{}\\[~]|€")
PLAIN = st.text(sorted(ONE | TWO), max_size=700)
SIMPLE_UCS2 = st.text(["a", "ñ", "á", "í", "ʼ", "中", "😀", "🚰", "€"], max_size=300)


IN_ORDER = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\0ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = {"\f": 10, "^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}


def septets_of(text: str) -> bytes:
    return b"".join(bytes([27, ESCAPED[c]]) if c in ESCAPED else bytes([IN_ORDER.index(c)]) for c in text)


def segmented_by_hand(text: str) -> tuple[str, int, int]:
    gsm = all(sign in ONE or sign in TWO for sign in text)
    sizes = [(2 if sign in TWO else 1) if gsm else len(sign.encode("utf-16-be")) // 2 for sign in text]
    alone, part = (160, 153) if gsm else (70, 67)
    if sum(sizes) <= alone:
        return ("GSM-7" if gsm else "UCS-2", sum(sizes), 1)
    parts = [0]
    for size in sizes:
        if parts[-1] + size > part:
            parts.append(0)
        parts[-1] += size
    return ("GSM-7" if gsm else "UCS-2", sum(sizes), len(parts))


@given(PLAIN | SIMPLE_UCS2)
@example("€" * 77 + "a")
@example("a" * 152 + "€" * 10)
@example("😀" * 36)
def test_segments_are_counted_as_by_hand(text: str) -> None:
    found = measure(text)

    assert (found.encoding, found.units, found.segments) == segmented_by_hand(text)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 66 + "😀" + "á" * 66, "UCS-2", 134, 3),
        ("a`", "UCS-2", 2, 1),
        ("ñéüä", "GSM-7", 4, 1),
        ("yanaptʼa", "UCS-2", 8, 1),
        ("á" * 66 + "👍🏽" + "á" * 4, "UCS-2", 74, 2),
        ("á" * 65 + "👍🏽" + "á" * 64, "UCS-2", 133, 3),
        ("👨‍👩‍👧‍👦" * 7, "UCS-2", 77, 2),
        ("🇵🇪" * 34, "UCS-2", 136, 3),
        ("a" + "\u0301" * 200, "UCS-2", 201, 3),
    ],
)
def test_known_texts_cost_what_the_norm_says(text: str, encoding: str, units: int, segments: int) -> None:
    assert measure(text) == Segments(encoding, units, segments)  # type: ignore[arg-type]


CALCULATED = json.loads((Path(__file__).parent / "twilio_segments.json").read_text(encoding="utf-8"))
"""What Twilio's own calculator (sms-segments-calculator 1.3.0) says of a hundred texts of ours."""


def test_twilios_own_calculator_counts_the_same() -> None:
    ours = [[text, measure(text).encoding, measure(text).segments] for text, _, _ in CALCULATED]

    assert len(ours) == 100
    assert ours == CALCULATED


@given(st.text(sorted(ONE | TWO), max_size=200))
def test_what_a_modem_hands_over_in_septets_is_read_as_it_was_written(text: str) -> None:
    assert from_septets(septets_of(text)) == text


def test_septets_that_mean_nothing_break_nothing() -> None:
    assert from_septets(b"agua\x1b") == "agua"
    assert from_septets(b"a\x1bza\xff") == "a a?"


@given(st.text())
def test_whatever_is_written_becomes_gsm7_and_stays_so(text: str) -> None:
    plain = to_gsm7(text)

    assert measure(plain).encoding == "GSM-7"
    assert to_gsm7(plain) == plain


@given(st.text(sorted(ONE | TWO)))
def test_what_is_gsm7_already_is_left_alone(text: str) -> None:
    assert to_gsm7(text) == text


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("La situación está así: ñandú", "La situacion esta asi: ñandu"),
        ("ñ é ü ä Ñ É Ü Ä", "ñ é ü ä Ñ É Ü Ä"),
        ("man\u0303ana", "mañana"),
        ("yanapt’a ch`ikʼ", "yanapt'a ch'ik'"),
        ("“clave” «caso»", '"clave" "caso"'),
        ("así… 5–6 — N° 3", "asi... 5-6 - No 3"),
        ("1\u00a0000\tm²", "1 000 m2"),
        ("jïsa façade ãõ", "jisa facade ao"),
        ("a\u200bb\ufeffc", "abc"),
        ("agua 中 😀", "agua ? ?"),
        ("٣", "3"),
    ],
)
def test_words_keep_their_meaning_in_the_cheap_alphabet(written: str, sent: str) -> None:
    assert to_gsm7(written) == sent
