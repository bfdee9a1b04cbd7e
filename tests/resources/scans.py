"""Office pages made from a seed, with the words and boxes they hold, and what scanning does to them.

A sheet is composed with known words, then passed through damages: each takes and gives an HxWx3 RGB image.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr_pipeline.types import Box

Pixels = NDArray[np.uint8]
Damage = Callable[[Pixels, np.random.Generator], Pixels]

FONTS = {
    "serif": ("/usr/share/fonts/truetype/noto/NotoSerif-{}.ttf", "Regular", "Bold", "Italic"),
    "sans": ("/usr/share/fonts/truetype/noto/NotoSans-{}.ttf", "Regular", "Bold", "Italic"),
}
PARAGRAPHS = (
    "Thực hiện Kế hoạch số 45/KH-UBND ngày 15 tháng 01 năm 2024 của Ủy ban nhân dân thành phố về cải cách hành chính, "
    "Ủy ban nhân dân xã báo cáo kết quả rà soát, đơn giản hóa thủ tục hành chính trên địa bàn như sau.",
    "Trong kỳ báo cáo, bộ phận tiếp nhận và trả kết quả đã nhận 1.248 hồ sơ, trong đó 1.203 hồ sơ được giải quyết đúng hạn, "
    "đạt 96,4 %; còn lại 45 hồ sơ đang trong thời hạn giải quyết, không có hồ sơ quá hạn.",
    "Việc lưu trữ tài liệu được thực hiện theo quy chuẩn, hồ sơ công việc được lập từ khi văn bản đến, nộp vào lưu trữ "
    "cơ quan trong thời hạn một năm kể từ ngày công việc kết thúc; tài liệu giấy được số hóa và ký số.",
    "Tuy nhiên, một số thủ tục liên quan đến đất đai, xây dựng và hộ tịch còn phải bổ sung giấy tờ nhiều lần; người dân ở "
    "các thôn xa trung tâm còn gặp khó khăn khi nộp hồ sơ trực tuyến, thiết bị của bộ phận một cửa đã cũ.",
    "Yêu cầu các đơn vị, cá nhân có liên quan nghiêm túc triển khai, thường xuyên kiểm tra và kịp thời phản ánh vướng mắc "
    "về Văn phòng để tổng hợp, trình Chủ tịch Ủy ban nhân dân xem xét, quyết định trước ngày 25 hằng tháng.",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A composed page; `boxes` stand in the order of `words`."""

    image: Pixels
    words: tuple[str, ...]
    boxes: tuple[Box, ...]

    def damaged(self, *damages: Damage, seed: int = 1) -> Pixels:
        """The image after each damage in turn."""
        rng, image = np.random.default_rng(seed), self.image
        for damage in damages:
            image = damage(image, rng)
        return image

    def skewed(self, angle_deg: float) -> "Sheet":
        """Turned a little clockwise on the glass; the boxes are those around the turned words."""
        height, width = self.image.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1)
        image = cv2.warpAffine(
            self.image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)
        )
        return replace(self, image=image, boxes=tuple(_moved(box, matrix) for box in self.boxes))


def _moved(box: Box, matrix: NDArray[np.float64]) -> Box:
    xs, ys = (box.left, box.left + box.width), (box.top, box.top + box.height)
    corners = np.array([(x, y, 1) for x in xs for y in ys]) @ matrix.T
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    return Box(round(left), round(top), round(right - left), round(bottom - top))


@cache
def font(family: str, style: int, size_px: int) -> ImageFont.FreeTypeFont:
    """Style 0 is regular, 1 bold, 2 italic."""
    pattern, *styles = FONTS[family]
    return ImageFont.truetype(pattern.format(styles[style]), size_px)


class _Pen:
    """Writes words on white paper and remembers where they stand."""

    def __init__(self, width_px: int, height_px: int, dpi: int, family: str) -> None:
        self.paper = Image.new("RGB", (width_px, height_px), "white")
        self.draw = ImageDraw.Draw(self.paper)
        self.dpi, self.family = dpi, family
        self.words: list[str] = []
        self.boxes: list[Box] = []

    def type(self, points: float, style: int = 0) -> ImageFont.FreeTypeFont:
        return font(self.family, style, round(points * self.dpi / 72))

    def line(
        self,
        words: Sequence[str],
        x: float,
        y: float,
        face: ImageFont.FreeTypeFont,
        ink: str = "black",
    ) -> None:
        for word in words:
            left, top, right, bottom = self.draw.textbbox((x, y), word, font=face)
            self.draw.text((x, y), word, font=face, fill=ink)
            self.words.append(word)
            self.boxes.append(
                Box(round(left), round(top), round(right - left), round(bottom - top))
            )
            x += face.getlength(word + " ")

    def centred(
        self, text: str, x: float, y: float, face: ImageFont.FreeTypeFont, ink: str = "black"
    ) -> None:
        self.line(text.split(), x - face.getlength(text) / 2, y, face, ink)

    def paragraph(
        self,
        text: str,
        left: float,
        right: float,
        y: float,
        face: ImageFont.FreeTypeFont,
        *,
        indent: float = 0,
    ) -> float:
        """Set a paragraph; returns the y below it."""
        line: list[str] = []
        x = left + indent
        for word in text.split():
            if line and x + face.getlength(" ".join([*line, word])) > right:
                self.line(line, x, y, face)
                line, x, y = [], left, y + face.size * 1.45
            line.append(word)
        self.line(line, x, y, face)
        return y + face.size * 1.75

    def sheet(self) -> Sheet:
        return Sheet(np.asarray(self.paper).copy(), tuple(self.words), tuple(self.boxes))


def letter(
    paragraphs: Sequence[str] = PARAGRAPHS,
    *,
    dpi: int = 150,
    family: str = "serif",
    points: float = 13,
    a4: bool = True,
) -> Sheet:
    """A letter in the layout of Decree 30/2020: two-column head, title, body, signature."""
    width_px, height_px = round(8.27 * dpi), round((11.69 if a4 else 5.5) * dpi)
    pen = _Pen(width_px, height_px, dpi, family)
    small, left, right = pen.type(points - 1), 1.1 * dpi, width_px - 0.8 * dpi
    pen.centred("ỦY BAN NHÂN DÂN XÃ TÚ SƠN", width_px * 0.28, 0.6 * dpi, pen.type(points - 1, 1))
    pen.centred(
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", width_px * 0.71, 0.6 * dpi, pen.type(points - 2, 1)
    )
    pen.centred("Độc lập - Tự do - Hạnh phúc", width_px * 0.71, 0.85 * dpi, pen.type(points - 1, 1))
    pen.centred("Số: 128/BC-UBND", width_px * 0.28, 1.15 * dpi, small)
    pen.centred(
        "Tú Sơn, ngày 12 tháng 6 năm 2024", width_px * 0.71, 1.15 * dpi, pen.type(points - 1, 2)
    )
    pen.centred("BÁO CÁO", width_px / 2, 1.6 * dpi, pen.type(points, 1))
    pen.centred(
        "Kết quả rà soát thủ tục hành chính sáu tháng đầu năm",
        width_px / 2,
        1.9 * dpi,
        pen.type(points, 1),
    )
    y = 2.4 * dpi
    for text in paragraphs:
        y = pen.paragraph(text, left, right, y, pen.type(points), indent=0.4 * dpi)
    pen.centred("TM. ỦY BAN NHÂN DÂN", width_px * 0.7, y + 0.1 * dpi, pen.type(points, 1))
    pen.centred("CHỦ TỊCH", width_px * 0.7, y + 0.35 * dpi, pen.type(points, 1))
    return pen.sheet()


def table(rows: int = 14, *, dpi: int = 150, family: str = "serif", seed: int = 3) -> Sheet:
    """A ruled table of names, units, amounts and notes under a title."""
    rng = np.random.default_rng(seed)
    width_px, height_px = round(8.27 * dpi), round(11.69 * dpi)
    pen = _Pen(width_px, height_px, dpi, family)
    face = pen.type(12)
    pen.centred("DANH SÁCH TÀI SẢN BÀN GIAO NĂM 2024", width_px / 2, 0.7 * dpi, pen.type(13, 1))
    edges = [round(x * dpi) for x in (0.6, 1.15, 3.6, 4.6, 5.7, 7.6)]
    pitch, top = round(0.5 * dpi), round(1.2 * dpi)
    names = (
        "Máy tính để bàn",
        "Máy in laser",
        "Tủ hồ sơ sắt",
        "Bàn làm việc gỗ",
        "Ghế xoay văn phòng",
        "Máy quét tài liệu",
        "Điều hòa nhiệt độ",
        "Bộ lưu điện",
    )
    notes = ("còn sử dụng tốt", "đã sửa chữa", "chờ thanh lý", "mới mua sắm", "thiếu phụ kiện")
    cells = [["STT", "Tên tài sản", "Đơn vị", "Số lượng", "Ghi chú"]]
    cells += [
        [str(n), *(str(rng.choice(kind)) for kind in (names, ("chiếc", "bộ", "cái"))), str(rng.integers(2, 999)), str(rng.choice(notes))]
        for n in range(1, rows)
    ]  # fmt: skip
    for r, row in enumerate(cells):
        y = top + r * pitch
        for text, x in zip(row, edges, strict=False):
            pen.line(text.split(), x + 0.08 * dpi, y + 0.12 * dpi, face)
    thick = max(1, round(dpi / 90))
    for r in range(rows + 1):
        pen.draw.line(
            (edges[0], top + r * pitch, edges[-1], top + r * pitch), fill="black", width=thick
        )
    for x in edges:
        pen.draw.line((x, top, x, top + rows * pitch), fill="black", width=thick)
    return pen.sheet()


def tender(
    paragraphs: Sequence[str] = PARAGRAPHS, *, dpi: int = 150, family: str = "serif", seed: int = 4
) -> Sheet:
    """A dense table whose cells wrap over several lines, between a paragraph above and one below."""
    rng = np.random.default_rng(seed)
    width_px, height_px = round(8.27 * dpi), round(11.69 * dpi)
    pen = _Pen(width_px, height_px, dpi, family)
    body, face = pen.type(13), pen.type(11)
    pen.centred("BẢNG TỔNG HỢP YÊU CẦU KỸ THUẬT", width_px / 2, 0.6 * dpi, pen.type(13, 1))
    y = pen.paragraph(paragraphs[0], 0.7 * dpi, 7.6 * dpi, 1.0 * dpi, body) + 0.1 * dpi
    edges = [round(x * dpi) for x in (0.6, 1.1, 3.0, 5.4, 6.4, 7.7)]
    words = " ".join(paragraphs).split()
    thick, gap, rules = max(1, round(dpi / 90)), 0.06 * dpi, [y]
    while y < 9.0 * dpi:
        below = y
        for column, count in enumerate((1, 7, 13, 3, 5)):
            first = int(rng.integers(len(words) - 20))
            text = str(len(rules)) if column == 0 else " ".join(words[first : first + count])
            lower = pen.paragraph(text, edges[column] + gap, edges[column + 1] - gap, y + gap, face)
            below = max(below, lower)
        y = below
        rules.append(y)
    for rule in rules:
        pen.draw.line((edges[0], rule, edges[-1], rule), fill="black", width=thick)
    for x in edges:
        pen.draw.line((x, rules[0], x, rules[-1]), fill="black", width=thick)
    pen.paragraph(paragraphs[1], 0.7 * dpi, 7.6 * dpi, y + 0.2 * dpi, body)
    return pen.sheet()


def seal(
    x: float = 0.62,
    y: float = 0.72,
    *,
    radius: float = 0.085,
    ink: tuple[int, int, int] = (205, 40, 60),
) -> Damage:
    """A round red seal, its centre at a share of width and height."""

    def stamp(image: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = image.shape[:2]
        layer = np.full_like(image, 255)
        centre, size = (int(x * width), int(y * height)), int(radius * width)
        for ring, thick in ((1.0, 0.045), (0.93, 0.02), (0.55, 0.02)):
            cv2.circle(layer, centre, int(size * ring), ink, max(1, int(size * thick)), cv2.LINE_AA)
        star = [
            (centre[0] + int(size * (0.32 if k % 2 == 0 else 0.13) * np.sin(k * np.pi / 5)), centre[1] - int(size * (0.32 if k % 2 == 0 else 0.13) * np.cos(k * np.pi / 5)))
            for k in range(10)
        ]  # fmt: skip
        cv2.fillPoly(layer, [np.array(star)], ink, cv2.LINE_AA)
        paper = Image.fromarray(layer)
        face = font("sans", 1, max(6, int(size * 0.2)))
        for k, sign in enumerate("U.B.N.D XÃ TÚ SƠN HUYỆN KIẾN THỤY "):
            angle = k / 34 * 2 * np.pi
            side = round(face.size)
            tile = Image.new("L", (side * 2, side * 2), 0)
            ImageDraw.Draw(tile).text((side // 2, side // 2), sign, font=face, fill=255)
            tile = tile.rotate(-np.degrees(angle))
            at = (
                int(centre[0] + size * 0.74 * np.sin(angle)) - side,
                int(centre[1] - size * 0.74 * np.cos(angle)) - side,
            )
            paper.paste(ink, at, tile)
        return np.asarray(np.minimum(image, np.asarray(paper)), dtype=np.uint8)

    return stamp


def pen_note(
    x: float = 0.02, y: float = 0.15, *, ink: tuple[int, int, int] = (40, 60, 170), lines: int = 6
) -> Damage:
    """Handwriting-like loops in the margin and a flourish over the text."""

    def write(image: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = image.shape[:2]
        image = image.copy()
        for k in range(lines):
            t = np.linspace(0, 1, 160)
            xs = (x + 0.11 * t) * width + np.cos(t * rng.uniform(50, 90)) * width * 0.006
            ys = (
                (y + 0.03 * k) * height
                + np.sin(t * rng.uniform(50, 90)) * height * rng.uniform(0.003, 0.008)
                - t * height * 0.01
            )
            cv2.polylines(
                image,
                [np.stack([xs, ys], 1).astype(np.int32)],
                False,
                ink,
                max(1, width // 500),
                cv2.LINE_AA,
            )
        return image

    return write


def shade(depth: float = 0.45, paper: tuple[int, int, int] = (235, 230, 215)) -> Damage:
    """Tinted paper under uneven light, as a phone takes it."""

    def light(image: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = image.shape[:2]
        dx, dy = rng.uniform(-1, 1, 2)
        ramp = np.linspace(-dx, dx, width)[None, :] + np.linspace(-dy, dy, height)[:, None]
        ramp = 1 - depth * (ramp - ramp.min()) / max(float(np.ptp(ramp)), 1e-6)
        lit: Pixels = (
            (image * ramp[..., None] * (np.array(paper) / 255)).clip(0, 255).astype(np.uint8)
        )
        return lit

    return light


def noise(sigma: float = 12, blur: float = 0.6) -> Damage:
    """Sensor noise and a soft lens."""

    def grain(image: Pixels, rng: np.random.Generator) -> Pixels:
        soft = cv2.GaussianBlur(image, (0, 0), blur) if blur else image
        grained: Pixels = (soft + rng.normal(0, sigma, image.shape)).clip(0, 255).astype(np.uint8)
        return grained

    return grain


def jpeg(quality: int = 45) -> Damage:
    """Saved as JPEG and opened again."""

    def save(image: Pixels, rng: np.random.Generator) -> Pixels:
        done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert done
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)

    return save


def bleed_through(verso: Pixels, strength: float = 0.25) -> Damage:
    """The other side of the sheet shows, mirrored and soft."""

    def show(image: Pixels, rng: np.random.Generator) -> Pixels:
        back = cv2.GaussianBlur(cv2.resize(verso[:, ::-1], image.shape[1::-1]), (0, 0), 1.5)
        shown: Pixels = (image * (1 - strength * (1 - back / 255.0))).astype(np.uint8)
        return shown

    return show


def pale_band(upper: float, lower: float, tone: int) -> Damage:
    """Print as pale as a tone between two shares of the height: a grey head, a worn ribbon."""

    def fade(image: Pixels, rng: np.random.Generator) -> Pixels:
        faded = image.copy()
        band = slice(int(upper * image.shape[0]), int(lower * image.shape[0]))
        faded[band] = tone + image[band].astype(np.float32) * ((255 - tone) / 255)
        return faded

    return fade


def bilevel(threshold: int = 150, speckle: float = 0.002) -> Damage:
    """Black and white only, with specks: a fax."""

    def fax(image: Pixels, rng: np.random.Generator) -> Pixels:
        black = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) < threshold
        black ^= rng.random(black.shape) < speckle
        return np.repeat(np.where(black, 0, 255).astype(np.uint8)[..., None], 3, axis=2)

    return fax


def copied(times: int = 2) -> Damage:
    """A copy of a copy: thick letters, lost tone, dark edges, dirt."""

    def copy(image: Pixels, rng: np.random.Generator) -> Pixels:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
        for _ in range(times):
            grey = cv2.GaussianBlur(grey, (0, 0), 0.9) + rng.normal(0, 10, grey.shape)
            grey = ((grey - 128) * 2.2 + 120).clip(0, 255)
        height, width = grey.shape
        grey[:, : rng.integers(3, width // 30)] = 20
        grey[height - rng.integers(3, height // 40) :] = 30
        for _ in range(60):
            at = (int(rng.integers(width)), int(rng.integers(height)))
            cv2.circle(grey, at, int(rng.integers(1, 3)), 40, -1)
        return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)

    return copy


def scaled(factor: float) -> Damage:
    """Fewer (or more) pixels for the same page."""

    def scale(image: Pixels, rng: np.random.Generator) -> Pixels:
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        return np.asarray(
            cv2.resize(image, None, fx=factor, fy=factor, interpolation=how), dtype=np.uint8
        )

    return scale


def turned(clockwise_deg: int) -> Damage:
    """Laid on the glass sideways or upside down."""
    return lambda image, rng: np.ascontiguousarray(np.rot90(image, -clockwise_deg // 90))


def on_desk(angle_deg: float = 1.5, edge: int = 90) -> Damage:
    """A crooked page on a darker ground: what lies behind it shows in the corners."""

    def lay(image: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = image.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 0.98)
        return np.asarray(
            cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(edge, edge, edge)), dtype=np.uint8,
        )  # fmt: skip

    return lay


def pdf_of(images: Sequence[Pixels], path: Path, *, dpi: int = 150, quality: int = 85) -> Path:
    """A PDF whose pages are one JPEG each, as scanners make them."""
    with pikepdf.new() as document:
        for image in images:
            height, width = image.shape[:2]
            page = document.add_blank_page(page_size=(width * 72 / dpi, height * 72 / dpi))
            data = io.BytesIO()
            Image.fromarray(image).save(data, "JPEG", quality=quality)
            stream = document.make_stream(
                data.getvalue(),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=width,
                Height=height,
                BitsPerComponent=8,
                ColorSpace=pikepdf.Name.DeviceRGB,
                Filter=pikepdf.Name.DCTDecode,
            )
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=stream))
            page.obj.Contents = document.make_stream(
                b"q %f 0 0 %f 0 0 cm /Scan Do Q" % (width * 72 / dpi, height * 72 / dpi)
            )
        document.save(path)
    return path
