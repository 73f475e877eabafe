"""What handshake writes of refusals and a tick reads. Imported by both, so it imports nothing."""

COLLECTION = "pendingRefusals"
MAX_KEYS = 200  # of one document: about 10 KiB; whoever knows more keys evicts the oldest counts

REASONS = (
    "key_disabled",
    "tenant_not_active",
    "wrong_origin",
    "assertion_missing",
    "assertion_invalid",
    "quota_exceeded",
    "policy_missing",
)
