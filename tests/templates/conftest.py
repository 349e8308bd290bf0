"""The SMTP server of the delivery tests, for these too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))
