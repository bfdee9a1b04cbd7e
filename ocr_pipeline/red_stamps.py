"""Short lines in red ink on a page image: rectangular stamps and red print, not the round seal."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import cv2
import numpy as np
import numpy.typing as npt

from ocr_pipeline.engines.base import Layout
from ocr_pipeline.engines.tesseract import TesseractRecogniser
from ocr_pipeline.types import Word

LOOK_WIDTH_PX = 800  # the page is looked over at this width
MOST_CROPS = 4
LETTERS_PX = 96  # height at which a crop is read
RED_STEP = 48  # how much stronger red must be than green and blue
SHARE_OF_WIDTH = (0.03, 0.5)  # stamps are 20 to 40 mm wide; red print may be larger
SHARE_OF_HEIGHT = (0.006, 0.07)
FAR_ASKEW_DEG = 12  # a stamp is set by hand, but not that far off
REACH_ACROSS, REACH_DOWN = 50, 150  # letters so near (a share of the width) are one line
SHAPE = (1.4, 14.0)  # width over height
EMPTY_SHARE = 0.0002  # less red than this is no line
BENT = 0.2  # the ink's middle may wander by this share of the height from end to end
DARK = 160
FRAME_SHARE = (0.75, 0.92)  # of a crop's width or height: what reaches so far is its frame

Image = npt.NDArray[np.uint8]
Rectangle = tuple[tuple[float, float], tuple[float, float], float]


def red_lines(image: Image) -> list[str]:
    """What short lines in red ink say; costs one run of the recogniser only where there are some.

    Args:
        image: HxWx3 uint8 RGB.
    """
    scale = max(1, image.shape[1] // LOOK_WIDTH_PX)
    red = red_ink(np.ascontiguousarray(image[::scale, ::scale])) > RED_STEP
    if red.mean() < EMPTY_SHARE:
        return []
    rectangles = list(stamp_like(red))[:MOST_CROPS]
    crops = [without_frame(crop(image, rectangle, scale)) for rectangle in rectangles]
    return read(crops) if crops else []


def red_ink(image: Image) -> Image:
    """HxWx3 uint8 RGB -> HxW uint8: by how much red outweighs the other two."""
    red, green, blue = cv2.split(image)
    ink: Image = cv2.subtract(red, cv2.max(green, blue))
    return ink


def stamp_like(red: npt.NDArray[np.bool_]) -> Iterator[Rectangle]:
    """Rectangles, possibly turned, around patches of red in the shape of a line; HxW bool."""
    height, width = red.shape
    kernel = np.ones((max(3, width // REACH_DOWN), max(3, width // REACH_ACROSS)), np.uint8)
    joined = cv2.morphologyEx(red.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in sorted(outlines, key=cv2.contourArea, reverse=True):
        for rectangle in around(outline):
            if is_line(rectangle, width, height) and is_straight(joined, rectangle):
                yield rectangle
                break


def around(outline: Image) -> Iterator[Rectangle]:
    """The smallest rectangle about an outline, wider than high, and the level one.

    About a short word with accents above and below, the smallest may stand on its corner.
    """
    centre, (across, down), angle = cv2.minAreaRect(outline)
    if across < down:
        across, down, angle = down, across, angle - 90
    angle = (angle + 90) % 180 - 90
    if abs(angle) <= FAR_ASKEW_DEG:
        yield centre, (across, down), angle
    left, top, across, down = cv2.boundingRect(outline)
    yield (left + across / 2, top + down / 2), (across, down), 0.0


def is_line(rectangle: Rectangle, width: int, height: int) -> bool:
    """Whether a rectangle has the size and shape of a stamp or of a short line."""
    _, (across, down), _ = rectangle
    return (
        SHARE_OF_WIDTH[0] <= across / width <= SHARE_OF_WIDTH[1]
        and SHARE_OF_HEIGHT[0] <= down / height <= SHARE_OF_HEIGHT[1]
        and SHAPE[0] <= across / max(down, 1) <= SHAPE[1]
    )


def is_straight(red: Image, rectangle: Rectangle) -> bool:
    """Whether the ink lies along the middle from end to end, as no piece of a round seal does."""
    patch = turned_upright(red, rectangle, margin_px=0) > 0
    rows = np.arange(patch.shape[0])[:, None]
    middles = []
    for third in np.array_split(patch, 3, axis=1):
        if not third.any():
            return False
        middles.append(float((third * rows).sum() / third.sum()) / patch.shape[0])
    return bool(max(middles) - min(middles) < BENT)


def crop(image: Image, rectangle: Rectangle, scale: int) -> Image:
    """The ink inside a rectangle, dark on white at a height good to read; HxW uint8."""
    (x, y), (across, down), angle = rectangle
    whole = ((x * scale, y * scale), (across * scale, down * scale), angle)
    reach = int(scale * (across + down) / 2) + 4 * scale
    left, top = max(0, int(x * scale) - reach), max(0, int(y * scale) - reach)
    part = image[top : int(y * scale) + reach, left : int(x * scale) + reach]
    near = ((whole[0][0] - left, whole[0][1] - top), whole[1], angle)
    ink = turned_upright(red_ink(np.ascontiguousarray(part)), near, margin_px=2 * scale)
    zoom = LETTERS_PX / ink.shape[0]
    ink = cv2.resize(ink, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    grey: Image = 255 - cv2.normalize(ink, None, 0, 255, cv2.NORM_MINMAX)
    return grey


def turned_upright(image: Image, rectangle: Rectangle, *, margin_px: int) -> Image:
    """Cut a turned rectangle out of a HxW image."""
    centre, (across, down), angle = rectangle
    size = (int(across) + 1 + 2 * margin_px, int(down) + 1 + 2 * margin_px)
    turn = cv2.getRotationMatrix2D(centre, angle, 1.0)
    turn[:, 2] += (size[0] / 2 - centre[0], size[1] / 2 - centre[1])
    patch: Image = cv2.warpAffine(image, turn, size, flags=cv2.INTER_LINEAR)
    return patch


def without_frame(grey: Image) -> Image:
    """Take away what reaches nearly across the crop: the frame around the letters; HxW uint8."""
    dark = (grey < DARK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    clean, (height, width) = grey.copy(), grey.shape
    for label, (_, _, across, down, _) in enumerate(stats):
        is_wide, is_tall = across > FRAME_SHARE[0] * width, down > FRAME_SHARE[1] * height
        if label and (is_wide or is_tall):
            frame = cv2.dilate((labels == label).astype(np.uint8), np.ones((5, 5), np.uint8))
            clean[frame > 0] = 255
    return clean


def read(crops: Sequence[Image]) -> list[str]:
    """All crops in one run."""
    framed = [np.pad(crop, LETTERS_PX // 2, constant_values=255) for crop in crops]
    found = TesseractRecogniser().recognise(framed, languages="vie", layout=Layout.BLOCK)
    return [line for words in found for line in lines_of(words)]


def lines_of(words: Sequence[Word]) -> Iterator[str]:
    """The words of each line, one space apart."""
    for _, line in groupby(words, key=lambda word: word.line):
        yield " ".join(word.text for word in line)
