//! 二维码。 An address as a QR code, drawn as SVG.

use fast_qr::{ECL, QRBuilder};

/// The quiet zone the standard asks for, in modules.
const MARGIN: usize = 4;

/// 二维码图。 `text` as an SVG that scales to any size: black on white, with its quiet zone.
/// Text that no QR code can hold (over 2,331 bytes) gives a picture that says so; the address
/// itself always stands beside the code in print.
pub fn svg(text: &str) -> String {
    let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else {
        return TOO_LONG.to_owned();
    };
    let side = code.size + 2 * MARGIN;
    let mut path = String::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let dark = (column..code.size).take_while(|&at| code[row][at].value()).count();
            if dark > 0 {
                path.push_str(&format!("M{} {}h{dark}v1h-{dark}z", column + MARGIN, row + MARGIN));
            }
            column += dark.max(1);
        }
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="二维码" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    )
}

const TOO_LONG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" role="img" aria-label="地址过长，无法生成二维码"><path fill="#fff" stroke="#000" d="M1 1h38v38H1zM1 1l38 38M39 1L1 39"/></svg>"##;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_one_drawing() {
        let drawing = svg("https://example.gov.cn/r/42");
        assert!(drawing.starts_with("<svg ") && drawing.ends_with("</svg>"), "{drawing}");
        // The top-left finder pattern begins right after the quiet zone.
        assert!(drawing.contains("M4 4h7v1h-7z"), "{drawing}");
        assert_eq!(drawing, svg("https://example.gov.cn/r/42"));
    }

    #[test]
    fn an_address_too_long_says_so() {
        assert!(svg(&"长".repeat(2000)).contains("地址过长"));
    }
}
