"""Recorded prompts as plain text, a charter a file, for a model that answers files:

    missionbot eval LABELLED.jsonl … --record prompts.jsonl
    python training/batches.py prompts.jsonl FOLDER
    (the model reads FOLDER/batch_01.txt and writes FOLDER/answers_01.jsonl, and so on)
    cat FOLDER/answers_*.jsonl > answers.jsonl
    missionbot eval LABELLED.jsonl … --replay answers.jsonl

Neither order nor ids tell a charter from its opposite. The first half of the files has one charter
of each name, the second half the others: whoever answers files of one half only never meets a
question twice.
"""

import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

HOW = """\
Below stand the instructions and the charter that a language model gets, the form of its answer,
and {n} questions. Answer each question as if it were the only one: no answer bears on another.
Go by this file alone. Write one line of JSON for each question, with its id, in the order given:
{{"id": "…", "answer": {{…the JSON object that the instructions ask for…}}}}
"""


def main(prompts: Path, folder: Path) -> None:
    """Writes the files."""
    rows = [json.loads(line) for line in prompts.read_text(encoding="utf-8").splitlines()]
    charters: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        charters[row["messages"][0]["content"]].append(row)
    folder.mkdir(parents=True, exist_ok=True)
    for number, system in enumerate(in_halves(list(charters)), start=1):
        text = batch(system, charters[system])
        (folder / f"batch_{number:02}.txt").write_text(text, encoding="utf-8")


def in_halves(systems: list[str]) -> list[str]:
    """Shuffled, the same each time; of two charters with one name the second comes in the second
    half."""
    shuffled = sorted(systems, key=lambda text: hashlib.sha256(charter(text).encode()).digest())
    first: dict[str, str] = {}
    for system in shuffled:
        first.setdefault(charter(system).split("\n")[1], system)
    return [*first.values(), *(s for s in shuffled if s not in first.values())]


def charter(system: str) -> str:
    """The charter in a system message: the tag, its name, its lines."""
    return system[system.rindex("<charter>\n") :]


def batch(system: str, rows: list[dict[str, Any]]) -> str:
    """One file."""
    schema = json.dumps(rows[0]["schema"], ensure_ascii=False)
    parts = [HOW.format(n=len(rows)), "=== INSTRUCTIONS AND CHARTER", system]
    parts += ["=== FORM OF AN ANSWER (JSON Schema)", schema, "=== QUESTIONS"]
    parts += [f"--- id {row['id']}\n{row['messages'][1]['content']}" for row in rows]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
