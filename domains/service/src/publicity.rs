//! 许可公开。 A grant is public and everybody may consult it (行政许可法 40): that it was made, to whom, by whom. What the
//! applicant told is not (5), and of a natural person no more of the name than tells who it may be.

use crate::case::{Case, Decided};

impl Case {
    /// 准予行政许可的决定; none of another item, nor of a refusal.
    pub fn public_grant(&self) -> Option<&Decided> {
        self.decided.as_ref().filter(|decided| decided.granted && self.task_type == 1)
    }
}

/// Whether the holder is named in full: of whoever bears a unified social credit code the name stands in a public register.
pub fn is_named_in_full(number: &str) -> bool {
    fadu_kernel::codes::credit_code(number).is_ok()
}
