//! 查办件。 A number finds its matter; a person's name, number or telephone finds only what the reader reads of that person.

use crate::county::{PASSWORD, county, number};

#[tokio::test]
async fn whose_a_case_is_learns_from_a_search_only_who_reads_it() {
    let county = county().await;
    let body = county.application(&number()).to_string();
    let (_, opened) = county.post("firm", PASSWORD, "/api/cases", "", &body).await;
    let case = opened["matter"].as_str().unwrap();
    let (_, state) = county.get("officer", &format!("/api/cases/{case}")).await;
    let printed = state["number"].as_str().unwrap();
    let elsewhere = match county.department == fadu_app::import::REFORM_OFFICE {
        true => "justice",
        false => "reform",
    };
    let table = [
        ("officer", true),
        ("head", true),
        ("clerk", true),
        (elsewhere, false),
        ("manager", false),
        ("government", false),
        ("inspector", false),
        ("operator", false),
    ];
    for (person, reads) in table {
        let session = county.sign_in(person).await;
        let finds = async |q: &str| {
            let (_, html) = session.page(&format!("/desk/search?q={q}")).await;
            html.replace("&#x2f;", "/").contains(&format!("href=\"/desk/cases/{case}\""))
        };
        for q in [number().as_str(), "19900000001", "%E6%A8%A1%E6%8B%9F%E5%95%86%E8%A1%8C"] {
            assert_eq!(finds(q).await, reads, "{person} {q}");
        }
        assert!(finds(printed).await, "{person}: whoever has the number knows of the case");
    }
}
