"""Reads the examples of docs/reference/semantics.md: a heading, events in short, questions, and the answers they must get.

The page says how an example is written. Whatever this reader doesn't understand is a `Malformed`, never left out.
"""
import json
import re
from dataclasses import dataclass, field

HEADING = re.compile(r"^### (.+)$")
FENCE = "```tenure"
EVENT = re.compile(r"^(\d{4}-\d\d-\d\d\S*) ([a-z_]+\.[a-z_]+)((?: \S+)*)$")
ATTRIBUTES = {"id", "source", "supersedes", "tenuretopic"}
SOURCE = "app"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
TIMES = {"not_before", "expires_at", "as_of", "due_at"}
JSON_VALUES = {"partition", "offset", "count", "pending", "observed", "ends_all", "attributes", "permissions"}
NEEDS_REASON = {"event.retracted", "exception.granted", "dead_letter.resolved"}
NO_INTERVAL, OPEN = "never", "…"


class Malformed(Exception):
    """An example that can't be read."""


@dataclass
class Event:
    line: int
    text: dict                # the CloudEvent
    expected: str = ""        # `duplicate` or `refused CODE`; else it has to be taken


@dataclass
class Knowledge:
    line: int
    name: str


@dataclass
class Question:
    line: int
    words: list
    answers: list = field(default_factory=list)


@dataclass
class Answer:
    line: int
    head: str
    items: list               # [(key, value)], the value empty for a flag


@dataclass
class Example:
    title: str
    line: int
    steps: list = field(default_factory=list)
    correctors: list = field(default_factory=list)

    def name(self):
        """As ctest and unittest call it; CMakeLists.txt makes it in the same way."""
        return re.sub(r"[^a-z0-9]+", "_", self.title.lower()).strip("_")

    def questions(self):
        return [s for s in self.steps if isinstance(s, Question)]


def sections(text):
    """[(title, line of the heading, [(line number, line of the block)])] for each `###`; a block elsewhere is malformed."""
    found, fenced = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if fenced is not None:
            if line == "```":
                fenced = None
            else:
                fenced.append((number, line))
        elif line == FENCE:
            if not found or found[-1][2] is not None:
                raise Malformed(f"line {number}: an example without a ### heading of its own")
            fenced = []
            found[-1][2] = fenced
        elif HEADING.match(line):
            found.append([HEADING.match(line)[1], number, None])
    if fenced is not None:
        raise Malformed("the last example has no end")
    return found


def titles(text):
    return [(title, line) for title, line, _ in sections(text)]


def read(text, title):
    """The example under that heading."""
    for found, line, block in sections(text):
        if found == title:
            if block is None:
                raise Malformed(f"line {line}: {title}: a ### heading without an example")
            return read_block(title, line, block)
    raise Malformed(f"no heading says {title}")


def read_block(title, heading, block):
    example = Example(title, heading)
    targets = {}
    for number, line in joined(block):
        try:
            read_line(example, targets, number, line)
        except (ValueError, KeyError) as wrong:
            raise Malformed(f"line {number}: {line}: {wrong}") from wrong
    if not example.questions():
        raise Malformed(f"line {heading}: {title}: nothing is asked")
    for question in example.questions():
        if not question.answers:
            raise Malformed(f"line {question.line}: a question without an answer")
    for step in example.steps:
        if isinstance(step, Event):
            resolve(step, targets)
    return example


def joined(block):
    """A line that begins with blanks goes on from the one before."""
    lines = []
    for number, line in block:
        if line.startswith("  ") and lines:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {line.strip()}")
        else:
            lines.append((number, line.rstrip()))
    return lines


def read_line(example, targets, number, line):
    if line.startswith("? "):
        example.steps.append(Question(number, line[2:].split()))
    elif line.startswith("= "):
        read_answer(example, number, line[2:])
    elif line.startswith("known "):
        example.steps.append(Knowledge(number, line[len("known "):]))
    elif line.startswith("corrector ") and not example.steps:
        example.correctors.append(line[len("corrector "):])
    elif EVENT.match(line):
        read_event(example, targets, number, *EVENT.match(line).groups())
    else:
        raise ValueError("neither an event, nor a question, nor an answer")


def read_answer(example, number, text):
    last = example.steps[-1] if example.steps else None
    if isinstance(last, Event) and not last.expected and re.fullmatch(r"duplicate|refused \w+", text):
        last.expected = text
        return
    if not isinstance(last, Question):
        raise ValueError("an answer to no question")
    head, *items = [part.strip() for part in text.split(";")]
    last.answers.append(Answer(number, head, [tuple((item.split(" ", 1) + [""])[:2]) for item in items]))


# --- events

def read_event(example, targets, number, time, kind, words):
    data, attributes, permissions, names = {}, {}, [], {}
    for word in words.split():
        name, equals, value = word.partition("=")
        if not equals or not name or not value:
            raise ValueError(f"{word} is not NAME=VALUE")
        if name in ("allow", "deny"):
            permissions.append(permission(name, value))
        elif name in data or name in attributes or name in names:
            raise ValueError(f"{name} stands twice")
        elif name in ATTRIBUTES:
            attributes[name] = value
        elif name in ("identity", "member", "role") and "," in value:
            names[name] = value.split(",")
        else:
            data[name] = field_value(name, value)
    if permissions:
        data["permissions"] = permissions
    if kind in NEEDS_REASON:
        data.setdefault("reason", "an example")
    position = len(targets) + 1
    several = [dict(zip(names, values)) for values in zip(*names.values())] or [{}]
    for index, own in enumerate(several):
        text = {"specversion": "1.0", "id": str(position) if index == 0 else f"{position}.{index + 1}", "source": SOURCE,
                "type": f"tenure.{kind}.v1", "time": moment(time), **attributes, "data": {**data, **own}}
        targets.setdefault(f"#{position}", text)
        example.steps.append(Event(number, text))


def field_value(name, value):
    if value == "null" or name in JSON_VALUES or value.startswith("{"):
        return json.loads(value)
    return moment(value) if name in TIMES else value


def moment(text):
    return text + "T00:00:00Z" if DAY.fullmatch(text) else text


def permission(effect, text):
    """ACTIONS@RESOURCES;literal;if=CONDITION, a `!` before either list makes it the not_ list."""
    lists, *options = text.split(";")
    actions, at, resources = lists.partition("@")
    if not at:
        raise ValueError(f"{text} is not ACTIONS@RESOURCES")
    out = {"effect": effect}
    for name, value in (("actions", actions), ("resources", resources)):
        out[("not_" if value.startswith("!") else "") + name] = value.lstrip("!").split(",")
    for option in options:
        if option == "literal":
            out["covers"] = option
        elif option.startswith("if="):
            out["condition"] = option[len("if="):]
        else:
            raise ValueError(f"{option} is no option of a permission")
    return out


def resolve(event, targets):
    """`#3` names the third line of events; a retraction's key is that of its target."""
    text, data = event.text, event.text["data"]
    try:
        if "supersedes" in text:
            text["supersedes"] = json.dumps([name_of(targets[text["supersedes"]])])
        if text["type"] == "tenure.event.retracted.v1":
            target = targets[data["target"]] if isinstance(data["target"], str) else None
            data.setdefault("key", key_of(target, targets))
            data["target"] = name_of(target)
    except (KeyError, TypeError) as wrong:
        raise Malformed(f"line {event.line}: names no event of the example: {wrong}") from wrong


def name_of(text):
    return {"source": text["source"], "id": text["id"]}


def key_of(text, targets):
    data = text["data"]
    if "target" in data:
        target = data["target"]
        return key_of(targets[target] if isinstance(target, str) else
                      next(t for t in targets.values() if name_of(t) == target), targets)
    for name in ("identity", "principal", "member", "role", "subject", "review", "topic"):
        if name in data:
            return data[name]
    raise KeyError("a key")


# --- answers

def interval(text):
    begin, slash, end = text.partition("/")
    if not slash:
        raise Malformed(f"{text} is no interval")
    return {"from": None if begin == OPEN else moment(begin), "until": None if end == OPEN else moment(end)}


def intervals(text):
    return [] if text == NO_INTERVAL else [interval(part) for part in text.split()]
