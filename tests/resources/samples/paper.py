"""What an office does to a page: seal, signature, a crooked scan, a lamp from one side, a fax line."""

import math

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]  # HxWx3 RGB
RED = (206, 32, 44)
BLUE = (28, 52, 158)
FONT = "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"
SEAL_WORDS = "ỦY BAN NHÂN DÂN XÃ AN THƯỢNG • TỈNH LAM GIANG • "


def clipped(values: npt.NDArray[np.float64]) -> Picture:
    """Shades of a picture again."""
    return values.clip(0, 255).astype(np.uint8)


def seal(size_px: int) -> Image.Image:
    """A round red stamp with a star, unevenly inked."""
    picture = Image.new("RGBA", (size_px, size_px), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    middle, line = size_px / 2, max(2, size_px // 60)
    for share in (0.98, 0.66):
        radius = middle * share
        box = (middle - radius, middle - radius, middle + radius, middle + radius)
        draw.ellipse(box, outline=(*RED, 230), width=line)
    points = [
        (
            middle + math.sin(k * math.pi / 5) * middle * (0.42 if k % 2 == 0 else 0.17),
            middle - math.cos(k * math.pi / 5) * middle * (0.42 if k % 2 == 0 else 0.17),
        )
        for k in range(10)
    ]
    draw.polygon(points, outline=(*RED, 230), width=line)
    font = ImageFont.truetype(FONT, size_px // 13)
    for place, letter in enumerate(SEAL_WORDS):
        angle = 360 * place / len(SEAL_WORDS)
        tile = Image.new("RGBA", (size_px, size_px), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((middle, middle * 0.07), letter, (*RED, 230), font, anchor="mt")
        picture = Image.alpha_composite(picture, tile.rotate(-angle, Image.Resampling.BICUBIC))
    return picture.rotate(-8, Image.Resampling.BICUBIC)


def signature(width_px: int, random: np.random.Generator) -> Image.Image:
    """A stroke of a blue pen."""
    height_px = width_px // 2
    steps = np.linspace(0, 1, 260)
    wave = random.uniform(2.4, 3.6)
    along = width_px * (0.06 + 0.86 * steps + 0.05 * np.sin(steps * 21 * wave / 3))
    across = height_px * (0.5 + 0.42 * np.sin(steps * 8 * wave) * (1 - 0.7 * steps))
    picture = Image.new("RGBA", (width_px, height_px), (0, 0, 0, 0))
    line = list(zip(along.tolist(), across.tolist(), strict=True))
    ImageDraw.Draw(picture).line(
        line, fill=(*BLUE, 235), width=max(2, width_px // 70), joint="curve"
    )
    return picture


def signed(page: Image.Image, at: tuple[float, float], random: np.random.Generator) -> Image.Image:
    """The page with a signature, and the seal over its left third. Source: Decree 30/2020, article 33."""
    width_px = page.width
    seal_px, pen_px = int(width_px * 0.175), int(width_px * 0.20)
    x, y = int(at[0] * page.width), int(at[1] * page.height)
    layered = page.convert("RGBA")
    layered.alpha_composite(signature(pen_px, random), (x - pen_px // 2, y - pen_px // 4))
    layered.alpha_composite(seal(seal_px), (x - int(seal_px * 0.98), y - seal_px // 2))
    return layered.convert("RGB")


def crooked(page: Picture, degrees: float) -> Picture:
    """The page turned on the glass; what is beside it is a light grey."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(236, 236, 234)
    )
    return np.asarray(turned, dtype=np.uint8)


def shaded(page: Picture, darkest: float, tint: tuple[float, float, float]) -> Picture:
    """Old paper under a lamp that stands on the right."""
    height, width = page.shape[:2]
    across = np.linspace(darkest, 1.0, width)[None, :]
    down = np.linspace(1.0, 0.96, height)[:, None]
    light = (across * down)[:, :, None] * np.array(tint)
    return clipped(page * light)


def worn(page: Picture, random: np.random.Generator, *, noise: float, blur_px: float) -> Picture:
    """The softness of the lens and the grain of the sensor."""
    soft = cv2.GaussianBlur(page, (0, 0), blur_px)
    grain = random.normal(0, noise, page.shape[:2])[:, :, None]
    return clipped(soft + grain)


def showing_through(page: Picture, back: Picture, strength: float) -> Picture:
    """The mirrored back of the sheet, faintly."""
    ghost = cv2.GaussianBlur(np.ascontiguousarray(back[:, ::-1]), (0, 0), 2.5)
    return clipped(page - (255.0 - ghost) * strength)


def photographed(page: Picture, lean: float) -> Picture:
    """The page seen a little from the side, as a telephone sees it."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    shift = np.array(
        [[lean, lean], [-lean * 0.5, 0], [-lean, -lean * 0.6], [lean * 0.3, 0]], dtype=np.float32
    )
    seen = cv2.getPerspectiveTransform(corners, corners + shift * width)
    flat = cv2.warpPerspective(
        page, seen, (width, height), flags=cv2.INTER_CUBIC, borderValue=(116, 104, 92)
    )
    return np.asarray(flat, dtype=np.uint8)
