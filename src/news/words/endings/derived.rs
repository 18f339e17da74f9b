//! Endings that make another word.

/// Endings that make another word (marvel → marvellous, Stadt → städtisch), a row each family.
pub fn derivations(code: &str) -> &'static [&'static str] {
    match code {
        "fr" => &[
            "ence ences ance ances",
            "isme ismes",
            "iste istes",
            "ment ments",
            "ation ations",
            "ateur ateurs atrice atrices",
            "able ables",
            "if ifs ive ives",
            "eux euse euses",
            "ique iques",
            "ite ites",
        ],
        "es" | "ca" => &[
            "mente ment",
            "encia encias ancia ancias",
            "ante antes",
            "acion aciones acio acions",
            "idad idades itat itats",
            "ismo ismos isme ismes",
            "ista istas istes",
            "able ables ible ibles",
            "ador adora adores adoras",
            "ivo iva ivos ivas iu",
            "oso osa osos osas",
            "amiento amientos ament",
        ],
        "pt" => &[
            "mente",
            "encia encias ancia ancias",
            "eu eus eia eias",
            "ante antes",
            "acao acoes",
            "idade idades",
            "ismo ismos",
            "ista istas",
            "avel aveis ivel iveis",
            "ador adora adores adoras",
            "ivo iva ivos ivas",
            "oso osa osos osas",
        ],
        "it" => &[
            "mente",
            "enza enze anza anze",
            "ante anti",
            "azione azioni",
            "ità",
            "ismo ismi",
            "ista isti iste",
            "abile abili ibile ibili",
            "iere ieri iera",
            "atore atori atrice atrici",
            "ivo iva ivi ive",
            "oso osa osi ose",
        ],
        "de" => &[
            "heit heiten keit keiten",
            "lich liche lichen licher liches lichem",
            "isch ische ischen ischer isches ischem",
            "ig ige igen iger iges igem",
            "ung ungen",
        ],
        "uk" => &["ник ника нику ником ники ників никам никами никах"],
        "el" => {
            &["ιστησ ιστη ιστεσ ιστων", "ια ιασ ιεσ ιων", "ικοσ ικη ικο ικου ικησ ικα ικοι ικων ικουσ ικεσ"]
        }
        "hy" => &["ցի ցիներ ցիները ցիների ցիներին", "ական ականը ականի ականների"],
        "nl" => &["heid heden", "lijk lijke", "ing ingen", "isch ische"],
        "sv" => &["are aren arens", "het heten heter hed heden", "lig liga ligt lige", "isk iska iskt iske"],
        "da" | "no" => {
            &["eren erens", "het heten heter hed heden", "lig liga ligt lige", "isk iska iskt iske"]
        }
        "hi" => &["ी"],
        "ar" => &["ی یه یة یا"],
        "fa" => &["ات", "ی یی یها ییها ییهای"],
        "ro" => &["ator atorul atorului atori atorii", "ist isti istul istii", "ie ia iei"],
        _ => &[],
    }
}
