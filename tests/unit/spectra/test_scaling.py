import numpy as np
import pytest

from specml.errors import InputError, OutputError
from specml.spectra.scaling import Scaling, choose, fit, load, match, save, uniform

RANDOM = np.random.default_rng(2)


def molecules(truth: Scaling, n: int = 8, noise: float = 0.0):
    """Computed wavenumbers, and 'observed' ones that the true scaling gives."""
    made = []
    for k in range(n):
        computed = np.sort(RANDOM.uniform(400.0, 3800.0, size=12))
        observed = truth(computed) + RANDOM.normal(scale=noise, size=12) if noise else None
        made.append((f"m{k}", computed, truth(computed) if observed is None else observed))
    return made


def test_fit_finds_the_factor():
    fitted = fit(molecules(uniform(0.962)))
    assert fitted.factors == pytest.approx((0.962,))
    assert fitted.uncertainties == pytest.approx((0.0,), abs=1e-12)
    assert fitted.error == pytest.approx(0.0, abs=1e-9)
    assert fitted.raw_error > 50.0
    assert (fitted.n_molecules, fitted.n_fundamentals) == (8, 96)


def test_fit_finds_the_slopes():
    truth = Scaling((0.98, 0.97, 0.9), (1000.0, 2000.0), (0.0,) * 3)
    fitted = fit(molecules(truth), truth.edges)
    assert fitted.factors == pytest.approx(truth.factors)


def test_choice_rests_on_the_left_out_molecule():
    """Regions win where they are true, and lose where they follow single molecules."""
    regional = Scaling((0.98, 0.9), (2000.0,), (0.0,) * 2)
    candidates = ((), (2000.0,))
    assert choose(molecules(regional, noise=1.0), candidates).edges == (2000.0,)
    low = np.linspace(500.0, 1900.0, 20)
    single = [
        (name, np.append(low, high), np.append(0.96 * low, 0.96 * high + off))
        for name, high, off in (("a", 2100.0, 20.0), ("b", 2150.0, 20.0), ("c", 3500.0, 0.0))
    ]
    assert choose(single, candidates).edges == ()


def test_leave_one_out_error_by_hand():
    """Two molecules of one mode each: each is scaled by the other's factor."""
    pair = [
        ("a", np.array([1000.0]), np.array([950.0])),
        ("b", np.array([2000.0]), np.array([1920.0])),
    ]
    fitted = fit(pair)
    assert fitted.error == pytest.approx((abs(960.0 - 950.0) + abs(1900.0 - 1920.0)) / 2.0)


def test_isotopologues_are_left_out_together():
    one = ("a", np.array([1000.0, 2000.0]), np.array([950.0, 1900.0]))
    other = ("b", np.array([1500.0]), np.array([1440.0]))
    fitted = fit([one, one, other])
    assert fitted.n_molecules == 2


def test_scaling_is_continuous_monotone_and_odd():
    scaling = Scaling((0.98, 0.8), (1000.0,), (0.0, 0.0))
    x = np.linspace(0.0, 3000.0, 3001)
    steps = np.diff(scaling(x))
    assert steps.min() > 0.0
    assert steps.max() < 1.0
    assert scaling(np.array([-1200.0])) == pytest.approx(-scaling(np.array([1200.0])))
    assert scaling(np.array([1200.0])) == pytest.approx([980.0 + 160.0])


def test_match_pairs_by_order_and_drops_what_no_factor_mends():
    computed = np.array([3000.0, 200.0, 1500.0, 320.0])
    observed = np.array([180.0, 2900.0, 1450.0, 295.0])
    torsions = np.array([False, False, False, True])
    pairs = match(computed, observed, torsions)
    assert pairs[0].tolist() == [1500.0, 3000.0]
    assert pairs[1].tolist() == [1450.0, 2900.0]
    with pytest.raises(InputError, match="matching"):
        match(computed[:3], observed)


def test_saved_and_loaded(tmp_path):
    fitted = fit(molecules(uniform(0.96), noise=5.0), (2000.0,), "tiny", "made up")
    path = save(fitted, "tiny", tmp_path)
    assert path.name == "tiny.scaling.json"
    assert load("tiny", tmp_path) == fitted


def test_missing_file_means_unscaled_and_a_broken_one_is_an_error(tmp_path):
    assert load("nothing", tmp_path) == Scaling()
    assert Scaling().description == "unscaled"
    (tmp_path / "bad.scaling.json").write_text("{")
    with pytest.raises(InputError, match=r"bad\.scaling\.json"):
        load("bad", tmp_path)
    with pytest.raises(OutputError, match="folder"):
        save(Scaling(), "x", tmp_path / "absent")


def test_bad_input_is_named():
    with pytest.raises(InputError, match="two"):
        fit(molecules(uniform(0.9), n=1))
    with pytest.raises(InputError, match="region"):
        fit(
            [("a", np.array([900.0]), np.array([880.0]))] * 1
            + [("b", np.array([800.0]), np.array([780.0]))],
            (3000.0,),
        )
    with pytest.raises(InputError, match="positive"):
        Scaling((0.9, -0.1), (1000.0,))
    with pytest.raises(InputError, match="edges"):
        Scaling((0.9,), (1000.0,))
