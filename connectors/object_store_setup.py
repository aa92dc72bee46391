"""Sets up what a bucket needs to tell Keruen of new papers: a queue, its dead-letter queue, the
permission to write to it, and the notification of each inbox bucket."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from connectors.aws import s3_client, sqs_client, translated
from connectors.errors import Permanent
from connectors.locations import BucketPlace
from connectors.settings import Settings

QUEUE_NAME = "keruen-drops"
_RECEIVES = 5
_FOURTEEN_DAYS = "1209600"
_STATEMENT = "keruen-inbox"


@dataclass(frozen=True)
class SetUp:
    """What stands now: set `KERUEN_QUEUE_URL` to `queue_url`. `changed` is empty when all was there."""

    queue_url: str
    dead_letter_url: str
    changed: tuple[str, ...]


def ensure_notifications(settings: Settings, queue_name: str = QUEUE_NAME) -> SetUp:
    """Make the queue and the notifications of all inbox buckets, where they are not there yet.

    Does nothing the second time. Buckets must exist; notifications and permissions of others are kept.
    Raises `Permanent` when there is no bucket among the inboxes or a right is missing, else `Transient`.
    """
    if not settings.buckets:
        raise Permanent(
            "No inbox of the settings is a bucket: set KERUEN_INBOX to s3://bucket/prefix, then set up again."
        )
    try:
        return _SetUp(settings, queue_name).run()
    except (ClientError, BotoCoreError) as e:
        at = settings.s3.endpoint or "Amazon"
        raise translated(e, f"Cannot set up queue {queue_name} and its notifications", at) from e


class _SetUp:
    def __init__(self, settings: Settings, queue_name: str) -> None:
        self._places = settings.buckets
        self._name = queue_name
        self._s3 = s3_client(settings.s3)
        self._sqs = sqs_client(settings.s3, settings.queue_url)
        self._changed: list[str] = []

    def run(self) -> SetUp:
        dead_url, dead_arn = self._queue(f"{self._name}-dead", {"MessageRetentionPeriod": _FOURTEEN_DAYS})
        url, arn = self._queue(self._name, {"MessageRetentionPeriod": _FOURTEEN_DAYS})
        redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": _RECEIVES}
        self._set(url, "RedrivePolicy", redrive)
        self._set(url, "Policy", self._policy(url, arn))
        for bucket in dict.fromkeys(place.bucket for place in self._places):
            self._notify(bucket, arn)
        return SetUp(url, dead_url, tuple(self._changed))

    def _queue(self, name: str, attributes: dict[str, str]) -> tuple[str, str]:
        try:
            url: str = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        except self._sqs.exceptions.QueueDoesNotExist:
            url = self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
            self._changed.append(f"queue {name} made")
        return url, self._attribute(url, "QueueArn")

    def _attribute(self, url: str, name: str) -> str:
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        value: str = answer.get("Attributes", {}).get(name, "")
        return value

    def _set(self, url: str, name: str, wanted: dict[str, Any]) -> None:
        there = self._attribute(url, name)
        if there and _same_json(json.loads(there), wanted):
            return
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={name: json.dumps(wanted)})
        self._changed.append(f"{name} of queue {self._name} set")

    def _policy(self, url: str, arn: str) -> dict[str, Any]:
        """The queue's policy with our statement in it; the statements of others stay."""
        there = self._attribute(url, "Policy")
        policy: dict[str, Any] = json.loads(there) if there else {"Version": "2012-10-17", "Statement": []}
        buckets = sorted({f"arn:aws:s3:::{place.bucket}" for place in self._places})
        ours = {
            "Sid": _STATEMENT,
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": buckets}},
        }
        others = [s for s in policy.get("Statement", []) if s.get("Sid") != _STATEMENT]
        return policy | {"Statement": [*others, ours]}

    def _notify(self, bucket: str, queue_arn: str) -> None:
        there = self._s3.get_bucket_notification_configuration(Bucket=bucket)
        there.pop("ResponseMetadata", None)
        rows = there.get("QueueConfigurations", [])
        ours = [_notification(p, queue_arn) for p in self._places if p.bucket == bucket]
        names = {row["Id"] for row in ours}
        kept = [row for row in rows if row.get("Id") not in names]
        if all(any(_tells(row, wanted) for row in rows) for wanted in ours):
            return
        self._s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=there | {"QueueConfigurations": [*kept, *ours]}
        )
        self._changed.append(f"notifications of bucket {bucket} set")


def _notification(place: BucketPlace, queue_arn: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "Id": f"keruen-{hashlib.sha256(str(place).encode()).hexdigest()[:12]}",
        "QueueArn": queue_arn,
        "Events": ["s3:ObjectCreated:*"],
    }
    if place.prefix:
        row["Filter"] = {"Key": {"FilterRules": [{"Name": "prefix", "Value": place.prefix}]}}
    return row


def _tells(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a notification does what we want; S3 writes the names of filter rules with a capital."""
    names = ("Id", "QueueArn", "Events")
    return [row.get(n) for n in names] == [wanted[n] for n in names] and _rules(row) == _rules(wanted)


def _rules(row: dict[str, Any]) -> set[tuple[str, str]]:
    rules = row.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return {(rule["Name"].lower(), rule["Value"]) for rule in rules}


def _same_json(there: Any, wanted: Any) -> bool:
    """Equal but for numbers written as text and single values written without their list."""
    return bool(_plain(there) == _plain(wanted))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return _plain(value[0]) if len(value) == 1 else [_plain(v) for v in value]
    return str(value)
