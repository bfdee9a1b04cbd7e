"""The job `pdfa`: a scan as a searchable PDF/A-2b.

Source: ISO 19005-2:2011, level B.
"""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import ImageCms

from ocr_pipeline.page_images import PageImages, open_pages
from ocr_pipeline.pdfa.font import invisible_font
from ocr_pipeline.pdfa.pictures import image_of_file, image_of_pixels
from ocr_pipeline.pdfa.scanned_page import Drawing, PageIs, adopted, drawing_of, visible_box
from ocr_pipeline.pdfa.words import Codes, number, page_matrix, text_content
from ocr_pipeline.types import Kind, Source

NAME = "searchable.pdf"
SCAN_PAGES_SHARE = 0.5  # fewer scanned pages than this: the file is digital, and stays as it is
# fixed, so that the same scan gives the same file
PROFILE_DATE = struct.pack(">6H", 2020, 3, 5, 0, 0, 0)
POINTS = 72


def make_pdfa(path: Path, arguments: Mapping[str, Any], files: Path) -> dict[str, str]:
    """Write `files/searchable.pdf`, or say why the file cannot be converted.

    Args:
        path: The original.
        arguments: `kind`, and `pages`: readings with words, those pages that could be read.
        files: Where the result goes.

    Returns:
        `{"name": …}` or `{"not_convertible": "born_digital" | "no_page_images"}`.
    """
    kind = Kind(arguments["kind"])
    if kind not in (Kind.PDF, Kind.IMAGE):
        return {"not_convertible": "no_page_images"}
    readings = {page["number"]: page for page in arguments["pages"]}
    made = Pdf.new()
    codes = Codes()
    with open_pages(path, kind) as images:
        add = add_pdf_pages if kind is Kind.PDF else add_image_pages
        if not add(made, path, images, readings, codes):
            return {"not_convertible": "born_digital"}
        font = made.make_indirect(invisible_font(made, codes.of))
        for page in made.pages:
            if "/Font" in page.obj.Resources:
                page.obj.Resources.Font.F = font
        finish(made)
        made.save(files / NAME, deterministic_id=True, min_version="1.7", compress_streams=True)
    return {"name": NAME}


def add_pdf_pages(
    made: Pdf, path: Path, images: PageImages, readings: Mapping[int, Any], codes: Codes
) -> bool:
    """The pages of a PDF; false when most of them were never on paper."""
    source = Pdf.open(path)  # stays open until the result is saved: streams are copied then
    found = [
        drawing_of(page, by_text_layer=readings.get(at, {}).get("source") == Source.TEXT_LAYER)
        for at, page in enumerate(source.pages, start=1)
    ]
    scans = sum(kind in (PageIs.SCAN, PageIs.ODD_SCAN) for kind, _ in found)
    shown = sum(kind is not PageIs.EMPTY for kind, _ in found)
    if not scans or scans < SCAN_PAGES_SHARE * shown:
        return False
    for at, (page, (kind, drawing)) in enumerate(zip(source.pages, found, strict=True), start=1):
        if kind in (PageIs.SCAN, PageIs.EMPTY):
            add_drawn(made, page, drawing, readings.get(at), codes)
        else:
            add_rendered(made, page, images, readings.get(at), at, codes)
    return True


def add_drawn(
    made: Pdf, page: pikepdf.Page, drawing: Drawing, reading: Mapping[str, Any] | None, codes: Codes
) -> None:
    """A scanned page, its images drawn as before."""
    content = pikepdf.unparse_content_stream(drawing.instructions)
    names = {f"/Im{at}": image for at, image in enumerate(adopted(made, drawing.images), start=1)}
    rotation = int(page.obj.get("/Rotate", 0)) % 360
    add_page(made, visible_box(page), rotation, names, b"q\n" + content + b"\nQ", reading, codes)


def add_rendered(
    made: Pdf, page: pikepdf.Page, images: PageImages, reading: Mapping[str, Any] | None,
    at: int, codes: Codes,
) -> None:  # fmt: skip
    """A page as the viewer shows it, as one picture."""
    pixels = images.image(at)
    left, bottom, right, top = visible_box(page)
    size = (right - left, top - bottom)
    if int(page.obj.get("/Rotate", 0)) % 180:
        size = (size[1], size[0])
    picture = image_of_pixels(made, pixels)
    add_page(made, (0, 0, *size), 0, {"/Im1": picture}, placed((1, 0, 0, 1, 0, 0), size), reading, codes)  # fmt: skip


def add_image_pages(
    made: Pdf, path: Path, images: PageImages, readings: Mapping[int, Any], codes: Codes
) -> bool:
    """The frames of an image file, in their own size on paper."""
    for at in range(1, images.count + 1):
        width_px, height_px = images.size(at)
        dpi = images.dpi(at)
        size = (width_px / dpi * POINTS, height_px / dpi * POINTS)
        picture, place = image_of_file(made, path, at - 1)
        add_page(made, (0, 0, *size), 0, {"/Im1": picture}, placed(place, size), readings.get(at), codes)  # fmt: skip
    return True


def placed(place: Sequence[float], size: tuple[float, float]) -> bytes:
    """Draw the one image over the whole page."""
    a, b, c, d, e, f = place
    across, up = size
    numbers = (a * across, b * up, c * across, d * up, e * across, f * up)
    return f"q {' '.join(map(number, numbers))} cm /Im1 Do Q".encode("ascii")


def add_page(
    made: Pdf, box: Sequence[float], rotation: int, images: Mapping[str, Any], content: bytes,
    reading: Mapping[str, Any] | None, codes: Codes,
) -> None:  # fmt: skip
    """A page of the result: images beneath, words invisible above, turned upright."""
    resources = Dictionary()
    if images:
        resources.XObject = Dictionary(images)
    if reading and reading["words"]:
        rotation = (rotation + reading["turn_deg"]) % 360
        matrix = page_matrix(
            box, turn_deg=rotation, width_px=reading["width_px"], height_px=reading["height_px"]
        )
        content += b"\n" + text_content(reading["words"], matrix, codes)
        resources.Font = Dictionary()
    elif reading:
        rotation = (rotation + reading["turn_deg"]) % 360
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([round(float(value), 4) for value in box]),
        Resources=resources, Contents=Stream(made, content), Rotate=rotation,
    )  # fmt: skip
    made.pages.append(pikepdf.Page(made.make_indirect(page)))


def finish(made: Pdf) -> None:
    """What makes it PDF/A-2b: the output intent and the claim."""
    profile = Stream(made, srgb_profile(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=b"sRGB",
        RegistryName=b"http://www.color.org", Info=b"sRGB IEC61966-2.1",
        DestOutputProfile=made.make_indirect(profile),
    )  # fmt: skip
    made.Root.OutputIntents = Array([made.make_indirect(intent)])
    with made.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "B"


def srgb_profile() -> bytes:
    """The sRGB colour profile, with a fixed date and without the checksum that the date would change."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = PROFILE_DATE
    profile[84:100] = bytes(16)
    return bytes(profile)
