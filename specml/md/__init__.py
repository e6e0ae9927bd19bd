"""Batched molecular dynamics, classical and with ring polymers; ``workflows.dynamics`` runs it."""
