import pytest
from pyscf import scf


@pytest.fixture(autouse=True)
def no_chkfile(monkeypatch):
    """PySCF's temporary files would be closed when the garbage is collected: in another test."""
    monkeypatch.setattr(scf.hf, "MUTE_CHKFILE", True)
