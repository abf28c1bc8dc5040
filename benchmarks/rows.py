"""The rows of the table. Each function measures a group of rows and yields them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks import imports
from benchmarks.table import Row, mebibytes, millions, seconds, spent, times
from benchmarks.worker import Worker, in_turns

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Scale:
    """How often everything is repeated: enough for reliable figures, or just once."""

    count: int
    counted: int
    rounds: int
    small: int
    large: int
    put: int
    upload: int
    processes: int
    decisions: int
    tests: int
    suites: int
    few: int
    many: int
    keys: int


FULL = Scale(
    count=50,
    counted=20,
    rounds=21,
    small=1_000,
    large=100_000,
    put=64 * MIB,
    upload=256 * MIB,
    processes=15,
    decisions=20_000,
    tests=1_000,
    suites=7,
    few=1_000,
    many=10_000,
    keys=1_000_000,
)
QUICK = Scale(
    count=2,
    counted=2,
    rounds=1,
    small=100,
    large=1_000,
    put=8 * MIB,
    upload=16 * MIB,
    processes=1,
    decisions=200,
    tests=10,
    suites=1,
    few=10,
    many=20,
    keys=1_000,
)

CALLS = {"put": 0.5, "get": 0.5, "head": 0.5, "delete": 0.5, "list_1000": 0.15}
"""The calls, and the limit of each as a share of the floor if it is answered before it is signed and sent."""
SENT = 1.25
"""The limit of the calls that are signed and sent."""
TITLES = {name: f"{name} 1 KiB" for name in CALLS} | {"list_1000": "list_objects_v2, 1,000 keys"}


def moto_installed() -> bool:
    """Return whether moto is installed."""
    return importlib.util.find_spec("moto") is not None


def calls(scale: Scale) -> Iterator[Row]:
    """Single calls, compared with the floor: answered directly, and signed and sent."""
    names = ["floor", *(["moto"] if moto_installed() else []), "mocks3", "mocks3 wire"]
    with Workers(names) as workers:
        for worker in workers[1:]:
            worker.ask("fill", 1_000)
        for task, limit in CALLS.items():
            found = in_turns(workers, task, count=_repetitions(task, scale.count), rounds=scale.rounds)
            floor, ours, sent = found["floor"], found["mocks3"], found["mocks3 wire"]
            yield Row(
                TITLES[task],
                spent(floor),
                spent(found.get("moto"), floor),
                spent(ours, floor),
                f"≤ {limit}×",
                ours.median <= limit * floor.median,
            )
            yield Row("  signed and sent", mocks3=spent(sent, floor))


def _repetitions(task: str, count: int) -> int:
    """Return a tenth of ``count`` for the long task."""
    return max(1, count // 10) if task == "list_1000" else count


def instructions(scale: Scale) -> Iterator[Row]:
    """The same calls in instructions, if Valgrind is installed."""
    from benchmarks.instructions import Counted, is_installed

    if not is_installed():
        return
    counts: dict[str, dict[str, float]] = {}
    for name in ["floor", *(["moto"] if moto_installed() else []), "mocks3", "mocks3 wire"]:
        with Counted(name, 0 if name == "floor" else 1_000) as process:
            counts[name] = {task: process.count(task, _repetitions(task, scale.counted)) for task in CALLS}
    for task, limit in CALLS.items():
        found = {name: tasks[task] for name, tasks in counts.items()}
        floor, ours, sent = found["floor"], found["mocks3"], found["mocks3 wire"]
        yield Row(
            f"{TITLES[task]}, instructions",
            millions(floor),
            millions(found.get("moto"), floor),
            millions(ours, floor),
            f"≤ {limit}×",
            ours <= limit * floor,
        )
        yield Row(
            "  signed and sent", mocks3=millions(sent, floor), limit=f"≤ {SENT}×", met=sent <= SENT * floor
        )


def life(scale: Scale) -> Iterator[Row]:
    """The cost of entering and leaving the mock, with and without a tiny test between the two."""
    names = [*(["moto idle"] if moto_installed() else []), "mocks3 idle"]
    with Workers(names) as workers:
        for task, title, count, share in (
            ("tiny_test", "tiny test: enter, client, create, put, get, leave", 2, 5),
            ("enter_leave", "enter and leave", scale.count, 10),
        ):
            found = in_turns(workers, task, count=count, rounds=scale.rounds)
            moto, ours = found.get("moto idle"), found["mocks3 idle"]
            yield Row(
                title,
                moto=spent(moto),
                mocks3=f"{spent(ours)} (1/{moto.median / ours.median:.1f})" if moto else spent(ours),
                limit=f"≤ 1/{share} of moto",
                met=ours.median * share <= moto.median if moto else None,
            )


def listing(scale: Scale) -> Iterator[Row]:
    """A page of ten keys, from a small bucket and from a large one. The time should be the same."""
    sizes = (scale.small, scale.large)
    with Workers(["mocks3"]) as workers:
        (worker,) = workers
        for total in sizes:
            worker.ask("fill", total)
        for variant in ("plain", "delimiter", "prefix"):
            measured: dict[int, list[float]] = {total: [] for total in sizes}
            for _ in range(scale.rounds):
                for total in sizes:
                    measured[total].append(worker.ask("list_10_of", total, variant, scale.count))
            small, large = (median(measured[total]) for total in sizes)
            yield Row(
                f"list 10 of {sizes[1]:,} keys, {variant}",
                mocks3=f"{seconds(large)} ({large / small:.2f}× of {sizes[0]:,})",
                limit="≤ 1.5×",
                met=large <= 1.5 * small,
            )


def large_put(scale: Scale) -> Iterator[Row]:
    """One large object: time compared with the floor, and peak memory."""
    medians: dict[str, float] = {}
    memory: dict[str, int] = {}
    for name in ["floor", *(["moto"] if moto_installed() else []), "mocks3"]:
        times_of, peaks = [], []
        for _ in range(min(3, scale.rounds)):
            with Worker(name) as worker:
                took, peak = worker.ask("put_large", scale.put)
            times_of.append(took)
            peaks.append(peak)
        medians[name], memory[name] = median(times_of), int(median(peaks))
    floor, ours = medians["floor"], medians["mocks3"]
    size = scale.put // MIB
    yield Row(
        f"put {size} MiB",
        seconds(floor),
        times(medians.get("moto"), floor),
        times(ours, floor),
        "≤ 1.3×",
        ours <= 1.3 * floor,
    )
    yield Row(f"  of which the MD5 that its ETag is, {size} MiB", mocks3=seconds(_md5(scale.put)))
    yield Row(
        f"put {size} MiB, memory",
        mebibytes(memory["floor"]),
        mebibytes(memory["moto"]) if "moto" in memory else "–",
        mebibytes(memory["mocks3"]),
        f"≤ +{size} MiB",
        # A tenth more, for the client's own buffers.
        memory["mocks3"] <= 1.1 * scale.put,
    )


def _md5(size: int) -> float:
    body = os.urandom(MIB) * (size // MIB)
    start = time.process_time()
    hashlib.md5(body)
    return time.process_time() - start


def upload(scale: Scale) -> Iterator[Row]:
    """``upload_file``: parts in threads, and peak memory."""
    memory: dict[str, int] = {}
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(scale.upload)
        for name in [*(["moto"] if moto_installed() else []), "mocks3"]:
            with Worker(name) as worker:
                _, memory[name] = worker.ask("upload_file", file.name)
    size = scale.upload // MIB
    yield Row(
        f"upload_file {size} MiB, memory",
        moto=mebibytes(memory["moto"]) if "moto" in memory else "–",
        mocks3=mebibytes(memory["mocks3"]),
        # In s3transfer ten threads read their parts of 8 MiB ahead, with every mock.
        limit=f"≤ +{size} MiB, +80 read ahead",
        met=memory["mocks3"] <= scale.upload + 80 * MIB,
    )


def start_up(scale: Scale) -> Iterator[Row]:
    """The cost of an import in a process with botocore, and of the plugin in a process with pytest."""
    pairs = [imports.FLOOR_FIRST_CALL, imports.MOCKS3, imports.MOCKS3_FIRST_CALL]
    if moto_installed():
        pairs += [imports.MOTO, imports.MOTO_FIRST_CALL]
    floor_call, ours, ours_call, *theirs = imports.cost(*pairs, rounds=scale.processes)
    moto, moto_call = theirs or (None, None)
    yield Row(
        "import, on top of botocore",
        moto=seconds(moto),
        mocks3=seconds(ours),
        limit="≤ 25 ms",
        met=ours <= 0.025,
    )
    yield Row(
        "import to the end of the first call",
        seconds(floor_call),
        seconds(moto_call),
        seconds(ours_call),
        "≤ floor + 30 ms",
        ours_call <= floor_call + 0.03,
    )
    if importlib.util.find_spec("pytest") is not None:
        (plugin,) = imports.cost(imports.PLUGIN, rounds=scale.processes)
        yield Row(
            "the pytest plugin, on top of pytest", mocks3=seconds(plugin), limit="≤ 3 ms", met=plugin <= 0.003
        )


def decisions(scale: Scale) -> Iterator[Row]:
    """The policy engine alone."""
    from benchmarks import policy

    yield from policy.rows(scale.decisions)


def coverage(scale: Scale) -> Iterator[Row]:
    """Policy coverage of a suite of tiny tests, compared with the same suite without it."""
    from benchmarks import suite

    if importlib.util.find_spec("pytest") is None:
        return
    found = suite.cost(suite.WITHOUT, suite.WITH, tests=scale.tests, rounds=scale.suites)
    ratio = found[suite.WITH] / found[suite.WITHOUT]
    yield Row(
        f"{scale.tests:,} tiny tests with policy coverage",
        mocks3=f"{seconds(found[suite.WITH])} ({ratio:.2f}× of without)",
        limit="≤ 1.1×",
        met=ratio <= 1.1,
    )


def suites(scale: Scale) -> Iterator[Row]:
    """1,000 tiny tests as users write them, each in a whole run of pytest."""
    from benchmarks import suite

    if importlib.util.find_spec("pytest") is None:
        return
    names = [name for name in suite.FORMS if name != "moto" or moto_installed()]
    found = suite.forms(names, scale.tests, min(3, scale.suites))
    moto = found.get("moto")
    for name, title, limit in (
        ("bare", "that do nothing: pytest alone", None),
        ("decorator", "by the decorator, with a new boto3 client", 4),
        ("fixture", "by the fixture s3", 2),
        ("no client", "by the fixture aws, without a client", None),
    ):
        ours = found[name]
        yield Row(
            f"{scale.tests:,} tiny tests {title}",
            moto=seconds(moto) if name == "decorator" else "–",
            mocks3=seconds(ours),
            limit="" if limit is None else f"≤ {limit} s",
            met=None if limit is None else ours <= limit,
        )


def mutation(scale: Scale) -> Iterator[Row]:
    """Mutants of a policy, tried with tests of one call."""
    from benchmarks import suite

    count, took = suite.mutants(min(scale.tests, 20))
    rate = count / took
    yield Row(
        f"{count} mutants of a policy", mocks3=f"{rate:.0f} a second", limit="≥ 50 a second", met=rate >= 50
    )


class Workers(list[Worker]):
    """Several workers that end together."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(Worker(name) for name in names)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *failure: object) -> None:
        for worker in self:
            worker.__exit__(None, None, None)


def scale_up(scale: Scale) -> Iterator[Row]:
    """Work in a world with many things, compared with the same work in a small world."""
    small, large = scale.few, scale.many
    for task, title, limit in (
        ("versions", "a page of ten of {:,} versions of a key", 1.5),
        ("version_reads", "get a version of a key with {:,} versions", 1.5),
        ("complete", "complete an upload of {:,} parts, each part", 1.5),
        ("buckets", "put and get in a world of {:,} buckets", 1.5),
    ):
        sizes = (min(small, 100), min(large, 1_000)) if task == "buckets" else (small, large)
        costs = []
        for size in sizes:
            with Worker("mocks3") as worker:
                costs.append(median(worker.ask(task, size) for _ in range(min(3, scale.rounds))))
        yield Row(
            title.format(sizes[1]),
            mocks3=f"{seconds(costs[1])} ({costs[1] / costs[0]:.2f}× of {sizes[0]:,})",
            limit=f"≤ {limit}×",
            met=costs[1] <= limit * costs[0],
        )
    with Worker("mocks3") as worker:
        few, many = (worker.ask("statements", count) for count in (2, 200))
        yield Row(
            "get with a policy of 200 statements for other actions",
            mocks3=f"{seconds(many)} ({many / few:.2f}× of 2)",
            limit="≤ 1.1×",
            met=many <= 1.1 * few,
        )
        one, eight = (worker.ask("threads", count) for count in (1, 8))
        yield Row(
            "put and get in 8 threads, each",
            mocks3=f"{seconds(eight)} ({eight / one:.2f}× of 1)",
            limit="≤ 1.5×",
            met=eight <= 1.5 * one,
        )
    with Worker("mocks3") as worker:
        memory, plain, restored = worker.ask("keys", scale.keys)
        yield Row(
            f"memory of a key, of {scale.keys:,}",
            mocks3=f"{memory:.0f} bytes",
            limit="≤ 500 bytes",
            met=memory <= 500,
        )
        yield Row(
            f"the first put after a restore, {scale.keys:,} keys",
            mocks3=f"{seconds(restored)} ({seconds(plain)} without)",
            limit="≤ +50 µs",
            met=restored - plain <= 50e-6,
        )


GROUPS = {
    "calls": calls,
    "instructions": instructions,
    "life": life,
    "listing": listing,
    "large": large_put,
    "upload": upload,
    "import": start_up,
    "policy": decisions,
    "suites": suites,
    "scale": scale_up,
    "coverage": coverage,
    "mutation": mutation,
}
