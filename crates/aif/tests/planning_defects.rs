//! What has been found wrong in published libraries for active inference, each with the
//! right answer. They concern planning; `what_peers_got_wrong.rs` has the others.

use aif::agent::{Agent, Settings};
use aif::expected_free_energy::Outlook;
use aif::learning::Counts;
use aif::novelty;
use aif::open_loop::OpenLoop;
use aif::plan::{Choices, Planning, Plans, Precision, posterior};
use aif::sophisticated::{self, Sophisticated};
use aif::{Belief, Exact, GenerativeModel, ModelBuilder, pymdp};
use envs::cue_maze::{Arms, CUE, CueMaze, LEFT, MIDDLE};
use ndarray::{ArrayD, IxDyn};
use prob::Probability;
use prob::math::ln;

/// Two places: one shows itself, the other throws a coin.
fn coin_flip() -> GenerativeModel {
    let mut model = GenerativeModel::builder();
    let place = model.factor("place", &["clear", "noisy"]);
    model.actions(place, &["to the clear one", "to the noisy one"]);
    model.transition(place, &[place], |_, a, column| column[a] = 1.0);
    let sight = model.modality("sight", &["heads", "tails"]);
    model.likelihood(sight, &[place], |s, column| match s[0] {
        0 => column[0] = 1.0,
        _ => column.fill(0.5),
    });
    model.build().unwrap()
}

/// One library has the ambiguity with one sign in one function and the other in another;
/// its agents love noise. Noise is a cost by its ambiguity; here it tells nothing, and a
/// flat preference leaves the two places even.
#[test]
fn ambiguity_is_a_cost_and_noise_tells_nothing() {
    let model = coin_flip();
    let plans = Plans::enumerate(&Choices::all(&model), 1).unwrap();
    let mut planner = OpenLoop::new(&model, plans, None).unwrap();
    planner.weigh(&model, &Belief::prior(&model), 0);
    let [clear, noisy] = [0, 1].map(|plan| planner.parts(plan));
    assert_eq!(clear.ambiguity, 0.0);
    assert!((noisy.ambiguity - ln(2.0)).abs() < 1e-15);
    assert_eq!((clear.salience(), noisy.salience()), (0.0, 0.0));
    assert!((clear.value() - noisy.value()).abs() < 1e-15);
    let mut q = [0.0; 2];
    posterior(planner.efe(), &[], Precision::new(16.0).unwrap(), &mut q);
    assert!((q[0] - 0.5).abs() < 1e-12, "not [0, 1] for the coin: {q:?}");
}

/// The same library leaves the entropy of the outcomes out in both places, so that nothing
/// is ever gained by looking. With it, a look at what is unknown has a positive value and a
/// look at noise none, whatever their ambiguities.
#[test]
fn what_is_looked_at_for_information_has_a_positive_value() {
    let maze = |reliability: f64| {
        let maze = CueMaze {
            reliability: Probability::new(reliability).unwrap(),
            ..CueMaze::default()
        };
        ModelBuilder::from_world(&maze.build().unwrap()).unwrap().build().unwrap()
    };
    let salience = |reliability: f64| {
        let model = maze(reliability);
        let plans = Plans::enumerate(&Choices::all(&model), 1).unwrap();
        let mut planner = OpenLoop::new(&model, plans, None).unwrap();
        planner.weigh(&model, &Belief::prior(&model), 0);
        assert_eq!(planner.parts(MIDDLE).salience(), 0.0);
        planner.parts(CUE).salience()
    };
    let values = [0.5, 0.65, 0.8, 0.9, 1.0].map(salience);
    assert!(values[0].abs() < 1e-15 && (values[4] - ln(2.0)).abs() < 1e-15);
    assert!(values.windows(2).all(|pair| pair[1] > pair[0]), "{values:?}");
}

/// A test of that library is documented as "the more reliable the cue the more it is
/// wanted" and asserts that two numbers differ. This one asserts it, of a closed loop.
#[test]
fn the_more_reliable_the_cue_the_more_it_is_wanted() {
    let wants = |reliability: f64| {
        let maze = CueMaze {
            reliability: Probability::new(reliability).unwrap(),
            ..CueMaze::default()
        };
        let mut model = ModelBuilder::from_world(&maze.build().unwrap()).unwrap();
        model.log_preference(2, &[0.0, 3.0, -3.0]);
        let model = model.build().unwrap();
        let settings = sophisticated::Settings::exact(2);
        let mut planner =
            Sophisticated::new(&model, Choices::all(&model), settings, None).unwrap();
        planner.weigh(&model, &Belief::prior(&model), 0);
        let mut q = [0.0; 4];
        posterior(planner.efe(), &[], Precision::ONE, &mut q);
        q[CUE]
    };
    let wanted = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0].map(wants);
    assert!((wanted[0] - 0.25).abs() < 1e-12, "a useless cue is like any other place");
    assert!(wanted.windows(2).all(|pair| pair[1] > pair[0]), "{wanted:?}");
}

/// Agents of that library never predict: after a known move their belief is uniform over
/// all states. Here it is the place to which it moved.
#[test]
fn after_a_known_move_an_agent_knows_where_it_is() {
    let world =
        CueMaze { arms: Arms::Revisitable, ..CueMaze::default() }.build().unwrap();
    let model = ModelBuilder::from_world(&world).unwrap().build().unwrap();
    let plans = Plans::enumerate(&Choices::all(&model), 1).unwrap();
    let planner = OpenLoop::new(&model, plans, None).unwrap();
    let inference = Exact::new(&model).unwrap();
    let mut rngs = aif::selection::streams(&model, 0, 0);
    let mut agent =
        Agent::new(model, inference, planner, None, Settings::default()).unwrap();
    let mut place = agent.step(&[MIDDLE, 0, 0], &mut (), &mut rngs).unwrap()[0];
    for _ in 0..5 {
        // Nothing is seen; only what was done tells.
        let next = agent.step(&[None; 3], &mut (), &mut rngs).unwrap()[0];
        assert_eq!(agent.belief().factor(0)[place], 1.0);
        assert!((agent.belief().factor(1)[0] - 0.5).abs() < 1e-12);
        place = next;
    }
}

/// One library sums what each modality tells, so that several modalities about one thing
/// tell more than there is to know.
#[test]
fn several_looks_tell_no_more_than_there_is_to_know() {
    let told = |copies: usize| {
        let mut model = GenerativeModel::builder();
        let side = model.factor("side", &["left", "right"]);
        for copy in 0..copies {
            let sight = model.modality(&copy.to_string(), &["left", "right"]);
            model.likelihood(sight, &[side], |s, column| {
                column.fill(0.1);
                column[s[0]] = 0.9;
            });
        }
        // Looks of their own, given the side: each tells a little more, but less and less.
        let model = model.build().unwrap();
        Outlook::new(&model, None).unwrap().of_belief(&model, &Belief::prior(&model), 0)
    };
    let one = told(1).salience();
    assert!((one - 0.368_064_207_168_497).abs() < 1e-12);
    for copies in [2, 4, 8] {
        let parts = told(copies);
        // The sum of four is more than the one bit that there is; together they never are.
        assert!((parts.modality_salience() - copies as f64 * one).abs() < 1e-12);
        assert!(parts.salience() < ln(2.0) && parts.salience() < copies as f64 * one);
    }
    assert!(told(4).modality_salience() > 2.0 * ln(2.0));
}

/// Information about parameters that weighs outcome and state as if they were independent
/// is fifty times too large where the state is uncertain and the likelihood known.
#[test]
fn what_is_known_of_the_likelihood_is_not_novel_because_the_state_is_unknown() {
    let mut model = GenerativeModel::builder();
    let side = model.factor("side", &["left", "right"]);
    let sight = model.modality("sight", &["left", "right"]);
    model.likelihood(sight, &[side], |s, column| {
        column.fill(1.0 / 101.0);
        column[s[0]] = 100.0 / 101.0;
    });
    let model = model.build().unwrap();
    let mut counts = Counts::worth(&model, 1.0).unwrap();
    let known = ArrayD::from_shape_vec(IxDyn(&[2, 2]), vec![100.0, 1.0, 1.0, 100.0]);
    counts.set_likelihood(sight, &known.unwrap()).unwrap();
    let belief = Belief::prior(&model);
    let g = Outlook::new(&model, Some(&counts)).unwrap().of_belief(&model, &belief, 0);
    let (theirs, _) =
        pymdp::parameter_information(&model, &counts, &belief, &[[0]]).unwrap();
    assert!((theirs - 0.209).abs() < 1e-3, "{theirs}");
    assert!((g.likelihood_novelty - 0.0042).abs() < 1e-4, "{}", g.likelihood_novelty);
    assert!(theirs > 49.0 * g.likelihood_novelty);
    // SPM's weights have the same fault.
    let spm = novelty::of_product(
        counts.likelihood(sight),
        0,
        |_| belief.factor(side),
        &[0.5, 0.5],
        novelty::spm_weight,
    );
    assert!(spm > 20.0 * g.likelihood_novelty, "{spm}");
}

/// One library executes the first action of long plans only, and looks beyond the end of
/// the trial; a plan may be as long as what is left of it.
#[test]
fn a_list_of_plans_may_hold_plans_of_different_lengths() {
    let world = CueMaze::default().build().unwrap();
    let mut model = ModelBuilder::from_world(&world).unwrap();
    model.log_preference(2, &[0.0, 3.0, -3.0]);
    let model = model.build().unwrap();
    let plans =
        Plans::new(&model, &[vec![[CUE, 0], [LEFT, 0]], vec![[LEFT, 0]]]).unwrap();
    let mut planner = OpenLoop::new(&model, plans, None).unwrap();
    planner.weigh(&model, &Belief::prior(&model), 0);
    assert!((planner.efe()[1] + ln(2.0)).abs() < 1e-12);
    assert!(planner.efe()[0] < planner.efe()[1]);
    assert_eq!(planner.plans().steps(0), [[CUE, 0], [LEFT, 0]]);
}
