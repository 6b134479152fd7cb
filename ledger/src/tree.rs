//! 默克尔树。 RFC 6962: leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left ‖ right).

use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0u8]).chain_update(entry).finalize().into()
}

pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1u8])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The root of the empty tree: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::new().finalize().into()
}

/// 前沿。 The roots of the complete subtrees of a growing tree: all that is needed to append and to name the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Largest subtree first; one per set bit of `size`.
    peaks: Vec<Hash>,
}

impl Frontier {
    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut size = self.size;
        while size & 1 == 1 {
            // The bit that is set has a peak by construction; without one the hash simply stays a peak.
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            size >>= 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// `size` and the peaks as bytes, for the head of a stored tree.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.peaks.iter().for_each(|peak| bytes.extend_from_slice(peak));
        bytes
    }

    /// `None` when the bytes cannot be a frontier.
    pub fn from_bytes(bytes: &[u8]) -> Option<Frontier> {
        let size = u64::from_be_bytes(bytes.get(..8)?.try_into().ok()?);
        let peaks: Vec<Hash> = bytes[8..].chunks(32).map(Hash::try_from).collect::<Result<_, _>>().ok()?;
        (peaks.len() == size.count_ones() as usize).then_some(Frontier { size, peaks })
    }
}

/// The largest power of two below `n`.
fn split(n: u64) -> u64 {
    debug_assert!(n > 1);
    1 << (63 - (n - 1).leading_zeros())
}

/// `range(lo, hi)` answers the root of the leaves `[lo, hi)`: a store answers complete subtrees from its tiles.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    range: &mut impl FnMut(u64, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    let (mut lo, mut hi) = (0, size);
    while hi - lo > 1 {
        let mid = lo + split(hi - lo);
        if index < mid {
            proof.push(range(mid, hi)?);
            hi = mid;
        } else {
            proof.push(range(lo, mid)?);
            lo = mid;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// RFC 6962 section 2.1.2: that the tree of `old` leaves is a prefix of the tree of `new` leaves.
pub fn consistency_proof<E>(
    old: u64,
    new: u64,
    range: &mut impl FnMut(u64, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    if old == 0 || old >= new {
        return Ok(proof);
    }
    let (mut lo, mut hi, mut complete) = (0, new, true);
    while old != hi {
        let mid = lo + split(hi - lo);
        if old <= mid {
            proof.push(range(mid, hi)?);
            hi = mid;
        } else {
            proof.push(range(lo, mid)?);
            lo = mid;
            complete = false;
        }
    }
    if !complete {
        proof.push(range(lo, hi)?);
    }
    proof.reverse();
    Ok(proof)
}

pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

pub fn verify_consistency(old: u64, new: u64, old_root: &Hash, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty();
    }
    let mut path = proof.iter();
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let Some(seed) = (if node == 0 { Some(old_root) } else { path.next() }) else { return false };
    let (mut from_old, mut from_new) = (*seed, *seed);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

/// The root of a slice of leaf hashes.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.push(*leaf));
    frontier.root()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn range(leaves: &[Hash]) -> impl FnMut(u64, u64) -> Result<Hash, Infallible> {
        |lo, hi| Ok(root_of(&leaves[lo as usize..hi as usize]))
    }

    /// The inputs and the roots are the published test vectors of the certificate-transparency project.
    #[test]
    fn agrees_with_the_known_vectors() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let leaves: Vec<Hash> = inputs.iter().map(|input| leaf_hash(input)).collect();
        for (n, root) in [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ] {
            assert_eq!(hex(&root_of(&leaves[..n])), root, "{n} leaves");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_leaf_proves_itself_and_nothing_else(size in 1usize..80, pick in 0usize..80, other in 0usize..80) {
            let leaves: Vec<Hash> = (0..size).map(|i| leaf_hash(&i.to_be_bytes())).collect();
            let (index, other) = (pick % size, other % size);
            let root = root_of(&leaves);
            let proof = inclusion_proof(index as u64, size as u64, &mut range(&leaves)).unwrap();
            proptest::prop_assert!(verify_inclusion(&leaves[index], index as u64, size as u64, &proof, &root));
            if other != index {
                proptest::prop_assert!(!verify_inclusion(&leaves[other], index as u64, size as u64, &proof, &root));
                proptest::prop_assert!(!verify_inclusion(&leaves[index], other as u64, size as u64, &proof, &root));
            }
        }

        #[test]
        fn a_longer_tree_proves_that_it_only_grew(old in 0usize..80, more in 0usize..80, flip in 0usize..80) {
            let new = old + more;
            let leaves: Vec<Hash> = (0..new).map(|i| leaf_hash(&i.to_be_bytes())).collect();
            let (old_root, new_root) = (root_of(&leaves[..old]), root_of(&leaves));
            let proof = consistency_proof(old as u64, new as u64, &mut range(&leaves)).unwrap();
            proptest::prop_assert!(verify_consistency(old as u64, new as u64, &old_root, &new_root, &proof));
            if old > 0 && more > 0 {
                let mut changed = leaves.clone();
                changed[flip % old] = leaf_hash(b"changed");
                let other = root_of(&changed[..old]);
                proptest::prop_assert!(!verify_consistency(old as u64, new as u64, &other, &new_root, &proof));
            }
        }

        #[test]
        fn a_frontier_survives_storage(size in 0usize..300) {
            let mut frontier = Frontier::default();
            (0..size).for_each(|i| frontier.push(leaf_hash(&i.to_be_bytes())));
            proptest::prop_assert_eq!(Frontier::from_bytes(&frontier.to_bytes()), Some(frontier));
        }
    }
}
