//! 事项目录的页面。 Claimed, drafted, reviewed by three, published: by people at their own pages; and what the public reads of it.

use crate::county::{County, Session, county};
use axum::http::StatusCode;
use fadu_kernel::Basis;
use fadu_service::{Item, Listing};

/// What a form says when it is opened, as a browser would send it back, with some answers changed.
fn filled(html: &str, act: &str, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let form = html.split(&format!("/acts/{act}\"")).nth(1).unwrap_or_default();
    let form = form.split("</form>").next().unwrap_or_default();
    let unescaped = |text: &str| {
        let entities = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#x27;", "'"),
            ("&#x2f;", "/"),
            ("&amp;", "&"),
        ];
        entities
            .iter()
            .fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
    };
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next().map(unescaped)
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form
        .split("<input ")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or_default())
    {
        let ticked = !tag.contains("type=\"radio\"") || tag.contains(" checked");
        if let (true, Some(name), Some(value)) =
            (ticked, attribute(tag, " name").or(attribute(tag, "name")), attribute(tag, "value"))
        {
            fields.push((name, value));
        }
    }
    for rest in form.split("<textarea ").skip(1) {
        let (tag, text) = rest.split_once('>').unwrap_or_default();
        let text = text.split("</textarea>").next().unwrap_or_default();
        fields.extend(attribute(tag, "name").map(|name| (name, unescaped(text))));
    }
    for rest in form.split("<select ").skip(1) {
        let (tag, options) = rest.split_once('>').unwrap_or_default();
        let options = options.split("</select>").next().unwrap_or_default();
        let chosen = options.split("<option ").find(|option| option.contains(" selected"));
        let value = chosen.and_then(|option| attribute(option, "value"));
        fields.extend(attribute(tag, "name").map(|name| (name, value.unwrap_or_default())));
    }
    fields.retain(|(name, _)| name != "csrf" && !changed.iter().any(|(other, _)| other == name));
    fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

/// A page, its slashes as a browser reads them.
async fn page(who: &Session<'_>, path: &str) -> (StatusCode, String) {
    let (status, html) = who.page(path).await;
    (status, html.replace("&#x2f;", "/"))
}

async fn act(who: &Session<'_>, item: &str, name: &str, changed: &[(&str, &str)]) -> (StatusCode, String) {
    let address = format!("/desk/items/{item}");
    let (_, html) = page(who, &address).await;
    let fields = filled(&html, name, changed);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (status, _, text) = who.send(&address, &format!("{address}/acts/{name}"), &fields).await;
    (status, text)
}

async fn must(who: &Session<'_>, item: &str, name: &str, changed: &[(&str, &str)]) {
    let (status, text) = act(who, item, name, changed).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{name}: {text}");
}

/// Everybody who lets a revision pass.
async fn reviewed(county: &County, item: &str) {
    let passed = &[("passed", "yes"), ("note", "一致")];
    must(&county.sign_in("officer").await, item, "Submit", &[]).await;
    must(&county.sign_in("head").await, item, "Endorse", passed).await;
    must(&county.sign_in("reform").await, item, "ReviewReform", passed).await;
    must(&county.sign_in("justice").await, item, "ReviewBasis", passed).await;
}

#[tokio::test]
async fn a_department_revises_three_review_the_keeper_publishes() {
    let county = county().await;
    let item = county.item.clone();
    let (officer, manager) = (county.sign_in("officer").await, county.sign_in("manager").await);
    let (_, html) = page(&officer, &format!("/desk/items/{item}")).await;
    assert!(
        html.contains("/acts/Complete") && !html.contains("/acts/Publish"),
        "each post sees its own acts"
    );

    // A mistake: the same form, what was typed kept, the error beside its field.
    let (status, text) = act(&officer, &item, "Complete", &[("bases", "某规定"), ("visits", "两次")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["读不出法规名称和条号", "href=\"#Complete-visits\"", "某规定</textarea>", "value=\"两次\""]
    {
        assert!(text.contains(part), "lacks {part}");
    }
    let (status, text) =
        act(&officer, &item, "Complete", &[("bases", "设定依据：行政许可法#12（行政法规）")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("《行政许可法》在法规库里是法律"), "{text}");

    must(&officer, &item, "Complete", &[("quantity", "每年十件（模拟）")]).await;
    let (status, text) = act(&manager, &item, "Publish", &[("from", "2025-03-03")]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(text.contains("SVC-07"), "refused with its rule: {text}");
    reviewed(&county, &item).await;
    let (status, text) = act(&manager, &item, "Publish", &[("from", "2025-03-02")]).await;
    assert!(status == StatusCode::CONFLICT && text.contains("SVC-09"), "{text}");
    must(&manager, &item, "Publish", &[("from", "2025-03-03")]).await;
    let id = item.parse().unwrap();
    assert_eq!(county.app.catalogue().one::<Item>(id).unwrap().versions.len(), 2);

    let (status, html) = page(&officer, &format!("/items/{item}/compare?from=1&to=2")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("数量限制") && html.contains("<ins>每年十件"), "{html}");
    assert!(page(&officer, &format!("/items/{item}/versions")).await.1.contains("第2版"));
    assert_eq!(page(&officer, &format!("/items/{item}/compare?from=1&to=9")).await.0, StatusCode::NOT_FOUND);
}

/// The form shows what is stored: sent back as it came, it changes nothing.
#[tokio::test]
async fn a_form_sent_back_as_it_came_changes_nothing() {
    let county = county().await;
    let officer = county.sign_in("officer").await;
    let catalogue = county.app.catalogue();
    let own = catalogue
        .all::<Item>()
        .filter(|(_, item)| item.department == county.department && item.is_open());
    for (id, item) in own {
        must(&officer, &id.to_string(), "Complete", &[]).await;
        let now = county.app.catalogue().one::<Item>(id).unwrap().clone();
        let changes = fadu_service::diff::diff(item.current().unwrap().1, now.draft.as_ref().unwrap());
        assert!(changes.is_empty(), "{}: {changes:?}", item.name);
    }
}

#[tokio::test]
async fn what_is_sent_back_says_by_whom_and_why() {
    let county = county().await;
    let item = county.item.clone();
    let officer = county.sign_in("officer").await;
    must(&officer, &item, "Complete", &[("quantity", "每年十件（模拟）")]).await;
    must(&officer, &item, "Submit", &[]).await;
    must(&county.sign_in("head").await, &item, "Endorse", &[("passed", "no"), ("note", "次数要核实")]).await;
    let (_, html) = page(&officer, &format!("/desk/items/{item}")).await;
    assert!(html.contains("退回：次数要核实") && html.contains("退回修改"));
    let (_, list) = page(&officer, "/desk/items?status=%E9%80%80%E5%9B%9E%E4%BF%AE%E6%94%B9").await;
    assert!(list.contains("退回修改"));
    // Whoever has no part in it is shown no act, and refused one.
    let (_, html) = page(&county.sign_in("clerk").await, &format!("/desk/items/{item}")).await;
    assert!(html.contains("现在没有需要您做的"));
    let (status, _) = act(&county.sign_in("clerk").await, &item, "Cancel", &[("reason", "不要了")]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_new_item_is_entered_claimed_and_stays_closed_until_published() {
    let county = county().await;
    let officer = county.sign_in("officer").await;
    let fields = [("code", "000999999001"), ("name", "新事项"), ("task_type", "公共服务")];
    let (status, to, text) = officer.send("/desk/items/new", "/desk/items/new/acts/Enter", &fields).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    let item = to.unwrap().rsplit('/').next().unwrap().to_owned();
    let (status, _, text) = officer.send("/desk/items/new", "/desk/items/new/acts/Enter", &fields).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("已经有这个编码"));
    must(&officer, &item, "Claim", &[]).await;
    let (_, html) = page(&officer, &format!("/desk/items/{item}")).await;
    assert!(html.contains("还缺") && html.contains("申请条件"));
    let department: String = county.department.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let (_, quality) =
        page(&officer, &format!("/desk/items/quality?flaw=missing&department={department}")).await;
    assert!(quality.contains("新事项") && quality.contains("要素不全"));
    assert_eq!(page(&officer, "/desk/items/differences").await.0, StatusCode::OK);
}

#[tokio::test]
async fn guides_print_and_rates_say_what_they_count() {
    let county = county().await;
    let citizen = county.sign_in("firm").await;
    let item = &county.item;
    let (status, html) = page(&citizen, &format!("/items/{item}/guide")).await;
    assert!(status == StatusCode::OK && html.contains("带什么") && html.contains("guide-short.pdf"));
    for path in
        ["guide.pdf", "guide-short.pdf", "guide.pdf?version=1", "form.pdf", "form-sample.pdf?version=1"]
    {
        let (status, pdf) = page(&citizen, &format!("/items/{item}/{path}")).await;
        assert!(status == StatusCode::OK && pdf.starts_with("%PDF-"), "{path}");
    }
    assert_eq!(page(&citizen, &format!("/items/{item}/guide.pdf?version=7")).await.0, StatusCode::NOT_FOUND);
    let days =
        [("2025-03-02", StatusCode::NOT_FOUND), ("2025-03-03", StatusCode::OK), ("x", StatusCode::NOT_FOUND)];
    for (day, status) in days {
        assert_eq!(page(&citizen, &format!("/items/{item}/guide?as_of={day}")).await.0, status, "{day}");
    }
    assert!(
        page(&citizen, &format!("/items/{item}/versions"))
            .await
            .1
            .contains("name=\"as_of\"")
    );
    let figures = fadu_figures::Figures::load(&fadu_app::registry::figures()).unwrap();
    fadu_figures::tail(&*county.app.store, county.app.region, &figures)
        .await
        .unwrap();
    let open = county.app.catalogue().all::<Item>().filter(|(_, item)| item.is_open()).count();
    let (status, html) = page(&citizen, "/rates").await;
    assert!(status == StatusCode::OK && html.contains(&format!(" / {open})")), "{html}");
    assert!(html.contains("截至 2025-03-03"));
}

/// 行政许可法 30: whom to ask about this item, where and when; what it has none of is said, and the county's hotline stands in
/// place of nothing.
#[tokio::test]
async fn the_page_of_an_item_says_whom_to_ask_about_it() {
    let county = county().await;
    let citizen = county.sign_in("firm").await;
    let at = format!("/items/{}", county.item);
    let (_, html) = page(&citizen, &at).await;
    for label in ["办理地点", "办理时间", "咨询方式", "监督投诉"] {
        assert!(html.contains(&format!("<dt>{label}</dt><dd>没有公布</dd>")), "{label}: {html}");
    }
    assert!(html.replace("&#x2f;", "/").contains(&format!("{at}/form-sample.pdf")), "{html}");
    let id = county.item.parse().unwrap();
    let catalogue = county.app.catalogue();
    let item = catalogue.one::<Item>(id).unwrap();
    let mut definition = item.current().unwrap().1.clone();
    definition.consult = "0000-1234567".into();
    definition.extended.supervise = "0000-7654321".into();
    definition.extended.place = "一楼三号窗口".into();
    definition.extended.hours = "工作日九点到十七点".into();
    definition.materials[0].copies = Some(3);
    let listing = Listing {
        code: item.code.clone(),
        name: item.name.clone(),
        department: item.department.clone(),
        task_type: item.task_type,
        findings: vec![],
    };
    county.app.play_publication(id, &listing, &definition).await.unwrap();
    let (_, html) = page(&citizen, &at).await;
    for told in ["0000-1234567", "0000-7654321", "一楼三号窗口", "工作日九点到十七点", "3份"]
    {
        assert!(html.contains(told), "{told}: {html}");
    }
    assert!(!html.contains("没有公布"), "{html}");
}

#[tokio::test]
async fn every_part_of_an_item_and_every_act_is_cited() {
    let county = county().await;
    let cited = fadu_web::citations(&county.app);
    let rests = |what: &str, basis: &Basis| {
        cited.iter().any(|cited| cited.what.starts_with(what) && cited.basis == *basis)
    };
    let (mut limits, mut notices, mut specials) = (0, 0, 0);
    for (_, item) in county.app.catalogue().all::<Item>() {
        let Some((_, definition)) = item.current() else { continue };
        let what = format!("事项 {}", definition.name);
        let own = [&definition.extension, &definition.delivery];
        for basis in own.into_iter().flatten().filter_map(|limit| limit.basis.as_ref()) {
            assert!(rests(&what, basis), "{what} {basis}");
            limits += 1;
        }
        if let Some(notice) = &definition.notice {
            assert!(rests(&what, &notice.basis), "{what} {}", notice.basis);
            notices += 1;
        }
        for basis in definition.special.iter().filter_map(|special| special.basis.as_ref()) {
            assert!(rests(&what, basis), "{what} {basis}");
            specials += 1;
        }
    }
    assert!(limits > 0 && notices > 0 && specials > 0, "{limits} {notices} {specials}");
    assert!(rests("行为 权责事项·公开", &Basis::article("政府信息公开条例", 26)));
}
