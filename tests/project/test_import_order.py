"""The drawing of the house, held by reading every import: rooms import leftwards only, and there are no exceptions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORDER = (
    *("errors", "scope", "curves", "engine", "proof", "plugin", "config"),
    *("problem", "model", "plan", "report", "pipeline", "session", "sweep", "mixopt", "cli"),
)  # `mixopt` is the public face, mixopt/__init__.py: it offers what stands left of it
GUESTS = ("builtin", "testing")  # inside the package, but with no more rights than a plugin
PUBLIC = ("mixopt", "mixopt.curves", "mixopt.report", "mixopt.testing")
THIRD_PARTY = {  # what a room may import beyond the standard library; a room not named here may import anything
    "errors": set(),
    "curves": {"numpy", "scipy"},
    "engine": {"numpy", "scipy", "highspy"},
    "proof": {"numpy", "scipy"},
}
WATCHED = {
    "highspy",
    "numpy",
    "pandas",
    "pyomo",
    "scipy",
    "pyarrow",
    "pandera",
    "ruamel",
    "rich",
    "typer",
    "pydantic",
}


def sources(*folders: str) -> list[Path]:
    files = [path for folder in folders for path in ROOT.glob(folder)]
    return sorted(path for path in files if "tests" not in path.relative_to(ROOT).parts)


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield the dotted name, the line, and whether it is imported whenever the module is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for node in ast.walk(function)
    }
    inner |= {
        id(node)
        for condition in ast.walk(tree)
        if isinstance(condition, ast.If) and "TYPE_CHECKING" in ast.unparse(condition.test)
        for node in ast.walk(condition)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, id(node) not in inner) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            assert node.module
            submodules = {
                f"{node.module}.{alias.name}"
                for alias in node.names
                if is_module(f"{node.module}.{alias.name}")
            }
            names = submodules if len(submodules) == len(node.names) else {*submodules, node.module}
            yield from ((name, node.lineno, id(node) not in inner) for name in sorted(names))


def is_module(name: str) -> bool:
    """Tell whether `name` is a module of ours that its package does not offer under that name itself."""
    package, _, last = name.rpartition(".")
    path = ROOT.joinpath(*name.split("."))
    exists = path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
    return name.startswith("mixopt") and exists and last not in offered(package)


def offered(package: str) -> set[str]:
    """Return the names in a package's ``__all__``, as it is written."""
    init = ROOT.joinpath(*package.split("."), "__init__.py")
    body = ast.parse(init.read_text(encoding="utf-8")).body if init.is_file() else []
    lists = [
        node.value
        for node in body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
    ]
    return {str(name) for value in lists for name in ast.literal_eval(value)}


def room(path: Path) -> str:
    return path.relative_to(ROOT / "mixopt").parts[0].removesuffix(".py")


PACKAGE = [path for path in sources("mixopt/**/*.py") if room(path) not in {"__init__", "__main__"}]
IN_ORDER = [path for path in PACKAGE if room(path) not in GUESTS]
PLUGINS = [path for path in PACKAGE if room(path) in GUESTS] + sources("plugins/*/**/*.py")


def said(path: Path, line: int, name: str) -> str:
    return f"{path.relative_to(ROOT)}:{line} imports {name}"


def is_ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] == "mixopt"


def is_left_of(name: str, path: Path) -> bool:
    target = name.split(".")[1] if "." in name else name
    return target in ORDER and ORDER.index(target) <= ORDER.index(room(path))


def own_package(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[2].removesuffix(".py") if parts[0] == "plugins" else f"mixopt.{room(path)}"


def test_every_room_has_its_place() -> None:
    assert {room(path) for path in PACKAGE} == {*ORDER, *GUESTS} - {"mixopt"}


def test_rooms_import_leftwards_only() -> None:
    found = [(path, *one) for path in IN_ORDER for one in imports(path)]
    assert len(found) > 100
    assert not [
        said(path, line, name)
        for path, name, line, _ in found
        if is_ours(name) and not is_left_of(name, path)
    ]


def test_plugins_import_public_names_only() -> None:
    wrong = [
        said(path, line, name)
        for path in PLUGINS
        for name, line, _ in imports(path)
        if is_ours(name) and name not in PUBLIC and f"{name}.".find(f"{own_package(path)}.") != 0
    ]
    assert not wrong


def test_importing_a_plugin_does_not_load_pyomo() -> None:
    wrong = [
        said(path, line, name)
        for path in PLUGINS
        for name, line, at_import in imports(path)
        if at_import and name.split(".")[0] == "pyomo"
    ]
    assert not wrong, "import pyomo inside the function that builds the block"


def test_pyomo_stays_in_the_model() -> None:
    users = {room(path) for path in IN_ORDER for name, _, _ in imports(path) if name.split(".")[0] == "pyomo"}
    assert users == {"model"}


def test_highs_stays_in_its_adapter() -> None:
    everything = [*IN_ORDER, *PLUGINS]
    users = {path for path in everything for name, _, _ in imports(path) if name.split(".")[0] == "highspy"}
    assert users == {ROOT / "mixopt" / "engine" / "highs.py"}


def test_the_kernel_needs_little() -> None:
    wrong = [
        said(path, line, name)
        for path in IN_ORDER
        for name, line, _ in imports(path)
        if name.split(".")[0] in WATCHED - THIRD_PARTY.get(room(path), WATCHED)
    ]
    assert not wrong


def test_the_verifier_shares_no_code_with_the_engine() -> None:
    allowed = {
        "mixopt.engine",
        "mixopt.engine.program",
        "mixopt.engine.solution",
    }  # the records it reads, no algorithm
    shared = {name for path in IN_ORDER if room(path) == "proof" for name, _, _ in imports(path)}
    assert not {name for name in shared if name.startswith("mixopt.engine")} - allowed
