"""Decisions as files: CSV for tables, JSON for the whole record, Markdown as others keep ADRs."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.decisions.model import LONGEST_TITLE, Decision, Entry
from bot.decisions.writing import Written
from bot.errors import UserFacing
from bot.text import one_line, shorten

FORMAT = "missionbot decisions 1"
"""The first words of an exported record; another number is another form."""
COLUMNS = (
    *("number", "title", "state", "outcome", "recorded", "decided_by", "choice", "reason"),
    *("rejected", "serves", "violates", "expected", "confidence", "check_on", "verdict"),
    *("charter", "version", "replaced_by", "link", "later_checks"),
)
LARGEST_FILE = 20_000_000
"""Bytes of a record that is read."""

_ENTRIES = TypeAdapter(list[Entry])
_SLUG = re.compile(r"[^a-z0-9]+")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_NUMBERED = re.compile(r"^(?:ADR[ -]?)?\d+[.:)\s-]+\s*", re.IGNORECASE)
_FILE = re.compile(r"^\d+.*\.md$")


def to_csv(decisions: Iterable[Decision]) -> str:
    """A table with a row a decision, in UTF-8 for spreadsheets."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    decisions = list(decisions)
    names = {each.id: each.name for each in decisions}
    for each in decisions:
        table.writerow([_cell(value) for value in _row(each, names)])
    # With the mark, or spreadsheets take it for another encoding.
    return "\ufeff" + written.getvalue()


def to_json(entries: Sequence[Entry]) -> str:
    """The record, entry by entry, as it can be taken over elsewhere."""
    said = [entry.model_dump(mode="json") for entry in entries]
    return json.dumps({"format": FORMAT, "entries": said}, ensure_ascii=False, indent=1) + "\n"


def states_to_json(decisions: Sequence[Decision]) -> str:
    """The decisions as they stand, for other programs, without the record that they rest on."""
    said = [each.model_dump(mode="json") for each in decisions]
    return json.dumps({"decisions": said}, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str) -> Sequence[Entry]:
    """The record of an exported file. Raises UserFacing for anything else."""
    try:
        said = json.loads(text)
        if not isinstance(said, dict) or said.get("format") != FORMAT:
            raise UserFacing(
                "This is no record of decisions. `missionbot decisions export --format json` "
                "makes one."
            )
        return _ENTRIES.validate_python(said.get("entries"), strict=False)
    except (json.JSONDecodeError, ValidationError):
        raise UserFacing("This record of decisions is damaged: it cannot be read.") from None


def to_adrs(decisions: Sequence[Decision]) -> dict[str, str]:
    """A Markdown file a decision, and an index, by file name."""
    files = {file_name(each): _adr(each, decisions) for each in decisions}
    lines = [
        f"| {each.number} | [{_inline(each.title)}]({file_name(each)}) | {_status(each)} | "
        f"{each.recorded_at:%Y-%m-%d} |"
        for each in decisions
    ]
    table = ["| | Decision | Status | Recorded |", "|---|---|---|---|", *lines]
    return {"README.md": "\n".join(["# Decisions", "", *table, ""]), **files}


def to_zip(files: dict[str, str]) -> bytes:
    """The files in one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            # Of a fixed date: the same decisions make the same file.
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return packed.getvalue()


def file_name(decision: Decision) -> str:
    """What its Markdown file is called: "0012-drop-the-android-widget.md"."""
    slug = _SLUG.sub("-", decision.title.lower()).strip("-")[:60].rstrip("-")
    return f"{decision.number:04}-{slug or 'decision'}.md"


def read_adrs(folder: Path) -> Sequence[tuple[str, Written]]:
    """The decisions of a folder of ADRs (Nygard's or MADR's form), by file name. Raises UserFacing
    where there is none, or one cannot be read."""
    files = sorted(p for p in folder.glob("*.md") if _FILE.match(p.name)) if folder.is_dir() else []
    if not files:
        raise UserFacing(
            f"There are no ADRs in {str(folder)!r}: files called like 0001-some-decision.md."
        )
    found = []
    for file in files:
        try:
            found.append((file.name, read_adr(file.read_text(encoding="utf-8"), file.stem)))
        except (OSError, UnicodeDecodeError):
            raise UserFacing(f"{str(file)!r} cannot be read as text in UTF-8.") from None
    return found


def read_adr(text: str, name: str) -> Written:
    """One ADR. Sections that it does not have stay empty."""
    title, sections = _sections(text)
    title = re.sub(r"\\([^\w\s])", r"\1", _NUMBERED.sub("", title)) or name
    decided = _first(sections, "decision outcome", "decision", "what we do") or title
    options = _first(sections, "considered options", "options considered", "what we do not do")
    return Written(
        title=shorten(one_line(title), LONGEST_TITLE),
        choice=decided[:3000],
        reason=_first(
            sections, "context and problem statement", "context", "why", "decision drivers"
        )[:3000],
        rejected=options[:3000],
        expected=shorten(one_line(_first(sections, "consequences", "expected outcome")), 500),
    )


def _row(each: Decision, names: Mapping[str, str]) -> tuple[object, ...]:
    lines = {
        stance: " ".join(link.ref for link in each.lines if link.stance == stance)
        for stance in ("serves", "violates")
    }
    return (
        each.name,
        each.title,
        each.state,
        each.outcome or "",
        each.recorded_at.isoformat(),
        ", ".join(person.name for person in each.deciders),
        *(each.choice, each.reason, each.rejected, lines["serves"], lines["violates"]),
        *(each.expected, each.confidence or "", each.check_on or "", each.verdict_kind or ""),
        *(each.charter_name, each.version, names.get(each.superseded_by, ""), each.link),
        " ".join(day.isoformat() for day in each.check_days[1:]),
    )


def _cell(value: object) -> str:
    text = str(value)
    # A spreadsheet would run a cell that begins so as a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _adr(decision: Decision, others: Sequence[Decision]) -> str:
    parts = [f"# {decision.number}. {_inline(decision.title)}", ""]
    parts += [f"Date: {decision.recorded_at:%Y-%m-%d}", ""]
    parts += [f"Decided by: {', '.join(_inline(p.name) for p in decision.deciders)}", ""]
    parts += ["## Status", "", _status_line(decision, others), ""]
    for name, text in (
        ("Context", decision.reason),
        ("Decision", decision.choice),
        ("Considered options", decision.rejected),
        ("Consequences", decision.expected),
    ):
        if text:
            parts += [f"## {name}", "", text.strip(), ""]
    if decision.lines:
        parts += [f"## Charter ({decision.charter_name} v{decision.version})", ""]
        parts += [
            f"- {link.stance} **{link.ref}** “{_inline(link.quote)}”" for link in decision.lines
        ]
        parts.append("")
    if decision.checks or decision.check_days:
        parts += ["## Check-ins", ""]
        parts += [
            f"- {check.at:%Y-%m-%d} {check.outcome.replace('_', ' ')}: {_inline(check.why)}"
            for check in decision.checks
        ]
        parts += [f"- {day.isoformat()} to come" for day in decision.check_days]
        parts.append("")
    return "\n".join(parts)


def _status(decision: Decision) -> str:
    return {"open": "Accepted", "closed": "Accepted", "withdrawn": "Deprecated"}.get(
        decision.state, "Superseded"
    )


def _status_line(decision: Decision, others: Sequence[Decision]) -> str:
    newer = next((each for each in others if each.id == decision.superseded_by), None)
    if newer:
        return f"Superseded by [{newer.number}. {_inline(newer.title)}]({file_name(newer)})"
    return _status(decision)


def _inline(text: str) -> str:
    return re.sub(r"([\\`*_\[\]|<>])", r"\\\1", one_line(text))


def _sections(text: str) -> tuple[str, dict[str, str]]:
    title, name, sections = "", "", dict[str, list[str]]()
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading and not title and line.startswith("# "):
            title = heading[1]
        elif heading:
            name = heading[1].lower()
        elif name:
            sections.setdefault(name, []).append(line)
    return title, {name: "\n".join(lines).strip() for name, lines in sections.items()}


def _first(sections: dict[str, str], *names: str) -> str:
    return next((sections[name] for name in names if sections.get(name)), "")
