//! 信封。 Who opens what, with how many; what was changed is noticed; nothing shows through.

use fadu_bids::{
    ContentKey, Header, Headers, Holder, Identity, Keys, Label, Opener, Purpose, Share, Shares, envelope,
    seal, system_rng,
};
use proptest::prelude::*;

const PROJECT: &str = "0000000000p01";
const LETTER: &[u8] = r#"{"bidder":"甲公司（演示）","price":"9,876,543.21"}"#.as_bytes();

fn identities(n: usize) -> Vec<Identity> {
    (0..n).map(|_| Identity::generate(&mut system_rng())).collect()
}

fn keys(identities: &[Identity], threshold: u8) -> Keys {
    let holder = |(n, identity): (usize, &Identity)| Holder {
        org: format!("第{n}方"),
        key: identity.public.clone(),
    };
    let holders = identities.iter().enumerate().map(holder).collect();
    Keys { format: Keys::FORMAT.to_owned(), project: PROJECT.to_owned(), threshold, holders }
}

fn sealed(keys: &Keys, label: &Label, file: &[u8]) -> (Vec<u8>, ContentKey) {
    let mut out = Vec::new();
    let (mut body, len) = (file, file.len() as u64);
    let sealed = seal(keys, label, LETTER, &mut body, len, &mut out, &mut system_rng()).unwrap();
    assert_eq!(sealed.len, out.len() as u64);
    (out, sealed.key)
}

fn opened(envelope: &[u8], key: &ContentKey) -> Result<(Vec<u8>, Vec<u8>), fadu_bids::Fault> {
    let header = Header::read(envelope)?;
    let (mut opener, mut file) = (Opener::new(&header, key)?, Vec::new());
    // Pieces of odd lengths, as they come from a disk or a network.
    for piece in envelope[envelope::HEADER..].chunks(10_007) {
        opener.push(piece, &mut file)?;
    }
    let letter = opener.finish(&mut file)?;
    Ok((letter, file))
}

fn shares(header: &Header, identities: &[Identity], who: &[usize], purpose: Purpose) -> Vec<Share> {
    who.iter()
        .map(|n| header.share(&identities[*n], PROJECT, *n as u8 + 1, purpose).unwrap())
        .collect()
}

#[test]
fn any_two_of_three_open_and_one_does_not() {
    let identities = identities(3);
    let label = Label::random(&mut system_rng());
    let (envelope, kept) = sealed(&keys(&identities, 2), &label, b"drawings");
    let header = Header::read(&envelope).unwrap();
    for who in [[0, 1], [0, 2], [1, 2], [2, 0]] {
        let key = header
            .content_key(&shares(&header, &identities, &who, Purpose::Content))
            .unwrap();
        assert_eq!(opened(&envelope, &key).unwrap(), (LETTER.to_vec(), b"drawings".to_vec()), "{who:?}");
        let found = header.label(&shares(&header, &identities, &who, Purpose::Label)).unwrap();
        assert_eq!(found.text(), label.text(), "{who:?}");
    }
    let all = shares(&header, &identities, &[0, 1, 2], Purpose::Content);
    assert!(header.content_key(&all).is_ok(), "more than enough");
    for who in [0, 1, 2] {
        assert!(
            header
                .content_key(&shares(&header, &identities, &[who], Purpose::Content))
                .is_err()
        );
    }
    assert!(header.content_key(&[]).is_err());
    // Too few came: the bidder's own key opens the same envelope, and no other key does.
    assert!(header.is_key(&kept) && opened(&envelope, &kept).is_ok());
    let other = ContentKey::read(&"7".repeat(64)).unwrap();
    assert!(!header.is_key(&other) && opened(&envelope, &other).is_err());
}

#[test]
fn shares_of_the_label_open_no_content() {
    let identities = identities(3);
    let (envelope, _) = sealed(&keys(&identities, 2), &Label::random(&mut system_rng()), b"");
    let header = Header::read(&envelope).unwrap();
    let of_label = shares(&header, &identities, &[0, 1], Purpose::Label);
    assert!(header.content_key(&of_label).is_err());
    assert!(!header.fits(&of_label[0], 1, Purpose::Content));
}

#[test]
fn a_box_opens_for_its_holder_its_slot_and_its_project_alone() {
    let identities = identities(3);
    let stranger = Identity::generate(&mut system_rng());
    let (envelope, _) = sealed(&keys(&identities, 2), &Label::random(&mut system_rng()), b"");
    let header = Header::read(&envelope).unwrap();
    let table: [(&str, &Identity, &str, u8); 6] = [
        ("another person", &stranger, PROJECT, 1),
        ("another slot", &identities[0], PROJECT, 2),
        ("another project", &identities[0], "0000000000p02", 1),
        ("a slot that nobody has", &identities[0], PROJECT, 4),
        ("no slot", &identities[0], PROJECT, 0),
        ("beyond the last slot", &identities[0], PROJECT, 10),
    ];
    for (name, identity, project, slot) in table {
        for purpose in [Purpose::Label, Purpose::Content] {
            assert!(header.share(identity, project, slot, purpose).is_err(), "{name}");
        }
    }
}

#[test]
fn a_share_that_is_not_the_bidders_is_found_out() {
    let identities = identities(3);
    let keys = keys(&identities, 2);
    let (one, _) = sealed(&keys, &Label::random(&mut system_rng()), b"");
    let (two, _) = sealed(&keys, &Label::random(&mut system_rng()), b"");
    let (one, two) = (Header::read(&one).unwrap(), Header::read(&two).unwrap());
    let right = shares(&one, &identities, &[0], Purpose::Content).remove(0);
    let wrong = shares(&two, &identities, &[1], Purpose::Content).remove(0);
    assert!(one.fits(&right, 1, Purpose::Content) && !one.fits(&wrong, 2, Purpose::Content));
    assert!(!one.fits(&right, 2, Purpose::Content), "a share has its slot");
    assert!(one.content_key(&[right, wrong]).is_err(), "and would open nothing");
}

#[test]
fn whatever_is_changed_cut_or_added_is_noticed() {
    let identities = identities(2);
    let file = vec![7; 3 * envelope::CHUNK];
    let (good, key) = sealed(&keys(&identities, 2), &Label::random(&mut system_rng()), &file);
    assert_eq!(opened(&good, &key).unwrap().1, file);
    let chunk = envelope::CHUNK + envelope::TAG;
    for at in
        [16, 47, 48, 80, envelope::HEADER - 1, envelope::HEADER, envelope::HEADER + chunk, good.len() - 1]
    {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(opened(&bad, &key).is_err(), "byte {at}");
    }
    assert!(opened(&good[..good.len() - 1], &key).is_err());
    assert!(opened(&good[..good.len() - chunk], &key).is_err(), "a whole chunk cut off");
    assert!(opened(&[&good[..], &good[good.len() - chunk..]].concat(), &key).is_err(), "one chunk twice");
    let (head, rest) = good.split_at(envelope::HEADER);
    let swapped = [head, &rest[chunk..2 * chunk], &rest[..chunk], &rest[2 * chunk..]].concat();
    assert!(opened(&swapped, &key).is_err(), "two chunks changed places");
    assert!(Header::read(&good[..envelope::HEADER - 1]).is_err() && Header::read(b"%PDF-1.7").is_err());
}

#[test]
fn an_envelope_tells_neither_the_holders_nor_the_length_to_the_byte() {
    let label = Label::random(&mut system_rng());
    let lengths = |n: usize, k: u8, file: &[u8]| sealed(&keys(&identities(n), k), &label, file).0.len();
    let least = lengths(2, 2, b"");
    assert_eq!(least, lengths(9, 5, &[1; 60_000]));
    assert_eq!(lengths(3, 2, &[1; 70_000]), least + envelope::CHUNK + envelope::TAG);
}

#[test]
fn keys_that_would_not_guard_are_refused() {
    let nine = identities(10);
    let try_seal = |keys: Keys| {
        let label = Label::random(&mut system_rng());
        seal(&keys, &label, LETTER, &mut [].as_slice(), 0, &mut Vec::new(), &mut system_rng()).is_ok()
    };
    let table = [
        ("two of two", 2, 2, true),
        ("nine of nine", 9, 9, true),
        ("one of two: anybody alone", 2, 1, false),
        ("three of two", 2, 3, false),
        ("ten", 10, 2, false),
        ("one holder", 1, 1, false),
    ];
    for (name, n, k, good) in table {
        assert_eq!(try_seal(keys(&nine[..n], k)), good, "{name}");
    }
    let mut twice = keys(&nine[..2], 2);
    twice.holders[1] = twice.holders[0].clone();
    assert!(!try_seal(twice), "one key twice");
    let mut zero = keys(&nine[..2], 2);
    zero.holders[1].key = "0".repeat(64);
    assert!(!try_seal(zero), "a key that everybody knows the secret of");
}

#[test]
fn what_passes_between_county_and_holder_is_read_as_it_was_written() {
    let identities = identities(3);
    let keys = keys(&identities, 2);
    let text = serde_json::to_string(&keys).unwrap();
    assert_eq!(Keys::read(&text).unwrap(), keys);
    assert!(Keys::read(&text.replace("fadu-bid-keys-1", "fadu-bid-keys-9")).is_err());
    let identity = Identity::read(&identities[0].write().unwrap()).unwrap();
    assert!(
        Identity::read(&identities[0].write().unwrap().replace(&identity.public, &identities[1].public))
            .is_err()
    );

    let (mine, _) = sealed(&keys, &Label::random(&mut system_rng()), b"");
    let strangers = Keys { project: "0000000000p02".into(), ..keys.clone() };
    let (other, _) = sealed(&strangers, &Label::random(&mut system_rng()), b"");
    let envelopes = [("b1", mine.as_slice()), ("b2", other.as_slice())]
        .map(|(bid, bytes)| (bid.to_owned(), Header::read(bytes).unwrap()));
    let headers = Headers::new(PROJECT.into(), Purpose::Label, 1, &envelopes);
    let headers = Headers::read(&serde_json::to_string(&headers).unwrap()).unwrap();
    let shares = headers.shares(&identity).unwrap();
    let shares = Shares::read(&serde_json::to_string(&shares).unwrap()).unwrap();
    assert!(
        shares
            .of("b1")
            .is_some_and(|share| envelopes[0].1.fits(&share, 1, Purpose::Label))
    );
    assert!(shares.of("b2").is_none() && shares.of("b3").is_none(), "another project's envelope stays shut");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_was_sealed_is_what_is_opened(
        n in 2usize..=9, least in 0usize..9, size in 0usize..200_000, skip in 0usize..9,
    ) {
        let k = 2 + least % (n - 1);
        let identities = identities(n);
        let file: Vec<u8> = (0..size).map(|at| (at * 31 % 251) as u8).collect();
        let (envelope, _) = sealed(&keys(&identities, k as u8), &Label::random(&mut system_rng()), &file);
        let header = Header::read(&envelope).unwrap();
        let who: Vec<usize> = (0..k).map(|place| (place + skip) % n).collect();
        let shares = shares(&header, &identities, &who, Purpose::Content);
        let key = header.content_key(&shares).unwrap();
        prop_assert_eq!(opened(&envelope, &key).unwrap().1, file);
        prop_assert!(header.content_key(&shares[1..]).is_err(), "one too few");
    }
}
