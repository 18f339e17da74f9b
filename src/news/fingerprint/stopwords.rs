//! Function words: they carry the grammar of a text, not what it tells.

use std::sync::LazyLock;

use hashbrown::HashMap;

/// Folded as `tokens` folds. Words of one or two letters need not stand here.
const LISTS: [&str; 14] = [
    // English
    "the and but for with from are was were been being its this that these those she they you his her their our \
     not has had have does did will would can could may might shall should who whom which what when where how why \
     all any some into over after before about out than then there here also just more most other such only own \
     same too very him them your while because both each few said says say told one two per through during against \
     between under again once upon",
    // Russian
    "что как это все она так его только мне было вот меня еще нет ему теперь когда даже вдруг если уже или быть был \
     него вас нибудь опять вам ведь там потом себя ничего может они тут где есть надо ней для тебя чем была сам чтоб \
     чтобы без чего раз тоже себе под будет тогда кто этот того потому этого какой ним этом один почти мои тем нее \
     были куда зачем всех при два другой хоть после над больше тот через эти нас про них какая много разве эту моя \
     свою этой перед лучше том такой более всего между также который которая которые которое которого которых однако \
     сказал сказала заявил заявила сообщил сообщила словам",
    // Ukrainian, Bulgarian
    "що але він вона вони його або для при від який яка які яке було бути буде після також щоб цей цього тільки якщо \
     вже про над під між така такий так има беше бяха като това този тази при ще със след или",
    // German
    "der die das den dem des ein eine einer eines einem einen und oder aber nicht auch auf aus bei mit nach von vom zum \
     zur über unter für durch gegen ohne sich sein seine seiner ihr ihre ihrer ist sind war waren wird werden wurde \
     wurden hat haben hatte hatten kann können soll sollen muss dass wenn als wie noch nur schon sehr mehr so es er sie \
     wir man was wer wo dann denn dieser diese dieses sagte am im",
    // French
    "les des une est sont dans par pour sur avec sans sous que qui quoi dont mais pas plus aux son ses sa leur leurs \
     cette ces cet ce été être était avait ont fait il elle ils elles nous vous on se ne au du et ou où comme selon \
     aussi entre après avant",
    // Spanish
    "los las del una uno unos unas con por para que como pero más sus este esta estos estas ese esa esos fue son ser \
     era han había sin sobre entre hasta desde cuando también porque muy donde quien según tras dijo hay años",
    // Italian
    "gli dei del della delle degli dal dalla nel nella nelle una uno che chi con per non più come anche sono stato \
     stata essere era hanno suo sua suoi loro questo questa questi alla alle agli sul sulla tra fra dopo prima ma se",
    // Portuguese
    "dos das uma uns com por para que como mas não mais seu sua seus suas este esta foi são ser era tem sem sobre \
     entre até desde quando também porque muito onde quem segundo após disse pelo pela aos",
    // Polish
    "nie się jest jak ale dla przez przy pod nad oraz który która które którego których być był była było były jego \
     jej ich tym tego tej ten także tylko już może będzie czy aby żeby ponad między od po po że",
    // Turkish, Azerbaijani
    "bir için ile olan olarak daha gibi kadar çok bu şu ama ancak veya değil sonra önce göre ise olduğu oldu dedi \
     tarafından var yok her hem üçün olan kimi bir daha çox lakin sonra deyib",
    // Armenian
    "որ այս այդ այն եւ իսկ բայց համար հետ մեջ մասին է են էր էին նաև ըստ որը որոնք նա նրա նրանց մի ու թե",
    // Georgian
    "და რომ ეს ის იმ ამ მაგრამ თუ ან როგორც უნდა არის იყო მისი მათი შესახებ შემდეგ",
    // Greek
    "και του της των τον την στο στη στην στον από για που θα να με ότι ένα μια είναι ήταν δεν αλλά ως σε το τα οι",
    // Arabic
    "في من على إلى عن مع أن إن التي الذي هذا هذه كان كانت بعد قبل بين وقد كما قال لم لا ما هو هي أو",
];

/// Each function word, with the lists it stands in as bits.
static STOPWORDS: LazyLock<HashMap<String, u16>> = LazyLock::new(|| {
    let mut words: HashMap<String, u16> = HashMap::new();
    for (number, list) in LISTS.iter().enumerate() {
        for word in list.split_whitespace() {
            let mut folded = String::new();
            super::spelling::fold_into(word, &mut folded);
            *words.entry(folded).or_default() |= 1 << number;
        }
    }
    words
});

/// Whether a folded word only carries grammar, and whose: a bit for each list that has it.
pub fn languages(folded: &str) -> Option<u16> {
    let is_short = || folded.chars().nth(2).is_none();
    STOPWORDS.get(folded).copied().or_else(|| is_short().then_some(0))
}

/// Counts whose function words a text uses.
#[derive(Debug, Default)]
pub struct Vote {
    counts: [u16; LISTS.len()],
}

impl Vote {
    pub fn count(&mut self, languages: u16) {
        for (number, count) in self.counts.iter_mut().enumerate() {
            *count = count.saturating_add(languages >> number & 1);
        }
    }

    /// How many function words of one language came at most.
    pub fn most(&self) -> u16 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// The number of the text's language, from 1; 0 when the words do not say it clearly.
    pub fn winner(&self) -> u8 {
        let most = self.most();
        let clear = most >= 4 && self.counts.iter().filter(|count| **count * 3 > most * 2).count() == 1;
        let place = self.counts.iter().position(|count| *count == most).filter(|_| clear);
        place.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(0)
    }
}
