"""The look of every timeline: one style sheet that travels inside each SVG.

The colours keep apart for colour-blind readers too (they differ in lightness as well as in hue,
and pale kinds are drawn thin). In JupyterLab the theme decides between light and dark, elsewhere
the reader's system does.

    >>> "{" in STYLE
    True
"""

_LIGHT = {
    "ink": "#1f2733",
    "mute": "#5b6675",
    "page": "#ffffff",
    "cpu": "#1567c2",
    "io": "#f2ab27",
    "lock": "#b8321c",
    "gil": "#a58bd6",
    "ready": "#9fb4c9",
    "on-cpu": "#ffffff",
    "on-io": "#2b1d00",
    "now": "#b8321c",
}

_DARK = {
    "ink": "#e8ecf2",
    "mute": "#a3adba",
    "page": "#15191f",
    "cpu": "#58a6f5",
    "io": "#f0bc57",
    "lock": "#f2735c",
    "gil": "#8468bd",
    "ready": "#566b82",
    "on-cpu": "#06182b",
    "on-io": "#2b1d00",
    "now": "#f2735c",
}

# JupyterLab's own colours, where they exist, so that the picture sits in the page without a seam.
_THEMED = {
    "ink": "--jp-ui-font-color1",
    "mute": "--jp-ui-font-color2",
    "page": "--jp-layout-color0",
}


def _palette(colours: dict[str, str], themed: bool) -> str:
    return ";".join(
        f"--pt-{name}:var({_THEMED[name]},{colour})"
        if themed and name in _THEMED
        else f"--pt-{name}:{colour}"
        for name, colour in colours.items()
    )


_RULES = {
    "text": "fill:var(--pt-ink);font-size:12.5px",
    ".t": "font-size:15px;font-weight:600",
    ".n": "fill:var(--pt-mute);font-weight:400;font-size:12.5px",
    ".h": "font-weight:600;font-size:13px",
    ".w": "text-anchor:end",
    ".small": "font-size:9.5px",
    ".x": "fill:var(--pt-mute);text-anchor:middle;font-size:11.5px",
    ".y": "fill:var(--pt-mute);text-anchor:end;font-size:11.5px",
    ".k": "fill:var(--pt-mute);font-size:12px",
    ".l": "text-anchor:middle;font-size:11.5px;font-weight:600;pointer-events:none",
    ".on-cpu": "fill:var(--pt-on-cpu)",
    ".on-io": "fill:var(--pt-on-io)",
    ".page": "fill:var(--pt-page)",
    ".lane": "fill:var(--pt-ink);fill-opacity:.06",
    ".grid": "fill:none;stroke:var(--pt-ink);stroke-opacity:.13;stroke-width:1",
    ".now": "fill:none;stroke:var(--pt-now);stroke-width:1.5",
    **{f".{kind}": f"fill:var(--pt-{kind})" for kind in ("cpu", "io", "lock", "gil", "ready")},
}


def sheet(root: str, rules: dict[str, str], light: dict[str, str], dark: dict[str, str]) -> str:
    """A style sheet for the SVG elements of class `root`: rules, and colours for each theme."""
    return (
        f".{root}{{{_palette(light, False)};"
        "font-family:var(--jp-ui-font-family,system-ui,-apple-system,'Segoe UI',sans-serif)}"
        f"@media (prefers-color-scheme:dark){{.{root}{{{_palette(dark, False)}}}}}"
        f'[data-jp-theme-light="true"] .{root}{{{_palette(light, True)}}}'
        f'[data-jp-theme-light="false"] .{root}{{{_palette(dark, True)}}}'
        + "".join(f".{root} {what}{{{how}}}" for what, how in rules.items())
    )


STYLE = sheet("parcours-timeline", _RULES, _LIGHT, _DARK)
"""The text of a `<style>` element. The same in every picture, so pictures cannot disturb others."""

_SERIES = ("serial", "threads", "processes", "asyncio", "interpreters")
_SERIES_LIGHT = ("#5b6675", "#1567c2", "#0b8a6a", "#c2417c", "#96690a")
_SERIES_DARK = ("#a3adba", "#58a6f5", "#35c29a", "#f07fb0", "#e0b04a")

CHART_STYLE = sheet(
    "parcours-chart",
    {
        **_RULES,
        ".ideal": "fill:none;stroke:var(--pt-mute);stroke-width:1.2;stroke-dasharray:4 4",
        ".line": "fill:none;stroke-width:2",
        **{f".m-{name}": f"fill:var(--pt-{name})" for name in _SERIES},
        **{f".line.m-{name}": f"fill:none;stroke:var(--pt-{name})" for name in _SERIES},
        ".mean": "stroke:var(--pt-page);stroke-width:1.2",
        ".one": "opacity:.4",
    },
    {**_LIGHT, **dict(zip(_SERIES, _SERIES_LIGHT, strict=True))},
    {**_DARK, **dict(zip(_SERIES, _SERIES_DARK, strict=True))},
)
"""The same for the chart of The Bench, with a colour for each executor."""

_CURVES_LIGHT = ("#1567c2", "#c2417c", "#0b8a6a", "#96690a", "#5b6675")
_CURVES_DARK = ("#58a6f5", "#f07fb0", "#35c29a", "#e0b04a", "#a3adba")

CURVE_STYLE = sheet(
    "parcours-curves",
    {
        **_RULES,
        ".level": "fill:none;stroke:var(--pt-ink);stroke-width:1.2;stroke-dasharray:5 4",
        ".line": "fill:none;stroke-width:2.2;stroke-linejoin:round",
        **{f".s-{n}": f"fill:var(--pt-s-{n})" for n in range(5)},
        **{f".line.s-{n}": f"fill:none;stroke:var(--pt-s-{n})" for n in range(5)},
        ".line.faint": "fill:none;stroke:var(--pt-mute);stroke-opacity:.35;stroke-width:1.4",
        ".mean": "stroke:var(--pt-page);stroke-width:1.2",
    },
    {**_LIGHT, **{f"s-{n}": colour for n, colour in enumerate(_CURVES_LIGHT)}},
    {**_DARK, **{f"s-{n}": colour for n, colour in enumerate(_CURVES_DARK)}},
)
"""The same for curves of any name: a colour and a mark for each place in the legend."""
