"""A value found on a page, with the words that say it."""

from collections.abc import Sequence

from ocr_pipeline.metadata.runs import Token, confidence_of
from ocr_pipeline.types import Suggestion

LONGEST = {
    "code_number": 11, "code_notation": 30, "type_name": 100, "organ_name": 200, "subject": 500,
    "place": 100, "signing_capacity": 10, "signer_position": 100, "signer_name": 50,
}  # fmt: skip


def suggestion(
    name: str, value: str, tokens: Sequence[Token], *, page: int, sure: float = 1.0
) -> list[Suggestion]:
    """The suggestion, or none where there is no value or one too long for its field.

    Args:
        sure: How sure the rule is that these words are the field's, before doubts of the recogniser.
    """
    value = " ".join(value.split())
    if not value or len(value) > LONGEST.get(name, len(value)):
        return []
    confidence = round(sure * confidence_of(tokens) if tokens else sure, 3)
    return [Suggestion(name, value, confidence, page, tuple(token.box for token in tokens))]
