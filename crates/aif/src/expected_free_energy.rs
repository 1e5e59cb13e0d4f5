//! Expected free energy: what an outcome that hasn't come yet is worth.
//!
//! For one future step, with the predicted states $q(s)$ and outcomes $q(o) = \sum_s p(o
//! \mid s)\, q(s)$ of all modalities together,
//!
//! $$G = \underbrace{-\mathrm E_{q(o)}\[\ln C(o)\]}\_{-\text{utility}} -
//! \underbrace{I(s; o)}\_{\text{salience}} - \underbrace{I_\theta}\_{\text{novelty}} =
//! \underbrace{\mathrm{KL}\[q(o) \,\|\, C\]}\_{\text{risk}} + \underbrace{\mathrm
//! E_{q(s)} \mathrm H\[p(o \mid s)\]}\_{\text{ambiguity}} - I_\theta,$$
//!
//! because $I(s; o) = \mathrm H\[q(o)\] - \mathrm E_{q(s)} \mathrm H\[p(o \mid s)\]$ and
//! risk is $-\mathrm H\[q(o)\] - \mathrm E \ln C$. A plan's is the sum over its steps. It
//! is minimized.
//!
//! | book            | code                    | meaning                                | unit |
//! |-----------------|-------------------------|----------------------------------------|------|
//! | $\mathrm E \ln C$ | `utility`             | expected log-preference                | nats |
//! | $\mathrm H\[q(o)\]$ | `outcome_entropy`   | of all modalities together             | nats |
//! | $\sum_m \mathrm H\[q(o^m)\]$ | `modality_entropy` | of each modality alone, summed | nats |
//! | $\mathrm E\, \mathrm H\[p(o \mid s)\]$ | `ambiguity` | outcomes that states leave open | nats |
//! | $I_s$           | [`ExpectedFreeEnergy::salience`] | what outcomes tell about states | nats |
//! | $I_\theta$      | [`ExpectedFreeEnergy::novelty`]  | what they tell about $A$ and $B$ | nats |
//!
//! $\ln C$ counts up to a constant, which moves utility and risk alike for all plans of
//! one length.

use std::ops::AddAssign;
use std::sync::Arc;

use prob::math::{ln, xlogx};

use crate::exact::blocks_of;
use crate::joint::{TooManyStates, columns};
use crate::learning::Counts;
use crate::walk::for_each_joint;
use crate::{Belief, GenerativeModel, JointSpace, novelty};

/// The parts of an expected free energy, in nats, of one step or summed over several.
///
/// ```
/// use aif::ExpectedFreeEnergy;
///
/// let g = ExpectedFreeEnergy {
///     utility: -1.0,
///     outcome_entropy: 0.75,
///     modality_entropy: 0.75,
///     ambiguity: 0.25,
///     ..ExpectedFreeEnergy::default()
/// };
/// assert_eq!((g.salience(), g.risk()), (0.5, 0.25));
/// assert_eq!(g.value(), -g.utility - g.salience());
/// assert_eq!(g.value(), g.risk() + g.ambiguity);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ExpectedFreeEnergy {
    /// $\mathrm E_{q(o)}\[\ln C(o)\]$: what is wanted.
    pub utility: f64,
    /// $\mathrm H\[q(o^1, \dots, o^M)\]$: entropy of all modalities together.
    pub outcome_entropy: f64,
    /// $\sum_m \mathrm H\[q(o^m)\]$: entropies of the modalities, each alone.
    pub modality_entropy: f64,
    /// $\mathrm E_{q(s)} \sum_m \mathrm H\[A^m\[\cdot, s\]\]$: what a known state would
    /// leave open.
    pub ambiguity: f64,
    /// What is expected to be learned about $A$: the true expected divergence.
    pub likelihood_novelty: f64,
    /// What is expected to be learned about $B$.
    pub transition_novelty: f64,
    /// What [`Inductive`](crate::inductive::Inductive) inference adds: 0 on a way to the
    /// goal, negative off it.
    pub inductive: f64,
}

impl ExpectedFreeEnergy {
    /// $G$: minus utility, salience and novelty (and minus the inductive term).
    pub fn value(&self) -> f64 {
        -self.utility
            - (self.outcome_entropy - self.ambiguity)
            - self.novelty()
            - self.inductive
    }

    /// $I(s; o^1, \dots, o^M)$: what the outcomes together tell about the states, from 0
    /// to the entropy of the states.
    pub fn salience(&self) -> f64 {
        // Rounding may leave it below 0, where it can't be.
        (self.outcome_entropy - self.ambiguity).max(0.0)
    }

    /// $\sum_m I(s; o^m)$: what each outcome tells, summed. Counts twice what two
    /// modalities both tell; pymdp's "state information gain".
    pub fn modality_salience(&self) -> f64 {
        (self.modality_entropy - self.ambiguity).max(0.0)
    }

    /// $I_\theta$: what is expected to be learned about $A$ and $B$.
    pub fn novelty(&self) -> f64 {
        self.likelihood_novelty + self.transition_novelty
    }

    /// Salience and novelty.
    pub fn epistemic_value(&self) -> f64 {
        self.salience() + self.novelty()
    }

    /// $\mathrm{KL}\[q(o) \,\|\, C\]$, less the constant that normalizes $C$.
    pub fn risk(&self) -> f64 {
        -self.outcome_entropy - self.utility
    }

    /// Each part times `weight`, as expectations need it.
    pub fn scaled(mut self, weight: f64) -> Self {
        for part in [
            &mut self.utility,
            &mut self.outcome_entropy,
            &mut self.modality_entropy,
            &mut self.ambiguity,
            &mut self.likelihood_novelty,
            &mut self.transition_novelty,
            &mut self.inductive,
        ] {
            *part *= weight;
        }
        self
    }
}

impl AddAssign for ExpectedFreeEnergy {
    fn add_assign(&mut self, other: Self) {
        self.utility += other.utility;
        self.outcome_entropy += other.outcome_entropy;
        self.modality_entropy += other.modality_entropy;
        self.ambiguity += other.ambiguity;
        self.likelihood_novelty += other.likelihood_novelty;
        self.transition_novelty += other.transition_novelty;
        self.inductive += other.inductive;
    }
}

/// Factors that some modality ties to one another. Given what is predicted of them,
/// outcomes of different blocks are independent.
#[derive(Debug, Clone, PartialEq)]
struct Block {
    factors: Vec<usize>,
    n_states: usize,
    /// Modality, and for each joint state of the factors the column of its likelihood.
    modalities: Vec<(usize, Vec<u32>)>,
}

/// The columns of a likelihood, each with two numbers more: its entropy and its novelty.
/// All three are wanted weighed with the states' probabilities, and come in one sum.
#[derive(Debug, Clone, PartialEq)]
struct Table {
    n_outcomes: usize,
    columns: Vec<f64>,
}

/// How many numbers stand behind the outcomes in a column of a [`Table`].
const MORE: usize = 2;

impl Table {
    fn width(&self) -> usize {
        self.n_outcomes + MORE
    }

    fn column(&self, parents: usize) -> &[f64] {
        &self.columns[parents * self.width()..(parents + 1) * self.width()]
    }

    fn refresh(
        &mut self,
        model: &GenerativeModel,
        counts: Option<&Counts>,
        modality: usize,
        parents: usize,
    ) {
        let (n, width) = (self.n_outcomes, self.width());
        let column = &mut self.columns[parents * width..(parents + 1) * width];
        let likelihood = model.modality(modality).likelihood();
        let p = likelihood.column(parents, 0);
        column[..n].copy_from_slice(p);
        // The logarithms stand ready; nothing is as sure as what has a single outcome.
        column[n] = p
            .iter()
            .zip(likelihood.log_column(parents, 0))
            .filter(|(p, _)| **p > 0.0)
            .map(|(p, log)| -p * log)
            .sum();
        column[n + 1] = counts.map_or(0.0, |counts| {
            novelty::of_column(counts.likelihood(modality).column(parents, 0))
        });
    }
}

/// What a model leads one to expect of predicted states: the parts of
/// [`ExpectedFreeEnergy`], with the room that it takes to compute them. Allocates when it
/// is made, and never again.
///
/// It keeps numbers about each column of the model; after the model or the counts have
/// changed, [`Self::refresh`] brings them up to date.
///
/// ```
/// use aif::{Belief, GenerativeModel, expected_free_energy::Outlook};
///
/// // A smell that tells nine times out of ten where the food is.
/// let mut model = GenerativeModel::builder();
/// let food = model.factor("food", &["left", "right"]);
/// let smell = model.modality("smell", &["from the left", "from the right"]);
/// model.likelihood(smell, &[food], |states, column| {
///     column.fill(0.1);
///     column[states[0]] = 0.9;
/// });
/// let model = model.build()?;
/// let g = Outlook::new(&model, None)?.of_belief(&model, &Belief::prior(&model), 0);
/// // ln 2 less the entropy of one in ten.
/// assert!((g.salience() - 0.368_064_207_168_497).abs() < 1e-14);
/// assert_eq!((g.utility, g.novelty()), (0.0, 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Shared by clones.
    blocks: Arc<[Block]>,
    tables: Vec<Table>,
    /// For each factor the novelty of each column of $B$, action slowest; empty if
    /// transitions are not learned.
    transition_novelty: Vec<Vec<f64>>,
    /// The possible joint states of a block with their probabilities, at the beginning.
    /// (Room is filled and not reserved, so that a clone has it too.)
    support: Vec<(u32, f64)>,
    next_support: Vec<(u32, f64)>,
    /// A weighed sum of columns.
    sum: Vec<f64>,
    /// Weights of the states after some outcomes.
    weights: Vec<f64>,
    /// Modalities of a block whose outcome is open, by their place in the block.
    open: Vec<usize>,
}

impl Outlook {
    /// Makes room for a model. With `counts`, novelty is expected of $A$ and $B$.
    ///
    /// # Errors
    /// [`TooManyStates`] if factors that modalities tie to one another have more than
    /// [`JointSpace::LIMIT`] joint states.
    ///
    /// # Panics
    /// If the counts are of another model.
    pub fn new(
        model: &GenerativeModel,
        counts: Option<&Counts>,
    ) -> Result<Self, TooManyStates> {
        Self::with_blocks(model, counts, blocks_of(model))
    }

    /// The same for beliefs about joint states, which keep the correlations of factors.
    ///
    /// # Errors
    /// [`TooManyStates`] if the model has more than [`JointSpace::LIMIT`] joint states.
    ///
    /// # Panics
    /// If the counts are of another model.
    pub fn joint(
        model: &GenerativeModel,
        counts: Option<&Counts>,
    ) -> Result<Self, TooManyStates> {
        Self::with_blocks(model, counts, vec![(0..model.n_factors()).collect()])
    }

    fn with_blocks(
        model: &GenerativeModel,
        counts: Option<&Counts>,
        factors: Vec<Vec<usize>>,
    ) -> Result<Self, TooManyStates> {
        let one_block = factors.len() == 1;
        let blocks: Vec<Block> = factors
            .into_iter()
            .map(|factors| block(model, factors, one_block))
            .collect::<Result<_, _>>()?;
        let largest = blocks.iter().map(|b| b.n_states).max().unwrap_or(1);
        let tables: Vec<Table> = model
            .modalities()
            .iter()
            .map(|m| {
                let n_outcomes = m.n_outcomes();
                let n = m.likelihood().n_parent_states() * (n_outcomes + MORE);
                Table { n_outcomes, columns: vec![0.0; n] }
            })
            .collect();
        let widest = tables.iter().map(Table::width).max().unwrap_or(0);
        let transition_novelty = match counts {
            Some(_) => model
                .factors()
                .iter()
                .map(|f| vec![0.0; f.transition().n_parent_states() * f.n_actions()])
                .collect(),
            None => Vec::new(),
        };
        let mut outlook = Self {
            blocks: blocks.into(),
            tables,
            transition_novelty,
            support: vec![(0, 0.0); largest],
            next_support: vec![(0, 0.0); largest],
            sum: vec![0.0; widest],
            weights: vec![0.0; largest * (model.n_modalities() + 1)],
            open: vec![0; model.n_modalities()],
        };
        outlook.refresh(model, counts);
        Ok(outlook)
    }

    /// Whether it expects novelty.
    pub fn has_novelty(&self) -> bool {
        !self.transition_novelty.is_empty()
    }

    /// Reads model and counts again.
    ///
    /// # Panics
    /// If the model has other shapes.
    pub fn refresh(&mut self, model: &GenerativeModel, counts: Option<&Counts>) {
        for (m, modality) in model.modalities().iter().enumerate() {
            for parents in 0..modality.likelihood().n_parent_states() {
                self.refresh_likelihood(model, counts, m, parents);
            }
        }
        for (f, factor) in model.factors().iter().enumerate() {
            for action in 0..factor.n_actions() {
                for parents in 0..factor.transition().n_parent_states() {
                    self.refresh_transition(model, counts, f, parents, action);
                }
            }
        }
    }

    /// Reads one column of $A$ and its counts again.
    pub(crate) fn refresh_likelihood(
        &mut self,
        model: &GenerativeModel,
        counts: Option<&Counts>,
        modality: usize,
        parents: usize,
    ) {
        let counts = counts.filter(|_| self.has_novelty());
        self.tables[modality].refresh(model, counts, modality, parents);
    }

    /// Reads the counts of one column of $B$ again.
    pub(crate) fn refresh_transition(
        &mut self,
        model: &GenerativeModel,
        counts: Option<&Counts>,
        factor: usize,
        parents: usize,
        action: usize,
    ) {
        if self.has_novelty() {
            let n = model.factor(factor).transition().n_parent_states();
            self.transition_novelty[factor][action * n + parents] =
                counts.map_or(0.0, |counts| {
                    novelty::of_column(counts.transition(factor).column(parents, action))
                });
        }
    }

    /// The parts for predicted states of independent factors, with the preferences of
    /// step `t`. Novelty of $B$ is not among them: it belongs to the way there
    /// ([`Self::transition_novelty`]).
    ///
    /// # Panics
    /// If the belief has other factors than the model.
    pub fn of_belief(
        &mut self,
        model: &GenerativeModel,
        belief: &Belief,
        t: usize,
    ) -> ExpectedFreeEnergy {
        let mut parts = ExpectedFreeEnergy::default();
        for b in 0..self.blocks.len() {
            self.support[0] = (0, 1.0);
            let mut n_possible = 1;
            for &f in &self.blocks[b].factors {
                let q = belief.factor(f);
                let mut n_next = 0;
                for &(state, weight) in &self.support[..n_possible] {
                    let first = state * q.len() as u32;
                    for (s, &q) in (first..).zip(q) {
                        if q > 0.0 {
                            self.next_support[n_next] = (s, weight * q);
                            n_next += 1;
                        }
                    }
                }
                std::mem::swap(&mut self.support, &mut self.next_support);
                n_possible = n_next;
            }
            self.add_block(model, (b, n_possible), t, &mut parts);
        }
        parts
    }

    /// The parts for predicted joint states, shape `[n_joint_states]`, for an outlook
    /// made by [`Self::joint`].
    ///
    /// # Panics
    /// If the outlook was made for independent factors.
    pub fn of_joint(
        &mut self,
        model: &GenerativeModel,
        belief: &[f64],
        t: usize,
    ) -> ExpectedFreeEnergy {
        assert!(
            self.blocks.len() == 1 && self.blocks[0].n_states == belief.len(),
            "an outlook on joint states"
        );
        let possible = (0..).zip(belief).filter(|(_, q)| **q > 0.0);
        let mut n_possible = 0;
        for (room, (s, &q)) in self.support.iter_mut().zip(possible) {
            *room = (s, q);
            n_possible += 1;
        }
        let mut parts = ExpectedFreeEnergy::default();
        self.add_block(model, (0, n_possible), t, &mut parts);
        parts
    }

    /// What a step with `actions` is expected to tell about $B$, in nats: 0 without
    /// counts. `actions` has one entry a factor.
    ///
    /// # Panics
    /// If the belief has other factors than the model, or there is no such action.
    pub fn transition_novelty(
        &self,
        model: &GenerativeModel,
        belief: &Belief,
        actions: &[usize],
    ) -> f64 {
        let mut sum = 0.0;
        for (f, novelty) in self.transition_novelty.iter().enumerate() {
            let (parents, shape) =
                (model.factor(f).parents(), model.factor(f).transition().parent_shape());
            let n: usize = shape.iter().product();
            let novelty = &novelty[actions[f] * n..(actions[f] + 1) * n];
            for_each_joint(
                shape,
                |axis| belief.factor(parents[axis]),
                |p, q| sum += q * novelty[p],
            );
        }
        sum
    }

    /// [`Self::transition_novelty`] for a belief about joint states.
    ///
    /// # Panics
    /// If the shapes differ, or there is no such action.
    pub fn joint_transition_novelty(
        &self,
        space: &JointSpace,
        belief: &[f64],
        actions: &[usize],
    ) -> f64 {
        let mut sum = 0.0;
        for (f, novelty) in self.transition_novelty.iter().enumerate() {
            let columns = space.transition_columns(f);
            let n: usize = novelty.len() / space.n_actions(f);
            let novelty = &novelty[actions[f] * n..(actions[f] + 1) * n];
            for (&q, &column) in belief.iter().zip(columns).filter(|(q, _)| **q > 0.0) {
                sum += q * novelty[column as usize];
            }
        }
        sum
    }

    /// Adds the parts of a block, `n_possible` states of which stand in `support`.
    fn add_block(
        &mut self,
        model: &GenerativeModel,
        (block, n_possible): (usize, usize),
        t: usize,
        parts: &mut ExpectedFreeEnergy,
    ) {
        let block = &self.blocks[block];
        let support = &self.support[..n_possible];
        let mut entropies = 0.0;
        let mut n_open = 0;
        for (place, (m, columns)) in block.modalities.iter().enumerate() {
            let table = &self.tables[*m];
            let n = table.n_outcomes;
            let sum = &mut self.sum[..n + MORE];
            sum.fill(0.0);
            for &(state, weight) in support {
                let column = table.column(columns[state as usize] as usize);
                for (sum, x) in sum.iter_mut().zip(column) {
                    *sum += weight * x;
                }
            }
            let mut entropy = 0.0;
            for (&p, log_preference) in
                sum.iter().zip(model.modality(*m).log_preference(t))
            {
                parts.utility += p * log_preference;
                if p > 0.0 && p < 1.0 {
                    entropy -= p * ln(p);
                }
            }
            parts.ambiguity += sum[n];
            parts.likelihood_novelty += sum[n + 1];
            entropies += entropy;
            if entropy > 0.0 {
                self.open[n_open] = place;
                n_open += 1;
            }
        }
        parts.modality_entropy += entropies;
        // A known state leaves modalities independent, and one that is open is alone.
        parts.outcome_entropy += if n_possible > 1 && n_open > 1 {
            let (first, rest) = self.weights.split_at_mut(n_possible);
            for (weight, (_, q)) in first.iter_mut().zip(support) {
                *weight = *q;
            }
            let open = &self.open[..n_open];
            joint_entropy(&self.tables, block, open, support, first, rest)
        } else {
            entropies
        };
    }
}

/// $\mathrm H$ of the outcomes of the modalities in `open` together: goes through the
/// outcomes of one after the other and leaves out what can't come along with those
/// before.
fn joint_entropy(
    tables: &[Table],
    block: &Block,
    open: &[usize],
    support: &[(u32, f64)],
    weights: &[f64],
    room: &mut [f64],
) -> f64 {
    let Some((&place, open)) = open.split_first() else {
        return -xlogx(weights.iter().sum());
    };
    let (m, columns) = &block.modalities[place];
    let (table, width) = (&tables[*m], tables[*m].width());
    let (next, room) = room.split_at_mut(weights.len());
    let mut entropy = 0.0;
    for outcome in 0..table.n_outcomes {
        let mut evidence = 0.0;
        for ((next, weight), (state, _)) in next.iter_mut().zip(weights).zip(support) {
            let column = columns[*state as usize] as usize;
            *next = weight * table.columns[column * width + outcome];
            evidence += *next;
        }
        if evidence > 0.0 {
            entropy += joint_entropy(tables, block, open, support, next, room);
        }
    }
    entropy
}

fn block(
    model: &GenerativeModel,
    factors: Vec<usize>,
    all: bool,
) -> Result<Block, TooManyStates> {
    let shape: Vec<usize> = factors.iter().map(|&f| model.factor(f).n_states()).collect();
    let n_states = shape
        .iter()
        .try_fold(1_usize, |product, &n| product.checked_mul(n))
        .filter(|&n| n <= JointSpace::LIMIT)
        .ok_or(TooManyStates)?;
    let place = |f: &usize| factors.iter().position(|g| g == f);
    let modalities = model
        .modalities()
        .iter()
        .enumerate()
        .filter(|(_, m)| match m.parents().first() {
            Some(f) => factors.contains(f),
            // What depends on nothing belongs to the block without factors.
            None => all || factors.is_empty(),
        })
        .map(|(m, modality)| {
            let parents: Vec<usize> =
                modality.parents().iter().filter_map(place).collect();
            (m, columns(&shape, &parents))
        })
        .collect();
    Ok(Block { factors, n_states, modalities })
}
