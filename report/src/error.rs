//! 出错。 Why a document could not be made.

/// 无法出具文书。 The reasons are ours to repair; none of them is an official decision.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// 缺少字体。 The Chinese fonts are not on this machine.
    #[error(
        "no {family} font found; install the Debian package fonts-noto-cjk, \
         or name a folder that holds it in FADU_FONTS (looked in: {searched})"
    )]
    Fonts { family: &'static str, searched: String },

    /// 要素不全。 The document lacks something the law requires it to say.
    #[error("{kind} may not be issued without {what} ({basis})")]
    Incomplete { kind: &'static str, what: &'static str, basis: &'static str },

    /// 版式出错。 The template or the PDF writer refused.
    #[error("typesetting failed: {0}")]
    Typeset(String),

    /// 未能加盖印章。 The seal service did not do it; the document is not issued.
    #[error("the document could not be sealed: {0}")]
    Seal(String),

    #[error("the document's data could not be written as JSON")]
    Data(#[from] serde_json::Error),

    #[error("the DOCX archive could not be written: {0}")]
    Docx(String),
}
