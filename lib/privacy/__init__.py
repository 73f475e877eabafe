"""Privacy: what the policy does not allow is masked or dropped before anything is stored."""

from lib.privacy.enforcement import Enforced, EventsMalformed, enforce
from lib.privacy.summaries import Summary

__all__ = ["Enforced", "EventsMalformed", "Summary", "enforce"]
