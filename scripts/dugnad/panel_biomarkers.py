"""A panel's rules for TMB, MSI, HRD and mutational signatures."""

from dugnad.border import Model


class TmbRules(Model):
    """Which mutations count, over which bases."""


class MsiRules(Model):
    """Which microsatellites are read, and when a tumour is unstable."""


class HrdRules(Model):
    """When scars of the genome are counted."""


class SignatureRules(Model):
    """When mutations are enough for signatures."""


class BiomarkerRules(Model):
    """The biomarkers that the panel is validated for; absent: not assessed, and said so."""

    tmb: TmbRules | None = None
    msi: MsiRules | None = None
    hrd: HrdRules | None = None
    signatures: SignatureRules | None = None
