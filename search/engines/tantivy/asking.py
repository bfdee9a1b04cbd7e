"""A query in the terms of tantivy."""

from collections.abc import Iterable, Sequence
from typing import Any

import tantivy

from search.base import (
    EXACT_SCORE,
    HEAD_SCORE,
    NEAR_SCORE,
    NUMBER_SCORE,
    RARITY_SCALE,
    Clause,
    FacetName,
    Query,
)
from search.engines.tantivy.schema import EXACT, FACETS, FOLDED, HEAD, NUMBER_FORM, SCHEMA

MUST, SHOULD, MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
LAST_DAY = 2**32
Part = tuple[Any, Any]


def filtering(query: Query, *, but: FacetName | None = None) -> Any:
    """What the query finds, without scores.

    Args:
        but: a facet whose chosen value is left out.
    """
    return tantivy.Query.boolean_query([*conditions(query, but=but), *wanted(query)])


def scoring(query: Query) -> Any:
    """What the query finds, scored by the tiers of the contract and, among equals, by rarity."""
    parts = [*conditions(query), *wanted(query, scale=RARITY_SCALE)]
    for clause in query.clauses:
        if clause.scores:
            parts += bonuses(clause)
    for run in query.runs:
        near = row_of(FOLDED[run.field], run.folded, prefix=False)
        parts.append((SHOULD, tantivy.Query.const_score_query(near, NEAR_SCORE)))
    return tantivy.Query.boolean_query(parts)


def conditions(query: Query, *, but: FacetName | None = None) -> list[Part]:
    """Who may see, in which dates, with which facets; nothing of this scores."""
    parts = [(MUST, silent(tantivy.Query.term_set_query(SCHEMA, "access", sorted(query.keys))))]
    if query.issued_from or query.issued_to:
        low = query.issued_from.toordinal() if query.issued_from else 1
        high = query.issued_to.toordinal() if query.issued_to else LAST_DAY
        days = tantivy.Query.range_query(SCHEMA, "issued", tantivy.FieldType.Unsigned, low, high)
        parts.append((MUST, silent(days)))
    for name, value in query.facets.items():
        if name is not but:
            chosen = tantivy.Query.term_query(SCHEMA, FACETS[name], value, "basic")
            parts.append((MUST, silent(chosen)))
    if query.excluded:
        ids = sorted(query.excluded)
        parts.append((MUST_NOT, tantivy.Query.term_set_query(SCHEMA, "document", ids)))
    return parts


def wanted(query: Query, *, scale: float = 0.0) -> Iterable[Part]:
    """The clauses, folded."""
    for clause in query.clauses:
        asked = row_of(FOLDED[clause.field], clause.folded, prefix=clause.prefix)
        if clause.negated:
            yield MUST_NOT, asked
        elif clause.scores and scale and not clause.prefix:
            yield MUST, tantivy.Query.boost_query(asked, scale)
        else:
            yield MUST, silent(asked)


def bonuses(clause: Clause) -> Iterable[Part]:
    """The tiers: words as typed, words in the head, the whole number."""
    exact = row_of(EXACT[clause.field], clause.tokens, prefix=clause.prefix)
    yield SHOULD, tantivy.Query.const_score_query(exact, EXACT_SCORE)
    head = row_of(HEAD, clause.folded, prefix=clause.prefix)
    yield SHOULD, tantivy.Query.const_score_query(head, HEAD_SCORE)
    if not clause.prefix:
        form = " ".join(clause.folded)
        number = tantivy.Query.term_query(SCHEMA, NUMBER_FORM, form, "basic")
        yield SHOULD, tantivy.Query.const_score_query(number, NUMBER_SCORE)


def row_of(field: str, tokens: Sequence[str], *, prefix: bool) -> Any:
    """The tokens in a row; words hold letters and digits only, so no pattern needs escaping."""
    if prefix and len(tokens) == 1:
        return tantivy.Query.regex_query(SCHEMA, field, f"{tokens[0]}.*")
    if prefix:
        return tantivy.Query.regex_phrase_query(SCHEMA, field, [*tokens[:-1], f"{tokens[-1]}.*"])
    if len(tokens) == 1:
        return tantivy.Query.term_query(SCHEMA, field, tokens[0])
    return tantivy.Query.phrase_query(SCHEMA, field, list(tokens))


def silent(query: Any) -> Any:
    """A condition that adds nothing to the score."""
    return tantivy.Query.const_score_query(query, 0.0)
