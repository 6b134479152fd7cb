//! Cardinal's indicators alone, without the rest of the program, so that they can be measured beside their peer:
//! `indicators SETTINGS FILE [--prepare] [--map] [--threads N]`.

use fadu_redflags::compat::{How, Settings, run};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [settings, file, rest @ ..] = args.as_slice() else {
        return Err("indicators SETTINGS FILE [--prepare] [--map] [--threads N]".into());
    };
    let given = |flag: &str| rest.iter().any(|arg| arg == flag);
    let threads = rest.iter().skip_while(|arg| *arg != "--threads").nth(1);
    let mut how = How { prepare: given("--prepare"), map: given("--map"), ..How::default() };
    if let Some(threads) = threads {
        how.threads = threads.parse()?;
    }
    let settings = Settings::read(&std::fs::read_to_string(settings)?)?;
    let results = run(std::fs::File::open(file)?, &settings, how)?;
    for (line, why) in &results.notes.unreadable {
        eprintln!("line {line} is left out: {why}");
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &results)?;
    Ok(out.flush()?)
}
