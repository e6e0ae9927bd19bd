"""Works that results rest on, by key; pages of ``documents`` list those they used."""

from collections.abc import Mapping

from specml.report.page import PageReference

REFERENCES = {
    "schnet": PageReference(
        "Network",
        "K. T. Schütt, H. E. Sauceda, P.-J. Kindermans, A. Tkatchenko, K.-R. Müller, SchNet: a "
        "deep learning architecture for molecules and materials, J. Chem. Phys. 148, 241722 "
        "(2018).",
        "10.1063/1.5019779",
    ),
    "painn": PageReference(
        "Network",
        "K. T. Schütt, O. T. Unke, M. Gastegger, Equivariant message passing for the prediction "
        "of tensorial properties and molecular spectra, ICML 2021.",
        "10.48550/arXiv.2102.03150",
    ),
    "tensornet": PageReference(
        "Network",
        "G. Simeon, G. De Fabritiis, TensorNet: Cartesian tensor representations for efficient "
        "learning of molecular potentials, NeurIPS 2023.",
        "10.48550/arXiv.2306.06482",
    ),
    "gfn2": PageReference(
        "GFN2-xTB",
        "C. Bannwarth, S. Ehlert, S. Grimme, GFN2-xTB: an accurate and broadly parametrized "
        "self-consistent tight-binding quantum chemical method, J. Chem. Theory Comput. 15, "
        "1652 (2019).",
        "10.1021/acs.jctc.8b01176",
    ),
    "b3lyp": PageReference(
        "Training labels, B3LYP",
        "P. J. Stephens, F. J. Devlin, C. F. Chabalowski, M. J. Frisch, Ab initio calculation of "
        "vibrational absorption and circular dichroism spectra using density functional force "
        "fields, J. Phys. Chem. 98, 11623 (1994).",
        "10.1021/j100096a001",
    ),
    "pyscf": PageReference(
        "Training labels, program",
        "Q. Sun et al., Recent developments in the PySCF program package, J. Chem. Phys. 153, "
        "024109 (2020).",
        "10.1063/5.0006074",
    ),
    "etkdg": PageReference(
        "Geometry from SMILES (RDKit)",
        "S. Riniker, G. A. Landrum, Better informed distance geometry: using what we know to "
        "improve conformation generation, J. Chem. Inf. Model. 55, 2562 (2015).",
        "10.1021/acs.jcim.5b00654",
    ),
    "cascade": PageReference(
        "Training labels, shifts",
        "Y. Guan, S. V. Shree Sowndarya, L. C. Gallegos, P. C. St. John, R. S. Paton, Real-time "
        "prediction of 1H and 13C chemical shifts with DFT accuracy using a 3D graph neural "
        "network, Chem. Sci. 12, 12012 (2021).",
        "10.1039/d1sc03343c",
    ),
    "3dmol": PageReference(
        "Molecule on this page",
        "N. Rego, D. Koes, 3Dmol.js: molecular visualization with WebGL, Bioinformatics 31, 1322 "
        "(2015).",
        "10.1093/bioinformatics/btu829",
    ),
}

NETWORKS = {
    "schnet": "schnet",
    "painn": "painn",
    "tensor-painn": "painn",
    "tensornet": "tensornet",
}


def of_model(card: Mapping) -> list[PageReference]:
    """List the works behind the network, the first rung and the labels that a model card names."""
    data = card.get("data", {})
    keys = [NETWORKS.get(card.get("network", {}).get("network", ""), "")]
    keys += ["gfn2"] if card.get("baseline") == "gfn2" or "gfn2_geometries" in data else []
    keys += ["b3lyp", "pyscf"] if "b3lyp_geometries" in data else []
    return [REFERENCES[key] for key in keys if key]
