"""Search for programs, and from the command line."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dms.documents import operations
from dms.documents.models import Document
from search.index import carry_over
from search.tasks import check_index, keep_index
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import ACTORS, People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]


@pytest.fixture
def scan(people: People) -> Document:
    made = a_document(
        by=people.owner, granted_to=people.granted, texts=("khác", "Quy trình nội bộ")
    )
    changes = {"type_name": "Quyết định", "code_number": "05", "code_notation": "QĐ-UBND"}
    operations.edit_metadata(made, changes, by=people.owner, at=NOON)
    keep_index(NOON)
    carry_over([str(made.pk)])
    return made


def ask(people: People, actor: str = "owner", path: str = "", **asked: Any) -> Any:
    return people.client(actor).get(f"/api/v1/search{path}", asked)


def test_a_hit_names_everything_a_program_needs(people: People, scan: Document) -> None:
    found = ask(people, q="quy trinh").json()
    assert (found["total"], found["is_exact"], found["next"]) == (1, True, None)
    hit = found["hits"][0]
    assert hit["document"] == str(scan.pk)
    assert hit["version"] == str(scan.current_id)
    assert (hit["page"], hit["number"]) == (2, "05/QĐ-UBND")
    assert [hit["snippet"][a:b] for a, b in hit["marks"]] == ["Quy", "trình"]
    assert found["facets"]["kind"] == [
        {"value": "Quyết định", "label": "Quyết định", "count": 1, "chosen": False}
    ]


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize(("path", "asked"), [("", {"q": "quy trinh"}), ("/suggest", {"prefix": "quyet"})])  # fmt: skip
def test_each_actor_gets_what_he_may_see(
    people: People, scan: Document, actor: str, path: str, asked: dict[str, str]
) -> None:
    response = ask(people, actor, path, **asked)
    if actor == "anonymous":
        assert response.status_code == 401
        return
    told = response.json()
    sees = actor not in {"stranger", "administrator"}
    assert len(told["titles"] if path else told["hits"]) == sees
    assert ("Quy" in response.content.decode()) == sees


@pytest.mark.parametrize(
    "asked", [{"q": "ngay:31/02/2023"}, {"q": "!!"}, {"after": "x"}, {"sort": "x"}, {"limit": 0}, {"limit": 1000}]
)  # fmt: skip
def test_what_cannot_be_understood_is_a_422(
    people: People, scan: Document, asked: dict[str, Any]
) -> None:
    response = ask(people, **asked)
    assert response.status_code == 422
    assert response.json()["title"]


@pytest.mark.parametrize("unit", ["9" * 20, "9" * 5_000, "٣", "-1", "\0"])
def test_a_unit_that_cannot_be_finds_nothing(people: People, scan: Document, unit: str) -> None:
    assert ask(people, q="quy", unit=unit).json()["hits"] == []


def test_pages_follow_each_other(people: People, scan: Document) -> None:
    other = a_document(b"2", by=people.owner, texts=("Quy trình",))
    carry_over([str(other.pk)])
    first = ask(people, q="quy", limit=1).json()
    second = ask(people, q="quy", limit=1, after=first["next"]).json()
    assert {first["hits"][0]["document"], second["hits"][0]["document"]} == {str(scan.pk), str(other.pk)}  # fmt: skip
    assert ask(people, q="quy", limit=1, after=second["next"]).json()["hits"] == []


def test_without_an_index_it_is_a_503(people: People, scan: Document, vankho_data: Path) -> None:
    (vankho_data / "index" / "current").unlink()
    response = ask(people, q="quy")
    assert response.status_code == 503
    assert response.json()["code"] == "search_unavailable"


def told(*command: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command(*command, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_find_from_the_command_line(people: People, scan: Document) -> None:
    facts = told("find", "quy trinh", "--as", people.owner.username)[0]
    assert set(facts) == {"total", "seconds", "hits"}
    assert set(facts["hits"][0]) == {"document", "title", "page", "score", "snippet"}
    assert told("find", "quy trinh", "--as", people.stranger.username)[0]["total"] == 0
    with pytest.raises(CommandError, match="31/02") as caught:
        told("find", "ngay:31/02/2023", "--as", people.owner.username)
    assert caught.value.returncode == 65


def test_the_index_is_checked_and_rebuilt_by_command(people: People, scan: Document) -> None:
    assert told("check_index")[0] == {"missing": [], "stale": [], "untracked": []}
    Document.objects.filter(pk=scan.pk).update(withdrawn_at=NOON)
    with pytest.raises(SystemExit) as caught:
        told("check_index")
    assert caught.value.code == 1
    assert told("rebuild_index") == [{"indexed": 0}]
    assert told("check_index")[0]["untracked"] == []


def test_what_the_index_lost_comes_back_on_schedule(people: People, scan: Document) -> None:
    assert not keep_index(NOON)
    Document.objects.update(indexed_revision=scan.revision)
    scan.refresh_from_db()
    Document.objects.filter(pk=scan.pk).update(indexed_revision=scan.revision)
    assert not check_index(NOON)
    late = a_document(b"late", by=people.owner, texts=("trễ",))
    Document.objects.filter(pk=late.pk).update(indexed_revision=0)
    assert not check_index(NOON)  # its step waits
    Document.objects.filter(pk=late.pk).update(indexed_revision=late.revision)
    assert check_index(NOON)
    assert told("check_index")[0]["missing"] == []
