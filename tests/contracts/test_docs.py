"""Documentation that cannot rot: generated pages are current, every name of the code is explained, links lead
somewhere, and the repository's texts hold nothing that belongs to one machine or one real person.

In:  the checkout and the code. Out: a failure that names the page or the line.
"""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import typer
from graphql import parse, validate
from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.cli.main import app
from kinfold.errors import KinfoldError
from kinfold.graph.person.id_number import compute_check_digit
from kinfold.plugin_api.hookspecs import KinfoldSpec
from kinfold.policy.check import run_tests
from kinfold.policy.load import SHIPPED, load_policy
from kinfold.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import write_reference  # noqa: E402  (a script, not a package)

DOCS = ROOT / "docs"
GLOSSARY_TERMS = (
    "department", "principal", "purpose", "guardian", "delegation", "household", "registry entry", "sensitivity",
    "disclosure", "jurisdiction", "kind", "type", "bundle", "mask", "redaction", "persona",
)  # fmt: skip
# Check-digit-valid numbers that may stand here: examples published in the standard and about it, of nobody.
PUBLISHED_NUMBERS = {"11010519491231002X", "440524188001010014", "34052419800101001X", "513101198201130014"}
DEMO_DIVISION = "370999"
# Written in parts, so that this file does not hold what it looks for.
HOSTS = [
    "py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.org", "npm" + "js.com", "npm" + "mirror.com",
    "crates" + ".io", "proxy." + "golang.org",
]  # fmt: skip
FORBIDDEN = {
    "a registry's host": re.compile("|".join(map(re.escape, HOSTS)), re.IGNORECASE),
    "a path of one machine": re.compile(
        r"(?<![\w./~$}-])/(?:root|work)(?![\w-])|(?<![\w.])/home/\w+|/Users/\w+"
    ),
    "a machine that writes": re.compile(
        "chat" + "gpt|clau" + "de|anthro" + "pic|co" + r"pilot|open" + r"ai\b|(?-i:\bL" + r"LMs?\b)",
        re.IGNORECASE,
    ),
}


def tracked_files() -> list[Path]:
    """What git has or would take: new files are looked at before they are committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def tracked_texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((str(path.relative_to(ROOT)), data.decode("utf-8")))
    assert len(found) > 200
    return found


def markdown_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def read_reference(page: str) -> str:
    return (DOCS / "reference" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(write_reference.PAGES))
def test_generated_page_is_current(page: str) -> None:
    assert read_reference(page) == write_reference.render(page), "run scripts/write_reference.py"


def test_check_notices_a_stale_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = tmp_path / "docs" / "reference"
    monkeypatch.setattr(write_reference, "REFERENCE", reference)
    monkeypatch.setattr(write_reference, "list_hooks", lambda: [])  # hooks are the next test's
    assert write_reference.main([]) == 0
    assert write_reference.main(["--check"]) == 0
    (reference / "errors.md").write_text("old")
    assert write_reference.main(["--check"]) == 1
    assert (reference / "errors.md").read_text() == "old"


@pytest.mark.parametrize("hook", [name for name in vars(KinfoldSpec) if not name.startswith("_")])
def test_every_hook_is_documented_and_used(hook: str) -> None:
    assert f"\n## {hook}\n" in read_reference("hooks.md")
    users = {name: plugins for name, _, plugins in write_reference.list_hooks()}[hook]
    assert users, f"no plugin uses {hook}; a hook ships with a plugin that uses it"
    assert inspect.getdoc(getattr(KinfoldSpec, hook))


def test_every_setting_is_documented() -> None:
    page = read_reference("settings.md")
    for name, field in Settings.model_fields.items():
        assert f"`{field.validation_alias or f'KINFOLD_{name.upper()}'}`" in page
        assert field.description, name


def test_error_codes_are_unique_and_documented() -> None:
    errors = write_reference.collect_errors()
    assert [code for code, times in Counter(e.code for e in errors).items() if times > 1] == []
    page = read_reference("errors.md")
    for kind in errors:
        assert re.fullmatch(r"[KTIDQPSWX][0-9]{3}", kind.code), kind
        assert f"\n### {kind.code} " in page


@pytest.mark.parametrize("attribute", ["message", "message_zh", "hint"])
def test_every_error_speaks_for_itself(attribute: str) -> None:
    generic = getattr(KinfoldError, attribute)
    silent = [e.code for e in write_reference.collect_errors() if getattr(e, attribute) in ("", generic)]
    assert silent == []


def test_every_error_speaks_chinese() -> None:
    assert [e.code for e in write_reference.collect_errors() if not re.search("[一-鿿]", e.message_zh)] == []


def test_every_command_has_an_example() -> None:
    page = read_reference("cli.md")
    commands = list(write_reference.each_command(typer.main.get_command(app)))
    assert len(commands) > 10
    for name, command in commands:
        assert f"\n## {name}\n" in page
        what, _, example = (command.help or "").partition("Example:")
        assert what.strip(), name
        assert name.split()[-1] in example, f"{name} needs an example in its help"


def test_links_between_pages_resolve() -> None:
    broken = []
    for page in markdown_files():
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, anchor = target.partition("#")
            if "://" in target or path.startswith("mailto:"):
                continue
            file = (page.parent / path) if path else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def code_blocks(page: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def test_every_query_in_the_pages_fits_the_schema() -> None:
    assembly = assemble()
    schema = build_schema(assembly.catalog, assembly.mutations)
    queries = [(page, text) for page in markdown_files() for text in code_blocks(page, "graphql")]
    for page in markdown_files():
        queries += [
            (page, text) for text in re.findall(r"^echo '(\{.*?\})' \|", page.read_text(), re.MULTILINE)
        ]
    assert len(queries) > 6
    for page, text in queries:
        if page.name == "add-a-field.md":
            continue  # asks for the field that the page adds
        assert validate(schema, parse(text)) == [], page


def test_the_rule_of_the_how_to_page_works(tmp_path: Path) -> None:
    (text,) = code_blocks(DOCS / "how-to" / "write-a-rule.md", "yaml")
    directory = tmp_path / "policies"
    shutil.copytree(SHIPPED, directory)
    (directory / "public_security").mkdir(exist_ok=True)
    for old in directory.glob("public_security/*.yaml"):
        old.unlink()  # the page's example stands alone, whatever the police has by now
    (directory / "public_security" / "person.yaml").write_text(text, encoding="utf-8")
    assembly = assemble()
    files = [(plugin, file.path) for plugin, file in assembly.policies]
    policy = load_policy(directory, files, assembly.catalog)
    results = [
        r for r in run_tests(policy.bundle, policy.tests, policy.model) if "public_security" in r.place.path
    ]
    assert [r.expected for r in results] == [True, False, False]
    assert [r.complaint for r in results] == ["", "", ""]


def test_pages_that_the_code_names_exist() -> None:
    named = {
        (name, page)
        for name, text in tracked_texts()
        for page in re.findall(r"docs/[\w./-]+\.(?:md|png)", text)
    }
    assert len(named) > 5
    assert [pair for pair in sorted(named) if not (ROOT / pair[1]).exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or not page.exists():
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+\.md)", page.read_text(encoding="utf-8"))
        waiting += [page.parent / link for link in links if "://" not in link]
    assert sorted(str(p.relative_to(ROOT)) for p in DOCS.rglob("*.md") if p.resolve() not in seen) == []


def glossary_rows() -> dict[str, str]:
    """English term -> the rest of its row."""
    rows = {}
    for line in read_reference("glossary.md").splitlines():
        cells = [c.strip() for c in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 3:
            rows[cells[0].strip("`").lower()] = " ".join(cells[1:])
    return rows


@pytest.mark.parametrize("term", GLOSSARY_TERMS)
def test_glossary_explains_the_term_in_two_languages(term: str) -> None:
    row = glossary_rows().get(term)
    assert row, f"the glossary lacks {term}"
    assert re.search("[一-鿿]", row)


def test_glossary_names_every_type_and_enum() -> None:
    rows, catalog = glossary_rows(), assemble().catalog
    assert [name for name in (*catalog.types, *catalog.enums) if name.lower() not in rows] == []


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_texts_hold_nothing_of(what: str) -> None:
    found = []
    for name, text in tracked_texts():
        for number, line in enumerate(text.splitlines(), 1):
            if FORBIDDEN[what].search(line):
                found.append(f"{name}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + HOSTS[0] + "/simple",
        "in /" + "root/x",
        "cd /" + "work",
        "/" + "home/li",
        "an L" + "LM",
    ],
)
def test_the_search_finds_what_it_looks_for(text: str) -> None:
    assert any(pattern.search(text) for pattern in FORBIDDEN.values())


def list_valid_numbers(text: str) -> list[str]:
    """18-digit identity numbers with a right check digit (GB 11643-1999)."""
    found = re.findall(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])", text)
    return [n.upper() for n in found if compute_check_digit(n[:17]) == n[17].upper()]


def test_no_real_identity_number() -> None:
    assert list_valid_numbers("11010519491231002x, 110105194912310021") == ["11010519491231002X"]
    found = [
        f"{name}: {number}"
        for name, text in tracked_texts()
        for number in list_valid_numbers(text)
        if not number.startswith(DEMO_DIVISION) and number not in PUBLISHED_NUMBERS
    ]
    assert found == []
