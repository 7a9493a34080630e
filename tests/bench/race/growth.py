#!/usr/bin/env python3
"""How cost grows with the events: a plot from the results of several scales.

    growth.py FOLDER      reads FOLDER/results*.json, writes FOLDER/growth.svg

One panel a measure, both axes logarithmic; a scale that was not run has no point.
"""
import json
import math
import pathlib
import sys

MEASURES = ("ingest", "check", "what", "who", "existed", "known", "bytes_per_event", "rebuild")
PANEL_WIDTH, PANEL_HEIGHT, MARGIN, COLUMNS = 330, 210, 52, 2
EVENTS = (10_000, 10_000_000)
COLOURS = {"tenure": "#0b6e4f", "peer_value": "#a23b3b"}


def collected(folder):
    """{measure: {side: [(events, value)]}}; of two results of one scale the later counts."""
    points = {}
    for path in sorted(folder.glob("results*.json"), key=lambda path: path.stat().st_mtime):
        result = json.loads(path.read_text())
        for measure in result["measures"]:
            for side in COLOURS:
                if measure[side] is not None:
                    points.setdefault(measure["name"], {}).setdefault(side, {})[result["about"]["events"]] = measure[side]
    return points


def units(folder):
    return {measure["name"]: measure["unit"] for path in folder.glob("results*.json") for measure in json.loads(path.read_text())["measures"]}


def panel(name, unit, sides, left, top):
    values = [value for points in sides.values() for value in points.values()]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)
    high = max(high, low + 1)

    def x(events):
        share = math.log10(events / EVENTS[0]) / math.log10(EVENTS[1] / EVENTS[0])
        return left + MARGIN + share * (PANEL_WIDTH - MARGIN - 16)

    def y(value):
        return top + PANEL_HEIGHT - 34 - (math.log10(value) - low) / (high - low) * (PANEL_HEIGHT - 66)

    yield f'<text x="{left + MARGIN}" y="{top + 18}" font-weight="bold">{name}</text>'
    yield f'<text x="{left + PANEL_WIDTH - 16}" y="{top + 18}" text-anchor="end" fill="#666">{unit}</text>'
    for power in range(low, high + 1):
        yield line(x(EVENTS[0]), y(10**power), x(EVENTS[1]), y(10**power), "#ddd")
        yield f'<text x="{left + MARGIN - 6}" y="{y(10**power) + 4:.1f}" text-anchor="end">{10**power:g}</text>'
    for power in range(4, 8):
        yield f'<text x="{x(10**power):.1f}" y="{top + PANEL_HEIGHT - 16}" text-anchor="middle">1e{power}</text>'
    for side, points in sides.items():
        ordered = sorted(points.items())
        for (events, value), (later, later_value) in zip(ordered, ordered[1:]):
            yield line(x(events), y(value), x(later), y(later_value), COLOURS[side], 2)
        for events, value in ordered:
            yield f'<circle cx="{x(events):.1f}" cy="{y(value):.1f}" r="3.5" fill="{COLOURS[side]}"/>'


def line(x1, y1, x2, y2, colour, width=1):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def drawn(points, unit_of):
    shown = [name for name in MEASURES if name in points]
    height = PANEL_HEIGHT * math.ceil(len(shown) / COLUMNS) + 30
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{PANEL_WIDTH * COLUMNS}" height="{height}" '
           'font-family="sans-serif" font-size="11">')
    yield f'<rect width="100%" height="100%" fill="white"/><text x="{MARGIN}" y="20" fill="{COLOURS["tenure"]}">tenure</text>'
    yield f'<text x="{MARGIN + 60}" y="20" fill="{COLOURS["peer_value"]}">PostgreSQL, the better design</text>'
    yield f'<text x="{MARGIN + 240}" y="20" fill="#666">over the number of events</text>'
    for number, name in enumerate(shown):
        yield from panel(name, unit_of[name], points[name], number % COLUMNS * PANEL_WIDTH, number // COLUMNS * PANEL_HEIGHT + 26)
    yield "</svg>"


def main():
    folder = pathlib.Path(sys.argv[1])
    points = collected(folder)
    if points:
        (folder / "growth.svg").write_text("\n".join(drawn(points, units(folder))) + "\n")
        print(f"how cost grows: {folder / 'growth.svg'}")


if __name__ == "__main__":
    main()
