"""A real Chromium before a live server; skipped, with the reason, where there is none."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dms.accounts.models import User

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
def page_of(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a page in which this person is signed in; what its console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(user: User, **options: Any) -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(
            base_url=live_server.url, **{"viewport": DESKTOP, "color_scheme": "light", **options}
        )
        context.add_cookies([
            {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
             "url": live_server.url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url},
        ])  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
