"""Does a bucket keep its promises? Asked by attacks on probe objects, because servers accept locks and ignore them.

Probes lie below ``juanzong-probe/`` and are locked for ``PROBE_LIFE``; every check removes those whose time is over.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import JuanzongError
from storage.digests import chunks, digest_of
from storage.errors import BucketUnfitError, ChecksumNotKeptError
from storage.stores.access import BucketAccess
from storage.stores.bucket import Bucket
from storage.stores.locks import Clock, Lock, utc_now

PROBE_LIFE = timedelta(minutes=10)
_FOLDER = "juanzong-probe/"


@dataclass(frozen=True, slots=True)
class _Probe:
    name: str
    version: str
    content: bytes
    lock: Lock


def check_bucket(access: BucketAccess, clock: Clock = utc_now) -> str:
    """Attack probe objects in the bucket; return what it is like when every attack is refused.

    Steps: 1. versioning and locking are on; 2. a wrong checksum is refused; 3. a put keeps checksum and lock;
    4. the lock cannot be shortened, 5. nor the version deleted; 6. a delete or an overwrite leaves the version
    readable; 7. a hold alone keeps a version from being deleted.

    Raises:
        BucketUnfitError: names everything that the server does not enforce.
        StoreUnavailableError, StoreDeniedError: it gives no usable answer, or refuses.
    """
    bucket = Bucket(access)
    _remove_old_probes(bucket, clock())
    facts = bucket.facts()
    failures = [
        *([] if facts.versioning else ["未启用版本控制"]),
        *([] if facts.locking else ["未启用对象锁定"]),
    ]
    if not failures:  # else nothing below can hold
        failures = _attack(bucket, clock()) or _attack_hold(bucket, is_free_afterwards=facts.default_retention is None)
    if failures:
        raise BucketUnfitError(
            f"存储桶 {access.bucket} 不能用作归档：{'；'.join(failures)}",
            "请改用建桶时启用对象锁定且严格执行 COMPLIANCE 保管期的存储服务",
        )
    default = f"桶默认保管 {facts.default_retention}" if facts.default_retention else "桶无默认保管期"
    return f"{access.endpoint}/{access.bucket}，版本控制与对象锁定均严格执行，{default}"


def _attack(bucket: Bucket, now: datetime) -> list[str]:
    if _accepts_wrong_checksum(bucket):
        return ["校验值错误的写入未被拒绝"]
    probe = _put(bucket, Lock().extended(now + PROBE_LIFE))
    if isinstance(probe, str):
        return [probe]
    attacks: dict[str, Callable[[], bool]] = {
        "保管期可被缩短": lambda: _was_shortened(bucket, probe, now),
        "锁定的版本可被删除": lambda: _was_deleted(bucket, probe),
        "删除后原版本读不到": lambda: _is_gone_after(bucket, probe, lambda: bucket.delete(probe.name, None)),
        "覆盖后原版本读不到": lambda: _is_gone_after(
            bucket, probe, lambda: bucket.overwrite(probe.name, io.BytesIO(b"x"), 1, hashlib.sha256(b"x").hexdigest())
        ),
    }
    return [words for words, succeeds in attacks.items() if succeeds()]


def _attack_hold(bucket: Bucket, *, is_free_afterwards: bool) -> list[str]:
    held = _put(bucket, Lock(hold=True))
    if isinstance(held, str):
        return [held]
    if _was_deleted(bucket, held):
        return ["处于法律保全的版本可被删除"]
    bucket.set_hold(held.name, held.version, on=False)
    return ["解除保全后仍不能删除"] if is_free_afterwards and not _was_deleted(bucket, held) else []


def _put(bucket: Bucket, lock: Lock) -> _Probe | str:
    """Write a probe; return what the server did not keep of it."""
    name = _FOLDER + uuid.uuid4().hex
    content = name.encode()
    checksum = hashlib.sha256(content).hexdigest()
    version = bucket.create(name, io.BytesIO(content), len(content), checksum, lock)
    stat = bucket.stat(name, version)
    if version is None or stat is None:
        return "写入后没有版本号"
    if stat.checksum != checksum:
        return "不保存 SHA-256 校验值"
    # A default retention of the bucket may be longer than the lock asked for.
    is_short = lock.retain_until and (stat.lock.retain_until is None or stat.lock.retain_until < lock.retain_until)
    if is_short or stat.lock.hold is not lock.hold:
        return "写入时给出的保管期或法律保全被丢弃"
    return _Probe(name, version, content, stat.lock)


def _accepts_wrong_checksum(bucket: Bucket) -> bool:
    name = _FOLDER + uuid.uuid4().hex
    try:
        bucket.create(name, io.BytesIO(b"probe"), 5, hashlib.sha256(b"other").hexdigest(), Lock())
    except ChecksumNotKeptError:
        return False
    return True


def _was_shortened(bucket: Bucket, probe: _Probe, now: datetime) -> bool:
    _attempt(lambda: bucket.retain(probe.name, probe.version, (now + PROBE_LIFE / 2).replace(microsecond=0)))
    stat = bucket.stat(probe.name, probe.version)
    return stat is None or stat.lock != probe.lock


def _was_deleted(bucket: Bucket, probe: _Probe) -> bool:
    _attempt(lambda: bucket.delete(probe.name, probe.version))
    return not _is_readable(bucket, probe)


def _is_gone_after(bucket: Bucket, probe: _Probe, attack: Callable[[], object]) -> bool:
    _attempt(attack)
    return not _is_readable(bucket, probe)


def _is_readable(bucket: Bucket, probe: _Probe) -> bool:
    if bucket.stat(probe.name, probe.version) is None:
        return False
    with bucket.open(probe.name, probe.version) as stream:
        return digest_of(chunks(stream)) == digest_of([probe.content])


def _attempt(attack: Callable[[], object]) -> None:
    """Do what a good server refuses; how it refuses does not matter, only what is left afterwards."""
    try:
        attack()
    except JuanzongError:
        return


def _remove_old_probes(bucket: Bucket, now: datetime) -> None:
    for name in bucket.names(_FOLDER):
        versions = bucket.versions(name)
        stats = [bucket.stat(name, version) for version, is_marker in versions if not is_marker]
        if any(stat is not None and stat.lock.forbids(now) for stat in stats):
            continue
        for version, _ in versions:
            _attempt(lambda name=name, version=version: bucket.delete(name, version))  # type: ignore[misc]
