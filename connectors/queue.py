"""S3 event notifications from an SQS queue, handed over as they come.

A message is deleted only by `Message.ack`; until then its invisibility is extended, and a worker that
dies leaves it to come again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import BotoCoreError, ClientError

from connectors.aws import sqs_client, translated
from connectors.errors import ConnectorError, Transient
from connectors.settings import S3Settings

log = logging.getLogger("keruen.queue")

_BATCH = 10  # SQS hands over and changes ten messages at a time, no more
_BACK_OFF_SECONDS = 2.0
_REPORTED_RECEIVES = 3


@dataclass(frozen=True)
class Happening:
    """An object was written. What lies there now is for the reader to find out."""

    bucket: str
    key: str


class NotAnEvent(ValueError):
    """The text of a message is no S3 event; the text says why."""


def happenings(body: str) -> list[Happening]:
    """The objects written according to the body of a message; other S3 events give none.

    Understands S3 notifications (several records, URL-encoded keys), the same wrapped by SNS, EventBridge
    events, and S3's test event. Raises `NotAnEvent` for anything else.
    """
    try:
        event = json.loads(body)
        if isinstance(event, dict) and event.get("Type") == "Notification" and "Message" in event:
            event = json.loads(event["Message"])  # SNS
    except (ValueError, TypeError) as e:
        raise NotAnEvent(f"it is no JSON ({e})") from e
    if not isinstance(event, dict):
        raise NotAnEvent("it is no JSON object")
    if event.get("Event") == "s3:TestEvent":
        return []
    try:
        if "Records" in event:
            return [h for record in event["Records"] if (h := _of_record(record))]
        if event.get("source") == "aws.s3" and "detail" in event:
            return _of_event_bridge(event)
    except (KeyError, TypeError, AttributeError) as e:
        raise NotAnEvent(f"a part is missing or misshapen ({e!r})") from e
    raise NotAnEvent("it has neither Records nor the detail of an S3 event")


def _of_record(record: Mapping[str, Any]) -> Happening | None:
    name = record["eventName"].removeprefix("s3:")  # MinIO and Ceph write s3:ObjectCreated:Put
    if not name.startswith("ObjectCreated:"):
        return None
    return Happening(record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"]))


def _of_event_bridge(event: Mapping[str, Any]) -> list[Happening]:
    if event["detail-type"] != "Object Created":
        return []
    detail = event["detail"]
    return [Happening(detail["bucket"]["name"], detail["object"]["key"])]  # keys are not URL-encoded here


class Message:
    """One message of the queue with what it tells of."""

    def __init__(self, queue: Queue, raw: Mapping[str, Any], told: list[Happening]) -> None:
        self._queue = queue
        self.id: str = raw["MessageId"]
        self.receipt: str = raw["ReceiptHandle"]
        self.happenings = told

    async def ack(self) -> None:
        """Delete the message: the ledger has what it told of."""
        await asyncio.to_thread(self._queue.delete, self.id, self.receipt)

    async def release(self, after_seconds: int = 0) -> None:
        """Let the message come again, here or elsewhere, after a pause."""
        await asyncio.to_thread(self._queue.show, self.id, self.receipt, after_seconds)

    def leave(self) -> None:
        """Do no more with it: it comes again when its invisibility ends, at last in the dead-letter queue."""
        self._queue.let_go(self.id)


class Queue:
    """An SQS queue of S3 events.

    `visibility_seconds` is how long a message stays hidden from others after the last sign of life; it is
    renewed every third of that while a message is held.
    """

    def __init__(self, s3: S3Settings, url: str, *, visibility_seconds: int = 60, wait_seconds: int = 20) -> None:
        self.url = url
        # The answer to a long poll takes its time.
        patient = s3.model_copy(update={"read_timeout_seconds": max(s3.read_timeout_seconds, wait_seconds + 10.0)})
        self._client = sqs_client(patient, url)
        self._endpoint: str = self._client.meta.endpoint_url
        self._visibility = visibility_seconds
        self._wait = wait_seconds
        self._held: dict[str, str] = {}
        self._lock = threading.Lock()

    async def messages(self, stop: asyncio.Event) -> AsyncGenerator[Message, None]:
        """Messages as they come, until `stop` is set; then it ends at once, though a poll is under way.

        Bodies that are no S3 event are logged and left in the queue, for its dead-letter queue to catch.
        """
        poller = _Poller(self, asyncio.get_running_loop())
        heartbeat = asyncio.create_task(self._keep_hidden())
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                batch = asyncio.ensure_future(poller.next_batch())
                await asyncio.wait({batch, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if not batch.done():
                    batch.cancel()
                    return
                for raw in batch.result():
                    message = self._parsed(raw)
                    if message is None:
                        continue
                    if stop.is_set():
                        await message.release()
                        continue
                    yield message
        finally:
            poller.stop()
            stopped.cancel()
            heartbeat.cancel()
            await asyncio.gather(heartbeat, stopped, return_exceptions=True)

    def receive(self) -> list[dict[str, Any]]:
        """One long poll; the raw messages, which are now hidden from others and held by us."""
        answer = self._call(
            "receive_message",
            MaxNumberOfMessages=_BATCH,
            WaitTimeSeconds=self._wait,
            VisibilityTimeout=self._visibility,
            AttributeNames=["ApproximateReceiveCount"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        with self._lock:
            self._held.update({m["MessageId"]: m["ReceiptHandle"] for m in messages})
        return messages

    def delete(self, message_id: str, receipt: str) -> None:
        """Delete a message for good."""
        self._call("delete_message", ReceiptHandle=receipt)
        self.let_go(message_id)

    def show(self, message_id: str, receipt: str, after_seconds: int) -> None:
        """Make a message visible again after a pause."""
        self.let_go(message_id)
        self._call("change_message_visibility", ReceiptHandle=receipt, VisibilityTimeout=after_seconds)

    def let_go(self, message_id: str) -> None:
        """Hold a message hidden no longer than it is now."""
        with self._lock:
            self._held.pop(message_id, None)

    def _parsed(self, raw: Mapping[str, Any]) -> Message | None:
        try:
            return Message(self, raw, happenings(raw.get("Body", "")))
        except NotAnEvent as e:
            self.let_go(raw["MessageId"])  # comes again when its invisibility ends, not at once
            receives = int(raw.get("Attributes", {}).get("ApproximateReceiveCount", 1))
            tell = log.error if receives >= _REPORTED_RECEIVES else log.warning
            tell(
                "Message %s of queue %s is no S3 event: %s. It was received %d times and is left to the "
                "dead-letter queue; if there is none, delete it by hand.",
                *(raw["MessageId"], self.url, e, receives),
            )
            return None

    async def _keep_hidden(self) -> None:
        while True:
            await asyncio.sleep(self._visibility / 3)
            try:
                await asyncio.to_thread(self._extend)
            except ConnectorError as e:
                log.warning("%s", e)

    def _extend(self) -> None:
        with self._lock:
            held = list(self._held.items())
        for start in range(0, len(held), _BATCH):
            entries = [
                {"Id": str(n), "ReceiptHandle": receipt, "VisibilityTimeout": self._visibility}
                for n, (_, receipt) in enumerate(held[start : start + _BATCH])
            ]
            answer = self._call("change_message_visibility_batch", Entries=entries)
            for failed in answer.get("Failed", ()):  # deleted or expired meanwhile: it comes again or is done
                log.info("Message is no longer ours: %s", failed.get("Message", failed.get("Code")))
                self.let_go(held[start + int(failed["Id"])][0])

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(QueueUrl=self.url, **arguments)
        except (ClientError, BotoCoreError) as e:
            raise translated(e, f"Cannot {operation.replace('_', ' ')} of queue {self.url}", self._endpoint) from e
        return answer


class _Poller:
    """Long polls in a thread that nobody needs to wait for.

    It polls only when asked, so that no message lies hidden here that nobody works on; what a poll brings
    after the stop is shown again at once.
    """

    def __init__(self, queue: Queue, loop: asyncio.AbstractEventLoop) -> None:
        self._queue = queue
        self._loop = loop
        self._asked = threading.Semaphore(0)
        self._stopped = threading.Event()
        self._batches: asyncio.Queue[list[dict[str, Any]] | ConnectorError] = asyncio.Queue()
        threading.Thread(target=self._run, name="keruen-queue", daemon=True).start()

    async def next_batch(self) -> list[dict[str, Any]]:
        self._asked.release()
        batch = await self._batches.get()
        if isinstance(batch, Transient):
            log.warning("%s", batch)
            await asyncio.sleep(_BACK_OFF_SECONDS)
            return []
        if isinstance(batch, ConnectorError):
            raise batch
        return batch

    def stop(self) -> None:
        self._stopped.set()
        self._asked.release()

    def _run(self) -> None:
        while True:
            self._asked.acquire()
            if self._stopped.is_set():
                return
            batch: list[dict[str, Any]] | ConnectorError
            try:
                batch = self._queue.receive()
            except ConnectorError as e:
                batch = e
            if self._stopped.is_set():
                self._give_back(batch)
                return
            try:
                self._loop.call_soon_threadsafe(self._batches.put_nowait, batch)
            except RuntimeError:  # the loop has ended
                self._give_back(batch)
                return

    def _give_back(self, batch: list[dict[str, Any]] | ConnectorError) -> None:
        if isinstance(batch, ConnectorError):
            return
        for raw in batch:
            try:
                self._queue.show(raw["MessageId"], raw["ReceiptHandle"], 0)
            except ConnectorError as e:
                log.info("%s", e)
