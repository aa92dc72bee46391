"""Pictures for people: the frame is where the word is, the file is small, the size is bounded."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from connectors.errors import Unreadable
from connectors.pdf.limits import Limits
from connectors.pdf.picture import crop_image, page_image
from connectors.pdf.reader import read
from schemas.page import Box
from tests.connectors.pdf_papers import changed, drawn, written
from tests.papers import make_paper


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def red_box(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The bounds of everything red."""
    red, green, _ = picture.split()
    is_red = ImageChops.multiply(red.point(lambda v: 255 * (v > 150)), green.point(lambda v: 255 * (v < 90)))
    return is_red.getbbox()


def test_the_frame_lies_around_the_word() -> None:
    data = written("Invoice 42")
    box = read(data).pages[0].words[1].box
    picture = opened(page_image(data, 1, frames=[box], dpi=144, max_width=None).data)
    assert picture.size == (800, 600)
    left, top, right, bottom = red_box(picture) or (0, 0, 0, 0)
    assert (left, top, right, bottom) == pytest.approx([2 * edge for edge in box], abs=8)
    assert left < 2 * box.x0
    assert right > 2 * box.x1


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_frame_follows_a_turned_page(turn: int) -> None:
    data = changed(written("Invoice 42"), lambda pdf: setattr(pdf.pages[0], "Rotate", turn))
    box = read(data).pages[0].words[1].box
    picture = opened(page_image(data, 1, frames=[box], dpi=144, max_width=None).data)
    left, top, right, bottom = (round(2 * edge) for edge in box)
    inside = picture.crop((left, top, right, bottom)).convert("L").resize((1, 1))
    assert red_box(picture) == pytest.approx([2 * edge for edge in box], abs=8)
    assert inside.tobytes()[0] < 235  # the word is in the frame: paper alone is white


def test_a_crop_shows_the_surroundings_at_a_readable_width() -> None:
    data = make_paper("commercial_invoice", seed=4, language="ru", lines=12).pdf
    for word in read(data).pages[0].words[::25]:
        image = crop_image(data, 1, word.box, frames=[word.box])
        picture = opened(image.data)
        assert 700 <= picture.width <= 900
        assert 200 <= picture.height <= picture.width
        assert red_box(picture) is not None
        assert len(image.data) < 120_000


def test_a_whole_form_is_small_enough_for_a_web_form() -> None:
    image = page_image(make_paper("cmr", seed=4, language="ru/en").pdf, 1)
    assert opened(image.data).width == pytest.approx(860, abs=1)
    assert len(image.data) < 120_000


def test_a_noisy_page_comes_as_jpeg() -> None:
    from reportlab.lib.utils import ImageReader

    noise = Image.effect_noise((400, 300), 90)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(noise), 0, 0, 400, 300)

    assert page_image(drawn(draw), 1).mime == "image/jpeg"


def test_a_box_off_the_page_gives_the_whole_page() -> None:
    picture = opened(crop_image(written("x"), 1, Box(5000, 5000, 5100, 5100)).data)
    assert picture.width / picture.height == pytest.approx(400 / 300, abs=0.01)


def test_pixels_are_bounded_whatever_the_page_and_the_resolution() -> None:
    data = drawn(lambda canvas: None, size=(14_000, 10_000))
    picture = opened(page_image(data, 1, dpi=600, max_width=None, limits=Limits(picture_pixels=1_000_000)).data)
    assert picture.width * picture.height <= 1_000_000


def test_a_page_that_is_not_there_is_named() -> None:
    with pytest.raises(Unreadable, match=r"has 1 page\(s\); page 7 is not among them"):
        page_image(written("x"), 7)
