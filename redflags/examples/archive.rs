//! How long it takes to hold one new document against an archive of many: `archive [DOCUMENTS] [CHARACTERS]`. Every
//! thousandth document of the archive is nine tenths the new one, so that there is something to find.

use fadu_redflags::similar::{Archive, Pieces, Template};
use std::time::Instant;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse().ok());
    let (n, length): (usize, usize) = (args.next().unwrap_or(100_000), args.next().unwrap_or(2_000));
    let template = Template::default();
    let mut archive = Archive::default();
    for document in 0..n {
        let copied = if document % 1000 == 0 { length * 9 / 10 } else { 0 };
        let text = text(0, copied) + &text(document as u64 + 1, length - copied);
        archive.add(&document.to_string(), &Pieces::of(&text, &template));
    }
    let new = text(0, length);
    let mut took: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let found = archive.like(&Pieces::of(&new, &template), 0.5);
            assert_eq!(found.len(), n.div_ceil(1000), "every copy is found, and nothing else");
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    println!("{n} documents of {length} characters: median {:.2} ms, slowest {:.2} ms", took[4], took[8]);
}

/// Letters by a linear congruence (Knuth's MMIX constants): each seed another text.
fn text(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4e00 + ((state >> 33) % 6000) as u32).unwrap_or('一')
        })
        .collect()
}
