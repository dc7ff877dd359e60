"""Every command. Each has an example in its help and fails with one line, a hint and a non-zero exit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kinfold import __version__
from kinfold.cli.output import fail
from kinfold.errors import KinfoldError

# Commands import what they need when they run: `kinfold --help` should not load a GraphQL engine.

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kinfold: the child-and-household graph of a county, under policy. 留守儿童关爱保护数据平台",
)
database_commands = typer.Typer(no_args_is_help=True, help="The database's schema.")
region_commands = typer.Typer(no_args_is_help=True, help="Administrative divisions.")
demo_commands = typer.Typer(no_args_is_help=True, help="The synthetic demo county.")
schema_commands = typer.Typer(no_args_is_help=True, help="The GraphQL schema.")
policy_commands = typer.Typer(no_args_is_help=True, help="Policies: who may see and do what.")
plugin_commands = typer.Typer(no_args_is_help=True, help="Departments' plugins.")
for name, group in (
    ("db", database_commands),
    ("regions", region_commands),
    ("demo", demo_commands),
    ("schema", schema_commands),
    ("policy", policy_commands),
    ("plugin", plugin_commands),
):
    app.add_typer(group, name=name)

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Url = Annotated[str, typer.Option("--url", help="Address of a running server.")]
Persona = Annotated[str, typer.Option("--as", help="A persona of the demo county, e.g. school.")]


@app.command()
def serve() -> None:
    """Start everything and serve until Ctrl-C.

    Example: PORT=8001 kinfold serve
    """
    from kinfold.cli.serve import serve as run
    from kinfold.settings import load_settings

    run(load_settings())


@database_commands.command("upgrade")
def db_upgrade(as_json: AsJson = False) -> None:
    """Bring core and every plugin to their newest schema.

    Example: KINFOLD_DATABASE_URL=postgresql://… kinfold db upgrade
    """
    from kinfold.cli import operate

    operate.upgrade_database(as_json)


@database_commands.command("status")
def db_status(as_json: AsJson = False) -> None:
    """Say which migrations the database has and lacks; changes nothing.

    Example: kinfold db status --json
    """
    from kinfold.cli import operate

    operate.show_database_status(as_json)


@region_commands.command("import")
def regions_import(
    file: Annotated[Path, typer.Argument(help="CSV with code,name,parent_code,level.")],
    retire_missing: Annotated[
        bool, typer.Option(help="End divisions that the list no longer has, within its scope.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load administrative divisions: all lines or, if one is wrong, none.

    Example: kinfold regions import national-2023.csv
    """
    from kinfold.cli import operate

    operate.import_regions_file(file, retire_missing, as_json)


@demo_commands.command("generate")
def demo_generate(
    persons: Annotated[int, typer.Option(min=1, help="How many invented persons.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 1,
    truth: Annotated[Path | None, typer.Option(help="Where to write what was planted (JSON lines).")] = None,
    as_json: AsJson = False,
) -> None:
    """Fill an empty database with a synthetic county.

    Example: kinfold demo generate --persons 100000 --seed 7
    """
    from kinfold.cli import operate

    operate.generate_county_data(persons, seed, truth, as_json)


@app.command()
def token(
    persona: Persona,
    purpose: Annotated[str | None, typer.Option(help="Bind the token to one purpose.")] = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Print a token of a persona; development only, from a running server.

    Example: curl -H "Authorization: Bearer $(kinfold token --as school)" …
    """
    from kinfold.cli import inspect

    inspect.print_token(persona, purpose, url, as_json)


@app.command()
def query(
    file: Annotated[Path, typer.Argument(help="A .graphql document, or - for standard input.")],
    persona: Persona,
    variables: Annotated[str, typer.Option(help="Variables as a JSON object.")] = "{}",
    purpose: Annotated[str | None, typer.Option(help="The purpose; default: the persona's own.")] = None,
    key: Annotated[
        str | None,
        typer.Option(help="Idempotency-Key of a mutation; default: a fresh one, shown on standard error."),
    ] = None,
    url: Url = "",
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Do not answer: say what would be done for that persona. Development only."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sign in as a persona, send a document, print the JSON response.

    Example: kinfold query --as school roster.graphql
    """
    if explain:
        from kinfold.cli.explain import explain_query

        explain_query(file, persona, variables, purpose, url, as_json)
        return
    from kinfold.cli import inspect

    inspect.send_query(file, persona, variables, purpose, key, url)


@schema_commands.command("print")
def schema_print(
    persona: Annotated[
        str | None, typer.Option("--as", help="Only what this persona's department may ever see.")
    ] = None,
) -> None:
    """Print the GraphQL schema.

    Example: kinfold schema print --as school > school.graphql
    """
    from kinfold.cli import inspect

    inspect.print_sdl(persona)


@policy_commands.command("check")
def policy_check(as_json: AsJson = False) -> None:
    """Check every rule file; names file, line and column of each error.

    Example: kinfold policy check
    """
    from kinfold.cli import inspect

    inspect.check_policy(as_json)


@policy_commands.command("test")
def policy_test(as_json: AsJson = False) -> None:
    """Run the tests that stand beside the rules through the closure and Casbin.

    Example: kinfold policy test --json
    """
    from kinfold.cli import inspect

    inspect.test_policy(as_json)


@plugin_commands.command("list")
def plugin_list(as_json: AsJson = False) -> None:
    """List the installed plugins with what they bring.

    Example: kinfold plugin list
    """
    from kinfold.cli import inspect

    inspect.list_plugins(as_json)


@app.command()
def settings(as_json: AsJson = False) -> None:
    """Explain every setting: variable, default, meaning.

    Example: kinfold settings
    """
    from kinfold.cli import inspect

    inspect.show_settings(as_json)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check this installation: plugins, policies, database, frontends, sign-in.

    Example: kinfold doctor
    """
    from kinfold.cli import operate

    operate.examine(as_json)


@app.command()
def version() -> None:
    """Print the version.

    Example: kinfold version
    """
    sys.stdout.write(f"{__version__}\n")


def main() -> None:
    """Entry point: a refusal is one line with a hint, never a stack trace."""
    try:
        app()
    except KinfoldError as refusal:
        fail(refusal, "--json" in sys.argv)
