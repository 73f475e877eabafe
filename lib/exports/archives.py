"""Archives: one part of an export, a plain tar that any tool opens.

Its first member, `objects.jsonl`, says of every object what a bucket knows besides its bytes.
"""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO

from lib.errors import Malformed

LISTING = "objects.jsonl"


@dataclass(frozen=True, slots=True)
class Copied:
    """One object with its bytes. `start` is the session's, as RFC 3339."""

    name: str
    data: bytes
    start: datetime
    metadata: Mapping[str, str]


def pack(objects: Sequence[Copied]) -> bytes:
    """Return a part; the same objects make the same bytes."""
    out = io.BytesIO()
    listing = "".join(_line(each) for each in objects).encode()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in ((LISTING, listing), *((each.name, each.data) for each in objects)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def unpack(part: IO[bytes]) -> Iterator[Copied]:
    """Return the objects of a part (untrusted), each compared with its hash.

    Raises: Malformed: it is damaged, or no part of ours.
    """
    try:
        with tarfile.open(fileobj=part, mode="r:") as archive:
            listing = [json.loads(line) for line in _read(archive, LISTING).splitlines()]
            for row in listing:
                data = _read(archive, row["name"])
                if sha256(data).hexdigest() != row["sha256"]:
                    raise Malformed(f"{row['name']} is not what was exported")
                start = datetime.fromisoformat(row["start"])
                yield Copied(row["name"], data, start, row["metadata"])
    except (tarfile.TarError, KeyError, ValueError, TypeError):
        raise Malformed("this is not a part of an export") from None


def _line(copied: Copied) -> str:
    row = {
        "name": copied.name,
        "sha256": sha256(copied.data).hexdigest(),
        "start": copied.start.isoformat(),
        "metadata": dict(copied.metadata),
    }
    return json.dumps(row, sort_keys=True) + "\n"


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise ValueError(name)
    return member.read()
