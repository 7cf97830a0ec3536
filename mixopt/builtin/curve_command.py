"""``mixopt curve``: what a response curve gives at some spends."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

SPENDS = 11


def curve(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What the cells table writes under `curve`.")],
    parameters: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE", help="Its parameters: scale=1000 slope=2.")
    ] = None,
    spend: Annotated[
        list[float] | None,
        typer.Option("--spend", metavar="MONEY", help="A spend to show; may be repeated.", min=0.0),
    ] = None,
    up_to: Annotated[
        float, typer.Option("--up-to", metavar="MONEY", help="Largest spend of the table.", min=0.0)
    ] = 100_000.0,
) -> int:
    """Show what a response curve gives: response, average and marginal response per unit of currency."""
    import numpy as np  # noqa: PLC0415 - only this command needs it

    family = _built(kind, parameters or [])
    spends = np.array(spend or np.linspace(0.0, up_to, SPENDS))
    lines = ["spend,response,average,marginal"]
    for x in spends:
        response, slope = float(family.value(np.array([x]))[0]), float(family.slope(np.array([x]))[0])
        average = f"{response / x:.6g}" if x > 0 else ""
        lines.append(f"{x:.10g},{response:.6g},{average},{slope:.6g}")
    inflection = float(family.inflection()[0])
    print("\n".join(lines))  # noqa: T201 - a command's result
    print(f"concave from a spend of {inflection:.6g}", file=sys.stderr)  # noqa: T201
    return 0


def _built(kind: str, parameters: list[str]) -> Any:
    import numpy as np  # noqa: PLC0415

    from mixopt import ConfigError, Fault, discover  # noqa: PLC0415 - heavy

    entry: Any = discover().find("curve", kind)
    if entry.table:
        problem = f"curves of the kind {kind} come from the table {entry.table}"
        raise ConfigError(Fault(where="", problem=problem, wanted="a curve with parameters"))
    given = dict(text.partition("=")[::2] for text in parameters)
    try:
        settings = entry.settings.model_validate(given)
    except ValueError as error:
        details: Any = error
        raise ConfigError(
            *(
                Fault(
                    where=f"{kind}: {'.'.join(map(str, one['loc']))}",
                    problem=str(one["msg"]),
                    wanted="NAME=VALUE",
                )
                for one in details.errors(include_url=False)
            )
        ) from None
    return entry.build({name: np.array([value]) for name, value in settings.model_dump().items()})
