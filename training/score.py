"""The reader's figures with the model in another folder: python training/score.py FOLDER FILES...

Runs in the project's own environment; the same as `missionbot eval --reader FILES`, which measures
the model that is shipped.
"""

import asyncio
import sys
from pathlib import Path

from rich.console import Console

from adapters.evaluation.data import load
from adapters.evaluation.report import report, tables
from adapters.evaluation.run import read_all
from adapters.judging.reader import OnnxReader


def main() -> None:
    """Prints the table."""
    folder, *files = map(Path, sys.argv[1:])
    reader = OnnxReader(model=folder)
    readings = asyncio.run(read_all(load(files), reader, lambda: None))
    for table in tables(report(readings, {}, "", {})):
        Console().print(table)


if __name__ == "__main__":
    main()
