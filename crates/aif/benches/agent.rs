//! Time for an agent's step: infer, plan, act and learn on the simplified T-maze with 16
//! plans of two steps (bar: 5 microseconds, aim: 2), and a thousand agents at once (bar on
//! two cores: 0.4 million steps of agents a second, aim: 0.9 million; `--features parallel`
//! uses all cores).

use aif::agent::{Agent, Learning, Settings};
use aif::crowd;
use aif::learning::{Counts, StepSize};
use aif::open_loop::OpenLoop;
use aif::plan::{Choices, Planning, Plans, Precision};
use aif::selection::{Selection, streams};
use aif::sophisticated::{self, Sophisticated};
use aif::{Belief, Exact, GenerativeModel};
use criterion::{Bencher, Criterion, Throughput};
use rand::Rng;

const LEFT: usize = 1;
const CUE: usize = 3;

/// Observations in a trial; an agent acts after each.
const TRIAL: usize = 3;

/// Four places and two sides, free moves, a cue of validity .95, as in pymdp 1.0.4.
fn t_maze() -> GenerativeModel {
    let mut model = GenerativeModel::builder();
    let place = model.factor("place", &["center", "left", "right", "cue"]);
    let side = model.factor("side", &["left", "right"]);
    model.actions(place, &["center", "left", "right", "cue"]);
    model.transition(place, &[place], |_, a, column| column[a] = 1.0);
    model.prior(place, &[1.0, 0.0, 0.0, 0.0]);
    let sight = ["center", "left", "right", "cue says left", "cue says right"];
    let sight = model.modality("sight", &sight);
    model.likelihood(sight, &[place, side], |s, column| match s[0] {
        CUE => {
            column[CUE + s[1]] = 0.95;
            column[CUE + 1 - s[1]] = 0.05;
        }
        place => column[place] = 1.0,
    });
    let taste = model.modality("taste", &["nothing", "food", "shock"]);
    model.likelihood(taste, &[place, side], |s, column| match s[0] {
        0 | CUE => column[0] = 1.0,
        arm => column[if arm == LEFT + s[1] { 1 } else { 2 }] = 1.0,
    });
    model.log_preference(taste, &[0.0, 2.0, -4.0]);
    model.build().expect("columns are written")
}

/// What is seen in a place while the food is on the left.
fn seen(place: usize) -> [usize; 2] {
    [place, [0, 1, 2, 0][place]]
}

fn settings(learning: Learning) -> Settings {
    Settings {
        policy_precision: Precision::new(16.0).expect("a precision"),
        selection: Selection::SampleMarginal(Precision::ONE),
        learning,
    }
}

fn all() -> Learning {
    let one = Some(StepSize::ONE);
    Learning { likelihood: one, transition: one, prior: one }
}

/// An agent that learns so, and plans for novelty if it should.
fn agent(learning: Learning, novelty: bool) -> Agent<Exact, OpenLoop> {
    let model = t_maze();
    let counts = Counts::worth(&model, 4.0).expect("a worth");
    let plans = Plans::enumerate(&Choices::all(&model), 2).expect("few plans");
    let planner = OpenLoop::new(&model, plans, novelty.then_some(&counts));
    let inference = Exact::new(&model).expect("few states");
    Agent::new(
        model,
        inference,
        planner.expect("few states"),
        Some(counts),
        settings(learning),
    )
    .expect("no habit")
}

/// One trial.
fn trial<P: Planning, R: Rng>(agent: &mut Agent<Exact, P>, rngs: &mut [R]) {
    let mut place = 0;
    for _ in 0..TRIAL {
        place = agent.step(&seen(place), &mut (), rngs).expect("possible")[0];
    }
    agent.end_trial();
}

fn one<P: Planning>(bencher: &mut Bencher, mut agent: Agent<Exact, P>) {
    let mut rngs = streams(agent.model(), 0, 0);
    bencher.iter(|| trial(&mut agent, &mut rngs));
}

fn thousand(bencher: &mut Bencher, crowded: bool) {
    let one = agent(all(), false);
    let mut agents: Vec<_> = (0..1000)
        .map(|i| {
            let agent = one.clone();
            let rngs = streams(agent.model(), 0, i);
            (agent, rngs)
        })
        .collect();
    bencher.iter(|| {
        if crowded {
            crowd::each(&mut agents, |_, (agent, rngs)| trial(agent, rngs));
        } else {
            agents.iter_mut().for_each(|(agent, rngs)| trial(agent, rngs));
        }
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("aif/agent, a step");
    group.throughput(Throughput::Elements(TRIAL as u64));
    group.bench_function("infer, plan, act", |b| {
        one(b, agent(Learning::default(), false))
    });
    group.bench_function("and learn", |b| one(b, agent(all(), false)));
    group.bench_function("and seek novelty", |b| one(b, agent(all(), true)));
    group.bench_function("closed loop", |b| {
        let model = t_maze();
        let search = sophisticated::Settings::exact(2);
        let planner = Sophisticated::new(&model, Choices::all(&model), search, None);
        let inference = Exact::new(&model).expect("few states");
        let planner = planner.expect("few states");
        let settings = settings(Learning::default());
        one(b, Agent::new(model, inference, planner, None, settings).expect("no habit"));
    });
    group.finish();
    let mut group = criterion.benchmark_group("aif/agent, parts");
    group.bench_function("weigh 16 plans", |b| {
        let model = t_maze();
        let plans = Plans::enumerate(&Choices::all(&model), 2).expect("few plans");
        let mut planner = OpenLoop::new(&model, plans, None).expect("few states");
        let belief = Belief::prior(&model);
        b.iter(|| planner.weigh(&model, &belief, 0));
    });
    group.finish();
    let mut group = criterion.benchmark_group("aif/1000 agents, a step");
    group.throughput(Throughput::Elements(1000 * TRIAL as u64));
    group.bench_function("one core", |b| thousand(b, false));
    if cfg!(feature = "parallel") {
        group.bench_function("all cores", |b| thousand(b, true));
    }
    group.finish();
    criterion.final_summary();
}
