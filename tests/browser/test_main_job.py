"""The main job as its users do it: the real server and workers, three scans in, found and lit."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.crash.machine import REPOSITORY, Machine, free_port

pytestmark = pytest.mark.browser
SAMPLES = REPOSITORY / "dms" / "samples"
SCANS = (
    "quyet-dinh-kien-toan-ban-chi-dao.pdf",
    "thong-bao-lich-tiep-cong-dan.pdf",
    "bien-ban-kiem-tra-ranh-gioi-thua-dat.jpg",
)
PATIENCE_MS = 120_000


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A new installation, served as `./dev up` serves it; its address and the administrator's password."""
    machine = Machine(tmp_path / "data", settings="dms.settings")
    machine.manage("migrate", "--verbosity", "0")
    made = json.loads(machine.manage("create_administrator", "--json"))
    port = free_port()
    machine.start(sys.executable, "manage.py", "serve", "--port", str(port), "--processes", "1")
    try:
        machine.wait_until(lambda: answers(port), seconds=60, what="the server answers")
        yield f"http://127.0.0.1:{port}", made["password"]
    finally:
        for process in machine.processes:
            process.terminate()
            process.wait(60)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/accounts/login/", timeout=2
        ) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def sign_in(page: Page, address: str, password: str) -> None:
    page.goto(address)
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{address}/")


def test_three_scans_are_sent_read_found_and_lit(browser: Browser, served: tuple[str, str]) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, address, password)

    page.goto(f"{address}/documents/upload/")
    page.set_input_files("#files", [SAMPLES / name for name in SCANS])
    rows = page.locator("#files-sent [data-row]")
    expect(rows).to_have_count(len(SCANS))
    searchable = page.locator("#files-sent .badge--good")
    expect(searchable).to_have_count(len(SCANS), timeout=PATIENCE_MS)
    expect(searchable.first).to_contain_text("Tra cứu được sau")

    page.keyboard.press("/")
    page.keyboard.type("ranh gioi thua dat")
    page.keyboard.press("Enter")
    hit = page.locator(".hit").first
    expect(hit).to_contain_text("ranh giới")
    expect(hit.locator("mark").first).to_be_visible()

    hit.locator("a").first.click()
    page.wait_for_url("**/documents/**")
    lit = page.locator("img[src*='/search/lit/']").first
    expect(lit).to_be_visible(timeout=PATIENCE_MS)
    source = lit.get_attribute("src")
    assert source is not None
    shown = page.request.get(f"{address}{source}")
    assert shown.headers["content-type"].startswith("image/svg+xml")
    assert shown.text().count("<rect") >= 4  # each of the four words, at least once
    assert lit.evaluate("image => image.complete && image.naturalWidth > 0")
    assert complaints == []
    context.close()
