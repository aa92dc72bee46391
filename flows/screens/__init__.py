"""The Prefect UI as the desk needs it: the page of a waiting run opens its form, wide enough to read a paper.

Prefect copies its UI to a folder that can be chosen (`PREFECT_UI_STATIC_DIRECTORY`); a style sheet and a
script are added to that copy. Should a later Prefect look different, they find nothing to change and its
own form remains, one click further away.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from fastapi import FastAPI

FOLDER = "PREFECT_UI_STATIC_DIRECTORY"
# Where Prefect serves each of its two UIs, and under which name it copies them.
_UIS = {"v1": "", "v2": "/v2"}
_FILES = ("desk.css", "desk.js")


def app() -> FastAPI:
    """Prefect's server with the dressed UI."""
    from prefect.server.api.server import create_app

    server = create_app()  # makes the copies
    for name, base in _UIS.items():
        dress(Path(os.environ[FOLDER]) / name, base, os.environ["PREFECT_API_URL"])
    return server


def dress(ui: Path, base: str, api_url: str) -> bool:
    """Add the desk's style and script to a copy of a UI that is served under `base`. Whether it was there.

    The page is also kept from fetching anything but from this server: no telemetry from the browser, no
    picture that a text from a paper asks for.
    """
    page = ui / "index.html"
    if not page.exists():
        return False
    for name in _FILES:
        shutil.copyfile(Path(__file__).with_name(name), ui / name)
    html = _ADDED.sub("", page.read_text("utf-8"))
    page.write_text(html.replace("<head>", f"<head>{_head(base, api_url)}", 1), "utf-8")
    return True


_BEGIN, _END = "<!-- keruen desk -->", "<!-- /keruen desk -->"
_ADDED = re.compile(f"{_BEGIN}.*?{_END}", re.DOTALL)


def _head(base: str, api_url: str) -> str:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(api_url))
    socket = origin.replace("http", "ws", 1)
    policy = f"connect-src 'self' {origin} {socket}; img-src 'self' data: blob:; form-action 'self'"
    return "\n".join(
        [
            _BEGIN,
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f'<link rel="stylesheet" href="{base}/desk.css">',
            f'<script src="{base}/desk.js"></script>',
            _END,
        ]
    )
