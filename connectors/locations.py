"""Where bytes lie: a folder, or a bucket with a prefix. Settings name both in one line of text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


class FolderPlace(BaseModel):
    """A folder on this machine or on a mounted share; the path is absolute."""

    model_config = ConfigDict(frozen=True)

    path: Path

    def __str__(self) -> str:
        return str(self.path)


class BucketPlace(BaseModel):
    """A bucket and a key prefix of an S3 store; the prefix is empty or ends with a slash."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def parse_location(text: Any) -> Any:
    """`s3://bucket/prefix` becomes a `BucketPlace`, every other text a `FolderPlace`.

    >>> parse_location("s3://papers/inbox").prefix
    'inbox/'

    Raises `ValueError` for an empty text, a bucket without a name and any other scheme than `s3://`.
    """
    if isinstance(text, Path):
        text = str(text)
    if not isinstance(text, str):
        return text
    if not text.strip():
        raise ValueError("is empty; give a folder, or s3://bucket/prefix")
    if text.startswith("s3://"):
        bucket, _, prefix = text.removeprefix("s3://").partition("/")
        if not bucket:
            raise ValueError(f"{text!r} names no bucket; write s3://bucket/prefix")
        prefix = prefix.strip("/")
        return BucketPlace(bucket=bucket, prefix=f"{prefix}/" if prefix else "")
    if "://" in text and not text.startswith("file:///"):
        raise ValueError(f"{text!r} is neither a folder nor s3://bucket/prefix")
    return FolderPlace(path=Path(text.removeprefix("file://")).expanduser().absolute())


Location = Annotated[FolderPlace | BucketPlace, BeforeValidator(parse_location)]
