"""Bytes out: originals, renditions, text; what is cached, what is recorded, what is hidden."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from dms.audit.models import Event
from dms.backends import backend
from dms.documents.models import Document
from dms.documents.reading import keep_rendition
from dms.lib.ids import new_id
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import ACTORS, People
from tests.renditions import JPEG, current, drain, with_images

pytestmark = pytest.mark.usefixtures("vankho_data")
CONTENT = b"%PDF-1.7 untouched bytes"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """All requests of a test fall into one hour, for which a reading is recorded once."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def document(people: People) -> Document:
    made = a_document(
        CONTENT, by=people.owner, name="Quyết định 09.pdf", granted_to=people.granted,
        texts=["trang một", "trang hai"],
    )  # fmt: skip
    version = with_images(made)
    pdfa = backend("OBJECT_STORES").put(b"%PDF/A")
    keep_rendition(version, kind="pdfa", page=0, media_type="application/pdf", blob=pdfa)
    return made


def addresses(version: object) -> dict[str, str]:
    names = {"download": (), "pdfa": (), "text": (), "iiif-manifest": (), "thumbnail": (1,),
             "iiif-image": (1,), "iiif-info": (1,), "page-image": (1, "800,")}  # fmt: skip
    return {n: reverse(f"documents:{n}", args=[version, *rest]) for n, rest in names.items()}


def without_tokens(answer: Any) -> bytes:
    """A page but for the masks of its forms, which differ each time, and the address that was asked for."""
    return re.sub(rb"[A-Za-z0-9]{64}|[0-9a-f-]{36}", b"", answer.content)


def downloads(document: Document) -> int:
    refs = [document.ledger_ref, *(version.ledger_ref for version in document.versions.all())]
    return Event.objects.filter(target__in=refs, kind="documents.version.downloaded").count()


def test_the_original_comes_out_byte_for_byte(people: People, document: Document) -> None:
    answer = people.client("owner").get(addresses(document.current_id)["download"])
    assert drain(answer) == CONTENT
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Quy%E1%BA%BFt")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]


def test_each_download_is_one_event_of_that_version(people: People, document: Document) -> None:
    client, url = people.client("owner"), addresses(document.current_id)["download"]
    for _ in range(2):
        drain(client.get(url))
    assert downloads(document) == 2
    event = Event.objects.filter(kind="documents.version.downloaded").first()
    assert event is not None
    assert event.target == f"version:{document.current_id}"


def test_a_program_downloads_by_the_same_rules(people: People, document: Document) -> None:
    client, url = people.client("owner"), f"/api/v1/documents/versions/{document.current_id}/file"
    answer = client.get(url)
    assert drain(answer) == CONTENT
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]
    event = Event.objects.get(kind="documents.version.downloaded")
    assert event.target == f"version:{document.current_id}"
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert drain(client.get(url, headers={"Range": "bytes=0-1"})) == CONTENT[:2]


def test_to_show_on_the_command_line_is_to_read_the_version(
    people: People, document: Document
) -> None:
    call_command("show", str(document.pk), username=people.owner.username, stdout=StringIO())
    event = Event.objects.get(kind="documents.version.viewed")
    assert event.target == f"version:{document.current_id}"


def test_a_download_in_parts_is_recorded_once_an_hour(people: People, document: Document) -> None:
    client, url = people.client("owner"), addresses(document.current_id)["download"]
    for first in (0, 5, 10):
        answer = client.get(url, headers={"Range": f"bytes={first}-{first + 4}"})
        assert answer.status_code == 206
        drain(answer)
    assert downloads(document) == 1


def test_what_sends_no_bytes_records_nothing(people: People, document: Document) -> None:
    client, url = people.client("owner"), addresses(document.current_id)["download"]
    assert document.current is not None
    etag = f'"{document.current.sha256}"'
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    drain(client.head(url))
    client.head(addresses(document.current_id)["text"])
    assert downloads(document) == 0


def test_pictures_record_nothing(people: People, document: Document) -> None:
    client, urls = people.client("owner"), addresses(document.current_id)
    for name in ("thumbnail", "page-image", "iiif-info"):
        drain(client.get(urls[name]))
    assert not Event.objects.filter(kind__startswith="documents.version.downloaded").exists()
    assert not Event.objects.filter(kind="documents.version.viewed").exists()


def test_a_picture_is_kept_by_the_browser_only_under_the_name_of_its_content(
    people: People, document: Document
) -> None:
    client, url = people.client("owner"), addresses(document.current_id)["page-image"]
    plain = client.get(url)
    assert drain(plain) == JPEG % (1, 800)
    assert plain["Cache-Control"] == "private, no-cache"
    sha256 = plain["ETag"].strip('"')
    named = client.get(url, {"v": sha256[:16]})
    assert "immutable" in named["Cache-Control"]
    assert "private" in named["Cache-Control"]
    assert "Cookie" in named["Vary"]
    drain(named)
    again = client.get(url, headers={"If-None-Match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_held_copy_is_no_way_round_access(people: People, document: Document) -> None:
    url = addresses(document.current_id)["page-image"]
    mine = people.client("owner").get(url)
    etag = mine["ETag"]
    drain(mine)
    answer = people.client("stranger").get(url, headers={"If-None-Match": etag})
    assert answer.status_code == 404


@pytest.mark.parametrize("actor", ACTORS)
def test_bytes_and_pictures_follow_the_one_rule(
    people: People, document: Document, actor: str
) -> None:
    sees = actor in {"owner", "colleague", "parent", "granted"}
    for name, url in addresses(document.current_id).items():
        answer = people.client(actor).get(url)
        if actor == "anonymous":
            assert answer.status_code == 302, name
        else:
            assert (answer.status_code == 200) is sees, name
        drain(answer)


def test_what_is_invisible_looks_like_what_does_not_exist(
    people: People, document: Document
) -> None:
    client = people.client("stranger")
    for hidden, absent in zip(
        addresses(document.current_id).values(), addresses(new_id()).values(), strict=True
    ):
        one, other = client.get(hidden), client.get(absent)
        assert (one.status_code, other.status_code) == (404, 404)
        assert without_tokens(one) == without_tokens(other)
        assert dict(one.items()) == dict(other.items())


def test_text_is_given_page_after_page(people: People, document: Document) -> None:
    answer = people.client("owner").get(addresses(document.current_id)["text"])
    assert answer.content.decode() == "trang một\ftrang hai"
    assert "attachment" in answer["Content-Disposition"]
    assert downloads(document) == 1


def test_what_was_not_made_is_not_found(people: People) -> None:
    kept = a_document(by=people.owner)
    urls = addresses(kept.current_id)
    client = people.client("owner")
    for name in ("pdfa", "text", "iiif-image", "page-image"):
        assert client.get(urls[name]).status_code == 404, name


def test_a_file_without_pictures_has_a_drawn_thumbnail(people: People) -> None:
    kept = a_document(by=people.owner, name='bảng.<"&>')
    answer = people.client("owner").get(addresses(kept.current_id)["thumbnail"])
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "no-store"
    assert b'<"&' not in answer.content


def test_a_manifest_names_every_page_with_its_image(people: People, document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(type_name="Quyết định")
    client, urls = people.client("owner"), addresses(document.current_id)
    answer = client.get(urls["iiif-manifest"])
    assert 'profile="http://iiif.io/api/presentation/3/context.json"' in answer["Content-Type"]
    manifest = answer.json()
    assert manifest["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert (manifest["type"], manifest["id"]) == (
        "Manifest",
        f"http://testserver{urls['iiif-manifest']}",
    )
    assert manifest["metadata"][0]["value"] == {"none": ["Quyết định"]}
    assert [canvas["type"] for canvas in manifest["items"]] == ["Canvas", "Canvas"]
    for canvas in manifest["items"]:
        painting = canvas["items"][0]["items"][0]
        assert (painting["motivation"], painting["target"]) == ("painting", canvas["id"])
        body = painting["body"]
        assert (canvas["width"], canvas["height"]) == (body["width"], body["height"])
        assert drain(client.get(body["id"]))
        info = client.get(f"{body['service'][0]['id']}/info.json").json()
        assert info["id"] == body["service"][0]["id"]


def test_an_image_tells_its_sizes_and_serves_each_of_them(
    people: People, document: Document
) -> None:
    client, urls = people.client("owner"), addresses(document.current_id)
    info = client.get(urls["iiif-info"]).json()
    assert (info["@context"], info["profile"]) == (
        "http://iiif.io/api/image/3/context.json", "level0",
    )  # fmt: skip
    assert info["sizes"] == [{"width": 800, "height": 1132}, {"width": 1240, "height": 1754}]
    assert (info["width"], info["height"]) == (1240, 1754)
    for size in ("800,", "800,1132", "1240,1754", "max"):
        url = reverse("documents:page-image", args=[document.current_id, 1, size])
        assert drain(client.get(url)).startswith(JPEG[:4]), size
    for size in ("801,", "800,1000", ",800", "pct:50", "!800,800", "99999999,"):
        url = reverse("documents:page-image", args=[document.current_id, 1, size])
        assert client.get(url).status_code == 404, size


def test_a_manifest_of_a_file_without_images_is_still_one(people: People) -> None:
    kept = a_document(by=people.owner)
    manifest = people.client("owner").get(addresses(kept.current_id)["iiif-manifest"]).json()
    assert len(manifest["items"]) == 1
    assert manifest["rendering"][0]["label"] == {"none": ["công văn.txt"]}


def test_to_open_a_manifest_is_to_read_the_version(people: People, document: Document) -> None:
    client, urls = people.client("owner"), addresses(document.current_id)
    for _ in range(3):
        client.get(urls["iiif-manifest"])
    viewed = Event.objects.filter(kind="documents.version.viewed")
    assert [event.target for event in viewed] == [f"version:{document.current_id}"]


def test_a_page_number_beyond_any_is_not_found(people: People, document: Document) -> None:
    version = current(document)
    url = f"/documents/versions/{version.pk}/pages/99999999999999999999/info.json"
    assert people.client("owner").get(url).status_code == 404
