"""How long from the put of an object to its arrival in the inbox: `python -m tests.bench.s3_latency [--short]`.

S3 and SQS are played by moto on this machine, so the figure is that of the connector and of moto, without
the network and without Prefect.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from connectors.aws import s3_client
from connectors.object_store import ObjectStore
from connectors.object_store_setup import ensure_notifications
from connectors.s3_inbox import S3Inbox
from connectors.settings import Settings, load
from tests.connectors import servers


async def measure(settings: Settings, bucket: str, drops: int, pause_seconds: float) -> list[float]:
    """Seconds from the start of each put to the hand-over of its arrival, one drop at a time."""
    store, stop, found = ObjectStore(settings.s3, bucket), asyncio.Event(), []
    arrivals = S3Inbox(settings).drops(stop)
    for n in range(drops):
        waiting = asyncio.ensure_future(anext(arrivals))
        await asyncio.sleep(pause_seconds)  # the long poll is under way when the drop comes
        start = time.perf_counter()
        await asyncio.to_thread(store.put, f"in/{n % 5}/{n}.pdf", b"%PDF-1.7 " * 10_000)
        arrival = await waiting
        found.append(time.perf_counter() - start)
        await arrival.ack()
    stop.set()
    await arrivals.aclose()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="10 drops instead of 60")
    drops = 10 if parser.parse_args().short else 60
    with tempfile.TemporaryDirectory() as folder, servers.moto(Path(folder) / "log") as endpoint:
        s3, bucket = servers.s3_settings(endpoint), "papers"
        s3_client(s3).create_bucket(Bucket=bucket)
        named = {"home": folder, "s3": s3, "inbox": f"s3://{bucket}/in"}
        queue_url = ensure_notifications(load(**named)).queue_url
        found = sorted(asyncio.run(measure(load(**named, queue_url=queue_url), bucket, drops, 0.3)))
    sys.stdout.write(
        f"S3 drop to arrival, {drops} drops of 90 kB, one at a time (moto on this machine): "
        f"median {statistics.median(found) * 1000:.0f} ms, fastest {found[0] * 1000:.0f} ms, "
        f"slowest {found[-1] * 1000:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
