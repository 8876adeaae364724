"""Reads HTML back as a browser would see it: what is markup, and what are words."""

from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


class Read(HTMLParser):
    """The tags, attributes and words of some HTML; raises AssertionError when tags do not match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        # A plain string: what comes out of Markup is Markup again, and escapes what is added.
        self.feed(str(html))
        self.close()
        assert not self._open, f"left open: {self._open}"
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), f"an id stands twice: {ids}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in <{tag}>"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self._open, f"<{tag}/> outside a picture"
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1] == tag, f"</{tag}> closes <{self._open[-1]}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("no template writes comments")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("no template writes declarations")

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of every such tag; `data_x` stands for `data-x`."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            found
            for name, found in self.tags
            if name == tag and all(found.get(key) == value for key, value in wanted.items())
        ]


def assert_only_ours(read: Read) -> None:
    """Nothing in it runs, loads from elsewhere, or carries a style of its own."""
    for tag, attributes in read.tags:
        assert tag not in {"script", "style", "iframe", "object", "embed", "base", "use"}
        for name, value in attributes.items():
            assert not name.startswith("on"), f"<{tag} {name}>"
            assert name != "style"
            if name in ("src", "href"):
                assert (value or "").startswith(("data:image/", "https://", "/", "#")), value
