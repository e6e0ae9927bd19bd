"""Batched molecular dynamics, classical and with ring polymers."""
