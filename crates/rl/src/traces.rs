//! Prediction with $\lambda$: off-line by the $\lambda$-return, on-line by eligibility
//! traces.
//!
//! | book            | code        | meaning                             | unit     |
//! |-----------------|-------------|-------------------------------------|----------|
//! | $w_i$           | `weights`   | weights; for plain states, $V$      | reward   |
//! | $\delta_t$      | `td_error`  | TD error                            | reward   |
//! | $e_t$           | `trace`     | eligibility trace                   |          |
//! | $\lambda$       | `lambda`    | trace decay                         | `[0, 1]` |
//! | $Y_t^\lambda$   | `target`    | $\lambda$-return                    | reward   |
//! | $\eta$          | `step_size` | step size                           | `[0, 1]` |
//!
//! Sutton and Barto write $z_t$ for $e_t$, $\alpha$ for $\eta$, $G_t^\lambda$ for
//! $Y_t^\lambda$.

use envs::Next;

use crate::td::{bootstrap, td_error};
use crate::{Episode, Features, Settings, TraceDecay};

/// The off-line $\lambda$-return algorithm (Sutton and Barto 2018, eq. 12.4): after an
/// episode, for each step in order, $V(S_t) \leftarrow V(S_t) + \eta\,\[Y_t^\lambda -
/// V(S_t)\]$, with the $\lambda$-return of eq. 12.2 and 12.3,
///
/// $$Y_t^\lambda = R_{t+1} + \gamma_d \bigl[(1 - \lambda)\, V(S_{t+1}) + \lambda\, Y_{t+1}^\lambda\bigr].$$
///
/// The values inside a target are those of the moment of its correction, with the steps
/// before it already learned from, as in [`NStepTd`](crate::td::NStepTd). So it is TD(0)
/// at $\lambda = 0$ and constant-step Monte Carlo at $\lambda = 1$. The book can also be
/// read as holding the values inside the targets at what they were before the episode;
/// then $\lambda = 0$ is not TD(0), while its caption of figure 12.8 says that the line
/// of $\lambda = 0$ is the same off-line and on-line.
///
/// An episode of $T$ steps costs of the order of $T^2$ products, or fewer if
/// $\gamma_d \lambda$ is small: weights below 1e-18 are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct OffLineLambda {
    v: Vec<f64>,
    /// Step size and discount.
    pub settings: Settings,
    /// $\lambda$.
    pub lambda: TraceDecay,
    /// What the rewards contribute to each target, which no value changes.
    rewards: Vec<f64>,
    /// $(\gamma_d \lambda)^k$.
    weights: Vec<f64>,
}

impl OffLineLambda {
    /// Begins with the values `v`, of shape `[n_states]`.
    pub fn new(v: Vec<f64>, lambda: TraceDecay, settings: Settings) -> Self {
        Self { v, settings, lambda, rewards: Vec::new(), weights: Vec::new() }
    }

    /// Estimated values, shape `[n_states]`, in reward.
    pub fn v(&self) -> &[f64] {
        &self.v
    }

    /// Learns from an episode. Allocates only when an episode is longer than all before.
    ///
    /// # Panics
    /// If it was in a state that the table lacks.
    pub fn learn(&mut self, episode: &Episode) {
        let Settings { step_size, discount } = self.settings;
        let (discount, lambda) = (discount.get(), self.lambda.get());
        self.prepare(episode, discount * lambda);
        let states = episode.states();
        for (t, &s) in states.iter().enumerate() {
            let mut values = 0.0;
            if lambda < 1.0 {
                values = (1.0 - lambda)
                    * weighted_sum(&self.v, &states[t + 1..], &self.weights);
            }
            // Beyond the record there is no further return to mix with.
            let last = self.weights.get(states.len() - 1 - t);
            if let (Some(s), Some(weight)) = (episode.cut_at(), last) {
                values += weight * self.v[s];
            }
            let target = self.rewards[t] + discount * values;
            self.v[s] += step_size.get() * (target - self.v[s]);
        }
    }

    /// All that doesn't change while an episode is learned from.
    fn prepare(&mut self, episode: &Episode, decay: f64) {
        const NEGLIGIBLE: f64 = 1e-18;
        self.weights.clear();
        let mut weight = 1.0;
        while self.weights.len() < episode.len() && weight > NEGLIGIBLE {
            self.weights.push(weight);
            weight *= decay;
        }
        self.rewards.clear();
        self.rewards.resize(episode.len(), 0.0);
        let mut sum = 0.0;
        for (out, reward) in self.rewards.iter_mut().zip(episode.rewards()).rev() {
            sum = reward + decay * sum;
            *out = sum;
        }
    }
}

/// $\sum_k w_k V(s_k)$ up to the end of the shorter list, as four sums that don't wait
/// for one another.
fn weighted_sum(v: &[f64], states: &[usize], weights: &[f64]) -> f64 {
    let n = states.len().min(weights.len());
    let (states, weights) = (&states[..n], &weights[..n]);
    let (states, last_states) = states.as_chunks::<4>();
    let (weights, last_weights) = weights.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (s, w) in states.iter().zip(weights) {
        for (sum, (s, w)) in sums.iter_mut().zip(s.iter().zip(w)) {
            *sum += w * v[*s];
        }
    }
    let last: f64 = last_states.iter().zip(last_weights).map(|(&s, w)| w * v[s]).sum();
    sums.iter().sum::<f64>() + last
}

/// What a visit does to the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// It adds the features (Sutton and Barto 2018, eq. 12.5).
    Accumulating,
    /// It sets the trace of each active feature to that feature (eq. 12.12, which is
    /// about features 0 and 1).
    Replacing,
}

/// TD($\lambda$): every recent step shares in the surprise by its trace.
///
/// $$e_t = \gamma_d \lambda\, e_{t-1} + \phi(S_t), \qquad w \leftarrow w + \eta\, \delta_t\, e_t$$
///
/// (Sutton and Barto 2018, eq. 12.5, 12.6 and 12.7; the trace of eq. 12.12 instead of the
/// first if it is [`Trace::Replacing`]).
///
/// ```
/// use envs::Next;
/// use rl::{Settings, TraceDecay, traces::{TdLambda, Trace}};
///
/// let lambda = TraceDecay::new(0.5)?;
/// let mut learner = TdLambda::new(vec![0.0; 2], Trace::Accumulating, lambda, Settings::default());
/// learner.learn(0, 0.0, Next::Continues(1));
/// learner.learn(1, 1.0, Next::Terminated);
/// assert_eq!(learner.weights(), [0.05, 0.1]);
/// # Ok::<(), rl::BadParameter>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TdLambda {
    weights: Vec<f64>,
    trace: Vec<f64>,
    kind: Trace,
    /// $\lambda$.
    pub lambda: TraceDecay,
    /// Step size and discount.
    pub settings: Settings,
}

impl TdLambda {
    /// Begins with these weights, of shape `[n_features]`, or with these values, of shape
    /// `[n_states]`.
    pub fn new(
        weights: Vec<f64>,
        kind: Trace,
        lambda: TraceDecay,
        settings: Settings,
    ) -> Self {
        Self { trace: vec![0.0; weights.len()], weights, kind, lambda, settings }
    }

    /// The weights; for plain states, $V$. Shape `[n_features]`, in reward.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The traces $e_t$, shape `[n_features]`: 0 at the beginning of an episode.
    pub fn trace(&self) -> &[f64] {
        &self.trace
    }

    /// Learns from a step from `x`. Returns $\delta_t$. The traces are forgotten at the
    /// end of an episode.
    ///
    /// # Panics
    /// If there is no such state, or not as many features as weights.
    #[inline]
    pub fn learn<X: Features>(&mut self, x: X, reward: f64, next: Next<X>) -> f64 {
        let Settings { step_size, discount } = self.settings;
        let td_error = td_error(&self.weights, x, reward, next, discount);
        let decay = discount.get() * self.lambda.get();
        for e in &mut self.trace {
            *e *= decay;
        }
        match self.kind {
            Trace::Accumulating => x.add_scaled(1.0, &mut self.trace),
            Trace::Replacing => x.each(|i, phi| {
                if phi != 0.0 {
                    self.trace[i] = phi;
                }
            }),
        }
        let step = step_size.get() * td_error;
        for (w, e) in self.weights.iter_mut().zip(&self.trace) {
            *w += step * e;
        }
        if !matches!(next, Next::Continues(_)) {
            self.trace.fill(0.0);
        }
        td_error
    }

    /// Forgets the traces, where an episode is left without an end.
    pub fn forget_trace(&mut self) {
        self.trace.fill(0.0);
    }
}

/// True online TD($\lambda$) (van Seijen, Mahmood, Pilarski, Machado and Sutton 2016;
/// Sutton and Barto 2018, section 12.5, with the dutch trace of eq. 12.11): at every step
/// the weights that the on-line $\lambda$-return algorithm would have if it started the
/// episode again.
///
/// $$e_t = \gamma_d \lambda\, e_{t-1} + \bigl(1 - \eta \gamma_d \lambda\, e_{t-1}^\top \phi_t\bigr)\, \phi_t$$
/// $$w_{t+1} = w_t + \eta\, \delta_t\, e_t + \eta\, \bigl(w_t^\top \phi_t - w_{t-1}^\top \phi_t\bigr) (e_t - \phi_t)$$
#[derive(Debug, Clone, PartialEq)]
pub struct TrueOnlineTd {
    weights: Vec<f64>,
    trace: Vec<f64>,
    /// $w_{t-1}^\top \phi_t$: what the state was worth before the step that led to it was
    /// learned from.
    v_old: f64,
    /// $\lambda$.
    pub lambda: TraceDecay,
    /// Step size and discount.
    pub settings: Settings,
}

impl TrueOnlineTd {
    /// Begins with these weights, of shape `[n_features]`, or with these values, of shape
    /// `[n_states]`.
    pub fn new(weights: Vec<f64>, lambda: TraceDecay, settings: Settings) -> Self {
        Self { trace: vec![0.0; weights.len()], weights, v_old: 0.0, lambda, settings }
    }

    /// The weights; for plain states, $V$. Shape `[n_features]`, in reward.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Learns from a step from `x`. Returns $\delta_t$. The traces are forgotten at the
    /// end of an episode.
    ///
    /// # Panics
    /// If there is no such state, or not as many features as weights.
    #[inline]
    pub fn learn<X: Features>(&mut self, x: X, reward: f64, next: Next<X>) -> f64 {
        let Settings { step_size, discount } = self.settings;
        let step_size = step_size.get();
        let decay = discount.get() * self.lambda.get();
        let v = x.dot(&self.weights);
        let v_next = bootstrap(&self.weights, next);
        let td_error = reward + discount.get() * v_next - v;
        let overlap = x.dot(&self.trace);
        for e in &mut self.trace {
            *e *= decay;
        }
        x.add_scaled(1.0 - step_size * decay * overlap, &mut self.trace);
        // At the first step the trace is the features, and what v_old was has no effect.
        let step = step_size * (td_error + v - self.v_old);
        for (w, e) in self.weights.iter_mut().zip(&self.trace) {
            *w += step * e;
        }
        x.add_scaled(-step_size * (v - self.v_old), &mut self.weights);
        self.v_old = v_next;
        if !matches!(next, Next::Continues(_)) {
            self.trace.fill(0.0);
            self.v_old = 0.0;
        }
        td_error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::new(0.5, 0.5).unwrap()
    }

    fn half() -> TraceDecay {
        TraceDecay::new(0.5).unwrap()
    }

    /// 0, 0, 1, end, with rewards 1, 2, 4; discount, step size and lambda are 1/2.
    const STEPS: [(usize, f64, Next); 3] = [
        (0, 1.0, Next::Continues(0)),
        (0, 2.0, Next::Continues(1)),
        (1, 4.0, Next::Terminated),
    ];

    #[test]
    fn an_off_line_episode_is_as_worked_out_by_hand() {
        // 1, 0, 1, end, with rewards 1, 2, 4, and V = (0, 8). First Y_2 = 4,
        // Y_1 = 2 + .5 * (.5 * 8 + .5 * 4) = 5, Y_0 = 1 + .5 * (.5 * 0 + .5 * 5) = 2.25:
        // V(1) = 8 + .5 * (2.25 - 8) = 5.125. Then Y_1 = 2 + .5 * (.5 * 5.125 + .5 * 4) =
        // 4.28125: V(0) = 2.140625. At last V(1) = 5.125 + .5 * (4 - 5.125) = 4.5625.
        let mut episode = Episode::default();
        episode.push(1, 1.0, Next::Continues(0));
        episode.push(0, 2.0, Next::Continues(1));
        let mut cut = episode.clone();
        episode.push(1, 4.0, Next::Terminated);
        let mut learner = OffLineLambda::new(vec![0.0, 8.0], half(), settings());
        learner.learn(&episode);
        assert_eq!(learner.v(), [2.140_625, 4.562_5]);
        // Cut off in 0, which is worth 0 until Y_1 has changed it: only the last
        // correction differs.
        cut.push(1, 4.0, Next::Truncated(0));
        let mut learner = OffLineLambda::new(vec![0.0, 8.0], half(), settings());
        learner.learn(&cut);
        // V(1) = 5.125 + .5 * (4 + .5 * 2.140625 - 5.125) = 5.09765625.
        assert_eq!(learner.v(), [2.140_625, 5.097_656_25]);
    }

    fn traced(kind: Trace) -> (Vec<f64>, [f64; 3]) {
        let mut learner = TdLambda::new(vec![0.0, 8.0], kind, half(), settings());
        let errors = STEPS.map(|(s, reward, next)| learner.learn(s, reward, next));
        assert_eq!(learner.trace(), [0.0, 0.0], "forgotten at the end");
        (learner.weights().to_vec(), errors)
    }

    #[test]
    fn accumulating_traces_are_as_worked_out_by_hand() {
        // Step 1: error 1 + 0 - 0 = 1, e = (1, 0), V = (.5, 8). Step 2: error 2 + 4 - .5
        // = 5.5, e = (.25 + 1, 0), V(0) = .5 + .5 * 5.5 * 1.25 = 3.9375. Step 3: error 4
        // - 8 = -4, e = (.3125, 1), V = (3.9375 - 2 * .3125, 8 - 2).
        assert_eq!(traced(Trace::Accumulating), (vec![3.3125, 6.0], [1.0, 5.5, -4.0]));
    }

    #[test]
    fn replacing_traces_are_as_worked_out_by_hand() {
        // Step 2: e = (1, 0), V(0) = .5 + .5 * 5.5 = 3.25. Step 3: e = (.25, 1),
        // V = (3.25 - 2 * .25, 6).
        assert_eq!(traced(Trace::Replacing), (vec![2.75, 6.0], [1.0, 5.5, -4.0]));
    }

    #[test]
    fn true_online_steps_are_as_worked_out_by_hand() {
        // Step 1: e = (1, 0), error 1, v_old 0 = v: V = (.5, 8), v_old = 0 (the old
        // V(0)). Step 2: v = .5, error 2 + 4 - .5 = 5.5, e = .25 + (1 - .5 * .25 * 1) =
        // 1.125. V(0) = .5 + .5 * (5.5 + .5 - 0) * 1.125 - .5 * (.5 - 0) = 3.625, v_old =
        // 8. Step 3: v = 8, error -4, e = (.25 * 1.125, 1 - 0) = (.28125, 1). V = (3.625
        // - .5 * 4 * .28125, 8 - 2) = (3.0625, 6).
        let mut learner = TrueOnlineTd::new(vec![0.0, 8.0], half(), settings());
        let mut after = Vec::new();
        for (s, reward, next) in STEPS {
            learner.learn(s, reward, next);
            after.push(learner.weights().to_vec());
        }
        assert_eq!(after, [[0.5, 8.0], [3.625, 8.0], [3.0625, 6.0]]);
    }
}
