"""Quyền hạn, chức vụ, họ tên: in what capacity, in which position, and who signs.

Source: Decree 30/2020/NĐ-CP, annex I, part I, II.7.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocr_pipeline.letters import is_capitals, is_near, letters, plain, spelt
from ocr_pipeline.metadata.found import suggestion
from ocr_pipeline.metadata.layout import Layout
from ocr_pipeline.metadata.positions import POSITION, SURNAMES, TITLES
from ocr_pipeline.metadata.runs import Run
from ocr_pipeline.types import Suggestion

CAPACITY = re.compile(
    r"^\W*(T/?UQ|T/?M|K/?T|T/?L|Q)\s*[.,:;]\s*(?=\w)|^\W*(T/?UQ|K/?T|T/M|T/L)\s+(?=\w)"
)
SPELT_OUT = re.compile(r"^QUYEN\s+(?=\w)")
RANK = re.compile(
    r"^(?:(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy)|Bác\s+sĩ|Luật\s+sư|Kỹ\s+sư"
    r"|(?:PGS|GS|TS|ThS|BS|KS|CKI|CKII|LS|CN)[.\s]+)[\s.,]*",
    re.IGNORECASE,
)
SPECKS = re.compile(r"^[^A-ZÀ-Ỹ]+|[^\w]+$")  # dirt, and what is left of a signature, beside a name
WORD_OF_NAME = re.compile(r"^[A-ZĐÀ-ỸƠƯĂÂÊÔ][a-zđà-ỹơưăâêô']*$")
OTHER_DEPUTIES = {"BỘ TRƯỞNG"}  # whose deputy is a THỨ TRƯỞNG
FEWEST, MOST = 2, 6  # words of a name
NO_SURNAME = 0.45  # the surname was probably lost; shown, not filled in
RUNS_OVERLEAF = 6  # so far down the next page a name may stand
FILED = re.compile(r"^\W*LUU\s*[:;.]")
LINES_OF_RECIPIENTS = 8
REACH = 14  # heights of a letter between position and name: the signature stands there


@dataclass(frozen=True, slots=True)
class Block:
    """Lines above a signature, and the name beneath it."""

    layout: Layout
    lines: tuple[Run, ...]
    name: Run | None
    name_page: int
    beside_recipients: bool


def signature_suggestions(layouts: Sequence[Layout]) -> Iterator[Suggestion]:
    """Of the pages' signature blocks, the one beside "Nơi nhận", else the last."""
    blocks = [block for layout in reversed(layouts) for block in [block_of(layout)] if block]
    blocks.sort(key=lambda block: not block.beside_recipients)
    if not blocks:
        return
    block = with_name_overleaf(blocks[0], layouts)
    page, sure = block.layout.number, 1.0 if block.beside_recipients else 0.8
    by_capacity = [line for line in block.lines if capacity_of(line)]
    if by_capacity:
        last = by_capacity[-1]
        yield from suggestion(
            "signing_capacity", capacity_of(last), last.tokens[:1], page=page, sure=sure
        )
    position = deputy(block)
    yield from suggestion(
        "signer_position", position, block.lines[-1].tokens, page=page,
        sure=sure * (0.97 if POSITION.search(plain(position)) else 0.6),
    )  # fmt: skip
    if block.name:
        name = name_text(block.name)
        known = plain(name.split()[0]) in SURNAMES
        yield from suggestion(
            "signer_name", name, block.name.tokens, page=block.name_page,
            sure=sure * (0.97 if known else NO_SURNAME),
        )  # fmt: skip


def with_name_overleaf(block: Block, layouts: Sequence[Layout]) -> Block:
    """The block with the name that a page break has moved to the head of the next page."""
    after = next((one for one in layouts if one.number == block.layout.number + 1), None)
    if block.name or after is None:
        return block
    title = block.lines[-1]
    heads = after.runs[:RUNS_OVERLEAF]
    name = next(
        (run for run in heads if is_name_under(run, title, after) and is_surname(run)), None
    )
    return replace(block, name=name, name_page=after.number)


def is_name_under(run: Run, title: Run, layout: Layout) -> bool:
    """Whether a line reads like a name and stands centred under a title."""
    return bool(name_text(run)) and abs(run.middle - title.middle) < layout.width / 6


def block_of(layout: Layout) -> Block | None:
    """The capitals at the lower right that name a capacity or a position."""
    recipients = recipients_of(layout)
    right = [run for run in layout.runs if is_right(run, layout)]
    if recipients is not None:
        start = recipients - 3 * layout.line_height
        right = [run for run in right if run.level > start]
    capitals = [run for run in right if is_capitals(run.text) and is_title(run)]
    if recipients is None:
        capitals = [run for run in capitals if run.level > layout.divide.until or layout.number > 1]
    if not capitals:
        return None
    lines = together(capitals, layout)
    name = name_under(lines[-1], right, layout)
    if name is None and recipients is None:
        return None
    return Block(layout, tuple(lines), name, layout.number, recipients is not None)


def is_right(run: Run, layout: Layout) -> bool:
    """Whether a run stands in the right half."""
    return layout.flows or run.middle > layout.width * 0.5


def recipients_of(layout: Layout) -> float | None:
    """At which level "Nơi nhận" stands; where it is illegible, its last line, "Lưu:", tells."""
    heading = next((run for run in layout.runs if is_recipients(run)), None)
    if heading:
        return heading.top
    last = next((run for run in reversed(layout.runs) if FILED.match(run.plain)), None)
    return last.top - LINES_OF_RECIPIENTS * layout.line_height if last else None


def is_recipients(run: Run) -> bool:
    """Whether a run is the word "Nơi nhận"."""
    joined = letters("".join(run.text.split()[:2]))
    return joined.startswith("NOINHAN") or is_near(joined, "NOINHAN", allowed=2)


def is_title(run: Run) -> bool:
    """Whether a line in capitals names a capacity or a position."""
    return bool(capacity_of(run)) or POSITION.search(run.plain) is not None


def capacity_of(run: Run) -> str:
    """KT., TL., TUQ., TM. or Q. at the head of a line; nothing where the head of an agency signs."""
    found = CAPACITY.match(run.plain)
    if found:
        return f"{(found.group(1) or found.group(2)).replace('/', '')}."  # the Party writes T/M
    return "Q." if SPELT_OUT.match(run.plain) else ""


def together(capitals: Sequence[Run], layout: Layout) -> list[Run]:
    """The first title and those that follow it closely."""
    lines = [capitals[0]]
    for run in capitals[1:]:
        if run.level - lines[-1].level > 3 * layout.line_height:
            break
        lines.append(run)
    return lines


def position_of(run: Run) -> str:
    """The position on the last line of titles, without the capacity before it."""
    found = CAPACITY.match(run.plain) or SPELT_OUT.match(run.plain)
    return spelt(SPECKS.sub("", run.text[found.end() if found else 0 :]), TITLES)


def deputy(block: Block) -> str:
    """The position in full: who signs for a head (KT.) is the head's deputy, also where PHÓ was lost."""
    last, before = block.lines[-1], block.lines[-2] if len(block.lines) > 1 else None
    position, head = position_of(last), position_of(before) if before else ""
    signs_for = before is not None and capacity_of(before) == "KT." and head not in OTHER_DEPUTIES
    if signs_for and head and position.endswith(head) and "PHÓ" not in position:
        return f"PHÓ {head}"
    return position


def name_under(title: Run, right: Sequence[Run], layout: Layout) -> Run | None:
    """The first line beneath a title that reads like a person's name; the surest where several do."""
    lowest = title.level + REACH * layout.line_height
    names = [
        run
        for run in right
        if title.level < run.level < lowest and is_name_under(run, title, layout)
    ]
    return max(names, key=lambda run: (is_surname(run), run.confidence), default=None)


def is_surname(run: Run) -> bool:
    """Whether a line begins with a surname."""
    return plain(name_text(run).split()[0]) in SURNAMES


def name_text(run: Run) -> str:
    """The line as a name without rank or degree; empty where it is none."""
    text = RANK.sub("", SPECKS.sub("", run.text))
    words = text.split()
    if not FEWEST <= len(words) <= MOST or not all(map(WORD_OF_NAME.match, words)):
        return ""
    return text
