"""An event becomes a sentence."""

import pytest
from django.utils import translation

from dms.audit.models import Event
from dms.audit.presenters import sentence

pytestmark = pytest.mark.usefixtures("ledger_files")


def renamed(**values: str) -> Event:
    kind = values.pop("kind", "tests.document.renamed")
    return Event(kind=kind, target="document:1", actor="user:42", **values)


def test_names_and_details_stand_in_the_sentence() -> None:
    names = {"user:42": "Lan", "document:1": "05/QĐ-UBND"}
    told = sentence(renamed(detail='{"pages":3}'), named=names.__getitem__)
    assert told == "Lan renamed 05/QĐ-UBND; 3 pages."


def test_an_unknown_detail_leaves_a_gap() -> None:
    assert sentence(renamed()) == "user:42 renamed document:1; … pages."


def test_a_kind_of_an_older_release_is_still_told() -> None:
    assert sentence(renamed(kind="tests.document.eaten")) == "user:42: tests.document.eaten"


def test_the_sentence_is_in_the_language_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("tests.ledger").ledger.EVENTS, "tests.document.renamed", "Yes")
    with translation.override("vi"):
        assert sentence(renamed()) == "Có"
