"""A PDF page that is a scan, drawn anew with its own images and nothing else of the old file.

Streams stay as they are where PDF/A-2 allows; what it does not allow, or what cannot be followed here
(CMYK, layers, transparency, forms filled in), makes the page one that must be rendered.

Source: ISO 19005-2, 6.1 to 6.4.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Pdf
from PIL import ImageCms

Matrix = pikepdf.Matrix
SCAN_SHARE = 0.5  # of a page's area: so much is covered by the images of a scan
DEEPEST = 8  # forms within forms
PLAIN = frozenset({"q", "Q", "cm", "re", "m", "l", "c", "v", "y", "h", "W", "W*", "n", "w", "J", "j", "M", "d", "g", "G", "rg", "RG", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*"})  # fmt: skip
PAINTS = frozenset({"f", "F", "f*", "S", "s", "B", "B*", "b", "b*"})
LEFT_OUT = frozenset({"ri", "i", "BX", "EX", "MP", "DP", "BMC", "EMC"})
TEXT = frozenset({"BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Ts", "Td", "TD", "Tm", "T*"})
SHOWS = frozenset({"Tj", "TJ", "'", '"'})
INVISIBLE = 3
IMAGE_KEYS = frozenset({"/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/ImageMask", "/Mask", "/SMask", "/Decode", "/Filter", "/DecodeParms", "/Length", "/Matte"})  # fmt: skip
FILTERS = frozenset({"/DCTDecode", "/CCITTFaxDecode", "/FlateDecode", "/JBIG2Decode", "/JPXDecode", "/RunLengthDecode", "/ASCIIHexDecode", "/ASCII85Decode"})  # fmt: skip
DEVICES = frozenset({"/DeviceGray", "/DeviceRGB"})
COLOURED_BY = frozenset({"/CalGray", "/CalRGB", "/Lab"})
PROFILE_COMPONENTS = {"GRAY": 1, "RGB": 3}
QUIET_ANNOTATIONS = frozenset({"/Link", "/Popup"})
HIDDEN = 2


class PageIs(StrEnum):
    """What a page of a PDF is to this conversion."""

    SCAN = "scan"  # drawn anew
    ODD_SCAN = "odd_scan"  # a scan that has to be rendered
    EMPTY = "empty"
    DIGITAL = "digital"


@dataclass
class Drawing:
    """What is kept of a page: instructions and the images they draw."""

    instructions: list[tuple[list[Any], Operator]] = field(default_factory=list)
    images: list[Any] = field(default_factory=list)
    covered: float = 0.0  # units squared
    paints: bool = False
    shows_text: bool = False
    followed: bool = True  # nothing was left out that could be seen

    def emit(self, operands: Iterable[Any], operator: str) -> None:
        """Keep an instruction."""
        self.instructions.append((list(operands), Operator(operator)))


def drawing_of(page: pikepdf.Page, *, by_text_layer: bool) -> tuple[PageIs, Drawing]:
    """Follow a page's instructions; `by_text_layer` if its text was taken from the file, not the image."""
    drawing = Drawing()
    try:
        follow(page.obj, page.obj.get("/Resources", Dictionary()), drawing, Matrix(), 0)
        drawing.followed &= not shows_annotations(page)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        drawing.followed = False
    left, bottom, right, top = visible_box(page)
    is_scan = drawing.covered >= SCAN_SHARE * (right - left) * (top - bottom)
    if is_scan and not (drawing.shows_text and by_text_layer):
        return (PageIs.SCAN if drawing.followed else PageIs.ODD_SCAN), drawing
    is_marked = drawing.images or drawing.paints or not drawing.followed
    return (PageIs.DIGITAL if is_marked else PageIs.EMPTY), drawing


def visible_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what a viewer shows: the crop box within the media box."""
    crop, media = (
        [float(value) for value in (box[0], box[1], box[2], box[3])]
        for box in (page.cropbox, page.mediabox)
    )
    boxes = [
        (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])) for b in (crop, media)
    ]
    (a, b, c, d), (e, f, g, h) = boxes
    inner = (max(a, e), max(b, f), min(c, g), min(d, h))
    return inner if inner[2] > inner[0] and inner[3] > inner[1] else (e, f, g, h)


def follow(owner: Any, resources: Any, drawing: Drawing, at: Any, depth: int) -> None:
    """Keep what an instruction stream draws, and note what of it is not kept."""
    stack: list[Any] = []
    invisible = False
    for instruction in pikepdf.parse_content_stream(owner):
        operator, operands = str(instruction.operator), instruction.operands
        at = moved(operator, operands, at, stack)
        if operator in PLAIN:
            drawing.paints |= operator in PAINTS
            drawing.emit(operands, operator)
        elif operator == "Do":
            draw(resources["/XObject"][str(operands[0])], resources, drawing, at, depth)
        elif operator == "INLINE IMAGE":
            drawing.covered += area(at)
            drawing.followed = False
        elif operator == "Tr":
            invisible = int(operands[0]) == INVISIBLE
        elif operator in SHOWS:
            drawing.shows_text |= not invisible
            drawing.followed &= invisible
        else:
            drawing.followed &= may_be_left_out(operator, operands, resources)
    for _ in stack:
        drawing.emit([], "Q")


def moved(operator: str, operands: Any, at: Any, stack: list[Any]) -> Any:
    """Where drawing stands after an instruction."""
    if operator == "q":
        stack.append(at)
    elif operator == "Q" and stack:
        return stack.pop()
    elif operator == "cm":
        return Matrix(*map(float, operands)) @ at
    return at


def may_be_left_out(operator: str, operands: Any, resources: Any) -> bool:
    """Whether the page looks the same without an instruction."""
    if operator == "gs":
        return is_opaque(resources["/ExtGState"][str(operands[0])])
    if operator == "BDC":
        return str(operands[0]) != "/OC"  # a layer may be switched off
    return operator in LEFT_OUT or operator in TEXT


def draw(found: Any, resources: Any, drawing: Drawing, at: Any, depth: int) -> None:
    """An image, or a form and what it draws."""
    drawing.followed &= "/OC" not in found
    if found.get("/Subtype") == Name.Image:
        drawing.covered += area(at)
        drawing.followed &= is_allowed(found)
        drawing.images.append(found)
        drawing.emit([Name(f"/Im{len(drawing.images)}")], "Do")
        return
    if depth == DEEPEST or found.get("/Subtype") != Name.Form or "/Group" in found:
        drawing.followed = False
    if depth < DEEPEST and found.get("/Subtype") == Name.Form:
        draw_form(found, resources, drawing, at, depth)


def draw_form(found: Any, resources: Any, drawing: Drawing, at: Any, depth: int) -> None:
    """What a form draws, within its box."""
    matrix = [float(value) for value in found.get("/Matrix", [1, 0, 0, 1, 0, 0])]
    left, bottom, right, top = (float(value) for value in found["/BBox"])
    drawing.emit([], "q")
    drawing.emit(matrix, "cm")
    drawing.emit([left, bottom, right - left, top - bottom], "re")
    drawing.emit([], "W")
    drawing.emit([], "n")
    follow(found, found.get("/Resources", resources), drawing, Matrix(*matrix) @ at, depth + 1)
    drawing.emit([], "Q")


def area(at: Any) -> float:
    """What a unit square covers, in units squared."""
    return abs(float(at.a * at.d - at.b * at.c))


def is_opaque(state: Any) -> bool:
    """Whether a graphics state paints plainly."""
    alphas = [float(state.get(key, 1)) for key in ("/ca", "/CA")]
    blend, mask = state.get("/BM", Name.Normal), state.get("/SMask", Name("/None"))
    return alphas == [1, 1] and blend in (Name.Normal, Name.Compatible) and mask == Name("/None")


def is_allowed(image: Any) -> bool:
    """Whether an image may stand in PDF/A-2 with an sRGB output intent as it is."""
    filters = image.get("/Filter", [])
    names = {str(name) for name in (filters if isinstance(filters, Array) else [filters])}
    if not names <= FILTERS or int(image.get("/SMaskInData", 0)):
        return False
    masks = [
        image[key] for key in ("/SMask", "/Mask") if isinstance(image.get(key), pikepdf.Stream)
    ]
    if not all(map(is_allowed, masks)):
        return False
    if image.get("/ImageMask", False) or "/ColorSpace" not in image:
        return bool(image.get("/ImageMask", False)) or "/JPXDecode" in names
    return is_plain_colour(image["/ColorSpace"])


def is_plain_colour(space: Any) -> bool:
    """Whether a colour space needs no other output intent than sRGB."""
    if isinstance(space, Name):
        return str(space) in DEVICES
    family = str(space[0])
    if family == "/Indexed":
        return is_plain_colour(space[1])
    if family == "/ICCBased":
        return is_sound_profile(space[1])
    return family in COLOURED_BY or family in DEVICES


def is_sound_profile(stream: Any) -> bool:
    """Whether a colour profile can be read and is of the kind that it is used as."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(stream.read_bytes())).profile
    except (OSError, pikepdf.PdfError):
        return False
    return PROFILE_COMPONENTS.get(profile.xcolor_space.strip()) == int(stream["/N"])


def shows_annotations(page: pikepdf.Page) -> bool:
    """Whether anything lies on the page: a visible signature, a stamp, a note."""
    return any(
        str(note.get("/Subtype")) not in QUIET_ANNOTATIONS and not int(note.get("/F", 0)) & HIDDEN
        for note in page.obj.get("/Annots", [])
        if isinstance(note, Dictionary) and has_appearance(note)
    )


def has_appearance(note: Any) -> bool:
    """Whether an annotation draws something."""
    rectangle = [float(value) for value in note.get("/Rect", [0, 0, 0, 0])]
    return "/AP" in note and rectangle[0] != rectangle[2] and rectangle[1] != rectangle[3]


def adopted(pdf: Pdf, images: Sequence[Any]) -> Iterator[Any]:
    """The images in the new file, without keys that PDF/A does not know or allow."""
    for image in images:
        copy = pdf.copy_foreign(image)
        bare(copy)
        yield copy


def bare(image: Any) -> None:
    """Leave out interpolation, alternates, metadata and the like, in masks too."""
    for key in set(image.keys()) - IMAGE_KEYS:
        del image[key]
    for key in ("/SMask", "/Mask"):
        if isinstance(image.get(key), pikepdf.Stream):
            bare(image[key])
