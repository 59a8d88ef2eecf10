"""Loading policy packs and adoptions, and putting the two together."""

from __future__ import annotations

from pathlib import Path

from classifiers.pack_checks import pack_problems, value_problems
from classifiers.pack_summary import summary as summary
from classifiers.yaml_lines import YamlFile
from domain.errors import PolicyError
from domain.policy import AdoptedPolicy, Adoption, PolicyPack


def load_pack(path: Path) -> PolicyPack:
    """Return the pack in ``path``.

    Raises:
        PolicyError: not valid; names file, line and allowed values.
    """
    return _pack(YamlFile(path))


def load_packs(folder: Path) -> dict[str, PolicyPack]:
    """Return all packs of ``folder`` by id; adoption files beside them are left out.

    Raises:
        PolicyError: one is not valid, or two have the same id.
    """
    packs: dict[str, PolicyPack] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = YamlFile(path)
        if "adopter" in file.data:
            continue
        pack = _pack(file)
        if pack.id in packs:
            line = file.line(("id",))
            raise PolicyError(f"{path} 第 {line} 行：标识 {pack.id} 已被另一规则包使用", "请改用不同的 id")
        packs[pack.id] = pack
    return packs


def load_adoption(path: Path) -> Adoption:
    """Return the adoption in ``path``.

    Raises:
        PolicyError: not valid; names file, line and allowed values.
    """
    adoption: Adoption = YamlFile(path).validate(Adoption)
    return adoption


def adopt(pack: PolicyPack, adoption: Adoption | None = None) -> AdoptedPolicy:
    """Return ``pack`` with its adoption.

    Args:
        pack: the regime.
        adoption: who works under it; ``None`` leaves every lost or blank parameter unset.

    Raises:
        PolicyError: the adoption sets a parameter that the pack does not have, or overrules the regulation.
    """
    entry = adoption.of(pack.id) if adoption else None
    for name in entry.parameters if entry else ():
        fault = _parameter_fault(pack, name)
        if fault:
            raise PolicyError(*fault)
    return AdoptedPolicy(pack=pack, adoption=adoption)


def _parameter_fault(pack: PolicyPack, name: str) -> tuple[str, str] | None:
    """Return fact and next step when the adoption must not set parameter ``name``, else ``None``."""
    if name not in pack.parameters:
        allowed = "、".join(pack.parameters) or "（无）"
        return f"采用文件为 {pack.id} 设定了不存在的参数 {name}", f"允许的参数：{allowed}"
    if pack.parameters[name].state == "set":
        return f"参数 {name} 由 {pack.id} 的制度原文规定，不能改设", "请从采用文件中删去"
    return None


def check_pack(path: Path) -> tuple[str, ...]:
    """Return everything wrong with the pack in ``path``, each with file and line; empty when it is sound."""
    try:
        file = YamlFile(path)
        pack = _pack(file)
    except PolicyError as error:
        return (str(error),)
    return tuple(f"{path} 第 {file.line(where)} 行：{what}" for where, what in pack_problems(pack))


def check_adoption(path: Path, packs: dict[str, PolicyPack]) -> tuple[str, ...]:
    """Return everything wrong with the adoption in ``path`` against ``packs``, each with file and line."""
    try:
        file = YamlFile(path)
        adoption: Adoption = file.validate(Adoption)
    except PolicyError as error:
        return (str(error),)
    problems = []
    for index, entry in enumerate(adoption.policies):
        line = file.line(("policies", index, "id"))
        if entry.id not in packs:
            problems.append(f"{path} 第 {line} 行：没有规则包 {entry.id}，现有：{'、'.join(packs)}")
            continue
        for name in entry.parameters:
            fault = _parameter_fault(packs[entry.id], name)
            if fault:
                place = file.line(("policies", index, "parameters", name))
                problems.append(f"{path} 第 {place} 行：{fault[0]}；{fault[1]}")
        if not problems:
            adopted = AdoptedPolicy(pack=packs[entry.id], adoption=adoption)
            for name, what in value_problems(adopted):
                place = file.line(("policies", index, "parameters", name))
                problems.append(f"{path} 第 {place} 行：{what}")
    return tuple(problems)


def _pack(file: YamlFile) -> PolicyPack:
    pack: PolicyPack = file.validate(PolicyPack)
    return pack
