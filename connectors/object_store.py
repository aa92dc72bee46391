"""A bucket of an S3 store: get, put, list. Works with Amazon's and with other implementations."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from connectors.aws import s3_client, translated
from connectors.errors import NotThere, Permanent, Transient
from connectors.settings import S3Settings


@dataclass(frozen=True)
class StoredObject:
    """One object as it lies in its bucket now. `version_id` is empty in a bucket without versions."""

    key: str
    size: int
    etag: str
    last_modified: datetime
    version_id: str = ""

    @property
    def version(self) -> str:
        """What changes whenever the object is written: its version id, else ETag and whole second of writing."""
        return self.version_id or f"{self.etag}-{int(self.last_modified.timestamp())}"


class ObjectStore:
    """One bucket. All methods block (call them in a thread), may be called from several threads at once, and
    raise `Transient`, `Permanent`, or `NotThere` for an object that does not exist."""

    def __init__(self, s3: S3Settings, bucket: str) -> None:
        self.bucket = bucket
        self._client = s3_client(s3)
        self._endpoint: str = self._client.meta.endpoint_url
        self._versioned: bool | None = None

    def get(self, key: str, version_id: str = "", *, etag: str = "", max_bytes: int | None = None) -> bytes:
        """The bytes of an object.

        With `etag` the bytes are of that version or `Permanent` is raised; with `max_bytes` a larger object
        is refused before it is fetched.
        """
        with self._doing("get", key):
            answer = self._client.get_object(Bucket=self.bucket, Key=key, **_version(version_id))
            size = int(answer["ContentLength"])
            if max_bytes is not None and size > max_bytes:
                answer["Body"].close()
                raise Permanent(
                    f"{self.url(key)} has {size} bytes, more than the {max_bytes} allowed; "
                    "split it, or raise the setting read.bytes."
                )
            found = _unquoted(answer.get("ETag", ""))
            if etag and found != etag:
                answer["Body"].close()
                raise Permanent(
                    f"{self.url(key)} was overwritten before it was read (ETag {etag} then, {found} now); "
                    "the new version arrives by itself."
                )
            data: bytes = answer["Body"].read()
        if len(data) != size:
            raise Transient(f"{self.url(key)} gave {len(data)} of {size} bytes; try again.")
        return data

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> StoredObject:
        """Write an object whole; the store refuses it when the bytes were damaged on the way."""
        # MD5 is what every S3 implementation checks on arrival; it guards the road, not the archive.
        md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        with self._doing("put", key):
            self._client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentMD5=md5, ContentType=content_type)
        return self.head(key)

    def head(self, key: str, version_id: str = "") -> StoredObject:
        """What lies under a key now, without its bytes."""
        with self._doing("look at", key):
            answer = self._client.head_object(Bucket=self.bucket, Key=key, **_version(version_id))
        return _stored(key, answer, int(answer["ContentLength"]))

    def exists(self, key: str) -> bool:
        """Whether an object lies under the key."""
        try:
            self.head(key)
        except NotThere:
            return False
        return True

    def list(self, prefix: str = "", page_size: int = 1000) -> Iterator[StoredObject]:
        """All objects under a prefix as they are now, page by page; with version ids where the bucket has them."""
        operation = "list_object_versions" if self.is_versioned() else "list_objects_v2"
        with self._doing("list", f"{prefix}*"):
            pages = self._client.get_paginator(operation).paginate(
                Bucket=self.bucket, Prefix=prefix, PaginationConfig={"PageSize": page_size}
            )
            for page in pages:
                for row in page.get("Contents", page.get("Versions", ())):
                    if row.get("IsLatest", True):
                        yield _stored(row["Key"], row, int(row["Size"]))

    def is_versioned(self) -> bool:
        """Whether the bucket keeps, or once kept, versions; asked once."""
        if self._versioned is None:
            with self._doing("ask for the versioning of", ""):
                try:
                    answer = self._client.get_bucket_versioning(Bucket=self.bucket)
                except ClientError as e:
                    if e.response.get("Error", {}).get("Code") not in {"NotImplemented", "MethodNotAllowed"}:
                        raise
                    answer = {}
            self._versioned = answer.get("Status") in {"Enabled", "Suspended"}
        return self._versioned

    def url(self, key: str) -> str:
        """Name of an object for people and for the ledger."""
        return f"s3://{self.bucket}/{key}"

    @contextmanager
    def _doing(self, what: str, key: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as e:
            raise translated(e, f"Cannot {what} {self.url(key)}", self._endpoint) from e


def _version(version_id: str) -> dict[str, str]:
    return {"VersionId": version_id} if version_id else {}


def _stored(key: str, answer: dict[str, Any], size: int) -> StoredObject:
    version_id = answer.get("VersionId") or ""
    return StoredObject(
        key=key,
        size=size,
        etag=_unquoted(answer.get("ETag", "")),
        last_modified=answer["LastModified"].astimezone(UTC),
        version_id="" if version_id == "null" else version_id,
    )


def _unquoted(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')
