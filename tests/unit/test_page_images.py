"""Page images out of PDF, JPEG, PNG and TIFF: pixels, sizes, resolutions."""

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import ExifTags, Image

from ocr_pipeline.arrays import Pixels
from ocr_pipeline.limits import Limits
from ocr_pipeline.page_images import (
    PageTooLarge,
    PageUnreadable,
    believable_dpi,
    open_pages,
)
from ocr_pipeline.types import Kind

SIZE = (200, 300)
MARKED = np.full((SIZE[1], SIZE[0]), 255, np.uint8)
MARKED[10:60, 20:80] = 0  # off the middle both ways, so that each turn and flip shows


def pdf(
    path: Path,
    *,
    matrix: str = "100 0 0 150 0 0",
    rotate: int = 0,
    after: bytes = b"",
    stencil: bool = False,
    decode: list[int] | None = None,
) -> Path:
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(100, 150))
        data = Image.fromarray(MARKED).convert("1").tobytes()
        image = document.make_stream(
            data,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=SIZE[0],
            Height=SIZE[1],
            BitsPerComponent=1,
        )
        if stencil:
            image.ImageMask = True
        else:
            image.ColorSpace = pikepdf.Name.DeviceGray
        if decode:
            image.Decode = decode
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
        page.obj.Contents = document.make_stream(b"q %s cm /Scan Do Q " % matrix.encode() + after)
        if rotate:
            page.obj.Rotate = rotate
        document.save(path)
    return path


def grey(image: Pixels) -> Pixels:
    assert image.dtype == np.uint8
    assert image.ndim == 3
    return image[:, :, 0]


@pytest.mark.parametrize(
    ("matrix", "rotate", "expected"),
    [
        ("100 0 0 150 0 0", 0, MARKED),
        ("-100 0 0 150 100 0", 0, MARKED[:, ::-1]),
        ("100 0 0 -150 0 150", 0, MARKED[::-1]),
        ("100 0 0 150 0 0", 90, np.rot90(MARKED, -1)),
        ("100 0 0 150 0 0", 180, np.rot90(MARKED, 2)),
        ("100 0 0 150 0 0", 270, np.rot90(MARKED)),
        ("0 150 -100 0 100 0", 0, np.rot90(MARKED)),
        ("0 -150 100 0 0 150", 90, np.rot90(MARKED, -2)),
    ],
)
def test_a_full_page_image_is_taken_out_as_the_page_shows_it(
    tmp_path: Path, matrix: str, rotate: int, expected: Pixels
) -> None:
    with open_pages(pdf(tmp_path / "a.pdf", matrix=matrix, rotate=rotate), Kind.PDF) as pages:
        assert pages.size(1) == expected.shape[::-1]
        assert (grey(pages.image(1)) == expected).all()


def test_a_stencil_and_an_inverted_image_show_as_the_page_does(tmp_path: Path) -> None:
    for stencil, decode, expected in ((True, None, MARKED), (False, [1, 0], 255 - MARKED)):
        path = pdf(tmp_path / "a.pdf", stencil=stencil, decode=decode)
        with open_pages(path, Kind.PDF) as pages:
            assert (grey(pages.image(1)) == expected).mean() > 0.99


def test_what_is_drawn_over_a_scan_shows_and_the_size_stays(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", after=b"0 0 0 rg 50 10 40 20 re f")
    with open_pages(path, Kind.PDF) as pages:
        image = grey(pages.image(1))
        assert image.shape == MARKED.shape
        assert image[260, 140] == 0
        assert image[30, 50] == 0


def test_a_page_without_a_full_image_is_rendered_at_200_dpi(tmp_path: Path) -> None:
    with open_pages(pdf(tmp_path / "a.pdf", matrix="20 0 0 30 0 0"), Kind.PDF) as pages:
        assert pages.size(1) == (round(100 / 72 * 200), round(150 / 72 * 200))
        assert pages.dpi(1) == 200
        assert pages.image(1).shape[:2] == pages.size(1)[::-1]


@pytest.mark.parametrize(
    ("format_", "orientation"), [("JPEG", 6), ("PNG", 6), ("TIFF", 6), ("JPEG", 3)]
)
def test_photographs_stand_as_exif_says(tmp_path: Path, format_: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = tmp_path / "a.img"
    Image.fromarray(MARKED).convert("RGB").save(path, format_, exif=exif, dpi=(40, 40))
    expected = np.rot90(MARKED, {6: -1, 3: 2}[orientation])
    with open_pages(path, Kind.IMAGE) as pages:
        assert pages.size(1) == expected.shape[::-1]
        assert (np.abs(grey(pages.image(1)).astype(int) - expected) < 60).mean() > 0.98
        assert pages.size(1) == expected.shape[::-1]  # told the same once it is decoded


def test_each_tiff_frame_is_a_page_in_any_mode(tmp_path: Path) -> None:
    frames = [
        Image.new("1", (30, 20), 1),
        Image.fromarray(np.full((20, 30), 40_000, np.uint16)),
        Image.new("RGBA", (9, 8), (0, 0, 0, 0)),
        Image.new("CMYK", (7, 5)),
    ]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    with open_pages(tmp_path / "a.tif", Kind.IMAGE) as pages:
        assert pages.count == 4
        found = [pages.image(number) for number in (4, 3, 2, 1)]
        assert [image.shape for image in found] == [(5, 7, 3), (8, 9, 3), (20, 30, 3), (20, 30, 3)]
        assert [int(image.mean()) for image in found] == [255, 255, 155, 255]


def test_more_pixels_than_allowed_are_not_decoded(tmp_path: Path) -> None:
    Image.new("L", (400, 300)).save(tmp_path / "a.png")
    limits = Limits(page_pixels=100_000)
    with (
        open_pages(tmp_path / "a.png", Kind.IMAGE, limits=limits) as pages,
        pytest.raises(PageTooLarge),
    ):
        pages.image(1)
    small = Limits(page_pixels=1_000)
    with (
        open_pages(pdf(tmp_path / "a.pdf"), Kind.PDF, limits=small) as pages,
        pytest.raises(PageTooLarge),
    ):
        pages.image(1)


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.IMAGE])
def test_a_damaged_file_is_told(tmp_path: Path, kind: Kind) -> None:
    data = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(data, "PNG")
    content = b"%PDF-1.7 nothing" if kind is Kind.PDF else data.getvalue()[:3000]
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(PageUnreadable), open_pages(tmp_path / "a", kind) as pages:
        pages.image(1)


@pytest.mark.parametrize(
    ("stated", "width", "expected"),
    [
        (300, 2480, 300),
        (72, 1654, 1654 / 8.27),
        (1, 3000, 3000 / 8.27),
        (96, 576, 96),
        (600, 700, 700 / 8.27),
    ],
)
def test_a_stated_resolution_is_believed_unless_absurd(
    stated: int, width: int, expected: float
) -> None:
    assert believable_dpi(stated, width, width * 2) == pytest.approx(expected)
