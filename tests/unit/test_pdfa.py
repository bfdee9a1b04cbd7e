"""A scan as a searchable PDF/A: judged by veraPDF, its text found again where it stands."""

import io
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms, ImageDraw, ImageFont
from PIL.TiffImagePlugin import TiffImageFile

from ocr_pipeline.page_images import open_pages
from ocr_pipeline.pdfa import make_pdfa
from ocr_pipeline.pdfa.pictures import plain_mode
from ocr_pipeline.types import Kind
from tests.verapdf import complaints

WIDTH, HEIGHT = 620, 877  # A4 at 75 dpi
LINES = ("ỦY BAN NHÂN DÂN XÃ TÚ SƠN", "QUYẾT ĐỊNH", "Về việc thuỷ lợi - năm 2020", "Điều 1. Đồng ý")
FONT = "DejaVuSans.ttf"


def upright_page() -> tuple[Image.Image, list[dict[str, Any]]]:
    """A page of four lines and its words as a reading has them."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 20)
    words = []
    for number, line in enumerate(LINES):
        x, y = 60, 80 + 60 * number
        for text in line.split():
            pen.text((x, y), text, fill="black", font=font)
            left, top, right, bottom = map(int, pen.textbbox((x, y), text, font=font))
            box = {"left": left, "top": top, "width": right - left, "height": bottom - top}
            words.append({"text": text, "box": box, "confidence": 0.9, "line": number})
            x = right + 8
    return page, words


PAGE, WORDS = upright_page()


def reading(number: int = 1, **changes: Any) -> dict[str, Any]:
    facts = {"number": number, "text": "", "words": WORDS, "source": "ocr", "width_px": WIDTH, "height_px": HEIGHT, "turn_deg": 0}  # fmt: skip
    return {**facts, **changes}


def encoded(image: Image.Image, form: str, **how: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, form, **how)
    return held.getvalue()


def jpeg_keys(image: Image.Image) -> dict[str, Any]:
    colours = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}
    return {"Type": Name.XObject, "Subtype": Name.Image, "Width": image.width, "Height": image.height, "ColorSpace": colours[image.mode], "BitsPerComponent": 8, "Filter": Name.DCTDecode}  # fmt: skip


def pdf_of(image: Image.Image, *, rotate: int = 0, **keys: Any) -> Callable[[Path], None]:
    """A PDF whose one page is an image; `rotate` is the page's own, undone in the pixels."""

    def write(path: Path) -> None:
        pdf = Pdf.new()
        stored = image.rotate(rotate, expand=True)  # counter-clockwise, as /Rotate turns it back
        stream = Stream(pdf, encoded(stored, "JPEG"), **{**jpeg_keys(stored), **keys})
        across, up = (842, 595) if stored.width > stored.height else (595, 842)
        page = Dictionary(
            Type=Name.Page, MediaBox=Array([0, 0, across, up]), Rotate=rotate,
            Resources=Dictionary(XObject=Dictionary(Im0=stream)),
            Contents=Stream(pdf, f"q {across} 0 0 {up} 0 0 cm /Im0 Do Q".encode()),
        )  # fmt: skip
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        pdf.save(path)

    return write


def in_a_form(path: Path) -> None:
    """The image within two forms, beneath invisible text in a font that is not embedded."""
    pdf_of(PAGE)(path)
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0].obj
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        for name, box in (("In", [0, 0, 595, 842]), ("Out", [0, 0, 595, 842])):
            form = Stream(pdf, page.Contents.read_bytes(), Type=Name.XObject, Subtype=Name.Form, BBox=Array(box), Resources=page.Resources)  # fmt: skip
            page.Resources = Dictionary(
                XObject=Dictionary({f"/{name}": form}), Font=Dictionary(F1=font)
            )
            page.Contents = Stream(pdf, f"q /{name} Do Q BT 3 Tr /F1 12 Tf (old) Tj ET".encode())
        pdf.save(path)


def with_a_note(path: Path) -> None:
    """A scan with a visible stamp laid on it as an annotation."""
    pdf_of(PAGE)(path)
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        look = Stream(pdf, b"1 0 0 rg 0 0 50 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50]))  # fmt: skip
        note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([500, 50, 550, 100]), F=4, AP=Dictionary(N=look))  # fmt: skip
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        pdf.save(path)


def fax(path: Path) -> None:
    """A bilevel page in CCITT group 4, as fax servers write it."""
    bilevel = PAGE.convert("1")
    strip = encoded(bilevel, "TIFF", compression="group4", strip_size=10**7)
    with TiffImageFile(io.BytesIO(strip)) as tiff:
        (offset,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    pdf = Pdf.new()
    parameters = Dictionary(K=-1, Columns=WIDTH, Rows=HEIGHT, BlackIs1=True)
    stream = Stream(
        pdf, strip[offset : offset + length], Type=Name.XObject, Subtype=Name.Image, Width=WIDTH,
        Height=HEIGHT, ColorSpace=Name.DeviceGray, BitsPerComponent=1, Filter=Name.CCITTFaxDecode,
        DecodeParms=parameters, Interpolate=True,
    )  # fmt: skip
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, 595, 842]),
        Resources=Dictionary(XObject=Dictionary(Im0=stream)),
        Contents=Stream(pdf, b"q 595 0 0 842 0 0 cm /Im0 Do Q"),
    )  # fmt: skip
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    pdf.save(path)


def with_profile(profile: bytes) -> Callable[[Path], None]:
    """A scan whose colours are given by a profile in the file."""

    def write(path: Path) -> None:
        pdf_of(PAGE)(path)
        with Pdf.open(path, allow_overwriting_input=True) as pdf:
            image = pdf.pages[0].obj.Resources.XObject.Im0
            image.ColorSpace = Array([Name.ICCBased, Stream(pdf, profile, N=3)])
            pdf.save(path)

    return write


def jpeg2000(path: Path) -> None:
    """A scan in JPEG 2000, whose colours are given in the image itself."""
    pdf_of(PAGE)(path)
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        xobjects = pdf.pages[0].obj.Resources.XObject
        xobjects.Im0 = Stream(pdf, encoded(PAGE, "JPEG2000"), Type=Name.XObject, Subtype=Name.Image, Width=WIDTH, Height=HEIGHT, Filter=Name.JPXDecode)  # fmt: skip
        pdf.save(path)


def image_file(image: Image.Image, form: str, **how: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(encoded(image, form, **how))

    return write


def sideways(orientation: int) -> Callable[[Path], None]:
    """A JPEG that is upright only by its EXIF orientation."""
    undo = {3: Image.Transpose.ROTATE_180, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270, 2: Image.Transpose.FLIP_LEFT_RIGHT, 4: Image.Transpose.FLIP_TOP_BOTTOM}  # fmt: skip
    exif = Image.Exif()
    exif[274] = orientation
    return image_file(PAGE.transpose(undo[orientation]), "JPEG", exif=exif, quality=90)


CASES: Mapping[str, tuple[str, Callable[[Path], None], dict[str, Any]]] = {
    "jpeg in a pdf": ("pdf", pdf_of(PAGE), {}),
    "grey jpeg": ("pdf", pdf_of(PAGE.convert("L")), {}),
    "page turned 90": ("pdf", pdf_of(PAGE, rotate=90), {}),
    "page turned 180": ("pdf", pdf_of(PAGE, rotate=180), {}),
    "page turned 270": ("pdf", pdf_of(PAGE, rotate=270), {}),
    "scanned on its head": ("pdf", pdf_of(PAGE.rotate(180)), {"turn_deg": 180}),
    "scanned sideways": ("pdf", pdf_of(PAGE.rotate(90, expand=True)), {"turn_deg": 90}),
    "forms and an old text layer": ("pdf", in_a_form, {}),
    "a stamp laid on it": ("pdf", with_a_note, {}),
    "four inks": ("pdf", pdf_of(PAGE.convert("CMYK"), Decode=Array([1, 0] * 4)), {}),
    "keys not allowed": ("pdf", pdf_of(PAGE, Interpolate=True, Intent=Name.Foo, Alternates=Array()), {}),
    "fax": ("pdf", fax, {}),
    "jpeg 2000": ("pdf", jpeg2000, {}),
    "a sound profile": ("pdf", with_profile(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()), {}),
    "a broken profile": ("pdf", with_profile(b"no profile"), {}),
    "jpeg": ("image", image_file(PAGE, "JPEG", dpi=(75, 75)), {}),
    "png": ("image", image_file(PAGE, "PNG"), {}),
    "transparent png": ("image", image_file(PAGE.convert("RGBA"), "PNG"), {}),
    "bilevel tiff": ("image", image_file(PAGE.convert("1"), "TIFF", compression="group4"), {}),
    "image scanned on its head": ("image", image_file(PAGE.rotate(180), "PNG"), {"turn_deg": 180}),
    **{f"phone held {o}": ("image", sideways(o), {}) for o in (2, 3, 4, 5, 6, 7, 8)},
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every case converted once."""
    results = {}
    for name, (kind, write, changes) in CASES.items():
        folder = tmp_path_factory.mktemp("pdfa")
        write(folder / "original")
        arguments = {"kind": kind, "pages": [reading(**changes)]}
        results[name] = folder / make_pdfa(folder / "original", arguments, folder)["name"]
    return results


def test_all_are_valid_pdfa_2b(made: dict[str, Path], tmp_path: Path) -> None:
    paths = []
    for name, path in made.items():
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(path.read_bytes())
    found = complaints(paths)
    assert len(found) == len(paths)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("name", CASES)
def test_words_come_out_in_their_boxes(made: dict[str, Path], name: str) -> None:
    with pdfplumber.open(made[name]) as pdf:
        page = pdf.pages[0]
        scale = WIDTH / float(page.width)
        found = page.extract_words(use_text_flow=True, x_tolerance=1)
    assert [word["text"] for word in found] == [word["text"] for word in WORDS]
    for word, wanted in zip(found, WORDS, strict=True):
        box = wanted["box"]
        assert abs(word["x0"] * scale - box["left"]) < 2
        assert abs(word["x1"] * scale - box["left"] - box["width"]) < 2
        if box["height"] > 8:  # a hyphen is set as tall as its line
            assert abs(word["top"] * scale - box["top"]) < 2
            assert abs(word["bottom"] * scale - box["top"] - box["height"]) < 2


@pytest.mark.parametrize("name", CASES)
def test_another_reader_finds_the_text_and_sees_the_page_upright(
    made: dict[str, Path], name: str
) -> None:
    pdf = pdfium.PdfDocument(made[name])
    text = pdf[0].get_textpage().get_text_range()
    assert unicodedata.normalize("NFC", text).split() == " ".join(LINES).split()
    seen = pdf[0].render(scale=WIDTH / pdf[0].get_width()).to_pil().convert("L")
    pdf.close()
    difference = np.abs(np.asarray(seen.resize(PAGE.size), float) - np.asarray(PAGE.convert("L")))
    assert difference[:, :540].mean() < 6  # the stamp of one case stands to the right


def test_streams_are_kept_as_they_are(made: dict[str, Path]) -> None:
    for name in ("jpeg in a pdf", "fax", "forms and an old text layer", "page turned 90"):
        with Pdf.open(made[name].parent / "original") as before, Pdf.open(made[name]) as after:
            (kept,) = after.pages[0].get_images().values()
            old = next(iter(before.pages[0].get_images(recursive=True).values()))
            assert kept.read_raw_bytes() == old.read_raw_bytes()
    with Pdf.open(made["jpeg"]) as after:
        (kept,) = after.pages[0].get_images().values()
        assert kept.read_raw_bytes() == (made["jpeg"].parent / "original").read_bytes()


def test_nothing_of_the_old_file_is_carried_over(made: dict[str, Path]) -> None:
    for path in made.values():
        with Pdf.open(path) as pdf:
            assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/OutputIntents", "/Metadata"}
            assert not pdf.is_encrypted


def test_a_page_of_its_own_size(made: dict[str, Path]) -> None:
    with Pdf.open(made["jpeg"]) as pdf:
        across, up = (float(value) for value in pdf.pages[0].mediabox[2:])
    assert (across, up) == pytest.approx((WIDTH / 75 * 72, HEIGHT / 75 * 72), rel=0.001)


def test_the_same_scan_gives_the_same_bytes(made: dict[str, Path], tmp_path: Path) -> None:
    path = made["fax"]
    make_pdfa(path.parent / "original", {"kind": "pdf", "pages": [reading()]}, tmp_path)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def digital(path: Path) -> None:
    pdf = Pdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, 595, 842]), Resources=Dictionary(Font=Dictionary(F1=font)),
        Contents=Stream(pdf, b"BT /F1 12 Tf 72 700 Td (Hello) Tj ET"),
    )  # fmt: skip
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    pdf.save(path)


def test_what_was_never_on_paper_stays_as_it_is(tmp_path: Path) -> None:
    digital(tmp_path / "original")
    arguments = {"kind": "pdf", "pages": [reading(source="text_layer", words=[])]}
    assert make_pdfa(tmp_path / "original", arguments, tmp_path) == {
        "not_convertible": "born_digital"
    }
    for kind in ("office", "text"):
        answer = make_pdfa(tmp_path / "original", {"kind": kind, "pages": []}, tmp_path)
        assert answer == {"not_convertible": "no_page_images"}


def test_a_digital_page_among_scans_becomes_a_picture(tmp_path: Path) -> None:
    digital(tmp_path / "digital.pdf")
    pdf_of(PAGE)(tmp_path / "scan.pdf")
    with Pdf.open(tmp_path / "scan.pdf") as pdf, Pdf.open(tmp_path / "digital.pdf") as other:
        pdf.pages.extend(other.pages)
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(tmp_path / "original")
    pages = [reading(), reading(2, source="text_layer", words=[])]
    answer = make_pdfa(tmp_path / "original", {"kind": "pdf", "pages": pages}, tmp_path)
    path = tmp_path / answer["name"]
    with Pdf.open(path) as made_of_all:
        assert [len(page.get_images()) for page in made_of_all.pages] == [1, 1, 0]
    assert complaints([path]) == {str(path): []}


@pytest.mark.parametrize("peak", [200, 65_535])
def test_deep_grey_is_as_light_as_in_the_viewer(tmp_path: Path, peak: int) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.linspace(0, peak, 64, dtype=np.uint16).reshape(8, 8)).save(path)
    with Image.open(path) as image, open_pages(path, Kind.IMAGE) as pages:
        assert np.array_equal(np.asarray(plain_mode(image)), pages.image(1)[..., 0])
