//! 关系与雷同。 Who bids with whom and what they share; what documents say alike beyond the tender file.

use super::{misread, read};
use crate::{Answer, Place, Usage, say};
use fadu_redflags::graph::{Graph as Drawn, Node};
use fadu_redflags::similar::{Pieces, Template, common_passages};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Graph {
    /// Releases or packages
    file: PathBuf,
    /// CSV of keyed digests: ocid, bid id, kind, digest
    #[arg(long)]
    marks: Option<PathBuf>,
    /// Pairs that met in fewer tenders are left out
    #[arg(long, default_value_t = 3)]
    least: usize,
    /// Only what is near this bidder or mark
    #[arg(long)]
    around: Option<String>,
    /// How many lines away is near
    #[arg(long, default_value_t = 1)]
    steps: usize,
}

pub fn graph(place: &Place, asked: &Graph) -> Answer {
    let (tenders, _) = super::flags::tenders(&asked.file, &Default::default(), asked.marks.as_deref())?;
    let whole = Drawn::of(&tenders, asked.least);
    let graph = match &asked.around {
        Some(node) => whole.around(node, asked.steps),
        None => whole,
    };
    say(place, json!(graph), || {
        let name = |id: &str| match graph.nodes.get(id) {
            Some(Node::Bidder { n_bids, n_won }) => format!("{id}（投标{n_bids}，中标{n_won}）"),
            Some(Node::Mark { mark }) => format!("{} {id}", mark.zh()),
            None => id.to_owned(),
        };
        let mut edges: Vec<_> = graph.edges.iter().collect();
        edges.sort_by_key(|edge| std::cmp::Reverse((edge.mark.is_some(), edge.tenders.len())));
        let lines = edges.iter().map(|edge| {
            let what = if edge.mark.is_some() { "同一标记" } else { "一同投标" };
            format!("{:>5}个项目  {what}  {} — {}", edge.tenders.len(), name(&edge.from), name(&edge.to))
        });
        lines.collect::<Vec<String>>().join("\n")
    });
    Ok(true)
}

#[derive(clap::Args)]
pub struct Similar {
    /// The tender file, whose own text is no likeness
    #[arg(long)]
    tender: Option<PathBuf>,
    /// Texts of two bids or more
    #[arg(required = true, num_args = 2..)]
    documents: Vec<PathBuf>,
    /// Passages in both that are at least this long, in characters
    #[arg(long, default_value_t = 20)]
    least: usize,
}

pub fn similar(place: &Place, asked: &Similar) -> Answer {
    let template = asked
        .tender
        .as_deref()
        .map(text)
        .transpose()?
        .map(|text| Template::new(&text))
        .unwrap_or_default();
    let texts: Vec<(&Path, String)> = asked
        .documents
        .iter()
        .map(|path| Ok((path.as_path(), text(path)?)))
        .collect::<Result<_, Usage>>()?;
    let pieces: Vec<Pieces> = texts.iter().map(|(_, text)| Pieces::of(text, &template)).collect();
    let mut pairs: Vec<(f64, Value)> = Vec::new();
    for (n, (one, text)) in texts.iter().enumerate() {
        for (m, (other, beside)) in texts.iter().enumerate().skip(n + 1) {
            let likeness = pieces[n].likeness(&pieces[m]);
            let passages = common_passages(text, beside, &template, asked.least);
            pairs.push((
                likeness,
                json!({"one": one, "other": other, "likeness": likeness, "passages": passages}),
            ));
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let pairs: Vec<Value> = pairs.into_iter().map(|(_, pair)| pair).collect();
    say(place, json!({"pairs": pairs}), || {
        let lines = pairs.iter().map(|pair| {
            let share = pair["likeness"].as_f64().unwrap_or_default() * 100.0;
            let passages = pair["passages"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let passages: String = passages.map(|passage| format!("\n    {passage}")).collect();
            format!(
                "{share:5.1}%  {}  {}{passages}",
                pair["one"].as_str().unwrap_or_default(),
                pair["other"].as_str().unwrap_or_default()
            )
        });
        lines.collect::<Vec<String>>().join("\n")
    });
    Ok(true)
}

fn text(path: &Path) -> Result<String, Usage> {
    let text = read(path)?;
    if text.trim().is_empty() { Err(misread(path, "has no text")) } else { Ok(text) }
}
