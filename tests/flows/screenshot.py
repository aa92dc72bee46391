"""`make screenshot`: the picture of a held exception in the README, taken from a running service."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import datetime
from pathlib import Path

from connectors.desk import run_link
from connectors.ledger import Ledger
from connectors.settings import load
from flows.dropping import drop_files
from flows.service import Service
from tests.connectors.servers import free_port
from tests.demo import samples
from tests.flows import browser
from tests.flows.test_supervisor import until

TARGET = Path(__file__).resolve().parents[2] / "deploy" / "pictures" / "held-exception.png"


async def take(link: str) -> None:
    """Opens the form and takes its picture."""
    async with browser.browser(width=1440, height=900) as page:
        form = await browser.open_form(page, link)
        await browser.picture_width(form)
        await page.wait_for_timeout(1000)  # until the form has faded in
        await browser.screenshot(page, TARGET)


def main() -> None:
    """Starts a service, drops the sample that is held, takes the picture, ends the service."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"KERUEN_HOME": home, "KERUEN_PREFECT_PORT": str(free_port())}
        settings = load()
        service = Service(settings)
        service.start()
        try:
            drop_files(settings, samples.HELD.papers(), "istanbul-almaty-17", datetime.now().astimezone())
            ledger = Ledger(settings.ledger_url.get_secret_value())
            until(lambda: any(q.run_id for q in ledger.exceptions.all()), "a question is asked", 120)
            asyncio.run(take(run_link(service.ui_url, ledger.exceptions.all()[0].run_id)))
        finally:
            service.stop()


if __name__ == "__main__":
    main()
