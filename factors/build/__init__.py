"""Builds the factor data packages in `factors/` from the reference tables and the small files in `own/`.

Run from the repository root: ``python -m factors.build REFERENCE_DIR``. Figures come from REFERENCE_DIR; names, proxies
and choices that this project typed itself lie in `own/*.csv`, each row with its source. No figure is in code.
"""
