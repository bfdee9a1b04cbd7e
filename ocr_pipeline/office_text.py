"""Running text of DOCX and ODT: paragraphs, tables row by row, headers, footers and notes.

Source: ECMA-376 part 1, clause 17 (WordprocessingML); OASIS OpenDocument 1.3 part 3.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from ocr_pipeline.limits import Limits
from ocr_pipeline.text_pages import PAGE_BREAK, bounded, paginate
from ocr_pipeline.zip_parts import Event, Parts

MAX_SPACES = 100  # a repeat count is a number anybody can write


@dataclass(frozen=True, slots=True)
class Grammar:
    """Which elements mean what."""

    paragraphs: frozenset[str]
    row: str
    cell: str
    skipped: frozenset[str]  # said twice, or taken out by a tracked change
    marks: Mapping[str, str]  # elements that stand for characters
    page_breaks: frozenset[str]
    runs: frozenset[str]  # elements whose text is read; none: all text inside a paragraph


DOCX = Grammar(
    paragraphs=frozenset({"p"}), row="tr", cell="tc",
    skipped=frozenset({"Fallback", "del", "moveFrom", "instrText", "delText"}),
    marks={"tab": "\t", "cr": "\n", "noBreakHyphen": "-"},
    page_breaks=frozenset({"lastRenderedPageBreak"}), runs=frozenset({"t"}),
)  # fmt: skip
ODT = Grammar(
    paragraphs=frozenset({"p", "h"}), row="table-row", cell="table-cell",
    skipped=frozenset({"tracked-changes", "annotation", "forms"}),
    marks={"tab": "\t", "line-break": "\n"},
    page_breaks=frozenset({"soft-page-break"}), runs=frozenset(),
)  # fmt: skip


def docx_pages(parts: Parts, limits: Limits) -> list[str]:
    """Headers stand before the first page's text; footers and notes after the last page's."""
    before = (Walk(DOCX).lines(parts, name) for name in parts.matching("word/header"))
    names = parts.matching("word/footer", "word/footnotes", "word/endnotes", "word/comments")
    after = (Walk(DOCX).lines(parts, name) for name in names)
    body = Walk(DOCX).lines(parts, "word/document.xml")
    lines = chain(without_blanks(before), body, without_blanks(after))
    return paginate(bounded(lines, limits), limits=limits)


def odt_pages(parts: Parts, limits: Limits) -> list[str]:
    """Headers and footers stand in the styles, before the text."""
    lines = chain(
        without_blanks([Walk(ODT).lines(parts, "styles.xml")]),
        Walk(ODT).lines(parts, "content.xml"),
    )
    return paginate(bounded(lines, limits), limits=limits)


def without_blanks(texts: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lines of small parts: each once, none of them blank or a page number."""
    seen: set[str] = set()
    for line in chain.from_iterable(texts):
        if line.strip(" -\t0123456789") and line != PAGE_BREAK and line not in seen:
            seen.add(line)
            yield line


@dataclass(slots=True)
class Walk:
    """One way through a part: text gathers in a paragraph, paragraphs in a cell, cells in a row."""

    grammar: Grammar
    skipping: int = 0
    paragraphs: int = 0  # open ones: a text box stands inside a paragraph
    runs: int = 0
    text: list[str] = field(default_factory=list)
    # open rows: paragraphs of their cells
    rows: list[list[list[str]]] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)  # open cells: their paragraphs so far
    ready: list[str] = field(default_factory=list)

    def lines(self, parts: Parts, name: str) -> Iterator[str]:
        """All lines of a part in order."""
        for event in parts.events(name):
            if event.name in self.grammar.skipped and event.kind != "text":
                self.skipping += 1 if event.kind == "start" else -1
            elif not self.skipping:
                self.take(event)
            yield from self.ready
            self.ready.clear()

    def take(self, event: Event) -> None:
        """One event that is not skipped."""
        if event.kind == "text":
            if self.runs or (not self.grammar.runs and self.paragraphs):
                self.text.append(event.name)
        elif event.kind == "start":
            self.begin(event.name, event.attributes)
        else:
            self.finish(event.name)

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        if name in self.grammar.paragraphs:
            self.end_paragraph()
            self.paragraphs += 1
        elif name in self.grammar.runs:
            self.runs += 1
        elif name == self.grammar.row:
            self.rows.append([])
        elif name == self.grammar.cell:
            self.cells.append([])
        else:
            self.mark(name, attributes)

    def mark(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element that stands for characters or for a break."""
        if name in self.grammar.page_breaks or attributes.get("type") == "page":
            if not self.cells:
                self.end_paragraph()
                self.ready.append(PAGE_BREAK)
        elif self.paragraphs and name in self.grammar.marks:
            self.text.append(self.grammar.marks[name])
        elif self.paragraphs and name == "br":
            self.text.append("\n")
        elif self.paragraphs and name == "s":
            self.text.append(" " * spaces(attributes.get("c", "1")))

    def finish(self, name: str) -> None:
        """An element closes."""
        if name in self.grammar.paragraphs:
            self.end_paragraph(blank=True)
            self.paragraphs -= 1
        elif name in self.grammar.runs:
            self.runs -= 1
        elif name == self.grammar.cell and self.cells:
            paragraphs = list(filter(None, self.cells.pop()))
            if self.rows:
                self.rows[-1].append(paragraphs)
        elif name == self.grammar.row and self.rows:
            self.end_row(self.rows.pop())

    def end_row(self, cells: list[list[str]]) -> None:
        """Cells of one line stand side by side; in a layout table each cell's lines follow one another."""
        if all(len(cell) <= 1 for cell in cells):
            self.emit("\t".join(" ".join(cell) for cell in cells).rstrip())
        else:
            for line in chain.from_iterable(cells):
                self.emit(line)

    def end_paragraph(self, *, blank: bool = False) -> None:
        """What has gathered becomes lines; with `blank`, nothing becomes a blank line."""
        gathered = "".join(self.text)
        self.text.clear()
        if gathered or blank:
            self.emit(gathered)

    def emit(self, text: str) -> None:
        """Text goes into the open cell, or out."""
        if self.cells:
            self.cells[-1].append(" ".join(text.split()))
        else:
            self.ready += text.split("\n")


def spaces(count: str) -> int:
    """A repeat count that is believed within bounds."""
    return min(int(count), MAX_SPACES) if count.isdecimal() and len(count) < 10 else 1  # noqa: PLR2004  # 32 bits
