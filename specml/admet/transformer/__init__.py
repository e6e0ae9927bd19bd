"""A graph transformer over atoms: graphs, encoder, pretraining, fine-tuning."""
