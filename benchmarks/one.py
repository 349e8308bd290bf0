"""One benchmark in this process: its results as JSON lines."""

import sys
from importlib import import_module

for result in import_module(f"benchmarks.{sys.argv[1]}").run():
    sys.stdout.write(result.line() + "\n")
    sys.stdout.flush()
