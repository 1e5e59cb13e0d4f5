//! How soon the guess arrives, and where the whole posterior would have it.

use super::Unit;

impl Unit {
    /// Steps of [`Self::settle`] until the guess has come within `share` of its way to
    /// `end`, or `None` within `most`.
    pub fn steps_until(
        &self,
        o: f64,
        step_size: f64,
        (end, share): (f64, f64),
        most: usize,
    ) -> Option<usize> {
        let way = (end - self.prior_mean).abs();
        let path = self.settle(o, step_size, most);
        path.iter().position(|x| (x - end).abs() <= share * way)
    }

    /// The mean of the exact posterior over guesses from 0 to 20, by the midpoints of
    /// 20,000 cells.
    pub fn positive_mean(&self, o: f64) -> f64 {
        let cells = (0..20_000).map(|i| (f64::from(i) + 0.5) * 1e-3);
        let (sum, total) = cells.fold((0.0, 0.0), |(sum, total), x| {
            let p = prob::math::exp(-self.free_energy(x, o));
            (sum + p * x, total + p)
        });
        sum / total
    }
}
