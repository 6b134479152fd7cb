//! 派单分类。 Renamed, added and retired by the hotline's keeper; the same at the seat, on the portal and for other programs.

use super::done;
use crate::hotline_county::county;
use axum::http::StatusCode;

#[tokio::test]
async fn a_county_edits_its_categories() {
    let county = county().await;
    let (keeper, agent) = (county.sign_in("keeper").await, county.sign_in("agent").await);
    let path = "/desk/hotline/categories";
    assert_eq!(county.get(Some(&agent), path).await.status, StatusCode::NOT_FOUND);
    let open = county.get(Some(&keeper), &format!("{path}?code=0103")).await.body;
    assert!(open.contains("value=\"物业服务\""));
    let set = |code: &'static str, name: &'static str| {
        vec![("code", code), ("name", name), ("about", "说明文字"), ("reason", "年度调整"), ("do", "set")]
    };
    done(&county.post(Some(&keeper), path, &set("0110", "电梯")).await);
    done(&county.post(Some(&keeper), path, &set("0103", "物业与业委会")).await);
    let retire = [("code", "0104"), ("reason", "并入0103"), ("do", "retire")];
    done(&county.post(Some(&keeper), path, &retire).await);
    let wrong = county.post(Some(&keeper), path, &set("9901", "x")).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("前两位是已有的大类"));
    let danger = county.post(Some(&keeper), path, &set("0909", "险情")).await;
    assert!(danger.status == StatusCode::CONFLICT && danger.body.contains("HOT-05"));

    for page in ["/12345", "/desk/hotline/new"] {
        let page = county.get(Some(&agent), page).await.body;
        assert!(page.contains("电梯") && page.contains("物业与业委会") && !page.contains("房屋质量与交付"));
    }
    let services = county.get(None, "/open311/v2/services.json").await.body;
    assert!(services.contains("\"0110\"") && !services.contains("\"0104\""));
    let written = |category: &'static str| {
        [("kind", "help"), ("text", "电梯困过人，没有人修"), ("category", category), ("idem", category)]
    };
    let got = county.post(None, "/12345", &written("0110")).await;
    done(&got);
    assert!(county.get(None, got.to.trim()).await.body.contains("求助：电梯"));
    let got = county.post(None, "/12345", &written("0104")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "retired");
}
