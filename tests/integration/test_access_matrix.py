"""Every route × every actor: who gets in, who is told nothing is there, and that nothing leaks."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import reversion
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from dms.accounts.models import ApiToken
from dms.accounts.tokens import create_token
from dms.api import api
from dms.backends import backend
from dms.documents import operations, sharing, uploading
from dms.documents.models import Document, Rendition, Suggestion, Version
from dms.pipeline.models import Step, StepState
from search.index import rebuild
from tests.access import ROWS, Row
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import ACTORS, People

WORD, OTHER = "tuyệtkỹ", "bímậtriêng"  # stand in the hidden document alone
TEXT = f"{WORD} {OTHER} của xã"
CHANGING = re.compile(  # forgery tokens, times that an answer took, identifiers
    r'\b(?=[a-f0-9]*[g-zA-Z])[A-Za-z0-9]{64}\b|"seconds": [0-9.e-]+|\d+[.,]\d+ (?:s|giây|seconds)\b'
    r"|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|999999|(?<=/)\d+(?=/)"
)
VARYING = {"Content-Length", "Set-Cookie", "Expires", "Date", "Last-Modified"}
IDENTIFIED = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Every address pattern of the product."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


def test_every_route_has_its_rows() -> None:
    assert set(routes(get_resolver().url_patterns)) == {row.route for row in ROWS}


def test_every_method_of_the_api_has_its_row() -> None:
    listed = {(row.route, row.method.lower()) for row in ROWS}
    for path, methods in api.get_openapi_schema()["paths"].items():
        route = re.sub(r"\{(\w+)\}", r"<\1>", path.lstrip("/"))
        for method in methods:
            assert (route, method) in listed, f"{method} {route} has no row"


@dataclass(frozen=True)
class Answer:
    """What an actor is told."""

    status: int
    headers: dict[str, str]
    text: str

    @classmethod
    def of(cls, response: Any) -> "Answer":
        body = b"".join(response) if response.streaming else response.content
        return cls(response.status_code, dict(response.items()), body.decode(errors="replace"))

    @property
    def told(self) -> str:
        """The answer without what differs between any two answers."""
        same = {n: v for n, v in self.headers.items() if n not in VARYING}
        return CHANGING.sub("…", f"{self.status} {sorted(same.items())} {self.text}")


@dataclass(frozen=True)
class World:
    """A document of the owner that strangers must not notice, and all that hangs on it."""

    people: People
    document: Document
    names: dict[str, str]

    def path(self, row: Row, names: dict[str, str]) -> str:
        path = IDENTIFIED.sub(lambda found: names[found[1]], row.route)
        return f"/{path}{row.query.format_map(names)}"

    def call(self, row: Row, actor: str, names: dict[str, str] | None = None) -> Answer:
        """The answer, and nothing changed by it."""
        names = names or self.names
        with transaction.atomic():
            client = self.people.client(actor)
            client.raise_request_exception = False
            headers: dict[str, Any] = dict(row.headers)
            content_type = headers.pop("CONTENT_TYPE", "application/json")
            path = self.path(row, names)
            if row.method == "POST" and row.raw is None:
                form = {name: filled(value, names) for name, value in row.form.items()}
                response = client.post(path, form, **headers)
            else:
                response = client.generic(
                    row.method, path, row.raw or b"", content_type=content_type, **headers
                )
            answer = Answer.of(response)
            transaction.set_rollback(True)
        return answer


def filled(value: Any, names: dict[str, str]) -> Any:
    """A form's value; bytes become a file."""
    if isinstance(value, bytes):
        return SimpleUploadedFile("a.txt", value)
    return str(value).format_map(names)


@pytest.fixture
def world(people: People, vankho_data: object) -> World:
    document = a_document(
        b"hidden bytes", by=people.owner, name=f"{WORD}.txt", granted_to=people.granted, texts=[TEXT]
    )  # fmt: skip
    operations.edit_metadata(
        document, {"subject": f"{WORD} {OTHER}", "description": OTHER}, by=people.owner, at=NOON
    )
    version = Version.objects.get(document=document)
    suggestion = Suggestion.objects.create(
        document=document, version=version, name="place", value=WORD, confidence=0.4, page=1
    )
    upload = uploading.begin_upload(
        length_bytes=5, untrusted_name="b.txt", by=people.owner, at=timezone.now(),
        wishes={"document": str(document.pk), "parent": str(version.pk)},
    )  # fmt: skip
    step = Step.objects.filter(target=str(version.pk)).first()
    assert step is not None
    Step.objects.filter(pk=step.pk).update(state=StepState.QUARANTINED, error="x")
    picture = backend("OBJECT_STORES").put(WORD.encode())
    for kind, page, width in (("thumb", 1, 200), ("image", 1, 1240), ("pdfa", 0, 0)):
        Rendition.objects.create(
            version=version, kind=kind, page=page, width_px=width, height_px=width,
            media_type="image/jpeg", sha256=picture.sha256, size_bytes=picture.size_bytes,
        )  # fmt: skip
    grant = document.grants.get()
    revision = reversion.models.Version.objects.get_for_object(document).first()
    create_token(people.owner, name="scanner", by=people.owner, at=NOON)
    token = ApiToken.objects.get()
    names = {
        "document_id": str(document.pk), "version_id": str(version.pk), "page": "1", "size": "max",
        "upload_id": str(upload.pk), "suggestion_id": str(suggestion.pk), "grant_id": str(grant.pk),
        "revision_id": str(revision.revision_id), "step_id": str(step.pk),
        "stranger_id": str(people.stranger.pk), "user_id": str(people.colleague.pk),
        "unit_id": str(people.office.pk), "token_id": str(token.pk),
    }  # fmt: skip
    rebuild()
    return World(people, document, names)


def expected(row: Row, actor: str, answer: Answer) -> bool:
    """Whether the answer is what the table says."""
    status, wanted = answer.status, row.who.of(actor)
    to_sign_in = answer.headers.get("Location", "").startswith("/accounts/login/")
    if wanted == "sign in":
        return status == 401 or to_sign_in
    if wanted == "yes":
        refused = {401, 403, 404, 405} - {row.ends}
        return status < 500 and status not in refused and not to_sign_in
    return str(status) == wanted


def test_who_gets_in(world: World) -> None:
    wrong = []
    for row in ROWS:
        for actor in ACTORS:
            answer = world.call(row, actor)
            if not expected(row, actor, answer):
                wanted = row.who.of(actor)
                wrong.append(
                    f"{row.method} {row.route}: {actor} gets {answer.status}, not {wanted}"
                )
    assert wrong == []


# -- nothing leaks --------------------------------------------------------------------------------

BLIND = [actor for actor in ACTORS if actor in {"stranger", "administrator", "anonymous"}]


def test_what_is_invisible_shows_nowhere(world: World) -> None:
    """Not its words, and no difference between a document that is hidden and one that is not there."""
    nowhere = world.names | {
        name: str(uuid4()) if name in {"document_id", "version_id", "upload_id"} else "999999"
        for name in world.names
        if name not in {"page", "size", "stranger_id"}
    }
    leaks = []
    for row in ROWS:
        for actor in BLIND:
            answer = world.call(row, actor)
            named = f"{row.method} {row.route} to {actor}"
            leaks += [f"{named}: {word}" for word in (WORD, OTHER) if word in answer.text]
            refused = row.who.of(actor) != "yes" and "id>" in row.route
            if refused and answer.told != world.call(row, actor, nowhere).told:
                leaks.append(f"{named}: another answer than for what is not there")
    assert leaks == []


LOOKING = [
    row for row in ROWS if row.method == "GET" and "<" not in row.route and "operate" not in row.route
]  # fmt: skip
SEARCHES = [f"search/?q={WORD}", f"search/?q={WORD[:4]}*", f"search/complete/?q={WORD[:4]}", f"api/v1/search?q={WORD}", f"api/v1/search?q={OTHER}", f"api/v1/search/suggest?q={WORD[:4]}", f"documents/?q={WORD}"]  # fmt: skip


@pytest.mark.parametrize("actor", ["stranger", "administrator"])
def test_lists_counts_and_searches_are_as_if_it_were_not_there(world: World, actor: str) -> None:
    """The same answers, byte for byte, with the document and without."""
    looks = [row.route + row.query.format_map(world.names) for row in LOOKING] + SEARCHES
    client = world.people.client(actor)
    before = {look: answered(client, look) for look in looks}
    Document.objects.filter(pk=world.document.pk).update(withdrawn_at=NOON)
    Document.objects.get(pk=world.document.pk).access.all().delete()
    Step.objects.all().delete()
    rebuild()
    for look in looks:
        assert answered(client, look) == before[look], look
    owner = world.people.client("owner")
    Document.objects.filter(pk=world.document.pk).update(withdrawn_at=None)
    sharing.rewrite_keys(world.document, at=NOON)
    Document.objects.update(access_changed=False)
    rebuild()
    assert json.loads(owner.get(f"/api/v1/search?q={WORD}").content)["total"] == 1, (
        "the search does work"
    )


def answered(client: Any, look: str) -> str:
    return Answer.of(client.get(f"/{look}")).told
