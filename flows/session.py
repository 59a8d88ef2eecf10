"""One process at work: services opened while the engine starts, everything closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from extractors.reading.model_pins import PINS
from extractors.reading.models import network_path
from extractors.reading.settings import ReadingSettings
from flows.engine import Engine, start_early
from flows.settings import Settings
from flows.wiring import Services, open_services
from flows.workers import ReaderPool


@dataclass(frozen=True)
class Session:
    """Everything a call that processes papers needs."""

    services: Services
    engine: Engine
    pool: ReaderPool


@contextmanager
def open_session(settings: Settings) -> Iterator[Session]:
    """Start the engine in the background, open the services, close all at the end.

    Raises:
        ModelFileError: the models are not there.
        PolicyError, StorageError: policies or state cannot be opened.
    """
    for pin in PINS:
        network_path(pin, settings.models)
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = start_early(settings.home)
    reading = ReadingSettings(models_folder=settings.models, engine=settings.engine)
    pool = ReaderPool(reading, settings.workers)
    services = open_services(settings)
    try:
        yield Session(services, engine, pool)
    finally:
        pool.close()
        services.close()
