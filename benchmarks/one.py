"""One benchmark in this process: its results as JSON lines."""

import signal
import sys
from importlib import import_module

# Stopped from outside, it still ends its servers and takes away its folders.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
for result in import_module(f"benchmarks.{sys.argv[1]}").run():
    sys.stdout.write(result.line() + "\n")
    sys.stdout.flush()
