"""A real Chromium before a live server; skipped, with the reason, where there is none."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dms.accounts.models import User
from tests.browser.archive import Archive, filled
from tests.people import People, make_people

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """The server starts before any test's own data directory; it wants the one of the settings to be there."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium with a fresh profile."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium on this machine: ./dev test installs it")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop in this thread
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield made
        made.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def people(transactional_db: None) -> People:
    """The usual actors, as the server's own threads see them."""
    return make_people()


@pytest.fixture
def archive(people: People, vankho_data: Path) -> Archive:
    """Documents in every state."""
    return filled(people)


@pytest.fixture
def page_of(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a page in which this person is signed in; what its console complains of fails the test.

    `forgiven` are words of complaints that the test provokes; None for a person is a browser that nobody uses.
    """
    complaints: list[str] = []
    contexts = []

    def opened(
        user: User | None, *, language: str = "en", forgiven: Sequence[str] = (), **options: Any
    ) -> Page:
        context = browser.new_context(
            **{"base_url": live_server.url, "viewport": DESKTOP, "color_scheme": "light", **options}
        )
        contexts.append(context)
        keep(context, live_server.url, **cookies_of(user, language))
        page = context.new_page()
        page.set_default_timeout(15_000)

        def complained(words: str) -> None:
            if not any(word in words for word in forgiven):
                complaints.append(f"{page.url}: {words}")

        page.on("pageerror", lambda error: complained(str(error)))
        page.on("console", lambda said: complained(said.text) if said.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def cookies_of(user: User | None, language: str) -> dict[str, str]:
    """What a browser keeps after signing in."""
    kept = {settings.LANGUAGE_COOKIE_NAME: language}
    if user is not None:
        client = Client()
        client.force_login(user)
        kept[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return kept


def keep(context: BrowserContext, url: str, **cookies: str) -> None:
    context.add_cookies([
        {"name": name, "value": value, "url": url} for name, value in cookies.items()
    ])  # fmt: skip
