"""Plugins are found by their entry points; a broken one is listed with its error and harms nobody."""

import pytest

from mixopt import PluginError, discover


def provider(registry, distribution):
    return next(p for p in registry.providers if p.distribution == distribution)


def test_the_core_registers_itself_through_the_public_hooks():
    core = provider(discover(), "mixopt")
    names = {(type(entry).__name__, entry.name) for entry in core.entries}
    assert ("TermEntry", "response") in names
    assert ("RuleEntry", "keep") in names
    assert ("CurveEntry", "hill") in names
    assert core.error == ""


def test_an_installed_plugin_is_found_with_its_version(install, plugin_code):
    install("mixopt-nothing", plugin_code("nothing"), version="2.5")
    found = provider(discover(), "mixopt-nothing")
    assert (found.version, [entry.name for entry in found.entries]) == ("2.5", ["nothing"])
    assert discover().find("term", "nothing").summary == "A term."


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("1/0", "ZeroDivisionError: division by zero"),
        ("def broken(:", "SyntaxError: invalid syntax (broken_plugin.py, line 1)"),
        (
            "from mixopt import hookimpl\n@hookimpl\ndef mixopt_terms():\n    yield 5",
            "TypeError: mixopt_terms yields int, not an entry",
        ),
    ],
)
def test_a_broken_plugin_is_listed_and_the_rest_stands(install, plugin_code, code, error):
    install("broken-plugin", code)
    install("mixopt-nothing", plugin_code("nothing"))
    registry = discover()
    assert provider(registry, "broken-plugin").error == error
    assert registry.find("term", "nothing").name == "nothing"


def test_asking_for_a_missing_kind_names_the_broken_plugin(install):
    install("broken-plugin", "1/0")
    with pytest.raises(
        PluginError, match="not loaded: broken-plugin 1.0 \\(ZeroDivisionError: division by zero\\)"
    ):
        discover().find("term", "halo")


def test_an_unknown_hook_is_an_error_of_the_plugin(install):
    install("broken-plugin", "from mixopt import hookimpl\n@hookimpl\ndef mixopt_term():\n    yield 5")
    assert "mixopt_term" in provider(discover(), "broken-plugin").error


def test_two_plugins_with_one_name_are_an_error_naming_both(install, plugin_code):
    install("first-plugin", plugin_code("same"))
    install("second-plugin", plugin_code("same"))
    with pytest.raises(PluginError) as caught:
        discover().find("term", "same")
    assert str(caught.value) == (
        "term 'same': registered by both first-plugin 1.0 and second-plugin 1.0; "
        "try: uninstall one of them, or allow only one under `plugins:`"
    )
    assert discover().allow(["second_plugin"]).find("term", "same").name == "same"


def test_order_of_installation_does_not_matter(install, plugin_code):
    install("b-plugin", plugin_code("beta"))
    install("a-plugin", plugin_code("alpha"))
    names = [p.distribution for p in discover().providers]
    assert names == sorted(names)
