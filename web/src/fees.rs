//! 收费。 The list of fees, open to everybody; what a case is charged, for the desk and for whoever follows it.

use crate::Web;
use crate::session::Visit;
use crate::view::{Field, basis_href};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use fadu_app::App;
use fadu_kernel::{Fen, Invalid};
use fadu_service::fee::{Charge, PayWay};
use fadu_service::fee_item::Entry;
use fadu_service::{Case, CaseAct, Definition, FeeItem, Item};
use minijinja::{Value, context};

pub fn routes() -> Router<Web> {
    Router::new().route("/fees", get(list))
}

/// 收费目录清单, in the order of its codes.
async fn list(visit: Visit) -> Response {
    let catalogue = visit.web.app.catalogue();
    let mut listed: Vec<(&FeeItem, &Entry)> = catalogue
        .all::<FeeItem>()
        .filter_map(|(_, item)| Some((item, item.current()?)))
        .collect();
    listed.sort_by(|(a, _), (b, _)| a.code.cmp(&b.code));
    let row = |(item, entry): &(&FeeItem, &Entry)| {
        context! {
            code => entry.code.clone(), kind => entry.kind.zh(), name => entry.name.clone(), standard => entry.standard.zh(),
            basis => entry.basis.to_string(), basis_href => basis_href(&entry.basis), level => entry.level.zh(),
            exemptions => entry.exemptions.iter().map(|exemption| exemption.zh()).collect::<Vec<_>>(),
            waits => entry.waits.as_ref().map(ToString::to_string), simulated => entry.simulated,
            document => item.document.clone(), since => item.since.map(|on| on.to_string()).unwrap_or_default(),
        }
    };
    let rows: Vec<Value> = listed.iter().map(row).collect();
    visit.page("portal/fees.html", "收费目录清单", context! { rows => rows })
}

/// What the guide says of money: each fee with its standard, as the list has it today.
pub(crate) fn told(app: &App, definition: &Definition) -> String {
    if !definition.fee.charged {
        return "不收费".to_owned();
    }
    let catalogue = app.catalogue();
    let entries = definition.fee.codes.iter();
    let listed: Vec<String> = entries
        .filter_map(|code| catalogue.one::<FeeItem>(FeeItem::id(code))?.current())
        .map(|entry| format!("{}：{}（{}）", entry.name, entry.standard.zh(), entry.basis))
        .collect();
    if listed.is_empty() { "收费".to_owned() } else { listed.join("；") }
}

/// 待通知: what the guide names, the list has and the case was not charged yet.
fn chargeable(app: &App, case: &Case) -> Vec<Entry> {
    let catalogue = app.catalogue();
    let version = catalogue
        .one::<Item>(case.item)
        .and_then(|item| item.version(case.item_version));
    let codes = version.iter().flat_map(|definition| &definition.fee.codes);
    codes
        .filter(|code| !case.fees.contains_key(*code))
        .filter_map(|code| catalogue.one::<FeeItem>(FeeItem::id(code))?.current())
        .filter(|entry| entry.standard.is_set())
        .cloned()
        .collect()
}

/// Whether the case, as it stands, can take this act.
pub(crate) fn fits(name: &str, app: &App, case: &Case) -> bool {
    let some = |of: fn(&Charge) -> bool| case.archived.is_none() && case.fees.values().any(of);
    match name {
        "ChargeFee" => {
            matches!(case.status(), "accepted" | "stopped" | "decided") && !chargeable(app, case).is_empty()
        }
        "ExemptFee" => some(|charge| charge.is_open() && charge.exempted.is_none()),
        "PayFee" => some(Charge::is_open),
        // What nobody owed goes back whatever became of the case.
        "RefundFee" => {
            case.fees.values().any(|charge| charge.surplus().is_some())
                || some(|charge| charge.paid.is_some() && charge.refunded.is_none())
        }
        _ => false,
    }
}

fn choice(id: &str, label: &str, options: impl IntoIterator<Item = (String, String)>) -> Field {
    Field::text(id, label, true).kind("choice").options(options)
}

pub(crate) fn act_fields(name: &str, app: &App, case: &Case) -> Vec<Field> {
    let charged = |of: fn(&Charge) -> bool| {
        let held = case.fees.iter().filter(move |(_, charge)| of(charge));
        held.map(|(code, charge)| (code.clone(), format!("{}：{}", charge.name, charge.zh())))
            .collect::<Vec<_>>()
    };
    match name {
        "ChargeFee" => {
            let entries = chargeable(app, case);
            let options = entries
                .iter()
                .map(|entry| (entry.code.clone(), format!("{}：{}", entry.name, entry.standard.zh())));
            vec![
                choice("code", "收费项目", options),
                Field::text("quantity", "数量", true)
                    .kind("number")
                    .hint("应缴金额按公布的标准计算。"),
            ]
        }
        "ExemptFee" => {
            let catalogue = app.catalogue();
            let open = case.fees.iter().filter(|(_, charge)| charge.is_open());
            let grounds = open.flat_map(|(code, charge)| {
                let entry = catalogue.one::<FeeItem>(FeeItem::id(code)).and_then(|item| item.current());
                let exemptions = entry.into_iter().flat_map(|entry| &entry.exemptions);
                exemptions
                    .map(move |one| (format!("{code}|{}", one.id), format!("{}：{}", charge.name, one.zh())))
            });
            let grounds: Vec<_> = grounds.collect();
            vec![choice("ground", "减免", grounds).hint("只有收费目录规定的减免。")]
        }
        "PayFee" => vec![
            choice("code", "收费项目", charged(Charge::is_open)),
            choice(
                "way",
                "方式",
                [("cash", PayWay::Cash), ("transfer", PayWay::Transfer)]
                    .map(|(word, way)| (word.to_owned(), way.zh().to_owned())),
            ),
            Field::text("amount", "收到金额（元）", true),
            Field::text("reference", "收据或者流水编号", true),
        ],
        "RefundFee" => vec![
            choice(
                "code",
                "收费项目",
                charged(|charge| {
                    charge.surplus().is_some() || (charge.paid.is_some() && charge.refunded.is_none())
                }),
            )
            .hint("有网上多收的，先退多收的一笔。"),
            Field::text("reason", "退费理由", true).kind("long_text"),
        ],
        _ => Vec::new(),
    }
}

/// From the posted form to an act.
pub(crate) fn read_act(name: &str, text: &dyn Fn(&str) -> String) -> Result<CaseAct, Vec<Invalid>> {
    let wrong = |field: &str, message: &str| vec![Invalid::new(field, message)];
    let needed = |field: &str| {
        Some(text(field))
            .filter(|value| !value.is_empty())
            .ok_or_else(|| wrong(field, "请填写"))
    };
    Ok(match name {
        "ChargeFee" => CaseAct::ChargeFee {
            code: needed("code")?,
            quantity: text("quantity").parse().map_err(|_| wrong("quantity", "请填写整数"))?,
        },
        "ExemptFee" => {
            let chosen = needed("ground")?;
            let (code, ground) = chosen.split_once('|').ok_or_else(|| wrong("ground", "请选择一项"))?;
            CaseAct::ExemptFee { code: code.to_owned(), ground: ground.to_owned() }
        }
        "PayFee" => CaseAct::PayFee {
            code: needed("code")?,
            way: match text("way").as_str() {
                "cash" => PayWay::Cash,
                "transfer" => PayWay::Transfer,
                _ => return Err(wrong("way", "请选择一项")),
            },
            amount_fen: Fen::parse(&text("amount"))
                .ok_or_else(|| wrong("amount", "请填写像 10.00 这样的金额"))?
                .0,
            reference: needed("reference")?,
            simulated: false,
        },
        "RefundFee" => CaseAct::RefundFee { code: needed("code")?, reason: needed("reason")? },
        _ => return Err(wrong("act", "没有这种操作")),
    })
}

/// For whoever follows the case: what is charged on which basis, how it stands, and where it is paid online.
pub(crate) fn of_case(app: &App, case: &Case, here: &str) -> Vec<Value> {
    let provider = app.payments.provider();
    let pay = |code: &str| {
        provider.as_ref().map(|provider| {
            context! {
                action_url => format!("{here}/pay/{}", crate::view::encode(code)), label => format!("网上缴纳（{}）", provider.name()),
                idem => fadu_ledger::note::hex(&crate::session::random::<12>()),
            }
        })
    };
    let row = |(code, charge): (&String, &Charge)| {
        context! {
            code => code.clone(), name => charge.name.clone(), text => charge.zh(), basis => charge.basis.to_string(), basis_href => basis_href(&charge.basis),
            waits => charge.waits.as_ref().filter(|_| charge.is_open()).map(ToString::to_string),
            pay => pay(code).filter(|_| charge.is_open() && case.archived.is_none()),
        }
    };
    case.fees.iter().map(row).collect()
}
