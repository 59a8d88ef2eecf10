"""Puts the parts together: one ``Services`` per process, opened from the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from classifiers.acceptance import in_force
from classifiers.categories.checkpoint import own_model
from classifiers.packs import adopt, check_adoption, load_adoption, load_packs
from domain.adoption import Adoption
from domain.calibration import Calibration
from domain.errors import PolicyError, UnknownPolicyError
from domain.policy import AdoptedPolicy, PolicyPack
from flows.proof_settings import load_proof_settings
from flows.settings import Settings
from storage import Storage, open_storage


@dataclass(frozen=True)
class Policies:
    """Packs and what the adopter made of them.

    Attributes:
        calibration: the house's own, ``None`` for the bundled one.
        home: folder of all state, where the house's own models of categories lie; ``None`` for none.
    """

    packs: dict[str, PolicyPack]
    adoption: Adoption | None
    calibration: Calibration | None = None
    home: Path | None = None

    def adopted(self, policy: str) -> AdoptedPolicy:
        """Return pack ``policy`` with the adopter's parameters.

        Raises:
            UnknownPolicyError: there is no such pack.
            ConfigurationError: the house's own model of the categories cannot be read.
        """
        pack = self.packs.get(policy)
        if pack is None:
            known = "、".join(sorted(self.packs)) or "（无）"
            raise UnknownPolicyError(f"没有制度包 {policy}，现有：{known}", "请用 juanzong policies list 查看编号")
        own = own_model(self.home, policy) if self.home else None
        return adopt(pack, self.adoption).model_copy(
            update={"calibration": self.calibration, "category_model": str(own) if own else None}
        )


@dataclass(frozen=True)
class Services:
    """The parts of one installation. Safe to use from several threads."""

    settings: Settings
    policies: Policies
    storage: Storage

    def close(self) -> None:
        """Close the database."""
        self.storage.close()


def load_policies(folder: Path, adoption: Path | None) -> Policies:
    """Load every pack of ``folder`` and the adoption file.

    Raises:
        PolicyError: a file is not valid, or they do not fit together.
    """
    packs = load_packs(folder)
    if adoption is None:
        return Policies(packs, None)
    adopted = load_adoption(adoption)
    problems = check_adoption(adoption, packs)
    if problems:
        raise PolicyError("；".join(p.rstrip("。") for p in problems), "请改正采用文件后重试")
    return Policies(packs, adopted)


def open_services(settings: Settings) -> Services:
    """Open store and database (created when absent) and load the policies."""
    loaded = load_policies(settings.policies, settings.adoption)
    policies = replace(loaded, calibration=in_force(settings.home), home=settings.home)
    proof = load_proof_settings()
    storage = open_storage(
        settings.home, settings.database_url, setup=settings.store, proof=proof, data_keys=settings.data_keys
    )
    schemes = {pack.id: pack.severity for pack in policies.packs.values()}
    storage.gravest.keep({policy: scheme.levels[0].label for policy, scheme in schemes.items() if scheme})
    return Services(settings, policies, storage)
