"""A bucket, on two S3 implementations that have nothing in common."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.aws import s3_client
from connectors.errors import NotThere, Permanent, Transient
from connectors.object_store import ObjectStore
from connectors.settings import S3Settings
from tests.connectors.servers import free_port

pytestmark = pytest.mark.service


@pytest.fixture
def store(any_s3: S3Settings, make_bucket: Callable[..., str]) -> ObjectStore:
    return ObjectStore(any_s3, make_bucket(any_s3))


def test_what_is_put_is_got_back(store: ObjectStore) -> None:
    data = bytes(range(256)) * 500
    stored = store.put("a/cmr.pdf", data)
    assert store.get("a/cmr.pdf") == data
    assert stored.size == len(data)
    assert store.get("a/cmr.pdf", stored.version_id, etag=stored.etag) == data


@pytest.mark.parametrize("key", ["партия 7/счёт № 12 (копия).pdf", "a+b/c d&e=f%20.pdf", "发票/1.pdf"])
def test_keys_of_all_scripts_and_signs_come_back_as_they_were(store: ObjectStore, key: str) -> None:
    store.put(key, b"paper")
    assert [o.key for o in store.list()] == [key]
    assert store.get(key) == b"paper"


def test_a_listing_goes_on_after_the_first_page(store: ObjectStore) -> None:
    for n in range(12):
        store.put(f"many/{n:02}.pdf", b"x")
    store.put("other/1.pdf", b"x")
    assert [o.key for o in store.list("many/", page_size=5)] == [f"many/{n:02}.pdf" for n in range(12)]


def test_head_and_listing_name_the_same_version(store: ObjectStore) -> None:
    stored = store.put("a.pdf", b"one")
    assert [o.version for o in store.list()] == [stored.version] == [store.head("a.pdf").version]


def test_an_overwritten_object_is_another_version_and_the_old_one_is_refused(store: ObjectStore) -> None:
    old = store.put("a.pdf", b"one")
    new = store.put("a.pdf", b"two!")
    assert old.version != new.version
    with pytest.raises(Permanent, match="was overwritten before it was read"):
        store.get("a.pdf", etag=old.etag)


def test_what_does_not_exist_is_said_with_bucket_key_and_endpoint(store: ObjectStore) -> None:
    assert not store.exists("none.pdf")
    with pytest.raises(NotThere) as caught:
        store.get("none.pdf")
    assert f"s3://{store.bucket}/none.pdf" in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_missing_bucket_is_permanent_and_the_message_says_what_to_do(any_s3: S3Settings) -> None:
    with pytest.raises(Permanent, match="create the bucket"):
        ObjectStore(any_s3, "no-such-bucket").get("a.pdf")


def test_an_object_over_the_limit_is_refused_before_it_is_fetched(store: ObjectStore) -> None:
    store.put("big.pdf", b"x" * 1000)
    with pytest.raises(Permanent, match=r"has 1000 bytes, more than the 999 allowed"):
        store.get("big.pdf", max_bytes=999)


def test_a_wrong_secret_key_is_permanent(rclone_endpoint: str) -> None:
    wrong = S3Settings(endpoint=rclone_endpoint, access_key="keruen-test", secret_key="other")
    with pytest.raises(Permanent, match=r"s3\.secret_key|refused"):
        ObjectStore(wrong, "any").get("a.pdf")


def test_a_store_that_does_not_answer_is_transient() -> None:
    silent = S3Settings(endpoint=f"http://127.0.0.1:{free_port()}", access_key="a", secret_key="b", attempts=1)
    with pytest.raises(Transient, match="is the store up"):
        ObjectStore(silent, "any").get("a.pdf")


def test_no_key_at_all_is_permanent_and_names_the_settings(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    with pytest.raises(Permanent, match="Check the s3 settings"):
        ObjectStore(S3Settings(endpoint=moto_endpoint), "any").get("a.pdf")


def test_a_versioned_bucket_gives_the_bytes_of_the_version_asked_for(
    moto_s3: S3Settings, make_bucket: Callable[..., str]
) -> None:
    store = ObjectStore(moto_s3, make_bucket(moto_s3, versioned=True))
    old = store.put("a.pdf", b"one")
    new = store.put("a.pdf", b"two")
    assert old.version == old.version_id != new.version_id
    assert store.get("a.pdf", old.version_id, etag=old.etag) == b"one"
    assert [o.version for o in store.list()] == [new.version]
    s3_client(moto_s3).delete_object(Bucket=store.bucket, Key="a.pdf")
    assert list(store.list()) == []
