"""Failed sign-ins: counted before the password is looked at, so that guesses made at once count as well."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from domain.attempts import FORGOTTEN_AFTER, LIMITS, wait_until
from domain.errors import TooManyAttemptsError
from storage.account_tables import sign_in_failures
from storage.accounts import plain_login
from storage.database import Database


class AttemptStore:
    """Lets one attempt through, or says how long to wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, login: str, address: str) -> None:
        """Count an attempt as failed, until ``succeeded`` says otherwise.

        Raises:
            TooManyAttemptsError: it comes too early; it is not counted.
        """
        table = sign_in_failures
        with self._database.write(lock="sign-in") as connection:
            # after waiting for the lock: a moment taken before lies behind those of whoever came first
            now = self._database.now()
            connection.execute(delete(table).where(table.c.last_at <= now - FORGOTTEN_AFTER))
            keys = _keys(login, address)
            rows = connection.execute(select(table).where(table.c.key.in_(keys.values()))).all()
            found = {row.key: row for row in rows}
            until = [
                wait_until(LIMITS[kind], found[key].failures, found[key].last_at)
                for kind, key in keys.items()
                if key in found and found[key].failures >= LIMITS[kind].free
            ]
            wait = max(until, default=now) - now
            if wait > timedelta():
                raise _too_many(wait)
            for key in keys.values():
                if key in found:
                    more = {"failures": table.c.failures + 1, "last_at": now}
                    connection.execute(update(table).where(table.c.key == key).values(more))
                else:
                    connection.execute(insert(table).values(key=key, failures=1, last_at=now))

    def succeeded(self, login: str, address: str) -> None:
        """Forget the failures of the account; of the address, only this attempt: others may be guessing there."""
        keys = _keys(login, address)
        table = sign_in_failures
        with self._database.write(lock="sign-in") as connection:
            connection.execute(delete(table).where(table.c.key.in_((keys["pair"], keys["account"]))))
            connection.execute(delete(table).where(table.c.key == keys["address"], table.c.failures == 1))
            one_less = update(table).where(table.c.key == keys["address"]).values(failures=table.c.failures - 1)
            connection.execute(one_less)


def _keys(login: str, address: str) -> dict[str, str]:
    account = plain_login(login)  # however it was typed
    said = {"pair": f"{account}\n{address}", "account": account, "address": address}
    return {kind: f"{kind}:{hashlib.sha256(words.encode()).hexdigest()}" for kind, words in said.items()}


def _too_many(wait: timedelta) -> TooManyAttemptsError:
    seconds = int(wait.total_seconds()) + 1
    return TooManyAttemptsError("登录失败次数过多", f"请等 {seconds} 秒后再试；忘记密码请找管理员重置")
