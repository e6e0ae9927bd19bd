"""Which atoms may be exchanged: isomorphisms of bond graphs, and the fragments of a molecule.

A permutation of equal atoms is an exact symmetry of every energy surface; one that keeps the bond
graph is a symmetry that a molecule shows while its bonds hold. A fragment is an atom with all that
is at most so many bonds away. Fragments that have equal graphs, atom by atom of one element and
one number of neighbours in the molecule, are taken to have one and the same energy function: two
C-H groups of an aromatic molecule then learn from each other though no symmetry connects them.
"""

from dataclasses import dataclass

import numpy as np
from ase.data import covalent_radii

TOUCHING = 1.25  # times the sum of covalent radii: a bond


def bond_matrix(numbers: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(n, n) bool, who is bonded to whom by the mean distances at geometries (m, n, 3)."""
    radii = covalent_radii[numbers]
    distances = np.linalg.norm(positions[:, :, None] - positions[:, None], axis=-1).mean(0)
    return (distances < TOUCHING * (radii[:, None] + radii)) & ~np.eye(len(numbers), dtype=bool)


def isomorphisms(
    labels: np.ndarray,
    bonds: np.ndarray,
    other_labels: np.ndarray,
    other_bonds: np.ndarray,
    most: int,
) -> list[list[int]]:
    """Maps i -> map[i] from one labelled graph (k,), (k, k) to another; at most ``most`` of them.

    Atoms are placed one after another, each next to one that is placed already, and a partial map
    is given up as soon as a label or a bond contradicts it.
    """
    order = _connected_order(bonds)
    mappings: list[list[int]] = []

    def extend(depth: int, image: dict[int, int]) -> None:
        if len(mappings) >= most:
            return
        if depth == len(order):
            mappings.append([image[i] for i in range(len(order))])
            return
        atom = order[depth]
        for candidate in range(len(order)):
            if candidate in image.values() or labels[atom] != other_labels[candidate]:
                continue
            if all(bonds[atom, i] == other_bonds[candidate, j] for i, j in image.items()):
                extend(depth + 1, image | {atom: candidate})

    if sorted(labels) == sorted(other_labels):
        extend(0, {})
    return mappings


def _connected_order(bonds: np.ndarray) -> list[int]:
    """All atoms, each bonded to an earlier one where its graph allows it."""
    order: list[int] = []
    while len(order) < len(bonds):
        rest = [i for i in range(len(bonds)) if i not in order]
        order.append(max(rest, key=lambda i: int(bonds[i, order].sum())))
    return order


@dataclass(frozen=True)
class FragmentClass:
    """Fragments with one energy function.

    Parameters
    ----------
    once : (l, k) atoms of every fragment.
    orders : (r, k) atoms of every fragment in every order that maps the first one onto it.
    """

    once: np.ndarray
    orders: np.ndarray


def fragment_classes(
    numbers: np.ndarray, bonds: np.ndarray, radius: int, most: int = 192
) -> list[FragmentClass]:
    """One fragment around every atom, of all atoms within ``radius`` bonds of it.

    Fragments with more than ``most`` orders get one each: a part of a group is no group, and a
    kernel summed over it is neither symmetric nor positive.
    """
    labels = 100 * numbers + bonds.sum(1)
    near = np.linalg.matrix_power(bonds + np.eye(len(bonds), dtype=int), radius) > 0
    groups: list[tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]] = []
    for centre in range(len(numbers)):
        atoms = np.flatnonzero(near[centre])
        own = labels[atoms] + 100_000 * (atoms == centre)
        for first, once, orders in groups:
            root = labels[first] + 100_000 * (first == first[0])
            maps = isomorphisms(
                root, bonds[np.ix_(first, first)], own, bonds[np.ix_(atoms, atoms)], most + 1
            )
            if maps:
                once.append(atoms[maps[0]])
                orders.extend(atoms[each] for each in (maps if len(maps) <= most else maps[:1]))
                break
        else:
            first = np.concatenate([[centre], atoms[atoms != centre]])
            own = labels[first] + 100_000 * (first == centre)
            graph = bonds[np.ix_(first, first)]
            maps = isomorphisms(own, graph, own, graph, most + 1)
            kept = maps if len(maps) <= most else [list(range(len(first)))]
            groups.append((first, [first], [first[each] for each in kept]))
    return [
        FragmentClass(np.array(once), np.array(orders))
        for _, once, orders in groups
        if len(once[0]) > 1
    ]


def automorphisms(numbers: np.ndarray, bonds: np.ndarray, most: int = 192) -> np.ndarray:
    """(s, n) permutations that keep elements and bonds, the identity first."""
    maps = isomorphisms(numbers, bonds, numbers, bonds, most)
    return np.array(sorted(maps))
