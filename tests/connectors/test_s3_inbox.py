"""Drops through S3 notifications and SQS (moto), and by listing (moto and rclone)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.aws import s3_client, sqs_client
from connectors.errors import Permanent
from connectors.object_store import ObjectStore
from connectors.object_store_setup import ensure_notifications
from connectors.queue import Queue
from connectors.s3_inbox import S3Arrival, S3Inbox
from connectors.settings import S3Settings, Settings

pytestmark = pytest.mark.service


@dataclass
class World:
    """A bucket whose notifications come to a queue of its own."""

    settings: Settings
    store: ObjectStore
    dead_letter_url: str
    sqs: Any

    def inbox(self, visibility_seconds: int = 30) -> S3Inbox:
        queue = Queue(self.settings.s3, self.settings.queue_url, visibility_seconds=visibility_seconds, wait_seconds=1)
        return S3Inbox(self.settings, queue=queue, retry_seconds=0)

    def tell(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.settings.queue_url, MessageBody=body)

    def left(self) -> int:
        """Messages in the queue, seen or hidden."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.settings.queue_url, AttributeNames=names)
        return sum(int(v) for v in found["Attributes"].values())


@pytest.fixture
def world(moto_s3: S3Settings, make_bucket: Callable[..., str], settings: Callable[..., Settings]) -> World:
    bucket = make_bucket(moto_s3)
    before = settings(s3=moto_s3, inbox=f"s3://{bucket}/in")
    made = ensure_notifications(before, f"queue-of-{bucket}")
    after = settings(s3=moto_s3, inbox=f"s3://{bucket}/in", queue_url=made.queue_url)
    sqs = sqs_client(moto_s3, made.queue_url)
    return World(after, ObjectStore(moto_s3, bucket), made.dead_letter_url, sqs)


@asynccontextmanager
async def arriving(inbox: S3Inbox) -> AsyncIterator[Callable[[], Any]]:
    """Gives a function that waits for the next arrival; stops the inbox at the end."""
    stop = asyncio.Event()
    drops = inbox.drops(stop)

    async def following() -> S3Arrival:
        return await asyncio.wait_for(anext(drops), 30)

    try:
        yield following
    finally:
        stop.set()
        await drops.aclose()


async def test_a_drop_is_handed_over_with_its_name_group_and_bytes(world: World) -> None:
    stored = world.store.put("in/партия 7/счёт+№ 1.pdf", b"paper")
    async with arriving(world.inbox()) as following:
        arrival = await following()
        assert arrival.drop.source == f"s3://{world.store.bucket}/in/партия 7/счёт+№ 1.pdf"
        assert arrival.drop.version == stored.version
        assert (arrival.drop.name, arrival.drop.group) == ("счёт+№ 1.pdf", "партия 7")
        assert await asyncio.to_thread(arrival.read) == b"paper"


async def test_a_message_is_deleted_by_ack_and_not_before(world: World) -> None:
    world.store.put("in/a.pdf", b"paper")
    async with arriving(world.inbox()) as following:
        arrival = await following()
        assert world.left() == 1
        await arrival.ack()
        assert world.left() == 0


async def test_a_drop_whose_worker_died_before_ack_comes_again_as_the_same_drop(world: World) -> None:
    world.store.put("in/a.pdf", b"paper")
    async with arriving(world.inbox(visibility_seconds=1)) as following:
        first = (await following()).drop
    async with arriving(world.inbox()) as following:
        again = await following()
        assert again.drop == first
        await again.ack()
    assert world.left() == 0


async def test_a_message_stays_hidden_from_others_while_it_is_worked_on(world: World) -> None:
    world.store.put("in/a.pdf", b"paper")
    inbox = world.inbox(visibility_seconds=2)
    async with arriving(inbox) as following:
        await following()
        working = asyncio.ensure_future(following())  # keeps the inbox running while we work
        await asyncio.sleep(4)
        assert "Messages" not in world.sqs.receive_message(QueueUrl=world.settings.queue_url)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_a_released_drop_comes_again(world: World) -> None:
    world.store.put("in/a.pdf", b"paper")
    async with arriving(world.inbox()) as following:
        first = await following()
        await first.release_later()
        again = await following()
        assert again.drop == first.drop


async def test_scan_and_message_name_a_drop_alike(world: World) -> None:
    world.store.put("in/a/1.pdf", b"paper")
    async with arriving(world.inbox()) as following:
        assert (await following()).drop == world.inbox().scan()[0].drop


async def test_an_overwritten_object_arrives_as_a_new_version(world: World) -> None:
    async with arriving(world.inbox()) as following:
        world.store.put("in/a.pdf", b"one")
        old = await following()
        world.store.put("in/a.pdf", b"second")
        new = await following()
        assert new.drop.source == old.drop.source
        assert new.drop.version != old.drop.version
        assert new.read() == b"second"
        with pytest.raises(Permanent, match="overwritten before it was read"):
            old.read()


async def test_a_test_event_a_removed_object_and_a_foreign_prefix_are_deleted_and_give_nothing(
    world: World,
) -> None:
    world.tell(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": world.store.bucket}))
    world.tell(record(world.store.bucket, "in/gone.pdf"))
    world.tell(record(world.store.bucket, "out/a.pdf"))
    world.tell(record(world.store.bucket, "in/a.pdf", "ObjectRemoved:Delete"))
    world.store.put("in/a.pdf", b"paper")
    async with arriving(world.inbox()) as following:
        arrival = await following()
        assert arrival.drop.name == "a.pdf"
        await arrival.ack()
        await gone_from(world, 0)


async def test_a_message_with_several_records_is_deleted_after_the_last_of_them(world: World) -> None:
    for name in ("1", "2"):
        world.store.put(f"in/{name}.pdf", name.encode())
    async with arriving(world.inbox()) as following:
        for _ in range(2):
            await (await following()).ack()
        one, two = (json.loads(record(world.store.bucket, f"in/{n}.pdf"))["Records"] for n in "12")
        world.tell(json.dumps({"Records": one + two}))
        first, second = await following(), await following()
        await first.ack()
        assert world.left() == 1
        await second.ack()
        assert world.left() == 0


async def test_a_message_that_is_no_event_is_left_reported_and_holds_nothing_up(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "keruen")
    world.tell("hello")
    world.tell(record("a-bucket-of-others", "x.pdf"))
    world.store.put("in/a.pdf", b"paper")
    async with arriving(world.inbox()) as following:
        await (await following()).ack()
        waiting = asyncio.ensure_future(following())  # the inbox goes on
        await gone_from(world, 2)
        for _ in range(200):
            if "lies in no inbox" in caplog.text and "is no JSON" in caplog.text:
                break
            await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert "is no S3 event: it is no JSON" in caplog.text
    assert "s3://a-bucket-of-others/x.pdf lies in no inbox" in caplog.text
    assert "dead-letter queue" in caplog.text


async def test_an_empty_object_arrives_and_refuses_to_be_read(world: World) -> None:
    world.store.put("in/a.pdf", b"")
    async with arriving(world.inbox()) as following:
        with pytest.raises(Permanent, match="is empty"):
            (await following()).read()


async def test_the_inbox_stops_at_once_though_a_long_poll_is_under_way(world: World) -> None:
    queue = Queue(world.settings.s3, world.settings.queue_url, wait_seconds=20)
    stop = asyncio.Event()
    ended = asyncio.ensure_future(anext(S3Inbox(world.settings, queue=queue).drops(stop), None))
    await asyncio.sleep(0.5)
    stop.set()
    assert await asyncio.wait_for(ended, 5) is None


async def test_a_queue_that_does_not_exist_is_said_with_the_remedy(world: World) -> None:
    lost = Queue(world.settings.s3, world.settings.queue_url + "-lost")
    with pytest.raises(Permanent, match="keruen s3 setup"):
        await anext(S3Inbox(world.settings, queue=lost).drops(asyncio.Event()))


def test_setting_up_twice_changes_nothing_the_second_time(world: World) -> None:
    again = ensure_notifications(world.settings, f"queue-of-{world.store.bucket}")
    assert again.changed == ()
    assert again.queue_url == world.settings.queue_url


def test_setting_up_keeps_what_others_set(world: World) -> None:
    client = s3_client(world.settings.s3)
    there = client.get_bucket_notification_configuration(Bucket=world.store.bucket)
    arn = there["QueueConfigurations"][0]["QueueArn"]
    theirs = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectRemoved:*"]}
    client.put_bucket_notification_configuration(
        Bucket=world.store.bucket, NotificationConfiguration={"QueueConfigurations": [theirs]}
    )
    made = ensure_notifications(world.settings, f"queue-of-{world.store.bucket}")
    rows = client.get_bucket_notification_configuration(Bucket=world.store.bucket)["QueueConfigurations"]
    assert made.changed == (f"notifications of bucket {world.store.bucket} set",)
    assert {row["Id"] for row in rows} > {"theirs"}
    attributes = world.sqs.get_queue_attributes(QueueUrl=made.queue_url, AttributeNames=["All"])["Attributes"]
    redrive = json.loads(attributes["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].endswith("-dead")
    assert world.store.bucket in attributes["Policy"]


def test_setting_up_without_a_bucket_among_the_inboxes_is_refused(settings: Callable[..., Settings]) -> None:
    with pytest.raises(Permanent, match="KERUEN_INBOX"):
        ensure_notifications(settings())


async def test_without_a_queue_each_object_is_listed_and_handed_over_once(
    any_s3: S3Settings, make_bucket: Callable[..., str], settings: Callable[..., Settings]
) -> None:
    bucket = make_bucket(any_s3)
    store = ObjectStore(any_s3, bucket)
    for key in ("in/a/1.pdf", "in/2.pdf", "in/3.pdf.part", "in/.DS_Store", "out/4.pdf"):
        store.put(key, b"paper")
    inbox = S3Inbox(settings(s3=any_s3, inbox=f"s3://{bucket}/in"), list_seconds=0.2)
    async with arriving(inbox) as following:
        both = [(await following()).drop for _ in range(2)]
        assert {(d.name, d.group) for d in both} == {("1.pdf", "a"), ("2.pdf", "")}
        store.put("in/5.pdf", b"paper")
        assert (await following()).drop.name == "5.pdf"


def record(bucket: str, key: str, event: str = "ObjectCreated:Put") -> str:
    object_ = {"bucket": {"name": bucket}, "object": {"key": key, "size": 1, "eTag": "x"}}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": event, "s3": object_}]})


async def gone_from(world: World, left: int) -> None:
    """Wait until only so many messages are left in the queue."""
    for _ in range(200):
        if world.left() == left:
            return
        await asyncio.sleep(0.05)
    assert world.left() == left
