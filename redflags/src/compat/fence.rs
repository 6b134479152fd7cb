//! 四分位与围栏。 Quartiles as Hyndman and Fan number eight defines them, Tukey's fences at 1.5 of the range between.

/// `h = (n + 1/3) p + 1/3`, between the two values it falls. Not a number when there are no values.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return f64::NAN };
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let h = (sorted.len() as f64 + 1.0 / 3.0) * p + 1.0 / 3.0;
    let below = h as usize;
    if below == 0 || p == 0.0 {
        return *first;
    }
    if below >= sorted.len() || p == 1.0 {
        return *last;
    }
    let (a, b) = (sorted[below - 1], sorted[below]);
    a + (h - below as f64) * (b - a)
}

#[derive(Clone, Copy, Debug)]
pub struct Quartiles {
    pub q1: f64,
    pub q3: f64,
}

impl Quartiles {
    pub fn of(mut values: Vec<f64>) -> Quartiles {
        values.sort_by(f64::total_cmp);
        Quartiles { q1: quantile(&values, 0.25), q3: quantile(&values, 0.75) }
    }

    /// One rounding, not two: a value on the fence must fall the same way everywhere.
    pub fn lower_fence(self) -> f64 {
        (self.q3 - self.q1).mul_add(-1.5, self.q1)
    }

    pub fn upper_fence(self) -> f64 {
        (self.q3 - self.q1).mul_add(1.5, self.q3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_fall_where_the_definition_says() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        let of = |values: &[f64], p| quantile(values, p);
        // h = (5 + 1/3) / 4 + 1/3 = 5/3: two thirds of the way from the first value to the second.
        assert!(near(of(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.25), 5.0 / 3.0));
        assert!(near(of(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.75), 13.0 / 3.0));
        assert!(near(of(&[7.0], 0.25), 7.0) && near(of(&[7.0], 0.75), 7.0));
        assert!(near(of(&[1.0, 2.0], 0.25), 1.0), "h is below one");
        assert!(of(&[], 0.25).is_nan() && of(&[1.0], 1.5).is_nan());
    }
}
