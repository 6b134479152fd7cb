//! Prints every sample into a folder, to be looked at: `cargo run -p fadu-report --example samples -- FOLDER`

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    for (name, notice) in fadu_report::notice::samples() {
        std::fs::write(folder.join(format!("{name}.pdf")), fadu_report::notice::pdf(&notice)?)?;
    }
    for (name, guide) in fadu_report::guide::samples() {
        std::fs::write(folder.join(format!("{name}.pdf")), fadu_report::guide::pdf(&guide)?)?;
    }
    for (name, report) in fadu_report::annual::samples() {
        std::fs::write(folder.join(format!("{name}.pdf")), fadu_report::annual::pdf(&report)?)?;
        std::fs::write(folder.join(format!("{name}.docx")), fadu_report::annual::docx(&report)?)?;
        std::fs::write(folder.join(format!("{name}.html")), fadu_report::annual::html(&report))?;
        std::fs::write(folder.join(format!("{name}.json")), fadu_report::annual::json(&report)?)?;
    }
    for (name, bulletin) in fadu_report::bulletin::samples() {
        std::fs::write(folder.join(format!("{name}.pdf")), fadu_report::bulletin::pdf(&bulletin)?)?;
        std::fs::write(folder.join(format!("{name}.docx")), fadu_report::bulletin::docx(&bulletin)?)?;
    }
    Ok(())
}
