"""The reader's figures with the model in another folder:

    python training/score.py FOLDER FILES... [--among NUMBER]

Runs in the project's own environment; the same as `missionbot eval --reader FILES`, which measures
the model that is shipped. `--among`: each question stands somewhere among so many sentences on
other things, as in a long chat message.
"""

import argparse
import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from adapters.evaluation.data import LabelledCharter, LabelledFile, load
from adapters.evaluation.report import report, tables
from adapters.evaluation.run import read_all
from adapters.judging.reader import OnnxReader


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--among", type=int, default=0, metavar="NUMBER")
    options = parser.parse_args()
    files = load(options.files)
    if options.among:
        files = among(files, options.among)
    reader = OnnxReader(model=options.folder)
    readings = asyncio.run(read_all(files, reader, lambda: None))
    for table in tables(report(readings, {}, "", {})):
        Console(width=120).print(table)


def among(files: Sequence[LabelledFile], number: int) -> Sequence[LabelledFile]:
    """The same with each question among so many that other charters have nothing to say on."""
    chance = random.Random(0)
    charters = [charter for file in files for charter in file.charters]

    def hidden(charter: LabelledCharter) -> LabelledCharter:
        others = [
            case.q
            for other in charters
            if other.name.rstrip("~") != charter.name.rstrip("~")
            for case in other.cases
            if not case.evidence
        ]
        cases = []
        for case in charter.cases:
            sentences = [case.q, *chance.sample(others, number)]
            chance.shuffle(sentences)
            message = " ".join(f"{text.rstrip('.?! ')}." for text in sentences)
            cases.append(case.model_copy(update={"q": message}))
        return charter.model_copy(update={"cases": tuple(cases)})

    return [
        file.model_copy(update={"charters": tuple(map(hidden, file.charters))}) for file in files
    ]


if __name__ == "__main__":
    main()
