"""What may be recorded, and when."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from dms.audit import kinds
from dms.audit.base import Salted
from dms.audit.kinds import WrongKinds
from dms.audit.models import Event
from dms.audit.operations import NotRecordable, record, record_alone, record_view, tells
from tests.ledger import NOON, Person, Thing

pytestmark = pytest.mark.usefixtures("ledger_files")
VIEWED = "tests.version.viewed"


def received(**detail: Any) -> Event:
    return record("tests.document.received", target=Thing(), by=Person(), at=NOON, **detail)


def test_an_event_keeps_references_moment_and_detail(db: None) -> None:
    event = received(pages=3, channel="web", sealed=True, unit=None)
    event.refresh_from_db()
    assert (event.kind, event.actor, event.at) == ("tests.document.received", "user:42", NOON)
    assert event.details == {"pages": 3, "channel": "web", "sealed": True, "unit": None}
    assert event.detail == '{"channel":"web","pages":3,"sealed":true,"unit":null}'


def test_an_event_goes_with_its_transaction(db: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        received()
        raise ZeroDivisionError
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "value",
    ["Nguyễn Văn An", "two  spaces", "line\nbreak", "a<b>", '"quoted"', "x" * 201, 1.5, ["list"]],
)
def test_content_is_refused(db: None, value: Any) -> None:
    with pytest.raises(NotRecordable):
        received(name=value)


@pytest.mark.parametrize(
    "reference", ["", "42", "user:", "User:1", "user:a b", "user:1\n", "user:é"]
)
def test_only_references_name_people_and_things(db: None, reference: str) -> None:
    with pytest.raises(NotRecordable):
        record("tests.document.received", target=Thing(), by=Person(reference), at=NOON)
    with pytest.raises(NotRecordable):
        record("tests.document.received", target=Thing(reference), by=Person(), at=NOON)


def test_an_undeclared_kind_is_refused(db: None) -> None:
    with pytest.raises(NotRecordable, match="undeclared"):
        record("tests.document.eaten", target=Thing(), by=Person(), at=NOON)


def test_a_moment_without_zone_is_refused(db: None) -> None:
    with pytest.raises(NotRecordable):
        record("tests.document.received", target=Thing(), by=Person(), at=datetime(2026, 3, 2))  # noqa: DTZ001  # the case


def test_a_name_is_confirmed_but_not_told(db: None) -> None:
    first, second = (received(name=Salted("Nguyễn Văn An")) for _ in range(2))
    assert "Nguy" not in first.detail
    assert first.detail != second.detail, "the same name must not be recognised across events"
    assert tells(first, "name", "Nguyễn Văn An")
    assert not tells(first, "name", "Nguyễn Văn Ân")
    assert not tells(received(), "name", "Nguyễn Văn An")


def test_recording_alone_brings_its_own_transaction(db: None) -> None:
    event = record_alone(VIEWED, target=Thing(), by=Person(), at=NOON)
    assert Event.objects.get() == event


def test_a_reading_counts_once_an_hour_for_each_person_and_thing(db: None) -> None:
    for minute in (0, 1, 59):
        record_view(VIEWED, target=Thing(), by=Person(), at=NOON + timedelta(minutes=minute))
    assert Event.objects.count() == 1
    record_view(VIEWED, target=Thing(), by=Person(), at=NOON + timedelta(minutes=60))
    record_view(VIEWED, target=Thing(), by=Person("user:43"), at=NOON)
    record_view(VIEWED, target=Thing("version:1"), by=Person(), at=NOON)
    assert Event.objects.count() == 4


def test_two_readings_at_once_are_one(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process records the same reading between the question and the answer."""
    real = Event.objects.get_or_create

    def later(**values: Any) -> tuple[Event, bool]:
        monkeypatch.setattr(Event.objects, "get_or_create", real)
        record_view(VIEWED, target=Thing(), by=Person(), at=NOON)
        return real(**values)

    monkeypatch.setattr(Event.objects, "get_or_create", later)
    record_view(VIEWED, target=Thing(), by=Person(), at=NOON)
    assert Event.objects.count() == 1


def test_the_history_of_a_thing_is_newest_first(db: None) -> None:
    first, second = received(), received()
    record("tests.document.received", target=Thing("document:2"), by=Person(), at=NOON)
    assert list(Event.objects.about(Thing())) == [second, first]


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"tests.document": "x"}, "package.noun.participle"),
        ({"Tests.document.eaten": "x"}, "package.noun.participle"),
        ({"tests.document.received": "x"}, "twice"),
    ],
)
def test_a_wrong_table_of_kinds_is_found(
    monkeypatch: pytest.MonkeyPatch, table: dict[str, str], why: str
) -> None:
    monkeypatch.setattr("tests.ledger.WRONG", table, raising=False)
    with pytest.raises(WrongKinds, match=why):
        kinds.merged(["tests.ledger.EVENTS", "tests.ledger.WRONG"])


def test_a_table_that_is_not_there_is_found() -> None:
    with pytest.raises(WrongKinds, match="cannot be imported"):
        kinds.merged(["tests.ledger.NOWHERE"])


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(NotRecordable, match="no transaction"):
        received()
