"""Strangers' pictures are made fit, or refused."""

import os
import struct
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from io import BytesIO
from time import monotonic, sleep

import pytest
from PIL import Image, PngImagePlugin

from sharebot.pictures import NoPicture, fetched, fitted
from sharebot.pictures.fit import MOST_DOWNLOADED

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOST = 1_000_000


def noise(size, mode="RGB"):
    return Image.frombytes(mode, size, os.urandom(size[0] * size[1] * len(mode)))


def written(image, kind, **options):
    into = BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def png_that_claims(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "media"), [("JPEG", "image/jpeg"), ("WEBP", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/png")]
)
def test_photographs_become_jpeg_and_drawings_png(file, opened, kind, media):
    made = fitted(file(kind), MOST)
    assert (made.media, made.width, made.height) == (media, 640, 360)
    assert opened(made).size == (640, 360)
    assert made.name == f"picture.{media.removeprefix('image/')}"


def test_the_format_is_told_by_the_content(file):
    for kind in ("BMP", "TIFF", "ICO", "PPM"):
        with pytest.raises(NoPicture, match="JPEG, PNG, WebP or GIF"):
            fitted(file(kind, size=(64, 64)), MOST)
    for data in (b"", b"<svg/>", b"<!doctype html>", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", os.urandom(200)):
        with pytest.raises(NoPicture):
            fitted(data, MOST)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_file_that_was_cut_or_spoilt_is_refused_or_read_and_never_breaks_anything(kind):
    data = written(noise((64, 64)), kind)
    for seed in range(40):
        spoilt = bytearray(data)
        spoilt[seed * len(data) // 40] ^= 0x5A
        for tried in (bytes(spoilt), data[: len(data) * seed // 40]):
            try:
                assert fitted(tried, MOST).data
            except NoPicture:
                continue


@pytest.mark.parametrize("size", [(5001, 5000), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 1)])
def test_a_decompression_bomb_is_refused_by_what_it_claims_before_it_is_unpacked(size):
    began = monotonic()
    with pytest.raises(NoPicture):
        fitted(png_that_claims(*size), MOST)
    assert monotonic() - began < 1


def test_a_mark_that_counts_readers_is_no_picture(file):
    with pytest.raises(NoPicture, match="1 x 1 pixels, which is too small"):
        fitted(file("GIF", size=(1, 1)), MOST)


def test_nothing_but_the_pixels_is_passed_on(opened):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera of Maria", 1
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "Secret place")
    sources = [
        written(noise((80, 80)), "JPEG", exif=exif, comment=b"Secret place", icc_profile=b"Profile of Maria" * 9),
        written(noise((80, 80)), "PNG", exif=exif, pnginfo=notes, icc_profile=b"Profile of Maria" * 9),
        written(noise((80, 80)), "WEBP", exif=exif, xmp=b"<x>Secret place</x>"),
    ]
    for source in sources:
        made = fitted(source + b"Secret place", MOST)
        assert not any(words in made.data for words in (b"Maria", b"Secret", b"Exif", b"iCCP", b"ICC_PROFILE"))
        assert not opened(made).getexif()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_from_a_camera_held_sideways_stands_upright(opened, orientation):
    upright = Image.new("RGB", (120, 60), "blue")
    upright.paste("red", (0, 0, 60, 30))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    shown = opened(fitted(written(held, "JPEG", exif=exif, quality=95), MOST))
    assert shown.size == (120, 60)
    corners = [shown.getpixel(place) for place in ((15, 8), (105, 8), (15, 52))]
    assert [red > blue for red, _, blue in corners] == [True, False, False]


def test_only_the_first_frame_of_a_moving_picture_is_taken(opened):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    made = fitted(written(frames[0], "GIF", save_all=True, append_images=frames[1:]), MOST)
    assert getattr(opened(made), "n_frames", 1) == 1
    assert opened(made).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_large_picture_is_scaled_and_keeps_its_proportions(file):
    made = fitted(file("JPEG", size=(5000, 2500)), MOST)
    assert (made.width, made.height) == (2000, 1000)


@pytest.mark.parametrize("most", [1_000_000, 60_000, 5_000])
def test_no_picture_is_larger_than_it_may_be(opened, most):
    made = fitted(written(noise((1500, 1200)), "PNG"), most)
    assert len(made.data) <= most
    assert opened(made).size == (made.width, made.height)


def test_what_cannot_be_made_so_small_is_refused():
    with pytest.raises(NoPicture, match="smaller than 200 bytes"):
        fitted(written(noise((400, 400)), "PNG"), 200)


def test_what_can_be_seen_through_stays_so_or_stands_on_white(opened):
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    small = fitted(written(clear, "PNG"), MOST)
    assert opened(small).getpixel((5, 5))[3] == 0
    busy = noise((400, 400), "RGBA")
    busy.paste((0, 0, 0, 0), (0, 0, 200, 200))
    tight = fitted(written(busy, "PNG"), 100_000)
    assert tight.media == "image/jpeg"
    assert min(opened(tight).getpixel((40, 40))) > 240


@pytest.mark.parametrize(
    "grey",
    [
        Image.new("L", (64, 64), 200),
        Image.new("L", (64, 64), 200).convert("P"),
        Image.new("LA", (64, 64), (200, 255)),
        Image.new("I;16", (64, 64), 200 * 257),
    ],
    ids=lambda image: image.mode,
)
def test_grey_palettes_and_sixteen_bits_keep_their_tones(opened, grey):
    assert opened(fitted(written(grey, "PNG"), MOST)).convert("L").getpixel((5, 5)) == 200


def test_colours_of_print_become_those_of_a_screen(opened):
    made = fitted(written(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"), MOST)
    red, green, blue = opened(made).getpixel((5, 5))
    assert red > 200
    assert max(green, blue) < 60


def test_the_same_file_is_made_into_the_same_bytes():
    data = written(noise((500, 400)), "JPEG")
    assert fitted(data, MOST) == fitted(data, MOST)


# ── fetched ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_is_fetched_whatever_its_server_calls_it(web, file):
    web.pages["/ferry"] = (200, {"Content-Type": "image/svg+xml"}, file("JPEG"))
    made = fetched(f"{web.url}/ferry", MOST, NOW, allow_private=True)
    assert (made.media, made.width) == ("image/jpeg", 640)


def test_a_picture_on_a_private_network_is_not_asked_for(web, file):
    web.pages["/ferry.jpg"] = (200, {}, file("JPEG"))
    with pytest.raises(NoPicture, match="private network"):
        fetched(f"{web.url}/ferry.jpg", MOST, NOW)
    assert web.seen == []


@pytest.mark.parametrize(
    "page", [(404, {}, b""), (200, {}, b"<!doctype html>"), (200, {}, bytes(MOST_DOWNLOADED + 1)), (500, {}, b"")]
)
def test_what_cannot_be_had_is_named_without_what_may_be_secret(web, page):
    web.pages["/ferry.jpg?token=s3cret"] = page
    with pytest.raises(NoPicture, match=r"/ferry\.jpg") as error:
        fetched(web.url.replace("//", "//user:pass@") + "/ferry.jpg?token=s3cret", MOST, NOW, allow_private=True)
    assert "s3cret" not in str(error.value)
    assert "pass@" not in str(error.value)


@pytest.mark.parametrize("url", ["", "ferry.jpg", "file:///etc/passwd", "data:image/png;base64,AAAA", "//host/x.png"])
def test_only_the_web_is_asked(url):
    with pytest.raises(NoPicture, match="only addresses such as"):
        fetched(url, MOST, NOW, allow_private=True)


def test_a_slow_server_does_not_hold_the_post_up(web):
    web.pages["/slow.jpg"] = lambda _: sleep(3)
    began = monotonic()
    with pytest.raises(NoPicture):
        fetched(f"{web.url}/slow.jpg", MOST, NOW, within=0.6, allow_private=True)
    assert monotonic() - began < 2


def test_pillow_is_not_loaded_before_there_is_a_picture():
    code = "import sys, sharebot.pictures, sharebot.platforms.bluesky; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
