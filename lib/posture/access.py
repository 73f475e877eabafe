"""The check of who can read: the bucket's IAM policy holds our bindings and no other."""

from lib.posture.checks import Check, Reading
from lib.posture.places import unseen
from lib.posture.readings import Binding, Readings
from lib.vault import bucket_grants
from lib.vault.buckets import BucketSpec


def checks(found: Readings, spec: BucketSpec, resealer: str) -> list[Check]:
    """Return the check. Args: resealer: the account that works for operations, by its address."""
    look = Reading(f"IAM policy of Cloud Storage bucket {spec.name}", round(found.at * 1000))
    if found.bindings is None:
        return [unseen(look, "access")]
    lasting = [_plain(each) for each in found.bindings if not _of_operation(each, found, resealer)]
    working = len(found.bindings) - len(lasting)
    read = "; ".join(_told(each) for each in found.bindings) or "no binding"
    wanted = [_plain(each) for each in spec.bindings()]
    if sorted(lasting) == sorted(wanted):
        extra = (
            f" For the time of {working} running operation(s), the account that rewrites and "
            "erases may too."
            if working
            else ""
        )
        says = "One account may only add recordings, and one, for this console, only read them."
        return [look.passed("access", read, says + extra)]
    return [
        look.failed(
            "access",
            read,
            "The bucket's list of who has access is not exactly the one that we set.",
            "Tell your operator which binding you do not know, and look through the audit log.",
        )
    ]


def _of_operation(binding: Binding, found: Readings, resealer: str) -> bool:
    """Say whether this is the grant of an operation of this tenant that runs now."""
    condition = binding.get("condition") or {}
    return (
        binding["role"] == bucket_grants.ROLE
        and set(binding["members"]) == {f"serviceAccount:{resealer}"}
        and condition.get("title") in found.at_work
        and str(condition.get("expression", "")).startswith("request.time < timestamp('")
    )


def _plain(binding: Binding) -> tuple[str, tuple[str, ...], str]:
    condition = (binding.get("condition") or {}).get("expression", "")
    return binding["role"], tuple(sorted(binding["members"])), condition


def _told(binding: Binding) -> str:
    role, members, condition = _plain(binding)
    return f"{role}: {', '.join(members)}" + (f" while {condition}" if condition else "")
