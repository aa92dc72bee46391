"""What the body of a queue message tells of, in each of the forms in which S3 events come."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.queue import Happening, NotAnEvent, happenings


def record(key: str, event: str = "ObjectCreated:Put", bucket: str = "papers") -> dict[str, Any]:
    return {"eventName": event, "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_every_key_comes_out_as_it_went_into_the_bucket(key: str) -> None:
    body = json.dumps({"Records": [record(quote_plus(key, safe="/"))]})
    assert happenings(body) == [Happening("papers", key)]


WORDS = st.sampled_from(["Records", "Type", "Message", "source", "detail", "s3", "eventName"])
JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from(["Notification", "aws.s3", "{}", "ObjectCreated:Put"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None)
@given(st.text() | JSON.map(json.dumps))
def test_any_text_is_an_event_or_is_said_to_be_none(body: str) -> None:
    try:
        assert isinstance(happenings(body), list)
    except NotAnEvent as e:
        assert str(e)


def test_several_records_come_in_their_order_and_other_events_are_left_out() -> None:
    records = [
        record("1"),
        record("2", "ObjectRemoved:Delete"),
        record("3", "s3:ObjectCreated:CompleteMultipartUpload"),
    ]
    assert [h.key for h in happenings(json.dumps({"Records": records}))] == ["1", "3"]


def test_an_event_wrapped_by_sns_is_unwrapped() -> None:
    inner = json.dumps({"Records": [record("a%2Bb+c.pdf")]})
    body = json.dumps({"Type": "Notification", "TopicArn": "arn:x", "Message": inner})
    assert happenings(body) == [Happening("papers", "a+b c.pdf")]


def test_an_event_bridge_key_is_not_decoded() -> None:
    detail = {"bucket": {"name": "papers"}, "object": {"key": "a+b%20c.pdf"}}
    event = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    assert happenings(json.dumps(event)) == [Happening("papers", "a+b%20c.pdf")]
    assert happenings(json.dumps(event | {"detail-type": "Object Deleted"})) == []


def test_the_test_event_of_s3_tells_of_nothing() -> None:
    assert happenings('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "papers"}') == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("hello", "no JSON"),
        ("[]", "no JSON object"),
        ("{}", "neither Records"),
        ('{"Records": [{}]}', "missing or misshapen"),
        ('{"Records": [{"eventName": "ObjectCreated:Put", "s3": {}}]}', "'bucket'"),
        ('{"Type": "Notification", "Message": "hello"}', "no JSON"),
    ],
)
def test_what_is_no_event_is_said_to_be_none_and_why(body: str, words: str) -> None:
    with pytest.raises(NotAnEvent, match=words):
        happenings(body)
