//! 关系图。 Bidders, and the agents, people, machines and accounts that more than one of them has in common; who bid with
//! whom, and how often. A line is a reason to look, nothing else.

use crate::tender::{Bid, Mark, Tender};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Nodes and edges in a fixed order: the same tenders give the same graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Graph {
    pub nodes: BTreeMap<String, Node>,
    pub edges: Vec<Edge>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Node {
    Bidder { n_bids: usize, n_won: usize },
    Mark { mark: Mark },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    pub from: String,
    pub to: String,
    /// `None`: the two bid in the same tenders; else the second is a mark of the first.
    pub mark: Option<Mark>,
    pub tenders: BTreeSet<String>,
}

impl Graph {
    /// Marks that one bidder alone bears are left out, and pairs that met less than `least` times.
    pub fn of(tenders: &[Tender], least: usize) -> Graph {
        let mut graph = Graph::default();
        let mut met: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        let mut borne: BTreeMap<(Mark, &str), BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
        for tender in tenders {
            let bidders: BTreeSet<&str> = tender.submitted().map(|bid| bid.bidder.as_str()).collect();
            let winner = tender.winner().map(|bid| bid.bidder.as_str());
            for bidder in &bidders {
                graph.count(bidder, winner == Some(bidder));
            }
            for (one, other) in pairs(&bidders) {
                met.entry((one, other)).or_default().insert(&tender.id);
            }
            for (mark, digest, bid) in tender.submitted().flat_map(marks) {
                let bearers = borne.entry((mark, digest)).or_default();
                bearers.entry(&bid.bidder).or_default().insert(&tender.id);
            }
        }
        for ((one, other), tenders) in met.into_iter().filter(|(_, tenders)| tenders.len() >= least) {
            graph.join(one, other, None, &tenders);
        }
        for ((mark, digest), bearers) in borne.into_iter().filter(|(_, bearers)| bearers.len() > 1) {
            let node = format!("{}:{digest}", mark.name());
            for (bidder, tenders) in bearers {
                graph.join(bidder, &node, Some(mark), &tenders);
            }
            graph.nodes.insert(node, Node::Mark { mark });
        }
        graph
    }

    fn count(&mut self, bidder: &str, won: bool) {
        let node = self
            .nodes
            .entry(bidder.to_owned())
            .or_insert(Node::Bidder { n_bids: 0, n_won: 0 });
        if let Node::Bidder { n_bids, n_won } = node {
            *n_bids += 1;
            *n_won += usize::from(won);
        }
    }

    fn join(&mut self, from: &str, to: &str, mark: Option<Mark>, tenders: &BTreeSet<&str>) {
        let tenders = tenders.iter().map(|tender| (*tender).to_owned()).collect();
        self.edges
            .push(Edge { from: from.to_owned(), to: to.to_owned(), mark, tenders });
    }

    /// 关联方. Everything within `steps` lines of a node.
    pub fn around(&self, node: &str, steps: usize) -> Graph {
        let mut near = BTreeSet::from([node]);
        for _ in 0..steps {
            let touching = self
                .edges
                .iter()
                .filter(|edge| near.contains(edge.from.as_str()) || near.contains(edge.to.as_str()));
            let reached: Vec<&str> =
                touching.flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]).collect();
            near.extend(reached);
        }
        let inside = |edge: &&Edge| near.contains(edge.from.as_str()) && near.contains(edge.to.as_str());
        Graph {
            nodes: self
                .nodes
                .iter()
                .filter(|(id, _)| near.contains(id.as_str()))
                .map(|(id, node)| (id.clone(), node.clone()))
                .collect(),
            edges: self.edges.iter().filter(inside).cloned().collect(),
        }
    }
}

pub fn pairs<'a>(names: &BTreeSet<&'a str>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let names: Vec<&str> = names.iter().copied().collect();
    (0..names.len()).flat_map(move |n| {
        let names = names.clone();
        (n + 1..names.len()).map(move |m| (names[n], names[m]))
    })
}

/// Marks of a bid but its address, which many share.
pub fn marks(bid: &Bid) -> impl Iterator<Item = (Mark, &str, &Bid)> {
    let marks = bid.marks.iter().filter(|(mark, _)| **mark != Mark::Address);
    marks.flat_map(move |(mark, digests)| digests.iter().map(move |digest| (*mark, digest.as_str(), bid)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tender(id: &str, bids: &[(&str, &str)]) -> Tender {
        let bid = |(bidder, account): &(&str, &str)| Bid {
            id: format!("{id}-{bidder}"),
            bidder: (*bidder).to_owned(),
            marks: BTreeMap::from([(Mark::Account, vec![(*account).to_owned()])]),
            ..Bid::default()
        };
        Tender { id: id.to_owned(), bids: Some(bids.iter().map(bid).collect()), ..Tender::default() }
    }

    #[test]
    fn what_several_have_in_common_is_drawn_and_nothing_else() {
        let tenders = [tender("1", &[("a", "x"), ("b", "y")]), tender("2", &[("c", "x"), ("b", "y")])];
        let graph = Graph::of(&tenders, 1);
        let lines: Vec<(&str, &str)> =
            graph.edges.iter().map(|edge| (edge.from.as_str(), edge.to.as_str())).collect();
        assert_eq!(lines, [("a", "b"), ("b", "c"), ("a", "account:x"), ("c", "account:x")]);
        assert_eq!(graph.nodes["b"], Node::Bidder { n_bids: 2, n_won: 0 });
        assert!(!graph.nodes.contains_key("account:y"), "one bidder may always pay from one account");
        assert_eq!(Graph::of(&tenders, 2).edges.len(), 2, "nobody met twice");
        let around: Vec<String> = graph.around("account:x", 1).nodes.into_keys().collect();
        assert_eq!(around, ["a", "account:x", "c"]);
    }
}
