"""The commands of ``mixopt``, with their options; each is imported when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mixopt.cli.further import WithPlugins

app = typer.Typer(
    name="mixopt",
    cls=WithPlugins,
    epilog="Plugins may add commands; `mixopt plugins` lists them.",
    help="Marketing plans that are globally optimal with a proof, and the price of balance in money.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
plugins_app = typer.Typer(
    help="List the plugins: name, version, what they register, load errors.", rich_markup_mode=None
)
app.add_typer(plugins_app, name="plugins", invoke_without_command=True)

Config = Annotated[Path, typer.Argument(metavar="CONFIG", help="The config: a YAML or JSON file.")]
Plans = Annotated[
    list[str] | None,
    typer.Option(
        "--plan", metavar="NAME", help="Solve this plan only, and those it refers to; may be repeated."
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a value: budget.total=9e6; may be repeated."),
]
TimeLimit = Annotated[
    str | None,
    typer.Option("--time-limit", metavar="TIME", help="Stop each plan after this time: 60s, 2min."),
]
Gap = Annotated[
    str | None,
    typer.Option("--gap", metavar="SHARE", help="How far from the best a plan may be: 1e-4, 0.1%."),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where run folders are written.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"mixopt {version('mixopt')}")
        raise typer.Exit


@app.callback()
def mixopt(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback where something goes wrong.")
    ] = False,
) -> None:
    """Marketing plans that are globally optimal with a proof, and the price of balance in money."""


@app.command()
def check(
    config: Config,
    *,
    plan: Plans = None,
    set_: Sets = None,
    time_limit: TimeLimit = None,
    show: Annotated[
        bool,
        typer.Option("--show", help="Only show what the config resolves to, and where each value is from."),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Check a config and its tables, and say whether a plan exists."""
    from mixopt.cli.check import check as command
    from mixopt.cli.check import show_resolved

    if show:
        return show_resolved(config, wishes(set_, time_limit, None), as_json=json)
    return command(config, plan or [], wishes(set_, time_limit, None), as_json=json, quiet=quiet)


@app.command()
def run(
    config: Config,
    *,
    plan: Plans = None,
    out: Out = Path("runs"),
    set_: Sets = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Solve the plans of a config, show what balance costs and buys, and write the run's folder."""
    from mixopt.cli.run import run as command

    return command(config, plan or [], out, wishes(set_, time_limit, gap), as_json=json, quiet=quiet)


@app.command()
def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")], json: Json = False
) -> int:
    """Recompute feasibility, objective and bound of a run without the solver; fail if one number is off."""
    from mixopt.cli.verify import verify as command

    return command(run, as_json=json)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")],
    after: Annotated[Path, typer.Argument(metavar="RUN", help="Another run's folder.")],
    json: Json = False,
) -> int:
    """Say what changed from one run to another: inputs, plans, rules, results, and what is a tie."""
    from mixopt.cli.compare import compare as command

    return command(before, after, as_json=json)


@app.command()
def explain(
    what: Annotated[Path, typer.Argument(metavar="CONFIG_OR_RUN", help="A config, or a run's folder.")],
    set_: Sets = None,
) -> int:
    """Say in words what a config asks for, or which rules bind in a run and what they cost."""
    from mixopt.cli.explain import explain as command

    return command(what, set_ or [])


@app.command()
def frontier(
    config: Config,
    *,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option("--between", metavar="PLAN PLAN", help="Two plans; left out: the first and the last."),
    ] = None,
    between_terms: Annotated[
        tuple[str, str] | None,
        typer.Option("--between-terms", metavar="TERM TERM", help="Two terms instead: response resilience."),
    ] = None,
    points: Annotated[
        int, typer.Option("--points", metavar="N", help="How many points, the two ends included.")
    ] = 15,
    executor: Annotated[
        str,
        typer.Option(
            "--executor", metavar="NAME", help="Where points are solved: serial, processes, processes:4."
        ),
    ] = "processes",
    out: Out = Path("runs"),
    set_: Sets = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Find the plans between two plans, or two terms, of which none beats another by both: each with a proof."""
    from mixopt.cli.frontier import frontier as command

    return command(
        config,
        between,
        between_terms,
        wishes(set_, time_limit, gap),
        points=points,
        executor=executor,
        out=out,
        as_json=json,
        quiet=quiet,
    )


@app.command()
def demo(out: Out = Path("runs"), json: Json = False, quiet: Quiet = False) -> int:
    """Run the example that ships with mixopt: a UK advertiser of 12 million a year."""
    from mixopt.cli.demo import demo as command

    return command(out, as_json=json, quiet=quiet)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put the files.")] = Path(),
    example: Annotated[
        str, typer.Option("--example", metavar="NAME", help="Which example to start from.")
    ] = "six-channels",
) -> int:
    """Write a config and its tables to start from; nothing is ever overwritten."""
    from mixopt.cli.init import init as command

    return command(folder, example)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to a file.")] = None,
) -> int:
    """Write the JSON Schema of the config, with the installed plugins merged in."""
    from mixopt.cli.schema import schema as command

    return command(out)


@app.command("import")
def import_(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="What wrote the file: points, or what a plugin reads.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file.")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the new config goes.")],
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="A setting of the importer; may be repeated."),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option("--budget", metavar="MONEY", help="Money to allocate; left out: today's spend.", min=0),
    ] = None,
    currency: Annotated[str, typer.Option("--currency", metavar="CODE", help="Of all money: GBP.")] = "XXX",
    json: Json = False,
) -> int:
    """Make a config folder of what another tool wrote, and say how well its curves are met."""
    from mixopt.cli.import_tables import import_tables as command

    return command(kind, file, out, option or [], budget=budget, currency=currency, as_json=json)


@app.command("new-plugin")
def new_plugin(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What a config will write after `kind:`.")],
    *,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", metavar="KIND", help="term, rule, curve, measure, importer, report or command."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the distribution's folder goes.")
    ] = Path(),
) -> int:
    """Write a plugin to start from: a distribution with its tests, docs and continuous integration."""
    from mixopt.cli.new_plugin import new_plugin as command

    return command(name, kind, out)


@plugins_app.callback()
def plugins(
    context: typer.Context,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="End with exit code 2 where a plugin is broken or two clash.")
    ] = False,
    json: Json = False,
) -> int | None:
    """List the plugins: name, version, what they register, load errors."""
    if context.invoked_subcommand is not None:
        return None
    from mixopt.cli.plugins import list_plugins

    return list_plugins(check=check, as_json=json)


@plugins_app.command("show")
def plugins_show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What a config writes after `kind:` or `curve`.")
    ],
) -> int:
    """Show what a kind is for, its settings with their units and defaults, and an example."""
    from mixopt.cli.plugins import show_entry

    return show_entry(name)


def wishes(sets: list[str] | None, time_limit: str | None, gap: str | None) -> list[str]:
    """Return all overrides of a call.

    Parameters
    ----------
    sets : list of str or None
        ``key=value`` each.
    time_limit, gap : str or None
        As written; the config's own types read them.

    Returns
    -------
    list of str
    """
    own = {"solver.time_limit": time_limit, "solver.gap": gap}
    return [*(sets or []), *(f"{key}={value}" for key, value in own.items() if value is not None)]
