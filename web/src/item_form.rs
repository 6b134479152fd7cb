//! 事项要素的填报表。 One field for each element of the guide; lists take a line for each row, as the exchange writes them.

use crate::power_desk::read_basis;
use crate::session::Visit;
use crate::view::Field;
use fadu_app::App;
use fadu_kernel::{Basis, Invalid};
use fadu_service::code_list::{AUDIENCES, Level, RESULTS};
use fadu_service::definition::{self, FirstReview, LimitWith, Material, PermitKind};
use fadu_service::diff::audience_zh;
use fadu_service::exchange_text as text;
use fadu_service::{Definition, FeeItem};
use std::collections::HashMap;

const UNITS: [&str; 3] = ["工作日", "自然日", "无"];
const YES_NO: [&str; 2] = ["是", "否"];
const PROJECTS: [(&str, &str); 2] = [("instant", "即办件"), ("commitment", "承诺件")];
const CHECKS: [(&str, &str); 2] = [("document", "书面审查"), ("substantive", "实质核查（两名以上工作人员）")];
const HEARINGS: [(&str, &str); 3] =
    [("none", "不需要"), ("major_interest", "涉及他人重大利益时告知"), ("mandatory", "应当听证")];

/// Of what is no permit, and where nobody said.
const NO_KIND: &str = "none";

fn permit_kinds() -> Vec<(String, String)> {
    let known = PermitKind::ALL.map(|kind| (kind.word().to_owned(), kind.zh().to_owned()));
    known
        .into_iter()
        .chain([(NO_KIND.to_owned(), "其他，或者不是许可".to_owned())])
        .collect()
}

fn said(text: &str) -> (String, String) {
    (text.to_owned(), text.to_owned())
}

fn yes(yes: bool) -> &'static str {
    if yes { YES_NO[0] } else { YES_NO[1] }
}

/// The form with what `d` says.
pub(crate) fn fields(app: &App, d: &Definition) -> Vec<Field> {
    let one = |id: &str, label: &str, value: &str, required| Field::text(id, label, required).value(value);
    let long = |id: &str, label: &str, hint: &str, value: &str, required| {
        Field::text(id, label, required).kind("long_text").hint(hint).value(value)
    };
    let number =
        |id: &str, label: &str, n: u16| Field::text(id, label, true).kind("number").value(&n.to_string());
    let choice = |id: &str, label: &str, options: Vec<(String, String)>, value: &str| {
        Field::text(id, label, true).kind("choice").options(options).value(value)
    };
    let words = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(word, zh)| ((*word).to_owned(), (*zh).to_owned()))
            .collect::<Vec<_>>()
    };
    let flag = |id: &str, label: &str, on: bool| choice(id, label, YES_NO.map(said).to_vec(), yes(on));
    let unit = |id: &str, label: &str, limit: &LimitWith| {
        choice(id, label, UNITS.map(said).to_vec(), text::unit_zh(&limit.unit))
    };
    let key = |basis: &Option<Basis>| basis.as_ref().map(Basis::key).unwrap_or_default();
    let results = RESULTS
        .iter()
        .map(|(word, _, zh)| ((*word).to_owned(), (*zh).to_owned()))
        .collect();
    let materials: Vec<String> = d.materials.iter().map(|row| material_line(d, row)).collect();
    let asked: Vec<String> = d.fields.iter().map(field_line).collect();
    let (e, first) = (&d.extended, d.first_review.as_ref());
    vec![
        one("name", "事项名称", &d.name, true),
        one("audience", "服务对象", &audience_zh(d), true).hint("自然人、企业法人、事业法人等，用顿号隔开。"),
        one("theme", "主题分类", &d.theme, false),
        long(
            "bases",
            "依据",
            "一行一条：设定依据：行政许可法#12（法律）。另有条件依据、程序依据、期限依据、收费依据、结果依据；省级政府规章写明施行日，如“，2025-03-01起施行”。",
            &text::supports(d.bases.iter()),
            true,
        ),
        long("conditions", "申请条件", "一行一条。", &text::conditions(&d.conditions), true),
        one("quantity", "数量限制", &d.quantity, true).hint("没有限制也要写明。"),
        long(
            "steps",
            "办理程序",
            "一行一步：受理（经办人）、审查（审查人员）、决定（部门负责人）。要申请人接受第三方有偿服务的写明依据：检测（第三方有偿服务，依据：建筑法#7）；没有法律、法规依据的不能发布。",
            &text::steps(&d.steps),
            true,
        ),
        number("statutory_days", "法定期限", d.statutory.days),
        unit("statutory_unit", "法定期限的单位", &d.statutory),
        one("statutory_basis", "法定期限的依据", &key(&d.statutory.basis), false)
            .hint("例如 行政许可法#42。"),
        number("promised_days", "承诺期限", d.promised.days),
        unit("promised_unit", "承诺期限的单位", &d.promised),
        long(
            "special",
            "不计入期限的程序",
            "一行一种：专家评审：15。只有行政许可法第四十五条列举的八种。",
            &text::special(&d.special),
            false,
        ),
        long(
            "materials",
            "全部材料",
            "一行一件：名称|必要|自备|条件1|1份|行政许可法#29。第二栏必要或者视情形，第三栏自备、政府、共享（免交）或者中介，第四栏对应第几条申请条件；份数和依据可以不写。",
            &materials.join("\n"),
            true,
        ),
        long(
            "fields",
            "申请表栏目",
            "一行一栏：编号|名称|类型|必填。类型有 text、long_text、number、date、address、phone、citizen_id、credit_code、choice；choice在第五栏写选项，用逗号隔开。",
            &asked.join("\n"),
            true,
        ),
        choice("project_type", "办件类型", words(&PROJECTS), &d.project_type),
        choice("permit_kind", "许可种类", permit_kinds(), d.permit_kind.map_or(NO_KIND, PermitKind::word))
            .hint("登记的，材料齐全当日登记；检验、检测、检疫的，五个工作日内指派两人以上。"),
        choice(
            "verification",
            "核查方式",
            words(&CHECKS),
            if d.verification == "substantive" { "substantive" } else { "document" },
        ),
        flag("public_safety", "直接关系公共安全、人身健康、生命财产安全", d.public_safety).hint(
            "是：许可申请中提供虚假材料的，一年内不得再次申请；以欺骗、贿赂等取得的，三年内不得再次申请。",
        ),
        choice("hearing", "听证", words(&HEARINGS), if d.hearing.is_empty() { "none" } else { &d.hearing }),
        flag("charged", "收费", d.fee.charged),
        one("fee_basis", "收费依据", &key(&d.fee.basis), false),
        one("fee_codes", "收费目录清单的项目", &d.fee.codes.join("、"), false).hint(listed_charges(app)),
        one("outside", "外部系统", &d.outside, false),
        one("first_review_organ", "初审机关", first.map_or("", |review| review.organ.as_str()), false)
            .hint("依法应当先经下级机关审查、再由本机关决定的写明下级机关；没有的不写。"),
        number(
            "first_review_days",
            "初审期限（工作日）",
            first.map_or(FirstReview::DAYS, |review| review.days),
        ),
        one("first_review_basis", "初审依据", &key(&first.and_then(|review| review.basis.clone())), false)
            .hint("规定应当先经下级机关审查的条文；期限长于二十个工作日的，写规定这个期限的法律、法规。"),
        number("visits", "到办事现场次数", u16::from(d.visits)),
        flag("online", "网上办理", d.online),
        flag("nearby", "就近办理", d.nearby),
        flag("in_hall", "进驻大厅", d.in_hall),
        flag("undifferentiated", "综合窗口无差别受理", d.undifferentiated),
        one("result_name", "审批结果名称", &d.result.name, true),
        choice("result_kind", "审批结果类型", results, &d.result.kind),
        number("valid_months", "结果有效期（月，0为不限）", d.result.valid_months),
        one("consult", "咨询方式", &d.consult, true),
        one("supervise", "监督投诉方式", &e.supervise, false),
        one("place", "办理地点", &e.place, false),
        one("hours", "办理时间", &e.hours, false),
    ]
}

/// What may be charged at all, for whoever fills in the form.
fn listed_charges(app: &App) -> String {
    let catalogue = app.catalogue();
    let mut lines: Vec<String> = catalogue
        .all::<FeeItem>()
        .filter_map(|(_, item)| item.current())
        .map(|entry| format!("{}{}（{}）", entry.code, entry.name, entry.kind.zh()))
        .collect();
    if lines.is_empty() {
        return "收费目录清单里没有项目，不得收费。".to_owned();
    }
    lines.sort();
    format!("收费的写明编码，用顿号隔开；清单之外不得收费：{}。", lines.join("、"))
}

fn material_line(d: &Definition, row: &Material) -> String {
    let need = if row.required { "必要" } else { "视情形" };
    let from = match (row.shared, row.origin.as_str()) {
        (true, _) => "共享",
        (false, "government") => "政府",
        (false, "intermediary") => "中介",
        (false, _) => "自备",
    };
    let at = d.conditions.iter().position(|condition| condition.id == row.condition);
    let condition = at.map_or_else(String::new, |at| format!("条件{}", at + 1));
    let copies = row.copies.map_or_else(String::new, |copies| format!("{copies}份"));
    let basis = row.basis.as_ref().map(Basis::key).unwrap_or_default();
    format!("{}|{need}|{from}|{condition}|{copies}|{basis}", row.name)
        .trim_end_matches('|')
        .to_owned()
}

fn field_line(row: &definition::Field) -> String {
    let must = if row.required { "必填" } else { "选填" };
    format!("{}|{}|{}|{must}|{}", row.id, row.label, row.kind, row.options.join(","))
        .trim_end_matches('|')
        .to_owned()
}

/// Reads the form over what was there. Every unreadable field is named.
pub(crate) fn read(
    visit: &Visit,
    form: &HashMap<String, String>,
    was: &Definition,
) -> Result<Definition, Vec<Invalid>> {
    let reader = Reader { visit, form, was };
    let mut wrong = Vec::new();
    let d = reader.read(&mut wrong);
    if wrong.is_empty() { Ok(d) } else { Err(wrong) }
}

/// What somebody wrote anew is no longer what a demonstration made up.
fn rewritten(key: &str, d: &Definition, was: &Definition) -> bool {
    match key {
        "promised" => d.promised != was.promised,
        "quantity" => d.quantity != was.quantity,
        "steps" => d.steps != was.steps,
        "fields" => d.fields != was.fields,
        "theme" => d.theme != was.theme,
        "consult" => d.consult != was.consult,
        "visits" => d.visits != was.visits,
        "online" => d.online != was.online,
        "nearby" => d.nearby != was.nearby,
        "in_hall" => d.in_hall != was.in_hall,
        "undifferentiated" => d.undifferentiated != was.undifferentiated,
        "project_type" => d.project_type != was.project_type,
        "verification" => d.verification != was.verification,
        "hearing" => d.hearing != was.hearing,
        "result.name" => d.result.name != was.result.name,
        _ => false,
    }
}

struct Reader<'a> {
    visit: &'a Visit,
    form: &'a HashMap<String, String>,
    was: &'a Definition,
}

impl Reader<'_> {
    fn text(&self, field: &str) -> &str {
        self.form.get(field).map_or("", String::as_str).trim()
    }

    fn yes(&self, field: &str) -> bool {
        self.text(field) == YES_NO[0]
    }

    fn number(&self, field: &'static str, wrong: &mut Vec<Invalid>) -> u16 {
        self.text(field).parse().unwrap_or_else(|_| {
            wrong.push(Invalid::new(field, "请填写整数"));
            0
        })
    }

    fn basis(&self, field: &'static str, wrong: &mut Vec<Invalid>) -> Option<Basis> {
        let line = self.text(field);
        if line.is_empty() {
            return None;
        }
        read_basis(self.visit, line)
            .map_err(|why| wrong.push(Invalid::new(field, format!("“{line}”{why}"))))
            .ok()
    }

    fn limit(
        &self,
        days: u16,
        unit: &'static str,
        basis: Option<Basis>,
        was: &LimitWith,
        wrong: &mut Vec<Invalid>,
    ) -> LimitWith {
        let word = text::unit_word(self.text(unit)).unwrap_or_else(|| {
            wrong.push(Invalid::new(unit, "请选择单位"));
            "none"
        });
        let same = days == was.days && word == was.unit;
        LimitWith { days, unit: word.to_owned(), basis, simulated: was.simulated && same }
    }

    fn read(&self, wrong: &mut Vec<Invalid>) -> Definition {
        let mut d = self.was.clone();
        d.name = self.text("name").to_owned();
        d.audience = self.audience(wrong);
        d.theme = self.text("theme").to_owned();
        d.bases = self.supports(wrong);
        d.conditions = text::read_conditions(self.text("conditions"), &self.was.conditions);
        d.quantity = self.text("quantity").to_owned();
        d.steps = self.steps(wrong);
        let (law, promise) = (self.number("statutory_days", wrong), self.number("promised_days", wrong));
        let basis = self.basis("statutory_basis", wrong);
        d.statutory = self.limit(law, "statutory_unit", basis, &self.was.statutory, wrong);
        d.promised =
            self.limit(promise, "promised_unit", self.was.promised.basis.clone(), &self.was.promised, wrong);
        match text::read_special(self.text("special"), &self.was.special) {
            Some(special) => d.special = special,
            None => wrong.push(Invalid::new(
                "special",
                "只有听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审，写明天数",
            )),
        }
        d.materials = self.materials(&d, wrong);
        d.fields = self.asked(wrong);
        d.project_type = self.text("project_type").to_owned();
        let permit_kind = self.text("permit_kind");
        d.permit_kind = PermitKind::ALL.into_iter().find(|kind| kind.word() == permit_kind);
        d.verification = self.text("verification").to_owned();
        d.public_safety = self.yes("public_safety");
        d.hearing = self.text("hearing").to_owned();
        d.fee.charged = self.yes("charged");
        d.fee.basis = self.basis("fee_basis", wrong);
        d.fee.codes = self.charges(wrong);
        d.outside = self.text("outside").to_owned();
        d.first_review = self.first_review(wrong);
        d.visits = u8::try_from(self.number("visits", wrong)).unwrap_or(u8::MAX);
        d.online = self.yes("online");
        d.nearby = self.yes("nearby");
        d.in_hall = self.yes("in_hall");
        d.undifferentiated = self.yes("undifferentiated");
        d.result.name = self.text("result_name").to_owned();
        d.result.kind = self.text("result_kind").to_owned();
        d.result.valid_months = self.number("valid_months", wrong);
        d.consult = self.text("consult").to_owned();
        d.extended.supervise = self.text("supervise").to_owned();
        d.extended.place = self.text("place").to_owned();
        d.extended.hours = self.text("hours").to_owned();
        let simulated = std::mem::take(&mut d.simulated);
        d.simulated = simulated.into_iter().filter(|key| !rewritten(key, &d, self.was)).collect();
        d
    }

    fn steps(&self, wrong: &mut Vec<Invalid>) -> Vec<definition::Step> {
        let basis = |text: &str| read_basis(self.visit, text).ok();
        text::read_steps(self.text("steps"), &basis).unwrap_or_else(|line| {
            let why = format!("“{line}”的依据读不出，或者在法规库里核对不上");
            wrong.push(Invalid::new("steps", why));
            Vec::new()
        })
    }

    /// None where no organ below is named.
    fn first_review(&self, wrong: &mut Vec<Invalid>) -> Option<FirstReview> {
        let organ = self.text("first_review_organ");
        if organ.is_empty() {
            return None;
        }
        let days = self.number("first_review_days", wrong);
        let basis = self.basis("first_review_basis", wrong);
        Some(FirstReview { organ: organ.to_owned(), days, basis })
    }

    fn charges(&self, wrong: &mut Vec<Invalid>) -> Vec<String> {
        let written = self.text("fee_codes").split('、').map(str::trim);
        let codes: Vec<String> = written.filter(|code| !code.is_empty()).map(str::to_owned).collect();
        let catalogue = self.visit.web.app.catalogue();
        let listed = |code: &str| catalogue.one::<FeeItem>(FeeItem::id(code)).and_then(FeeItem::current);
        let unlisted = codes.iter().find(|code| listed(code).is_none());
        wrong.extend(unlisted.map(|code| Invalid::new("fee_codes", format!("收费目录清单里没有“{code}”"))));
        codes
    }

    fn audience(&self, wrong: &mut Vec<Invalid>) -> Vec<String> {
        let mut words = Vec::new();
        for name in self.text("audience").split('、').map(str::trim).filter(|name| !name.is_empty()) {
            match AUDIENCES.iter().find(|(_, _, zh)| *zh == name) {
                Some((word, _, _)) => words.push((*word).to_owned()),
                None => wrong.push(Invalid::new("audience", format!("没有服务对象“{name}”"))),
            }
        }
        words
    }

    /// A level that the shelf knows is filled in; one that contradicts it is an error.
    fn supports(&self, wrong: &mut Vec<Invalid>) -> Vec<definition::Support> {
        let mut all = Vec::new();
        for line in text::lines(self.text("bases")) {
            let why = std::cell::Cell::new("不是“设定依据：法规#条（层级）”的样子".to_owned());
            let basis = |text: &str| read_basis(self.visit, text).map_err(|told| why.set(told)).ok();
            let Some(mut support) = text::read_support(line, &basis) else {
                wrong.push(Invalid::new("bases", format!("“{line}”{}", why.take())));
                continue;
            };
            let shelf = self.visit.web.shelf();
            let known = shelf.known(&support.basis.statute).and_then(|known| Level::of_zh(&known.level));
            match (support.level, known) {
                (Some(said), Some(known)) if said != known => {
                    let text = format!("《{}》在法规库里是{}", support.basis.statute, known.zh());
                    wrong.push(Invalid::new("bases", text));
                }
                (None, known) if support.sets() => support.level = known,
                _ => {}
            }
            support.held = !shelf.held(&support.basis.statute).is_empty();
            all.push(support);
        }
        all
    }

    fn materials(&self, d: &Definition, wrong: &mut Vec<Invalid>) -> Vec<Material> {
        let mut all: Vec<Material> = Vec::new();
        for line in text::lines(self.text("materials")) {
            match self.material(line, d) {
                Ok(mut row) => {
                    let taken = |id: &str| all.iter().any(|other| other.id == id);
                    if row.id.is_empty() {
                        let mut free = (1..).map(|n| format!("m{n}"));
                        let old = |id: &str| self.was.materials.iter().any(|other| other.id == id);
                        row.id = free.find(|id| !taken(id) && !old(id)).unwrap_or_default();
                    }
                    all.push(row);
                }
                Err(why) => wrong.push(Invalid::new("materials", format!("“{line}”{why}"))),
            }
        }
        all
    }

    /// A paper of a name that was there keeps its id: cases refer to it.
    fn material(&self, line: &str, d: &Definition) -> Result<Material, String> {
        let mut cells = line.split('|').map(str::trim);
        let mut cell = || cells.next().unwrap_or_default();
        let (name, need, from, condition, copies, basis) = (cell(), cell(), cell(), cell(), cell(), cell());
        let was = self
            .was
            .materials
            .iter()
            .find(|row| row.name == name)
            .cloned()
            .unwrap_or_default();
        let at = condition.strip_prefix("条件").and_then(|n| n.parse::<usize>().ok());
        let serves = at.and_then(|n| d.conditions.get(n.checked_sub(1)?));
        let serves = serves.ok_or_else(|| format!("没有写明对应申请条件里的第几条（{condition}）"))?;
        let required = match need {
            "必要" => true,
            "视情形" => false,
            _ => return Err("第二栏写必要或者视情形".to_owned()),
        };
        let (origin, shared) = match from {
            "自备" => ("applicant", false),
            "政府" => ("government", false),
            "共享" => ("government", true),
            "中介" => ("intermediary", false),
            _ => return Err("第三栏写自备、政府、共享或者中介".to_owned()),
        };
        let copies = match copies.trim_end_matches('份') {
            "" => None,
            n => Some(n.parse().map_err(|_| format!("份数“{copies}”不是整数"))?),
        };
        let basis = match basis {
            "" => None,
            line => Some(read_basis(self.visit, line).map_err(|why| format!("的依据{why}"))?),
        };
        let form = if was.form.is_empty() { "electronic_or_paper".to_owned() } else { was.form.clone() };
        Ok(Material {
            name: name.to_owned(),
            condition: serves.id.clone(),
            origin: origin.to_owned(),
            required,
            shared,
            basis,
            copies,
            form,
            ..was
        })
    }

    fn asked(&self, wrong: &mut Vec<Invalid>) -> Vec<definition::Field> {
        const KINDS: [&str; 9] = [
            "text",
            "long_text",
            "number",
            "date",
            "address",
            "phone",
            "citizen_id",
            "credit_code",
            "choice",
        ];
        let mut all = Vec::new();
        for line in text::lines(self.text("fields")) {
            let mut cells = line.split('|').map(str::trim);
            let mut cell = || cells.next().unwrap_or_default();
            let (id, label, kind, must, options) = (cell(), cell(), cell(), cell(), cell());
            let readable = !id.is_empty()
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !label.is_empty()
                && KINDS.contains(&kind)
                && ["必填", "选填"].contains(&must);
            if !readable {
                wrong.push(Invalid::new("fields", format!("“{line}”不是“编号|名称|类型|必填”的样子")));
                continue;
            }
            let was = self.was.fields.iter().find(|field| field.id == id);
            all.push(definition::Field {
                id: id.to_owned(),
                label: label.to_owned(),
                kind: kind.to_owned(),
                required: must == "必填",
                max: was.and_then(|field| field.max),
                spared: was.and_then(|field| field.spared.clone()),
                options: options
                    .split(',')
                    .filter(|option| !option.is_empty())
                    .map(str::to_owned)
                    .collect(),
            });
        }
        all
    }
}
