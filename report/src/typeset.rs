//! 排版。 One template and its data, through typst to PDF/A-2b.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::RenderError;
use crate::fonts::{Fonts, fonts};
use crate::wording::CivilDate;

/// How many later documents may go by before typst forgets what it remembered of one.
/// Documents share their letterhead but not their text: a short memory is enough.
const REMEMBER: usize = 4;

/// Asia/Shanghai.
const CHINA_OFFSET_MINUTES: i32 = 8 * 60;

/// The fonts of GB/T 9704 where the county supplies them, then Noto.
const BODY: [&str; 5] = ["FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "Noto Serif CJK SC"];
const HEAD: [&str; 3] = ["SimHei", "黑体", "Noto Sans CJK SC"];
const TITLE: [&str; 4] = ["FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "Noto Serif CJK SC"];

/// 模板。 The `.typ` files of this crate.
#[derive(Clone, Copy)]
pub(crate) enum Template {
    Notice,
    Annual,
    Bulletin,
    Guide,
}

impl Template {
    fn source(self) -> &'static str {
        match self {
            Template::Notice => include_str!("../templates/notice.typ"),
            Template::Annual => include_str!("../templates/annual.typ"),
            Template::Bulletin => include_str!("../templates/bulletin.typ"),
            Template::Guide => include_str!("../templates/guide.typ"),
        }
    }
}

/// A document that has been set.
pub(crate) struct SetDocument {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pages: usize,
}

/// Sets `data` in `template`. The data goes in as a file that the template reads: text from an
/// applicant is never typst source, so nothing in it can be run. PDF/A wants a date: it is `dated`,
/// the document's own, never the day of printing.
pub(crate) fn pdf(
    template: Template,
    data: &serde_json::Value,
    dated: CivilDate,
) -> Result<SetDocument, RenderError> {
    let fonts = fonts()?;
    let text = serde_json::json!({
        "doc": data,
        "fonts": {
            "body": fonts.families(&BODY),
            "head": fonts.families(&HEAD),
            "title": fonts.families(&TITLE),
        },
    })
    .to_string();
    let desk = Desk::new(template, &text, fonts);
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| told(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2b])
        .map_err(|error| RenderError::Typeset(error.message().to_string()))?;
    let timestamp = Datetime::from_ymd_hms(dated.year, dated.month, dated.day, 0, 0, 0)
        .and_then(|midnight| Timestamp::new_local(midnight, CHINA_OFFSET_MINUTES));
    // Date and identity come from the data: the same document is the same bytes.
    let options = PdfOptions { ident: Smart::Custom(text), timestamp, standards, ..PdfOptions::default() };
    let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| told(&errors))?;
    typst::comemo::evict(REMEMBER);
    Ok(SetDocument { pages: document.pages().len(), bytes })
}

fn told(errors: &[SourceDiagnostic]) -> RenderError {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| {
            std::iter::once(&error.message)
                .chain(error.hints.iter().map(|hint| &hint.v))
                .cloned()
                .collect::<Vec<_>>()
                .join("; ")
        })
        .collect();
    RenderError::Typeset(lines.join(" / "))
}

/// The desk that one document is set on: what typst may see, and nothing else. There is no file
/// system, no network and no date here.
struct Desk {
    fonts: &'static Fonts,
    main: Source,
    common: Source,
    data_id: FileId,
    data: Bytes,
}

impl Desk {
    fn new(template: Template, data: &str, fonts: &'static Fonts) -> Desk {
        Desk {
            fonts,
            main: Source::new(*MAIN, template.source().to_owned()),
            common: Source::new(*COMMON, include_str!("../templates/common.typ").to_owned()),
            data_id: *DATA,
            data: Bytes::from_string(data.to_owned()),
        }
    }
}

static MAIN: LazyLock<FileId> = LazyLock::new(|| file_id("main.typ"));
static COMMON: LazyLock<FileId> = LazyLock::new(|| file_id("common.typ"));
static DATA: LazyLock<FileId> = LazyLock::new(|| file_id("data.json"));
static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain file name is a valid virtual path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.common]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
