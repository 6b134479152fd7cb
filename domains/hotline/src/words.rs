//! 词汇。 The words the hotline counts in: kinds, channels, urgencies, and the roads that lead elsewhere.

use crate::rules;
use fadu_kernel::Rule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An enum of plain words, each with the name a citizen reads.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $zh:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $variant),+
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub fn zh(self) -> &'static str {
                match self {
                    $($name::$variant => $zh),+
                }
            }
        }
    };
}

words! {
    /// 受理渠道。 How a request came.
    Channel {
        Telephone = "电话",
        Web = "网站",
        PhonePage = "手机页面",
        Wechat = "微信",
        Mail = "电子邮件",
        Open311 = "开放接口",
        /// The prefecture's 12345 passed it on; both numbers are kept.
        Prefecture = "市级平台转来",
        /// Nobody's call: raised over many like requests. Never counted as a contact.
        Burst = "群体诉求合并",
    }
}

impl Channel {
    /// 没有人登记: taken as it came, so that nobody chose anything of it before it is dispatched.
    pub fn unread(self) -> bool {
        matches!(self, Channel::Wechat | Channel::Mail)
    }
}

words! {
    /// 诉求类型。 The six kinds that week reports count.
    Kind {
        Consult = "咨询",
        Help = "求助",
        Complaint = "投诉",
        Suggestion = "建议",
        Report = "举报",
        Praise = "表扬",
    }
}

words! {
    /// 紧急程度。 What endangers life is none of these: it is transferred, not dispatched.
    Urgency {
        Ordinary = "一般",
        Urgent = "紧急",
        /// Reported upward before it may be closed (信访工作条例 25).
        Major = "重大紧急",
    }
}

words! {
    /// 紧急热线。 Transferred at once.
    Emergency {
        Police = "110",
        Fire = "119",
        Medical = "120",
        Traffic = "122",
    }
}

words! {
    /// 热线归并方式。
    Mode {
        Full = "整体并入",
        Dual = "双号并行",
        Branch = "设分中心",
    }
}

words! {
    /// 诉求专线。
    Lane {
        General = "群众诉求",
        Enterprise = "企业诉求",
    }
}

words! {
    /// 承办层级。
    Level {
        Department = "部门",
        Township = "乡镇街道",
    }
}

words! {
    /// 退单理由。 Each needs its article.
    ReturnGround {
        NotOurPower = "不属于本单位职责",
        OtherPlace = "不属于本单位管辖区域",
        OtherProcedure = "应当通过法定程序解决",
    }
}

words! {
    /// 退单的处理。
    Settlement {
        /// The unit is released; the order goes back to be dispatched again.
        Granted = "同意退单",
        /// The unit keeps it.
        Refused = "不同意退单",
        /// To the arbiters.
        Referred = "提交裁定",
    }
}

words! {
    /// 裁定人身份。 All three must be there.
    Capacity {
        Platform = "热线工作机构",
        Establishment = "机构编制部门",
        Justice = "司法行政部门",
    }
}

words! {
    /// 要告诉来信人的事。 What a letter to whoever wrote one tells them of.
    News {
        Excluded = "不予受理，请走别的渠道",
        Extended = "办理期限延长了",
        Replied = "有了答复",
        Ended = "合并办理的诉求办完了",
    }
}

words! {
    /// 办理结果。 What the unit says it did.
    HandlingResult {
        Solved = "已解决",
        Explained = "已解释说明",
        Planned = "列入计划",
    }
}

words! {
    /// 回访结果。 Three that are never mixed: who could not be reached has not said no.
    Contact {
        Answered = "已答复",
        WillNotRate = "不愿评价",
        NotReached = "未联系上",
    }
}

words! {
    /// 督办性质。 A bureau's own pressing of an order is not the supervision of the government (政府督查工作条例 7).
    Nature {
        Internal = "热线督办",
        Government = "政府督查",
    }
}

words! {
    /// 不予受理的情形。 Each has a road of its own, and the caller is told which.
    Exclusion {
        Litigation = "诉讼",
        Arbitration = "仲裁",
        Reconsideration = "行政复议",
        Discipline = "纪检监察",
        Disclosure = "政府信息公开",
        Secret = "国家秘密",
        Petition = "信访",
    }
}

impl Exclusion {
    /// What the agent reads out: where this is to be taken.
    pub fn where_to_go(self) -> &'static str {
        match self {
            Exclusion::Litigation => "请向有管辖权的人民法院提出，可以拨打12368咨询",
            Exclusion::Arbitration => "请向约定的仲裁机构或者劳动人事争议仲裁委员会申请",
            Exclusion::Reconsideration => "请向行政复议机构申请行政复议",
            Exclusion::Discipline => "请直接向纪检监察机关反映，举报电话12388",
            Exclusion::Disclosure => {
                "请向掌握该信息的行政机关提出政府信息公开申请，可以在本网站的“申请政府信息公开”里写"
            }
            Exclusion::Secret => "请不要在电话里讲，向保密行政管理部门当面反映",
            Exclusion::Petition => "已经在信访渠道办理，由信访部门接续处理并告知您",
        }
    }

    /// The rule that asks for the road to be named.
    pub fn rule(self) -> &'static Rule {
        match self {
            Exclusion::Litigation | Exclusion::Arbitration | Exclusion::Reconsideration => &rules::LED_THERE,
            Exclusion::Discipline | Exclusion::Disclosure | Exclusion::Secret | Exclusion::Petition => {
                &rules::WHERE_TO_GO
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exclusion_names_a_road() {
        for ground in Exclusion::ALL {
            assert!(ground.where_to_go().chars().count() > 8, "{}", ground.zh());
        }
        assert_eq!(Kind::ALL.len(), 6);
        assert_eq!(serde_json::to_string(&Channel::PhonePage).unwrap(), "\"phone_page\"");
    }
}
