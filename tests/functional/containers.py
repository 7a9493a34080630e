"""What compose/ says, read: the services with their variables, and the stages of the Containerfile.

Needs PyYAML; `missing` is the reason why nothing can be read, else None.
"""
import pathlib
import re
import shlex
from dataclasses import dataclass, field

try:
    import yaml
    missing = None
except ImportError:
    missing = "there is no PyYAML (Debian: python3-yaml)"

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COMPOSE = ROOT / "compose"


def compose():
    return yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))


def services(document, profile):
    return {name: s for name, s in document["services"].items() if profile in s["profiles"]}


def default_profile():
    return dict(line.split("=", 1) for line in (COMPOSE / ".env").read_text().splitlines() if line and line[0] != "#")["COMPOSE_PROFILES"]


@dataclass
class Stage:
    base: str
    name: str
    steps: list = field(default_factory=list)  # (INSTRUCTION, its text)

    def all(self, instruction):
        return [text for step, text in self.steps if step == instruction]

    def copies(self):
        """(stage it copies from or None, [sources], target)"""
        for text in self.all("COPY"):
            words = shlex.split(text)
            origin = words.pop(0).split("=", 1)[1] if words[0].startswith("--from=") else None
            yield origin, words[:-1], words[-1]

    def packages(self):
        """What it installs with apt-get."""
        found = re.search(r"apt-get install([^&]*)", " ".join(self.all("RUN")))
        return {word for word in found[1].split() if not word.startswith("--")} if found else set()


def stages():
    text = (COMPOSE / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        instruction, rest = line.split(None, 1)
        if instruction == "FROM":
            words = rest.split()
            found.append(Stage(words[0], words[2] if len(words) == 3 else ""))
        else:
            found[-1].steps.append((instruction, rest))
    return found


def ignored():
    return [line for line in (ROOT / ".containerignore").read_text().splitlines() if line and line[0] != "#"]
