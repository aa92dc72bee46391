"""Clients for S3 and SQS, and what their errors mean: worth another try, or not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection

from connectors.errors import ConnectorError, NotThere, Permanent, Transient
from connectors.settings import S3Settings

_PASSING_CODES = {
    *("SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"),
    *("InternalError", "InternalFailure", "ServiceUnavailable", "RequestTimeout", "RequestTimeoutException"),
    *("ExpiredToken", "ExpiredTokenException", "OperationAborted", "ConditionalRequestConflict"),
}
_REMEDIES = {
    "NoSuchBucket": "create the bucket, or correct its name in the settings",
    "AccessDenied": "give this access key the right to do it",
    "InvalidAccessKeyId": "check s3.access_key",
    "SignatureDoesNotMatch": "check s3.secret_key",
    "RequestTimeTooSkewed": "set the clock of this machine",
    "AuthorizationHeaderMalformed": "check s3.region",
    "PermanentRedirect": "check s3.region and s3.endpoint",
    "AWS.SimpleQueueService.NonExistentQueue": "create the queue (`keruen s3 setup`), or correct queue_url",
    "QueueDoesNotExist": "create the queue (`keruen s3 setup`), or correct queue_url",
}
_REMEDIES |= {"403": _REMEDIES["AccessDenied"], "Forbidden": _REMEDIES["AccessDenied"]}
_MISSING_CODES = {"NoSuchKey", "NoSuchVersion", "404", "NotFound"}


def s3_client(s3: S3Settings) -> Any:
    """A boto3 client for S3; safe to share between threads."""
    return _client("s3", s3, s3.endpoint)


def sqs_client(s3: S3Settings, queue_url: str = "") -> Any:
    """A boto3 client for SQS, at the host of `queue_url` unless that is Amazon's; safe to share."""
    return _client("sqs", s3, _queue_endpoint(s3, queue_url))


def _queue_endpoint(s3: S3Settings, queue_url: str) -> str:
    at = urlsplit(queue_url)
    if s3.queue_endpoint or not at.hostname:
        return s3.queue_endpoint or s3.endpoint
    return "" if at.hostname.endswith((".amazonaws.com", ".amazonaws.com.cn")) else f"{at.scheme}://{at.netloc}"


@lru_cache(maxsize=32)  # a client takes a tenth of a second to make and may be shared
def _client(service: str, s3: S3Settings, endpoint: str) -> Any:
    config = Config(
        connect_timeout=s3.connect_timeout_seconds,
        read_timeout=s3.read_timeout_seconds,
        retries={"mode": "standard", "total_max_attempts": s3.attempts},
        max_pool_connections=32,
        s3={"addressing_style": "path" if s3.path_style or s3.endpoint else "auto"},
        # Other implementations of S3 do not know Amazon's newer checksum headers.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    # Typed stubs know each service by its own literal name; here the name is a parameter.
    session: Any = boto3.session.Session(
        aws_access_key_id=s3.access_key or None,
        aws_secret_access_key=s3.secret_key.get_secret_value() or None,
        region_name=s3.region or None,
    )
    try:
        return session.client(
            service,
            endpoint_url=endpoint or None,
            region_name=session.region_name or ("us-east-1" if endpoint else None),
            config=config,
        )
    except (BotoCoreError, ValueError) as e:
        raise Permanent(f"No client for {service} at {endpoint or 'Amazon'}: {e}. Check the s3 settings.") from e


def translated(e: BotoCoreError | ClientError, doing: str, at: str) -> ConnectorError:
    """Our error for one of boto3's. `doing` says what was tried and on what, `at` is the endpoint."""
    where = f"{doing} at {at}"
    if isinstance(e, ClientError):
        error = e.response.get("Error", {})
        code, text = error.get("Code", ""), error.get("Message", "")
        status = e.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _MISSING_CODES:
            return NotThere(f"{where}: there is no such object. It was removed, or the name is wrong.")
        if code in _PASSING_CODES or status >= 500 or status == 429:
            return Transient(f"{where}: the store is busy or failing now ({code} {text}); try again later.")
        return Permanent(f"{where}: refused ({code} {text}); {_REMEDIES.get(code, 'see the message')}.")
    if isinstance(e, (HTTPClientError, NoConnection, IncompleteReadError)):
        return Transient(f"{where}: no answer ({e}); is the address right, is the store up?")
    return Permanent(f"{where}: {e}. Check the s3 settings: keys, region, endpoint.")
