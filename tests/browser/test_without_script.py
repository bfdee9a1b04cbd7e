"""Everything that matters works in a browser without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dms.documents.models import Document
from tests.browser.archive import Archive
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]
PASSWORD = "mot mat khau rat dai"


def test_sign_in_search_open_turn_read_download_and_send(
    page_of: Callable[..., Page], people: People, archive: Archive, tmp_path: Path
) -> None:
    people.owner.set_password(PASSWORD)
    people.owner.save()
    page = page_of(None, java_script_enabled=False)
    page.goto("/documents/")
    page.fill("[name=login]", people.owner.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("h1")).to_have_text("4 documents")

    page.fill("#finder", "uy ban nhan dan")
    page.press("#finder", "Enter")
    expect(page.locator(".hit mark").first).to_be_visible()
    expect(page.locator("[data-preview-lit]")).to_be_visible()
    page.locator(".facets a", has_text="Quyết định").click()
    page.locator(".hit [data-open]").click()

    expect(page.locator("#stage .lit")).to_be_visible()
    page.locator('.tools a[rel="next"]').click()
    page.locator('.tools a[rel="next"]').click()
    expect(page.locator("#viewer")).to_have_attribute("data-page", "3")
    page.locator('.tools a[rel="prev"]').click()
    page.locator("summary", has_text="Text of this page").click()
    expect(page.locator(".page-words")).to_contain_text("lưu văn thư")
    page.locator('#panel button[value="accept"]').first.click()
    expect(page.locator("#panel")).to_contain_text("confirmed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the original file").click()
    assert Path(download.value.path()).read_bytes() == b"%PDF-1.7"

    page.goto("/documents/upload/")
    files = [tmp_path / "một.txt", tmp_path / "rỗng.txt"]
    for file, content in zip(files, (b"mot", b""), strict=True):
        file.write_bytes(content)
    page.set_input_files("#files", files)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".file", has_text="một.txt")).to_contain_text("Received")
    expect(page.locator(".file", has_text="rỗng.txt")).to_contain_text("The file is empty")
    assert Document.objects.filter(title="một.txt").count() == 1


def test_the_list_is_filtered_and_withdrawn_from(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner, java_script_enabled=False)
    page.goto("/documents/")
    page.select_option(".filters [name=kind]", "Thông báo")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator("h1")).to_have_text("1 document")
    page.locator("tbody input[type=checkbox]").check()
    page.locator("[data-bulk-bar]").get_by_role("button", name="Withdraw").click()
    expect(page.locator("h1")).to_have_text("0 documents")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("1 document")
