"""What the embedded engine costs a process that serves: `python -m benchmarks.serving MODEL` tells it as JSON."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import sys
import time
from pathlib import Path

from csbot.content import load
from csbot.nlu.linear import LinearNlu
from csbot.nlu.linear.artefact import read
from csbot.nlu.linear.model import unpack
from csbot.nlu.linear.samples import Samples

ROOT = Path(__file__).resolve().parent.parent


def resident_mb() -> float:
    """What this process holds in memory now."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


async def _warm(nlu: LinearNlu, texts: tuple[str, ...]) -> None:
    for text in texts:
        await nlu.understand(f"{text} acaba")


def main() -> None:
    """Load the model of the sample brand, ask every phrasing of it once, and tell what that took."""
    catalogue = load(ROOT, ("tr", "en"))
    samples = Samples.of(catalogue)
    gc.collect()
    before = resident_mb()
    begun = time.perf_counter()
    model = unpack(read(Path(sys.argv[1])))
    loaded = time.perf_counter()
    nlu = LinearNlu(catalogue, samples, model)
    ready = time.perf_counter()
    asyncio.run(_warm(nlu, samples.texts))
    # scikit-learn, scipy and joblib are for learning alone.
    learning = {name.partition(".")[0] for name in sys.modules} & {"sklearn", "scipy", "joblib"}
    print(
        json.dumps(
            {
                "model_mb": round(os.path.getsize(sys.argv[1]) / 1e6, 3),
                "load_s": round(loaded - begun, 4),
                "ready_s": round(ready - begun, 4),
                "rss_mb": round(resident_mb() - before, 1),
                "imported_for_learning": sorted(learning),
            }
        )
    )


if __name__ == "__main__":
    main()
