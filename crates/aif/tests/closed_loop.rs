//! Closed-loop search against exhaustive search, and where it parts from open loop.

mod random;

use aif::expected_free_energy::Outlook;
use aif::learning::Counts;
use aif::open_loop::OpenLoop;
use aif::plan::{Choices, PlanError, Planning, Plans, Precision, utility_only};
use aif::sophisticated::{Continuation, Settings, Sophisticated};
use aif::{Arrays, Belief, GenerativeModel, ModelBuilder};
use envs::cue_maze::{self, CueMaze};
use envs::tiger;
use prob::Probability;
use prob::math::ln;
use prob::rng::{Role, stream};
use proptest::prelude::*;
use rand::RngExt;
use random::{Shape, Zeros, joint_states, likelihood, shapes_of, transition};

fn model(shape: &Shape, seed: u64) -> (GenerativeModel, Arrays) {
    let mut arrays = random::arrays(shape, seed);
    let mut rng = stream(seed, Role::Init, 2);
    for c in &mut arrays.log_preference {
        c.iter_mut().for_each(|c| *c = 4.0 * rng.random::<f64>() - 2.0);
    }
    (GenerativeModel::from_arrays(&arrays).unwrap(), arrays)
}

/// Prediction, outcomes and posteriors by enumeration of the arrays.
struct Brute<'a> {
    arrays: &'a Arrays,
    states: Vec<Vec<usize>>,
    observations: Vec<Vec<usize>>,
    choices: Vec<Vec<usize>>,
}

impl<'a> Brute<'a> {
    fn new(model: &GenerativeModel, arrays: &'a Arrays) -> Self {
        let observations = model.modalities().iter().fold(vec![Vec::new()], |all, m| {
            all.iter()
                .flat_map(|o| (0..m.n_outcomes()).map(move |x| [&o[..], &[x]].concat()))
                .collect()
        });
        let choices = Choices::all(model).iter().map(<[usize]>::to_vec).collect();
        Self { arrays, states: joint_states(model), observations, choices }
    }

    fn predict(&self, q: &[f64], actions: &[usize]) -> Vec<f64> {
        self.states
            .iter()
            .map(|next| {
                let from = |(s, q): (&Vec<usize>, &f64)| {
                    q * transition(self.arrays, next, s, actions)
                };
                self.states.iter().zip(q).map(from).sum()
            })
            .collect()
    }

    /// Risk and ambiguity of a predicted belief.
    fn efe(&self, q: &[f64]) -> f64 {
        let mut g = 0.0;
        for o in &self.observations {
            let p: f64 = self
                .states
                .iter()
                .zip(q)
                .map(|(s, q)| q * likelihood(self.arrays, s, o))
                .sum();
            if p > 0.0 {
                let c: f64 =
                    o.iter().zip(&self.arrays.log_preference).map(|(&o, c)| c[[o]]).sum();
                g += p * (ln(p) - c);
            }
            for (s, q) in self.states.iter().zip(q) {
                let a = likelihood(self.arrays, s, o);
                if q * a > 0.0 {
                    g -= q * a * ln(a);
                }
            }
        }
        g
    }

    /// The outcomes that can come, each with its probability and posterior.
    fn outcomes(&self, q: &[f64]) -> Vec<(f64, Vec<f64>)> {
        let weigh = |o: &Vec<usize>| -> Vec<f64> {
            let weight = |(s, q): (&Vec<usize>, &f64)| q * likelihood(self.arrays, s, o);
            self.states.iter().zip(q).map(weight).collect()
        };
        self.observations
            .iter()
            .map(weigh)
            .map(|w| (w.iter().sum::<f64>(), w))
            .filter(|(p, _)| *p > 0.0)
            .map(|(p, w)| (p, w.iter().map(|w| w / p).collect()))
            .collect()
    }

    /// The cost of every policy tree of two steps that begins with a choice: every way to
    /// answer each outcome with a second choice.
    fn best_tree(&self, q: &[f64], first: &[usize]) -> f64 {
        let predicted = self.predict(q, first);
        let ahead: Vec<(f64, Vec<f64>)> = self
            .outcomes(&predicted)
            .into_iter()
            .map(|(p, q)| {
                let costs =
                    self.choices.iter().map(|a| self.efe(&self.predict(&q, a))).collect();
                (p, costs)
            })
            .collect();
        let n = self.choices.len();
        let trees = n.pow(ahead.len() as u32);
        let cost = |tree: usize| -> f64 {
            let answer = |i: usize| tree / n.pow(i as u32) % n;
            ahead.iter().enumerate().map(|(i, (p, costs))| p * costs[answer(i)]).sum()
        };
        self.efe(&predicted) + (0..trees).map(cost).fold(f64::INFINITY, f64::min)
    }

    /// The recursion itself.
    fn cost(&self, q: &[f64], first: &[usize], horizon: usize) -> f64 {
        let predicted = self.predict(q, first);
        let mut g = self.efe(&predicted);
        if horizon > 1 {
            for (p, q) in self.outcomes(&predicted) {
                let costs = self.choices.iter().map(|a| self.cost(&q, a, horizon - 1));
                g += p * costs.fold(f64::INFINITY, f64::min);
            }
        }
        g
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_global_rejects: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_exact_search_finds_what_the_best_of_all_policy_trees_costs(
        shape in shapes_of(1..3, Zeros::Some), seed: u64,
    ) {
        let (model, arrays) = model(&shape, seed);
        let brute = Brute::new(&model, &arrays);
        let trees = brute.choices.len().checked_pow(brute.observations.len() as u32);
        prop_assume!(trees.is_some_and(|trees| trees <= 20_000));
        let mut q = vec![0.0; brute.states.len()];
        random::fill(&mut q, Zeros::Some, &mut stream(seed, Role::Init, 3));
        let mut search =
            Sophisticated::new(&model, Choices::all(&model), Settings::exact(2), None).unwrap();
        search.weigh_joint(&model, &q, 0);
        prop_assert!(search.search().is_exact());
        for (choice, first) in brute.choices.iter().enumerate() {
            let expected = brute.best_tree(&q, first);
            let found = search.efe()[choice];
            prop_assert!((found - expected).abs() < 1e-10, "{} {}", found, expected);
            let parts = search.parts(choice);
            prop_assert!((parts.value() - found).abs() < 1e-10, "parts add up");
        }
    }

    #[test]
    fn three_steps_follow_the_recursion_and_never_cost_more_than_open_loop(
        shape in shapes_of(1..3, Zeros::Some), seed: u64,
    ) {
        let (model, arrays) = model(&shape, seed);
        let brute = Brute::new(&model, &arrays);
        let work = (brute.choices.len() * brute.observations.len()).pow(2);
        prop_assume!(work * brute.choices.len() * brute.states.len().pow(2) <= 200_000);
        let mut q = vec![0.0; brute.states.len()];
        random::fill(&mut q, Zeros::Some, &mut stream(seed, Role::Init, 3));
        let choices = Choices::all(&model);
        let mut search =
            Sophisticated::new(&model, choices.clone(), Settings::exact(3), None).unwrap();
        search.weigh_joint(&model, &q, 0);
        for (choice, first) in brute.choices.iter().enumerate() {
            let expected = brute.cost(&q, first, 3);
            prop_assert!((search.efe()[choice] - expected).abs() < 1e-10);
        }
        // For utility alone an answer to what is seen can only help. (Salience of an open
        // plan may count the same information twice.)
        let mut wise = Sophisticated::minimizing(
            &model, choices.clone(), Settings::exact(3), None, utility_only).unwrap();
        wise.weigh_joint(&model, &q, 0);
        let best = wise.efe().iter().copied().fold(f64::INFINITY, f64::min);
        for always in &brute.choices {
            let mut q = q.clone();
            let mut utility = 0.0;
            for _ in 0..3 {
                q = brute.predict(&q, always);
                for (s, q) in brute.states.iter().zip(&q) {
                    for o in &brute.observations {
                        let c: f64 = o.iter().zip(&arrays.log_preference)
                            .map(|(&o, c)| c[[o]]).sum();
                        utility += q * likelihood(&arrays, s, o) * c;
                    }
                }
            }
            prop_assert!(best <= -utility + 1e-10);
        }
    }

    /// What is left out is said; the rest is a bound on how far one can be off.
    #[test]
    fn a_search_that_leaves_something_out_says_so(
        shape in shapes_of(1..3, Zeros::None), seed: u64,
    ) {
        let (model, _) = model(&shape, seed);
        let q = random::belief(&model, Zeros::None, seed);
        let weigh = |settings| {
            let mut search =
                Sophisticated::new(&model, Choices::all(&model), settings, None).unwrap();
            search.weigh(&model, &q, 0);
            (search.efe().to_vec(), search.search())
        };
        let (exact, all) = weigh(Settings::exact(2));
        prop_assert!(all.is_exact());
        let pruned = Settings {
            min_outcome: Probability::new(0.2).unwrap(),
            ..Settings::exact(2)
        };
        let (values, search) = weigh(pruned);
        prop_assert_eq!(search.is_exact(), search.dropped_outcomes == 0);
        if search.is_exact() {
            prop_assert_eq!(&values, &exact);
        }
        // Choices left out can only raise the cost, and none with room enough.
        let narrow = Settings { margin: 0.0, ..Settings::exact(2) };
        let (values, search) = weigh(narrow);
        for (value, exact) in values.iter().zip(&exact) {
            prop_assert!(*value >= exact - 1e-12);
        }
        if Choices::all(&model).len() > 1 {
            prop_assert!(search.is_exact() == (search.dropped_choices == 0));
        }
        let wide = Settings { margin: 1e6, ..Settings::exact(2) };
        let (values, search) = weigh(wide);
        prop_assert!(search.is_exact());
        prop_assert_eq!(&values, &exact);
    }

    /// An agent that chooses at random later does worse than one that chooses the best;
    /// with growing precision it becomes that one.
    #[test]
    fn the_average_continuation_tends_to_the_best(
        shape in shapes_of(1..3, Zeros::None), seed: u64,
    ) {
        let (model, _) = model(&shape, seed);
        let q = random::belief(&model, Zeros::None, seed);
        let weigh = |continuation| {
            let settings = Settings { continuation, ..Settings::exact(2) };
            let mut search =
                Sophisticated::new(&model, Choices::all(&model), settings, None).unwrap();
            search.weigh(&model, &q, 0);
            search.efe().to_vec()
        };
        let at = |precision| weigh(Continuation::Average(Precision::new(precision).unwrap()));
        let best = weigh(Continuation::Best);
        let (none, some, sharp) = (at(0.0), at(1.0), at(1e5));
        for i in 0..best.len() {
            prop_assert!(none[i] >= some[i] - 1e-12 && some[i] >= best[i] - 1e-12);
            prop_assert!(sharp[i] >= best[i] - 1e-12 && sharp[i] < best[i] + 1e-3);
        }
    }
}

/// One library's search falls over more than ten choices.
#[test]
fn a_search_follows_more_than_ten_choices() {
    let world = cue_maze::CueMaze::default().build().unwrap();
    let model = ModelBuilder::from_world(&world).unwrap().build().unwrap();
    let rows: Vec<[usize; 2]> = (0..12).map(|i| [i % 4, 0]).collect();
    let choices = Choices::new(&model, &rows).unwrap();
    let mut search =
        Sophisticated::new(&model, choices, Settings::exact(2), None).unwrap();
    search.weigh(&model, &Belief::prior(&model), 0);
    assert_eq!(search.efe().len(), 12);
    assert_eq!(search.efe()[..4], search.efe()[8..]);
    assert!(matches!(
        Sophisticated::new(&model, Choices::all(&model), Settings::exact(0), None),
        Err(PlanError::Empty(_))
    ));
}

/// Novelty in a search is that of the beliefs it goes through.
#[test]
fn the_first_step_of_a_search_has_the_novelty_of_an_outlook() {
    let world = CueMaze::default().build().unwrap();
    let model = ModelBuilder::from_world(&world).unwrap().build().unwrap();
    let counts = Counts::worth(&model, 2.0).unwrap();
    let choices = Choices::all(&model);
    let mut search =
        Sophisticated::new(&model, choices.clone(), Settings::exact(1), Some(&counts))
            .unwrap();
    let belief = Belief::prior(&model);
    search.weigh(&model, &belief, 0);
    let plans = Plans::enumerate(&choices, 1).unwrap();
    let mut open = OpenLoop::new(&model, plans, Some(&counts)).unwrap();
    open.weigh(&model, &belief, 0);
    for choice in 0..choices.len() {
        let (a, b) = (search.parts(choice), open.parts(choice));
        assert!((a.value() - b.value()).abs() < 1e-12);
        assert!((a.novelty() - b.novelty()).abs() < 1e-12);
    }
    assert!(search.parts(cue_maze::CUE).likelihood_novelty > 0.1, "the cue isn't sure");
    assert_eq!(search.parts(cue_maze::MIDDLE).likelihood_novelty, 0.0);
    let mut outlook = Outlook::joint(&model, Some(&counts)).unwrap();
    assert!(outlook.has_novelty());
    outlook.refresh(&model, Some(&counts));
}

/// The value of information needs no term for it: -G of a search for utility alone is
/// what the best policy is worth. For a valid cue and arms that pay c with .95 and take
/// .9 c with .05 at each of two steps, it exceeds the best plan's by .805 c.
#[test]
fn feedback_is_worth_what_the_control_says() {
    for c in [1.0, 2.0] {
        let world = CueMaze::gossip(c).build().unwrap();
        let mut model = ModelBuilder::from_world(&world).unwrap();
        model.log_preference(2, &[0.0, c, -0.9 * c]);
        let model = model.build().unwrap();
        let choices = Choices::all(&model);
        let belief = Belief::prior(&model);
        let mut closed = Sophisticated::minimizing(
            &model,
            choices.clone(),
            Settings::exact(2),
            None,
            utility_only,
        )
        .unwrap();
        closed.weigh(&model, &belief, 0);
        let plans = Plans::enumerate(&choices, 2).unwrap();
        let mut open = OpenLoop::minimizing(&model, plans, None, utility_only).unwrap();
        open.weigh(&model, &belief, 0);
        let best = |efe: &[f64]| efe.iter().copied().fold(f64::INFINITY, f64::min);
        let gain = best(open.efe()) - best(closed.efe());
        assert!((gain - 0.805 * c).abs() < 1e-12, "{gain}");
        // Useless news is bought by the full objective and by no other.
        let mut curious =
            Sophisticated::new(&model, choices.clone(), Settings::exact(2), None)
                .unwrap();
        curious.weigh(&model, &belief, 0);
        let gossip = curious.parts(cue_maze::GOSSIP);
        assert!(gossip.salience() > ln(4.0) - 1e-12);
        assert!(closed.efe()[cue_maze::GOSSIP] > closed.efe()[cue_maze::CUE] + 0.5 * c);
        if c == 1.0 {
            let tie = curious.efe()[cue_maze::GOSSIP] - curious.efe()[cue_maze::CUE];
            assert!(tie.abs() < 1e-12, "{tie}");
        }
    }
}

/// Tiger, two steps to go from complete ignorance: to open a door now costs 45 on
/// average, to listen once and open the door away from the growl 6.5 and the listening;
/// to listen twice costs 2 and is best.
#[test]
fn the_tiger_is_listened_for() {
    let world = tiger::tiger();
    let mut model = ModelBuilder::from_world(&world).unwrap();
    // Rewards by what is found; each step of listening costs 1.
    model.log_preference(1, &[-1.0, 10.0, -100.0]);
    let model = model.build().unwrap();
    let choices = Choices::of_world(&model).unwrap();
    assert_eq!(choices.len(), 3);
    let mut search = Sophisticated::minimizing(
        &model,
        choices,
        Settings::exact(2),
        None,
        utility_only,
    )
    .unwrap();
    search.weigh(&model, &Belief::prior(&model), 0);
    let open = 0.5 * (100.0 - 10.0) + 1.0;
    let expected = [2.0, open, open];
    for (found, expected) in search.efe().iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{:?}", search.efe());
    }
    // With three steps, two growls that agree are worth opening a door for: they come with
    // probability .745 and are right with probability .7225 / .745.
    let mut search = Sophisticated::minimizing(
        &model,
        Choices::of_world(&model).unwrap(),
        Settings::exact(3),
        None,
        utility_only,
    )
    .unwrap();
    search.weigh(&model, &Belief::prior(&model), 0);
    let agree = 0.85_f64 * 0.85 + 0.15 * 0.15;
    let right = 0.85 * 0.85 / agree;
    let expected = 2.0 + agree * (100.0 * (1.0 - right) - 10.0 * right) + (1.0 - agree);
    assert!((search.efe()[tiger::LISTEN] - expected).abs() < 1e-12);
}

/// A cue that tells where a cue is: on the small grid the first lies on the way to both
/// places of the second, and after the second the food is next door or three steps away.
/// With five steps to go that is three rewards or one, 2 on average, and no other first
/// step is worth as much.
#[test]
fn cues_are_followed_to_cues() {
    use envs::chaining::{Chaining, RIGHT};
    let world = Chaining::small().build().unwrap();
    let mut model = ModelBuilder::from_world(&world).unwrap();
    model.log_preference(3, &[0.0, 1.0, -1.0]);
    let model = model.build().unwrap();
    let mut search = Sophisticated::minimizing(
        &model,
        Choices::of_world(&model).unwrap(),
        Settings::exact(5),
        None,
        utility_only,
    )
    .unwrap();
    search.weigh(&model, &Belief::prior(&model), 0);
    assert!((search.efe()[RIGHT] + 2.0).abs() < 1e-12, "{:?}", search.efe());
    let others = search.efe().iter().enumerate().filter(|(choice, _)| *choice != RIGHT);
    assert!(others.map(|(_, g)| *g).fold(f64::INFINITY, f64::min) > -2.0 + 0.1);
}

/// Preferences may change from step to step, and plans that meet at different steps are
/// not worth the same. In the tutorial's task a win is worth 4 nats in the first step
/// ahead and 2 in the second, a loss -1.
#[test]
fn preferences_are_those_of_the_step() {
    let world = cue_maze::smith_friston_whyte();
    let mut model = ModelBuilder::from_world(&world).unwrap();
    let [first, second, third] = cue_maze::SMITH_PREFERENCES;
    model.log_preference_in_time(1, &[&first, &second, &third]);
    let model = model.build().unwrap();
    let choices = Choices::of_world(&model).unwrap();
    let belief = Belief::prior(&model);
    let plans = Plans::enumerate(&choices, 2).unwrap();
    let mut open = OpenLoop::minimizing(&model, plans, None, utility_only).unwrap();
    open.weigh(&model, &belief, 0);
    let mut closed = Sophisticated::minimizing(
        &model,
        choices,
        Settings::exact(2),
        None,
        utility_only,
    )
    .unwrap();
    closed.weigh(&model, &belief, 0);
    // A machine wins with 1/2 for all that is known; twice the left one.
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    close(open.efe()[4 * 2 + 2], -(0.5 * 4.0 - 0.5) - (0.5 * 2.0 - 0.5));
    close(open.efe()[2], -(0.5 * 2.0 - 0.5));
    // After the hint the better machine wins with .8. After a win or a loss, the machine
    // that is then likelier to be better is so with .8, and wins with .68.
    let after_hint = 0.8 * 2.0 - 0.2;
    let after_choice = 0.68 * 2.0 - 0.32;
    let expected = [0.5, after_hint, 1.5 + after_choice, 1.5 + after_choice];
    for (g, expected) in closed.efe().iter().zip(expected) {
        close(-g, expected);
    }
    // From the second step on, the third one's preferences hold.
    closed.weigh(&model, &belief, 1);
    close(-closed.efe()[2], 0.5 + after_choice);
}
