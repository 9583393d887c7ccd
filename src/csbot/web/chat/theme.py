"""The brand's colour as a style sheet: whatever it is, words in it and on it can be read, in light and in dark."""

from __future__ import annotations

Rgb = tuple[float, float, float]

READABLE = 4.5
"""The contrast WCAG 2.2 AA asks of text."""

_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)
_LIGHT: tuple[Rgb, ...] = (_WHITE, (245, 246, 248), (236, 238, 242))
_DARK: tuple[Rgb, ...] = ((26, 32, 41), (18, 22, 29), (35, 43, 54))
"""The grounds of csbot.css the colour stands on: surface, paper, sunken."""


def style_sheet(color: str) -> str:
    """The tokens of csbot.css that follow from the colour ("#0b665b"); "" keeps csbot's own."""
    if not color:
        return "/* csbot's own colours */\n"
    brand = rgb(color)
    return (
        f":root {{ {_tokens(brand, _LIGHT, towards=_BLACK)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_tokens(brand, _DARK, towards=_WHITE)} }} }}\n"
    )


def _tokens(brand: Rgb, grounds: tuple[Rgb, ...], *, towards: Rgb) -> str:
    soft = mixed(brand, grounds[0], 0.86)
    accent = brand
    for step in range(101):
        accent = mixed(brand, towards, step / 100)
        if all(contrast(accent, ground) >= READABLE for ground in (*grounds, soft)):
            break
    on = max((_WHITE, (16, 21, 28)), key=lambda ink: contrast(ink, accent))
    return f"--accent: {_hex(accent)}; --on-accent: {_hex(on)}; --accent-soft: {_hex(soft)};"


def rgb(color: str) -> Rgb:
    """ "#0b665b" as numbers."""
    return float(int(color[1:3], 16)), float(int(color[3:5], 16)), float(int(color[5:7], 16))


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    """One colour with this share of the other."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return float(round(red)), float(round(green)), float(round(blue))


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for value in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(color: Rgb) -> str:
    return "#" + "".join(f"{int(value):02x}" for value in color)
