"""Google's predefined roles, cut to the permissions that the stand-ins check.

Source: https://docs.cloud.google.com/storage/docs/access-control/iam-roles,
https://docs.cloud.google.com/kms/docs/reference/permissions-and-roles,
https://docs.cloud.google.com/secret-manager/docs/access-control
"""

_OBJECT_VIEW = {"storage.objects.get", "storage.objects.list"}
_OBJECT_WRITE = {
    "storage.objects.create",
    "storage.objects.delete",
    "storage.objects.update",
}
_BUCKET_IAM = {"storage.buckets.getIamPolicy", "storage.buckets.setIamPolicy"}
_KEY_USE = {
    "cloudkms.cryptoKeyVersions.useToEncrypt",
    "cloudkms.cryptoKeyVersions.useToDecrypt",
}
_KEY_VIEW = {
    "cloudkms.keyRings.get",
    "cloudkms.keyRings.list",
    "cloudkms.cryptoKeys.get",
    "cloudkms.cryptoKeys.list",
    "cloudkms.cryptoKeyVersions.get",
    "cloudkms.cryptoKeyVersions.list",
}
_KEY_ADMIN = _KEY_VIEW | {
    "cloudkms.keyRings.create",
    "cloudkms.cryptoKeys.create",
    "cloudkms.cryptoKeys.update",
    "cloudkms.cryptoKeys.getIamPolicy",
    "cloudkms.cryptoKeys.setIamPolicy",
    "cloudkms.cryptoKeyVersions.create",
    "cloudkms.cryptoKeyVersions.update",
    "cloudkms.cryptoKeyVersions.destroy",
    "cloudkms.cryptoKeyVersions.restore",
}
_SECRET_ACCESS = {"secretmanager.versions.access"}
_SECRET_VIEW = {
    "secretmanager.secrets.get",
    "secretmanager.secrets.list",
    "secretmanager.versions.get",
    "secretmanager.versions.list",
}
_VERSION_MANAGE = {
    "secretmanager.versions.add",
    "secretmanager.versions.enable",
    "secretmanager.versions.disable",
    "secretmanager.versions.destroy",
    "secretmanager.versions.get",
    "secretmanager.versions.list",
}

PREDEFINED: dict[str, frozenset[str]] = {
    name: frozenset(permissions)
    for name, permissions in {
        "roles/storage.objectCreator": {"storage.objects.create"},
        "roles/storage.objectViewer": _OBJECT_VIEW,
        "roles/storage.objectUser": _OBJECT_VIEW | _OBJECT_WRITE,
        "roles/storage.objectAdmin": _OBJECT_VIEW | _OBJECT_WRITE,
        "roles/storage.legacyObjectReader": {"storage.objects.get"},
        "roles/storage.legacyObjectOwner": {"storage.objects.get", "storage.objects.update"},
        "roles/storage.legacyBucketReader": {"storage.buckets.get", "storage.objects.list"},
        "roles/storage.legacyBucketWriter": {
            "storage.buckets.get",
            "storage.objects.create",
            "storage.objects.delete",
            "storage.objects.list",
        },
        "roles/storage.legacyBucketOwner": {
            "storage.buckets.get",
            "storage.buckets.update",
            "storage.objects.create",
            "storage.objects.delete",
            "storage.objects.list",
        }
        | _BUCKET_IAM,
        "roles/storage.bucketViewer": {"storage.buckets.get", "storage.buckets.list"},
        "roles/storage.admin": {
            "storage.buckets.create",
            "storage.buckets.delete",
            "storage.buckets.get",
            "storage.buckets.list",
            "storage.buckets.update",
        }
        | _BUCKET_IAM
        | _OBJECT_VIEW
        | _OBJECT_WRITE,
        "roles/cloudkms.cryptoKeyEncrypterDecrypter": _KEY_USE,
        "roles/cloudkms.cryptoKeyEncrypter": {"cloudkms.cryptoKeyVersions.useToEncrypt"},
        "roles/cloudkms.cryptoKeyDecrypter": {"cloudkms.cryptoKeyVersions.useToDecrypt"},
        "roles/cloudkms.viewer": _KEY_VIEW,
        "roles/cloudkms.admin": _KEY_ADMIN,
        "roles/secretmanager.secretAccessor": _SECRET_ACCESS,
        "roles/secretmanager.viewer": _SECRET_VIEW,
        "roles/secretmanager.secretVersionAdder": {"secretmanager.versions.add"},
        "roles/secretmanager.secretVersionManager": _VERSION_MANAGE,
        "roles/secretmanager.admin": {
            "secretmanager.secrets.create",
            "secretmanager.secrets.delete",
            "secretmanager.secrets.update",
        }
        | _SECRET_ACCESS
        | _SECRET_VIEW
        | _VERSION_MANAGE,
    }.items()
}
