"""Formulas as MathML, written when the site is built: no script, nothing to load, the colour and size of the text."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError

UNKNOWN = {r"\dots": r"\ldots"}  # what docutils calls otherwise


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer, for Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mathml(tex: str, *, block: bool = False) -> str:
    """Return a formula's markup; one that cannot be written is an error that names it."""
    for ours, theirs in UNKNOWN.items():
        tex = tex.replace(ours, theirs)
    try:
        return str(tex2mathml(tex.strip(), as_block=block))
    except MathError as reason:
        raise ExtensionError(f"the formula {tex!r} cannot be written: {reason}") from reason


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block(writer: Any, node: Any) -> None:
    writer.body.append(f'<div class="formula">{mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode
