//! 字体。 The fonts documents are set in, found on the machine and read once.
//!
//! Body text is Noto Serif CJK SC and headings are Noto Sans CJK SC (Debian: fonts-noto-cjk).
//! A county that holds a licence for the fonts named in GB/T 9704 puts them in a folder and names
//! it in `FADU_FONTS`; the templates prefer them when they are there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::RenderError;

const SERIF: &str = "Noto Serif CJK SC";
const SANS: &str = "Noto Sans CJK SC";

/// The folders where Linux distributions install fonts.
const SYSTEM: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

/// A folder may link back to its parent; no font tree is deeper than this.
const DEEPEST: u8 = 8;

/// The loaded fonts, in the order the font book numbers them.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) faces: Vec<Font>,
}

impl Fonts {
    /// Of the families in `wanted`, those that are here. Unknown names would only make warnings.
    pub(crate) fn families(&self, wanted: &[&'static str]) -> Vec<&'static str> {
        wanted
            .iter()
            .copied()
            .filter(|name| self.book.contains_family(&name.to_lowercase()))
            .collect()
    }
}

/// 字体就绪。 Reads the fonts now (about 90 MB), so that a server finds out at its start rather
/// than at the first document. Errors: `Fonts`, naming the Debian package.
pub fn ready() -> Result<(), RenderError> {
    fonts().map(|_| ())
}

/// Only success is remembered: an administrator who installs the package need not restart.
pub(crate) fn fonts() -> Result<&'static Fonts, RenderError> {
    static LOADED: OnceLock<Fonts> = OnceLock::new();
    if let Some(fonts) = LOADED.get() {
        return Ok(fonts);
    }
    let own = std::env::var_os("FADU_FONTS")
        .map(|list| std::env::split_paths(&list).collect())
        .unwrap_or_default();
    let loaded = load(own, SYSTEM.iter().map(PathBuf::from).collect())?;
    Ok(LOADED.get_or_init(|| loaded))
}

/// Everything in the county's own folders, but only the four Noto CJK files of the system.
fn load(own: Vec<PathBuf>, system: Vec<PathBuf>) -> Result<Fonts, RenderError> {
    let mut files = Vec::new();
    for folder in &own {
        walk(folder, DEEPEST, &mut |path| is_font(path), &mut files);
    }
    for folder in &system {
        walk(folder, DEEPEST, &mut |path| is_font(path) && is_noto_cjk(path), &mut files);
    }
    let faces: Vec<Font> = files
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .flat_map(|data| Font::iter(Bytes::new(data)).collect::<Vec<_>>())
        // A collection also holds the Japanese, Korean and Traditional faces.
        .filter(|face| !other_region(&face.info().family))
        .collect();

    let fonts = Fonts { book: LazyHash::new(FontBook::from_fonts(&faces)), faces };
    for family in [SERIF, SANS] {
        if fonts.families(&[family]).is_empty() {
            let searched = own
                .iter()
                .chain(&system)
                .map(|folder| folder.display().to_string())
                .collect::<Vec<_>>();
            return Err(RenderError::Fonts { family, searched: searched.join(", ") });
        }
    }
    Ok(fonts)
}

/// Files under `folder` that `keep` wants, sorted by name so that every machine numbers them alike.
fn walk(folder: &Path, depth: u8, keep: &mut dyn FnMut(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && depth > 0 {
            walk(&path, depth - 1, keep, found);
        } else if path.is_file() && keep(&path) {
            found.push(path);
        }
    }
}

fn is_font(path: &Path) -> bool {
    let ending = path
        .extension()
        .and_then(OsStr::to_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(ending.as_str(), "ttf" | "otf" | "ttc" | "otc")
}

fn is_noto_cjk(path: &Path) -> bool {
    let name = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    let family = name.starts_with("NotoSerifCJK") || name.starts_with("NotoSansCJK");
    family && (name.ends_with("-Regular") || name.ends_with("-Bold"))
}

fn other_region(family: &str) -> bool {
    family.starts_with("Noto ") && family.contains(" CJK ") && !family.ends_with(" SC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_fonts_is_told_which_package_to_install() {
        let error = load(vec![PathBuf::from("/nowhere/own")], vec![PathBuf::from("/nowhere")])
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("fonts-noto-cjk"), "{error}");
        assert!(error.contains("/nowhere/own"), "{error}");
    }

    #[test]
    fn only_the_mainland_faces_are_kept() {
        assert!(!other_region("Noto Serif CJK SC"));
        assert!(other_region("Noto Sans CJK JP"));
        assert!(other_region("Noto Sans Mono CJK KR"));
        assert!(!other_region("FangSong_GB2312"));
    }
}
