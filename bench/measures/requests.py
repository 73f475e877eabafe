"""P1 to P4: CPU of the server for each request, as ratios inside one run."""

from contextlib import ExitStack
from itertools import repeat

from bench import recordings
from bench.rounds import Case, Progress, run
from bench.servers import Servers
from bench.tables import Row
from bench.visits import Visits


async def measure(servers: Servers, visits: Visits, progress: Progress) -> list[Row]:
    """Return the rows of handshake and ingest against their baselines."""
    dash = [recordings.plain(member) for member in recordings.session("dash")]
    clean = recordings.masked(dash)
    with ExitStack() as ends:
        nothing, handshake, floor, ingest = (
            ends.enter_context(servers.running(name))
            for name in ("nothing", "handshake", "floor", "ingest")
        )
        fresh, resumed = visits.fresh(), visits.resumed()
        do_nothing = Case("do nothing", nothing, repeat(fresh), 200)
        opening = Case("handshake", handshake, repeat(fresh), 200)
        resuming = Case("handshake, resumed", handshake, repeat(resumed), 200)
        strict = Case("handshake, strict", handshake, visits.strict(), 200)
        bottom = Case("floor", floor, visits.batches(dash), 202)
        bottom_clean = Case("floor, masked", floor, visits.batches(clean), 202)
        masking = Case("ingest", ingest, visits.batches(dash), 202)
        verifying = Case("ingest, masked", ingest, visits.batches(clean), 202)
        cases = [
            do_nothing,
            opening,
            resuming,
            strict,
            bottom,
            masking,
            bottom_clean,
            verifying,
        ]
        await run(cases, progress)
    for case in cases:
        progress(f"  {case.name:20} {case.us:8.0f} us  {case.rate:8.0f} /s")
    return [
        Row("P1", "handshake / do nothing", opening.us / do_nothing.us, "x", 3.0),
        Row("P1", "handshake, resumed / do nothing", resuming.us / do_nothing.us, "x", 4.8),
        Row("", "handshake in strict mode / do nothing", strict.us / do_nothing.us, "x"),
        share("P2", "ingest that masks everything, share of the floor", bottom, masking, 33),
        share("P3", "ingest of masked recordings, share of the floor", bottom, verifying, 42),
    ]


def share(number: str, what: str, floor: Case, ours: Case, bar: float) -> Row:
    """Return the row of the floor's CPU in percent of ours."""
    return Row(number, what, 100 * floor.us / ours.us, "%", bar, "higher", 1)
