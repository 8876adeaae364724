"""Puts every labelled question to the reader, to the judge, or to a file of answers."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adapters.evaluation.data import Case, LabelledCharter, LabelledFile
from adapters.evaluation.judge_figures import Judged
from adapters.evaluation.reader_figures import Reading
from adapters.evaluation.recording import Prompt
from bot.ask.model import Judgement, Tokens
from bot.ask.ports import Asked, Judge, NotJudged, Reader
from bot.charter.model import InForce
from bot.errors import UserFacing

WORKSPACE = "eval"
HOPELESS = 5
"""So many questions without any answer from the start: it will not get better."""

Step = Callable[[], None]
"""Called when a question is done."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What is measured. `judge` is None where no language model is connected."""

    reader: Reader
    judge: Judge | None
    prompt: Prompt


async def read_all(
    files: Sequence[LabelledFile], reader: Reader, step: Step
) -> dict[str, list[Reading]]:
    """What the reader finds, by file. One question after the other, as each takes a whole core."""
    return {
        file.name: [r for charter in file.charters for r in await _read(charter, reader, step)]
        for file in files
    }


async def judge_all(
    files: Sequence[LabelledFile], judge: Judge, step: Step, *, at_once: int = 1
) -> dict[str, list[Judged]]:
    """What the judge says, by file. Raises UserFacing when it answers none of the first few."""
    judged: dict[str, list[Judged]] = {file.name: [] for file in files}
    waiting = [(f.name, c, c.in_force, case) for f in files for c in f.charters for case in c.cases]
    answered = False
    for i in range(0, len(waiting), at_once):
        batch = waiting[i : i + at_once]
        said = await asyncio.gather(
            *(_judge(judge, charter, in_force, case) for _, charter, in_force, case in batch)
        )
        for (name, *_), one in zip(batch, said, strict=True):
            judged[name].append(one)
            step()
        answered = answered or any(one.judgement for one in said)
        if not answered and i + len(batch) >= HOPELESS:
            raise UserFacing(
                f"The judge gave no usable answer to the first {i + len(batch)} questions, so I "
                f"stopped. The last time: {said[-1].why_not}"
            )
    return judged


def replay_all(
    files: Sequence[LabelledFile],
    prompt: Prompt,
    answers: Mapping[tuple[str, str], str],
    opposites: Mapping[tuple[str, str], str],
    name: str,
) -> dict[str, list[Judged]]:
    """The judgements in answers given elsewhere, by file; what is not answered is left out.
    `opposites`: the answers about not doing it, as far as there are any."""
    return {
        file.name: [
            _replayed(prompt, charter, case, answers[key], opposites.get(key), name)
            for charter in file.charters
            for case in charter.cases
            if (key := (charter.name, case.id)) in answers
        ]
        for file in files
    }


async def _read(charter: LabelledCharter, reader: Reader, step: Step) -> list[Reading]:
    lines = charter.in_force.lines
    # The bot reads a charter once a version; so its lines are not in any question's time.
    await reader.read(WORKSPACE, lines, charter.name)
    non_goals = frozenset(line.ref for line in lines if line.line.kind == "non_goal")
    readings = []
    for case in charter.cases:
        start = time.perf_counter()
        findings = await reader.read(WORKSPACE, lines, case.q)
        seconds = time.perf_counter() - start
        readings.append(
            Reading(
                charter=charter.name,
                case=case,
                findings=findings,
                non_goals=non_goals,
                seconds=seconds,
            )
        )
        step()
    return readings


async def _judge(judge: Judge, charter: LabelledCharter, in_force: InForce, case: Case) -> Judged:
    start = time.perf_counter()
    try:
        judgement = await judge.judge(in_force, Asked(question=case.q), ())
        why_not, tokens = "", judgement.tokens
    except NotJudged as error:
        judgement, why_not, tokens = None, error.sentence, error.tokens
    return Judged(
        charter=charter.name,
        case=case,
        judgement=judgement,
        why_not=why_not,
        tokens=tokens,
        seconds=time.perf_counter() - start,
    )


def _replayed(
    prompt: Prompt,
    charter: LabelledCharter,
    case: Case,
    answer: str,
    opposite: str | None,
    name: str,
) -> Judged:
    judgement, why_not = _read_answer(prompt, charter, answer, name)
    # A live judge does not ask the other way round what it found vague.
    if judgement and opposite and judgement.why_unclear != "vague":
        other, _ = _read_answer(prompt, charter, opposite, name)
        judgement = judgement.model_copy(update={"opposite": other.kind if other else None})
    return Judged(
        charter=charter.name,
        case=case,
        judgement=judgement,
        why_not=why_not,
        tokens=Tokens(),
        seconds=0.0,
    )


def _read_answer(
    prompt: Prompt, charter: LabelledCharter, answer: str, name: str
) -> tuple[Judgement | None, str]:
    """The judgement in an answer, or why there is none."""
    try:
        return prompt.parse(answer, charter.in_force, name), ""
    except NotJudged as error:
        return None, error.sentence
