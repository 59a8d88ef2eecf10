"""A head is signed whenever something was filed; trouble with it never stops the filing."""

from __future__ import annotations

import logging

from domain.errors import ConfigurationError, JuanzongError
from flows.settings import Settings
from flows.wiring import open_services
from review_ui.times import local_time
from storage import Storage

_log = logging.getLogger(__name__)


def sign_filed(storage: Storage) -> None:
    """Sign the log as it is now.

    What was filed stays filed when that fails: it is in the log, and the next head covers it. The failure is logged,
    ``doctor`` counts what no head covers, and ``archive verify --all`` names a contradiction.
    """
    try:
        storage.proof.heads.sign()
    except JuanzongError as error:
        _log.warning("归档已完成，树头签名未完成：%s", error)


def head_line(settings: Settings) -> str:
    """Return for ``doctor`` how far the log is signed.

    Raises:
        ConfigurationError: something is in the log that no head covers.
        HeadConflictError, HeadFolderError, SigningKeyError: as named.
    """
    services = open_services(settings)
    try:
        heads = services.storage.proof.heads
        heads.check_outside()
        state = heads.state()
        services.storage.proof.keys.public()
    finally:
        services.close()
    if state.unsigned:
        raise ConfigurationError(f"存证日志有 {state.unsigned} 项尚无签名树头", "请运行 archive head")
    if state.newest is None:
        return "日志为空"
    return f"{state.heads} 个，最新签前 {state.newest.head.size} 项，{local_time(state.newest.head.at)}"
