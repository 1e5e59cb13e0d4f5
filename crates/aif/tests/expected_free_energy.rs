//! Expected free energy in parts: against brute force on random models, and the identities
//! between its forms.

mod random;

use aif::expected_free_energy::Outlook;
use aif::learning::Counts;
use aif::open_loop::OpenLoop;
use aif::plan::{Choices, Planning, Plans};
use aif::{Arrays, Belief, GenerativeModel, JointSpace};
use ndarray::ArrayD;
use prob::math::{ln, xlogx};
use prob::rng::{Role, stream};
use proptest::prelude::*;
use rand::RngExt;
use random::{Zeros, joint_states, likelihood, shapes};

/// A random model with preferences.
fn model(shape: &random::Shape, seed: u64) -> (GenerativeModel, Arrays) {
    let mut arrays = random::arrays(shape, seed);
    let mut rng = stream(seed, Role::Init, 2);
    for c in &mut arrays.log_preference {
        c.iter_mut().for_each(|c| *c = 6.0 * rng.random::<f64>() - 3.0);
    }
    (GenerativeModel::from_arrays(&arrays).unwrap(), arrays)
}

/// All observations, one outcome a modality.
fn observations(model: &GenerativeModel) -> Vec<Vec<usize>> {
    model.modalities().iter().fold(vec![Vec::new()], |all, m| {
        all.iter()
            .flat_map(|o| (0..m.n_outcomes()).map(move |x| [&o[..], &[x]].concat()))
            .collect()
    })
}

/// What enumeration of states and observations says.
struct Brute {
    utility: f64,
    /// KL from the preferences.
    risk: f64,
    ambiguity: f64,
    /// Expected divergence of the posterior from the prediction.
    information: f64,
    /// The same, each modality alone.
    by_modality: f64,
    state_entropy: f64,
}

fn brute(model: &GenerativeModel, arrays: &Arrays, q: &[f64]) -> Brute {
    let states = joint_states(model);
    let mut b = Brute {
        utility: 0.0,
        risk: 0.0,
        ambiguity: 0.0,
        information: 0.0,
        by_modality: 0.0,
        state_entropy: -q.iter().map(|&q| xlogx(q)).sum::<f64>(),
    };
    for o in observations(model) {
        let joint: Vec<f64> =
            states.iter().zip(q).map(|(s, q)| q * likelihood(arrays, s, &o)).collect();
        let p: f64 = joint.iter().sum();
        if p == 0.0 {
            continue;
        }
        let log_c: f64 = o.iter().zip(&arrays.log_preference).map(|(&o, c)| c[[o]]).sum();
        b.utility += p * log_c;
        b.risk += p * (ln(p) - log_c);
        for ((&joint, &q), s) in joint.iter().zip(q).zip(&states) {
            if joint > 0.0 {
                b.information += joint * ln(joint / p / q);
                b.ambiguity -= joint * ln(likelihood(arrays, s, &o));
            }
        }
    }
    for modality in model.modalities() {
        for o in 0..modality.n_outcomes() {
            let a = |s: &Vec<usize>| {
                let parents: Vec<usize> =
                    modality.parents().iter().map(|&f| s[f]).collect();
                modality.likelihood().get(o, modality.likelihood().parents(&parents), 0)
            };
            let p: f64 = states.iter().zip(q).map(|(s, q)| q * a(s)).sum();
            for (s, &q) in states.iter().zip(q) {
                if q > 0.0 && a(s) > 0.0 {
                    b.by_modality += q * a(s) * ln(a(s) / p);
                }
            }
        }
    }
    b
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// On thousands of models: each part is what enumeration says, both forms of G are
    /// equal, and salience lies between 0 and the entropy of the states.
    #[test]
    fn both_forms_of_g_are_the_sum_of_parts_that_enumeration_confirms(
        shape in prop_oneof![shapes(Zeros::None), shapes(Zeros::Some)],
        seed: u64,
    ) {
        let (model, arrays) = model(&shape, seed);
        let belief = random::belief(&model, shape.zeros, seed);
        let space = JointSpace::new(&model).unwrap();
        let mut q = vec![0.0; space.n_states()];
        space.product(&belief, &mut q);
        let g = Outlook::new(&model, None).unwrap().of_belief(&model, &belief, 0);
        let b = brute(&model, &arrays, &q);
        prop_assert!(close(g.utility, b.utility), "{} {}", g.utility, b.utility);
        prop_assert!(close(g.risk(), b.risk), "{} {}", g.risk(), b.risk);
        prop_assert!(close(g.ambiguity, b.ambiguity), "{} {}", g.ambiguity, b.ambiguity);
        prop_assert!(close(g.salience(), b.information));
        prop_assert!(close(g.modality_salience(), b.by_modality));
        // The two forms, from what was computed apart.
        prop_assert!(close(b.risk + b.ambiguity, -b.utility - b.information));
        prop_assert!(close(g.value(), b.risk + b.ambiguity));
        prop_assert!(g.salience() >= 0.0 && g.salience() <= b.state_entropy + 1e-12);
        // For independent factors a modality's share is never more than all together, and
        // the sum may be.
        prop_assert!(g.outcome_entropy <= g.modality_entropy + 1e-12);
    }

    /// A belief about joint states that is no product: the same by enumeration.
    #[test]
    fn tied_beliefs_are_weighed_as_they_are(shape in shapes(Zeros::Some), seed: u64) {
        let (model, arrays) = model(&shape, seed);
        let mut outlook = Outlook::joint(&model, None).unwrap();
        let mut q = vec![0.0; model.n_joint_states().unwrap()];
        random::fill(&mut q, Zeros::Some, &mut stream(seed, Role::Init, 3));
        let g = outlook.of_joint(&model, &q, 0);
        let b = brute(&model, &arrays, &q);
        prop_assert!(close(g.utility, b.utility) && close(g.risk(), b.risk));
        prop_assert!(close(g.ambiguity, b.ambiguity) && close(g.salience(), b.information));
        prop_assert!(close(g.modality_salience(), b.by_modality));
        // A product gives the same in both ways.
        let belief = random::belief(&model, Zeros::Some, seed);
        JointSpace::new(&model).unwrap().product(&belief, &mut q);
        let (joint, blocks) = (
            outlook.of_joint(&model, &q, 0),
            Outlook::new(&model, None).unwrap().of_belief(&model, &belief, 0),
        );
        prop_assert!(close(joint.value(), blocks.value()));
        prop_assert!(close(joint.modality_entropy, blocks.modality_entropy));
    }

    /// A plan's parts are the sums over the beliefs that prediction alone leads to,
    /// whether it shares steps with others or not.
    #[test]
    fn plans_that_share_steps_are_worth_what_they_are_worth_alone(
        shape in shapes(Zeros::Some), horizon in 1..4_usize, seed: u64,
    ) {
        let (model, _) = model(&shape, seed);
        let choices = Choices::all(&model);
        prop_assume!(choices.len().pow(horizon as u32) <= 64);
        let counts = Counts::worth(&model, 3.0).unwrap();
        let plans = Plans::enumerate(&choices, horizon).unwrap();
        let belief = random::belief(&model, Zeros::Some, seed);
        let mut planner = OpenLoop::new(&model, plans.clone(), Some(&counts)).unwrap();
        planner.weigh(&model, &belief, 0);
        let mut outlook = Outlook::new(&model, Some(&counts)).unwrap();
        for plan in 0..plans.len() {
            let (mut q, mut next) = (belief.clone(), belief.clone());
            let (mut g, mut novelty) = (0.0, 0.0);
            for actions in plans.steps(plan) {
                aif::inference::predict(&model, &q, actions, &mut next).unwrap();
                let parts = outlook.of_belief(&model, &next, 0);
                let of_b = outlook.transition_novelty(&model, &q, actions);
                g += parts.value() - of_b;
                novelty += parts.novelty() + of_b;
                std::mem::swap(&mut q, &mut next);
            }
            prop_assert!(close(planner.efe()[plan], g));
            prop_assert!(close(planner.parts(plan).novelty(), novelty));
            for f in 0..model.n_factors() {
                let predicted = planner.predicted(plan, f).iter().zip(q.factor(f));
                prop_assert!(predicted.clone().all(|(p, q)| (p - q).abs() < 1e-15));
            }
        }
    }
}

/// For each list of counts of one column: the expected divergence from the prior of the
/// Dirichlet posterior, when the state is known.
#[test]
fn novelty_of_a_plan_is_that_of_the_columns_it_leads_to() {
    let mut model = GenerativeModel::builder();
    let arm = model.factor("arm", &["none", "left", "right"]);
    model.actions(arm, &["none", "left", "right"]);
    model.transition(arm, &[arm], |_, a, column| column[a] = 1.0);
    let sight = model.modality("sight", &["no", "yes"]);
    model.likelihood(sight, &[arm], |s, column| match s[0] {
        0 => column[0] = 1.0,
        _ => column.fill(0.5),
    });
    let model = model.build().unwrap();
    let mut counts = Counts::worth(&model, 1.0).unwrap();
    let tried = ArrayD::from_shape_vec(vec![2, 3], vec![1.0, 1.0, 50.0, 0.0, 1.0, 50.0]);
    counts.set_likelihood(sight, &tried.unwrap()).unwrap();
    let plans = Plans::enumerate(&Choices::all(&model), 1).unwrap();
    let mut planner = OpenLoop::new(&model, plans, Some(&counts)).unwrap();
    planner.weigh(&model, &Belief::prior(&model), 0);
    let novelty = [0, 1, 2].map(|plan| planner.parts(plan).likelihood_novelty);
    assert_eq!(novelty[0], 0.0);
    assert!(close(novelty[1], ln(2.0) - 0.5));
    assert!(novelty[2] > 0.0 && novelty[2] < 0.006);
}
