"""How long an S3 drop waits for the start of its work, on a warm service, and how much of it is the queue's.

`python -m tests.bench.drop_to_work [--short]`: moto's S3 and SQS, the whole service under its supervisor. The
time runs from just before the object is put to the moment the ledger gives the drop to a worker. In the same
run the bare queue is timed (put, notification, receive, without Keruen), so that the ratio says what Keruen adds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from connectors.aws import s3_client, sqs_client
from connectors.ledger import Ledger
from connectors.ledger.tables import drops, events
from connectors.object_store_setup import ensure_notifications
from connectors.settings import S3Settings, Settings, load
from flows.service import Service
from tests.connectors import servers
from tests.papers import make_dossier

BUCKET = "papers"
_LIMIT_SECONDS = 60.0


def main() -> None:
    """Prints the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer drops")
    count = 8 if parser.parse_args().short else 30
    with tempfile.TemporaryDirectory() as folder, servers.moto(Path(folder) / "moto.log") as endpoint:
        s3 = servers.s3_settings(endpoint)
        bare = _bare_queue(s3, count)
        waits = _through_the_service(Path(folder) / "home", s3, count)
    print(f"S3 drop to the start of its work, {count} drops, one at a time")  # noqa: T201
    for name, seconds in (("bare queue (put, notify, receive)", bare), ("Keruen (put to claim)", waits)):
        worst = max(seconds)
        print(f"  {name:36} median {statistics.median(seconds):6.3f} s   slowest {worst:6.3f} s")  # noqa: T201
    print(f"  ratio of medians: {statistics.median(waits) / statistics.median(bare):.1f}")  # noqa: T201


def _bare_queue(s3: S3Settings, count: int) -> list[float]:
    """What the stand-in for S3 and SQS takes by itself."""
    settings = load(inbox=["s3://bare/"], s3=s3.model_dump())
    store, queue = s3_client(s3), sqs_client(s3)
    store.create_bucket(Bucket="bare")
    url = ensure_notifications(settings, "bare").queue_url
    waits = []
    for number in range(count + 1):
        began = time.monotonic()
        store.put_object(Bucket="bare", Key=f"{number}.pdf", Body=b"%PDF")
        while True:
            got = queue.receive_message(QueueUrl=url, WaitTimeSeconds=5).get("Messages", [])
            for message in got:
                queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if any(
                f"{number}.pdf"
                in json.loads(m["Body"]).get("Records", [{}])[0].get("s3", {}).get("object", {}).get("key", "")
                for m in got
            ):
                break
        waits.append(time.monotonic() - began)
    return waits[1:]


def _through_the_service(home: Path, s3: S3Settings, count: int) -> list[float]:
    store = s3_client(s3)
    store.create_bucket(Bucket=BUCKET)
    own = {"home": home, "inbox": [f"s3://{BUCKET}/in"], "s3": s3.model_dump(), "prefect_port": servers.free_port()}
    queue_url = ensure_notifications(load(**own)).queue_url
    settings = load(**own, queue_url=queue_url)
    service = Service(settings)
    _put_into_environment(settings, s3, queue_url)
    service.start()
    try:
        ledger = Ledger(settings.ledger_url.get_secret_value())
        _drop_and_wait(store, ledger, "warm-up", 0)
        return [_drop_and_wait(store, ledger, f"d{n}", n + 1) for n in range(count)]
    finally:
        service.stop()


def _put_into_environment(settings: Settings, s3: S3Settings, queue_url: str) -> None:
    """The processes of the service read their settings from the environment."""
    import os

    os.environ |= {
        "KERUEN_HOME": str(settings.home),
        "KERUEN_INBOX": f"s3://{BUCKET}/in",
        "KERUEN_QUEUE_URL": queue_url,
        "KERUEN_PREFECT_PORT": str(settings.prefect_port),
        "KERUEN_S3__ENDPOINT": s3.endpoint,
        "KERUEN_S3__REGION": s3.region,
        "KERUEN_S3__ACCESS_KEY": s3.access_key,
        "KERUEN_S3__SECRET_KEY": s3.secret_key.get_secret_value(),
    }


def _drop_and_wait(store: object, ledger: Ledger, group: str, seed: int) -> float:
    name, (pdf, _truth) = next(iter(make_dossier(seed=seed, lines=3).items()))
    began = datetime.now(UTC)
    store.put_object(Bucket=BUCKET, Key=f"in/{group}/{name}", Body=pdf)  # type: ignore[attr-defined]
    deadline = time.monotonic() + _LIMIT_SECONDS
    while time.monotonic() < deadline:
        with ledger.db.read() as tx:
            claimed = tx.execute(
                select(events.c.at, drops.c.state)
                .join(drops, events.c.drop_id == drops.c.id)
                .where(drops.c.group == group, events.c.what == "drop.working")
            ).first()
        if claimed is not None and claimed.state == "done":
            wait: float = (claimed.at - began).total_seconds()
            return wait
        time.sleep(0.05)
    raise SystemExit(f"the drop {group} was not worked within {_LIMIT_SECONDS:.0f} s")


if __name__ == "__main__":
    main()
