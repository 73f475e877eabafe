"""Records events by docs/protocol.md alone: python client.py <endpoint> <key> <origin>."""

import gzip
import json
import secrets
import sys
import time
import urllib.request

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def post(url, body, origin):
    headers = {"Content-Type": "text/plain", "Origin": origin}
    request = urllib.request.Request(url, body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def record(endpoint, key, origin, batches):
    """Send lists of rrweb events, one a batch; return the session's id and ingest's answers."""
    tab, page = (kind + "".join(secrets.choice(BASE32) for _ in range(16)) for kind in ("t_", "p_"))
    ask = {"v": 1, "key": key, "sdk": "0.1.0", "tab": tab, "page": page}
    body = json.dumps({**ask, "resume": None, "assertion": None}).encode()
    begin = time.time()
    grant = post(endpoint + "/v1/handshake", body, origin)
    offset = round(grant["now"] - (begin + time.time()) / 2 * 1000)
    total, answers = 0, []
    for seq, events in enumerate(batches if grant["record"] else []):
        packed = gzip.compress("".join(json.dumps(event) + "\n" for event in events).encode())
        total += len(packed)
        head = {"v": 1, "token": grant["token"], "page": page, "seq": seq, "total": total}
        head |= {"sent": round(time.time() * 1000), "offset": offset, "dropped": 0}
        head |= {"final": seq == len(batches) - 1, "previous": None, "user": None}
        answers.append(post(grant["ingest"], json.dumps(head).encode() + b"\n" + packed, origin))
    return grant["session"], answers


if __name__ == "__main__":
    data = {"href": sys.argv[3] + "/", "width": 800, "height": 600}
    event = {"type": 4, "timestamp": round(time.time() * 1000), "data": data}
    print(*record(*sys.argv[1:4], [[event], [event]]))
