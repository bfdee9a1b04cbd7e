"""Uploads in a real browser: many at once, cut off and gone on with, paused, refused, dropped on the page."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Request, Route, expect
from pytest_django.fixtures import Settings as SettingsWrapper
from pytest_django.live_server_helper import LiveServer

from dms.accounts.models import User
from dms.backends import backend
from dms.documents.models import Document, Upload
from dms.documents.uploading import uploads_directory
from tests.browser.wire import wire
from tests.factories import a_document
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]
MIB = 1024**2
CHUNK = 8 * MIB  # of the page's own client
PARTS = "**/uploads/*/"


class Sent:
    """What goes to the server: where each part began, as the browser said."""

    def __init__(self, page: Page) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.methods: list[str] = []
        page.on("request", self.begun)
        page.on("requestfinished", self.answered)

    def begun(self, request: Request) -> None:
        if "/uploads/" in request.url:
            self.methods.append(request.method)
        if request.method == "PATCH":
            self.starts.append(int(request.headers["upload-offset"]))

    def answered(self, request: Request) -> None:
        answer = request.response() if request.method == "PATCH" else None
        if answer and answer.status == 204:
            self.ends.append(int(answer.headers["upload-offset"]))


def a_file(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def upload_page(page_of: Callable[..., Page], user: User, **options: Any) -> Page:
    page = page_of(user, **options)
    page.goto("/documents/upload/")
    return page


def choose(page: Page, *files: Path) -> None:
    page.set_input_files("#files", [*files])


def until(page: Page, holds: Callable[[], object]) -> None:
    """Wait for what no locator can tell (the page's policy forbids Playwright's own polling)."""
    for _ in range(500):
        if holds():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it did not come to that")


def hold_parts(page: Page, *, after: int = 0) -> list[Route]:
    """Parts that begin there or later go nowhere; they gather in the list."""
    held: list[Route] = []

    def part(route: Route) -> None:
        request = route.request
        if request.method == "PATCH" and int(request.headers["upload-offset"]) >= after:
            held.append(route)
        else:
            route.continue_()

    page.route(PARTS, part)
    return held


def row(page: Page, name: str) -> Any:
    return page.locator("#files-sent .file", has_text=name)


def check_kept(*files: Path) -> None:
    """Each file is there once, byte by byte."""
    kept = Document.objects.values_list("title", "current__sha256")
    told = {(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files}
    assert set(kept) == told
    assert len(kept) == len(files)
    for _name, digest in told:
        assert hashlib.sha256(backend("OBJECT_STORES").read(digest)).hexdigest() == digest


def test_many_files_are_sent_three_at_a_time_and_each_says_what_became_of_it(
    page_of: Callable[..., Page], people: People, tmp_path: Path
) -> None:
    page = upload_page(page_of, people.owner)
    under_way: list[Route] = []
    page.route("**/uploads/", lambda route: under_way.append(route))  # until it is unrouted
    files = [a_file(tmp_path, f"văn bản {place}.bin", 1000 + place) for place in range(7)]
    choose(page, *files)
    expect(page.locator("#files-sent .badge--busy")).to_have_count(3)
    expect(page.locator("#files-sent .badge", has_text="waiting")).to_have_count(4)
    assert len(under_way) == 3
    page.unroute("**/uploads/")
    expect(page.locator("#sending-summary")).to_contain_text("7 of 7 received")
    expect(page.locator("#files-sent [data-live]")).to_have_count(7)
    check_kept(*files)
    row(page, "văn bản 3.bin").get_by_text("Received").click()
    expect(page.locator("h1")).to_have_text("văn bản 3.bin")


def test_a_connection_cut_in_the_middle_of_a_part_goes_on_where_the_server_stands(
    page_of: Callable[..., Page], people: People, live_server: LiveServer, tmp_path: Path
) -> None:
    file = a_file(tmp_path, "bản quét.bin", 10 * MIB)
    with wire(live_server.url) as line:
        page = upload_page(page_of, people.owner, base_url=line.url, forgiven=["net::ERR"])
        sent = Sent(page)
        before = line.sent_bytes
        line.cut_after(5 * MIB)
        choose(page, file)
        expect(row(page, file.name)).to_contain_text("connection lost, trying again")
        until(page, line.is_dead)
        line.mend()
        expect(row(page, file.name)).to_contain_text("Received")
        overhead = line.sent_bytes - before - 10 * MIB
    check_kept(file)
    assert 4 * MIB < sent.starts[-1] < CHUNK, "what had come before the cut was kept"
    assert sent.ends == [10 * MIB]
    assert 0 < overhead < MIB // 4, "headers and questions, but no byte of the file twice"


def test_after_a_reload_the_same_file_goes_on_and_leaving_warns(
    page_of: Callable[..., Page], people: People, tmp_path: Path
) -> None:
    page = upload_page(page_of, people.owner)
    warned: list[str] = []

    def leave(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    file = a_file(tmp_path, "dài.bin", CHUNK + 2 * MIB)
    held = hold_parts(page, after=CHUNK)
    page.locator("h1").click()  # a browser warns only somebody who has touched the page
    choose(page, file)
    until(page, lambda: held)
    page.reload()
    assert warned == ["beforeunload"]
    page.unroute(PARTS)
    expect(page.locator("#interrupted")).to_contain_text(file.name)
    sent = Sent(page)
    choose(page, file)
    expect(page.locator("#interrupted")).to_be_hidden()
    expect(row(page, file.name)).to_contain_text("Received")
    assert sent.methods == ["HEAD", "PATCH"]
    assert sent.starts == [CHUNK]
    check_kept(file)
    page.reload()
    assert warned == ["beforeunload"], "nothing is under way: no warning"
    expect(page.locator("#interrupted")).to_be_hidden()


def test_one_is_paused_and_gone_on_with_another_cancelled(
    page_of: Callable[..., Page], people: People, tmp_path: Path
) -> None:
    page = upload_page(page_of, people.owner)
    held = hold_parts(page)
    paused, cancelled = a_file(tmp_path, "một.bin", 5000), a_file(tmp_path, "hai.bin", 6000)
    choose(page, paused, cancelled)
    expect(page.locator("#files-sent .badge--busy")).to_have_count(2)
    until(page, lambda: len(held) == 2)
    row(page, "một").get_by_role("button", name="Pause").click()
    expect(row(page, "một")).to_contain_text("paused")
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as dropped:
        row(page, "hai").get_by_role("button", name="Cancel").click()
    assert dropped.value.status == 204
    expect(page.locator("#files-sent .file")).to_have_count(1)
    page.unroute(PARTS)
    page.get_by_role("button", name="Go on").first.click()
    expect(row(page, "một")).to_contain_text("Received")
    check_kept(paused)
    assert Upload.objects.count() == 1
    assert list(uploads_directory().iterdir()) == []
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_all_are_paused_and_gone_on_with(
    page_of: Callable[..., Page], people: People, tmp_path: Path
) -> None:
    page = upload_page(page_of, people.owner)
    held: list[Route] = []
    page.route("**/uploads/", lambda route: held.append(route))
    files = [a_file(tmp_path, f"{place}.bin", 700 + place) for place in range(5)]
    choose(page, *files)
    page.get_by_role("button", name="Pause all").click()
    expect(page.locator("#files-sent .badge", has_text="paused")).to_have_count(3)
    page.unroute("**/uploads/")
    page.locator("[data-resume-all]").click()
    expect(page.locator("#sending-summary")).to_contain_text("5 of 5 received")
    check_kept(*files)


def test_what_cannot_be_taken_says_why_and_the_rest_goes_on(
    page_of: Callable[..., Page], people: People, tmp_path: Path, settings: SettingsWrapper
) -> None:
    settings.INTAKE_MAX_BYTES = MIB
    held = a_document(b"cung noi dung", by=people.colleague)
    page = upload_page(page_of, people.owner)
    again = tmp_path / "bản sao.txt"
    again.write_bytes(b"cung noi dung")
    good, empty = a_file(tmp_path, "tốt.bin", 900), a_file(tmp_path, "rỗng.bin", 0)
    choose(page, empty, a_file(tmp_path, "lớn.bin", MIB + 1), again, good)
    expect(row(page, "rỗng")).to_contain_text("The file is empty")
    expect(row(page, "lớn")).to_contain_text("The file is larger than 1 MB")
    expect(row(page, "tốt")).to_contain_text("Received")
    expect(page.locator("#sending-summary")).to_contain_text("2 refused or failed")
    assert Document.objects.count() == 2
    row(page, "bản sao").get_by_text("Open the existing document").click()
    page.wait_for_url(f"**/documents/{held.pk}/")


def test_what_the_server_refuses_is_told_in_its_words(
    page_of: Callable[..., Page], people: People, tmp_path: Path, settings: SettingsWrapper
) -> None:
    page = upload_page(page_of, people.owner, forgiven=["status of 4"])
    settings.INTAKE_MAX_BYTES = 1000  # lowered after the page was opened
    choose(page, a_file(tmp_path, "lớn.bin", 2000))
    expect(row(page, "lớn")).to_contain_text("Refused The file is larger than")
    assert not Document.objects.exists()


def test_signed_out_in_the_middle_then_in_again_elsewhere_goes_on(
    page_of: Callable[..., Page], people: People, tmp_path: Path
) -> None:
    people.owner.set_password("mot mat khau rat dai")
    people.owner.save()
    page = upload_page(page_of, people.owner, forgiven=["status of 401"])
    other = page.context.new_page()
    other.goto("/")
    other.locator("details.me summary").click()
    other.get_by_role("button", name="Sign out").click()
    file = a_file(tmp_path, "giữa chừng.bin", 3000)
    choose(page, file)
    expect(row(page, file.name)).to_contain_text("You are signed out")
    other.goto("/accounts/login/")
    other.fill("[name=login]", people.owner.username)
    other.fill("[name=password]", "mot mat khau rat dai")
    other.keyboard.press("Enter")
    expect(other.locator("h1")).to_contain_text("today")
    row(page, file.name).get_by_role("button", name="Try again").click()
    expect(row(page, file.name)).to_contain_text("Received")
    check_kept(file)


def test_files_and_folders_are_dropped_anywhere_on_the_page(
    page_of: Callable[..., Page], people: People, tmp_path: Path
) -> None:
    page = upload_page(page_of, people.owner)
    loose, folder = a_file(tmp_path, "rời.bin", 100), tmp_path / "hồ sơ"
    (folder / "sâu").mkdir(parents=True)
    inside, deep = a_file(folder, "trong.bin", 200), a_file(folder / "sâu", "đáy.bin", 300)
    session = page.context.new_cdp_session(page)
    carried = {"items": [], "files": [str(loose), str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 900, "y": 700, "data": carried})
        if kind == "dragOver":
            expect(page.locator("body.dropping")).to_have_count(1)
    expect(page.locator("body.dropping")).to_have_count(0)
    expect(page.locator("#sending-summary")).to_contain_text("3 of 3 received")
    check_kept(loose, inside, deep)
