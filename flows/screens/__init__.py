"""The Prefect UI as the desk needs it: the page of a waiting run opens its form, wide enough to read a paper.

Prefect copies its UI to a folder that can be chosen (`PREFECT_UI_STATIC_DIRECTORY`); a style sheet and a
script are added to that copy. Should a later Prefect look different, they find nothing to change and its
own form remains, one click further away.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from fastapi import FastAPI

FOLDER = "PREFECT_UI_STATIC_DIRECTORY"
_FILES = ("desk.css", "desk.js")


def app() -> FastAPI:
    """Prefect's server with the dressed UI."""
    from prefect.server.api.server import create_app

    server = create_app()  # makes the copy
    dress(Path(os.environ[FOLDER]) / "v2", os.environ["PREFECT_API_URL"])
    return server


def dress(ui: Path, api_url: str) -> bool:
    """Add the desk's style and script to a copy of the UI. Whether there was one to add to.

    The page is also kept from fetching anything but from this server: no telemetry from the browser, no
    picture that a text from a paper asks for.
    """
    page = ui / "index.html"
    if not page.exists():
        return False
    for name in _FILES:
        shutil.copyfile(Path(__file__).with_name(name), ui / name)
    added = _head(api_url)
    html = page.read_text("utf-8")
    if added not in html:
        page.write_text(html.replace("<head>", f"<head>\n{added}", 1), "utf-8")
    return True


def _head(api_url: str) -> str:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(api_url))
    socket = origin.replace("http", "ws", 1)
    policy = f"connect-src 'self' {origin} {socket}; img-src 'self' data: blob:; form-action 'self'"
    return "\n".join(
        [
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<link rel="stylesheet" href="/v2/desk.css">',
            '<script src="/v2/desk.js" defer></script>',
        ]
    )
