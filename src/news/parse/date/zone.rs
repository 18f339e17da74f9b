//! Names of time zones.

/// Minutes east of Greenwich. Where a name means several zones (CST, IST, BST) it is the one that feeds
/// mean most; `None` for names of no zone.
#[must_use]
pub fn minutes(name: &str) -> Option<i32> {
    let upper = name.to_uppercase();
    let hours = match upper.as_str() {
        "Z" | "GMT" | "UTC" | "UT" | "WET" => 0,
        "BST" | "CET" | "MET" | "MEZ" | "WEST" | "WAT" => 1,
        "CEST" | "MEST" | "MESZ" | "EET" | "SAST" | "CAT" | "OEZ" => 2,
        "EEST" | "MSK" | "МСК" | "TRT" | "EAT" | "IDT" => 3,
        "MSD" | "SAMT" | "AMT" | "AZT" | "GET" | "GST" => 4,
        "YEKT" | "PKT" | "UZT" => 5,
        "OMST" | "ALMT" => 6,
        "KRAT" | "ICT" | "WIB" | "NOVT" => 7,
        "IRKT" | "HKT" | "SGT" | "MYT" | "PHT" | "AWST" => 8,
        "JST" | "KST" | "YAKT" => 9,
        "AEST" | "VLAT" => 10,
        "AEDT" | "MAGT" => 11,
        "NZST" | "PETT" => 12,
        "NZDT" => 13,
        "BRT" | "ART" | "ADT" | "UYT" | "CLST" => -3,
        "AST" | "EDT" | "CLT" | "BOT" | "VET" => -4,
        "EST" | "CDT" | "ET" | "COT" | "PET" => -5,
        "CST" | "MDT" | "CT" => -6,
        "MST" | "PDT" | "MT" => -7,
        "PST" | "AKDT" | "PT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "IST" => return Some(330),
        "NPT" => return Some(345),
        "ACST" => return Some(570),
        "ACDT" => return Some(630),
        "NST" => return Some(-210),
        "NDT" => return Some(-150),
        _ => return None,
    };
    Some(hours * 60)
}
