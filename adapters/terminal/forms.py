"""A form, asked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text as Words

from adapters.terminal.fields import Filled, as_typed, initial, keys, read
from adapters.terminal.line import Line
from adapters.terminal.render import render_field, render_form
from adapters.terminal.screen import Screen
from bot.cards import AnyField, Form, TextField
from bot.events import Person
from bot.filled import WrongValue
from bot.replies import FormErrors
from bot.text import clean


@dataclass(frozen=True, kw_only=True)
class Forms:
    """Both methods raise KeyboardInterrupt and EOFError, as `Line` does."""

    line: Line
    screen: Screen
    person: Person

    async def fill_in(self, form: Form) -> dict[str, Filled]:
        """Every field's value."""
        keep = "Enter keeps what stands there. Ctrl-C cancels."
        await self.screen.show(render_form(form), Words(keep, style="dim"))
        return {field.name: await self._ask(field, initial(field)) for field in form.fields}

    async def correct(
        self, form: Form, filled: Mapping[str, Filled], errors: FormErrors
    ) -> dict[str, Filled]:
        """The values again, after asking for those that were wrong; where no field is named, any
        may be, and all are asked."""
        if errors.sentence:
            await self.screen.say(clean(errors.sentence))
        wrong = [field for field in form.fields if field.name in errors.errors]
        corrected = dict(filled)
        for field in wrong or form.fields:
            sentence = errors.errors.get(field.name, "")
            corrected[field.name] = await self._ask(field, filled[field.name], sentence)
        return corrected

    async def _ask(self, field: AnyField, value: Filled, sentence: str = "") -> Filled:
        typed = as_typed(field, value, self.person)
        shown = [render_field(field, keys(field))]
        lines, example = 1, ""
        if isinstance(field, TextField):
            lines, example = field.lines, clean(field.placeholder)
        while True:
            problem = [Words(clean(sentence), style="yellow")] if sentence else []
            await self.screen.show(*shown, *problem, then_ask=True)
            typed = await self.line.fill(before=typed, lines=lines, example=example)
            try:
                return read(field, typed, self.person)
            except WrongValue as wrong:
                sentence, shown = str(wrong), []
