"""Browser tests: Debian's chromium, a page that fails on any console error, and what every page must pass.

Fixtures: `open_page(width=…, theme=…, js=…)` makes a page on the live server, `login(page, username)` signs one of
the cast in. Checks: `check_axe`, `check_reflow`, `check_targets`, `check_html`, or `check_page` for all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.cast import World

# Playwright's synchronous API runs an event loop in this thread; Django would refuse the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OpenPage = Callable[..., Page]
Login = Callable[[Page, str], None]

# Widths find what does not fit, themes what has too little contrast: each once is enough every day. All four, as before
# a release: TAMPILAN=semua.
LOOKS = [(360, "dark"), (1280, "light")]
if os.environ.get("TAMPILAN") == "semua":
    LOOKS = [(width, theme) for width in (360, 1280) for theme in ("light", "dark")]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One chromium for the whole run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """``open_page(width=360, height=800, theme="dark", js=False)``: a page that may not log an error."""
    problems: list[str] = []
    contexts = []

    def make(
        width: int = 360, height: int = 800, theme: str = "light", js: bool = True, **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=js,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        _collect_problems(page, problems)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not problems, problems


def _collect_problems(page: Page, problems: list[str]) -> None:
    answered: set[str] = set()

    def on_response(response: Response) -> None:
        if response.request.is_navigation_request() and response.status >= 400:
            answered.add(response.url)  # an error page on purpose: chromium logs it, we do not count it

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and message.location.get("url") not in answered:
            problems.append(f"{message.text} ({message.location.get('url')})")

    page.on("response", on_response)
    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(str(error)))


@pytest.fixture
def login(dunia: World, live_server: LiveServer) -> Login:
    """``login(page, "operator.jakbar")``: give the page's browser the session of one of the cast."""

    def sign_in(page: Page, username: str) -> None:
        client = Client()
        client.force_login(dunia.orang[username], backend=BACKEND)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([
            {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url},
        ])  # fmt: skip

    return sign_in


def check_axe(page: Page, *, preload: bool = True) -> None:
    """Axe finds nothing, best practices included.

    preload: let axe fetch style sheets. Admin's import others, which axe would write inline; the CSP forbids it.
    """
    results = Axe().run(page, options={"preload": preload})
    assert results.violations_count == 0, results.generate_report()


def check_reflow(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    page.wait_for_load_state()  # a link that was just followed
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url}: {wide} px terlalu lebar"


def check_targets(page: Page) -> None:
    """Every control outside running text is at least 24 × 24 px (WCAG 2.2, 2.5.8)."""
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            "a[href], button, summary, input:not([type=hidden]), select, textarea")]
        .filter((e) => e.checkVisibility() && getComputedStyle(e).clipPath === "none"
            && !e.closest("p, label, .sr, .lewati, figcaption, .leaflet-control-attribution"))
        .map((e) => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24)
        .map(([html, box]) => `${html} ${box.width}×${box.height}`)"""
    )
    assert not small, "\n".join(small)


def check_html(html: str) -> None:
    """The page is valid for a strict HTML parser and has one h1."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(html)
    assert len(tree.findall(".//h1")) == 1


def check_page(page: Page) -> None:
    """All that every page must pass."""
    check_html(page.request.get(page.url).text())
    check_reflow(page)
    check_targets(page)
    check_axe(page)
