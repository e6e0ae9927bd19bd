"""Layers that know geometry but no chemistry; the networks in ``models`` are built from them."""
