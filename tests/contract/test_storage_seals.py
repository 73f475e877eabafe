"""What Sealtape relies on about keys: default, own, refused, enforced."""

from typing import Any

import pytest
from google.api_core.exceptions import (
    BadRequest,
    ClientError,
    Forbidden,
    GoogleAPICallError,
    PreconditionFailed,
)
from google.cloud import kms, storage

from tests.contract.storage_targets import Target

ENFORCED = {"restrictionMode": "FullyRestricted"}


@pytest.fixture(scope="module")
def key(gcs: Target) -> kms.CryptoKey:
    return gcs.key()


@pytest.fixture
def own_key(gcs: Target) -> kms.CryptoKey:
    """A key that the test may break."""
    return gcs.key()


def write(bucket: storage.Bucket, name: str = "s/one", **options: object) -> Any:
    blob = bucket.blob(name, **options)
    blob.upload_from_string(b"sealed")
    return blob


def test_objects_are_sealed_by_the_buckets_default_key(gcs: Target, key: kms.CryptoKey) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": key.name})
    blob = write(bucket)
    blob.reload()
    assert blob.kms_key_name == f"{key.name}/cryptoKeyVersions/1"


def test_a_key_named_by_the_request_wins_over_the_default(
    gcs: Target, key: kms.CryptoKey, own_key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": key.name})
    blob = write(bucket, kms_key_name=own_key.name)
    blob.reload()
    assert blob.kms_key_name.startswith(own_key.name)


def test_a_changed_default_leaves_old_objects_as_they_were(gcs: Target, key: kms.CryptoKey) -> None:
    bucket = gcs.bucket()
    old = write(bucket, "s/old")
    bucket.default_kms_key_name = key.name
    gcs.eventually(bucket.patch)
    new = write(bucket, "s/new")
    old.reload()
    new.reload()
    assert old.kms_key_name is None
    assert new.kms_key_name.startswith(key.name)
    bucket.default_kms_key_name = None
    bucket.patch()
    last = write(bucket, "s/last")
    last.reload()
    assert last.kms_key_name is None


def test_a_rewrite_moves_an_object_to_a_rotated_key(gcs: Target, own_key: kms.CryptoKey) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": own_key.name})
    blob = write(bucket)
    version = gcs.key_client().create_crypto_key_version(parent=own_key.name, crypto_key_version={})
    gcs.key_client().update_crypto_key_primary_version(
        name=own_key.name, crypto_key_version_id=version.name.rpartition("/")[2]
    )

    def rewritten() -> None:
        blob.bucket.blob(blob.name).rewrite(bucket.blob(blob.name))
        found = bucket.get_blob(blob.name)
        assert found.kms_key_name == version.name

    gcs.eventually(rewritten)


def test_a_disabled_key_refuses_reads_and_writes_and_gives_them_back(
    gcs: Target, own_key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": own_key.name})
    blob = write(bucket)
    gcs.set_state(own_key.primary.name, "DISABLED")

    def refused() -> None:
        with pytest.raises(ClientError):
            write(bucket, "s/two")
        with pytest.raises(ClientError):
            blob.download_as_bytes()

    gcs.eventually(refused)
    gcs.set_state(own_key.primary.name, "ENABLED")
    assert gcs.eventually(blob.download_as_bytes) == b"sealed"


def test_names_and_metadata_stay_readable_and_deletable_without_the_key(
    gcs: Target, own_key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": own_key.name})
    blob = write(bucket)
    gcs.set_state(own_key.primary.name, "DISABLED")
    assert [found.name for found in bucket.list_blobs()] == [blob.name]
    blob.delete()
    assert list(bucket.list_blobs()) == []


def test_a_key_whose_grant_was_taken_away_is_forbidden(gcs: Target, own_key: kms.CryptoKey) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": own_key.name})
    blob = write(bucket)
    gcs.grant_key(own_key.name)

    def refused() -> None:
        with pytest.raises(Forbidden, match="Cloud KMS"):
            write(bucket, "s/two")
        with pytest.raises(Forbidden, match="Cloud KMS"):
            blob.download_as_bytes()

    gcs.eventually(refused)


def test_a_key_scheduled_for_destruction_refuses_until_it_is_restored(
    gcs: Target, own_key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": own_key.name})
    blob = write(bucket)
    gcs.key_client().destroy_crypto_key_version(name=own_key.primary.name)

    def refused() -> None:
        with pytest.raises(ClientError):
            blob.download_as_bytes()

    gcs.eventually(refused)
    gcs.key_client().restore_crypto_key_version(name=own_key.primary.name)
    gcs.set_state(own_key.primary.name, "ENABLED")
    assert gcs.eventually(blob.download_as_bytes) == b"sealed"


def test_a_bucket_takes_no_default_key_that_it_may_not_use(
    gcs: Target, own_key: kms.CryptoKey
) -> None:
    gcs.grant_key(own_key.name)
    bucket = gcs.bucket()
    bucket.default_kms_key_name = own_key.name
    with pytest.raises(Forbidden):
        bucket.patch()


def test_a_key_of_another_region_is_refused(gcs: Target) -> None:
    bucket = gcs.bucket()
    bucket.default_kms_key_name = gcs.key(location="us-east1").name
    with pytest.raises(BadRequest):
        bucket.patch()


def test_a_bucket_that_restricts_googles_keys_takes_only_sealed_objects(
    gcs: Target, key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket(encryption={"googleManagedEncryptionEnforcementConfig": ENFORCED})

    def refused() -> None:
        with pytest.raises(PreconditionFailed):
            write(bucket)

    gcs.eventually(refused)
    assert write(bucket, kms_key_name=key.name).kms_key_name.startswith(key.name)


def test_a_bucket_that_restricts_customers_keys_refuses_them(
    gcs: Target, key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket(encryption={"customerManagedEncryptionEnforcementConfig": ENFORCED})

    def refused() -> None:
        with pytest.raises(PreconditionFailed):
            write(bucket, kms_key_name=key.name)

    gcs.eventually(refused)
    assert write(bucket).size == 6


def test_a_bucket_that_restricts_supplied_keys_refuses_them(gcs: Target) -> None:
    bucket = gcs.bucket(encryption={"customerSuppliedEncryptionEnforcementConfig": ENFORCED})

    def refused() -> None:
        with pytest.raises(PreconditionFailed):
            write(bucket, encryption_key=b"k" * 32)

    gcs.eventually(refused)


def test_enforcement_tells_when_it_takes_effect_and_leaves_old_objects(
    gcs: Target, key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket()
    old = write(bucket)
    changed = gcs.client()._connection.api_request(
        "PATCH",
        bucket.path,
        data={
            "encryption": {
                "defaultKmsKeyName": key.name,
                "googleManagedEncryptionEnforcementConfig": ENFORCED,
            }
        },
    )
    config = changed["encryption"]["googleManagedEncryptionEnforcementConfig"]
    assert config["restrictionMode"] == "FullyRestricted"
    assert config["effectiveTime"]
    assert old.download_as_bytes() == b"sealed"


def test_a_refusal_for_the_key_is_in_the_apis_error_shape(
    gcs: Target, own_key: kms.CryptoKey
) -> None:
    bucket = gcs.bucket(encryption={"defaultKmsKeyName": own_key.name})
    gcs.grant_key(own_key.name)

    def refused() -> GoogleAPICallError:
        with pytest.raises(Forbidden) as caught:
            bucket.client._connection.api_request(
                "POST",
                f"/b/{bucket.name}/o",
                query_params={"uploadType": "media", "name": "s/shape"},
                data="x",
                content_type="text/plain",
                api_base_url=f"{gcs.storage_url}/upload",
            )
        return caught.value

    (detail,) = gcs.eventually(refused).errors
    assert detail["reason"] == "forbidden"
    assert detail["domain"] == "global"
