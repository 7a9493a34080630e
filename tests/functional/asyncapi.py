"""schemas/asyncapi.yaml, read, with its references to the schemas beside it followed.

Needs PyYAML and jsonschema; `missing` is the reason why nothing can be read, else None.
"""
import json
import pathlib

try:
    import jsonschema
    import yaml
    missing = None
except ImportError as why:
    missing = f"{why} (Debian: python3-yaml, python3-jsonschema)"

SCHEMAS = pathlib.Path(__file__).resolve().parent.parent.parent / "schemas"


def document():
    return _followed(yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8")), None)


def _followed(node, root):
    """With every $ref replaced by what it names, and traits merged into the message that has them."""
    root = node if root is None else root
    if isinstance(node, list):
        return [_followed(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        file, _, pointer = node["$ref"].partition("#")
        target = root if not file else json.loads((SCHEMAS / file).read_text(encoding="utf-8"))
        for step in filter(None, pointer.split("/")):
            target = target[step]
        return _followed(target, target if file else root)
    merged = {key: _followed(value, root) for key, value in node.items() if key != "traits"}
    for trait in node.get("traits", []):
        for key, value in _followed(trait, root).items():
            merged.setdefault(key, value)
    return merged


def wrong(value, schema):
    """What is wrong with the value by a JSON Schema (draft-07), as sentences."""
    return [e.message for e in jsonschema.Draft7Validator(schema).iter_errors(value)]
