"""Master keys, which wrap the keys of sealed bodies: from a file or the environment, or kept by a command (KMS)."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass, field
from typing import Protocol

from storage.errors import MasterKeyError
from storage.key_lines import KEY_NAME, KeyLineError, from_base64, key_lines
from storage.stores.sealing import KEY_BYTES, BrokenSealError, unwrap, wrap

COMMAND_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The key of a body as it may be kept: encrypted under the master key named ``master``."""

    master: str
    data: bytes = field(repr=False)


class MasterKeys(Protocol):
    """What a source of master keys promises. Every method raises MasterKeyError when it cannot do what is asked."""

    def current(self) -> str:
        """Return the name of the master key that new keys are wrapped with."""
        ...

    def wrap(self, key: bytes, context: str) -> WrappedKey:
        """Encrypt ``key`` under the current master key; ``context`` (the object key) is bound to it."""
        ...

    def unwrap(self, wrapped: WrappedKey, context: str) -> bytes:
        """Return the key; the master key that wrapped it may be an old one."""
        ...


class ListedKeys:
    """Master keys as text, one a line, ``NAME:BASE64`` of 32 bytes; the first is current, the others only unwrap.

    Raises:
        MasterKeyError: a line is not of that form, or a name comes twice.
    """

    def __init__(self, text: str) -> None:
        try:
            self._keys = key_lines(text)
        except KeyLineError as error:
            raise MasterKeyError(
                f"主密钥第 {error.number} 行无效", "每行应为 名称:密钥，密钥用 openssl rand -base64 32 生成，名称不重复"
            ) from error
        if not self._keys:
            raise MasterKeyError("没有主密钥", "请设置至少一行 名称:密钥，首行为当前主密钥")

    def current(self) -> str:
        """See ``MasterKeys.current``."""
        return next(iter(self._keys))

    def wrap(self, key: bytes, context: str) -> WrappedKey:
        """See ``MasterKeys.wrap``."""
        name = self.current()
        return WrappedKey(name, wrap(self._keys[name], key, context.encode()))

    def unwrap(self, wrapped: WrappedKey, context: str) -> bytes:
        """See ``MasterKeys.unwrap``."""
        master = self._keys.get(wrapped.master)
        if master is None:
            raise MasterKeyError(f"缺少主密钥 {wrapped.master}，对象 {context} 无法解密", "请把该主密钥加回主密钥列表")
        try:
            return unwrap(master, wrapped.data, context.encode())
        except BrokenSealError as error:
            raise _refused(wrapped.master, context) from error


class CommandKeys:
    """Master keys that a command keeps, for any KMS.

    The command is run without a shell, with its keys on standard input and output in base64::

        COMMAND current                      prints the name of the current master key
        COMMAND wrap NAME CONTEXT            key in, wrapped key out
        COMMAND unwrap NAME CONTEXT          wrapped key in, key out
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command

    def current(self) -> str:
        """See ``MasterKeys.current``."""
        name = self._run(("current",), b"").decode(errors="replace").strip()
        if not KEY_NAME.fullmatch(name):
            raise MasterKeyError(f"密钥命令给出的主密钥名称无效：{name}", "请检查密钥命令")
        return name

    def wrap(self, key: bytes, context: str) -> WrappedKey:
        """See ``MasterKeys.wrap``."""
        name = self.current()
        return WrappedKey(name, _decoded_or_refused(self._run(("wrap", name, context), base64.b64encode(key))))

    def unwrap(self, wrapped: WrappedKey, context: str) -> bytes:
        """See ``MasterKeys.unwrap``."""
        given = base64.b64encode(wrapped.data)
        key = _decoded_or_refused(self._run(("unwrap", wrapped.master, context), given))
        if len(key) != KEY_BYTES:
            raise _refused(wrapped.master, context)
        return key

    def _run(self, arguments: tuple[str, ...], given: bytes) -> bytes:
        try:
            done = subprocess.run(
                [*self._command, *arguments], input=given, capture_output=True, timeout=COMMAND_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MasterKeyError(f"密钥命令无法运行：{error}", "请检查 JUANZONG_STORE_KEY_COMMAND") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-300:]
            raise MasterKeyError(f"密钥命令 {arguments[0]} 失败（{done.returncode}）：{said}", "请检查密钥服务")
        return done.stdout


def _decoded_or_refused(said: bytes) -> bytes:
    data = from_base64(said.decode(errors="replace").strip())
    if not data:
        raise MasterKeyError("密钥命令没有给出 base64", "请检查密钥命令")
    return data


def _refused(master: str, context: str) -> MasterKeyError:
    return MasterKeyError(
        f"主密钥 {master} 解不开对象 {context} 的密钥", "请核对主密钥；若从未更换，请从备份恢复数据库"
    )
