"""A graph transformer over atoms: graphs, encoder, pretraining, fine-tuning.

Called by the scripts in ``benchmarks/admet``; the shipped scorer does without it.
"""
