"""A charter as YAML: for people who keep it beside their code, and for moving it between bots."""

import difflib
from collections.abc import Mapping, Sequence

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from adapters.files.charter_file import CharterFile, UnreadableCharter, check_size, kind_of
from bot.charter.model import LETTER, Draft
from bot.text import one_line, shorten

_FILE_KEYS = ("name", "parent", "lines")
_LINE_KEYS = ("id", "kind", "horizon", "text")
_MOST_NODES = 20_000
"""Keys, texts and lists; 200 lines take 1,800. It takes a second to read so many."""
_NULL = "tag:yaml.org,2002:null"
_HEAD = f"""\
# A charter. Kinds: {", ".join(LETTER)}.
# A new line needs no id; horizon is now, next or later, or left out.

"""


def read(text: str) -> CharterFile:
    """The charter in the file. Raises UnreadableCharter with everything that is wrong at once."""
    check_size(text)
    problems: list[str] = []
    root = _parse(text)
    if not isinstance(root, MappingNode):
        raise UnreadableCharter(
            [f"The file is {_what(root)}; a charter file begins with “name:” and then “lines:”."]
        )
    entries = _entries(root, _FILE_KEYS, "a charter file", problems)
    name = _words(entries, "name", problems)
    if not name or not name.strip():
        problems.append("The charter has no name; begin the file with “name:” and the product's.")
    parent = _words(entries, "parent", problems)
    drafts = _drafts(entries.get("lines"), problems)
    if problems:
        raise UnreadableCharter(problems)
    return CharterFile(name=name or "", parent=parent, drafts=tuple(drafts))


def write(file: CharterFile) -> str:
    """The charter as a file that `read` understands and people like to edit."""
    top = {"name": file.name} | ({"parent": file.parent} if file.parent is not None else {})
    parts = [_HEAD, _dump(top), "\nlines:\n" if file.drafts else "\nlines: []\n"]
    kind = file.drafts[0].kind if file.drafts else ""
    for draft in file.drafts:
        values = draft.model_dump()
        entry = {key: values[key] for key in _LINE_KEYS if values[key] is not None}
        first, *rest = _dump(entry).splitlines()
        if draft.kind != kind:
            parts.append("\n")
        kind = draft.kind
        parts.append("\n".join([f"  - {first}", *(f"    {line}" for line in rest)]) + "\n")
    return "".join(parts)


# Writing


class _Dumper(yaml.SafeDumper):
    """Every value on one line of its own, so that a change is a change of one line."""

    def represent_words(self, words: str) -> ScalarNode:
        """Quoted with escapes where it would otherwise take several lines."""
        style = None if words == one_line(words) else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _Dumper.represent_words)


def _dump(values: Mapping[str, str]) -> str:
    return yaml.dump(
        dict(values), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf")
    )


# Reading


class _Loader(yaml.SafeLoader):
    """Scalars stay the words they are ("no" is not False, 2027 is no number); no anchors, and no
    more depth than a charter has."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """As in SafeLoader; raises MarkedYAMLError for what a charter file does not have."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(problem="anchor", problem_mark=event.start_mark)
        if self.depth > 4:
            raise yaml.MarkedYAMLError(problem="depth", problem_mark=event.start_mark)
        if self.nodes > _MOST_NODES:
            raise yaml.MarkedYAMLError(problem="nodes", problem_mark=event.start_mark)
        self.depth += 1
        self.nodes += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == _NULL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

_HINTS = (
    ("anchor", "anchors (&) and aliases (*) are not used here; write the words out"),
    ("depth", "this is nested too deep; a charter is a name and a list of lines"),
    ("nodes", "this is ten times as much as a charter holds; is it the right file?"),
    ("mapping values", "a text with a colon in it goes into quotation marks"),
    ("'\\t'", "indent with blanks, not with tabs"),
    ("parsing a flow", "a bracket is not closed, or a comma is missing before this"),
    ("scanning a quoted", "a quotation mark is not closed"),
    ("expected a single", "there is one charter to a file; take out the second “---”"),
    ("expected <block end>", "the indentation changes here; line it up with the lines above"),
    ("could not find expected ':'", "a colon is missing after a key"),
    ("cannot start any token", "a text that begins with a special sign goes into quotation marks"),
)


def _parse(text: str) -> Node | None:
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.reader.ReaderError as problem:
        row = text.count("\n", 0, problem.position) + 1
        column = problem.position - text.rfind("\n", 0, problem.position)
        # PyYAML gives the sign's number, though its stubs say otherwise.
        sign = f"U+{int(problem.character):04X}"
        raise UnreadableCharter(
            [f"Line {row}, column {column}: the sign {sign} has no place in a text; delete it."]
        ) from None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        words = f"{problem.context or ''} {problem.problem or ''}"
        hint = next(
            (h for sign, h in _HINTS if sign in words), f"this is not YAML ({words.strip()})"
        )
        where = f"Line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise UnreadableCharter([f"{where}{hint}."]) from None


def _drafts(lines: Node | None, problems: list[str]) -> list[Draft]:
    if lines is None:
        problems.append("The charter has no lines; write “lines:” and below it “- kind: mission”.")
        return []
    if not isinstance(lines, SequenceNode):
        problems.append(
            f"{_at(lines)}“lines” is {_what(lines)}; it is a list, each line of it "
            "beginning with “- kind:”."
        )
        return []
    drafts = []
    for node in lines.value:
        if not isinstance(node, MappingNode):
            problems.append(
                f"{_at(node)}this is {_what(node)}; a line of the charter has “kind:” and “text:”."
            )
            continue
        before = len(problems)
        entries = _entries(node, _LINE_KEYS, "a line of the charter", problems)
        words = {key: _words(entries, key, problems) for key in _LINE_KEYS}
        if len(problems) == before:
            missing = [key for key in ("kind", "text") if words[key] is None]
            problems += [f"{_at(node)}this line has no “{key}:”; add it." for key in missing]
        kind, horizon = words["kind"] or "", words["horizon"]
        drafts.append(
            Draft(
                id=words["id"],
                kind=kind_of(kind) or kind,
                text=words["text"] or "",
                horizon=horizon.lower() if horizon else horizon,
            )
        )
    return drafts


def _entries(
    node: MappingNode, known: Sequence[str], of: str, problems: list[str]
) -> dict[str, Node]:
    """The values by key; a key that is unknown or stands there twice is a problem."""
    entries: dict[str, Node] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, ScalarNode) else "?"
        if name not in known:
            near = difflib.get_close_matches(name.lower(), known, n=1)
            guess = f"did you mean “{near[0]}”?" if near else f"there are: {', '.join(known)}."
            problems.append(f"{_at(key)}{of} has no “{shorten(name, 40)}”; {guess}")
        elif name in entries:
            problems.append(f"{_at(key)}“{name}” stands here twice; keep one.")
        else:
            entries[name] = value
    return entries


def _words(entries: Mapping[str, Node], key: str, problems: list[str]) -> str | None:
    node = entries.get(key)
    if node is None or node.tag == _NULL:
        return None
    if not isinstance(node, ScalarNode) or node.tag != "tag:yaml.org,2002:str":
        problems.append(f"{_at(node)}“{key}” is {_what(node)}; write plain words.")
        return None
    return str(node.value)


def _at(node: Node) -> str:
    return f"Line {node.start_mark.line + 1}: "


def _what(node: Node | None) -> str:
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node, MappingNode):
        return "a group of keys"
    if node is None or node.tag == _NULL:
        return "empty"
    return "a single text" if node.tag.endswith(":str") else f"marked as {node.tag!r}"
