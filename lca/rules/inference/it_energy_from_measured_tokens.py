from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-measured-tokens",
    tier=4,
    gives="it_energy",
    unit="kWh",
    needs={"tokens_out": "1", "token_energy_measured": "kWh", "accelerator_share": "1"},
    references=["ML.ENERGY leaderboard v3, University of Michigan, https://ml.energy/leaderboard"],
    examples=[
        Example(
            {"tokens_out": 387.9423828125, "token_energy_measured": 1.0847885847318436e-07, "accelerator_share": 1.0},
            4.208354684086709e-05,
            "ML.ENERGY leaderboard v3, Llama 3.1 8B, configuration 0: 151.5 J per request, GPU alone",
        ),
    ],
)
def it_energy_from_measured_tokens(tokens_out: Any, token_energy_measured: Any, accelerator_share: Any) -> Any:
    """A proxy from a published measurement for exactly this model on exactly this device, the host added by the accelerators' share.

    The shipped factor sets hold no such measurement; one of your own comes in with --factors. Leaves out idle.
    """
    return tokens_out * token_energy_measured / accelerator_share
