"""Page images at the viewer's sizes: upright, never enlarged, each page decoded once."""

from pathlib import Path

import pytest
from PIL import Image

from ocr_pipeline.arrays import Pixels
from ocr_pipeline.page_images import ImagePages
from ocr_pipeline.render import render_pages


def page(width: int, height: int) -> Image.Image:
    """White, with a red upper left corner."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((255, 0, 0), (0, 0, width // 4, height // 4))
    return image


def rendered(path: Path, files: Path, *turns_deg: int) -> list[dict[str, object]]:
    pages = [{"number": n, "turn_deg": turn} for n, turn in enumerate(turns_deg, start=1)]
    return list(render_pages(path, {"kind": "image", "pages": pages}, files)["files"])


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2480, 3508), [2480, 1600, 800, 240]),
        ((1654, 2339), [1654, 800, 240]),
        ((1600, 1000), [1600, 800, 240]),
        ((850, 1200), [850, 240]),
        ((200, 100), [200, 200]),
    ],
)
def test_widths(size: tuple[int, int], expected: list[int], tmp_path: Path) -> None:
    page(*size).save(tmp_path / "scan.png")
    files = rendered(tmp_path / "scan.png", tmp_path, 0)
    assert [file["width_px"] for file in files] == expected
    assert [file["kind"] for file in files] == ["image"] * (len(expected) - 1) + ["thumb"]
    for file in files:
        with Image.open(tmp_path / str(file["name"])) as made:
            assert made.format == "JPEG"
            assert made.size == (file["width_px"], file["height_px"])
            assert abs(made.height - made.width * size[1] / size[0]) < 1


@pytest.mark.parametrize(
    ("turn_deg", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))]
)
def test_upright(turn_deg: int, corner: tuple[int, int], tmp_path: Path) -> None:
    page(1000, 1400).save(tmp_path / "scan.png")
    for file in rendered(tmp_path / "scan.png", tmp_path, turn_deg):
        with Image.open(tmp_path / str(file["name"])) as made:
            across, down = made.size
            assert (across > down) == (turn_deg in (90, 270))
            red = [
                (x, y)
                for x in (0, 1)
                for y in (0, 1)
                if made.getpixel((5 + x * (across - 10), 5 + y * (down - 10)))[1] < 100  # type: ignore[index]
            ]
            assert red == [corner]


def test_each_page_of_a_tiff_is_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = page(900, 1200), page(2000, 1500)
    first.save(tmp_path / "scan.tif", save_all=True, append_images=[second])
    decoded: list[int] = []
    decode = ImagePages.image

    def counted(images: ImagePages, number: int) -> Pixels:
        decoded.append(number)
        return decode(images, number)

    monkeypatch.setattr(ImagePages, "image", counted)
    files = rendered(tmp_path / "scan.tif", tmp_path, 0, 0)
    assert decoded == [1, 2]
    assert [(file["page"], file["width_px"]) for file in files] == [(1, 900), (1, 800), (1, 240), (2, 2000), (2, 1600), (2, 800), (2, 240)]  # fmt: skip
    assert len({file["name"] for file in files}) == len(files)


def test_a_grey_page_is_kept_grey(tmp_path: Path) -> None:
    Image.new("L", (900, 900), 200).save(tmp_path / "scan.png")
    for file in rendered(tmp_path / "scan.png", tmp_path, 0):
        with Image.open(tmp_path / str(file["name"])) as made:
            assert made.mode == "L"
