"""P1 to P4: CPU of the server for each request, as ratios inside one run."""

from contextlib import ExitStack
from itertools import repeat

from bench import google, load, prices, recordings
from bench.rounds import Case, run
from bench.tables import Row
from bench.world import World
from lib.edge.handshakes import INTERVAL_MS

SERVERS = ("nothing", "handshake", "floor", "ingest")


async def measure(world: World) -> list[Row]:
    """Return the rows of handshake and ingest against their baselines."""
    dash = [recordings.plain(member) for member in recordings.session("dash")]
    clean = recordings.session_masked("dash")
    servers, visits = world.servers, world.visits
    with ExitStack() as ends:
        nothing, handshake, floor, ingest = (
            ends.enter_context(servers.running(name)) for name in SERVERS
        )
        stand_ins = ends.enter_context(google.stand_ins(world.folder, visits.site.bucket))
        environ = stand_ins.environment | {"BUCKET": visits.site.bucket}
        naive = ends.enter_context(servers.running("naive", environ))
        do_nothing = Case("do nothing", nothing, repeat(visits.fresh()), load.OK)
        opening = Case("handshake", handshake, repeat(visits.fresh()), load.OK)
        resuming = Case("handshake, resumed", handshake, repeat(visits.resumed()), load.OK)
        strict = Case("handshake, strict", handshake, visits.strict(), load.OK)
        bottom = Case("floor", floor, visits.batches(dash), load.STORED)
        masking = Case("ingest", ingest, visits.batches(dash), load.STORED)
        verifying = Case("ingest, masked already", ingest, visits.batches(clean), load.STORED)
        many = recordings.many_sites("dash")
        strange = Case("ingest, 25 sites", ingest, visits.batches(many), load.STORED)
        usual = Case("naive build", naive, visits.batches(dash), load.STORED)
        cases = [do_nothing, opening, resuming, strict, bottom, masking, verifying, strange, usual]
        await run(cases, world.progress)
    for case in cases:
        world.progress(f"  {case.name:22} {case.us:8.0f} us  {case.rate:8.0f} /s")
    return [
        Row("P1", "handshake / do nothing", opening.us / do_nothing.us, "x", 3.0),
        Row("P1", "handshake, resumed / do nothing", resuming.us / do_nothing.us, "x", 4.8),
        Row("", "handshake in strict mode / do nothing", strict.us / do_nothing.us, "x"),
        share("P2", "ingest that masks everything, share of the floor", bottom, masking, 33),
        share("", "the same, 25 sites that have nothing in common", bottom, strange, None),
        share("P3", "ingest of masked recordings, share of the floor", bottom, verifying, 42),
        Row("P3", "foreign masked batches taken for ours", _foreign(), "", 0, digits=0),
        Row("P4", "naive build / ingest", usual.us / masking.us, "x", 9, "higher", 1),
        Row(
            "",
            "CPU of 1,000 ten-minute sessions, list price",
            _dollars(opening, verifying),
            "$",
            digits=4,
        ),
    ]


def share(number: str, what: str, floor: Case, ours: Case, bar: float | None) -> Row:
    """Return the row of the floor's CPU in percent of ours."""
    return Row(number, what, 100 * floor.us / ours.us, "%", bar, "higher", 1)


def _dollars(opening: Case, verifying: Case) -> float:
    batches = prices.SESSION_MINUTES * 60_000 / INTERVAL_MS
    return prices.computed(batches=batches, batch_us=verifying.us, handshake_us=opening.us)


def _foreign() -> int:
    """Count the batches of another recorder's mask that ingest would store as they came."""
    return sum(map(recordings.is_clean, recordings.session("masked")))
