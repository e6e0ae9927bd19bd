"""What a graph transformer has learned: the four analyses of Fallani et al. (2025).

Called by ``benchmarks/admet/pretraining.py``.
"""
