"""Clean-up: what each step recovers, on pages made from a seed; no recogniser runs here."""

import cv2
import numpy as np
import pytest

from ocr_pipeline.confidence import coverage_of, worthwhile
from ocr_pipeline.prepare import prepared
from ocr_pipeline.prepare_ink import without_coloured_ink
from ocr_pipeline.prepare_pale import (
    Beside,
    marks_beside_ink,
    with_even_print,
    without_show_through,
)
from ocr_pipeline.prepare_paper import dark_on_light, flattened
from ocr_pipeline.types import Box, Word
from tests.resources import scans
from tests.resources.scans import Pixels

DPI = 150


@pytest.fixture(scope="module")
def sheet() -> scans.Sheet:
    return scans.letter()


@pytest.fixture(scope="module")
def table() -> scans.Sheet:
    return scans.table(rows=12)


def dark_share(grey: Pixels, box: Box) -> float:
    return float(
        (grey[box.top : box.top + box.height, box.left : box.left + box.width] < 128).mean()
    )


@pytest.mark.parametrize("angle", [-4.0, -1.3, 0.6, 2.5])
def test_the_skew_is_found(sheet: scans.Sheet, angle: float) -> None:
    ready = prepared(sheet.skewed(angle).image, DPI)
    turned = np.degrees(np.arctan2(ready.level[1, 0], ready.level[0, 0]))
    assert turned == pytest.approx(angle, abs=0.1)


def test_a_level_page_is_not_touched_by_levelling(sheet: scans.Sheet) -> None:
    assert prepared(sheet.image, DPI).steps == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_set_upright(sheet: scans.Sheet, table: scans.Sheet, turn: int) -> None:
    for page in (sheet, table):
        image = page.damaged(scans.noise(8), scans.turned(turn))
        assert prepared(image, DPI).turn_deg == (360 - turn) % 360


def test_a_seal_over_text_goes_and_the_text_stays(sheet: scans.Sheet) -> None:
    under = next(box for word, box in zip(sheet.words, sheet.boxes, strict=True) if word == "96,4")
    x, y = (
        (under.left + under.width / 2) / 1240,
        (under.top + under.height / 2) / sheet.image.shape[0],
    )
    stamped = sheet.damaged(scans.seal(x, y))
    inked = without_coloured_ink(stamped, DPI)
    assert inked.removed
    assert dark_share(inked.grey, under) == pytest.approx(
        dark_share(sheet.image[:, :, 0], under), rel=0.15
    )
    added = (inked.grey < 128).sum() - (sheet.image[:, :, 0] < 128).sum()
    assert abs(added) < 0.01 * (sheet.image[:, :, 0] < 128).sum()


def test_coloured_print_stays(sheet: scans.Sheet) -> None:
    red = sheet.image.copy()
    head = int(2.3 * DPI)
    red[:head] = np.maximum(red[:head], np.array([190, 20, 30], np.uint8))
    grey = without_coloured_ink(red, DPI).grey
    kept = [
        dark_share(grey, box)
        for box in sheet.boxes
        if box.top + box.height < head and box.width > 40
    ]
    assert np.mean([share > 0.1 for share in kept]) > 0.9


def test_shading_goes(sheet: scans.Sheet) -> None:
    shaded = cv2.cvtColor(sheet.damaged(scans.shade(0.6)), cv2.COLOR_RGB2GRAY)
    flat = flattened(shaded, DPI)
    margin = flat[:, 20:80]
    assert margin.min() > 235
    assert shaded[:, 20:80].min() < 200


def test_an_inverted_page_is_turned_round_and_a_dark_photograph_is_not(sheet: scans.Sheet) -> None:
    grey = sheet.image[:, :, 0]
    assert (dark_on_light(255 - grey) == grey).all()
    dim = (grey * 0.35).astype(np.uint8)
    assert (dark_on_light(dim) == dim).all()


def test_show_through_goes_and_print_stays(sheet: scans.Sheet) -> None:
    back = scans.table(rows=16)
    shown = cv2.cvtColor(sheet.damaged(scans.bleed_through(back.image, 0.35)), cv2.COLOR_RGB2GRAY)
    assert marks_beside_ink(shown, DPI) is Beside.SHOW_THROUGH
    clean = without_show_through(shown)
    assert (clean < 215).sum() < (shown < 215).sum() * 0.75
    assert ((clean < 128) == (shown < 128)).mean() > 0.999
    assert marks_beside_ink(sheet.image[:, :, 0], DPI) is Beside.NOTHING


@pytest.mark.parametrize("tone", [160, 185])
def test_pale_print_beside_black_print_is_kept_and_made_as_dark(
    sheet: scans.Sheet, tone: int
) -> None:
    pale = sheet.damaged(scans.pale_band(0.3, 0.5, tone), scans.noise(5))
    ready = prepared(pale, DPI)
    assert ready.steps == ("pale",)
    height = sheet.image.shape[0]
    inside = [box for box in sheet.boxes if 0.32 * height < box.top < 0.46 * height]
    assert len(inside) > 40
    before, after = (
        np.mean([dark_share(grey, box) for box in inside]) for grey in (pale[:, :, 0], ready.grey)
    )
    black = np.mean([dark_share(sheet.image[:, :, 0], box) for box in inside])
    assert before < 0.1 * black
    assert after == pytest.approx(black, rel=0.35)


def test_the_specks_of_a_fax_go_and_the_print_stays(sheet: scans.Sheet) -> None:
    faxed = sheet.damaged(scans.bilevel(speckle=0.004))
    clean = sheet.damaged(scans.bilevel(speckle=0))[:, :, 0]
    ready = prepared(faxed, DPI)
    assert ready.steps == ("specks",)
    wrong = [int((grey != clean).sum()) for grey in (faxed[:, :, 0], ready.grey)]
    assert wrong[1] < 0.3 * wrong[0]
    assert "specks" not in prepared(sheet.damaged(scans.noise(5)), DPI).steps


def test_print_of_one_tone_is_not_deepened(sheet: scans.Sheet) -> None:
    faint = sheet.damaged(scans.pale_band(0, 1, 130), scans.noise(5))
    assert "pale" not in prepared(faint, DPI).steps
    assert with_even_print(np.full((300, 300), 255, np.uint8), DPI).min() == 255


def test_a_ruled_table_loses_its_lines_and_is_read_by_columns(table: scans.Sheet) -> None:
    ready = prepared(table.image, DPI)
    assert ready.table
    assert "rules" in ready.steps
    assert 6 <= len(ready.parts) <= 7  # five columns, the title
    assert ready.grey[round(1.2 * DPI), 200] == 255  # the upper rule


def test_two_columns_are_cut_between_their_words_and_nothing_is_lost(sheet: scans.Sheet) -> None:
    ready = prepared(sheet.image, DPI)
    assert len(ready.parts) >= 3
    for box in sheet.boxes:
        middle = (box.left + box.width / 2, box.top + box.height / 2)
        holders = [
            part for part in ready.parts
            if part.left <= middle[0] < part.left + part.width and part.top <= middle[1] < part.top + part.height
        ]  # fmt: skip
        assert len(holders) == 1


def test_an_empty_page_shows_no_letters() -> None:
    paper = np.full((1754, 1240, 3), 240, np.uint8)
    for damage in (scans.noise(6), scans.shade(0.3)):
        assert len(prepared(damage(paper, np.random.default_rng(2)), DPI).letters) < 3


def test_boxes_find_back_to_the_page(sheet: scans.Sheet) -> None:
    skewed = sheet.skewed(2.0)
    ready = prepared(skewed.image, DPI)
    inverse = cv2.invertAffineTransform(ready.level)
    for flat, expected in zip(sheet.boxes, skewed.boxes, strict=True):
        corners = np.array(
            [
                (expected.left, expected.top, 1),
                (expected.left + expected.width, expected.top + expected.height, 1),
            ]
        )
        middle = corners.mean(axis=0) @ inverse.T
        box = Box(
            round(middle[0] - flat.width / 2),
            round(middle[1] - flat.height / 2),
            flat.width,
            flat.height,
        )
        assert iou(ready.on_page(box), expected) > 0.6  # the box of a full stop is a few pixels


def iou(a: Box, b: Box) -> float:
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    both = max(across, 0) * max(down, 0)
    return both / (a.width * a.height + b.width * b.height - both)


def test_noise_is_dropped_and_lines_are_counted_anew() -> None:
    words = [
        Word("a", Box(0, 0, 9, 9), 0.1, 0),
        Word("b", Box(0, 20, 9, 9), 0.9, 1),
        Word("c", Box(0, 40, 9, 9), 0.8, 4),
    ]
    assert [(word.text, word.line) for word in worthwhile(words)] == [("b", 0), ("c", 1)]


def test_letters_outside_all_words_lower_the_coverage() -> None:
    letters = np.array([[0.0, 0.0, 9.0, 9.0], [50.0, 0.0, 9.0, 9.0]])
    assert coverage_of([Word("a", Box(0, 0, 20, 12), 0.9, 0)], letters) == 0.5
    assert coverage_of([], letters[:0]) == 1.0


def test_a_very_fine_scan_is_halved_and_boxes_still_find_back(sheet: scans.Sheet) -> None:
    fine = scans.scaled(4)(sheet.image[:700], np.random.default_rng(1))
    ready = prepared(fine, 4 * DPI)
    assert ready.grey.shape == (fine.shape[0] // 2, fine.shape[1] // 2)
    assert ready.on_page(Box(10, 20, 30, 40)) == Box(20, 40, 60, 80)
