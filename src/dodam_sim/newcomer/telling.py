"""The story as it is told while it happens: a line for each thing that was looked at."""

from rich.console import Console
from rich.markup import escape


class Story:
    """Counts what held and what did not; a line for each, with what was seen instead."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.held = 0
        self.differences = 0

    def chapter(self, title: str) -> None:
        self._console.print(f"\n[bold]{escape(title)}[/bold]")

    def same(self, what: str, expected: object, seen: object) -> None:
        """`seen` must be what was `expected`."""
        self.holds(what, expected == seen, f"expected {expected}, seen {seen}")

    def holds(self, what: str, is_so: bool, otherwise: object = "") -> None:  # noqa: FBT001 - read as a sentence
        """`otherwise` is what is told where it does not hold."""
        if is_so:
            self.held += 1
            self._console.print(f"  [green]✓[/green] {escape(what)}", highlight=False)
        else:
            self.differences += 1
            line = f"  [bold red]✗[/bold red] {escape(what)}: {escape(str(otherwise))}"
            self._console.print(line, highlight=False)

    def end(self) -> None:
        style = "bold green" if not self.differences else "bold red"
        self._console.print(f"\n[{style}]{self.held} held, {self.differences} did not[/{style}]")
