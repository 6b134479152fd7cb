//! A file in blocks of whole lines, so that threads share the reading of it and none holds more than a block.

use std::io::{self, Read};

/// About what a core keeps near itself.
const SIZE: u64 = 256 << 10;

pub struct Blocks<R> {
    file: R,
    /// The beginning of a line whose end has not been read.
    rest: Vec<u8>,
    line: u64,
}

impl<R: Read> Blocks<R> {
    pub fn new(file: R) -> Blocks<R> {
        Blocks { file, rest: Vec::new(), line: 1 }
    }

    /// Fills `block` with the next lines and says the number of the first; `None` at the end of the file.
    pub fn next(&mut self, block: &mut Vec<u8>) -> io::Result<Option<u64>> {
        block.clear();
        block.append(&mut self.rest);
        loop {
            let searched = block.len();
            let n = self.file.by_ref().take(SIZE).read_to_end(block)?;
            let end = block[searched..].iter().rposition(|byte| *byte == b'\n');
            match end {
                Some(end) => {
                    self.rest = block.split_off(searched + end + 1);
                    break;
                }
                None if n == 0 => break,
                None => {}
            }
        }
        let first = self.line;
        self.line += count(block, |byte| byte == b'\n') as u64;
        Ok((!block.is_empty()).then_some(first))
    }
}

/// Pieces so short that a byte holds their sum are counted many bytes at a time.
pub fn count(bytes: &[u8], counts: impl Fn(u8) -> bool) -> usize {
    bytes
        .chunks(255)
        .map(|piece| usize::from(piece.iter().map(|byte| u8::from(counts(*byte))).sum::<u8>()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// However it is cut, every byte comes once and each block knows where it stands.
        #[test]
        fn blocks_put_together_are_the_file(lines in proptest::collection::vec(0usize..300_000, 0..5), end: bool) {
            let mut text: Vec<u8> = lines.iter().flat_map(|n| [vec![b'x'; *n], vec![b'\n']].concat()).collect();
            text.extend(end.then_some(b'y'));
            let mut blocks = Blocks::new(text.as_slice());
            let (mut block, mut all) = (Vec::new(), Vec::new());
            while let Some(first) = blocks.next(&mut block).unwrap() {
                let before = all.iter().filter(|byte| **byte == b'\n').count();
                prop_assert_eq!(first, before as u64 + 1);
                all.extend_from_slice(&block);
            }
            prop_assert!(all == text);
        }
    }
}
