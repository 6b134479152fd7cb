//! 一件事主题。 A bureau writes a theme as a file; it is checked before anybody loads it, and loaded as a draft.

use crate::admin::problem;
use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_app::{App, Call};
use fadu_onething::check::Finding;
use fadu_onething::definition::name_with;
use fadu_onething::{Definition, Theme, ThemeAct};
use fadu_service::Item;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Read theme files and name everything that keeps them from opening; the answer is no while there is something
    Check {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Hold them against the county's catalogue of items as well, as their publication will be
        #[arg(long)]
        catalogue: bool,
    },
    /// Enter checked themes as drafts; freezing, approval and publication are acts at the desk
    Load {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The catalogue manager's account that answers for the drafts
        #[arg(long = "as", value_name = "PERSON")]
        keeper: String,
    },
}

/// 发现: in which file, on which line, about which key.
#[derive(Serialize)]
struct Found {
    file: String,
    line: usize,
    field: String,
    message: String,
}

pub async fn run(place: &Place, command: Command) -> Answer {
    match command {
        Command::Check { files, catalogue } => {
            let (themes, mut findings) = read_all(&files)?;
            if catalogue {
                let home = Home::open(place).await?;
                let app = home.app().await?;
                let beside = themes.iter().flat_map(|read| {
                    let found = fadu_app::themes::beside_the_catalogue(&read.theme, &app.catalogue());
                    found.into_iter().map(move |finding| read.found(finding))
                });
                findings.extend(beside);
            }
            tell(place, themes.len(), &findings, &[], &[]);
            Ok(findings.is_empty())
        }
        Command::Load { files, keeper } => {
            let (themes, findings) = read_all(&files)?;
            if !findings.is_empty() {
                tell(place, themes.len(), &findings, &[], &[]);
                return Ok(false);
            }
            let home = Home::open(place).await?;
            let themes = themes.into_iter().map(|read| read.theme).collect();
            load(place, &*home.app().await?, themes, &keeper).await
        }
    }
}

async fn load(place: &Place, app: &App, themes: Vec<Definition>, keeper: &str) -> Answer {
    let account = app.account(keeper).await?.filter(|account| !account.closed);
    let actor = account.ok_or_else(|| Usage(format!("--as {keeper}: no such account")))?.actor();
    let (mut drafts, mut notes) = (Vec::new(), Vec::new());
    for theme in themes {
        notes.extend(beside_the_catalogue(app, &theme));
        let (id, name) = (theme.id(), theme.name.clone());
        let published = app.catalogue().one::<Theme>(id).is_some_and(|theme| !theme.versions.is_empty());
        let definition = Box::new(theme);
        let act = if published { ThemeAct::Revise { definition } } else { ThemeAct::Draft { definition } };
        let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
        app.act::<Theme>(call).await.map_err(problem)?;
        drafts.push((id.to_string(), name));
    }
    tell(place, drafts.len(), &[], &drafts, &notes);
    Ok(true)
}

fn tell(place: &Place, read: usize, findings: &[Found], drafts: &[(String, String)], notes: &[String]) {
    let answer = json!({
        "themes": read, "findings": findings, "notes": notes,
        "drafts": drafts.iter().map(|(id, name)| json!({"id": id, "name": name})).collect::<Vec<_>>(),
    });
    say(place, answer, || {
        let mut lines: Vec<String> = findings
            .iter()
            .map(|found| format!("{}:{}  {}  {}", found.file, found.line, found.field, found.message))
            .collect();
        lines.extend(drafts.iter().map(|(id, name)| format!("drafted  {id}  {name}")));
        lines.extend(notes.iter().map(|note| format!("note     {note}")));
        lines.push(format!("{read} themes read, {} findings", findings.len()));
        lines.join("\n")
    });
}

/// A theme, and the file that says so.
struct Read {
    path: PathBuf,
    text: String,
    theme: Definition,
}

impl Read {
    fn found(&self, finding: Finding) -> Found {
        let line = line_of(&self.text, &finding.at);
        Found { file: shown(&self.path), line, field: finding.at, message: finding.message }
    }
}

/// Every theme that could be read, and all that is wrong in any file.
fn read_all(files: &[PathBuf]) -> anyhow::Result<(Vec<Read>, Vec<Found>)> {
    let (mut themes, mut findings) = (Vec::new(), Vec::new());
    for path in files {
        let text =
            std::fs::read_to_string(path).map_err(|error| Usage(format!("{}: {error}", path.display())))?;
        match fadu_onething::read(&text) {
            Ok(theme) => {
                let read = Read { path: path.clone(), text, theme };
                let wrong = fadu_onething::check(&read.theme);
                findings.extend(wrong.into_iter().map(|finding| read.found(finding)));
                themes.push(read);
            }
            Err(error) => {
                let (line, field, message) = (error.line, error.field, error.why);
                findings.push(Found { file: shown(path), line, field, message });
            }
        }
    }
    Ok((themes, findings))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The line on which a key such as `members[2].needs` begins; the first when the file has no such key.
fn line_of(text: &str, at: &str) -> usize {
    let head = at.split('.').next().unwrap_or(at);
    let (key, nth) = match head.split_once('[') {
        Some((key, rest)) => (key, rest.trim_end_matches(']').parse().unwrap_or(0)),
        None => (head, 0),
    };
    let table = format!("[[{key}]]");
    let nth_table = text.lines().enumerate().filter(|(_, line)| line.trim() == table).nth(nth);
    let is_key = |line: &str| {
        line.trim_start()
            .strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let own_key = || text.lines().enumerate().find(|(_, line)| is_key(line));
    nth_table.or_else(own_key).map_or(1, |(line, _)| line + 1)
}

/// 与目录对照: what would keep it from being published, and what a member asks for under another name than the theme passes
/// on. It keeps no draft out: the catalogue may follow.
fn beside_the_catalogue(app: &App, theme: &Definition) -> Vec<String> {
    let catalogue = app.catalogue();
    let findings = fadu_app::themes::beside_the_catalogue(theme, &catalogue).into_iter();
    let mut notes: Vec<String> =
        findings.map(|finding| format!("{}：{}", theme.code, finding.message)).collect();
    for member in &theme.members {
        let item = catalogue.one::<Item>(Item::id(&member.item)).filter(|item| item.is_open());
        let Some((_, guide)) = item.and_then(Item::current) else { continue };
        let passed_on: Vec<&str> = theme
            .materials
            .iter()
            .filter_map(|paper| name_with(&paper.sources, &paper.id, &member.item))
            .collect();
        for paper in passed_on.iter().filter(|id| guide.material(id).is_none()) {
            notes.push(format!("{}：“{}”的办事指南里没有材料“{paper}”", theme.code, member.name));
        }
        for paper in guide.asked().filter(|paper| !passed_on.contains(&paper.id.as_str())) {
            notes.push(format!("{}：“{}”另要材料“{}”", theme.code, member.name, paper.name));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_named_by_its_line() {
        let text =
            "code = \"c\"\nmode = \"joint\"\n\n[[members]]\nitem = \"A\"\n\n[[members]]\nitem = \"B\"\n";
        for (at, line) in
            [("code", 1), ("members[0]", 4), ("members[1].needs", 7), ("members[9]", 1), ("stop", 1)]
        {
            assert_eq!(line_of(text, at), line, "{at}");
        }
    }
}
