"""The posts' pages in a browser: accessible, no wider than the screen, light and dark."""

from __future__ import annotations

import pytest

from posko.bentuk import furnish
from tests.browser.conftest import LOOKS, Login, OpenPage, check_page
from tests.cast import World


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_posts_pages_pass_every_check(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    furnish(dunia.posko.values())
    dunia.file()
    dunia.put_on_duty("piket.kembangan-selatan")
    page = open_page(width=width, theme=theme)
    login(page, "operator.kembangan")
    for url in (
        "/posko/",
        "/posko/?q=kembangan",
        "/posko/31.73.08.1006/",
        "/posko/sarpras/",
        "/posko/31.73.08/sarpras/",
    ):
        page.goto(url)
        check_page(page)
