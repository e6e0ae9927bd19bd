"""Labels in, trained ladder models out."""
