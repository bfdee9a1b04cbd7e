"""Tên loại và trích yếu: the kind in capitals with the subject beneath it, or "V/v" of an official letter.

Source: Decree 30/2020/NĐ-CP, annex I, part I, II.5.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ocr_pipeline.letters import is_capitals
from ocr_pipeline.metadata.kinds import kind_before, kind_of
from ocr_pipeline.metadata.layout import COLUMN_GAP, Layout
from ocr_pipeline.metadata.organ import BEGINNINGS
from ocr_pipeline.metadata.positions import POSITION
from ocr_pipeline.metadata.runs import Run

LETTER_SUBJECT = re.compile(r"^\W*V[/\\|Il1]?[Vv][:.,]?\s+|^\W*[Vv]\s*/\s*[Vv][:.,]?\s*")
ABOUT = re.compile(r"^\W*(?:Về\s+việc|Vê\s+việc|V/v)[:.,]?\s+", re.IGNORECASE)
BODY = re.compile(
    r"^\W*(?:CAN CU|KINH GUI|DIEU \d|CHUONG|PHAN [IVX\d]|MUC \d|THUC HIEN (?:NGHI|QUYET|KE|CHI|CONG)"
    r"|THEO (?:DE NGHI|QUY DINH)|[IVX]+[.,]|\d+[.,]|[A-Z][.)]|KINH GUI|HOM NAY|NHA TRUONG|XET DE NGHI"
    r"|THOI GIAN|TRAN TRONG|THANH PHAN|CUC TRUONG|\(?KEM THEO)"
)
MOST_LINES = 8
WORDS_LOST = 0.4  # how sure a subject is with a hole in it
FEWEST_LETTERS = 3
LOWEST_KIND = 0.62  # of the page's height
WIDE_PITCH = 1.9  # heights of a letter between two lines of one subject


def kind_line(layout: Layout, *, below: float) -> tuple[Run, str, float, str] | None:
    """The line that names the kind: the run, the kind, how sure, and what else the line says."""
    for run in layout.runs:
        if run.level <= below or not is_capitals(run.text) or not is_centred(run, layout):
            continue
        if run.top > layout.height * LOWEST_KIND and not layout.flows:
            break
        whole = kind_of(run.text.rstrip(" :.-–"))
        if whole:
            return run, *whole, ""
        begun = kind_before(run.text)
        if begun:
            return run, begun[0], 0.9, begun[1]
    return None


def is_centred(run: Run, layout: Layout) -> bool:
    """Whether a line stands in the middle of the page."""
    if layout.flows:
        return True
    centre = (layout.text_left + layout.text_right) / 2
    return abs(run.middle - centre) < layout.width * 0.12


def subject_under(kind: Run, layout: Layout, *, rest: str) -> tuple[list[Run], float]:
    """The lines beneath the kind, and how sure it is that they end there."""
    beneath = [run for run in layout.runs if run.level > kind.bottom and run.text.strip("_-–. ")]
    beneath = [run for run in beneath if not is_speck(run, layout)]
    if layout.flows:
        return beneath[:1] if beneath and not is_body(beneath[0]) else [], 0.8
    lines = take(list(whole_lines(beneath)), kind, layout)
    if rest:
        return [run for run in lines if is_capitals(run.text)], 0.8
    return lines, WORDS_LOST if any(has_gap(line) for line in lines) else 0.95


def whole_lines(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs at one level as one line: between them words were lost under a seal or a signature."""
    held: list[Run] = []
    for run in runs:
        if held and abs(run.level - held[0].level) > held[0].height / 2:
            yield joined(held)
            held = []
        held.append(run)
    if held:
        yield joined(held)


def joined(runs: Sequence[Run]) -> Run:
    """Runs as one, from left to right."""
    tokens = [token for run in runs for token in run.tokens]
    return Run(tuple(sorted(tokens, key=lambda token: token.left)))


def has_gap(line: Run) -> bool:
    """Whether two neighbours of a line are too far apart for a space."""
    return any(b.left - a.right > COLUMN_GAP * line.height for a, b in pairwise(line.tokens))


def take(beneath: Sequence[Run], kind: Run, layout: Layout) -> list[Run]:
    """Centred lines one beneath another, until the body begins."""
    taken: list[Run] = []
    for before, run in pairwise([kind, *beneath]):
        far = run.level - before.level > reach(taken, layout)
        if is_body(run) or far or not is_symmetric(run, kind, layout) or len(taken) == MOST_LINES:
            break
        if taken and begins_enactment(run):
            break
        taken.append(run)
    return taken


def reach(taken: Sequence[Run], layout: Layout) -> float:
    """How far down the next line of the subject may stand."""
    if len(taken) > 1:
        return 1.35 * (taken[-1].level - taken[-2].level)
    return (WIDE_PITCH if taken else 2 * WIDE_PITCH) * max(layout.line_height, 1)


def is_body(run: Run) -> bool:
    """Whether a line begins as bodies do."""
    return BODY.match(run.plain) is not None


def begins_enactment(run: Run) -> bool:
    """Whether a line in capitals names who enacts ("ỦY BAN NHÂN DÂN XÃ", "GIÁM ĐỐC SỞ")."""
    starts = run.plain.startswith(tuple(f"{beginning} " for beginning in BEGINNINGS))
    return is_capitals(run.text) and (starts or POSITION.match(run.plain) is not None)


def is_symmetric(run: Run, kind: Run, layout: Layout) -> bool:
    """Whether a line is centred beneath the kind, not indented and flush at the right."""
    return abs(run.middle - kind.middle) < max(0.8 * layout.line_height, 0.017 * layout.width)


def is_speck(run: Run, layout: Layout) -> bool:
    """Whether a run is dirt or a remnant of a rule or seal."""
    return (
        sum(c.isalnum() for c in run.text) < FEWEST_LETTERS or run.height < layout.line_height / 2
    )


def letter_subject(layout: Layout, *, number: Run | None) -> list[Run]:
    """The lines that begin with "V/v" beneath the number, in the left column."""
    for at, run in enumerate(layout.runs):
        if not LETTER_SUBJECT.match(run.text) or not in_left(run, layout):
            continue
        if number is not None and run.level < number.level:
            continue
        return list(following(run, layout.runs[at + 1 :], layout))
    return []


def following(first: Run, later: Sequence[Run], layout: Layout) -> Iterator[Run]:
    """The first line and those that go on beneath it in the same column."""
    yield first
    last = first
    for run in later:
        if layout.flows or is_body(run) or run.level - last.level > 2 * layout.line_height:
            return
        if not in_left(run, layout) or run.level - last.level < layout.line_height / 3:
            continue
        if run.right > layout.divide.left + layout.width * 0.06 or is_speck(run, layout):
            return
        yield run
        last = run


def in_left(run: Run, layout: Layout) -> bool:
    """Whether a run stands in the left column."""
    return layout.flows or run.middle < layout.divide.left


def subject_text(lines: Sequence[Run], *, rest: str = "") -> str:
    """The lines as one, without "Về việc" before the matter and rules after it."""
    text = " ".join([rest, *(run.text for run in lines)]).strip(" _-–.*|")
    return ABOUT.sub("", LETTER_SUBJECT.sub("", text))
