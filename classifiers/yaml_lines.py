"""YAML with line numbers: a refusal must name the line that a compliance officer has to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from domain.errors import PolicyError

Location = tuple[str | int, ...]


class YamlFile:
    """A parsed YAML file that remembers where each node stands.

    Attributes:
        path: the file.
        data: plain values.
        lines: line (from 1) of each node by its location inside ``data``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Location, int] = {}
        self.data: Any
        try:
            node, self.data = _parsed(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"读不到文件 {path}：{error}", "请检查路径、权限和 UTF-8 编码") from error
        except yaml.YAMLError as error:
            raise PolicyError(_syntax(path, error), "请改正该处的 YAML 写法") from error
        self._repeated: list[tuple[str, int]] = []
        if node is not None:
            self._walk(node, ())
        if not isinstance(self.data, dict):
            raise PolicyError(f"{path} 第 1 行：应为“键: 值”形式的映射", "请参照 policies/ 中的示例")
        if self._repeated:
            key, line = self._repeated[0]
            raise PolicyError(f"{path} 第 {line} 行：键 {key} 重复", "请删去其中一个")

    def _walk(self, node: yaml.Node, location: Location) -> None:
        self.lines[location] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    self._repeated.append((key.value, key.start_mark.line + 1))
                seen.add(key.value)
                self._walk(value, (*location, key.value))
                self.lines[(*location, key.value)] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._walk(value, (*location, index))

    def line(self, location: Location) -> int:
        """Return the line (from 1) of ``location`` or of its nearest known parent."""
        found: Location = ()
        for part in location:
            for candidate in ((*found, part), (*found, str(part))):
                if candidate in self.lines:
                    found = candidate
                    break
        return self.lines.get(found, 1)

    def validate(self, model: type[BaseModel]) -> Any:
        """Return ``data`` as ``model``.

        Raises:
            PolicyError: names file, line, key, what was found and what is allowed, for every fault.
        """
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            faults = [self._fault(dict(e), model) for e in error.errors()]
            raise PolicyError("；".join(faults), "请按提示修改后运行 juanzong policies check") from error

    def _fault(self, error: dict[str, Any], model: type[BaseModel]) -> str:
        location: Location = tuple(p for p in error["loc"] if p != "[key]")
        dotted = ".".join(str(p) for p in location) or "（整个文件）"
        return f"{self.path} 第 {self.line(location)} 行：{dotted} {_in_chinese(error, model, location)}"


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _syntax(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else "某处"
    return f"{path} {where}：YAML 语法错误（{getattr(error, 'problem', error)}）"


def _in_chinese(error: dict[str, Any], model: type[BaseModel], location: Location) -> str:
    kind, context, found = error["type"], error.get("ctx", {}), error.get("input")
    if kind in ("literal_error", "enum"):
        return f"的值 {found!r} 不在允许范围，允许：{context.get('expected')}"
    if kind == "extra_forbidden":
        allowed = _allowed_keys(model, location[:-1])
        return "不是可用的键" + (f"，允许：{'、'.join(allowed)}" if allowed else "")
    if kind == "missing":
        return "缺少必填内容"
    if kind == "value_error":
        return _RULES.get(str(context.get("error")), str(context.get("error")))
    return f"的值 {_short(found)} 不合要求：{error['msg']}"


_RULES = {
    "a parameter with state set needs a value": "状态为 set 的参数必须有值",
    **{
        f"a {state} parameter must not have a value without set_by and set_on": (
            f"状态为 {state} 的参数不得直接填值：须同时写明 set_by（设定人）和 set_on（设定日期），或改在采用文件中设定"
        )
        for state in ("lost", "blank", "silent")
    },
}


def _short(found: object) -> str:
    text = repr(found)
    return text if len(text) <= 60 else text[:57] + "…"


def _allowed_keys(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """Return the keys that the model at ``location`` knows, empty when the place is no model."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    place: dict[str, Any] = schema
    for part in location:
        place = _resolve(place, definitions)
        if isinstance(part, int):
            place = place.get("items", {})
        elif part in place.get("properties", {}):
            place = place["properties"][part]
        else:
            place = place.get("additionalProperties") or {}
        if not isinstance(place, dict):
            return ()
    return tuple(_resolve(place, definitions).get("properties", {}))


def _resolve(place: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in place:
        return _resolve(definitions[place["$ref"].rsplit("/", 1)[1]], definitions)
    for option in place.get("anyOf", ()):
        if option.get("type") != "null":
            return _resolve(option, definitions)
    return place
