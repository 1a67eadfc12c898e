"""Fits the model of drop-out risk on virtual families, and judges it on others."""
