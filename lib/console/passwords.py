"""Passwords: which are good enough, and their Argon2id hashes.

Hashing is the one thing here that costs real memory and time, so how many run at once is bounded:
a flood of sign-ins waits or is told to come back, and never takes the instance down.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from lib.errors import Refusal

# Source: OWASP Password Storage Cheat Sheet, Argon2id minimum; 39 ms on the machine we measured.
MEMORY_KIB = 19 * 1024
TIME_COST = 2
PARALLELISM = 1
MAX_AT_ONCE = 4  # 76 MiB of hashing memory per instance, and two cores kept busy
WAIT_S = 5.0  # longer than this and the person has pressed the button again

# Source: NIST SP 800-63B-4 section 3.1.1.2: length rather than composition, and a blocklist.
MIN_CHARACTERS = 15
MAX_CHARACTERS = 256  # room for any passphrase; bounds the work of normalising
MIN_DISTINCT = 5  # "aaaaaaaaaaaaaaa" is long, and the first guess

# The hash of 64 random bytes that were not kept: checked for addresses that nobody has.
DUMMY_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$rd7vyKg7Mkw6PTWZl/vYpw$"
    "sLsZzt7sD6kFoNfMQs4OFdglrk/5EnqQnZMPzOp0YGA"
)

# Long strings that lists of leaked passwords hold, and what people derive from our own name.
BLOCKED = (
    "passwordpassword",
    "password12345678",
    "123456789012345",
    "1234567890123456",
    "qwertyuiopasdfgh",
    "qwertyuiopasdfghjkl",
    "iloveyouiloveyou",
    "adminadminadmin",
    "letmeinletmeinletmein",
    "welcomewelcome1",
    "changemechangeme",
    "correcthorsebatterystaple",
    "sealtapesealtape",
    "sealtapepassword",
)


class PasswordWeak(Refusal):
    """The chosen password is one that a guesser would try early."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "password_weak"


class HashingBusy(Refusal):
    """As many passwords are being checked as this instance has memory for."""

    status, code, retry = HTTPStatus.SERVICE_UNAVAILABLE, "sign_in_busy", True


def check_strength(password: str, *, email: str) -> None:
    """Refuse a password that is short, repetitive, listed, or made of the person's address.

    Args: password: untrusted. email: the account's address, whose local part may not be the core.
    Raises: PasswordWeak: says what to change, never what was typed.
    """
    text = normalise(password)
    plain = "".join(text.split()).lower().replace("-", "")
    if len(text) < MIN_CHARACTERS:
        raise PasswordWeak(f"use at least {MIN_CHARACTERS} characters; a few words do well")
    if len(text) > MAX_CHARACTERS:
        raise PasswordWeak(f"use at most {MAX_CHARACTERS} characters")
    if len(set(plain)) < MIN_DISTINCT:
        raise PasswordWeak("use more different characters")
    local = email.partition("@")[0].lower()
    rest = plain.replace(local, "") if len(local) > 2 else plain
    if plain in BLOCKED or len(rest) < MIN_CHARACTERS // 2:
        raise PasswordWeak("this one is easy to guess: choose other words")


def normalise(password: str) -> str:
    """Return the one form of what was typed, whatever keyboard composed it.

    Source: NIST SP 800-63B-4 section 3.1.1.2 (Unicode normalisation); RFC 8265 uses NFC.
    """
    return unicodedata.normalize("NFC", password[: MAX_CHARACTERS * 4])


class Passwords:
    """Hashes and checks passwords, a bounded number at a time."""

    def __init__(self, *, at_once: int = MAX_AT_ONCE, wait_s: float = WAIT_S) -> None:
        """Allow `at_once` hashes at a time; a further caller waits `wait_s` seconds at most."""
        self._slots = threading.BoundedSemaphore(at_once)
        self._wait_s = wait_s
        self._hasher = PasswordHasher(
            time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM
        )

    def hash(self, password: str) -> str:
        """Return the Argon2id string to store.

        Raises: HashingBusy.
        """
        with self._slot():
            return self._hasher.hash(normalise(password))

    def verify(self, password: str, stored: str | None) -> bool:
        """Say whether `password` is the one in `stored`; None costs the same and is never right.

        Args: password: untrusted. stored: Argon2id string, or None for an unknown account.
        Raises: HashingBusy.
        """
        with self._slot():
            try:
                self._hasher.verify(stored or DUMMY_HASH, normalise(password))
            except VerifyMismatchError:
                return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Say whether `stored` was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._wait_s):
            raise HashingBusy("many people are signing in: try again", retry_after_s=2)
        try:
            yield
        finally:
            self._slots.release()
