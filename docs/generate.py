"""Pages that are written by the code they describe: kinds with their settings, commands with their help.

Also brings the plugins' own pages, and what else lies outside this folder, to where Sphinx reads.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mixopt
from mixopt.config import json_schema
from mixopt.testing import CHECKS

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = {
    "term": (
        "Objective terms",
        "Under `objective:` of a plan. Each is worth an amount of currency; more is better.",
    ),
    "rule": ("Rules", "Under `constraints:`, of the config for every plan, or of one plan."),
    "curve": ("Curves", "In the column `curve` of the cells table; parameters are columns of the same name."),
    "measure": (
        "Measures",
        "Rows of the contrast; those that do not stand there by themselves go under `measures:`.",
    ),
    "report": (
        "Reports",
        "Files in the run's folder; a config lists them under `reports:`, or takes the defaults.",
    ),
    "importer": (
        "Importers",
        "`mixopt import NAME FILE --out DIR` makes a config folder; settings as `--option`.",
    ),
    "executor": (
        "Executors",
        "Where the tasks of a sweep run: `--executor NAME` or `--executor NAME:VALUE`.",
    ),
    "command": ("Commands of plugins", "`mixopt NAME --help` says more."),
}
ORIGINS = {"mixopt": "core"}
LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}


def write(folder: Path) -> None:
    """Write every generated page, leaving those alone whose text has not changed."""
    pages = {"kinds.md": kinds(), "commands.md": commands(), "examples.md": examples()}
    pages |= {f"plugins/{path.parent.parent.name}-{path.name}": moved(path) for path in plugin_pages()}
    pages["plugins/index.md"] = plugin_index()
    pages["config-keys.inc"] = config_keys()
    pages["checks.md"] = checks()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for stale in set(folder.rglob("*.md")) - {folder / name for name in pages}:
        stale.unlink()


def kinds() -> str:
    """Return the reference of everything registered: summary, settings, example."""
    registry = mixopt.discover()
    lines = [
        "# Kinds: terms, rules, curves, measures, reports and more",
        "",
        "Generated from what is installed here.",
    ]
    for section, (title, preamble) in SECTIONS.items():
        lines += ["", f"## {title}", "", preamble]
        for name, entry in registry.entries(section).items():
            origin = registry.provider_of(section, name).distribution
            lines += [
                "",
                f"### {section} `{name}`",
                "",
                f"{entry.summary} *({ORIGINS.get(origin, origin)})*",
                "",
            ]
            lines += [*settings_table(entry.settings), *example(section, entry)]
    return "\n".join(lines) + "\n"


def checks() -> str:
    """Return the page of the conformance kit's checks: what each holds a plugin to, and since when."""
    lines = [
        "# The promises that the kit checks",
        "",
        "Each example of each entry is held to the promises of its kind, by `mixopt.testing.check_plugin(plugin)`,",
        "or as one test each by `parametrize_checks(plugin)`. A name never changes its meaning; `since` is the version",
        "it came with.",
        "",
        "| check | of | since | promise |",
        "|---|---|---|---|",
    ]
    for check in CHECKS:
        of = "every entry" if set(check.sections) == set(SECTIONS) else ", ".join(check.sections)
        said = (check.test.__doc__ or "").replace("``", "`")
        lines.append(f"| `{check.name}` | {of} | {check.since} | {cell(said)} |")
    return "\n".join([*lines, ""])


def config_keys() -> str:
    """Return the table of a config's own keys, from its JSON Schema."""
    schema = json_schema(mixopt.discover())
    lines = ["| key | what | allowed | left out |", "|---|---|---|---|"]
    for path, form, needed in keys_of(schema, schema["$defs"]):
        if "description" not in form:
            continue  # a form whose keys follow
        default = form.get("default")
        left_out = (
            "an error" if needed else "—" if default is None else f"`{json.dumps(default).strip(chr(34))}`"
        )
        lines.append(
            f"| `{path}` | {cell(form.get('description', ''))} | {cell(allowed(form))} | {left_out} |"
        )
    return "\n".join(lines) + "\n"


def keys_of(
    form: dict[str, Any], forms: dict[str, Any], path: str = ""
) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Yield the keys of a form with their own forms, and whether they are needed; those of inner forms follow."""
    for name, inner in form.get("properties", {}).items():
        yield path + name, inner, name in form.get("required", ())
        for part in (inner, *inner.get("anyOf", ()), inner.get("additionalProperties")):
            found = str(part.get("$ref", "")).rpartition("/")[2] if isinstance(part, dict) else ""
            if found.endswith("Form"):
                each = "" if part is not inner.get("additionalProperties") else "NAME."
                yield from keys_of(forms[found], forms, f"{path}{name}.{each}")


def allowed(form: dict[str, Any]) -> str:
    """Return which values a form allows, in words: choices, limits."""
    for part in (form, *form.get("anyOf", ())):
        if "const" in part:
            return f"`{part['const']}`"
        if "enum" in part:
            return ", ".join(f"`{choice}`" for choice in part["enum"])
        limits = [f"{word} {part[key]:g}" for key, word in LIMITS.items() if key in part]
        if limits:
            return " and ".join(limits)
    return ""


def settings_table(settings: type[mixopt.Settings]) -> Iterator[str]:
    """Yield the rows that describe a kind's settings."""
    if not settings.model_fields:
        return
    yield from ("| setting | what | default |", "|---|---|---|")
    for name, info in settings.model_fields.items():
        default = "required" if info.is_required() else f"`{json.dumps(info.get_default(), default=str)}`"
        default = {"`null`": "—", "`[]`": "—"}.get(default, default)
        yield f"| `{name}` | {cell(info.description or '')} | {default} |"
    yield ""


def example(section: str, entry: Any) -> Iterator[str]:
    """Yield a kind's first example, as a config writes it."""
    if section in {"curve", "importer", "executor", "command"}:
        return
    given = entry.examples[0].model_dump(mode="json", exclude_unset=True)
    pairs = {"kind": entry.name} | {key: plain(key, value) for key, value in given.items()}
    yield from ("```yaml", "- " + flow(pairs), "```")


def plain(key: str, value: Any) -> Any:
    """Return a setting's value as a person would write it: selections as mappings again."""
    if key in {"where", "of"} and isinstance(value, list):
        return {name: list(names) if len(names) > 1 else names[0] for name, names in value}
    if isinstance(value, list) and value and all(isinstance(one, list) and len(one) == 2 for one in value):
        return dict(value)
    return value


def flow(value: Any) -> str:
    """Return a value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w-]*", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def cell(text: str) -> str:
    """Return text that a Markdown table can hold."""
    return " ".join(text.replace("|", r"\|").split())


def commands() -> str:
    """Return the reference of the command line: each command's own help."""
    top = help_of()
    names = re.findall(r"^│?\s{1,3}([a-z][a-z-]+)\s{2,}\S", top.partition("Commands")[2], re.MULTILINE)
    lines = [
        "# Commands",
        "",
        "Generated from the commands' own help. `python -m mixopt` is the same command.",
        "",
    ]
    lines += ["| exit code | meaning |", "|---|---|"]
    lines += ["| 0 | done |", "| 2 | the input or the call is wrong |", "| 3 | no plan satisfies the rules |"]
    lines += ["| 4 | stopped by a limit before any plan was found |", "| 1 | a defect of mixopt's own |"]
    lines += [
        "",
        "stdout is for results (`--json`: one document, nothing else); progress and logs go to stderr.",
        "",
    ]
    for title, text in [("mixopt", top), *((f"mixopt {name}", help_of(name)) for name in names)]:
        lines += [f"## {title}", "", "```text", text.strip("\n"), "```", ""]
    return "\n".join(lines)


def help_of(*command: str) -> str:
    """Return the help of a command, plain and 100 columns wide."""
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "TERMINAL_WIDTH": "100"}
    words = [sys.executable, "-m", "mixopt", *command, "--help"]
    told = subprocess.run(words, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    return "\n".join(line.rstrip() for line in told.stdout.splitlines())


def examples() -> str:
    """Return the READMEs of the examples on one page."""
    lines = [
        "# Examples",
        "",
        "Each is solved in the tests, and its result compared with the one on record.",
        "",
    ]
    for name in ("six-channels", "uk-media", "s-curves", "posterior-draws"):
        text = (ROOT / "configs" / name / "README.md").read_text(encoding="utf-8")
        lines += [re.sub(r"^#", "##", text, flags=re.MULTILINE), ""]
    return "\n".join(lines)


def plugin_pages() -> list[Path]:
    """Return the pages that plugins in this repository bring."""
    return sorted(ROOT.glob("plugins/*/docs/*.md"))


def plugin_index() -> str:
    """Return the page that lists the plugins' pages."""
    lines = [
        "# Plugins that come with mixopt",
        "",
        "Distributions of their own, registered like anybody's.",
        "",
    ]
    lines += ["```{toctree}", ":maxdepth: 1", ""]
    lines += [f"{path.parent.parent.name}-{path.stem}" for path in plugin_pages()]
    return "\n".join([*lines, "```", ""])


def moved(path: Path) -> str:
    """Return a plugin's page for its new place: links to files of the repository become plain text."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?://|#)[^)]*\)", r"\1", text)


if __name__ == "__main__":
    write(Path(__file__).resolve().parent / "_generated")
