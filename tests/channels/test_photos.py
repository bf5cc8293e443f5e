import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from channels.incoming.attached import photos

GPS = 0x8825
MAKE, MODEL, WHEN, TURNED = 0x010F, 0x0110, 0x0132, 0x0112
SECRETS = (
    b"Exif",
    b"Qorimayu Phone",
    b"R2D2",
    b"2026:03:04",
    b"secret comment",
    b"<script>",
    b"ICC_PROFILE",
    b"http://ns.adobe.com",
)


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, turned: int = 1) -> bytes:
    """Make a picture as a telephone does: with maker, model, time, place and a comment."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1] // 4), fill="red")
    exif = Image.Exif()
    exif[MAKE], exif[MODEL], exif[WHEN], exif[TURNED] = (
        "Qorimayu Phone",
        "R2D2",
        "2026:03:04 12:00:00",
        turned,
    )
    exif.get_ifd(GPS).update({1: "S", 2: (14.0, 5.0, 12.3), 3: "W", 4: (71.0, 2.0, 44.0)})
    out = io.BytesIO()
    more = {"comment": b"secret comment"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_where_and_when_and_with_what_a_photo_was_taken_is_gone(kind: str) -> None:
    raw = a_picture(kind)
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(GPS)[2][0] == 14

    made = photos.clean(raw)

    read = Image.open(io.BytesIO(made))
    assert read.format == "JPEG"
    assert dict(read.getexif()) == {}
    assert not set(read.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert [secret for secret in SECRETS if secret in made] == []


def test_what_was_hung_on_behind_the_picture_is_gone() -> None:
    made = photos.clean(a_picture() + b"<script>alert(1)</script>" + b"PK\x03\x04")

    assert b"<script>" not in made
    assert b"PK\x03\x04" not in made
    assert made.endswith(b"\xff\xd9")


def test_a_photo_taken_sideways_stands_upright_and_a_large_one_becomes_small() -> None:
    made = Image.open(io.BytesIO(photos.clean(a_picture(size=(4000, 3000), turned=6))))

    assert made.size == (photos.SIDE * 3 // 4, photos.SIDE)
    assert made.convert("RGB").getpixel((made.width - 5, 5))[0] > 200  # type: ignore[index]


def bomb(side: int) -> bytes:
    """Write the head of a PNG that says it is huge, and next to nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><html></html>",
        b"GIF89a" + b"\x00" * 50,
        b"<html>" + a_picture(),
        b"%PDF-1.4\n" + a_picture(),
        a_picture()[:400],
        b"\xff\xd8\xff" + b"x" * photos.MOST_BYTES,
        bomb(20_000),
        bomb(60_000),
        bomb(5_001),
    ],
    ids=[
        "nothing",
        "svg",
        "html",
        "gif",
        "html before",
        "pdf before",
        "broken",
        "too heavy",
        "bomb",
        "huge bomb",
        "too many points",
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(photos.NoPhoto):
        photos.clean(raw)


def test_only_our_own_pictures_are_shown_as_such() -> None:
    made = photos.address(photos.clean(a_picture()))

    assert photos.shown(made) == made
    assert photos.shown("data:text/html;base64,PHNjcmlwdD4=") == ""
    assert photos.shown(None) == ""
