"""``python -m checks [file or folder …]``: our own rules, over the whole project when no path is named."""

import sys
from pathlib import Path

from checks.run import run

if __name__ == "__main__":
    sys.exit(1 if run([Path(argument) for argument in sys.argv[1:]]) else 0)
