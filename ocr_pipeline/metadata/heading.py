"""The first page's head: agency, number, place and date, kind and subject."""

import re
from collections.abc import Iterator

from ocr_pipeline.metadata.found import suggestion
from ocr_pipeline.metadata.issue import Issue, issue_of_head, issue_suggestions
from ocr_pipeline.metadata.kinds import OFFICIAL_LETTER, kind_in_notation
from ocr_pipeline.metadata.layout import Layout
from ocr_pipeline.metadata.number import NumberLine, agrees, number_line
from ocr_pipeline.metadata.organ import agencies, name_of, organ_lines, spelt_like
from ocr_pipeline.metadata.runs import Run
from ocr_pipeline.metadata.subject import kind_line, letter_subject, subject_text, subject_under
from ocr_pipeline.types import Suggestion

UPPER_THIRD = 0.33
NO_NAME = re.compile(r"[.:;\d]|.{80}")  # capitals of a text without positions that ran together
UNSURE = 0.35
USUAL_AGENCIES = 2  # the issuing one and the one over it


def heading_suggestions(layout: Layout) -> Iterator[Suggestion]:
    """Everything that the head says."""
    number = number_line(layout)
    issue = issue_of_head(layout)
    organs = organ_lines(layout, above=foot_of_agency(layout, number, issue))
    kind_and_subject = list(kinds_and_subjects(layout, number))
    yield from organ_suggestion(layout, organs, number=number, place=issue.place if issue else "")
    yield from kind_and_subject
    if number:
        kind = next((one.value for one in kind_and_subject if one.name == "type_name"), None)
        yield from number_suggestions(layout, number, organs, kind)
    if issue:
        yield from issue_suggestions(issue, page=layout.number, sure=1.0)


def foot_of_agency(layout: Layout, number: NumberLine | None, issue: Issue | None) -> float:
    """Above which level the agencies' names stand."""
    if number:
        return number.run.level - number.run.height / 2
    if issue:
        return issue.run.level - issue.run.height / 2
    kind = kind_line(layout, below=0)
    return kind[0].level - kind[0].height / 2 if kind else layout.height * UPPER_THIRD


def organ_suggestion(
    layout: Layout, lines: list[Run], *, number: NumberLine | None, place: str
) -> list[Suggestion]:
    """The last of the agencies named is the one that issues."""
    groups = agencies(lines)
    if not groups:
        return []
    name, tokens = name_of(groups[-1])
    sure = 0.95 if len(groups) <= USUAL_AGENCIES else 0.7
    if not layout.divide.by_motto:
        sure = 0.7 if number else UNSURE
    if layout.flows and NO_NAME.search(name):
        sure = UNSURE
    return suggestion("organ_name", spelt_like(name, place), tokens, page=layout.number, sure=sure)


def number_suggestions(
    layout: Layout, found: NumberLine, organs: list[Run], kind: str | None
) -> Iterator[Suggestion]:
    """Number and notation; a notation that fits kind or agency is sure even where letters are faint."""
    run, page = found.run, layout.number
    tokens = run.tokens_at(run.text.find("/") - len(found.number), len(run.text)) or run.tokens
    yield from suggestion("code_number", found.number, tokens, page=page, sure=found.number_sure)
    fits = agrees(found.notation, [name_of([line])[0] for line in organs], kind)
    for one in suggestion(
        "code_notation", found.notation, tokens, page=page, sure=found.notation_sure
    ):
        confidence = max(one.confidence, 0.85) if fits else min(one.confidence, 0.8)
        yield Suggestion(one.name, one.value, confidence, one.page, one.boxes)


def kinds_and_subjects(layout: Layout, number: NumberLine | None) -> Iterator[Suggestion]:
    """Kind and subject, by the headline, by "V/v", or the kind by the notation alone."""
    page = layout.number
    headline = kind_line(layout, below=number.run.level if number else 0)
    letter = letter_subject(layout, number=number.run if number else None)
    if letter and (headline is None or letter[-1].level < headline[0].level - 9 * letter[0].height):
        headline = None
    if headline:
        run, kind, sure, rest = headline
        yield from suggestion("type_name", kind, run.tokens, page=page, sure=max(sure, 0.6))
        lines, certain = subject_under(run, layout, rest=rest)
        tokens = [token for line in ([run] if rest else []) + lines for token in line.tokens]
        yield from suggestion(
            "subject", subject_text(lines, rest=rest), tokens, page=page, sure=certain
        )
    elif letter:
        tokens = [token for line in letter for token in line.tokens]
        yield from suggestion("type_name", OFFICIAL_LETTER, (), page=page, sure=0.93)
        yield from suggestion("subject", subject_text(letter), tokens, page=page, sure=0.95)
    elif number:
        kind_by_notation = kind_in_notation(number.notation)
        yield from suggestion("type_name", kind_by_notation or "", (), page=page, sure=0.65)
