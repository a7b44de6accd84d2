"""Units that are known without pint."""

import pytest

from lca import units


@pytest.mark.parametrize(("unit", "dimension"), units.COMMON)
def test_a_common_unit_has_the_factor_that_pint_gives(unit, dimension):
    registry = units.registry()
    canonical, _ = units.DIMENSIONS[dimension]
    assert (
        units.to_canonical(unit, dimension)
        == registry.Quantity(1.0, registry.parse_units(unit)).to(canonical).magnitude
    )
