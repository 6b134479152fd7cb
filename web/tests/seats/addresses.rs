//! 标准地址与市级编号。 Picked by name or code at the seat; what may mean several is asked; the prefecture's number names one
//! order, and an order is found under either number.

use super::done;
use crate::hotline_county::county;
use axum::http::StatusCode;

fn typed<'a>(address: &'a str, idem: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("text", "路灯坏了一周没有人修"),
        ("kind", "help"),
        ("category", "0106"),
        ("urgency", "ordinary"),
        ("address", address),
        ("do", "take"),
        ("idem", idem),
    ]
}

#[tokio::test]
async fn an_address_is_picked_by_name_or_code() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let path = "/desk/hotline/new";
    let page = county.get(Some(&agent), path).await.body;
    assert!(
        page.contains("<datalist") && page.contains("城关镇一村（模拟）"),
        "the list says that it is simulated"
    );
    let got = county.post(Some(&agent), path, &typed("城关镇一村", "a1")).await;
    done(&got);
    let id = got.to.trim().rsplit('/').next().unwrap().parse().unwrap();
    let (_, order) = county.app.order(id).await.unwrap().unwrap();
    assert_eq!(order.entry.unwrap().place.address, "429997001001");
    assert!(
        county
            .get(Some(&agent), got.to.trim())
            .await
            .body
            .contains("城关镇一村（模拟）")
    );
    done(&county.post(Some(&agent), path, &typed("429997002001", "a2")).await);
    for (address, says) in [("一村", "是哪一个：城关镇一村"), ("火星村", "没有这个标准地址")]
    {
        let got = county.post(Some(&agent), path, &typed(address, "a3")).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.body.contains(says) && got.body.contains(address), "{address}");
    }
}

/// Read out of the words, told apart by the town, chosen with its button or not: both are on record.
#[tokio::test]
async fn a_place_is_proposed_out_of_the_words() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let path = "/desk/hotline/new";
    let text = ("text", "河口镇桥头村的路灯坏了一周没有人修");
    let look = county.post(Some(&agent), path, &[text, ("do", "look")]).await.body;
    assert!(look.contains("河口镇桥头村（模拟） 100%"), "{look}");
    let everywhere = [("text", "桥头村的路灯坏了一周没有人修"), ("do", "look")];
    let several = county.post(Some(&agent), path, &everywhere).await.body;
    assert_eq!(several.matches("桥头村（模拟） 8%").count(), 3, "of one name in every town: {several}");
    let none = county
        .post(Some(&agent), path, &[("text", "路灯坏了"), ("do", "look")])
        .await
        .body;
    assert!(none.contains("没有写到标准地址里的名称"));
    let button = "place:429997002003";
    assert!(look.contains(&format!("value=\"{button}\"")));
    let filled = county.post(Some(&agent), path, &[text, ("do", button)]).await;
    assert_eq!(filled.status, StatusCode::OK, "nothing is taken yet");
    assert!(filled.body.contains("name=\"address\" value=\"429997002003\""), "{}", filled.body);

    for (address, idem, followed) in
        [("429997002003", "d1", Some(1)), ("429997001001", "d2", None), ("", "d3", None)]
    {
        let mut form = typed(address, idem);
        form[0] = text;
        let got = county.post(Some(&agent), path, &form).await;
        done(&got);
        let id: fadu_kernel::MatterId = got.to.trim().rsplit('/').next().unwrap().parse().unwrap();
        let order = county.app.order(id).await.unwrap().unwrap().1;
        assert_eq!(order.proposed.unwrap().place.unwrap().top, [("429997002003".to_owned(), 1000)]);
        let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
        let body: serde_json::Value = serde_json::from_str(&entries[0].body).unwrap();
        assert_eq!(body["data"]["Taken"]["place_followed"].as_u64(), followed, "{address}");
        let page = county.get(Some(&agent), got.to.trim()).await.body;
        let told = if followed.is_some() { "采用了第1条" } else { "没有采用" };
        assert!(page.contains(&format!("河口镇桥头村（模拟）：{told}")), "{page}");
    }
}

#[tokio::test]
async fn tickets_of_the_prefecture_keep_both_numbers() {
    let county = county().await;
    let (agent, keeper) = (county.sign_in("agent").await, county.sign_in("keeper").await);
    let path = "/desk/hotline/new";
    let mut form = typed("", "b1");
    form.push(("prefecture", "HS20250303001"));
    let got = county.post(Some(&agent), path, &form).await;
    done(&got);
    let page = county.get(Some(&agent), got.to.trim()).await.body;
    assert!(page.contains("HS20250303001") && page.contains("市级平台转来"));
    let mut again = typed("", "b2");
    again.push(("prefecture", "HS20250303001"));
    let twice = county.post(Some(&agent), path, &again).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.body.contains("这个市级编号已经登记为 G"));
    // One of ours goes up and is found under the number it has there.
    let own = county.post(Some(&agent), path, &typed("", "b3")).await;
    let order = own.to.trim().to_owned();
    let act = format!("{order}/acts/PassUp");
    let without = county
        .multipart(&keeper, &act, &[("prefecture", ""), ("reason", "市级事权")], None)
        .await;
    assert!(without.status == StatusCode::CONFLICT && without.body.contains("HTL-06"), "{}", without.body);
    let with = [("prefecture", "HS20250303002"), ("reason", "市级事权")];
    done(&county.multipart(&keeper, &act, &with, None).await);
    assert!(county.get(Some(&keeper), &order).await.body.contains("已转市级平台"));
    let found = county.get(Some(&agent), "/desk/search?q=HS20250303002").await.body;
    let id = order.rsplit('/').next().unwrap().parse().unwrap();
    let number = county.app.order(id).await.unwrap().unwrap().1.number;
    assert!(found.contains(&number), "{found}");
    // What came from there does not go back that way.
    let back = county
        .multipart(&keeper, &format!("{}/acts/PassUp", got.to.trim()), &with, None)
        .await;
    assert!(back.status == StatusCode::CONFLICT && back.body.contains("HTL-06"));
}
