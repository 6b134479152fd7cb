//! 依赖图。 Which item waits for which. Plain data in, names out; nothing here recurses, so that no file is too deep.

use std::collections::HashMap;

pub struct Graph<'a> {
    names: Vec<&'a str>,
    /// For each node the nodes it waits for.
    needs: Vec<Vec<usize>>,
}

impl<'a> Graph<'a> {
    /// Edges to names that are no nodes are left out: they are a finding of their own.
    pub fn new(edges: &[(&'a str, Vec<&'a str>)]) -> Graph<'a> {
        let mut at = HashMap::new();
        let mut names = Vec::new();
        for (name, _) in edges {
            at.entry(*name).or_insert_with(|| {
                names.push(*name);
                names.len() - 1
            });
        }
        let mut needs = vec![Vec::new(); names.len()];
        for (name, targets) in edges {
            let known = targets.iter().filter_map(|target| at.get(target).copied());
            needs[at[name]].extend(known);
        }
        Graph { names, needs }
    }

    /// Every node after all it waits for, in the given order where nothing else decides; `None` when there is a cycle.
    pub fn order(&self) -> Option<Vec<&'a str>> {
        let order = self.sorted();
        let whole = order.len() == self.names.len();
        whole.then(|| order.into_iter().map(|node| self.names[node]).collect())
    }

    /// As far as it goes: nodes of a cycle, and those that wait for one, are missing.
    fn sorted(&self) -> Vec<usize> {
        let mut waits: Vec<usize> = self.needs.iter().map(Vec::len).collect();
        let mut held_up = vec![Vec::new(); self.names.len()];
        for (node, needs) in self.needs.iter().enumerate() {
            needs.iter().for_each(|need| held_up[*need].push(node));
        }
        let mut order: Vec<usize> = (0..self.names.len()).filter(|node| waits[*node] == 0).collect();
        let mut next = 0;
        while let Some(node) = order.get(next).copied() {
            next += 1;
            for after in &held_up[node] {
                waits[*after] -= 1;
                if waits[*after] == 0 {
                    order.push(*after);
                }
            }
        }
        order
    }

    /// 环。 One cycle by its names, the first again at the end; each waits for the one after it.
    pub fn cycle(&self) -> Option<Vec<&'a str>> {
        let mut done = vec![false; self.names.len()];
        self.sorted().into_iter().for_each(|node| done[node] = true);
        // Whoever is left waits for somebody who is left: walking on must come back.
        let mut node = done.iter().position(|done| !done)?;
        let mut seen_at = HashMap::new();
        let mut walk = Vec::new();
        while !seen_at.contains_key(&node) {
            seen_at.insert(node, walk.len());
            walk.push(node);
            node = self.needs[node].iter().copied().find(|need| !done[*need])?;
        }
        walk.push(node);
        Some(walk[seen_at[&node]..].iter().map(|node| self.names[*node]).collect())
    }

    /// 最长的链。 The days of the slowest chain; `None` when there is a cycle or a node on no limit at all.
    pub fn longest(&self, days: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        let mut ends = vec![0_u32; self.names.len()];
        let order = self.sorted();
        if order.len() < self.names.len() {
            return None;
        }
        for node in order {
            let before = self.needs[node].iter().map(|need| ends[*need]).max().unwrap_or(0);
            ends[node] = before.saturating_add(days(self.names[node])?);
        }
        ends.into_iter().max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(&str, Vec<&str>)> {
        let edges = text.split(' ').filter(|word| !word.is_empty());
        edges
            .map(|word| {
                let (name, needs) = word.split_once(':').unwrap_or((word, ""));
                (name, needs.split(',').filter(|need| !need.is_empty()).collect())
            })
            .collect()
    }

    #[test]
    fn a_cycle_is_named() {
        // (graph: name:what it waits for, its order, its cycle)
        let rows = [
            ("", Some(""), None),
            ("a b:a c:a d:b,c", Some("a b c d"), None),
            ("d:b,c b:a c:a a", Some("a b c d"), None),
            ("a:a", None, Some("a a")),
            ("a:b b:c c:a", None, Some("a b c a")),
            ("x y:x a:b b:a,x", None, Some("a b a")),
            ("z:a a:b b:a", None, Some("a b a")),
            ("a:nobody", Some("a"), None),
            ("a:b,b b", Some("b a"), None),
        ];
        for (text, order, cycle) in rows {
            let edges = read(text);
            let graph = Graph::new(&edges);
            assert_eq!(graph.order().map(|names| names.join(" ")).as_deref(), order, "{text}");
            assert_eq!(graph.cycle().map(|names| names.join(" ")).as_deref(), cycle, "{text}");
        }
    }

    #[test]
    fn the_slowest_chain_counts() {
        let edges = read("a b:a c:a d:b");
        let graph = Graph::new(&edges);
        let days = |name: &str| {
            Some(match name {
                "a" => 3,
                "b" => 5,
                "c" => 20,
                _ => 1,
            })
        };
        assert_eq!(graph.longest(days), Some(23), "a then c, in parallel with a, b, d");
        assert_eq!(graph.longest(|name| days(name).filter(|_| name != "d")), None, "d has no limit");
    }

    /// Edges between up to twelve nodes, any way round.
    fn any_graph() -> impl Strategy<Value = Vec<(usize, usize)>> {
        prop::collection::vec((0_usize..12, 0_usize..12), 0..40)
    }

    const NAMES: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];

    fn named(edges: &[(usize, usize)]) -> Vec<(&'static str, Vec<&'static str>)> {
        let needs = |node| edges.iter().filter(move |(from, _)| *from == node).map(|(_, to)| NAMES[*to]);
        (0..NAMES.len()).map(|node| (NAMES[node], needs(node).collect())).collect()
    }

    proptest! {
        #[test]
        fn there_is_an_order_or_a_cycle_and_never_both(edges in any_graph()) {
            let named = named(&edges);
            let graph = Graph::new(&named);
            prop_assert_eq!(graph.order().is_some(), graph.cycle().is_none());
        }

        #[test]
        fn an_order_puts_everybody_after_what_they_wait_for(edges in any_graph()) {
            let named = named(&edges);
            if let Some(order) = Graph::new(&named).order() {
                let at = |name: &str| order.iter().position(|found| *found == name);
                prop_assert_eq!(order.len(), NAMES.len());
                for (from, to) in edges {
                    prop_assert!(at(NAMES[to]) < at(NAMES[from]));
                }
            }
        }

        #[test]
        fn a_cycle_is_made_of_edges_that_are_there(edges in any_graph()) {
            let named = named(&edges);
            if let Some(cycle) = Graph::new(&named).cycle() {
                prop_assert!(cycle.len() >= 2 && cycle.first() == cycle.last());
                for pair in cycle.windows(2) {
                    prop_assert!(edges.iter().any(|(from, to)| NAMES[*from] == pair[0] && NAMES[*to] == pair[1]));
                }
            }
        }

        /// Edges that only look back cannot make a cycle, and one more that closes a loop always does.
        #[test]
        fn a_closed_loop_is_always_found(edges in any_graph(), length in 1_usize..12) {
            let back: Vec<_> = edges.into_iter().filter(|(from, to)| to < from).collect();
            let named_back = named(&back);
            prop_assert!(Graph::new(&named_back).cycle().is_none());
            let looped: Vec<_> = back.into_iter().chain((0..length).map(|node| (node, (node + 1) % length))).collect();
            let named_looped = named(&looped);
            prop_assert!(Graph::new(&named_looped).cycle().is_some());
        }

        /// No chain is longer than all days together, none shorter than the longest day.
        #[test]
        fn the_slowest_chain_lies_between_its_bounds(edges in any_graph(), days in prop::collection::vec(0_u32..60, 12)) {
            let back: Vec<_> = edges.into_iter().filter(|(from, to)| to < from).collect();
            let named = named(&back);
            let of = |name: &str| name.parse::<usize>().ok().map(|node| days[node]);
            let longest = Graph::new(&named).longest(of).unwrap();
            prop_assert!(longest >= days.iter().copied().max().unwrap() && longest <= days.iter().sum());
        }
    }
}
