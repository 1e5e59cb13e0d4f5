//! The agent: its parts and their order, what it says when something is wrong, what a
//! watcher sees, what it learns, and that it allocates nothing.

use aif::agent::{Agent, AgentError, Learning, Options, Settings, Watch};
use aif::learning::{Counts, StepSize};
use aif::open_loop::OpenLoop;
use aif::perception::Inferred;
use aif::plan::{Choices, PlanError, Planning, Plans, Precision};
use aif::selection::{Selection, streams};
use aif::sophisticated::{self, Sophisticated};
use aif::{Belief, Exact, GenerativeModel, InferenceError, ModelBuilder};
use allocation_counter::measure;
use envs::cue_maze::{CUE, CueMaze, LEFT, MIDDLE, RIGHT};
use envs::view::{Observed, Senses};
use envs::{Environment, Sampled};
use prob::rng::{Role, stream};
use proptest::prelude::*;

fn maze_model() -> GenerativeModel {
    let world = CueMaze::default().build().unwrap();
    let mut model = ModelBuilder::from_world(&world).unwrap();
    model.log_preference(2, &[0.0, 3.0, -3.0]);
    model.build().unwrap()
}

fn learning() -> Learning {
    Learning {
        likelihood: Some(StepSize::ONE),
        transition: Some(StepSize::ONE),
        prior: Some(StepSize::ONE),
    }
}

fn open(settings: Settings, with_counts: bool) -> Agent<Exact, OpenLoop> {
    let model = maze_model();
    let counts = with_counts.then(|| Counts::worth(&model, 4.0).unwrap());
    let plans = Plans::enumerate(&Choices::all(&model), 2).unwrap();
    let planner = OpenLoop::new(&model, plans, counts.as_ref()).unwrap();
    let inference = Exact::new(&model).unwrap();
    Agent::new(model, inference, planner, counts, settings).unwrap()
}

fn closed(settings: Settings) -> Agent<Exact, Sophisticated> {
    let model = maze_model();
    let search = sophisticated::Settings::exact(2);
    let planner = Sophisticated::new(&model, Choices::all(&model), search, None).unwrap();
    let inference = Exact::new(&model).unwrap();
    Agent::new(model, inference, planner, None, settings).unwrap()
}

#[test]
fn a_closed_loop_agent_reads_the_cue_and_follows_it() {
    let mut agent = closed(Settings::default());
    let mut rngs = streams(agent.model(), 0, 0);
    for (cue, arm) in [(1, LEFT), (2, RIGHT)] {
        let first = agent.step(&[MIDDLE, 0, 0], &mut (), &mut rngs).unwrap();
        assert_eq!(first, [CUE, 0]);
        let second = agent.step(&[CUE, cue, 0], &mut (), &mut rngs).unwrap();
        assert_eq!(second, [arm, 0]);
        // What was predicted of the move was corrected by what was seen there.
        assert_eq!(agent.belief().factor(0)[CUE], 1.0);
        assert!((agent.belief().factor(1)[cue - 1] - 0.9).abs() < 1e-12);
        agent.end_trial();
    }
}

#[test]
fn parts_have_an_order_and_an_error_changes_nothing() {
    let mut agent = open(Settings { learning: learning(), ..Settings::default() }, true);
    let mut rngs = streams(agent.model(), 0, 0);
    let out_of_turn = |part, after| AgentError::OutOfTurn { part, after };
    assert_eq!(agent.plan(&mut ()).unwrap_err(), out_of_turn("plan", "observe"));
    assert_eq!(agent.learn(&mut ()).unwrap_err(), out_of_turn("learn", "observe"));
    assert_eq!(agent.act(&mut (), &mut rngs).unwrap_err(), out_of_turn("act", "plan"));
    agent.observe(&[MIDDLE, 0, 0], &mut ()).unwrap();
    let again = agent.observe(&[MIDDLE, 0, 0], &mut ()).unwrap_err();
    assert_eq!(again.to_string(), "observe comes after act");
    agent.plan(&mut ()).unwrap();
    assert_eq!(
        agent.act(&mut (), &mut rngs[..1]).unwrap_err(),
        AgentError::WrongStreams { expected: 2, given: 1 }
    );
    let taken = agent.act(&mut (), &mut rngs).unwrap().to_vec();

    // An agent that was spared the errors, and one that goes on after them.
    let mut spared = agent.clone();
    let (other_place, place) = ((taken[0] + 1) % 4, taken[0]);
    let wrong: [&[usize]; 3] = [&[other_place, 0, 0], &[9, 0, 0], &[MIDDLE]];
    let errors = wrong.map(|o| agent.step(o, &mut (), &mut rngs).unwrap_err());
    assert!(matches!(
        errors[0],
        AgentError::Inference(InferenceError::Impossible { modality: 0, .. })
    ));
    assert_eq!(errors[1].to_string(), "outcome 9 of modality 0 (0), but it has 4");
    assert_eq!(errors[2].to_string(), "1 outcomes, but the model has 3 modalities");
    let (mut rngs, mut same) =
        (streams(agent.model(), 1, 0), streams(agent.model(), 1, 0));
    let seen = if place == CUE { [place, 1, 0] } else { [place, 0, 1] };
    let next = agent.step(&seen, &mut (), &mut rngs).unwrap().to_vec();
    assert_eq!(spared.step(&seen, &mut (), &mut same).unwrap(), next);
    assert_eq!(agent.belief(), spared.belief());
    assert_eq!(agent.counts(), spared.counts());
    assert_eq!(agent.options().posterior(), spared.options().posterior());
    assert_eq!((agent.t(), agent.model()), (1, spared.model()));

    // An error between an action and what is learned of the step before.
    let seen = |place| match place {
        CUE => [CUE, 1, 0],
        LEFT | RIGHT => [place, 0, 1],
        _ => [MIDDLE, 0, 0],
    };
    let last = if place >= LEFT { place } else { next[0] };
    agent.observe(&seen(last), &mut ()).unwrap();
    agent.plan(&mut ()).unwrap();
    agent.act(&mut (), &mut rngs).unwrap();
    let mut spared = agent.clone();
    assert!(agent.observe(&[9, 9, 9], &mut ()).is_err());
    assert!(agent.observe(&[(last + 1) % 4, 2, 2], &mut ()).is_err());
    agent.learn(&mut ()).unwrap();
    spared.learn(&mut ()).unwrap();
    assert_eq!(agent.counts(), spared.counts());
    assert_ne!(agent.counts().unwrap().transition(0).total(), 64.0, "it did learn");
}

#[test]
fn a_habit_is_for_each_plan() {
    let mut model = maze_model();
    model.set_habit(&[0.5, 0.5]).unwrap();
    let plans = Plans::enumerate(&Choices::all(&model), 2).unwrap();
    let planner = OpenLoop::new(&model, plans, None).unwrap();
    let inference = Exact::new(&model).unwrap();
    let made = Agent::new(model, inference, planner, None, Settings::default());
    assert_eq!(made.unwrap_err(), PlanError::WrongHabit { expected: 16, given: 2 });
}

#[test]
fn a_strong_habit_decides_and_a_weak_one_gives_way() {
    let first = |strength: f64| {
        let mut model = maze_model();
        // Plans that begin with a stay in the middle.
        let mut habit = vec![(1.0 - strength) / 12.0; 16];
        habit[..4].fill(strength / 4.0);
        model.set_habit(&habit).unwrap();
        let plans = Plans::enumerate(&Choices::all(&model), 2).unwrap();
        let planner = OpenLoop::new(&model, plans, None).unwrap();
        let inference = Exact::new(&model).unwrap();
        let mut rngs = streams(&model, 0, 0);
        let mut agent =
            Agent::new(model, inference, planner, None, Settings::default()).unwrap();
        agent.step(&[MIDDLE, 0, 0], &mut (), &mut rngs).unwrap()[0]
    };
    assert_eq!(first(0.99), MIDDLE);
    assert!([LEFT, RIGHT].contains(&first(0.25)));
}

/// Remembers what it sees.
#[derive(Default)]
struct Notes {
    parts: Vec<&'static str>,
    surprise: f64,
    best: f64,
    action: usize,
}

impl Watch for Notes {
    fn inferred(
        &mut self,
        t: usize,
        _: &Belief,
        posterior: &Belief,
        inferred: &Inferred,
    ) {
        assert_eq!((t, posterior.n_factors()), (0, 2));
        self.parts.push("inferred");
        self.surprise = inferred.free_energy.value();
    }
    fn planned<P: Planning>(&mut self, _: usize, options: &Options<'_, P>) {
        self.parts.push("planned");
        self.best = options.efe().iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(options.len(), options.posterior().len());
        assert!((options.posterior().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for option in 0..options.len() {
            let g = options.parts(option).value();
            assert_eq!(g, options.efe()[option]);
            assert_eq!(options.first_actions(option)[1], 0);
        }
    }
    fn acted(&mut self, _: usize, actions: &[usize]) {
        self.parts.push("acted");
        self.action = actions[0];
    }
    fn learned(&mut self, _: usize, counts: &Counts, model: &GenerativeModel) {
        self.parts.push("learned");
        assert!(counts.likelihood(0).total() > 0.0 && model.n_factors() == 2);
    }
}

#[test]
fn a_watcher_sees_every_part_and_changes_none() {
    let settings = Settings { learning: learning(), ..Settings::default() };
    let (mut watched, mut alone) = (open(settings, true), open(settings, true));
    let mut notes = Notes::default();
    let mut rngs = [0, 0].map(|seed| streams(watched.model(), seed, 0));
    let [ref mut one, ref mut other] = rngs;
    let action = watched.step(&[MIDDLE, 0, 0], &mut notes, one).unwrap()[0];
    assert_eq!(alone.step(&[MIDDLE, 0, 0], &mut (), other).unwrap()[0], action);
    assert_eq!(notes.parts, ["inferred", "learned", "planned", "acted"]);
    assert_eq!((notes.action, notes.surprise), (action, 0.0));
    assert!(notes.best < 0.0);
}

#[test]
fn what_is_learned_is_what_counting_by_hand_gives() {
    let settings = Settings { learning: learning(), ..Settings::default() };
    let mut agent = open(settings, true);
    let model = maze_model();
    let mut counts = Counts::worth(&model, 4.0).unwrap();
    agent.observe(&[MIDDLE, 0, 0], &mut ()).unwrap();
    agent.learn(&mut ()).unwrap();
    agent.learn(&mut ()).unwrap();
    counts.observe(&model, &[MIDDLE, 0, 0], agent.belief(), StepSize::ONE).unwrap();
    counts.begin(agent.belief(), StepSize::ONE);
    let found = agent.counts().unwrap();
    for m in 0..3 {
        assert_eq!(found.likelihood(m), counts.likelihood(m), "once an observation");
    }
    for f in 0..2 {
        assert_eq!(found.prior(f), counts.prior(f));
        assert_eq!(found.transition(f), counts.transition(f));
    }
    agent.plan(&mut ()).unwrap();
    let mut rngs = streams(agent.model(), 3, 0);
    let actions = agent.act(&mut (), &mut rngs).unwrap().to_vec();
    let before = agent.belief().clone();
    let place = actions[0];
    let seen = if place == CUE { [place, 1, 0] } else { [place, 0, 1] };
    agent.observe(&seen, &mut ()).unwrap();
    agent.learn(&mut ()).unwrap();
    counts.observe(&model, &seen, agent.belief(), StepSize::ONE).unwrap();
    let q = agent.belief();
    // The side stays as it is: pairs of unequal sides can't have been, and the place moved
    // for sure.
    let mut pair = [0.0; 16];
    pair[4 * MIDDLE + place] = before.factor(0)[MIDDLE];
    counts.transit_pair(0, place, &pair, StepSize::ONE);
    counts.transit_pair(1, 0, &[q.factor(1)[0], 0.0, 0.0, q.factor(1)[1]], StepSize::ONE);
    let found = agent.counts().unwrap();
    for f in 0..2 {
        let (a, b) = (found.transition(f).to_array(), counts.transition(f).to_array());
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-12), "{a} {b}");
    }
    for m in 0..3 {
        assert_eq!(found.likelihood(m), counts.likelihood(m));
    }
    // The model has followed, and all of it.
    let mut taught = model.clone();
    let mut copy = agent.counts().unwrap().clone();
    copy.teach(&mut taught);
    let (a, b) = (agent.model().to_arrays(), taught.to_arrays());
    assert!(
        a.likelihood
            .iter()
            .flatten()
            .zip(b.likelihood.iter().flatten())
            .all(|(a, b)| (a - b).abs() < 1e-15)
    );
    assert_eq!(a.prior, b.prior);
    // And so have the plans: an agent made anew with these counts thinks the same.
    agent.plan(&mut ()).unwrap();
    let plans = Plans::enumerate(&Choices::all(&model), 2).unwrap();
    let mut fresh = OpenLoop::new(agent.model(), plans, agent.counts()).unwrap();
    fresh.weigh(agent.model(), agent.belief(), 1);
    assert_eq!(fresh.efe(), agent.options().efe());
}

#[test]
fn a_thousand_steps_allocate_nothing() {
    let allocations = |run: &mut dyn FnMut()| measure(run).count_total;
    let selections = [
        Selection::Best,
        Selection::Sample(Precision::new(2.0).unwrap()),
        Selection::BestMarginal,
        Selection::SampleMarginal(Precision::ONE),
    ];
    for selection in selections {
        let settings =
            Settings { learning: learning(), selection, ..Settings::default() };
        let (mut planner, mut searcher) = (open(settings, true), closed(settings));
        let mut rngs = streams(planner.model(), 0, 0);
        let made = allocations(&mut || {
            for _ in 0..250 {
                let place = planner.step(&[MIDDLE, 0, 0], &mut (), &mut rngs).unwrap()[0];
                let seen = |place| match place {
                    CUE => [CUE, 1, 0],
                    LEFT | RIGHT => [place, 0, 1],
                    _ => [MIDDLE, 0, 0],
                };
                planner.step(&seen(place), &mut (), &mut rngs).unwrap();
                planner.end_trial();
                let place =
                    searcher.step(&[MIDDLE, 0, 0], &mut (), &mut rngs).unwrap()[0];
                searcher.step(&seen(place), &mut (), &mut rngs).unwrap();
                searcher.end_trial();
            }
        });
        assert_eq!(made, 0, "{selection:?}");
        assert!(allocations(&mut || drop(planner.clone())) > 0, "the counter counts");
    }
}

/// One library draws for all factors from one key, so that two fair coins always agree.
#[test]
fn factors_are_drawn_from_streams_of_their_own() {
    let mut model = GenerativeModel::builder();
    for name in ["left hand", "right hand"] {
        let hand = model.factor(name, &["down", "up"]);
        model.actions(hand, &["down", "up"]);
        model.transition(hand, &[hand], |_, a, column| column[a] = 1.0);
    }
    let sight = model.modality("sight", &["dark"]);
    model.likelihood(sight, &[], |_, column| column[0] = 1.0);
    let model = model.build().unwrap();
    for selection in [Selection::SampleMarginal(Precision::ONE), Selection::BestMarginal]
    {
        let plans = Plans::enumerate(&Choices::all(&model), 1).unwrap();
        let planner = OpenLoop::new(&model, plans, None).unwrap();
        let settings = Settings { selection, ..Settings::default() };
        let inference = Exact::new(&model).unwrap();
        let mut rngs = streams(&model, 0, 0);
        let mut agent =
            Agent::new(model.clone(), inference, planner, None, settings).unwrap();
        let (n, mut agree, mut up) = (4000_i32, 0, [0, 0]);
        for _ in 0..n {
            let hands = agent.step(&[0], &mut (), &mut rngs).unwrap();
            agree += i32::from(hands[0] == hands[1]);
            up[0] += hands[0] as i32;
            up[1] += hands[1] as i32;
        }
        // Four standard errors of a fair coin thrown 4,000 times: 126.
        for count in [agree, up[0], up[1]] {
            assert!((count - n / 2).abs() < 127, "{selection:?}: {agree} {up:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    /// In the world that its model is of, an agent is never surprised beyond reason: every
    /// observation of every episode has a posterior.
    #[test]
    fn an_agent_lives_in_the_world_of_its_model(seed: u64) {
        let world = CueMaze::default().build().unwrap();
        let mut run = Observed::new(Sampled::new(&world, None).unwrap(), Senses::<3>);
        let mut weather = stream(seed, Role::World, 0);
        let selection = Selection::Sample(Precision::ONE);
        let settings = Settings { selection, learning: learning(), ..Settings::default() };
        let mut agent = open(settings, true);
        let mut rngs = streams(agent.model(), seed, 0);
        for _ in 0..10 {
            let mut seen = run.reset(&mut weather);
            for _ in 0..4 {
                let actions = agent.step(&seen, &mut (), &mut rngs);
                prop_assert!(actions.is_ok(), "{:?}", actions);
                seen = run.step(actions.unwrap()[0], &mut weather).observation;
            }
            agent.end_trial();
        }
    }
}

/// A crowd, on whatever cores there are, and the same agents one after the other.
#[test]
fn a_crowd_does_what_its_members_do_alone() {
    let settings = Settings {
        selection: Selection::Sample(Precision::ONE),
        learning: learning(),
        ..Settings::default()
    };
    let live = |number: usize, agent: &mut Agent<Exact, OpenLoop>| {
        let mut rngs = streams(agent.model(), 0, number as u64);
        for _ in 0..5 {
            let place = agent.step(&[MIDDLE, 0, 0], &mut (), &mut rngs).unwrap()[0];
            let seen = match place {
                CUE => [CUE, 1, 0],
                LEFT | RIGHT => [place, 0, 1],
                _ => [MIDDLE, 0, 0],
            };
            agent.step(&seen, &mut (), &mut rngs).unwrap();
            agent.end_trial();
        }
    };
    let mut crowd = vec![open(settings, true); 40];
    let mut alone = crowd.clone();
    aif::crowd::each(&mut crowd, live);
    alone.iter_mut().enumerate().for_each(|(number, agent)| live(number, agent));
    let lives = |agents: &[Agent<Exact, OpenLoop>]| -> Vec<(Vec<f64>, Vec<usize>)> {
        agents
            .iter()
            .map(|agent| (agent.options().efe().to_vec(), agent.actions().to_vec()))
            .collect()
    };
    assert_eq!(lives(&crowd), lives(&alone));
    assert!(lives(&crowd).windows(2).any(|pair| pair[0] != pair[1]), "lives differ");
}
