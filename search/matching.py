"""Where the words of a clause stand among the words of a text."""

from collections.abc import Sequence

from search.base import Clause


def places(clause: Clause, tokens: Sequence[str], *, folded: bool = True) -> list[int]:
    """The positions at which the clause begins.

    Args:
        tokens: exact tokens, or folded ones where `folded` is set.
    """
    asked = clause.folded if folded else clause.tokens
    firsts, last = list(asked[:-1]), asked[-1]
    before = len(firsts)
    if clause.prefix:
        ends = [at for at, token in enumerate(tokens) if token.startswith(last)]
    else:
        ends = [at for at, token in enumerate(tokens) if token == last]
    return [at - before for at in ends if at >= before and list(tokens[at - before : at]) == firsts]
