"""The command `parcours`: a group whose commands each call one package of the course.

parcours build --check
"""

from pathlib import Path

import click


class Failure(click.ClickException):
    """Ends a command with exit code 1; each line of the message is a sentence of its own."""

    def show(self, file=None) -> None:
        click.echo(self.format_message(), err=True, file=file)


def find_root(start: Path) -> Path:
    """The project's root: the nearest folder from `start` upward with chapters of the course.

    Raises Failure when there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file() and (folder / "chapters").is_dir():
            return folder
    raise Failure(
        f"{start} is not inside the course: go to the folder with pyproject.toml and chapters/, "
        "or name it with --root."
    )


root_option = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    callback=lambda _context, _option, root: find_root(root or Path.cwd()),
    help="The course's folder; without it, the nearest one from here upward.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="parcours")
def main() -> None:
    """A notebook course on concurrent Python, with a judge."""


@main.command()
@click.argument("chapters", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; tell which files have drifted.")
@root_option
def build(chapters: tuple[str, ...], check: bool, root: Path) -> None:
    """Derive source/, release/ and notebooks/ from chapters/.

    CHAPTERS are names or numbers (ch01_first_look, ch01); without any, all are built.
    """
    # nbgrader takes seconds to import, which other commands need not wait for
    from parcours.authoring import BuildError, find_drift
    from parcours.authoring import build as build_notebooks

    try:
        if check:
            drifts = find_drift(root, chapters)
            if drifts:
                advice = "Run `parcours build` and commit what it writes."
                raise Failure("\n".join([*map(str, drifts), advice]))
        else:
            built = build_notebooks(root, chapters)
            for path in built.written:
                click.echo(f"wrote {path}")
            for path in built.removed:
                click.echo(f"removed {path}")
            if built.written or built.removed:
                return
    except BuildError as error:
        raise Failure(str(error)) from None
    click.echo("Up to date")


@main.command()
def doctor() -> None:
    """Tell what the judge can do on this machine, and what to install for more."""
    from rich.console import Console
    from rich.table import Table

    from parcours.judge.doctor import examine

    findings = examine()
    table = Table(show_header=False, box=None, pad_edge=False)
    for finding in findings:
        mark = "[green]ok[/]" if finding.well else "[yellow]--[/]"
        table.add_row(mark, f"[bold]{finding.what}[/]", finding.found)
        if finding.advice:
            table.add_row("", "", f"[dim]{finding.advice}[/]")
    Console().print(table)
