//! 代码表。 The code lists of the exchange: a number there, a name for people, a word in our own text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One list: its type, and for each value the number of the exchange and its Chinese name.
macro_rules! code_list {
    ($(#[$doc:meta])* $list:ident { $($(#[$attr:meta])* $value:ident = $code:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $list { $($(#[$attr])* #[doc = $zh] $value),* }

        impl $list {
            pub const ALL: &[$list] = &[$($list::$value),*];

            /// The number of the exchange.
            pub fn code(self) -> u8 {
                match self { $($list::$value => $code),* }
            }

            pub fn zh(self) -> &'static str {
                match self { $($list::$value => $zh),* }
            }

            pub fn of_code(code: u8) -> Option<$list> {
                $list::ALL.iter().copied().find(|value| value.code() == code)
            }

            pub fn of_zh(zh: &str) -> Option<$list> {
                $list::ALL.iter().copied().find(|value| value.zh() == zh)
            }
        }
    };
}

code_list! {
    /// 权力来源。
    PowerSource {
        #[default]
        Statutory = 1, "法定本级行使";
        HandedDown = 2, "上级下放";
        AuthorisedAbove = 3, "上级授权";
        AuthorisedBeside = 4, "同级授权";
        EntrustedAbove = 5, "上级委托";
        EntrustedBeside = 6, "同级委托";
    }
}

code_list! {
    /// 实施主体性质。
    BodyKind {
        #[default]
        Statutory = 1, "法定机关";
        Authorised = 2, "授权组织";
        Entrusted = 3, "受委托组织";
    }
}

code_list! {
    /// 行使层级。
    UseLevel {
        National = 1, "国家级";
        Provincial = 2, "省级";
        City = 3, "市级";
        #[default]
        County = 4, "县级";
        Town = 5, "镇级";
        Several = 6, "分级行使";
    }
}

code_list! {
    /// 通办范围。 The source read gives the first and the last; those between are named after the levels.
    Scope {
        National = 1, "全国";
        Provinces = 2, "跨省";
        Cities = 3, "跨市";
        #[default]
        Counties = 4, "跨县";
        Towns = 5, "跨镇";
        Villages = 6, "跨村";
    }
}

code_list! {
    /// 依据的层级。 What may set a permit, and what may not (行政许可法 14, 15, 17). The numbers are this program's.
    Level {
        #[default]
        Law = 1, "法律";
        AdministrativeRegulation = 2, "行政法规";
        LocalRegulation = 3, "地方性法规";
        StateCouncilDecision = 4, "国务院决定";
        ProvincialRule = 5, "省级政府规章";
        DepartmentRule = 6, "部门规章";
        CityRule = 7, "市级政府规章";
        Document = 8, "其他规范性文件";
    }
}

impl Level {
    /// May set a permit for good.
    pub fn sets_permits(self) -> bool {
        match self {
            Level::Law
            | Level::AdministrativeRegulation
            | Level::LocalRegulation
            | Level::StateCouncilDecision => true,
            Level::ProvincialRule | Level::DepartmentRule | Level::CityRule | Level::Document => false,
        }
    }
}

/// 事项类型, of the families of the exchange. Two-digit values of GB/T 39554.1 were not read: numbers as lists bear them.
pub const TASK_TYPES: [(u8, &str); 11] = [
    (1, "行政许可"),
    (2, "行政处罚"),
    (3, "行政强制"),
    (4, "行政征收"),
    (5, "行政给付"),
    (6, "行政检查"),
    (7, "行政确认"),
    (8, "行政奖励"),
    (9, "行政裁决"),
    (10, "其他行政权力"),
    (20, "公共服务"),
];

pub fn task_type_zh(task_type: u8) -> &'static str {
    TASK_TYPES
        .iter()
        .find(|(code, _)| *code == task_type)
        .map_or("其他", |(_, zh)| zh)
}

/// 服务对象: our word, the number of the exchange, the name.
pub const AUDIENCES: [(&str, u8, &str); 7] = [
    ("person", 1, "自然人"),
    ("firm", 2, "企业法人"),
    ("institution", 3, "事业法人"),
    ("association", 4, "社会组织法人"),
    ("unincorporated", 5, "非法人企业"),
    ("agency", 6, "行政机关"),
    ("other", 7, "其他"),
];

/// 结果类型: our word, the number of the exchange, the name.
pub const RESULTS: [(&str, u8, &str); 4] =
    [("certificate", 1, "证照"), ("approval", 2, "批文"), ("other", 3, "其他"), ("none", 4, "无")];

pub fn word_of(list: &[(&'static str, u8, &str)], code: u8) -> Option<&'static str> {
    list.iter().find(|(_, number, _)| *number == code).map(|(word, _, _)| *word)
}

pub fn code_of(list: &[(&str, u8, &str)], word: &str) -> Option<u8> {
    list.iter().find(|(known, _, _)| *known == word).map(|(_, code, _)| *code)
}

pub fn zh_of<'a>(list: &[(&str, u8, &'a str)], word: &str) -> Option<&'a str> {
    list.iter().find(|(known, _, _)| *known == word).map(|(_, _, zh)| *zh)
}
